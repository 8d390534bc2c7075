"""Spreadsheet and CSV files: one table a sheet, figures as numbers, text that stays text, the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import number, percent, with_unit
from esi_toolkit.reports.files.area_tables import NamedTable, list_tables
from esi_toolkit.reports.files.cells import Column, Figure, read_figure, to_columns
from esi_toolkit.reports.files.csv_tables import to_csv, write_csv_tables
from esi_toolkit.reports.files.spreadsheet import (
    _by_label,
    _heading_names,
    build_spreadsheet,
    write_spreadsheet,
)
from esi_toolkit.reports.pages.area_page import open_page
from tests.finished_reports import AWKWARD_NAME, FORMULAS, SAMPLE, write_awkward_area

AREAS = ("county-durham", "dunholt", "awkward")
EVERY_AREA = pytest.mark.parametrize("name", AREAS)
FRAME_SHEETS = ["Cover", "Contents", "Notes"]


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """Areas loaded and scored: everything, only criterion scores, hardly anything."""
    awkward = write_awkward_area(tmp_path_factory.mktemp("areas") / "awkward")
    pages = {name: open_page(awkward if name == "awkward" else SAMPLE / name) for name in AREAS}
    return pages.__getitem__


@pytest.fixture(scope="module")
def content_of(page_of):
    return {name: build_spreadsheet(page_of(name)) for name in AREAS}.__getitem__


@pytest.fixture
def book_of(content_of):
    return lambda name: openpyxl.load_workbook(io.BytesIO(content_of(name)))


def table_rows(sheet) -> list[list]:
    """Cells of a sheet's one table, heading included."""
    (table,) = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


@EVERY_AREA
def test_a_workbook_opens_with_cover_contents_and_notes(book_of, name):
    book = book_of(name)
    assert book.sheetnames[:3] == FRAME_SHEETS
    assert book.active.title == "Cover"
    listed = [row[0] for row in table_rows(book["Contents"])[1:]]
    assert listed == book.sheetnames[2:]
    links = {cell.hyperlink.location for (cell,) in book["Contents"].iter_rows(min_row=4, max_col=1)}
    assert links == {f"'{sheet}'!A1" for sheet in listed}


@EVERY_AREA
def test_every_sheet_has_a_title_instructions_and_one_whole_table(book_of, name):
    for sheet in book_of(name).worksheets[1:]:
        assert sheet["A1"].value
        assert "one table" in sheet["A2"].value
        rows = table_rows(sheet)
        assert len(rows) > 1
        assert len({str(heading).casefold() for heading in rows[0]}) == len(rows[0])
        assert [cell for row in rows for cell in row if cell is None or cell == ""] == []
        assert not sheet.merged_cells.ranges
        assert len(sheet.title) <= 31


def test_the_notes_explain_all_shorthand(book_of):
    notes = dict(table_rows(book_of("county-durham")["Notes"])[1:])
    assert list(notes)[:4] == ["[c]", "[u]", "[x]", "[z]"]
    for sheet in book_of("county-durham").worksheets[3:]:
        used = {cell for row in table_rows(sheet) for cell in row if str(cell).startswith("[")}
        assert used <= set(notes), sheet.title


def test_the_cover_says_what_it_is_and_that_data_are_synthetic_or_a_draft(book_of):
    durham = "\n".join(str(cell.value) for (cell,) in book_of("county-durham")["Cover"].iter_rows())
    assert durham.startswith("County Durham: Effective Supervision Inspection\n")
    assert "Synthetic data. What stands behind this workbook is wholly or partly invented" in durham
    assert "Published May 2004" in durham
    assert "thematic element on domestic violence" in durham
    awkward = "\n".join(str(cell.value) for (cell,) in book_of("awkward")["Cover"].iter_rows())
    assert awkward.startswith(AWKWARD_NAME)
    assert "Draft." in awkward


def test_an_area_and_its_thematic_element_have_all_their_tables(book_of):
    around = [
        "Sample",
        "Context",
        "Performance",
        "Criminogenic factors",
        "Progress",
        "Feedback",
        "Reconviction",
    ]
    scored = ["scores", "questions", "ratings", "evidence", "findings"]
    assert book_of("county-durham").sheetnames[3:] == [
        *(label.capitalize() for label in scored),
        *around,
        *(f"esi-dv {label}" for label in scored),
        "What is missing",
        "How it was made",
    ]
    assert "Questions" not in book_of("dunholt").sheetnames


def test_what_an_area_lacks_stands_in_a_table_of_its_own(book_of):
    rows = table_rows(book_of("awkward")["What is missing"])
    assert {"findings", "evidence", "performance"} <= {row[0] for row in rows}
    assert table_rows(book_of("county-durham")["What is missing"])[1][1] == "nothing missing or odd"


def test_figures_are_numbers_that_look_as_on_the_page(book_of):
    sheet = book_of("county-durham")["Scores"]
    row = next(row for row in sheet.iter_rows() if row[1].value == "B1: Assessment of risk of harm")
    assert (row[2].value, row[2].number_format, row[3].value, row[5].value) == (0.72, "0%", "[z]", 100)
    questions = table_rows(book_of("county-durham")["esi-dv questions"])
    assert questions[0][2:6] == ["Met", "Relevant cases", "Score", "Score: mark"]
    assert questions[1][2:6] == [21, 23, 0.91, "[u]"]
    context = {row[0].value: row[1] for row in book_of("county-durham")["Context"].iter_rows(min_row=5)}
    assert context["Main revenue budget"].value == 7.46
    assert context["Main revenue budget"].number_format == '"£"0.00" million"'
    assert context["Population (persons)"].number_format == "#,##0"


def test_totals_stand_out(book_of):
    bold = {row[1].value for row in book_of("county-durham")["Scores"].iter_rows(min_row=7) if row[2].font.b}
    assert bold == {
        "Score for section B",
        "Score for section C",
        "Score for section D",
        "Overall score for sections B, C and D",
    }


def test_no_cell_is_a_formula_or_a_link_whatever_the_data_say(book_of):
    book = book_of("awkward")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.parent.title for cell in cells if cell.hyperlink} == {"Contents"}
    shown = [str(cell.value).replace("\u2060", "") for cell in cells]
    for text in FORMULAS[:-1]:
        assert text in shown
    assert "??? (as recorded)" in shown


def test_csv_files_hold_the_same_tables_and_no_formula(page_of, tmp_path):
    page = page_of("awkward")
    files = write_csv_tables(page, tmp_path / "tables")
    assert [path.stem for path in files] == [one.name for one in list_tables(page)]
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for path in files}
    cells = [cell for text in texts.values() for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    context = [row[0] for row in csv.reader(io.StringIO(texts["context"]))]
    assert context[1:] == ["'=HYPERLINK(1)", "'+44 191", "'-2 points", "'@SUM(A1)", *FORMULAS[4:]]


def test_csv_percentages_are_numbers_under_a_heading_that_says_so():
    frame = pd.DataFrame(
        {"Place": ["Here", "There"], "Actual": ["63.3%", "[x]"], "Budget": ["£1,234 million", "1,000"]}
    )
    text = to_csv(Table("Rates", frame, ("Actual", "Budget")))
    assert text.splitlines() == ["Place,Actual (%),Budget", 'Here,63.3,"£1,234 million"', "There,[x],1000"]


@EVERY_AREA
def test_the_same_area_gives_the_same_bytes(page_of, content_of, name, tmp_path):
    written = write_spreadsheet(page_of(name), tmp_path / "tables.xlsx")
    assert written.read_bytes() == content_of(name)
    assert [path.name for path in tmp_path.iterdir()] == ["tables.xlsx"]


def test_metadata_name_no_person_no_folder_and_no_time(content_of):
    with zipfile.ZipFile(io.BytesIO(content_of("county-durham"))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        parts = {info.filename: archive.read(info).decode("utf-8") for info in archive.infolist()}
    assert "<dc:creator>esi_toolkit " in parts["docProps/core.xml"]
    assert "<cp:lastModifiedBy>esi_toolkit " in parts["docProps/core.xml"]
    assert parts["docProps/core.xml"].count("2000-01-01T00:00:00Z") == 2
    for text in parts.values():
        assert str(Path.home()) not in text
        assert str(SAMPLE.parent) not in text


def shown(figure: Figure) -> str:
    """A figure as a spreadsheet would show it, by its value and number format alone."""
    before, number_part, after = re.fullmatch(
        r'(?:"([^"]*)")?([#,0.%]+)(?:"([^"]*)")?', figure.number_format
    ).groups("")
    places = len(number_part.strip("%").partition(".")[2])
    value = Decimal(repr(figure.value)) * (100 if "%" in number_part else 1)
    digits = f"{value:,.{places}f}" if "," in number_part else f"{value:.{places}f}"
    return f"{before}{digits}{'%' * number_part.count('%')}{after}"


@given(
    st.decimals(0, 10**7, places=2),
    st.sampled_from(["", "percent", "percent of target", "days", "GBP million"]),
)
def test_every_figure_of_a_page_survives_the_way_into_a_cell(value, unit):
    for text in (with_unit(float(value), unit), number(float(value)), percent(float(value), 1)):
        figure = read_figure(text)
        assert figure is not None
        assert shown(figure) == text


@pytest.mark.parametrize(
    "text", ["[x]", "82 of 100", "not rated [x]", "B1.10", "2003/2004", "1,23", "", "1 [a] day"]
)
def test_what_is_no_single_figure_is_text(text):
    assert read_figure(text) is None


def test_a_column_with_one_word_in_it_stays_text():
    frame = pd.DataFrame({"Result": ["72%", "Well met"], "Met, of cases": ["1 of 2", "about half"]})
    columns = to_columns(Table("Results", frame, ("Result", "Met, of cases")))
    assert [(column.name, column.is_number) for column in columns] == [
        ("Result", False),
        ("Met, of cases", False),
    ]


def test_sheets_and_headings_that_programs_would_confuse_get_numbers():
    table = Table("Any", pd.DataFrame({"A": ["1"]}))
    assert list(_by_label([NamedTable("Scores", table), NamedTable("scores", table)])) == [
        "Scores",
        "scores 2",
    ]
    columns = [Column(name, ("x",)) for name in ("Measure", "measure", "M" * 300)]
    names = _heading_names(columns)
    assert names[:2] == ["Measure", "measure (2)"]
    assert len(names[2]) <= 255
