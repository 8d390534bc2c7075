"""The one place where a Figure is made, and where its title and note are taken out again for a page.

Plotly draws text as it stands, without wrapping; on a page, title and note are therefore printed as text
around the drawing, and in a notebook they stand inside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from esi_toolkit.present.style import GREY, LINE_HEIGHT, NOTE_SIZE, TEMPLATE, TITLE_SIZE, wrap_text

MIMETYPE = "application/vnd.plotly.v1+json"
CONFIG = {"displayModeBar": False, "responsive": True}
"""No toolbar (its buttons have no names that a screen reader could say), and as wide as the page."""

_TITLE_WIDTH = 78
_NOTE_WIDTH = 112


@dataclass(frozen=True)
class PageFigure:
    """A chart as a page needs it.

    Attributes
    ----------
    title, note, alt : str
        Plain text, to be escaped by whoever prints it.
    figure : dict
        Plotly JSON without title and note, for 100% width and its own height.
    """

    title: str
    note: str
    alt: str
    figure: dict[str, Any]


def build_figure(
    traces: Sequence[Mapping[str, Any]],
    *,
    title: str,
    alt: str,
    note: str,
    height: float,
    xaxis: Mapping[str, Any],
    yaxis: Mapping[str, Any],
    shapes: Sequence[Mapping[str, Any]] = (),
) -> go.Figure:
    """Make a Figure in the house style.

    Parameters
    ----------
    traces, shapes : sequences of mappings
        Plotly JSON.
    title : str
        What the chart finds.
    alt : str
        What it shows, for people who do not see it.
    note : str
        Source, number of cases, how to read it.
    height : float
        Of the plotting area, in pixels.

    Returns
    -------
    Figure
        ``layout.meta`` holds alt, title and note.
    """
    title_lines, note_lines = wrap_text(title, _TITLE_WIDTH), wrap_text(note, _NOTE_WIDTH)
    top = round(len(title_lines) * TITLE_SIZE * LINE_HEIGHT) + 18
    # Plotly sets the middle of several lines where the first one should be.
    drop = (len(title_lines) - 1) * TITLE_SIZE * LINE_HEIGHT / 2
    below = round(len(note_lines) * NOTE_SIZE * LINE_HEIGHT) + 10
    note_drawn = {
        "name": "note", "text": "<br>".join(note_lines), "xref": "paper", "yref": "paper", "x": 0, "y": 0,
        "xanchor": "left", "yanchor": "top", "align": "left", "yshift": -4, "showarrow": False,
        "font": {"size": NOTE_SIZE, "color": GREY},
    }  # fmt: skip
    layout = {
        "template": TEMPLATE,
        "title": {
            "text": "<br>".join(title_lines),
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 8 + drop},
        },
        "height": round(top + height + below),
        "margin": {"t": top, "b": below, "l": 8, "r": 8},
        "xaxis": dict(xaxis),
        "yaxis": dict(yaxis),
        "shapes": [dict(shape) for shape in shapes],
        "annotations": [note_drawn],
        "meta": {"alt": alt, "title": title, "note": note},
    }
    if not shapes:
        del layout["shapes"]
    return _unchecked([dict(trace) for trace in traces], layout)


def _unchecked(data: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    """A Figure whose parts are not checked as it is made, which takes longer than all else.

    Our tests check what our charts give; whatever a user changes in one is checked as ever.
    """
    figure = go.Figure(data=data, layout=layout, _validate=False)
    figure._validate = True
    return figure


def for_page(figure: Mapping[str, Any]) -> PageFigure:
    """Take title and note out of a figure, so that a page can print them as text.

    Parameters
    ----------
    figure : mapping
        Plotly JSON, as it stands in a notebook's output; one that `build_figure` did not make stays as it is.

    Returns
    -------
    PageFigure
    """
    # The figure itself stays as it is: what is changed below is a copy, what is not is shared.
    layout = dict(figure.get("layout", {}))
    drawn = {"data": figure.get("data", []), "layout": layout}
    meta = layout.get("meta")
    if not isinstance(meta, Mapping) or "title" not in meta:
        alt = str(meta.get("alt", "")) if isinstance(meta, Mapping) else ""
        return PageFigure("", "", alt, drawn)
    layout.pop("title", None)
    layout["annotations"] = [one for one in layout.get("annotations", ()) if one.get("name") != "note"]
    margin = layout["margin"]
    layout["height"] -= margin["t"] + margin["b"]
    layout["margin"] = {"t": 0, "b": 0, "l": 0, "r": 0}
    layout.update(autosize=True, meta={"alt": meta["alt"]})
    layout.pop("width", None)
    return PageFigure(str(meta["title"]), str(meta["note"]), str(meta["alt"]), drawn)
