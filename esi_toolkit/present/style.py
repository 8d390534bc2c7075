"""The one look of all charts: template, colours, sizes, and text made safe for Plotly."""

from __future__ import annotations

import re
import textwrap
from html import escape

import afcharts.pio_template  # noqa: F401  registers the template "afcharts"
import plotly.graph_objects as go
import plotly.io as pio

# Near the Analysis Function's colours, each at least 3:1 against white; no meaning is in a colour alone.
DARK_BLUE = "#12436D"
TURQUOISE = "#1F7F77"
ORANGE = "#D9541E"
GREY = "#6B6B6B"
TRACK = "#EBEDF0"
INK = "#1D1D1B"

FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
FONT_SIZE = 14
TITLE_SIZE = 17
NOTE_SIZE = 12
LINE_HEIGHT = 1.3

_BLANKS = re.compile(r"\s+")


def _make_template() -> go.layout.Template:
    """The Analysis Function's template with our sizes; no zoom, no legend: charts are labelled directly."""
    template = go.layout.Template(pio.templates["afcharts"])
    plain = {"family": FONT, "size": FONT_SIZE, "color": INK}
    axis = {"tickfont": {"size": NOTE_SIZE, "color": GREY}, "ticks": "", "showline": False}
    template.layout.update(
        font=plain,
        annotationdefaults={"font": {"size": FONT_SIZE}, "showarrow": False},
        title={
            "font": {"size": TITLE_SIZE, "weight": 600},
            "x": 0,
            "xref": "container",
            "pad": {"l": 8, "t": 0, "b": 0},
        },
        hovermode="closest",
        hoverlabel={"font": {"size": FONT_SIZE, "color": INK, "family": FONT}, "bordercolor": GREY},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="white",
        plot_bgcolor="white",
        showlegend=False,
        dragmode=False,
        barmode="overlay",
        xaxis=axis,
        yaxis=axis,
    )
    return template


TEMPLATE = _make_template()

if pio.renderers.default == "plotly_mimetype+notebook":
    # Plotly would add its whole script (5 MB) to a notebook's outputs; JupyterLab draws from the data alone.
    pio.renderers.default = "plotly_mimetype"


def plain_text(text: object) -> str:
    """Text that Plotly prints letter by letter: its mark-up and its formulas are made harmless.

    Parameters
    ----------
    text : object
        Anything that comes from data.

    Examples
    --------
    >>> plain_text("Smith & Sons <b>bold</b> $x$")
    'Smith &amp; Sons &lt;b&gt;bold&lt;/b&gt; &#36;x&#36;'
    """
    return escape(_BLANKS.sub(" ", str(text)), quote=False).replace("$", "&#36;")


def wrap_text(text: object, width: int, first_indent: int = 0) -> list[str]:
    """Lines for Plotly, which does not wrap; each is already made safe.

    Parameters
    ----------
    text : object
        Anything that comes from data.
    width : int
        Letters in a line.
    first_indent : int
        Letters that already stand in the first line.

    Examples
    --------
    >>> wrap_text("Risk of harm reviewed & recorded", 16)
    ['Risk of harm', 'reviewed &amp;', 'recorded']
    """
    flat = _BLANKS.sub(" ", str(text)).strip()
    held = "\0" * (first_indent - 1) + " " if first_indent > 1 else ""
    lines = textwrap.wrap(held + flat, width, break_on_hyphens=False)
    return [plain_text(line.replace("\0", "").strip()) for line in lines] or [""]
