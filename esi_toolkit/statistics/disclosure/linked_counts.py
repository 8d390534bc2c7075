"""The counts behind every breakdown of a report or a batch, and how they add up to one another.

Whoever reads a table of groups can add and subtract: groups add up to the whole, positive and negative
answers to the relevant ones, areas to all areas. These sums are what disclosure control has to reckon with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.disclosure.relations import Relations, sums_from_entries
from esi_toolkit.statistics.resampling.answers import case_answers, scored_questions

KEY = ["area", "characteristic", "group", "question", "measure"]
CASES, RELEVANT, POSITIVE, NEGATIVE, REST = "cases", "relevant", "positive", "negative", "rest"
ASKED = "asked"
"""Cases that a question is asked of, where only some groups are."""
ALL_AREAS, NOT_RECORDED = "", "not recorded"
Key = tuple[str, ...]


@dataclass(frozen=True)
class LinkedCounts:
    """Counts and the sums that tie them together.

    Attributes
    ----------
    cells : DataFrame
        ``area`` ("" for all areas together), ``characteristic`` and ``group`` ("" for all cases),
        ``question`` ("" for the number of cases), ``measure`` (cases, relevant, positive, negative, and rest:
        cases without a relevant answer), ``count``, ``official`` (bool: stands in the report anyway, cannot
        be hidden) and ``printed`` (bool: rest of a group is never printed).
    relations : Relations
        One row a sum, over the rows of `cells`.
    """

    cells: pd.DataFrame
    relations: Relations


def count_groups(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    characteristics: Sequence[str],
    *,
    area: str,
) -> pd.DataFrame:
    """Count cases and answers of one area, in all and by group.

    Parameters
    ----------
    framework : Framework
        For the value of each answer.
    cases, judgements : DataFrame
        As in an inspection.
    characteristics : sequence of str
        Columns of `cases` by which tables are broken down.
    area : str
        Id of the area.

    Returns
    -------
    DataFrame
        The ``cells`` of `LinkedCounts`. An answer of a value between 0 and 1 counts as positive.

    Notes
    -----
    Method, rules 1 and 2.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> cells = count_groups(esi, durham.cases, durham.judgements, ["gender"], area="county-durham")
    >>> int(cells.loc[cells["official"] & (cells["measure"] == CASES), "count"].iloc[0])
    100
    """
    answers = case_answers(framework, cases, judgements, strata=None)
    row = pd.Series(np.arange(len(answers.case_ids)), index=answers.case_ids)
    place = cases["case_id"].map(row)
    relevant, positive = (
        _by_case(matrix, place) for matrix in (answers.relevant, (answers.positive > 0).astype(float))
    )
    questions = scored_questions(framework)
    tables = [_cells_of(np.ones(len(cases), dtype=bool), relevant, positive, questions)]
    tables[0][["characteristic", "group", "official"]] = "", "", True
    for characteristic in characteristics:
        values = name_groups(cases[characteristic])
        for group in sorted(set(values)):
            table = _cells_of(values == group, relevant, positive, questions)
            table[["characteristic", "group", "official"]] = characteristic, group, False
            tables.append(table)
    cells = pd.concat(tables, ignore_index=True).assign(area=area)
    cells["printed"] = cells["official"] | (cells["measure"] != REST)
    return cells[[*KEY, "count", "official", "printed"]]


def name_groups(cells: pd.Series) -> NDArray[np.str_]:
    """Group of each case by one characteristic; where nothing is recorded, that is a group too."""
    words = cells.to_numpy(object)
    return np.where((words == "") | pd.isna(words), NOT_RECORDED, words).astype(str)


def _by_case(matrix: NDArray[np.float64], place: pd.Series) -> NDArray[np.float64]:
    """Rows in the order of the cases; a case without a relevant answer has a row of noughts."""
    padded = np.vstack([matrix, np.zeros((1, matrix.shape[1]))])
    return padded[place.fillna(len(matrix)).to_numpy(int)]


def _cells_of(
    members: NDArray[np.bool_],
    relevant: NDArray[np.float64],
    positive: NDArray[np.float64],
    questions: Sequence[str],
) -> pd.DataFrame:
    n, k = relevant[members].sum(axis=0), positive[members].sum(axis=0)
    size = int(members.sum())
    columns = {RELEVANT: n, POSITIVE: k, NEGATIVE: n - k, REST: size - n}
    tables = [pd.DataFrame({"question": "", "measure": CASES, "count": [size]})]
    tables += [
        pd.DataFrame({"question": list(questions), "measure": name, "count": values.astype(int)})
        for name, values in columns.items()
    ]
    return pd.concat(tables, ignore_index=True)


def link_counts(areas: Mapping[str, pd.DataFrame] | pd.DataFrame, *, pooled: bool = False) -> LinkedCounts:
    """Put the counts of areas together with the sums between them.

    Parameters
    ----------
    areas : mapping of str to DataFrame, or DataFrame
        Cells of `count_groups` by area, or of one area.
    pooled : bool
        Add the counts of all areas together.

    Returns
    -------
    LinkedCounts
    """
    cells = join_counts({"": areas} if isinstance(areas, pd.DataFrame) else areas, pooled=pooled)
    return LinkedCounts(cells, link_cells(cells))


def join_counts(areas: Mapping[str, pd.DataFrame], *, pooled: bool = False) -> pd.DataFrame:
    """Put the counts of areas together, and those of all areas added up where they are asked for."""
    columns = [*KEY, "count", "official", "printed"]
    if not areas:
        return pd.DataFrame(columns=columns)
    cells = pd.concat(areas.values(), ignore_index=True)
    if pooled:
        together = cells.groupby(KEY[1:], as_index=False).agg(
            count=("count", "sum"), official=("official", "all"), printed=("printed", "all")
        )
        cells = pd.concat([cells, together.assign(area=ALL_AREAS)], ignore_index=True)
    return cells[columns]


def link_cells(cells: pd.DataFrame) -> Relations:
    """Write down every sum that a reader can: of answers, of groups, of areas.

    Parameters
    ----------
    cells : DataFrame
        With the columns of a key.

    Returns
    -------
    Relations
        Whole minus parts = 0, over the rows of `cells`.
    """
    keys = list(zip(*(cells[column].tolist() for column in KEY), strict=True))
    place = {key: number for number, key in enumerate(keys)}
    sums: dict[tuple[int, Key], list[int]] = {}
    for number, key in enumerate(keys):
        for kind, shared, whole in _sums_of(*key):
            if whole in place:
                sums.setdefault((kind, shared), [place[whole]]).append(number)
    places = [sums[name] for name in sorted(sums, key=lambda name: name[0])]
    rows = np.repeat(np.arange(len(places)), [len(own) for own in places])
    values = [1.0 if n == 0 else -1.0 for own in places for n in range(len(own))]
    return sums_from_entries(rows, np.array(list(chain(*places)), dtype=int), np.array(values), len(cells))


def _sums_of(
    area: str, characteristic: str, group: str, question: str, measure: str
) -> Iterator[tuple[int, Key, Key]]:
    """The sums that a count is part of: number of the kind, what its parts share, key of the whole."""
    own = area, characteristic, group
    if question and measure in (POSITIVE, NEGATIVE):
        yield 0, (*own, question), (*own, question, RELEVANT)
    if question and measure in (RELEVANT, REST):
        yield 1, (*own, question), (*own, "", CASES)
    if characteristic and measure == ASKED:
        yield 2, (*own, question), (*own, "", CASES)
    if characteristic:
        yield 3, (area, characteristic, question, measure), (area, "", "", question, measure)
    if area != ALL_AREAS:
        yield 4, (characteristic, group, question, measure), (ALL_AREAS, *own[1:], question, measure)


class Directions:
    """Guesses how counts could move together, were some cases of another group than they are.

    In each table one group gains, or loses, what the others lose or gain: cases with all their answers, or
    positive answers for negative ones.

    Parameters
    ----------
    cells : DataFrame
        With the columns of a key.
    """

    def __init__(self, cells: pd.DataFrame):
        keys = [cells[column].factorize()[0] for column in KEY[:3]]
        self.table = np.unique(np.column_stack(keys[:2]), axis=0, return_inverse=True)[1].ravel()
        self.group = np.unique(np.column_stack(keys), axis=0, return_inverse=True)[1].ravel()
        self.answer = cells["measure"].map({POSITIVE: 1.0, NEGATIVE: -1.0}).fillna(0).to_numpy(float)

    def __call__(self, random: np.random.Generator) -> NDArray[np.float64]:
        """Guess anew: 1, -1, or 0 for no direction, for each cell."""
        lot = random.random(len(self.group))[self.group]
        highest = np.zeros(len(self.group))
        np.maximum.at(highest, self.table, lot)
        sign = (
            np.where(lot == highest[self.table], 1.0, -1.0) * random.choice([-1.0, 1.0], len(lot))[self.table]
        )
        return sign if random.random() < 0.5 else sign * self.answer
