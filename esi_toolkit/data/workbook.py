"""An Excel workbook's cells as they are, with everything in it that a reader would not see or expect.

Somebody who looks at the sheet must see every value that counts, and nothing there may be worked out anew.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from esi_toolkit.errors import Problem, unreadable

MOST_UNPACKED = 128 * 2**20
"""Bytes that a workbook may have when unpacked: some 800,000 rows, for which openpyxl takes 4 GB."""

_LITERAL = re.compile(r'"[^"]*"|\\.')
"""What a number format of a workbook only writes beside the number."""

Rows = list[tuple[int, list[Any]]]


def read_workbook(content: bytes, name: str) -> tuple[Rows, list[Problem]]:
    """The filled rows of the one sheet that holds something.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        File name for the problems.

    Returns
    -------
    rows : list of (int, list)
        Row number and values, all as long as the first; none when the file cannot be read at all.
    problems : list of Problem
        What is merged, hidden, calculated, an error value, on a second sheet or beside the table.
    """
    import openpyxl

    try:
        if _unpacked(content) > MOST_UNPACKED:
            found = f"a workbook of more than {MOST_UNPACKED >> 20} MB unpacked"
            return [], [unreadable(name, found, "save it as CSV UTF-8 or Parquet")]
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False)
    except Exception:
        # A damaged workbook raises whatever its damaged part does: zip, XML, key and type errors among them.
        return [], [unreadable(name, "a file that is not a whole workbook", "save it again as .xlsx")]
    filled = [sheet for sheet in book.worksheets if any(_filled(sheet))]
    if not filled:
        return [], [unreadable(name, "a workbook without any cells", "delete the file or fill it in")]
    rows, problems = _to_rows(filled[0], name)
    problems = [*_trap_problems(filled[0], name), *_hidden_problems(filled[0], name), *problems]
    problems += [
        Problem(name, f"a second sheet '{other.title}'", "one sheet", "move it to a file of its own")
        for other in filled[1:]
    ]
    return rows, problems


def _unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return sum(part.file_size for part in parts.infolist())


def _filled(sheet: Any) -> Iterator[Any]:
    # Not iter_rows, which makes every cell up to the last one: one in the far corner, and that is for ever.
    return (cell for cell in sheet._cells.values() if cell.value not in (None, ""))


def _to_rows(sheet: Any, name: str) -> tuple[Rows, list[Problem]]:
    """Values by row, as wide as the heading, and a problem for each value beside that."""
    cells = sorted(_filled(sheet), key=lambda cell: (cell.row, cell.column))
    width = max(cell.column for cell in cells if cell.row == cells[0].row)
    rows: dict[int, list[Any]] = {cell.row: [None] * width for cell in cells}
    problems = []
    for cell in cells:
        if cell.column <= width:
            rows[cell.row][cell.column - 1] = cell.value
        else:
            found, fix = f"a value in {cell.coordinate}", "give its column a heading, or delete it"
            problems.append(Problem(name, found, "values below a heading", fix, row=cell.row))
    return list(rows.items()), problems


def _trap_problems(sheet: Any, name: str) -> Iterator[Problem]:
    for merged in sheet.merged_cells.ranges:
        yield Problem(name, f"merged cells {merged}", "one value a cell", "unmerge them and fill each cell")
    traps = {
        "f": ("a formula in {}", "a value", "copy and paste as values"),
        "e": ("an error value in {}", "a value", "correct the cell"),
    }
    for cell in _filled(sheet):
        if cell.data_type in traps:
            found, expected, fix = traps[cell.data_type]
            yield Problem(name, found.format(cell.coordinate), expected, fix, row=cell.row)
        elif _is_shown_as_percentage(cell):
            found = f"a number shown as a percentage in {cell.coordinate}"
            fix = "format the cell as a number: 87, not 87%"
            yield Problem(name, found, "a plain number", fix, row=cell.row)


def _is_shown_as_percentage(cell: Any) -> bool:
    """What is shown as 87% is kept as 0.87, which would be taken for less than one percent."""
    return cell.data_type == "n" and "%" in _LITERAL.sub("", cell.number_format)


def _hidden_problems(sheet: Any, name: str) -> Iterator[Problem]:
    """Rows that a filter put away, columns and sheets out of sight: nobody would know that they count."""
    expected = "every value in sight"
    if sheet.sheet_state != "visible":
        yield Problem(name, f"values on the hidden sheet '{sheet.title}'", expected, "show the sheet")
    rows = sorted({cell.row for cell in _filled(sheet)})
    for row in rows:
        if row in sheet.row_dimensions and sheet.row_dimensions[row].hidden:
            fix = "show it (clear the filter), or delete it"
            yield Problem(name, "a hidden row", expected, fix, row=row)
    columns = {cell.column: cell.column_letter for cell in _filled(sheet)}
    for dimension in sheet.column_dimensions.values():
        for column in sorted(columns):
            if dimension.hidden and dimension.min <= column <= dimension.max:
                found = f"the hidden column {columns[column]}"
                yield Problem(name, found, expected, "show it, or delete it")
