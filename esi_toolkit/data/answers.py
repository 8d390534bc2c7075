"""Who was asked what, and which answers count: the judgements of one inspection as positions in a grid.

A grid has a row for each case and a column for each question of the framework, in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import AskedOf, Framework

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def find_asked(asked_of: AskedOf, cases: pd.DataFrame) -> pd.Series:
    """Which cases a question (or framework) is asked of.

    Parameters
    ----------
    asked_of : dict
        Column to allowed values; a column that cases.csv lacks restricts nothing (and is warned of).
    cases : DataFrame
        One row a case.

    Returns
    -------
    Series of bool
        Index as ``cases``.
    """
    asked = np.ones(len(cases), dtype=bool)
    for column, values in asked_of.items():
        if column in cases.columns:
            asked &= cases[column].isin(values).to_numpy(bool)
    return pd.Series(asked, index=cases.index)


def find_all_asked(framework: Framework, cases: pd.DataFrame) -> Bools:
    """Which questions are asked of which cases: a grid over ``cases`` as they are given."""
    groups: dict[str, Bools] = {}
    for question in framework.questions:
        group = repr(question.asked_of)
        if group not in groups:
            groups[group] = find_asked(question.asked_of, cases).to_numpy(bool)
    columns = [groups[repr(question.asked_of)] for question in framework.questions]
    return np.column_stack(columns) if columns else np.zeros((len(cases), 0), dtype=bool)


@dataclass(frozen=True)
class AnswerGrid:
    """The answers that count, one entry each, as positions; blank ones are left out.

    Attributes
    ----------
    case_ids : Index
        Cases with at least one answer, in the order in which they come.
    questions, words : Index
        Codes of the questions and words of the answers, as the framework lists them.
    case, question, word : ndarray of int
        Where each answer stands in the three; -1 for a question or word that the framework does not know.
    """

    case_ids: pd.Index
    questions: pd.Index
    words: pd.Index
    case: Ints
    question: Ints
    word: Ints

    def count_words(self) -> Ints:
        """How often each question (row) was answered by each word (column)."""
        known = (self.question >= 0) & (self.word >= 0)
        shape = len(self.questions), len(self.words)
        cell = self.question[known] * shape[1] + self.word[known]
        return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)

    def find_answered(self, case_ids: Sequence[str] | pd.Index | pd.Series) -> Bools:
        """Which questions (columns) each of these cases (rows) has an answer to."""
        row = pd.Index(case_ids).get_indexer(self.case_ids)[self.case]
        return self._mark(row, len(case_ids))

    def find_values(self, framework: Framework) -> Floats:
        """What each answer is worth (0-1); NaN where it has no value."""
        return np.append(find_worth(framework), np.nan)[self.word]

    def find_relevant(self, framework: Framework) -> Bools:
        """Which questions each of ``case_ids`` has an answer to that has a value."""
        relevant = ~np.isnan(self.find_values(framework))
        return self._mark(np.where(relevant, self.case, -1), len(self.case_ids))

    def _mark(self, row: Ints, rows: int) -> Bools:
        inside = (row >= 0) & (self.question >= 0)
        marked = np.zeros((rows, len(self.questions)), dtype=bool)
        marked[row[inside], self.question[inside]] = True
        return marked


def find_worth(framework: Framework) -> Floats:
    """What an answer by each word of the framework is worth (0-1); NaN for words that leave a case out."""
    return np.array([np.nan if value is None else value for value in framework.judgements.values()], float)


def lay_out_answers(framework: Framework, judgements: pd.DataFrame) -> AnswerGrid:
    """Find the place of every answer that counts.

    Parameters
    ----------
    framework : Framework
        For the order of questions and words.
    judgements : DataFrame
        case_id, question, judgement ("" where blank), and optionally counts (bool): False leaves a row out.

    Returns
    -------
    AnswerGrid

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> grid = lay_out_answers(esi, load_inspection("data/sample/county-durham", esi).judgements)
    >>> len(grid.case_ids), grid.count_words().shape == (len(grid.questions), len(grid.words))
    (100, True)
    """
    counted = judgements["judgement"].to_numpy(object) != ""
    if "counts" in judgements:
        counted &= judgements["counts"].to_numpy(bool)
    case_id, code, answer = (
        judgements[name].to_numpy(object)[counted] for name in ("case_id", "question", "judgement")
    )
    case, case_ids = pd.factorize(case_id, use_na_sentinel=False)
    questions, words = [question.id for question in framework.questions], list(framework.judgements)
    return AnswerGrid(
        pd.Index(case_ids), pd.Index(questions), pd.Index(words),
        case, find_places(code, questions), find_places(answer, words),
    )  # fmt: skip


def find_places(words: NDArray[np.object_], names: Sequence[str]) -> Ints:
    """Place of each word among the names; -1 for any other.

    Examples
    --------
    >>> find_places(np.array(["poor", "good", "poor", None], dtype=object), ["good", "poor"]).tolist()
    [1, 0, 1, -1]
    """
    code, once = pd.factorize(words)
    order = {name: place for place, name in enumerate(names)}
    # A missing word has the code -1 and with it the last place.
    return np.array([*(order.get(word, -1) for word in once), -1])[code]
