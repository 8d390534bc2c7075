"""An area's tables as a spreadsheet that anyone can read: cover, contents, notes, one table a sheet.

The form is that of the UK Government Analysis Function (https://analysisfunction.civilservice.gov.uk, "Making
spreadsheets accessible"), which gptables writes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from esi_toolkit import __version__
from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.framework import Display
from esi_toolkit.data.inspection import Area
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    UNRELIABLE,
    explain_confidential,
)
from esi_toolkit.present.opening import DRAFT, SYNTHETIC
from esi_toolkit.reports.files.area_tables import NamedTable, list_tables
from esi_toolkit.reports.files.cells import NO_MARK, Cell, Column, Figure, to_columns
from esi_toolkit.reports.pages.area_page import AreaPage

if TYPE_CHECKING:
    from gptables import GPTable, GPWorkbook

_AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""What data say stays text, whatever it begins with."""
_MADE = datetime(2000, 1, 1)
"""In place of the moment of writing, so that the same area gives the same bytes."""
_INSTRUCTIONS = (
    "This worksheet contains one table. Shorthand in square brackets is explained on the notes sheet."
)
_WIDEST, _NARROWEST, _A4 = 60, 11, 9
_LONGEST_HEADING = 255
_BREAK = "\u2060"
"""Seen by nobody; keeps gptables from taking brackets and dollars in the data for its own mark-up."""


def write_spreadsheet(page: AreaPage, target: str | Path) -> Path:
    """Write an area's tables, and those of its thematic elements, as one workbook.

    Parameters
    ----------
    page : AreaPage
        From `esi_toolkit.reports.pages.area_page.open_page`.
    target : path
        An ``.xlsx`` file: whole, or not there.

    Returns
    -------
    Path
        The file. The same area gives the same bytes.
    """
    return write_whole(target, build_spreadsheet(page))


def build_spreadsheet(page: AreaPage) -> bytes:
    """The workbook of an area.

    Parameters
    ----------
    page : AreaPage
        From `esi_toolkit.reports.pages.area_page.open_page`.
    """
    from gptables import produce_workbook

    found = {"Notes": _notes(page.scorecard.framework.display)} | _by_label(list_tables(page))
    columns = {label: to_columns(one.table) for label, one in found.items()}
    buffer = BytesIO()
    with warnings.catch_warnings():
        # It misses a notes sheet of its own kind, which can only hold numbered notes.
        warnings.filterwarnings("ignore", "No note text provided")
        # It has some way to go to the next pandas; pyproject.toml keeps it on the one that it works with.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        book = produce_workbook(
            buffer,
            {label: _to_sheet(one, columns[label]) for label, one in found.items()},
            cover=_cover(page),
            contentsheet_options={"title": "Contents", "instructions": "This worksheet contains one table."},
            auto_width=False,
            workbook_options=_AS_TEXT,
        )
    _finish(book, page.inspection.area, columns)
    book.close()
    return buffer.getvalue()


def _by_label(tables: Sequence[NamedTable]) -> dict[str, NamedTable]:
    """Tables under their sheet's name; two that a program would take for the same get a number."""
    found: dict[str, NamedTable] = {}
    for one in tables:
        label, number = one.label, 1
        while label.casefold() in {known.casefold() for known in found}:
            number += 1
            label = f"{one.label[:27]} {number}"
        found[label] = one
    return found


def _notes(display: Display) -> NamedTable:
    meanings = {
        CONFIDENTIAL: explain_confidential(display),
        UNRELIABLE: f"unreliable: fewer than {display.unreliable_below} cases; a question with fewer than "
        f"{display.few_below} relevant cases has no percentage at all",
        NOT_AVAILABLE: "not available: the area's files do not give it",
        NOT_APPLICABLE: "not applicable",
        NO_MARK: "in a column of marks: the figure beside it needs no mark",
    }
    frame = pd.DataFrame(list(meanings.items()), columns=["Shorthand", "Meaning"], dtype="str")
    return NamedTable("Notes", Table("Notes: shorthand in this workbook", frame))


def _cover(page: AreaPage) -> Any:
    from gptables import Cover

    area, framework = page.inspection.area, page.scorecard.framework
    status = f"Published {area.published or ''}".strip() if area.status == "published" else DRAFT
    intro = [f"Every table of the inspection report on {area.name}, one a sheet.", status]
    if area.synthetic:
        intro.append(" ".join(filter(None, (SYNTHETIC.replace("this page", "this workbook"), area.note))))
    about = [
        f"Framework: {framework.title}, version {framework.version}.",
        *(f"Thematic element: {one.scorecard.framework.title}." for one in page.elements),
        *([f"Fieldwork: {area.fieldwork}."] if area.fieldwork else []),
        "Figures are those of the report, rounded once, halves up. Scores are percentages of relevant work.",
        "Where a figure carries a mark, the mark stands in the column after it.",
    ]
    contact = [f"Lead inspector: {area.lead_inspector}"] if area.lead_inspector else None
    title = _plain(f"{area.name}: {framework.title}")
    return Cover(title, [*map(_plain, intro)], [*map(_plain, about)], contact and [*map(_plain, contact)])


def _to_sheet(one: NamedTable, columns: Sequence[Column]) -> GPTable:
    from gptables import GPTable

    names = _heading_names(columns)
    data = {
        name: [_content(cell) for cell in column.cells] for name, column in zip(names, columns, strict=True)
    }
    return GPTable(
        table=pd.DataFrame(data, dtype="object"),
        table_name="t_" + re.sub(r"\W", "_", one.name),
        title=_plain(one.table.caption),
        instructions=_INSTRUCTIONS,
        legend=[_plain(note) for note in one.table.notes],
        index_columns={2: 0},
        additional_formatting=[*_formats(columns), *_totals(one.table)],
    )


def _heading_names(columns: Sequence[Column]) -> list[str]:
    """Headings that a worksheet table takes: not twice the same, not too long."""
    names: list[str] = []
    for column in columns:
        wanted = _plain(column.name)[: _LONGEST_HEADING - 4]
        name, number = wanted, 1
        while name.casefold() in {known.casefold() for known in names}:
            number += 1
            name = f"{wanted} ({number})"
        names.append(name)
    return names


def _content(cell: Cell) -> float | int | str:
    if not isinstance(cell, Figure):
        return _plain(cell)
    return int(cell.value) if cell.value.is_integer() else cell.value


def _plain(text: str) -> str:
    """Text that gptables writes as it is: no links or notes of its own, no cell that it would refuse."""
    text = text.replace("](", f"]{_BREAK}(").replace("$$", f"${_BREAK}$")
    if not text.strip():
        return NOT_APPLICABLE
    # It wants at least one plain letter or digit in every cell.
    return text if re.search("[a-zA-Z0-9]", text) else f"{text} (as recorded)"


def _formats(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Each figure looks as it does on the page; a column of figures stands flush right."""
    found: list[dict[str, Any]] = []
    for position, column in enumerate(columns):
        if column.is_number:
            right = {"columns": [position], "format": {"align": "right"}, "include_names": True}
            found.append({"column": right})
        found += [
            {"cell": {"cells": (row, position), "format": {"num_format": cell.number_format}}}
            for row, cell in enumerate(column.cells, 1)
            if isinstance(cell, Figure)
        ]
    return found


def _totals(table: Table) -> list[dict[str, Any]]:
    rows = [row + 1 for row in table.totals]
    return [{"row": {"rows": rows, "format": {"bold": True}, "include_names": False}}] if rows else []


def _finish(book: GPWorkbook, area: Area, columns: Mapping[str, Sequence[Column]]) -> None:
    """Column widths, paper, and metadata that name no person and no machine."""
    book.set_properties(
        {
            "title": f"{area.name}: tables of the inspection report",
            "comments": SYNTHETIC if area.synthetic else "",
            "author": f"esi_toolkit {__version__}",
            "created": _MADE,
        }
    )
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        for position, column in enumerate(columns.get(sheet.get_name(), ())):
            sheet.set_column(position, position, _width(column))
    contents = book.get_worksheet_by_name("Contents")
    contents.set_column(0, 0, max(len(label) for label in columns) + 4)
    contents.set_column(1, 1, _WIDEST + 20)


def _width(column: Column) -> int:
    """Letters across, for a font somewhat larger than the one that widths are counted in."""
    shown = [cell.shown if isinstance(cell, Figure) else cell for cell in column.cells]
    longest = max(map(len, shown), default=0)
    words = max(map(len, column.name.split()), default=0)
    return max(_NARROWEST, min(_WIDEST, round(1.15 * max(longest, words)) + 2))
