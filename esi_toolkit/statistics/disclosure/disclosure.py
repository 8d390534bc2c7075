"""Small numbers: which counts are hidden, once for all tables of a report, so that they stay hidden.

Counts below the threshold are hidden, and so are answers of which nearly all or nearly none are positive
(primary suppression); then as many further counts as it takes that nobody can work the hidden ones out by
adding and subtracting (complementary suppression). The decision for an area does not depend on other areas,
so that its own report and a report about many areas agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from esi_toolkit.statistics.disclosure.linked_counts import (
    ALL_AREAS,
    ASKED,
    CASES,
    KEY,
    NEGATIVE,
    POSITIVE,
    RELEVANT,
    join_counts,
    link_cells,
)
from esi_toolkit.statistics.disclosure.relations import Bools, Relations
from esi_toolkit.statistics.disclosure.suppression import COMPLEMENTARY, PRIMARY, SHOWN, Suppression


@dataclass(frozen=True)
class Disclosure:
    """What is hidden in all tables of a report or a batch.

    Attributes
    ----------
    cells : DataFrame
        As in `LinkedCounts`, with ``hidden`` ("primary", "complementary" or "") and ``room``: how far apart
        the values lie, at least, that a reader must still think possible; 0 where the count is shown.
    threshold : int
        Counts below it are hidden.
    """

    cells: pd.DataFrame
    threshold: int

    @property
    def relations(self) -> Relations:
        """The sums between the cells."""
        return link_cells(self.cells)

    def shown_counts(self, characteristic: str, *, area: str = ALL_AREAS) -> pd.DataFrame:
        """Give the answers of every group as they may be printed.

        Parameters
        ----------
        characteristic : str
            The breakdown; "" for all cases.
        area : str
            Id of the area; "" for all areas together.

        Returns
        -------
        DataFrame
            ``question``, ``group``, ``relevant``, ``positive``; <NA> where hidden. A percentage may stand
            only where both are shown.
        """
        rows = (self.cells["area"] == area) & (self.cells["characteristic"] == characteristic)
        own = self.cells[rows & self.cells["measure"].isin([RELEVANT, POSITIVE])]
        shown = own.assign(count=own["count"].astype("Int64").where(own["hidden"] == SHOWN))
        by_measure = shown.set_index(["question", "group", "measure"])["count"].unstack()  # noqa: PD010
        table = by_measure.rename_axis(columns=None)[[RELEVANT, POSITIVE]]
        order = pd.MultiIndex.from_frame(own[["question", "group"]].drop_duplicates())
        return table.reindex(order).reset_index()

    def shown_cases(self, characteristic: str, *, area: str = ALL_AREAS) -> pd.DataFrame:
        """Give the number of cases of every group as it may be printed.

        Parameters
        ----------
        characteristic : str
            The breakdown; "" for all cases.
        area : str
            Id of the area; "" for all areas together.

        Returns
        -------
        DataFrame
            ``group``, ``cases``; <NA> where hidden: of such a group nothing at all may be shown.
        """
        own = [(group, cases) for name, group, cases in self.list_cases(area) if name == characteristic]
        return pd.DataFrame(
            {
                "group": pd.array([group for group, _ in own], dtype=self.cells["group"].dtype),
                "cases": pd.array([cases for _, cases in own], dtype="Int64"),
            }
        )

    def list_cases(self, area: str = ALL_AREAS) -> list[tuple[str, str, Any]]:
        """Characteristic, group and number of cases of every group as it may be printed, <NA> where hidden.

        Parameters
        ----------
        area : str
            Id of the area; "" for all areas together.
        """
        columns = ("area", "measure", "characteristic", "group", "count", "hidden")
        rows = zip(*(self.cells[name].tolist() for name in columns), strict=True)
        return [
            (name, group, count if hidden == SHOWN else pd.NA)
            for of, measure, name, group, count, hidden in rows
            if of == area and measure == CASES
        ]


def decide_disclosure(
    areas: Mapping[str, pd.DataFrame], *, threshold: int, width: int | None = None, pooled: bool = False
) -> Disclosure:
    """Decide once what is hidden in all tables about some areas.

    Parameters
    ----------
    areas : mapping of str to DataFrame
        Cells of `count_groups` by area.
    threshold : int
        Counts below it are hidden: from the framework's display settings.
    width : int, optional
        How far apart the values must be that a reader still has to think possible for a small count; where
        the official figures do not allow so much, as far as they do. Default: `threshold`.
    pooled : bool
        Are counts of all areas together shown too?

    Returns
    -------
    Disclosure
        What official figures give away anyway is not hidden. An area's cells are hidden alike whichever other
        areas are there; only pooled ones depend on all.

    Notes
    -----
    Complementary cell suppression by integer programming: Fischetti & Salazar (2001), *Management Science*
    47, 1008-1027; Hundepool et al. (2012), *Statistical Disclosure Control*, chapter 4.

    Examples
    --------
    >>> from esi_toolkit.statistics.disclosure.linked_counts import count_groups
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> cells = count_groups(esi, durham.cases, durham.judgements, ["ethnicity"], area="county-durham")
    >>> decision = decide_disclosure({"county-durham": cells}, threshold=esi.display.suppress_below)
    >>> bool(decision.shown_cases("ethnicity", area="county-durham")["cases"].isna().all())
    True
    """
    need = threshold if width is None else width
    cells = join_counts(areas, pooled=pooled).assign(hidden=SHOWN, room=0.0)
    if not find_small(cells, threshold).any():
        return Disclosure(cells, threshold)
    characteristics, decided = cells["characteristic"].to_numpy(object), []
    for characteristic in sorted(set(characteristics) - {""}):
        # Breakdowns by different characteristics share only official figures: each is decided by itself.
        own = (characteristics == "") | (characteristics == characteristic)
        decided.append(_decide_breakdown(cells[own], threshold, need))
    return Disclosure(_with_decided(cells, decided), threshold)


def _with_decided(cells: pd.DataFrame, decided: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The cells with what was decided about some of them; rows are told by the index."""
    hidden, room = cells["hidden"].to_numpy(object, copy=True), cells["room"].to_numpy(float, copy=True)
    for own in decided:
        place = cells.index.get_indexer(own.index)
        hidden[place], room[place] = own["hidden"].to_numpy(object), own["room"].to_numpy(float)
    return cells.assign(hidden=hidden.astype(str), room=room)


def _decide_breakdown(cells: pd.DataFrame, threshold: int, need: int) -> pd.DataFrame:
    """One breakdown: every area by itself, then all areas together."""
    of = cells["area"].to_numpy(object)
    areas = [cells[of == area] for area in sorted(set(of) - {ALL_AREAS})]
    decided = [_decide_area(own, threshold, need) for own in areas]
    pooled = of == ALL_AREAS
    if not pooled.any():
        return pd.concat(decided) if len(decided) > 1 else decided[0]
    return _decide_pooled(pd.concat([*decided, cells[pooled]]), threshold, need)


def find_small(cells: pd.DataFrame, threshold: int) -> Bools:
    """Find the counts that must not be shown.

    Parameters
    ----------
    cells : DataFrame
        As in `LinkedCounts`.
    threshold : int
        From the framework's display settings.

    Returns
    -------
    ndarray of bool
        Cases and relevant answers from 1 to below the threshold, and answers (positive, negative) where
        either of the two is below it. Nobody is no count: 0 of 0 is not hidden. Official counts never are.
    """
    count, measure = cells["count"].to_numpy(), cells["measure"].to_numpy(object)
    small = ((measure == CASES) | (measure == RELEVANT)) & (count > 0) & (count < threshold)
    answers = (measure == POSITIVE) | (measure == NEGATIVE)
    if answers.any():
        small |= answers & _find_few_answers(cells, threshold)
    return np.asarray(small & ~cells["official"].to_numpy(bool), dtype=bool)


def _find_few_answers(cells: pd.DataFrame, threshold: int) -> Bools:
    """Counts to questions that too few answered positively, or too few did not."""
    count, measure = cells["count"], cells["measure"]
    row = [cells[column] for column in KEY[:4]]
    relevant = count.where(measure == RELEVANT).groupby(row).transform("max")
    positive = count.where(measure == POSITIVE).groupby(row).transform("max")
    few = (np.minimum(positive, relevant - positive) < threshold) & (relevant > 0)
    return few.to_numpy(bool)


def _decide_area(cells: pd.DataFrame, threshold: int, need: int) -> pd.DataFrame:
    """First the groups of which nothing is shown, then the answers of the others."""
    if not find_small(cells, threshold).any():
        return cells
    free, measure = ~cells["official"].to_numpy(bool), cells["measure"].to_numpy(object)
    if (measure[free] == CASES).all():
        return _decide_one_sum(cells, threshold, need)
    is_cases = (measure == CASES) | (measure == ASKED)
    cells = _with_cases_decided(cells, is_cases, threshold, need)
    gone = cells["group"].isin(cells.loc[is_cases & (cells["hidden"] != SHOWN), "group"]).to_numpy(bool)
    search = Suppression(cells, need)
    small = find_small(cells, threshold) & ~is_cases & ~search.given_by_sizes()
    search.hide(small, may_hide=_least_loss_first(cells, free), also=gone & free & ~is_cases)
    return search.result()


def _decide_one_sum(cells: pd.DataFrame, threshold: int, need: int) -> pd.DataFrame:
    """Groups that add up to the whole and to nothing else: hidden ones can be anything up to their sum."""
    counts, small = cells["count"].to_numpy(float), find_small(cells, threshold)
    hidden, free = small.copy(), ~cells["official"].to_numpy(bool) & ~small
    for place in np.argsort(np.where(free, counts, np.inf), kind="stable")[: free.sum()]:
        if hidden.sum() > 1 and counts[hidden].sum() >= need:
            break
        hidden[place] = True
    hidden &= hidden.sum() > 1
    reason = np.where(hidden & small, PRIMARY, np.where(hidden, COMPLEMENTARY, SHOWN))
    return cells.assign(hidden=reason, room=np.where(hidden, counts[hidden].sum(), 0.0))


def _with_cases_decided(cells: pd.DataFrame, is_cases: Bools, threshold: int, need: int) -> pd.DataFrame:
    """Decide about the numbers of cases alone: everything else about a group follows them."""
    own = cells[is_cases]
    search = Suppression(own, need)
    search.hide(find_small(own, threshold), may_hide=[~own["official"].to_numpy(bool)])
    return _with_decided(cells, [search.result()])


def _decide_pooled(cells: pd.DataFrame, threshold: int, need: int) -> pd.DataFrame:
    """Hide counts of all areas together, and no more of the areas, so that what they hide stays hidden."""
    pooled = (cells["area"] == ALL_AREAS).to_numpy(bool)
    if not (find_small(cells, threshold) & pooled).any() and (cells["hidden"] == SHOWN).all():
        return cells
    free = ~cells["official"].to_numpy(bool)
    search = Suppression(cells, need)
    small = find_small(cells, threshold) & pooled & ~search.given_by_sizes()
    search.hide(small, may_hide=_least_loss_first(cells, free & pooled))
    return search.result()


def _least_loss_first(cells: pd.DataFrame, may_hide: Bools) -> list[Bools]:
    """First only percentages may go, then numbers of relevant cases, and numbers of cases at the last."""
    answers = cells["measure"].isin([POSITIVE, NEGATIVE]).to_numpy(bool)
    relevant = (cells["measure"] == RELEVANT).to_numpy(bool)
    return [may_hide & answers, may_hide & (answers | relevant), may_hide]
