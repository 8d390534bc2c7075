"""What a file says, whatever its kind: pieces of text with their place, and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TEXT, SOURCE, METADATA, NAME = "text", "source", "metadata", "name"


@dataclass(frozen=True)
class Piece:
    """A text in a file.

    Attributes
    ----------
    place : str
        Where in the file, for people: a line, a sheet and cell, a cell of a notebook, a page.
    text : str
        What stands there.
    kind : {"text", "source", "metadata", "name"}
        Text of the document; a notebook's code; what a program wrote about the document; a key or column.
    """

    place: str
    text: str
    kind: str = TEXT


@dataclass(frozen=True)
class FoundTable:
    """A table in a file, as text.

    Attributes
    ----------
    place, caption : str
        Where in the file, and what it is called.
    headings : tuple of str
        Of its columns.
    rows : tuple of tuple of str
        Without those that only head others; the text of a row that heads others is `groups`.
    groups : tuple of str
        For each row the heading above it; "" where there is none.
    """

    place: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...] = ()

    def column(self, heading: str) -> list[str]:
        """The texts of a column."""
        at = self.headings.index(heading)
        return [row[at] if at < len(row) else "" for row in self.rows]


@dataclass(frozen=True)
class Oddity:
    """Something about a file that speaks for itself, such as a hidden sheet."""

    place: str
    found: str
    expected: str
    fix: str


@dataclass
class Content:
    """All that a file says."""

    pieces: list[Piece] = field(default_factory=list)
    tables: list[FoundTable] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    def add(self, place: str, text: object, kind: str = TEXT) -> None:
        """Keep a text, unless there is nothing in it."""
        if text is not None and str(text).strip():
            self.pieces.append(Piece(place, str(text), kind))

    def add_table(self, table: FoundTable) -> None:
        """Keep a table; its headings are names, its cells text."""
        self.tables.append(table)
        for heading in table.headings:
            self.add(f"{table.place}, heading", heading, NAME)
        for number, row in enumerate(table.rows, 1):
            for heading, cell in zip((*table.headings, *([""] * len(row))), row, strict=False):
                self.add(f"{table.place}, row {number}, {heading}", cell)

    def add_other(self, other: Content, place: str) -> None:
        """Keep what stands in a part of the file."""
        self.pieces += [Piece(f"{place}, {one.place}", one.text, one.kind) for one in other.pieces]
        self.tables += [
            FoundTable(f"{place}, {one.place}", one.caption, one.headings, one.rows, one.groups)
            for one in other.tables
        ]
        self.oddities += [
            Oddity(f"{place}, {one.place}", one.found, one.expected, one.fix) for one in other.oddities
        ]


def add_json(content: Content, value: Any, place: str, kind: str = TEXT) -> None:
    """Walk through JSON: keys are names, and a list of like objects, or an object of lists, is a table.

    Parameters
    ----------
    content : Content
        Takes what is found.
    value : object
        Parsed JSON.
    place : str
        Where it stands.
    kind : str
        Of the texts in it.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            content.add(place, name, NAME)
            add_json(content, inner, f"{place}.{name}", kind)
    elif isinstance(value, list):
        if len(value) > 2 and all(isinstance(one, str) for one in value):
            content.tables.append(FoundTable(place, "", ("",), tuple((one,) for one in value)))
        if (table := _records(value, place)) is not None:
            content.add_table(table)
        for number, inner in enumerate(value):
            if table is None or not isinstance(inner, dict):
                add_json(content, inner, f"{place}[{number}]", kind)
            else:
                nested = {name: one for name, one in inner.items() if isinstance(one, dict | list)}
                add_json(content, nested, f"{place}[{number}]", kind)
    elif isinstance(value, str):
        content.add(place, value, kind)


def _records(value: list[Any], place: str) -> FoundTable | None:
    if len(value) < 2 or not all(isinstance(one, dict) for one in value):
        return None
    headings = tuple(dict.fromkeys(name for one in value for name in one))
    rows = tuple(tuple(_text(one.get(name)) for name in headings) for one in value)
    return FoundTable(place, "", headings, rows)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def lines_of(text: str) -> Iterator[tuple[str, str]]:
    """Lines with their places."""
    for number, line in enumerate(text.splitlines(), 1):
        yield f"line {number}", line
