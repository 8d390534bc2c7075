"""HTML from our own hands: every text that comes from data is escaped here, once.

A page is a row of blocks: `Html`, `Table` and Plotly Figures; `Blocks` shows them one after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape as _escape
from html import unescape
from typing import Any

import pandas as pd

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_.-]+")
_TAGS = re.compile(r"<[^>]*>")
_PREVIEW = 80


def escape(text: object) -> str:
    """Text made safe between tags and in attributes.

    Examples
    --------
    >>> escape('A & B <b>"c"</b>')
    'A &amp; B &lt;b&gt;&quot;c&quot;&lt;/b&gt;'
    """
    return _escape(str(text), quote=True)


@dataclass(frozen=True)
class Html:
    """A piece of a page, ready to print; made only by the functions of this package.

    Attributes
    ----------
    content : str
        HTML in which all data is escaped.
    """

    content: str

    def __repr__(self) -> str:
        text = " ".join(unescape(_TAGS.sub(" ", self.content)).split())
        return text if len(text) <= _PREVIEW else text[: _PREVIEW - 1] + "…"

    def _repr_html_(self) -> str:
        return self.content


@dataclass(frozen=True)
class Table:
    """A finished table: text as it is to be read, with caption and notes.

    Attributes
    ----------
    caption : str
        What the table shows.
    frame : DataFrame of str
        Text as shown; the first column names the row.
    numbers : tuple of str
        Columns that hold figures, set flush right.
    groups : str
        Column whose repeated values head groups of rows in place of standing in a column; "" for none.
    totals : tuple of int
        Positions of rows that sum up others.
    notes : tuple of str
        Source, number of cases, how to read it.
    """

    caption: str
    frame: pd.DataFrame
    numbers: tuple[str, ...] = ()
    groups: str = ""
    totals: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        body = self.frame.to_string(index=False) if len(self.frame) else "(no rows)"
        return "\n".join([self.caption, "", body, *self.notes])

    def _repr_html_(self) -> str:
        return to_html(self)


Block = Any
"""Html, Table or a Plotly Figure."""


def to_html(table: Table) -> str:
    """A table as accessible HTML: caption, scopes, everything escaped.

    Parameters
    ----------
    table : Table
        Any.

    Returns
    -------
    str
        Wrapped in a group that scrolls sideways on a narrow screen, with its notes below.

    Examples
    --------
    >>> frame = pd.DataFrame({"Question": ["<B1>"], "Score": ["82%"]})
    >>> html = to_html(Table("Cases & answers", frame, ("Score",)))
    >>> '<th scope="row">&lt;B1&gt;</th><td class="num">82%</td>' in html
    True
    """
    columns = [column for column in table.frame.columns if column != table.groups]
    numbers = set(table.numbers)
    heads = "".join(
        f'<th scope="col"{_number_class(column in numbers)}>{escape(column)}</th>' for column in columns
    )
    caption = escape(table.caption)
    cells = list(zip(*(table.frame[column].tolist() for column in columns), strict=True))
    bodies = "".join(_body(table, columns, cells, rows) for rows in _grouped(table))
    return (
        f'<div class="table" role="group" tabindex="0" aria-label="{caption}">'
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>{bodies}</table></div>"
        + "".join(note(text).content for text in table.notes)
    )


def _number_class(is_number: bool) -> str:
    return ' class="num"' if is_number else ""


def _grouped(table: Table) -> list[list[int]]:
    """Positions of rows that stand together, in order."""
    if not table.groups:
        return [list(range(len(table.frame)))]
    groups: list[list[int]] = []
    names = table.frame[table.groups].tolist()
    for position, name in enumerate(names):
        if position == 0 or name != names[position - 1]:
            groups.append([])
        groups[-1].append(position)
    return groups


def _body(
    table: Table, columns: Sequence[str], cells: Sequence[Sequence[object]], rows: Sequence[int]
) -> str:
    head = ""
    if table.groups and rows:
        name = str(table.frame[table.groups].iloc[rows[0]])
        if name:
            head = f'<tr class="group"><th scope="rowgroup" colspan="{len(columns)}">{escape(name)}</th></tr>'
    numbers, totals = set(table.numbers), set(table.totals)
    return (
        "<tbody>" + head + "".join(_row(columns, cells[i], numbers, i in totals) for i in rows) + "</tbody>"
    )


def _row(columns: Sequence[str], cells: Sequence[object], numbers: set[str], total: bool) -> str:
    parts = [f'<th scope="row">{escape(cells[0])}</th>']
    parts += [
        f"<td{_number_class(column in numbers) or _written_class(cell)}>{escape(cell)}</td>"
        for column, cell in zip(columns[1:], cells[1:], strict=True)
    ]
    kind = ' class="total"' if total else ""
    return f"<tr{kind}>{''.join(parts)}</tr>"


def _written_class(text: object) -> str:
    """Lines that somebody has written stay lines."""
    return _class("as-written" if "\n" in str(text) else "")


def make_id(*parts: str) -> str:
    """An id for a heading, from codes.

    Examples
    --------
    >>> make_id("esi-dv", "B1"), make_id("", "Overview of the area")
    ('esi-dv-b1', 'overview-of-the-area')
    """
    return "-".join(_NOT_IN_IDS.sub("-", part).strip("-").lower() for part in parts if part)


def heading(level: int, text: str, identifier: str = "") -> Html:
    """A heading with an id to link to; made from its text where none is given."""
    return Html(f'<h{level} id="{escape(identifier or make_id(text))}">{escape(text)}</h{level}>')


def paragraph(text: str, kind: str = "") -> Html:
    """A paragraph; ``kind`` is its class."""
    return Html(f"<p{_class(kind)}>{escape(text)}</p>")


def result_line(result: str, aside: str = "") -> Html:
    """The result of a criterion or section, large, and a few words beside it."""
    beside = f' <span class="aside">{escape(aside)}</span>' if aside else ""
    return Html(f'<p class="score"><strong>{escape(result)}</strong>{beside}</p>')


def note(text: str) -> Html:
    """A small line below a table or chart."""
    return paragraph(text, "note")


def listing(items: Iterable[str | tuple[str, str]], kind: str = "", *, first_number: int = 0) -> Html:
    """A list of texts, each perhaps with a few words beside it; numbered where a first number is given."""
    tag, start = ("ol", f' start="{first_number}"') if first_number else ("ul", "")
    entries = "".join(f"<li>{_with_aside(item)}</li>" for item in items)
    return Html(f"<{tag}{_class(kind)}{start}>{entries}</{tag}>")


def _with_aside(item: str | tuple[str, str]) -> str:
    text, aside = (item, "") if isinstance(item, str) else item
    return escape(text) + (f' <em class="aside">[{escape(aside)}]</em>' if aside else "")


def notice(text: str, kind: str = "") -> Html:
    """A box that nobody should miss."""
    return Html(f'<div class="{("notice " + kind).strip()}" role="note"><p>{escape(text)}</p></div>')


def box(title: str, text: str, kind: str) -> Html:
    """A text set apart, with a title that is no heading."""
    return Html(
        f'<div class="{escape(kind)}"><p><strong>{escape(title)}</strong></p>'
        f"<p{_written_class(text)}>{escape(text)}</p></div>"
    )


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Names and values."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    return Html(f'<dl class="facts">{rows}</dl>')


def details(summary: str, content: Html | Table) -> Html:
    """Something to unfold, for example the table behind a chart."""
    inner = content._repr_html_()
    return Html(f'<details class="data"><summary>{escape(summary)}</summary>{inner}</details>')


def _class(kind: str) -> str:
    return f' class="{escape(kind)}"' if kind else ""
