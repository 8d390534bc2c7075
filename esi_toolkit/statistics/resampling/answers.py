"""Every counted answer of one inspection, as matrices of cases x questions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.answers import Ints, find_places, lay_out_answers
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
    grid = lay_out_answers(framework, judgements)
    scored, value = scored_questions(framework), grid.find_values(framework)
    question = np.append(find_places(grid.questions.to_numpy(object), scored), -1)[grid.question]
    keep = (question >= 0) & ~np.isnan(value)
    case_ids, row = _sorted_names(grid.case_ids, grid.case[keep])
    unknown = set(case_ids) - set(cases["case_id"])
    if unknown:
        raise ValueError(f"judgements about cases that are not in the list of cases: {sorted(unknown)[:5]}")
    shape = len(case_ids), len(scored)
    cell = row * shape[1] + question[keep]
    relevant = np.bincount(cell, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
    if relevant.max(initial=0) > 1:
        raise ValueError(
            "two counted judgements of one question about one case; mark the second as not counted"
        )
    positive = np.zeros(shape)
    positive[row, question[keep]] = value[keep]
    drawn_from = _strata_of(cases, case_ids, strata) if strata else np.full(len(case_ids), "")
    return CaseAnswers(case_ids, drawn_from, positive, relevant)


def _sorted_names(names: pd.Index, places: Ints) -> tuple[NDArray[np.str_], Ints]:
    """The names at these places, each once and sorted, and where each place's name now stands."""
    used, again = np.unique(places, return_inverse=True)
    ordered, at = np.unique(names.to_numpy(str)[used], return_inverse=True)
    return ordered, at[again]


def _strata_of(cases: pd.DataFrame, case_ids: NDArray[np.str_], strata: str) -> NDArray[np.str_]:
    row = pd.Index(cases["case_id"].to_numpy(object)).get_indexer(case_ids.astype(object))
    return cases[strata].fillna("").to_numpy(str)[row]
