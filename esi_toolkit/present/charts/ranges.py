"""Rows of words, each with a point and the range that it may lie in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from esi_toolkit.present.charts.bars import (
    AXIS_HEIGHT,
    BAR_HEIGHT,
    GAP,
    LABEL_WIDTH,
    LINE,
    place_labels,
    place_scale,
    place_tracks,
)
from esi_toolkit.present.figure import build_figure
from esi_toolkit.present.style import DARK_BLUE, GREY, ORANGE, plain_text, wrap_text

_POINT = 3 + BAR_HEIGHT // 2
"""Pixels from the end of a row's words to its point, and from there to the end of the row."""


@dataclass(frozen=True)
class Range:
    """One row.

    Attributes
    ----------
    label : str
        What it is a figure of.
    shown : str
        The figure in words; stands in bold before the label.
    aside : str
        Its range in words, a quieter line below; "" for none.
    value, low, high : float
        0-100; without a range (NaN) the point is hollow.
    """

    label: str
    shown: str
    aside: str
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
    words = [_lines(one) for one in ranges]
    points = _place(words)
    tops = [point - _POINT - len(lines) * LINE for point, lines in zip(points, words, strict=True)]
    end = points[-1] + _POINT if points else 0
    shapes = [
        _line(one.low, one.high, y, y, {"color": DARK_BLUE, "width": 3})
        for one, y in zip(ranges, points, strict=True)
        if not math.isnan(one.low)
    ]
    if not math.isnan(reference):
        shapes.insert(0, _line(reference, reference, 0, end, {"color": ORANGE, "dash": "dash"}))
    labels = place_labels(["<br>".join(lines) for lines in words], tops)
    hidden = {"showgrid": False, "showticklabels": False, "zeroline": False}
    return build_figure(
        [place_tracks(points, 100), labels, _points(ranges, points), place_scale(100, end)],
        title=title,
        alt=alt,
        note=note,
        height=end + AXIS_HEIGHT,
        xaxis={"range": [0, 100], **hidden},
        yaxis={"range": [end + AXIS_HEIGHT, 0], **hidden},
        shapes=shapes,
    )


def _place(words: Sequence[Sequence[str]]) -> list[int]:
    """The height of each row's point, below its words."""
    points, top = [], 2
    for lines in words:
        points.append(top + len(lines) * LINE + _POINT)
        top = points[-1] + _POINT + GAP
    return points


def _lines(one: Range) -> list[str]:
    first, *others = wrap_text(one.label, LABEL_WIDTH, len(one.shown) + 2)
    quiet = [f'<span style="color:{GREY}">{line}</span>' for line in wrap_text(one.aside, LABEL_WIDTH)]
    return [f"<b>{plain_text(one.shown)}</b>  {first}", *others, *(quiet if one.aside else [])]


def _line(x0: float, x1: float, y0: float, y1: float, line: dict) -> dict:
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}


def _points(ranges: Sequence[Range], rows: Sequence[int]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.value for one in ranges],
        "y": list(rows),
        "marker": {
            "size": 11,
            "color": ["white" if math.isnan(one.low) else DARK_BLUE for one in ranges],
            "line": {"color": DARK_BLUE, "width": 2},
        },
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [plain_text(f"{one.label}: {one.shown} {one.aside}") for one in ranges],
    }
