"""What an HTML page says: text, attributes, comments, tables, and the data in its scripts."""

from __future__ import annotations

import base64
import json
from html.parser import HTMLParser
from urllib.parse import unquote

from esi_toolkit.reports.publish.content import (
    METADATA,
    NAME,
    SOURCE,
    TEXT,
    Content,
    FoundTable,
    add_json,
    lines_of,
)

_TELLING = {"alt", "title", "aria-label", "href", "src", "value", "content", "placeholder"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"p", "li", "dt", "dd", "td", "th", "caption", "summary", "figcaption", "div", "title", *_HEADINGS}


def read_page(text: str) -> Content:
    """Read an HTML document or a piece of one.

    Parameters
    ----------
    text : str
        HTML.

    Examples
    --------
    >>> content = read_page("<h2>Sample</h2><!-- by me --><p title='x'>Ten cases</p>")
    >>> [(piece.place, piece.text) for piece in content.pieces]
    [('top', 'Sample'), ('Sample, comment', 'by me'), ('Sample, title', 'x'), ('Sample', 'Ten cases')]
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_block()
    return reader.content


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.content = Content()
        self.place, self.words, self.script = "top", "", ""
        self.tables: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_block()
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self.script = given.get("type", "") if tag == "script" else "style"
            self.script = self.script or "script"
        for name, value in given.items():
            if name in _TELLING or name.startswith("data-"):
                place = f"meta {given.get('name', '')}" if tag == "meta" else f"{self.place}, {name}"
                self.content.add(place, _unpacked(value), METADATA if tag == "meta" else TEXT)
        if tag == "table":
            self.tables.append(_Table())
        if self.tables:
            self.tables[-1].start(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.script = ""
        text = " ".join(self.words.split())
        if tag in _BLOCKS:
            self.end_block()
        if tag in _HEADINGS and text:
            self.place = text
        if self.tables:
            self.tables[-1].end(tag, text)
            if tag == "table":
                self._end_table(self.tables.pop())

    def handle_data(self, data: str) -> None:
        if not self.script:
            self.words += data
            return
        if "json" in self.script:
            try:
                add_json(self.content, json.loads(data), f"{self.place}, chart data")
                return
            except ValueError:
                pass
        for line, text in lines_of(data):
            self.content.add(f"{self.place}, {self.script}, {line}", text, SOURCE)

    def handle_comment(self, data: str) -> None:
        self.content.add(f"{self.place}, comment", data.strip())

    def end_block(self) -> None:
        """A block is over: what was said in it is one text."""
        text, self.words = " ".join(self.words.split()), ""
        self.content.add(self.place if not self.tables else f"{self.place}, table", text)

    def _end_table(self, table: _Table) -> None:
        if table.rows or table.headings:
            self.content.tables.append(table.found(f"{self.place}, table"))
            for heading in table.headings:
                self.content.add(f"{self.place}, table, heading", heading, NAME)


def _unpacked(address: str) -> str:
    """What an address holds that is a file in itself (``data:``); pictures and all others as they are."""
    kind, packed, data = address.partition(";base64,")
    if not packed or not kind.startswith("data:") or kind.startswith("data:image/"):
        return unquote(address) if address.startswith("data:") else address
    return base64.b64decode(data + "==").decode("utf-8", "replace")


class _Table:
    """A table as it is read."""

    def __init__(self) -> None:
        self.caption, self.in_head, self.group = "", False, ""
        self.headings: list[str] = []
        self.rows: list[tuple[str, ...]] = []
        self.groups: list[str] = []
        self.row: list[str] = []

    def start(self, tag: str) -> None:
        if tag == "thead":
            self.in_head = True
        elif tag == "tr":
            self.row = []

    def end(self, tag: str, text: str) -> None:
        if tag == "caption":
            self.caption = text
        elif tag in ("td", "th"):
            self.row.append(text)
        elif tag == "thead":
            self.in_head = False
        elif tag == "tr" and self.row:
            self._end_row()

    def _end_row(self) -> None:
        if self.in_head or not self.headings:
            self.headings = self.row
        elif len(self.row) == 1 < len(self.headings):
            self.group = self.row[0]
        else:
            self.rows.append(tuple(self.row))
            self.groups.append(self.group)

    def found(self, place: str) -> FoundTable:
        return FoundTable(place, self.caption, tuple(self.headings), tuple(self.rows), tuple(self.groups))
