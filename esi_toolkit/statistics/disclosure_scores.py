"""Scores of groups beside hidden counts: a printed score is one more relation, and can give a count away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.statistics.disclosure import SHOWN, Disclosure
from esi_toolkit.statistics.linked_counts import CASES, KEY, POSITIVE, RELEVANT, Directions, link_cells
from esi_toolkit.statistics.recompute import part_codes, question_effects, score_weights
from esi_toolkit.statistics.relations import Floats, Relations, find_ranges

_LEVELS = ("criterion", "section", "overall")
_JUST_BELOW = 1e-6


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
        `scores` with ``hidden`` (bool). Hidden are the scores of groups of which nothing is shown, scores
        that involve a hidden number of relevant cases, and, criteria first, as many others as would let a
        hidden count be worked out. NaN scores are not hidden: there is nothing to hide.

    Notes
    -----
    Attacker's problem of cell suppression (Fischetti & Salazar 2001, *Management Science* 47, 1008-1027) with
    each printed score as a bounded relation. Intervals of scores are taken to tell nothing more.
    """
    hidden = pd.Series(False, index=scores.index)
    for (area, characteristic), own in scores.groupby(["area", "characteristic"]):
        cells = disclosure.cells
        linked = cells[(cells["area"] == area) & cells["characteristic"].isin(["", characteristic])]
        hidden[own.index] = _decide_table(framework, linked.reset_index(drop=True), own, places)
    return scores.assign(hidden=hidden)


def _decide_table(framework: Framework, cells: pd.DataFrame, scores: pd.DataFrame, places: int) -> pd.Series:
    rows = _score_rows(framework, cells, scores)
    kept = {index: row for index, row in rows.items() if row is not None}
    open_ = ((cells["hidden"] != SHOWN) | ~cells["printed"].astype(bool)).to_numpy(bool)
    need = ((cells["hidden"] != SHOWN) & cells["printed"].astype(bool)).to_numpy(float)
    directions = Directions(cells)
    counts, sums = cells["count"].to_numpy(float), link_cells(cells)
    while kept:
        relations = sums.and_also(_printed_scores(kept, scores, len(cells), places))
        ranges = find_ranges(relations, counts, open_, need, directions)
        given_away = np.flatnonzero(open_ & (ranges.width < need))
        guilty = _finest(kept, scores, given_away, cells)
        if not guilty:
            break
        kept = {index: row for index, row in kept.items() if index not in guilty}
    without = scores["score"].isna()
    return pd.Series([index not in kept for index in scores.index], index=scores.index) & ~without


def _score_rows(
    framework: Framework, cells: pd.DataFrame, scores: pd.DataFrame
) -> dict[object, Floats | None]:
    """For each score the coefficient of every count in it; None where it must be hidden anyway."""
    weights = score_weights(framework)
    parts = part_codes(weights)["code"].tolist()
    place = cells.assign(place=np.arange(len(cells))).set_index(KEY[2:])
    rows: dict[object, Floats | None] = {}
    for group, own in scores.groupby("group"):
        mine = place.loc[group]
        gone = mine.loc[("", CASES), "hidden"] != SHOWN
        relevant = mine.xs(RELEVANT, level="measure").reindex(list(weights.questions))
        positive = mine.xs(POSITIVE, level="measure").reindex(list(weights.questions))
        n = relevant["count"].to_numpy(float)
        known = np.where(n > 0, 100 * positive["count"] / np.where(n > 0, n, 1), np.nan)
        effects = question_effects(known, weights)
        for index, code in own["code"].items():
            effect = effects[:, parts.index(code)]
            unknown = (relevant["hidden"] != SHOWN).to_numpy() & (effect > 0)
            row = np.zeros(len(cells))
            row[positive["place"].to_numpy(int)] = np.where(n > 0, 100 * effect / np.where(n > 0, n, 1), 0)
            rows[index] = None if gone or unknown.any() or not row.any() else row
    return rows


def _printed_scores(kept: dict[object, Floats], scores: pd.DataFrame, size: int, places: int) -> Relations:
    from scipy.sparse import csr_array

    printed = np.array([float(round_half_up(scores["score"][index], places) or 0) for index in kept])
    half = 0.5 * 10.0**-places
    matrix = csr_array(np.array(list(kept.values())).reshape(len(kept), size))
    return Relations(matrix, printed - half, printed + half - _JUST_BELOW)


def _finest(
    kept: dict[object, Floats], scores: pd.DataFrame, given_away: np.ndarray, cells: pd.DataFrame
) -> set[object]:
    """The scores of the finest level that involve a question of which a count is given away."""
    questions = set(cells["question"].iloc[given_away]) - {""}
    places = np.flatnonzero(cells["question"].isin(questions))
    involved = {index for index, row in kept.items() if row[places].any()}
    for level in _LEVELS:
        finest = {index for index in involved if scores["level"][index] == level}
        if finest:
            return finest
    return involved
