"""CSV, Parquet and Excel turned into one thing: a table of text that knows its row numbers.

Codes are text ("1.10" is not 1.1) and "n/a" is an answer, so nothing is guessed here: no types, no missing
values. A cell that holds no text at all becomes the empty string.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pandas as pd

from esi_toolkit.errors import Problem

ROW = "row"
"""Name of the index: the line of the file, counting the heading as line 1, as a spreadsheet shows it."""

_LITERAL = re.compile(r'"[^"]*"|\\.')
"""What a number format of a workbook only writes beside the number."""

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
        return None, [_unreadable(name, "an empty file", "delete the file or fill it in")]
    if name.endswith(".parquet"):
        return _parse_parquet(content, name, text_columns)
    if name.endswith(".xlsx"):
        return _parse_workbook(content, name, text_columns)
    return _parse_csv(content, name)


def _unreadable(name: str, found: str, fix: str, row: int | None = None) -> Problem:
    return Problem(name, found, "a table with a heading line", fix, row=row)


def _parse_csv(content: bytes, name: str) -> Reading:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        fix = "save it again as 'CSV UTF-8' (Excel: Save as, CSV UTF-8)"
        return None, [Problem(name, "letters that are not UTF-8", "UTF-8 text", fix, row=line)]
    if "\x00" in text:
        return None, [_unreadable(name, "bytes that are not text", "save it as CSV UTF-8")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    numbered: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            numbered.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        return None, [_unreadable(name, str(error), "check the quotes on this line", row=start)]
    return _assemble([(row, cells) for row, cells in numbered if any(cell.strip() for cell in cells)], name)


def _assemble(numbered: list[tuple[int, list[str]]], name: str) -> Reading:
    """Heading and rows to a table, with a problem for each row that does not fit."""
    if not numbered:
        return None, [_unreadable(name, "only blank lines", "delete the file or fill it in")]
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
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(io.BytesIO(content))
        columns = [table.column(position).to_pylist() for position in range(table.num_columns)]
    except (pyarrow.ArrowException, OSError, ValueError):
        return None, [_unreadable(name, "a file that is not whole Parquet", "write it again")]
    heading = [column.strip() for column in table.column_names]
    problems = _heading_problems(heading, name, 1)
    if problems:
        return None, problems
    for column, values in zip(heading, columns, strict=True):
        problems += _number_problems(name, column, enumerate(values, start=2), text_columns)
    index = pd.RangeIndex(2, 2 + table.num_rows, name=ROW)
    texts = {
        column: [_as_text(value) for value in values] for column, values in zip(heading, columns, strict=True)
    }
    return pd.DataFrame(texts, index=index, dtype="str"), problems


def _parse_workbook(content: bytes, name: str, text_columns: frozenset[str]) -> Reading:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False)
    except Exception:
        # A damaged workbook raises whatever its damaged part does: zip, XML, key and type errors among them.
        return None, [_unreadable(name, "a file that is not a whole workbook", "save it again as .xlsx")]
    filled = [sheet for sheet in book.worksheets if any(_cells(sheet))]
    if not filled:
        return None, [_unreadable(name, "a workbook without any cells", "delete the file or fill it in")]
    sheet = filled[0]
    problems = _workbook_problems(name, sheet)
    problems += [
        Problem(name, f"a second sheet '{other.title}'", "one sheet", "move it to a file of its own")
        for other in filled[1:]
    ]
    numbered = [(row[0].row, [cell.value for cell in row]) for row in sheet.iter_rows() if any(_filled(row))]
    heading = [_as_text(value).strip() for value in numbered[0][1]]
    for position, column in enumerate(heading):
        cells = ((row, values[position]) for row, values in numbered[1:])
        problems += _number_problems(name, column, cells, text_columns)
    table, more = _assemble([(row, [_as_text(value) for value in values]) for row, values in numbered], name)
    return table, problems + more


def _filled(cells: Iterable[Any]) -> Iterator[Any]:
    return (cell for cell in cells if cell.value not in (None, ""))


def _cells(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in _filled(row))


def _workbook_problems(name: str, sheet: Any) -> list[Problem]:
    problems = [
        Problem(name, f"merged cells {merged}", "one value a cell", "unmerge them and fill each cell")
        for merged in sheet.merged_cells.ranges
    ]
    traps = {
        "f": ("a formula in {}", "a value", "copy and paste as values"),
        "e": ("an error value in {}", "a value", "correct the cell"),
    }
    for cell in _cells(sheet):
        if cell.data_type in traps:
            found, expected, fix = traps[cell.data_type]
            problems.append(Problem(name, found.format(cell.coordinate), expected, fix, row=cell.row))
        elif _is_shown_as_percentage(cell):
            found = f"a number shown as a percentage in {cell.coordinate}"
            fix = "format the cell as a number: 87, not 87%"
            problems.append(Problem(name, found, "a plain number", fix, row=cell.row))
    return problems


def _is_shown_as_percentage(cell: Any) -> bool:
    """What is shown as 87% is kept as 0.87, which would be taken for less than one percent."""
    return cell.data_type == "n" and "%" in _LITERAL.sub("", cell.number_format)


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
