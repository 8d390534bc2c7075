"""How the panel looks: its style sheet, shared layouts, and pieces of HTML in which all text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files

import ipywidgets as widgets

from esi_toolkit.present.html import escape
from esi_toolkit.present.style import DARK_BLUE, FONT, GREY, INK, ORANGE, TRACK

PANEL = "esi-panel"
_COLOURS = {
    "font": FONT,
    "ink": INK,
    "grey": GREY,
    "track": TRACK,
    "blue": DARK_BLUE,
    "orange": ORANGE,
}

# Shared by all widgets of one kind, so that fewer models go to the browser.
WIDE = widgets.Layout(width="auto")
ROW = widgets.Layout(width="100%", align_items="baseline")
GROW = widgets.Layout(flex="1 1 auto", width="auto", min_width="0")
BUTTON = widgets.Layout(width="auto", padding="0 14px")


def style_sheet() -> str:
    """The panel's style, for one HTML widget; it touches nothing outside the panel."""
    own = "".join(f"--esi-{name}: {value};" for name, value in _COLOURS.items())
    rules = (files("esi_toolkit.present.panel") / "panel.css").read_text("utf-8")
    return f"<style>.{PANEL} {{ {own} }}\n{rules}</style>"


def html(content: str = "", layout: widgets.Layout | None = None) -> widgets.HTML:
    """A piece of HTML; whoever writes it escapes what comes from data."""
    return widgets.HTML(content, layout=layout or WIDE)


def heading(level: int, text: str) -> str:
    """A heading of plain text."""
    return f"<h{level}>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text; ``kind`` is its class."""
    return f'<p class="{escape(kind)}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def box(text: str, kind: str, role: str = "status") -> str:
    """A box of plain text that a screen reader announces; line ends are kept."""
    return f'<div class="{escape(kind)}" role="{role}"><span class="as-written">{escape(text)}</span></div>'


def table(caption: str, heads: Sequence[str], rows: Iterable[tuple[Sequence[str], bool]]) -> str:
    """A table of plain text.

    Parameters
    ----------
    caption : str
        What it shows.
    heads : sequence of str
        Names of the columns.
    rows : iterable of (cells, changed)
        The first cell names the row; a changed row is marked, and says so in one of its cells.
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(_row(cells, changed) for cells, changed in rows)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _row(cells: Sequence[str], changed: bool) -> str:
    rest = "".join(f"<td>{escape(text)}</td>" for text in cells[1:])
    mark = ' class="changed"' if changed else ""
    return f'<tr{mark}><th scope="row">{escape(cells[0])}</th>{rest}</tr>'


def set_value(widget: widgets.Widget, value: object) -> None:
    """Set a value only where it differs, so that nothing is sent for what stays."""
    if widget.value != value:
        widget.value = value
