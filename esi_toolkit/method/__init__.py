"""The method: judgements to questions to criteria to sections to overall, evidence to ratings. All pure."""
