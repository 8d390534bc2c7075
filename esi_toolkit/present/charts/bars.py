"""Bars with their words above them, the one form of most charts.

Labels stand above the bars, not beside them, so that a chart is readable on a phone as well. The vertical
axis counts pixels: each row is as high as its label needs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from esi_toolkit.present.figure import build_figure
from esi_toolkit.present.numbers import percent
from esi_toolkit.present.style import (
    DARK_BLUE,
    FONT_SIZE,
    GREY,
    INK,
    NOTE_SIZE,
    ORANGE,
    TRACK,
    plain_text,
    wrap_text,
)

LABEL_WIDTH = 40
"""Letters in a line of a label: what fits on a phone."""
BAR_HEIGHT = 14
GAP = 13
LINE = 18
AXIS_HEIGHT = 20


@dataclass(frozen=True)
class Mark:
    """A figure to hold a bar against: a target, a national average.

    Attributes
    ----------
    value : float
        On the scale of the bar.
    kind : {"target", "national"}
        A line across the bar, or a diamond.
    words : str
        What it is, for the pointer.
    """

    value: float
    kind: str
    words: str


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes
    ----------
    label : str
        Stands above the bar.
    value : float
        Length of the bar; NaN draws none.
    shown : str
        The figure in words; stands in bold before the label.
    aside : str
        A quieter line below the label.
    colour : str
        A colour of `present.style`.
    hollow : bool
        True marks a figure that is unreliable (and says so in ``shown``).
    heading : bool
        True for a row that only names the ones below it.
    """

    label: str
    value: float = math.nan
    shown: str = ""
    aside: str = ""
    colour: str = DARK_BLUE
    hollow: bool = False
    heading: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A line across neighbouring bars, for example a section's score across its criteria."""

    value: float
    first: int
    last: int


@dataclass(frozen=True)
class _Row:
    bar: Bar
    top: int
    text: str
    lines: int

    @property
    def middle(self) -> float:
        return self.top + self.lines * LINE + 3 + BAR_HEIGHT / 2

    @property
    def end(self) -> float:
        return self.top + self.lines * LINE + (0 if math.isnan(self.bar.value) else 3 + BAR_HEIGHT)


def draw_bars(
    bars: Sequence[Bar],
    *,
    title: str,
    alt: str,
    note: str,
    limit: float = 100,
    percent_axis: bool = True,
    references: Sequence[Reference] = (),
) -> go.Figure:
    """Draw rows of words and bars.

    Parameters
    ----------
    bars : sequence of Bar
        From top to bottom.
    title, alt, note : str
        See `present.figure.build_figure`.
    limit : float
        Right end of the scale; it starts at 0.
    percent_axis : bool
        Whether the scale is printed, in percent.
    references : sequence of Reference
        Lines across bars, never through words.

    Returns
    -------
    Figure
    """
    rows = _place(bars)
    end = (rows[-1].end if rows else 0) + 4
    height = end + (AXIS_HEIGHT if percent_axis else 4)
    drawn = [row.middle for row in rows if not math.isnan(row.bar.value)]
    traces = [place_tracks(drawn, limit)] if percent_axis else []
    labels = place_labels([row.text for row in rows], [row.top for row in rows])
    traces += [_bars(rows), labels, *_marks(rows)]
    if references:
        traces.append(_reference_lines(references, rows))
    if percent_axis:
        traces.append(place_scale(limit, end))
    hidden = {"showgrid": False, "showticklabels": False, "zeroline": False}
    return build_figure(
        traces,
        title=title,
        alt=alt,
        note=note,
        height=height,
        xaxis={"range": [0, limit], **hidden},
        yaxis={"range": [height, 0], **hidden},
    )


def _place(bars: Sequence[Bar]) -> list[_Row]:
    rows, top = [], 2
    for bar in bars:
        lead = len(bar.shown) + 2 if bar.shown else 0
        lines = wrap_text(bar.label, LABEL_WIDTH, lead)
        quiet = wrap_text(bar.aside, LABEL_WIDTH) if bar.aside else []
        bold = plain_text(bar.shown)
        if bar.heading:
            text = f"<b>{'<br>'.join(lines)}</b>"
        else:
            text = (f"<b>{bold}</b>  " if bold else "") + "<br>".join(lines)
        if quiet:
            text += f'<br><span style="color:{GREY}">{"<br>".join(quiet)}</span>'
        row = _Row(bar, top, text, len(lines) + len(quiet))
        rows.append(row)
        top = int(row.end) + (6 if bar.heading else GAP)
    return rows


def place_texts(
    texts: Sequence[str],
    x: Sequence[float],
    y: Sequence[float],
    position: str | list[str] = "bottom right",
    *,
    quiet: bool = False,
) -> dict[str, Any]:
    """A trace of texts, which must be safe for Plotly; ``quiet`` ones are smaller and grey."""
    font = {"size": NOTE_SIZE, "color": GREY} if quiet else {"size": FONT_SIZE, "color": INK}
    return {
        "type": "scatter", "mode": "text", "text": list(texts), "x": list(x), "y": list(y),
        "textposition": position, "textfont": font, "cliponaxis": False, "hoverinfo": "skip",
    }  # fmt: skip


def place_labels(texts: Sequence[str], tops: Sequence[float]) -> dict[str, Any]:
    """A trace of labels that begin at the left at these heights.

    They are broken into lines for a phone. Where a page is wider its script lets them run on, and moves up
    what is below by the height of each line that is gained.
    """
    return place_texts(texts, [0] * len(texts), tops) | {"meta": {"line_height": LINE}}


def place_tracks(middles: Sequence[float], limit: float) -> dict[str, Any]:
    """A pale bar over the whole scale at each height: its end is seen without lines through the words."""
    return {
        "type": "bar", "orientation": "h", "x": [limit] * len(middles), "y": list(middles),
        "width": BAR_HEIGHT, "marker": {"color": TRACK}, "hoverinfo": "skip",
    }  # fmt: skip


def place_scale(limit: float, top: float) -> dict[str, Any]:
    """Percentages at both ends of the tracks and in the middle, turned inwards so that none is cut off."""
    ticks = [0, limit / 2, limit]
    sides = ["bottom right", "bottom center", "bottom left"]
    return place_texts([percent(tick) for tick in ticks], ticks, [top] * len(ticks), sides, quiet=True)


def _say(bar: Bar) -> str:
    """What the pointer says."""
    return "<br>".join(plain_text(part) for part in (bar.shown, bar.label, bar.aside) if part)


def _bars(rows: Sequence[_Row]) -> dict[str, Any]:
    drawn = [row for row in rows if not math.isnan(row.bar.value)]
    return {
        "type": "bar", "orientation": "h", "width": BAR_HEIGHT,
        "x": [row.bar.value for row in drawn], "y": [row.middle for row in drawn],
        "customdata": [_say(row.bar) for row in drawn], "hovertemplate": "%{customdata}<extra></extra>",
        # No hatching: a PDF would hold it as a bitmap, half a megabyte for each colour.
        "marker": {
            "color": ["white" if row.bar.hollow else row.bar.colour for row in drawn],
            "line": {
                "color": [row.bar.colour for row in drawn],
                "width": [2 * row.bar.hollow for row in drawn],
            },
        },
    }  # fmt: skip


def _marks(rows: Sequence[_Row]) -> list[dict[str, Any]]:
    placed = [(row, mark) for row in rows for mark in row.bar.marks if not math.isnan(mark.value)]
    # A line is seen on a dark bar by the white around it, and ends below the words.
    line: dict[str, Any] = {"symbol": "line-ns", "size": 14}
    diamond = {"symbol": "diamond", "size": 11, "color": "white"}
    looks = [
        ("target", line | {"line": {"width": 7, "color": "white"}}),
        ("target", line | {"line": {"width": 3, "color": INK}}),
        ("national", diamond | {"line": {"width": 2, "color": ORANGE}}),
    ]
    return [
        {
            "type": "scatter", "mode": "markers", "marker": look, "cliponaxis": False,
            "x": [mark.value for _, mark in placed if mark.kind == kind],
            "y": [row.middle for row, mark in placed if mark.kind == kind],
            "customdata": [plain_text(mark.words) for _, mark in placed if mark.kind == kind],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        for kind, look in looks
        if any(mark.kind == kind for _, mark in placed)
    ]  # fmt: skip


def _reference_lines(references: Sequence[Reference], rows: Sequence[_Row]) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for reference in references:
        for row in rows[reference.first : reference.last + 1]:
            if not math.isnan(row.bar.value):
                x += [reference.value, reference.value, None]
                y += [row.middle - BAR_HEIGHT / 2 - 3, row.middle + BAR_HEIGHT / 2 + 3, None]
    line = {"color": ORANGE, "width": 3}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}
