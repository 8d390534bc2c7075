"""What a report's files print, part by part, each with its place, so that two can be compared."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

_LONGEST_NAME = 70
_HEADINGS = ("h1", "h2", "h3", "h4")
NOT_SHOWN = ("style", "script")
"""Places of a page that another version of the toolkit may write otherwise."""


class Part(NamedTuple):
    """Something that a file prints: where, in words, and what."""

    where: str
    shown: str


def list_parts(path: Path) -> list[Part]:
    """Everything that a file of a report prints.

    Parameters
    ----------
    path : Path
        ``.html``, ``.ipynb``, ``.json``, ``.xlsx`` or ``.csv``; of another kind only its size can be told.

    Raises
    ------
    ValueError
        It cannot be read as what its name says.
    """
    content = path.read_bytes()
    read = _READ.get(path.suffix)
    return read(content) if read else [Part("the file", f"{len(content)} bytes")]


def _of_page(content: bytes) -> list[Part]:
    return page_parts(content.decode("utf-8"))


def page_parts(html: str) -> list[Part]:
    """Texts, elements with their attributes, and the data of charts, in the order of a page.

    Examples
    --------
    >>> parts = page_parts("<h2>Scores</h2><p><b>Overall</b> <b>84%</b></p>")
    >>> [part for part in parts if part.shown == "84%"]
    [Part(where='Overall, Scores', shown='84%')]
    """
    reader = _PageReader()
    reader.feed(html)
    reader.close()
    return reader.parts


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self._inside: list[str] = []
        self._heading = self._caption = self._row = self._before = ""
        self._columns: list[str] = []
        self._cell = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        if tag == "table":
            self._caption, self._columns = "", []
        elif tag == "tr":
            self._row, self._cell = "", -1
        elif tag in ("td", "th"):
            self._cell += 1
        named = "".join(f' {name}="{value}"' for name, value in attrs)
        self._add(f"<{tag}{named}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        self._add(f"</{tag}>")
        if tag == "table":
            self._caption = self._row = ""

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        tag = self._inside[-1] if self._inside else ""
        if not text:
            return
        if tag == "script" and text.startswith("{"):
            found = json_parts(json.loads(data))
            self.parts += [Part(f"{self._heading}, data, {one.where}", one.shown) for one in found]
            return
        self._add(text)
        self._remember(tag, text)

    def handle_comment(self, data: str) -> None:
        self._add(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._add(f"<!{decl}>")

    def _add(self, text: str) -> None:
        tag = self._inside[-1] if self._inside else ""
        self.parts.append(Part(tag if tag in NOT_SHOWN else self._place(), text))

    def _place(self) -> str:
        if "tbody" in self._inside and self._row:
            column = self._columns[self._cell] if 0 < self._cell < len(self._columns) else ""
            return ", ".join(filter(None, (_short(self._row), column, _short(self._caption))))
        return ", ".join(dict.fromkeys(filter(None, (_short(self._before), self._heading))))

    def _remember(self, tag: str, text: str) -> None:
        """What names the parts that follow."""
        if tag in _HEADINGS:
            self._heading = self._before = text
        elif tag == "caption":
            self._caption = text
        elif tag == "th" and "thead" in self._inside:
            self._columns.append(text)
        elif tag == "th":
            self._row = text
        elif "table" not in self._inside:
            self._before = text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def json_parts(value: Any, where: str = "") -> list[Part]:
    """Every value of a JSON document with its keys.

    Examples
    --------
    >>> json_parts({"questions": {"B1.1": {"score": 82.0}}, "cases": [1]})
    [Part(where='questions B1.1 score', shown='82.0'), Part(where='cases 0', shown='1')]
    """
    if isinstance(value, dict) and value:
        pairs: Any = value.items()
    elif isinstance(value, list) and value:
        pairs = enumerate(value)
    else:
        return [Part(where, json.dumps(value, ensure_ascii=False))]
    return [part for key, inner in pairs for part in json_parts(inner, f"{where} {key}".strip())]


def _of_json(content: bytes) -> list[Part]:
    return json_parts(json.loads(content))


def _of_notebook(content: bytes) -> list[Part]:
    notebook = json.loads(content)
    parts = json_parts({key: value for key, value in notebook.items() if key != "cells"}, "notebook")
    for number, cell in enumerate(notebook["cells"], 1):
        parts += [Part(f"cell {number}, {one.where}", one.shown) for one in _cell_parts(cell)]
    return parts


def _cell_parts(cell: dict[str, Any]) -> Iterator[Part]:
    outputs = cell.get("outputs", [])
    yield from json_parts({key: value for key, value in cell.items() if key != "outputs"})
    for output in outputs:
        data = dict(output.get("data", {}))
        html = data.pop("text/html", "")
        yield from page_parts("".join(html))
        yield from json_parts({**output, "data": data})


def _of_workbook(content: bytes) -> list[Part]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        Part(f"{_short(str(row[0].value))}, cell {cell.coordinate} of sheet {sheet.title}", _cell_text(cell))
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]


def _cell_text(cell: Any) -> str:
    link = f", a link to {cell.hyperlink.target or cell.hyperlink.location}" if cell.hyperlink else ""
    return f"{cell.value!r}{'' if cell.number_format == 'General' else f' as {cell.number_format}'}{link}"


def _of_csv(content: bytes) -> list[Part]:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    heads = rows[0] if rows else []
    return [
        Part(f"{_short(row[0])}, {heads[i] if i < len(heads) else f'column {i + 1}'}, line {line}", cell)
        for line, row in enumerate(rows, 1)
        for i, cell in enumerate(row)
    ]


_READ: dict[str, Callable[[bytes], list[Part]]] = {
    ".html": _of_page,
    ".ipynb": _of_notebook,
    ".json": _of_json,
    ".xlsx": _of_workbook,
    ".csv": _of_csv,
}
