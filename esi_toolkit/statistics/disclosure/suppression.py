"""The search for counts to hide besides the small ones, so that nobody can work those out (complementary
suppression): a row of linear programs over the sums that link the counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from esi_toolkit.statistics.disclosure.linked_counts import (
    CASES,
    NEGATIVE,
    POSITIVE,
    RELEVANT,
    Directions,
    link_cells,
)
from esi_toolkit.statistics.disclosure.relations import (
    Bools,
    Floats,
    Program,
    Ranges,
    find_ranges,
    solve_blocks,
)

PRIMARY, COMPLEMENTARY, SHOWN = "primary", "complementary", ""
_LOSS = {CASES: 10.0, RELEVANT: 3.0, POSITIVE: 1.0, NEGATIVE: 0.1}
"""What is lost with a count: a row, a number of cases, a percentage, nothing that is printed."""
_GAIN = 10_000.0
_PATIENCE = 4
"""Attempts without any success before dearer counts are hidden; the last search goes on to its end."""


class Suppression:
    """The search among linked counts; it only ever hides more.

    Parameters
    ----------
    cells : DataFrame
        As in `LinkedCounts`, with ``hidden`` and ``room`` as `Disclosure` has them: what is decided already.
    width : int
        How far apart the values must be that a reader still has to think possible for a small count.
    """

    def __init__(self, cells: pd.DataFrame, width: int):
        self.cells, self.relations = cells, link_cells(cells)
        self.counts = cells["count"].to_numpy(float)
        self.unprinted = ~cells["printed"].to_numpy(bool)
        self.width, self.guess = width, Directions(cells)
        self.hidden, self.primary = (
            (cells["hidden"] != SHOWN).to_numpy(),
            (cells["hidden"] == PRIMARY).to_numpy(),
        )
        room = np.minimum(cells["room"].to_numpy(float), np.where(self.primary, width, 1))
        self.need = np.where(self.hidden, room, 0)
        self.turn = np.zeros(len(self.counts), dtype=bool)
        self.ranges = Ranges(self.counts.copy(), self.counts.copy())

    def given_by_sizes(self) -> Bools:
        """Answers that official figures give away once the sizes of groups are known: all positive, say."""
        official = self.cells["official"].to_numpy(bool)
        answers = self.cells["measure"].isin([POSITIVE, NEGATIVE]).to_numpy(bool) & ~official
        ranges = find_ranges(self.relations, self.counts, answers, answers.astype(np.float64), self.guess)
        return answers & (ranges.width < 1)

    def hide(self, primary: Bools, *, may_hide: Sequence[Bools], also: Bools | None = None) -> None:
        """Hide these, and as many others as it takes to keep all that is hidden from being worked out."""
        others = (np.zeros(len(primary), dtype=bool) if also is None else also) & ~self.unprinted
        self.hidden = self.hidden | primary | others
        self.primary = self.primary | primary
        self.need = np.where(primary, self.width, np.where(others, np.maximum(self.need, 1), self.need))
        open_ = self.hidden | self.unprinted
        found = find_ranges(self.relations, self.counts, open_, self.need, self.guess, exhaustive=False)
        self.ranges = self.ranges.with_table(found.low).with_table(found.high)
        for number, others in enumerate(may_hide, 1):
            self.turn = self.cells["measure"].isin(set(self.cells["measure"][others])).to_numpy(bool)
            self._hide_on_a_guess(others)
            self._hide_one_by_one(others, np.inf if number == len(may_hide) else _PATIENCE)
            # A wider range is not worth a dearer count: it is enough that nothing can be worked out.
            enough = self.unmet & (self.ranges.width >= 1)
            self.need = np.where(enough, self.ranges.width, self.need)

    @property
    def unmet(self) -> Bools:
        """Hidden counts whose turn it is and that a reader could still place too closely."""
        return self.turn & self.hidden & (self.ranges.width < self.need)

    def _hide_on_a_guess(self, may_hide: Bools) -> None:
        """Make room for many counts at once, as long as that helps."""
        random, idle = np.random.default_rng(0), 0
        while (unmet := self.unmet).any() and idle < _PATIENCE:
            program = Program(self.relations, self.counts, self.hidden | self.unprinted | may_hide)
            self._make_room(program, np.where(unmet, self.guess(random), 0))
            idle = idle + 1 if (self.unmet == unmet).all() else 0

    def _hide_one_by_one(self, may_hide: Bools, patience: float) -> None:
        """Make room for each count that is still short; unconnected ones at the same time."""
        tried, idle = np.zeros(len(self.counts), dtype=bool), 0
        while (unmet := self.unmet & ~tried).any() and idle < patience:
            program = Program(self.relations, self.counts, self.hidden | self.unprinted | may_hide)
            chosen = program.one_per_block(unmet)
            tried |= chosen | (unmet & ~program.open)
            for direction in (1.0, -1.0):
                self._make_room(program, np.where(self.unmet, direction * chosen, 0))
            idle = idle + 1 if (self.unmet & chosen).sum() == chosen.sum() else 0

    def _make_room(self, program: Program, direction: Floats) -> None:
        """Hide what is cheapest so that counts can lie further in a direction."""
        if not direction.any():
            return
        ahead = np.where(direction > 0, self.ranges.high - self.counts, self.counts - self.ranges.low)
        goal = direction * (self.need - self.ranges.width + ahead)
        table = self._cheapest_move(program, goal)
        moved = (table != self.counts) & ~self.unprinted
        self.hidden = self.hidden | moved
        self.need = np.where(moved, np.maximum(self.need, 1), self.need)
        self.ranges = self.ranges.with_table(table)

    def _cheapest_move(self, program: Program, goal: Floats) -> Floats:
        """Move counts towards their goals as far as possible, over the counts whose hiding loses least."""
        from scipy.sparse import hstack

        places = program.places
        loss = self.cells["measure"].map(_LOSS).fillna(0).to_numpy(float)[places]
        loss = loss * (1 + np.log1p(self.counts[places]))
        loss = np.where(self.hidden[places] | self.unprinted[places], 1e-3, loss)
        own = goal[places]
        # Each count moves up by one variable and down by another, so that either way costs.
        reward = _GAIN * np.sign(own)
        up = np.where(own > 0, own, np.where(own < 0, 0, np.inf))
        down = np.where(
            own < 0, np.minimum(-own, self.counts[places]), np.where(own > 0, 0, self.counts[places])
        )
        move = solve_blocks(
            np.r_[loss - reward, loss + reward],
            hstack([program.matrix, -program.matrix], format="csr"),
            program.low,
            program.high,
            np.zeros(2 * len(places)),
            np.r_[up, down],
            np.r_[program.blocks, program.blocks],
            np.r_[own, own] != 0,
        )
        return program.moved(move[: len(places)] - move[len(places) :])

    def result(self) -> pd.DataFrame:
        """The cells with what is hidden; what official figures give away all the same is shown."""
        kept = self.hidden & (self.ranges.width > 0)
        hidden = np.where(kept & self.primary, PRIMARY, np.where(kept, COMPLEMENTARY, SHOWN))
        return self.cells.assign(hidden=hidden, room=np.where(kept, self.ranges.width, 0.0))
