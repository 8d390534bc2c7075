"""Scores of groups beside hidden counts: a printed score is one more relation, and can give a count away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.statistics.disclosure.disclosure import Disclosure
from esi_toolkit.statistics.disclosure.linked_counts import (
    CASES,
    NEGATIVE,
    POSITIVE,
    RELEVANT,
    Directions,
    link_cells,
)
from esi_toolkit.statistics.disclosure.relations import Bools, Floats, find_ranges
from esi_toolkit.statistics.disclosure.suppression import SHOWN
from esi_toolkit.statistics.resampling.recompute import part_codes, question_effects, roll_up, score_weights

_FINEST_FIRST = ("criterion", "section", "overall")
_NOISE = 1e-6


def decide_group_scores(
    framework: Framework, disclosure: Disclosure, scores: pd.DataFrame, *, places: int = 0
) -> pd.DataFrame:
    """Decide which scores of groups can be printed without giving a hidden count away.

    Parameters
    ----------
    framework : Framework
        The rules by which a score follows from counts.
    disclosure : Disclosure
        What is hidden.
    scores : DataFrame
        ``area``, ``characteristic``, ``group``, ``level`` (overall, section, criterion), ``code``, ``score``
        (0-100).
    places : int
        Decimal places to which scores are printed, everywhere: an unrounded score tells more.

    Returns
    -------
    DataFrame
        `scores` with ``hidden`` (bool). Hidden are the scores of groups of which nothing is shown and,
        criteria first, as many others as would let a hidden count be worked out. NaN scores are not hidden:
        there is nothing to hide.

    Notes
    -----
    Linear-programming bounds of the attacker's problem (Fischetti & Salazar 2001, *Management Science* 47,
    1008-1027) with each printed score as a bounded relation: every hidden answer that the counts alone leave
    open must keep room for another whole number. The reader is taken to know every number of relevant cases,
    also a hidden one; intervals of scores are taken to tell nothing more.

    Examples
    --------
    >>> from esi_toolkit.statistics.disclosure.disclosure import decide_disclosure
    >>> from esi_toolkit.statistics.groups import score_groups
    >>> from esi_toolkit.statistics.disclosure.linked_counts import count_groups
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> tables = durham.cases, durham.judgements
    >>> cells = count_groups(esi, *tables, ["assessor"], area="a")
    >>> decision = decide_disclosure({"a": cells}, threshold=esi.display.suppress_below)
    >>> scores = score_groups(esi, *tables, "assessor", seed=1, replicates=50)
    >>> scores = scores.assign(area="a", characteristic="assessor")
    >>> decided = decide_group_scores(esi, decision, scores)
    >>> decided.loc[decided["level"] == "overall", "hidden"].tolist()
    [False, False]
    """
    hidden = pd.Series(False, index=scores.index)
    for (area, characteristic), own in scores.groupby(["area", "characteristic"]):
        cells = disclosure.cells
        linked = cells[(cells["area"] == area) & cells["characteristic"].isin(["", characteristic])]
        hidden[own.index] = _decide_table(framework, linked.reset_index(drop=True), own, places)
    return scores.assign(hidden=hidden)


def _decide_table(framework: Framework, cells: pd.DataFrame, scores: pd.DataFrame, places: int) -> pd.Series:
    printed = _PrintedScores(framework, cells, scores.dropna(subset="score"), places)
    sums, directions = link_cells(cells), Directions(cells)
    counts = cells["count"].to_numpy(float)
    answers = cells["measure"].isin([POSITIVE, NEGATIVE]).to_numpy(bool)
    hidden = answers & (cells["hidden"] != SHOWN).to_numpy(bool)
    open_before = (
        find_ranges(sums, counts, hidden, hidden.astype(np.float64), directions, whole=False).width >= 1
    )
    kept = printed.can_be_checked(counts)
    while kept.any():
        relations = sums.and_also(*printed.relations(counts, kept))
        ranges = find_ranges(
            relations, counts, hidden, open_before.astype(np.float64), directions, whole=False
        )
        guilty = printed.finest_about(kept, cells["question"][open_before & (ranges.width < 1)])
        if not guilty.any():
            break
        kept &= ~guilty
    shown = pd.Series(kept, index=printed.scores.index).reindex(scores.index, fill_value=False)
    return ~shown & scores["score"].notna()


class _PrintedScores:
    """The scores of one breakdown, as they follow from a table of counts."""

    def __init__(self, framework: Framework, cells: pd.DataFrame, scores: pd.DataFrame, places: int):
        self.scores, self.weights = scores, score_weights(framework)
        self.groups = sorted(set(scores["group"]))
        place = cells.assign(place=np.arange(len(cells))).set_index(["group", "measure", "question"])["place"]
        self.positive, self.relevant = (
            np.array(
                [[place[group, measure, q] for q in self.weights.questions] for group in self.groups],
                dtype=int,
            )
            for measure in (POSITIVE, RELEVANT)
        )
        hidden = cells["hidden"].to_numpy() != SHOWN
        gone = [hidden[place[group, CASES, ""]] for group in self.groups]
        parts = part_codes(self.weights)["code"].tolist()
        self.row = np.array([self.groups.index(group) for group in scores["group"]], dtype=int)
        self.part = np.array([parts.index(code) for code in scores["code"]], dtype=int)
        self.gone = np.array(gone, dtype=bool)[self.row]
        half = 0.5 * 10.0**-places
        rounded = np.array([float(round_half_up(score, places) or 0) for score in scores["score"]])
        self.low, self.high = rounded - half, rounded + half - _NOISE

    def of(self, counts: Floats) -> Floats:
        """The scores that these counts have, unrounded; NaN where there is none."""
        return roll_up(self._questions(counts), self.weights).parts[self.row, self.part]

    def _questions(self, counts: Floats) -> Floats:
        positive, relevant = counts[self.positive], counts[self.relevant]
        return np.divide(100 * positive, relevant, out=np.full(positive.shape, np.nan), where=relevant > 0)

    def can_be_checked(self, counts: Floats) -> Bools:
        """Scores of groups that are shown, and that follow from counts alone."""
        return ~self.gone & self._agree(counts)

    def _agree(self, counts: Floats) -> Bools:
        values = self.of(counts)
        return (values >= self.low - _NOISE) & (values <= self.high)

    def relations(self, counts: Floats, kept: Bools) -> tuple[Floats, Floats, Floats]:
        """Coefficients and bounds of the kept scores: linear in the answers, the numbers of cases given."""
        questions = self._questions(counts)
        matrix = np.zeros((len(self.scores), len(counts)))
        for number, (row, part) in enumerate(zip(self.row, self.part, strict=True)):
            effect = question_effects(questions[row], self.weights)[:, part]
            matrix[number, self.positive[row]] = 100 * effect / np.maximum(counts[self.relevant[row]], 1)
        return matrix[kept], self.low[kept], self.high[kept]

    def finest_about(self, kept: Bools, questions: pd.Series) -> Bools:
        """Of the kept scores that involve one of these questions, those of the finest level."""
        asked = np.isin(self.weights.questions, questions.to_numpy(str))
        reach = question_effects(np.where(asked, 0.0, np.nan), self.weights).max(axis=0) > 0
        involved = kept & reach[self.part] if len(questions) else np.zeros(len(kept), dtype=bool)
        for level in _FINEST_FIRST:
            finest = involved & (self.scores["level"] == level).to_numpy(bool)
            if finest.any():
                return finest
        return involved
