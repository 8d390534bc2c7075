"""The register as a CSV file that git can keep, and back, letter for letter."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from esi_toolkit.data.decision import RECORDED_FIELDS
from esi_toolkit.errors import Problem, RegisterError

COLUMNS = (*RECORDED_FIELDS, "previous_hash", "row_hash")
# A spreadsheet would run a cell that begins like this; an apostrophe before it makes it text, and is taken
# off again.
_RUNS = ("=", "+", "-", "@", "\t", "'")
# Git and editors rewrite line ends, so a carriage return within a text is written as \r: whatever the line
# ends of the file become, the texts stay what they were.
_ESCAPES = str.maketrans({"\\": "\\\\", "\r": "\\r"})
_ESCAPED = re.compile(r"\\([\\r])")


def rows_to_csv(rows: list[dict[str, Any]]) -> str:
    """Rows of the register as CSV, the same bytes for the same rows.

    Examples
    --------
    >>> row = dict.fromkeys(COLUMNS, "x") | {"number": 1, "reason": "=1+1"}
    >>> csv_to_rows(rows_to_csv([row]))[0]["reason"]
    '=1+1'
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_guard(str(row[name])) for name in COLUMNS] for row in rows)
    return stream.getvalue()


def csv_to_rows(content: str) -> list[dict[str, Any]]:
    """Rows from an export.

    Raises
    ------
    RegisterError
        It is not an export of a register.
    """
    plain = content.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        lines = list(csv.reader(io.StringIO(plain, newline=""), strict=True))
    except csv.Error:
        raise RegisterError(_not_an_export(None)) from None
    if not lines or tuple(lines[0]) != COLUMNS:
        raise RegisterError(_not_an_export(1))
    rows = []
    for place, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(COLUMNS) or not (cells[0].isascii() and cells[0].isdecimal()):
            raise RegisterError(_not_an_export(place))
        row = {name: _unguard(cell) for name, cell in zip(COLUMNS, cells, strict=True)}
        rows.append({**row, "number": int(row["number"])})
    return rows


def _guard(cell: str) -> str:
    escaped = cell.translate(_ESCAPES)
    return f"'{escaped}" if escaped.startswith(_RUNS) else escaped


def _unguard(cell: str) -> str:
    return _ESCAPED.sub(lambda found: "\r" if found[1] == "r" else "\\", cell.removeprefix("'"))


def _not_an_export(row: int | None) -> Problem:
    return Problem("export", "a line of another kind", "an export of a register", "export it again", row=row)
