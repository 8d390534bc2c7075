"""Every counted answer of one inspection, as matrices of cases x questions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import Framework

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CaseAnswers:
    """Every counted answer, as matrices of cases x questions.

    Attributes
    ----------
    case_ids, strata : ndarray of str
        The cases that have at least one relevant answer, sorted, and the stratum each was drawn from.
    positive : ndarray
        Value of each answer (0-1); 0 where there is no relevant one.
    relevant : ndarray
        1 where the answer is relevant, otherwise 0.
    """

    case_ids: NDArray[np.str_]
    strata: NDArray[np.str_]
    positive: Floats
    relevant: Floats


def scored_questions(framework: Framework) -> tuple[str, ...]:
    """List the codes of all questions that are scored from judgements, in the framework's order.

    Parameters
    ----------
    framework : Framework
        The rules.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> from esi_toolkit.data.files import load_framework
    >>> scored_questions(load_framework("esi"))[0]
    'B1.1'
    """
    scored = (criterion for criterion in framework.criteria if criterion.scored_by == "judgements")
    return tuple(question.id for criterion in scored for question in criterion.questions)


def case_answers(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    *,
    strata: str | None = "risk_of_harm",
) -> CaseAnswers:
    """Lay the judgements out as matrices of cases x questions.

    Parameters
    ----------
    framework : Framework
        For the value of each answer and the order of the questions.
    cases : DataFrame
        ``case_id`` and the column of strata.
    judgements : DataFrame
        ``case_id``, ``question``, ``judgement``, and optionally ``counts`` (bool): False leaves a row out.
    strata : str, optional
        Column of `cases` by which the sample was stratified; None for one stratum.

    Returns
    -------
    CaseAnswers
        The same whatever the order of the rows. A case without a relevant answer carries no information and
        is left out.

    Raises
    ------
    ValueError
        A judgement about a case that `cases` does not have, or a second counted one of the same question.

    Notes
    -----
    Method, rules 1 and 2.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> answers = case_answers(esi, durham.cases, durham.judgements)
    >>> answers.relevant.shape == (len(answers.case_ids), len(scored_questions(esi)))
    True
    """
    answers = _relevant_answers(framework, judgements)
    case_ids, row = np.unique(answers["case_id"].to_numpy(str), return_inverse=True)
    known = cases.set_index("case_id")
    unknown = set(case_ids) - set(known.index)
    if unknown:
        raise ValueError(f"judgements about cases that are not in the list of cases: {sorted(unknown)[:5]}")
    order = {code: i for i, code in enumerate(scored_questions(framework))}
    cell = (row, answers["question"].map(order).to_numpy(int))
    positive, relevant = np.zeros((2, len(case_ids), len(order)))
    np.add.at(relevant, cell, 1)
    if relevant.max(initial=0) > 1:
        raise ValueError(
            "two counted judgements of one question about one case; mark the second as not counted"
        )
    positive[cell] = answers["value"].to_numpy(float)
    column = known.loc[case_ids, strata].fillna("") if strata else pd.Series("", index=case_ids)
    return CaseAnswers(case_ids, column.to_numpy(str), positive, relevant)


def _relevant_answers(framework: Framework, judgements: pd.DataFrame) -> pd.DataFrame:
    """Counted answers that have a value, with it, to questions that are scored."""
    if "counts" in judgements:
        judgements = judgements[judgements["counts"].astype(bool)]
    values = {word: value for word, value in framework.judgements.items() if value is not None}
    scored = set(scored_questions(framework))
    keep = judgements["judgement"].isin(list(values)) & judgements["question"].isin(list(scored))
    answers = judgements.loc[keep, ["case_id", "question", "judgement"]]
    return answers.assign(value=answers["judgement"].map(values).astype(float))
