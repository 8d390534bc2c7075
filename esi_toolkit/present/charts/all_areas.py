"""The chart of all areas together: each criterion with the span of the areas, best first."""

from __future__ import annotations

import plotly.graph_objects as go

from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.findings import say_extremes
from esi_toolkit.present.charts.ranges import Range, draw_ranges
from esi_toolkit.present.numbers import percent
from esi_toolkit.statistics.compare_areas import Comparison


def draw_spread(together: Scorecard, comparison: Comparison) -> go.Figure:
    """Every criterion over all areas, best first, with a bar from the lowest to the highest area.

    Parameters
    ----------
    together : Scorecard
        From `statistics.all_areas.score_all_areas`, with at least one score.
    comparison : Comparison
        The same areas apart.

    Returns
    -------
    Figure
    """
    scored = together.criteria.dropna(subset="score").sort_values(
        ["score", "criterion"], ascending=[False, True]
    )
    spans = comparison.scores.groupby("code")["score"].agg(["min", "max"])
    ranges = []
    for row in scored.itertuples():
        low, high = spans.loc[row.criterion, ["min", "max"]]
        name, span = f"{row.criterion} {row.title}", f"areas {percent(low)} to {percent(high)}"
        ranges.append(Range(name, percent(row.score), span, row.score, low, high))
    scores = [(row.criterion, row.score, percent(row.score)) for row in scored.itertuples()]
    title = f"Over all areas {say_extremes(scores, 'one criterion is scored')}"
    return draw_ranges(
        ranges,
        title=title,
        alt=f"Scores of {len(ranges)} criteria over {len(comparison.areas)} areas. {title}.",
        note="Point: all areas together. Bar: from the lowest area to the highest. Best first.",
    )
