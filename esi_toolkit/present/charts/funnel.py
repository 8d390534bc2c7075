"""The funnel of a family group: which areas lie outside what chance allows for so many cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from esi_toolkit.present.figure import build_figure
from esi_toolkit.present.numbers import percent, points
from esi_toolkit.present.style import DARK_BLUE, GREY, INK, NOTE_SIZE, ORANGE, plain_text
from esi_toolkit.statistics.funnel import INSIDE
from esi_toolkit.statistics.intervals import normal_quantile

LIMITS = {0.95: "solid", 0.998: "dash"}
"""Confidence of the limits, and how their lines are drawn."""
HEIGHT = 340
_ROOM = 1.25
"""How far the axes go beyond the outermost area."""
_HALO = ", ".join(f"{x}px {y}px white" for x in (-2, 0, 2) for y in (-2, 0, 2))
"""What keeps the limits' lines out of a name: the name in white around itself, without a blur that a PDF
would hold as a bitmap.
"""


def draw_funnel(areas: pd.DataFrame, *, title: str) -> go.Figure:
    """Overall scores by how uncertain they are, within the 95% and 99.8% limits around the group's mean.

    Parameters
    ----------
    areas : DataFrame
        Rows of `Comparison.areas` of one group, at least two with an interval.
    title : str
        What the funnel finds.

    Returns
    -------
    Figure
        An area outside the limits is a diamond and named, one inside a circle.
    """
    known = areas[areas["standard_error"].notna() & areas["score"].notna()]
    target, widest = float(known["target"].iloc[0]), float(known["standard_error"].max()) * _ROOM
    reach = normal_quantile(max(LIMITS)) * widest
    furthest = max(reach, (known["score"] - target).abs().max() + 4)
    outside = int((known["outside"] != INSIDE).sum())
    return build_figure(
        [_areas(known, target)],
        title=title,
        alt=f"Funnel plot of {len(known)} areas, {outside} of them outside the 95% limits. {title}.",
        note=f"Across: standard error of the score, surer to the right. Middle line: mean of the group,"
        f" {percent(target)}. Limits: 95% solid, 99.8% dashed. Diamond, named: outside the 95% limits.",
        height=HEIGHT,
        xaxis={
            "range": [widest, -0.12 * widest],
            "showgrid": False,
            "zeroline": False,
            "ticksuffix": " pts",
            "nticks": 5,
        },
        yaxis={
            "range": [max(-3.0, target - furthest), min(103.0, target + furthest)],
            "ticksuffix": "%",
            "nticks": 6,
            "showgrid": False,
            "zeroline": False,
        },
        shapes=list(_lines(target, widest)),
    )


def _lines(target: float, widest: float) -> Iterator[dict[str, Any]]:
    """The mean, and a straight line for each limit: with known standard errors a funnel is a triangle."""
    yield _line(target, target, widest, {"color": GREY, "width": 1})
    for level, dash in LIMITS.items():
        for sign in (-1, 1):
            end = target + sign * normal_quantile(level) * widest
            yield _line(end, target, widest, {"color": GREY, "dash": dash, "width": 1.5})


def _line(start: float, end: float, widest: float, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "line", "layer": "below", "x0": widest, "y0": start, "x1": 0, "y1": end, "line": line}


def _areas(known: pd.DataFrame, target: float) -> dict[str, Any]:
    out = (known["outside"] != INSIDE).tolist()
    names = [plain_text(name) for name in known["name"]]
    hover = [
        f"{name}: {percent(score)}, standard error {points(error, sign=False)}"
        for name, score, error in zip(names, known["score"], known["standard_error"], strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": known["standard_error"].tolist(),
        "y": known["score"].tolist(),
        "text": [name if one else "" for name, one in zip(names, out, strict=True)],
        "textposition": ["top center" if score >= target else "bottom center" for score in known["score"]],
        "textfont": {"size": NOTE_SIZE, "color": INK, "shadow": _HALO},
        "cliponaxis": False,
        "marker": {
            "size": 12,
            "symbol": ["diamond" if one else "circle" for one in out],
            "color": [ORANGE if one else DARK_BLUE for one in out],
            "line": {"color": "white", "width": 1},
        },
        "hoverinfo": "text",
        "hovertext": hover,
    }
