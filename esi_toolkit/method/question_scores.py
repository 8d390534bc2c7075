"""Rules 1 and 2 for one inspection: how often each question was asked, answered and answered well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.data.answers import AnswerGrid, find_all_asked, find_asked, find_worth, lay_out_answers
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection

COUNT_COLUMNS = ["asked", "relevant", "positive", "not_applicable", "missing"]


def find_answers(framework: Framework, inspection: Inspection) -> AnswerGrid | None:
    """The answers that an inspection is scored from; None where it is scored from anything else."""
    if inspection.level != "judgements" or inspection.judgements is None:
        return None
    return lay_out_answers(framework, inspection.judgements)


def score_questions(framework: Framework, inspection: Inspection, answers: AnswerGrid | None) -> pd.DataFrame:
    """Count and score every question (rules 1 and 2).

    Parameters
    ----------
    framework : Framework
        The rules.
    inspection : Inspection
        With judgements, or with question counts; with neither, all figures are NaN.
    answers : AnswerGrid or None
        From `find_answers`.

    Returns
    -------
    DataFrame
        One row a question in the framework's order; see `Scorecard.questions`.
    """
    described = pd.DataFrame(
        [
            (question.id, criterion.id, section.id, question.text, question.weight, question.published)
            for section in framework.sections
            for criterion in section.criteria
            for question in criterion.questions
        ],
        columns=["question", "criterion", "section", "text", "weight", "published"],
    )
    counts = _count_questions(framework, inspection, answers)
    relevant = np.where(counts["relevant"] > 0, counts["relevant"], np.nan)
    return described.assign(**counts, score=100 * counts["positive"] / relevant)


def _count_questions(
    framework: Framework, inspection: Inspection, answers: AnswerGrid | None
) -> dict[str, np.ndarray]:
    """COUNT_COLUMNS in the framework's order of questions, from the deepest level present."""
    if answers is not None:
        return _count_answers(framework, inspection.cases, answers)
    codes = [question.id for question in framework.questions]
    given = inspection.question_counts
    if inspection.level != "question counts" or given is None:
        return {name: np.full(len(codes), np.nan) for name in COUNT_COLUMNS}
    table = given.set_index("question").reindex(codes).reindex(columns=COUNT_COLUMNS)
    return {name: table[name].to_numpy(float) for name in COUNT_COLUMNS}


def _count_answers(
    framework: Framework, cases: pd.DataFrame | None, answers: AnswerGrid
) -> dict[str, np.ndarray]:
    words, worth = answers.count_words(), find_worth(framework)
    counts = ~np.isnan(worth)
    if cases is None:
        cases = pd.DataFrame({"case_id": []}, dtype="str")
    concerned = cases[find_asked(framework.asked_of, cases)]
    asked = find_all_asked(framework, concerned)
    unanswered = asked & ~answers.find_answered(concerned["case_id"])
    return {
        "asked": asked.sum(axis=0).astype(float),
        "relevant": words[:, counts].sum(axis=1).astype(float),
        "positive": words[:, counts] @ worth[counts],
        "not_applicable": words[:, ~counts].sum(axis=1).astype(float),
        "missing": unanswered.sum(axis=0).astype(float),
    }
