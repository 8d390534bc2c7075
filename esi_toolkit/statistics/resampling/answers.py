"""Every counted answer of one inspection, as matrices of cases x questions."""

from __future__ import annotations

from collections.abc import Sequence
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
    case_id, question, value = _relevant_answers(framework, judgements)
    case_ids, row = _sorted_names(case_id)
    unknown = set(case_ids) - set(cases["case_id"])
    if unknown:
        raise ValueError(f"judgements about cases that are not in the list of cases: {sorted(unknown)[:5]}")
    shape = len(case_ids), len(scored_questions(framework))
    cell = row * shape[1] + question
    relevant = np.bincount(cell, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
    if relevant.max(initial=0) > 1:
        raise ValueError(
            "two counted judgements of one question about one case; mark the second as not counted"
        )
    positive = np.zeros(shape)
    positive[row, question] = value
    drawn_from = _strata_of(cases, case_ids, strata) if strata else np.full(len(case_ids), "")
    return CaseAnswers(case_ids, drawn_from, positive, relevant)


def _relevant_answers(
    framework: Framework, judgements: pd.DataFrame
) -> tuple[NDArray[np.object_], NDArray[np.intp], Floats]:
    """Case, place of the question and value of the counted answers that have one, to scored questions."""
    values = {word: value for word, value in framework.judgements.items() if value is not None}
    question = _places(judgements["question"], scored_questions(framework))
    word = _places(judgements["judgement"], list(values))
    keep = (question >= 0) & (word >= 0)
    if "counts" in judgements:
        keep &= judgements["counts"].to_numpy(bool)
    case_id = judgements["case_id"].to_numpy(object)[keep]
    return case_id, question[keep], np.array(list(values.values()), dtype=float)[word[keep]]


def _places(words: pd.Series, names: Sequence[str]) -> NDArray[np.intp]:
    """Place of each word among the names; -1 for any other."""
    code, once = pd.factorize(words.to_numpy(object))
    order = {name: place for place, name in enumerate(names)}
    # A missing word has the code -1 and with it the last place.
    return np.array([*(order.get(word, -1) for word in once), -1])[code]


def _sorted_names(names: NDArray[np.object_]) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    """Every name once, sorted, and the place of each given one among them."""
    place, once = pd.factorize(names, use_na_sentinel=False)
    # Only what is left after that is sorted: to sort thousands of words takes longer than all the rest.
    ordered, among = np.unique(once.astype(str), return_inverse=True)
    return ordered, among[place]


def _strata_of(cases: pd.DataFrame, case_ids: NDArray[np.str_], strata: str) -> NDArray[np.str_]:
    row = pd.Index(cases["case_id"].to_numpy(object)).get_indexer(case_ids.astype(object))
    return cases[strata].fillna("").to_numpy(str)[row]
