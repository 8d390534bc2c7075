"""What a reader knows of hidden counts: linear relations, and how far they leave each count open.

A hidden count is safe when there is another table of whole numbers that agrees with everything printed and
has another number in its place. Such a table is the proof, and it is looked for by integer programming; when
there is none, the count can be recovered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Guess = Callable[[np.random.Generator], Floats]
_PATIENCE = 4
_EXACT = 1e-9
_WHOLE = 1e-6
_OPTIONS = {"time_limit": 10.0}
"""A search that takes longer finds nothing: the count is then held to be recoverable, the safe side."""


@dataclass(frozen=True)
class Relations:
    """Linear relations between counts: low <= matrix @ counts <= high.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array
        Relations x counts.
    low, high : ndarray
        Bounds of each relation; equal for a sum.
    """

    matrix: csr_array
    low: Floats
    high: Floats

    def and_also(self, matrix: Floats, low: Floats, high: Floats) -> Relations:
        """The same with further relations."""
        from scipy.sparse import csr_array, vstack

        both = vstack([self.matrix, csr_array(matrix)], format="csr")
        return Relations(both, np.r_[self.low, low], np.r_[self.high, high])

    def hold(self, counts: Floats) -> bool:
        """Do these counts satisfy every relation?"""
        values = self.matrix @ counts
        slack = _EXACT * (1 + np.abs(values))
        return bool(np.all(values >= self.low - slack) and np.all(values <= self.high + slack))


def sums_from_entries(rows: Ints, places: Ints, values: Floats, size: int) -> Relations:
    """Build sums from their coefficients.

    Parameters
    ----------
    rows, places, values : ndarray
        Sum, place of the count in it, and its coefficient: 1 for the whole, -1 for the parts.
    size : int
        Number of counts.

    Returns
    -------
    Relations
        Every sum is 0.
    """
    from scipy.sparse import csr_array

    sums = int(rows.max(initial=-1)) + 1
    matrix = csr_array((values, (rows, places)), shape=(sums, size))
    return Relations(matrix, np.zeros(sums), np.zeros(sums))


@dataclass(frozen=True)
class Ranges:
    """How far counts were found to be open.

    Attributes
    ----------
    low, high : ndarray
        Smallest and largest value of each count among the tables found; all of them agree with what is
        printed.
    """

    low: Floats
    high: Floats

    @property
    def width(self) -> Floats:
        """From the smallest whole number within to the largest; 0 where a count can be worked out."""
        return np.floor(self.high + _WHOLE) - np.ceil(self.low - _WHOLE)

    def with_table(self, table: Floats) -> Ranges:
        """The same, having seen another table."""
        return Ranges(np.minimum(self.low, table), np.maximum(self.high, table))


def find_ranges(
    relations: Relations,
    counts: Floats,
    open_: Bools,
    need: Floats,
    guess: Guess,
    *,
    exhaustive: bool = True,
    whole: bool = True,
) -> Ranges:
    """Look for tables that show how far each count is open.

    Parameters
    ----------
    relations : Relations
        What the reader knows.
    counts : ndarray
        One table of whole numbers that agrees with it.
    open_ : ndarray of bool
        Counts that are not printed.
    need : ndarray
        How wide a range is to be shown for each count; 0 where none is.
    guess : callable
        From a random generator to a direction for each count, in which counts might move together. A good
        guess shows many ranges with one table; the result of an exhaustive search does not depend on it.
    exhaustive : bool
        Search until every range is as wide as needed or cannot be wider; otherwise, give up where guesses do
        not help.

    Returns
    -------
    Ranges

    Notes
    -----
    Attacker's problem of cell suppression (Fischetti & Salazar 2001, *Management Science* 47, 1008-1027),
    solved by integer programming (HiGHS). Every table found is checked against the relations before it is
    believed.

    Examples
    --------
    >>> two_parts = sums_from_entries(np.zeros(3, dtype=int), np.arange(3), np.array([1.0, -1, -1]), 3)
    >>> table, open_ = np.array([10.0, 3, 7]), np.array([False, True, True])
    >>> ranges = find_ranges(two_parts, table, open_, 5.0 * open_, lambda random: np.array([0, 1.0, -1]))
    >>> ranges.width.tolist()
    [0.0, 5.0, 5.0]
    """
    program = Program(relations, counts, open_, whole=whole)
    ranges, random, idle = Ranges(counts.copy(), counts.copy()), np.random.default_rng(0), 0
    need = np.where(open_, need, 0)
    while (unmet := ranges.width < need).any() and idle < _PATIENCE:
        ranges = ranges.with_table(program.push(np.where(unmet, guess(random), 0), need))
        idle = idle + 1 if ((ranges.width < need) == unmet).all() else 0
    return _search_one_by_one(program, ranges, need) if exhaustive else ranges


def _search_one_by_one(program: Program, ranges: Ranges, need: Floats) -> Ranges:
    """Push each count that is still short up and down as far as it goes; unconnected ones side by side."""
    tried = ~program.open
    while (unmet := (ranges.width < need) & ~tried).any():
        chosen = program.one_per_block(unmet)
        tried = tried | chosen
        for direction in (1.0, -1.0):
            ranges = ranges.with_table(program.push(direction * chosen.astype(np.float64), need))
    return ranges


class Program:
    """The integer program over the open counts of one table.

    Parameters
    ----------
    relations, counts, open_, whole
        As for `find_ranges`.
    """

    def __init__(self, relations: Relations, counts: Floats, open_: Bools, *, whole: bool = True):
        self.counts, self.relations, self.whole = counts, relations, whole
        self.open = _still_open(relations, open_)
        self.places = np.flatnonzero(self.open)
        part = relations.matrix[:, self.places]
        used = np.diff(part.indptr) > 0
        now = relations.matrix @ counts
        self.matrix = part[np.flatnonzero(used)]
        self.low, self.high = (relations.low - now)[used], (relations.high - now)[used]
        self.blocks = connected_blocks(self.matrix)

    def one_per_block(self, wanted: Bools) -> Bools:
        """Choose one wanted count of every set of open counts that relations connect."""
        mine = np.flatnonzero(wanted[self.places])
        first = mine[np.unique(self.blocks[mine], return_index=True)[1]]
        chosen = np.zeros(len(self.counts), dtype=bool)
        chosen[self.places[first]] = True
        return chosen

    def push(self, wish: Floats, limit: Floats) -> Floats:
        """Find the table that moves counts furthest in the wished direction, each at most to its limit.

        Parameters
        ----------
        wish : ndarray
            Direction of each count; 0 where it does not matter.
        limit : ndarray
            Furthest move that counts as progress.

        Returns
        -------
        ndarray
            A table that satisfies the relations; the one given where nothing can move.
        """
        own = wish[self.places]
        far = np.where(own != 0, limit[self.places], np.inf)
        least = np.maximum(-self.counts[self.places], np.where(own < 0, -far, -np.inf))
        most = np.where(own > 0, far, np.inf)
        move = solve_blocks(
            -own, self.matrix, self.low, self.high, least, most, self.blocks, own != 0, self.whole
        )
        return self.moved(move)

    def moved(self, move: Floats) -> Floats:
        """The table after a move, if it is a table; otherwise the table as it is."""
        table = self.counts.copy()
        table[self.places] = (
            np.maximum(table[self.places] + move, 0) if not self.whole else table[self.places] + move
        )
        return table if (table >= 0).all() and self.relations.hold(table) else self.counts.copy()


def _still_open(relations: Relations, open_: Bools) -> Bools:
    """Leave out open counts that a sum gives away because all its other counts are printed."""
    open_ = open_.copy()
    pattern, sums = (relations.matrix != 0).astype(float), relations.low == relations.high
    while True:
        alone = sums & (pattern @ open_.astype(float) == 1)
        given = open_ & ((pattern.T @ alone.astype(float)) > 0)
        if not given.any():
            return open_
        open_ &= ~given


def connected_blocks(matrix: csr_array) -> Ints:
    """Number the sets of columns that rows connect, directly or through others."""
    from scipy.sparse.csgraph import connected_components

    pattern = (matrix != 0).astype(float)
    return np.asarray(connected_components(pattern.T @ pattern, directed=False)[1])


def solve_blocks(
    cost: Floats,
    matrix: csr_array,
    low: Floats,
    high: Floats,
    least: Floats,
    most: Floats,
    blocks: Ints,
    wanted: Bools,
    whole: bool = True,
) -> Floats:
    """Minimise a cost over whole numbers under linear relations, block by block.

    Parameters
    ----------
    cost, least, most : ndarray
        Cost and bounds of each variable.
    matrix, low, high
        Relations between them.
    blocks : ndarray of int
        Block of each variable, from `connected_blocks`.
    wanted : ndarray of bool
        Only the blocks of these variables are solved.
    whole : bool
        Whole numbers only.

    Returns
    -------
    ndarray
        0 throughout the other blocks and those for which nothing was found.

    Notes
    -----
    The linear programme of all blocks together nearly always ends in whole numbers, for the sums of a table
    are a network; only blocks where it does not are solved as integer programmes.
    """
    values = np.zeros(len(cost))
    own = np.flatnonzero(np.isin(blocks, np.unique(blocks[wanted])))
    if not len(own):
        return values
    part = _Part(cost, matrix, low, high, least, most, own)
    found = part.solve(whole=False)
    if not whole:
        values[own] = 0 if found is None else found
        return values
    if found is not None:
        values[own] = np.round(found)
    wrong = np.ones(len(own), dtype=bool) if found is None else np.abs(found - np.round(found)) > _WHOLE
    for block in np.unique(blocks[own[wrong]]):
        places = np.flatnonzero(blocks == block)
        better = _Part(cost, matrix, low, high, least, most, places).solve(whole=True)
        values[places] = 0 if better is None else np.round(better)
    return values


class _Part:
    """The programme over some of the variables, which no relation connects to the others."""

    def __init__(
        self,
        cost: Floats,
        matrix: csr_array,
        low: Floats,
        high: Floats,
        least: Floats,
        most: Floats,
        places: Ints,
    ):
        columns = matrix[:, places]
        rows = np.flatnonzero(np.diff(columns.indptr) > 0)
        self.cost, self.least, self.most = cost[places], least[places], most[places]
        self.matrix, self.low, self.high = columns[rows], low[rows], high[rows]

    def solve(self, *, whole: bool) -> Floats | None:
        """The cheapest values, whole numbers or any; None where there are none or time runs out."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        relations = LinearConstraint(self.matrix, self.low, self.high) if self.matrix.shape[0] else ()
        kind = np.full(len(self.cost), float(whole))
        bounds = Bounds(self.least, self.most)
        found = milp(self.cost, integrality=kind, bounds=bounds, constraints=relations, options=_OPTIONS)
        return None if found.x is None else np.asarray(found.x)
