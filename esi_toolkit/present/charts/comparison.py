"""Charts of areas side by side: overall scores with their intervals, and criteria by area."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.charts.findings import say_extremes
from esi_toolkit.present.charts.ranges import Range, draw_ranges
from esi_toolkit.present.figure import build_figure
from esi_toolkit.present.numbers import percent
from esi_toolkit.present.style import DARK_BLUE, GREY, INK, plain_text
from esi_toolkit.present.tables.comparison import say_titles

CELL = 34
DARKEST = 30
"""Scores from here down have the darkest cell."""
LIGHT_TEXT_BELOW = 62
"""Where the colour of a cell gets too dark for dark letters (4.5 to 1)."""


def draw_group(areas: pd.DataFrame) -> go.Figure:
    """The overall scores of a family group with their 95% intervals, best first, and the mean of the group.

    Parameters
    ----------
    areas : DataFrame
        Rows of `Comparison.areas` of one group, at least one with a score.

    Returns
    -------
    Figure
        An area without an interval has a hollow point; one outside the 95% limits is named in words.
    """
    shown = areas[areas["score"].notna()].sort_values("score", ascending=False)
    scores = [(row.name, row.score, percent(row.score)) for row in shown.itertuples()]
    title = say_extremes(scores, otherwise=f"Overall score of {len(shown)} area")
    return draw_ranges(
        [_range(row) for row in shown.to_dict("records")],
        title=title,
        alt=f"Overall scores of {len(shown)} areas with 95% intervals. {title}.",
        note="Bar: 95% interval from resampling cases; hollow: single answers not known, no interval."
        " Dashed: mean of the group.",
        reference=float(shown["target"].iloc[0]),
    )


def say_group(areas: pd.DataFrame) -> str:
    """What a family group's scores show, with chance allowed for."""
    outside = areas[~areas["outside"].isin(["inside", "no score"])]
    if outside.empty:
        return "No area differs from its group by more than chance allows"
    parts = []
    for side in ("above", "below"):
        names = outside.loc[outside["outside"].str.startswith(side), "name"].tolist()
        if names:
            parts.append(f"{join_words(names)} {'lies' if len(names) == 1 else 'lie'} {side}")
    return f"{join_words(parts)} what chance allows around the group's mean"


def _range(row: dict) -> Range:
    interval = [f"{percent(row['low'])} to {percent(row['high'])}"] if pd.notna(row["low"]) else []
    place = [] if row["outside"] in ("inside", "no score") else [f"{row['outside']} limits"]
    aside = ", ".join(interval + place)
    return Range(row["name"], percent(row["score"]), aside, row["score"], row["low"], row["high"])


def draw_heat_map(scores: pd.DataFrame, names: dict[str, str], framework: Framework) -> go.Figure:
    """Criteria by area: darker is lower, and every cell has its figure.

    Parameters
    ----------
    scores : DataFrame
        area, code, score (0-100), rows of level "criterion".
    names : dict of str to str
        Area id to name, in the order of the rows.
    framework : Framework
        For the titles behind the codes.

    Returns
    -------
    Figure
    """
    table = scores.pivot_table(index="area", columns="code", values="score", sort=False, dropna=False)
    table = table.reindex([area for area in names if area in table.index])
    title = say_widest(table)
    rows = [plain_text(names[area]) for area in table.index]
    heat = {
        "type": "heatmap", "z": table.to_numpy().tolist(), "x": list(table.columns), "y": rows,
        "zmin": DARKEST, "zmax": 100, "colorscale": [[0, DARK_BLUE], [0.5, "#7FA6C9"], [1, "#F2F6FA"]],
        "showscale": False, "xgap": 2, "ygap": 2, "hoverinfo": "skip",
    }  # fmt: skip
    cells = [
        {"x": code, "y": rows[i], "text": percent(value).removesuffix("%"), "showarrow": False,
         "name": "cell", "font": {"size": 12, "color": "white" if value < LIGHT_TEXT_BELOW else INK}}
        for i, row in enumerate(table.to_numpy())
        for code, value in zip(table.columns, row, strict=True) if pd.notna(value)
    ]  # fmt: skip
    figure = build_figure(
        [heat],
        title=title,
        alt=f"Heat map of {len(table.columns)} criteria by {len(table)} areas. {title}.",
        note="Scores in percent; darker is lower; an empty cell has no score. "
        + say_titles({one.id: one.title for one in framework.criteria if one.id in table}),
        height=len(table) * CELL + 30,
        xaxis={"side": "top", "showgrid": False, "tickfont": {"size": 12, "color": GREY}},
        yaxis={"autorange": "reversed", "showgrid": False, "automargin": True},
    )
    figure.update_layout(annotations=[*figure.layout.annotations, *cells])
    return figure


def say_widest(scores: pd.DataFrame) -> str:
    """Where areas lie farthest apart.

    Parameters
    ----------
    scores : DataFrame
        One row an area, one column a criterion, 0-100.

    Examples
    --------
    >>> say_widest(pd.DataFrame({"B1": [64.0, 92.0], "B2": [85.0, 97.0]}))
    'Areas lie farthest apart in B1, from 64% to 92%'
    """
    span = scores.max() - scores.min()
    if len(scores) < 2 or not span.max() > 0:
        return "Scores of criteria by area"
    code = span.idxmax()
    ends = f"from {percent(scores[code].min())} to {percent(scores[code].max())}"
    return f"Areas lie farthest apart in {code}, {ends}"
