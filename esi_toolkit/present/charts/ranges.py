"""Rows of words, each with a point and the range that it may lie in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from esi_toolkit.present.figure import build_figure
from esi_toolkit.present.style import DARK_BLUE, INK, ORANGE, plain_text

_ROW = 44
_LABEL, _POINT = 8, 28
"""Where the words and the point of a row stand, in pixels below its top."""


@dataclass(frozen=True)
class Range:
    """One row.

    Attributes
    ----------
    label : str
        The figure and its range in words.
    value, low, high : float
        0-100; without a range (NaN) the point is hollow.
    """

    label: str
    value: float
    low: float
    high: float


def draw_ranges(
    ranges: Sequence[Range], *, title: str, alt: str, note: str, reference: float = math.nan
) -> go.Figure:
    """Draw points with their ranges below their labels.

    Parameters
    ----------
    ranges : sequence of Range
        From top to bottom.
    title, alt, note : str
        See `present.figure.build_figure`.
    reference : float
        A dashed line across all rows, for example the mean of a group; NaN for none.

    Returns
    -------
    Figure
    """
    end = len(ranges) * _ROW
    shapes = [
        _line(one.low, one.high, i * _ROW + _POINT, i * _ROW + _POINT, {"color": DARK_BLUE, "width": 3})
        for i, one in enumerate(ranges)
        if not math.isnan(one.low)
    ]
    if not math.isnan(reference):
        shapes.insert(0, _line(reference, reference, 0, end, {"color": ORANGE, "dash": "dash"}))
    labels = [plain_text(one.label) for one in ranges]
    hidden = {"showgrid": False, "zeroline": False}
    return build_figure(
        [_words(labels), _points(ranges, labels)],
        title=title,
        alt=alt,
        note=note,
        height=end + 18,
        xaxis={"range": [0, 104], "tickvals": [0, 50, 100], "ticktext": ["0%", "50%", "100%"], **hidden},
        yaxis={"range": [end + 18, -4], "showticklabels": False, **hidden},
        shapes=shapes,
    )


def _line(x0: float, x1: float, y0: float, y1: float, line: dict) -> dict:
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}


def _words(labels: Sequence[str]) -> dict:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [0] * len(labels),
        "y": [i * _ROW + _LABEL for i in range(len(labels))],
        "text": list(labels),
        "textposition": "middle right",
        "textfont": {"color": INK},
        "hoverinfo": "skip",
    }


def _points(ranges: Sequence[Range], labels: Sequence[str]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.value for one in ranges],
        "y": [i * _ROW + _POINT for i in range(len(ranges))],
        "marker": {
            "size": 11,
            "color": ["white" if math.isnan(one.low) else DARK_BLUE for one in ranges],
            "line": {"color": DARK_BLUE, "width": 2},
        },
        "hoverinfo": "text",
        "hovertext": list(labels),
    }
