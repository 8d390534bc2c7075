"""An area's tables as CSV files, for programs: numbers as numbers, and text that no spreadsheet takes for a
formula.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from esi_toolkit.data.beside import write_whole
from esi_toolkit.present.html import Table
from esi_toolkit.reports.files.area_tables import list_tables
from esi_toolkit.reports.files.cells import Cell, Column, Figure, to_columns
from esi_toolkit.reports.pages.area_page import AreaPage

FOLDER = "tables"
_FORMULA = re.compile(r"[=+\-@\t\r\n]")


def write_csv_tables(page: AreaPage, folder: str | Path) -> tuple[Path, ...]:
    """Write each of an area's tables as a CSV file.

    Parameters
    ----------
    page : AreaPage
        From `esi_toolkit.reports.pages.area_page.open_page`.
    folder : path
        Made when it is not there.

    Returns
    -------
    tuple of Path
        The files, UTF-8 with a byte order mark, by which Excel knows it.
    """
    return tuple(
        write_whole(Path(folder) / f"{one.name}.csv", "\ufeff" + to_csv(one.table))
        for one in list_tables(page)
    )


def to_csv(table: Table) -> str:
    """A table as CSV.

    Percentages are numbers from 0 to 100 under a heading that says so; figures with a unit beside them stay
    as they are shown. Text that begins like a formula gets an apostrophe before it.

    Parameters
    ----------
    table : Table
        As on a page.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"Question": ["=1+1"], "Score": ["87% [u]"]})
    >>> print(to_csv(Table("Answers", frame, ("Score",))))
    Question,Score (%),Score: mark
    '=1+1,87,[u]
    """
    columns = to_columns(table)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_safe(_heading(column)) for column in columns])
    writer.writerows(
        zip(*([_content(cell, column) for cell in column.cells] for column in columns), strict=True)
    )
    return text.getvalue()


def _all_percent(column: Column) -> bool:
    figures = [cell for cell in column.cells if isinstance(cell, Figure)]
    return bool(figures) and all(figure.bare and figure.percent for figure in figures)


def _heading(column: Column) -> str:
    return f"{column.name} (%)" if _all_percent(column) else column.name


def _content(cell: Cell, column: Column) -> str:
    if isinstance(cell, Figure):
        return cell.plain if _all_percent(column) or (cell.bare and not cell.percent) else _safe(cell.shown)
    return _safe(cell)


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
