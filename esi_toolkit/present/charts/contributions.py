"""The chart of what each criterion leaves to gain in the overall score."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.bars import Bar, draw_bars
from esi_toolkit.present.charts.scores import say_source
from esi_toolkit.present.numbers import is_missing, percent, points
from esi_toolkit.statistics.sensitivity import rank_gains


def draw_contributions(effects: pd.DataFrame, scorecard: Scorecard) -> go.Figure:
    """How many points the overall would gain if a criterion scored 100%, most first.

    Parameters
    ----------
    effects : DataFrame
        From `statistics.sensitivity.effects`.
    scorecard : Scorecard
        The same.

    Returns
    -------
    Figure
        Criteria without a score, or whose section does not count, are left out.
    """
    ranked = to_rows(rank_gains(effects))
    titles = {criterion.id: criterion.title for criterion in scorecard.framework.criteria}
    bars = [
        Bar(
            f"{row['code']} {titles[row['code']]}",
            row["room"],
            points(row["room"]),
            f"now {percent(row['score'])}, brings {points(row['contribution'], sign=False)} points",
        )
        for row in ranked
    ]
    title = "Nothing has a score"
    if ranked:
        gain = points(ranked[0]["room"])
        title = f"{ranked[0]['code']} leaves most to gain: {gain} points of the overall score"
    overall = scorecard.overall.score
    now = "" if is_missing(overall) else f" The overall score is {percent(overall)}."
    alt = f"Bar chart of {len(bars)} criteria by what they leave to gain. {title}.{now}"
    note = f"{say_source(scorecard)} Points the overall would gain at a score of {percent(100)}.{now}"
    longest = max((row["room"] for row in ranked), default=1.0) or 1.0
    return draw_bars(bars, title=title, alt=alt, note=note, limit=longest, percent_axis=False)
