"""The proof, from nothing but what was printed, that no hidden count can be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.statistics.disclosure.linked_counts import KEY, Directions
from esi_toolkit.statistics.disclosure.relations import (
    Floats,
    Relations,
    connected_blocks,
    find_ranges,
    solve_blocks,
)


def find_recoverable(printed: pd.DataFrame, relations: Relations) -> pd.DataFrame:
    """Find every hidden count that a reader could work out from what was printed.

    Parameters
    ----------
    printed : DataFrame
        The cells as printed: the columns of a key and ``count``, NaN where it was hidden; and ``printed``
        (bool), False for counts that are never printed. True counts are not needed.
    relations : Relations
        The sums between the cells, and anything else that is known about them.

    Returns
    -------
    DataFrame
        The recoverable cells with the ``value`` that follows for each; empty when none can be recovered. That
        is a proof: for every other hidden cell, a table of whole numbers was found that agrees with all that
        was printed and has another number in its place.

    Raises
    ------
    ValueError
        The printed figures contradict one another.

    Notes
    -----
    Attacker's problem of cell suppression; Fischetti & Salazar (2001), *Management Science* 47, 1008-1027.

    Examples
    --------
    >>> from esi_toolkit.statistics.disclosure.linked_counts import CASES, link_cells
    >>> cells = pd.DataFrame({"area": "a", "characteristic": ["", "gender", "gender"],
    ...                       "group": ["", "women", "men"], "question": "", "measure": CASES,
    ...                       "count": [100, None, 97], "printed": True})
    >>> find_recoverable(cells, link_cells(cells))[["group", "value"]].values.tolist()
    [['women', 3]]
    """
    hidden = printed["count"].isna().to_numpy(bool)
    table = _any_table(printed["count"].to_numpy(float), relations)
    need = (hidden & printed["printed"].to_numpy(bool)).astype(float)
    width = find_ranges(relations, table, hidden, need, Directions(printed)).width
    found = (need > 0) & (width < 1)
    columns = [column for column in KEY if column in printed]
    return printed.loc[found, columns].assign(value=table[found].astype(int)).reset_index(drop=True)


def _any_table(counts: Floats, relations: Relations) -> Floats:
    """One table of whole numbers that agrees with everything printed."""
    hidden = np.isnan(counts)
    table = np.where(hidden, 0.0, counts)
    known = relations.matrix @ table
    part = relations.matrix[:, np.flatnonzero(hidden)]
    table[hidden] = solve_blocks(
        np.zeros(hidden.sum()),
        part,
        relations.low - known,
        relations.high - known,
        np.zeros(hidden.sum()),
        np.full(hidden.sum(), np.inf),
        connected_blocks(part),
        np.ones(hidden.sum(), dtype=bool),
    )
    if not relations.hold(table):
        raise ValueError("the printed counts contradict one another")
    return table


def as_printed(cells: pd.DataFrame) -> pd.DataFrame:
    """Give the cells as a reader sees them.

    Parameters
    ----------
    cells : DataFrame
        Of a `Disclosure`.

    Returns
    -------
    DataFrame
        Key, ``count`` (NaN where hidden or never printed) and ``printed``.
    """
    seen = (cells["hidden"] == "") & cells["printed"].astype(bool)
    return cells[[*KEY, "printed"]].assign(count=cells["count"].astype(float).where(seen))
