"""How sure a scorecard is, without what would give a withheld figure away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.certainty import Certainty
from esi_toolkit.statistics.conclusions import POOLED
from esi_toolkit.statistics.disclosure.control import GroupControl
from esi_toolkit.statistics.disclosure.control_figures import codes_above
from esi_toolkit.statistics.groups import GroupComparison


def withhold_certainty(certainty: Certainty, shown: Scorecard, groups: GroupControl) -> Certainty:
    """Take out of what stands beside the official figures whatever may not go out.

    Parameters
    ----------
    certainty : Certainty
        Of the whole scorecard.
    shown : Scorecard
        From `control_figures.withhold_figures`.
    groups : GroupControl
        What may be shown of the cases by who assessed them.

    Returns
    -------
    Certainty
        Scores of which a withheld question is part, and their intervals, are whole numbers as printed; how
        they would be if answers were pooled or questions weighed equally is left out, and so is everything
        about a withheld score. Where weights could move the overall to is given in whole numbers, and what
        leaving out one part would do only where it tells nothing. Intervals are taken to tell nothing more.
    """
    limit = shown.framework.display.suppress_below
    # Many answers may be about few cases: of one, they would tell what its two assessors disagreed about.
    enough = certainty.assessed_twice >= limit
    assessors = certainty.assessors
    found = replace(
        certainty,
        assessors=None if assessors is None else _withhold_groups(assessors, shown.area_id, groups),
        agreement=certainty.agreement if enough else None,
        disagreed=certainty.disagreed if enough else certainty.disagreed.head(0),
    )
    return _withhold_scores(found, shown) if shown.withheld else found


def _withhold_groups(comparison: GroupComparison, area: str, groups: GroupControl) -> GroupComparison | None:
    """Without the scores of either group that may not be shown; None where a group's size may not."""
    if not {comparison.first, comparison.second} <= groups.shown_groups(comparison.by):
        return None
    table = comparison.table
    hidden = np.zeros(len(table), dtype=bool)
    for group in (comparison.first, comparison.second):
        hidden |= groups.withhold(table.assign(group=group), comparison.by, area)["withheld"].to_numpy(bool)
    figures = list(table.select_dtypes("number"))
    shown = table[figures].mask(np.repeat(hidden[:, None], len(figures), axis=1))
    return replace(comparison, table=table.assign(**shown, withheld=hidden & table["difference"].notna()))


def _withhold_scores(certainty: Certainty, shown: Scorecard) -> Certainty:
    above, overall = codes_above(shown), shown.overall.score is not None
    intervals = certainty.intervals
    if intervals is not None:
        intervals = _known(intervals, shown.withheld)
        part = intervals["code"].isin(list(above))
        for column in ("score", "low", "high"):
            intervals[column] = intervals[column].mask(part, intervals[column].map(_whole))
    otherwise = _known(certainty.otherwise, shown.withheld)
    from_answers = otherwise["way"].isin([POOLED, "questions"]) & otherwise["code"].isin(list(above))
    return replace(
        certainty,
        intervals=intervals,
        above=certainty.above if overall else np.nan,
        weighted=None if certainty.weighted is None else _known(certainty.weighted, shown.withheld),
        effects=_effects_as_shown(certainty.effects, shown) if overall else None,
        weights=_whole_range(certainty.weights) if overall else None,
        without=_without_as_shown(certainty.without, shown) if overall else None,
        otherwise=otherwise[~from_answers].reset_index(drop=True),
    )


def _effects_as_shown(effects: pd.DataFrame | None, shown: Scorecard) -> pd.DataFrame | None:
    """The true effects, which tell no score, with what follows from the scores as they are printed."""
    if effects is None:
        return None
    known = _known(effects, shown.withheld)
    part = known["code"].isin(list(codes_above(shown)))
    score = known["score"].mask(part, known["score"].map(_whole))
    return known.assign(
        score=score, contribution=known["effect"] * score, room=known["effect"] * (100 - score)
    )


def _whole_range(weights: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if weights is None else (_whole(weights[0]), _whole(weights[1]))


def _without_as_shown(without: pd.DataFrame | None, shown: Scorecard) -> pd.DataFrame | None:
    """Leaving out one question or criterion, where the largest change tells nothing about a withheld figure.

    A question's change follows from its criterion's questions, a criterion's from its section's criteria. A
    level whose largest change would tell is left out, for the next largest would be called the largest.
    """
    if without is None:
        return None
    told = {*codes_above(shown), *shown.withheld}
    of_question = dict(zip(shown.questions["question"], shown.questions["criterion"], strict=True))
    of_criterion = dict(zip(shown.criteria["criterion"], shown.criteria["section"], strict=True))
    largest = without.dropna(subset=["change"]).drop_duplicates("level")
    whole = largest["code"].map(of_question | of_criterion)
    kept = largest.loc[~whole.isin(told) & ~largest["code"].isin(told), "level"]
    return without[without["level"].isin(kept)].reset_index(drop=True)


def _known(table: pd.DataFrame, withheld: Collection[str]) -> pd.DataFrame:
    return table[~table["code"].isin(list(withheld))].reset_index(drop=True)


def _whole(score: float) -> float:
    rounded = round_half_up(score)
    return np.nan if rounded is None else float(rounded)
