"""CSV, Parquet and Excel turned into one thing: a table of text that knows its row numbers.

Codes are text ("1.10" is not 1.1) and "n/a" is an answer, so nothing is guessed here: no types, no missing
values. A cell that holds no text at all becomes the empty string.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

import pandas as pd

from esi_toolkit.data.parquet import read_parquet
from esi_toolkit.data.workbook import read_workbook
from esi_toolkit.errors import Problem, unreadable

ROW = "row"
"""Name of the index: the line of the file, counting the heading as line 1, as a spreadsheet shows it."""

Reading = tuple[pd.DataFrame | None, list[Problem]]


def parse_table(content: bytes, name: str, text_columns: frozenset[str] = frozenset()) -> Reading:
    """Turn a file's bytes into a table of text.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        File name; its ending says which format it is.
    text_columns : frozenset of str
        Columns whose cells must be stored as text: in a spreadsheet or Parquet file the number 1.1 may once
        have been "1.10".

    Returns
    -------
    table : DataFrame of str or None
        Index ``row``; None when the file cannot be read at all.
    problems : list of Problem
        Everything wrong with its form.

    Examples
    --------
    >>> table, problems = parse_table(b"question,relevant\\n1.10,4\\n", "question_counts.csv")
    >>> table.loc[2, "question"], problems
    ('1.10', [])
    """
    if not content:
        return None, [unreadable(name, "an empty file", "delete the file or fill it in")]
    if name.endswith(".parquet"):
        return _parse_parquet(content, name, text_columns)
    if name.endswith(".xlsx"):
        return _parse_workbook(content, name, text_columns)
    return _parse_csv(content, name)


def _parse_csv(content: bytes, name: str) -> Reading:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        fix = "save it again as 'CSV UTF-8' (Excel: Save as, CSV UTF-8)"
        return None, [Problem(name, "letters that are not UTF-8", "UTF-8 text", fix, row=line)]
    if "\x00" in text:
        return None, [unreadable(name, "bytes that are not text", "save it as CSV UTF-8")]
    numbered, problem = _number_rows(text, name)
    if problem:
        return None, [problem]
    return _assemble([(row, cells) for row, cells in numbered if any(map(str.strip, cells))], name)


def _number_rows(text: str, name: str) -> tuple[Iterable[tuple[int, list[str]]], Problem | None]:
    """Every row with the line that it starts on."""
    with suppress(csv.Error):
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = list(reader)
        if reader.line_num == len(rows):
            return enumerate(rows, start=1), None
    # Some cell holds a line break, or a quote is wrong: asking after each row takes three times as long.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    numbered, start = [], 1
    try:
        for cells in reader:
            numbered.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        return [], unreadable(name, str(error), "check the quotes on this line", row=start)
    return numbered, None


def _assemble(numbered: list[tuple[int, list[str]]], name: str) -> Reading:
    """Heading and rows to a table, with a problem for each row that does not fit."""
    if not numbered:
        return None, [unreadable(name, "only blank lines", "delete the file or fill it in")]
    numbered = _without_empty_columns(numbered)
    first, heading = numbered[0][0], [cell.strip() for cell in numbered[0][1]]
    problems = _heading_problems(heading, name, first)
    if problems:
        return None, problems
    rows = numbered[1:]
    width = len(heading)
    for row, cells in rows:
        if len(cells) != width:
            fix = "put text that holds a comma in quotes, or add the missing commas"
            problems.append(
                Problem(name, f"{len(cells)} cells", f"{width} cells as in the heading", fix, row=row)
            )
    if problems:
        return None, problems
    index = pd.Index([row for row, _ in rows], name=ROW, dtype="int64")
    return pd.DataFrame([cells for _, cells in rows], index=index, columns=heading, dtype="str"), []


def _without_empty_columns(numbered: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Spreadsheets save columns on the right that once held something."""
    if numbered[0][1][-1].strip():
        return numbered
    width = max(
        max((i + 1 for i, cell in enumerate(cells) if cell.strip()), default=0) for _, cells in numbered
    )
    if len(numbered[0][1]) <= width:
        return numbered
    return [(row, cells[:width]) for row, cells in numbered]


def _heading_problems(heading: list[str], name: str, row: int) -> list[Problem]:
    if len(heading) == 1 and any(mark in heading[0] for mark in ";\t|"):
        fix = "save it again with commas (in Excel: 'CSV UTF-8 (comma delimited)')"
        return [Problem(name, "cells separated by semicolons or tabs", "commas", fix, row=row)]
    repeated = [column for column, count in Counter(heading).items() if count > 1 and column]
    problems = [
        Problem(
            name, f"the column '{column}' more than once", "each column once", "rename or delete one", row=row
        )
        for column in repeated
    ]
    if "" in heading:
        problems.append(
            Problem(name, "a column without a heading", "a name", "name it or delete the column", row=row)
        )
    return problems


def _parse_parquet(content: bytes, name: str, text_columns: frozenset[str]) -> Reading:
    columns, heading, problems = read_parquet(content, name)
    if problems := problems or _heading_problems(heading, name, 1):
        return None, problems
    for column, values in zip(heading, columns, strict=True):
        problems += _number_problems(name, column, enumerate(values, start=2), text_columns)
    index = pd.RangeIndex(2, 2 + (len(columns[0]) if columns else 0), name=ROW)
    texts = {
        column: [_as_text(value) for value in values] for column, values in zip(heading, columns, strict=True)
    }
    return pd.DataFrame(texts, index=index, dtype="str"), problems


def _parse_workbook(content: bytes, name: str, text_columns: frozenset[str]) -> Reading:
    numbered, problems = read_workbook(content, name)
    if not numbered:
        return None, problems
    heading = [_as_text(value).strip() for value in numbered[0][1]]
    for position, column in enumerate(heading):
        cells = ((row, values[position]) for row, values in numbered[1:])
        problems += _number_problems(name, column, cells, text_columns)
    table, more = _assemble([(row, [_as_text(value) for value in values]) for row, values in numbered], name)
    return table, problems + more


def _number_problems(
    name: str, column: str, cells: Iterable[tuple[int, object]], text_columns: frozenset[str]
) -> list[Problem]:
    if column not in text_columns:
        return []
    kinds = {bool: "true or false", int: "a number", float: "a number"}
    return [
        Problem(
            name,
            f"{_as_text(value)[:40]} stored as {kinds.get(type(value), 'another kind of value')}",
            "text",
            "format the column as text and type it again: 1.10 and 1.1 are different codes",
            row=row,
            column=column,
        )
        for row, value in cells
        if value is not None and not isinstance(value, str)
    ]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if value != value else repr(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
