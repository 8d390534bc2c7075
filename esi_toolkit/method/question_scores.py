"""Rules 1 and 2 for one inspection: how often each question was asked, answered and answered well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.data.checks import find_asked
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.questions import count_answers

COUNT_COLUMNS = ["asked", "relevant", "positive", "not_applicable", "missing"]


def score_questions(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    """Count and score every question (rules 1 and 2).

    Parameters
    ----------
    framework : Framework
        The rules.
    inspection : Inspection
        With judgements, or with question counts; with neither, all figures are NaN.

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
    counts = _count_questions(framework, inspection)
    table = described.join(counts.astype("float64"), on="question")
    has_score = table["relevant"] > 0
    return table.assign(score=(100 * table["positive"] / table["relevant"]).where(has_score))


def _count_questions(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    """COUNT_COLUMNS by question code, from the deepest level present."""
    codes = pd.Index([question.id for question in framework.questions], name="question")
    if inspection.level == "question counts" and inspection.question_counts is not None:
        given = inspection.question_counts.set_index("question")
        return given.reindex(codes).reindex(columns=COUNT_COLUMNS)
    if inspection.level != "judgements" or inspection.judgements is None:
        return pd.DataFrame(index=codes, columns=COUNT_COLUMNS)
    answers = inspection.judgements
    first = answers.loc[
        answers["counts"] & (answers["judgement"] != ""), ["case_id", "question", "judgement"]
    ]
    counts = count_answers(first, framework.judgements).set_index("question").reindex(codes, fill_value=0)
    cases = inspection.cases if inspection.cases is not None else pd.DataFrame({"case_id": []}, dtype="str")
    concerned = cases[find_asked(framework.asked_of, cases)]
    asked = _find_all_asked(framework, concerned)
    unanswered = asked & ~_find_answered(codes, concerned, first)
    return counts.assign(asked=asked.sum(axis=0), missing=unanswered.sum(axis=0))[COUNT_COLUMNS]


def _find_all_asked(framework: Framework, cases: pd.DataFrame) -> np.ndarray:
    """Which questions (columns) are asked of which cases (rows)."""
    groups: dict[str, np.ndarray] = {}
    for question in framework.questions:
        group = repr(question.asked_of)
        if group not in groups:
            groups[group] = find_asked(question.asked_of, cases).to_numpy(bool)
    columns = [groups[repr(question.asked_of)] for question in framework.questions]
    return np.column_stack(columns) if columns else np.zeros((len(cases), 0), dtype=bool)


def _find_answered(codes: pd.Index, cases: pd.DataFrame, answers: pd.DataFrame) -> np.ndarray:
    """Which of the same cells hold an answer."""
    rows = pd.Index(cases["case_id"]).get_indexer(answers["case_id"])
    columns = codes.get_indexer(answers["question"])
    inside = (rows >= 0) & (columns >= 0)
    answered = np.zeros((len(cases), len(codes)), dtype=bool)
    answered[rows[inside], columns[inside]] = True
    return answered
