"""What stands still in the panel's chart: its rows, axes and empty traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from esi_toolkit.data.framework import Framework
from esi_toolkit.present.style import (
    DARK_BLUE,
    GREY,
    INK,
    NOTE_SIZE,
    ORANGE,
    TEMPLATE,
    TRACK,
    plain_text,
)

POINTS = 10
"""How many points more in a criterion the bars ask about."""
WIDTH = 480
"""Fixed: a chart that follows the window is cut off where it is drawn before it has its place."""
PALE_BLUE = "#B9CCDD"

_ROW, _GAP, _HEAD, _FOOT, _TOP = 23, 34, 46, 24, 4
_SCORES, _BARS = [0, 0.66], [0.74, 1]
"""Shares of the width."""


@dataclass(frozen=True)
class Line:
    """One row: a criterion, a section or the overall.

    Attributes
    ----------
    is_sum : bool
        True for sections and the overall.
    """

    code: str
    title: str
    is_sum: bool = False


@dataclass(frozen=True)
class Frame:
    """Rows from top to bottom: ratings in words above, scores below."""

    rated: tuple[Line, ...]
    scored: tuple[Line, ...]
    scale: tuple[str, ...]

    @property
    def height(self) -> int:
        """Of the whole chart, in pixels."""
        return self._inner + _TOP + _FOOT

    @property
    def _inner(self) -> int:
        return _HEAD + _ROW * len(self.rated) + _GAP + _ROW * len(self.scored) + _TOP

    def domains(self) -> tuple[list[float], list[float]]:
        """Where ratings and scores stand, as shares of the height."""
        top = 1 - _HEAD / self._inner
        end = top - _ROW * len(self.rated) / self._inner
        start = end - _GAP / self._inner
        return [end, top], [max(0.0, start - _ROW * len(self.scored) / self._inner), start]


def make_frame(framework: Framework) -> Frame:
    """The rows of a framework.

    Parameters
    ----------
    framework : Framework
        Any; without ratings or without scores that half stays empty.
    """
    rated = [Line(one.id, one.title) for one in framework.criteria if one.scored_by == "evidence"]
    scored = []
    if any(section.weight for section in framework.sections):
        scored.append(Line("overall", "Overall", is_sum=True))
    for section in framework.sections:
        own = [Line(one.id, one.title) for one in section.criteria if one.scored_by == "judgements"]
        scored += [Line(section.id, section.title, is_sum=True), *own] if own else []
    return Frame(tuple(rated), tuple(scored), tuple(reversed(framework.ratings.scale)))


def empty_traces(frame: Frame) -> list[dict[str, Any]]:
    """Marks, links and bars without figures; each has a name to find it by."""
    traces = [
        *_marks("ratings", len(frame.rated), "x", "y"),
        *_marks("scores", len(frame.scored), "x2", "y2"),
    ]
    bars = [y for y, line in enumerate(frame.scored) if not line.is_sum]
    return [*traces, *_effects(bars)]


def _marks(name: str, rows: int, xaxis: str, yaxis: str) -> list[dict[str, Any]]:
    place = {"type": "scatter", "xaxis": xaxis, "yaxis": yaxis, "cliponaxis": False}
    marks = {
        **place,
        "mode": "markers",
        "y": list(range(rows)),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    circle = {"symbol": "circle-open", "size": 11, "color": DARK_BLUE, "line": {"width": 2.5}}
    diamond = {"symbol": "diamond", "size": 10, "color": ORANGE}
    pairs = [y for row in range(rows) for y in (row, row, None)]
    line = {"color": ORANGE, "width": 2}
    return [
        {**place, "name": f"{name} links", "mode": "lines", "y": pairs, "line": line, "hoverinfo": "skip"},
        {**marks, "name": f"{name} official", "marker": circle},
        {**marks, "name": f"{name} what if", "marker": diamond},
    ]


def _effects(rows: list[int]) -> list[dict[str, Any]]:
    bars = {"type": "bar", "orientation": "h", "y": rows, "xaxis": "x3", "yaxis": "y2", "hoverinfo": "skip"}
    words = {
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": NOTE_SIZE - 1, "color": INK},
    }
    return [
        {**bars, **words, "name": "effects official", "width": 0.62, "marker": {"color": PALE_BLUE}},
        {**bars, "name": "effects what if", "width": 0.16, "marker": {"color": ORANGE}},
    ]


def make_layout(frame: Frame) -> dict[str, Any]:
    """Axes, headings and size."""
    above, below = frame.domains()
    words = [plain_text(word).replace(" ", "<br>") for word in frame.scale]
    places = list(range(len(words)))
    ratings = {"tickvals": places, "ticktext": words, "tickangle": 0, "side": "top"}
    return {
        "template": TEMPLATE,
        "width": WIDTH,
        "height": frame.height,
        "margin": {"l": 118, "r": 10, "t": _TOP, "b": _FOOT},
        "xaxis": {**_GRID, **ratings, "anchor": "y", "range": [-0.4, len(words) - 0.6]},
        "yaxis": {**_names(frame.rated), "domain": above},
        "xaxis2": {**_GRID, "anchor": "y2", "domain": _SCORES, "ticksuffix": "%"},
        "yaxis2": {**_names(frame.scored), "domain": below},
        "xaxis3": {**_BARE, "anchor": "y2", "domain": _BARS, "rangemode": "tozero", "showticklabels": False},
        "annotations": _headings(below[1]) if frame.scored else [],
    }


_BARE = {"showgrid": False, "zeroline": False, "fixedrange": True}
_GRID = {
    "showgrid": True,
    "zeroline": False,
    "fixedrange": True,
    "gridcolor": TRACK,
    "tickfont": {"size": NOTE_SIZE - 1, "color": GREY},
}


def _names(lines: tuple[Line, ...]) -> dict[str, Any]:
    return {
        **_BARE,
        "tickmode": "array",
        "tickvals": list(range(len(lines))),
        "tickfont": {"size": NOTE_SIZE, "color": INK},
        "range": [len(lines) - 0.5, -0.5],
    }


def _headings(y: float) -> list[dict[str, Any]]:
    heads = [("Scores", _SCORES[1] / 2, "center"), (f"{POINTS} points more add", 1, "right")]
    look = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "font": {"size": NOTE_SIZE, "color": INK}}
    return [
        {**look, "text": f"<b>{text}</b>", "x": x, "y": y, "xanchor": anchor, "showarrow": False}
        for text, x, anchor in heads
    ]
