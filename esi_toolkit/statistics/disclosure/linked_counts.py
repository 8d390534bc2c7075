"""The counts behind every breakdown of a report or a batch, and how they add up to one another.

Whoever reads a table of groups can add and subtract: groups add up to the whole, positive and negative
answers to the relevant ones, areas to all areas. These sums are what disclosure control has to reckon with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        values = cases[characteristic].fillna("").replace("", NOT_RECORDED).to_numpy(str)
        for group in sorted(set(values)):
            table = _cells_of(values == group, relevant, positive, questions)
            table[["characteristic", "group", "official"]] = characteristic, group, False
            tables.append(table)
    cells = pd.concat(tables, ignore_index=True).assign(area=area)
    cells["printed"] = cells["official"] | (cells["measure"] != REST)
    return cells[[*KEY, "count", "official", "printed"]]


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
    place = cells[KEY].assign(place=np.arange(len(cells)))
    answers = place[place["question"] != ""]
    groups, areas = place["characteristic"] != "", place["area"] != ALL_AREAS
    sums = [
        _sum(answers[answers["measure"].isin([POSITIVE, NEGATIVE])], "measure", {"measure": RELEVANT}, place),
        _sum(
            answers[answers["measure"].isin([RELEVANT, REST])],
            "measure",
            {"measure": CASES, "question": ""},
            place,
        ),
        _sum(
            place[groups & (place["measure"] == ASKED)],
            "measure",
            {"measure": CASES, "question": ""},
            place,
        ),
        _sum(place[groups], "group", {"group": "", "characteristic": ""}, place),
        _sum(place[areas], "area", {"area": ALL_AREAS}, place),
    ]
    entries = pd.concat(
        [table.assign(row=table["row"] + 1e9 * n) for n, table in enumerate(sums)], ignore_index=True
    )
    rows = entries["row"].factorize()[0]
    return sums_from_entries(
        rows, entries["place"].to_numpy(int), entries["value"].to_numpy(float), len(cells)
    )


def _sum(parts: pd.DataFrame, over: str, whole: Mapping[str, str], place: pd.DataFrame) -> pd.DataFrame:
    """Entries of the sums over one column: ``row``, ``place``, ``value`` (1 for the whole, -1 for the parts).

    The whole has the keys of its parts, but for those given; parts whose whole is not among the cells are
    left out.
    """
    parts = parts.assign(row=parts.groupby([column for column in KEY if column != over]).ngroup())
    ends = parts.drop_duplicates("row").assign(**whole).drop(columns="place").merge(place, on=KEY)
    parts = parts[parts["row"].isin(ends["row"])]
    return pd.concat([ends[["row", "place"]].assign(value=1.0), parts[["row", "place"]].assign(value=-1.0)])


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
