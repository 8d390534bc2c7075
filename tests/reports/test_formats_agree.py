"""Page, PDF, spreadsheet and CSV files agree on every figure, and every published figure is there."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from esi_toolkit.present.drafting import DRAFT
from tests.finished_reports import SAMPLE, finished_reports

AREAS = ("county-durham", "dunholt", "awkward")
DV = "thematic element on domestic violence"
TITLES = {"esi": "Effective Supervision Inspection", "esi-dv": f"Effective Supervision Inspection, {DV}"}
SAME_TABLES = {
    "Sample": "inspected case",
    "Context": "The area in context",
    "Performance": "Performance against targets",
    "Criminogenic factors": "Table A",
    "Progress": "Reassessment and progress",
    "Feedback": "Offenders' answers",
    "Reconviction": "Two-year reconviction",
}
"""Sheets, and how the captions of the page's tables go that they repeat."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    return finished_reports(tmp_path_factory)


@dataclass(frozen=True)
class PageTable:
    """A table as a reader of the page sees it: rows of text, without the rows that only head others."""

    caption: str
    section: str
    headings: list[str]
    rows: list[list[str]]

    def row(self, begins: str) -> dict[str, str]:
        """The only row whose name begins so."""
        (found,) = [row for row in self.rows if row[0].startswith(begins)]
        return dict(zip(self.headings, found, strict=True))


@cache
def page_tables(path: Path) -> tuple[PageTable, ...]:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return tuple(
        PageTable(
            table.caption.get_text(),
            table.find_previous("h2").get_text(),
            [cell.get_text() for cell in table.select("thead th")],
            [
                [cell.get_text() for cell in row.find_all(["th", "td"])]
                for row in table.select("tbody tr:not(.group)")
            ],
        )
        for table in page.select("table")
    )


def find_table(path: Path, caption: str, section: str = "") -> PageTable:
    (found,) = [one for one in page_tables(path) if caption in one.caption and section in one.section]
    return found


def question_tables(path: Path, framework: str) -> Iterator[PageTable]:
    """The tables of questions of the main inspection or of its thematic element, in order."""
    for one in page_tables(path):
        if one.caption.endswith(": answers by question") and (DV in one.section) == (framework == "esi-dv"):
            yield one


def sheet_rows(path: Path, label: str) -> list[dict[str, str]]:
    """A sheet's rows as people see them: the number as its format shows it, the mark beside its figure."""
    sheet = openpyxl.load_workbook(path)[label]
    (table,) = sheet.tables.values()
    heading, *rows = sheet[table.ref]
    names = [cell.value for cell in heading]
    return [with_marks(dict(zip(names, map(show_cell, row), strict=True))) for row in rows]


def show_cell(cell) -> str:
    if cell.data_type != "n":
        return str(cell.value).replace("\u2060", "")
    before, shape, after = re.fullmatch(r'(?:"([^"]*)")?([#,0.%]+)(?:"([^"]*)")?', cell.number_format).groups(
        ""
    )
    places, percent = len(shape.strip("%").partition(".")[2]), "%" in shape
    value = round(cell.value * (100 if percent else 1), 9)
    text = f"{value:,.{places}f}" if "," in shape else f"{value:.{places}f}"
    return before + text + "%" * percent + after


def csv_rows(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows in the same way."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    shown = []
    for row in rows:
        cells = {}
        for name, text in zip(heading, row, strict=True):
            is_percent = name.endswith(" (%)") and not text.startswith("[")
            cells[name.removesuffix(" (%)")] = f"{text}%" if is_percent else text.removeprefix("'")
        shown.append(with_marks(cells))
    return shown


def with_marks(row: dict[str, str]) -> dict[str, str]:
    return {
        name: f"{text} {mark}" if (mark := row.get(f"{name}: mark", "none")) != "none" else text
        for name, text in row.items()
        if not name.endswith(": mark")
    }


READ = pytest.mark.parametrize("rows_of", [sheet_rows, csv_rows], ids=["spreadsheet", "CSV"])
EVERY_AREA = pytest.mark.parametrize("name", AREAS)
EVERY_PAGE = pytest.mark.parametrize("name", [*AREAS, "comparison"])


def read_rows(rows_of, folder: Path, label: str) -> list[dict[str, str]]:
    if rows_of is sheet_rows:
        return sheet_rows(folder / "tables.xlsx", label)
    return csv_rows(folder / "tables" / f"{label.lower().replace(' ', '-')}.csv")


def labels_of(folder: Path) -> list[str]:
    return openpyxl.load_workbook(folder / "tables.xlsx").sheetnames


@READ
@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_the_scoring_summary_sheet_is_the_same(finished, rows_of, framework):
    folder = finished / "county-durham"
    caption = f"Scoring summary sheet: {TITLES[framework]}, County Durham"
    (page,) = [one for one in page_tables(folder / "report.html") if one.caption == caption]
    found = read_rows(rows_of, folder, "Scores" if framework == "esi" else "esi-dv scores")
    results = [
        [
            row["Criterion"],
            row["Score"] if row["Rating"] == "[z]" else row["Rating"],
            row["Importance"],
            row["Cases"],
        ]
        for row in found
    ]
    assert results == without_separators(page.rows, rows_of)
    assert len(results) == (22 if framework == "esi" else 19)


@READ
@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_every_table_of_questions_is_the_same(finished, rows_of, framework):
    folder = finished / "county-durham"
    found = read_rows(rows_of, folder, "Questions" if framework == "esi" else "esi-dv questions")
    tables = list(question_tables(folder / "report.html", framework))
    for row, (criterion, shown) in zip(
        found, ((table, row) for table in tables for row in table.rows), strict=True
    ):
        name = criterion.caption.removesuffix(": answers by question")
        count = row["Met"] if row["Met"].startswith("[") else f"{row['Met']} of {row['Relevant cases']}"
        low, high = row["95% interval: low"], row["95% interval: high"]
        own = [
            row["Question"],
            count,
            row["Score"],
            low if low.startswith("[") else f"{low} to {high}",
            row["Not applicable"],
            row["Not answered"],
            row["Weight"],
        ]
        assert (row["Criterion"], own[: len(shown)]) == (name, shown)


@READ
@EVERY_AREA
def test_every_other_table_is_the_same(finished, rows_of, name):
    folder = finished / name
    compared = [label for label in SAME_TABLES if label in labels_of(folder)]
    for label in compared:
        page = find_table(folder / "report.html", SAME_TABLES[label])
        found = read_rows(rows_of, folder, label)
        columns = [column for column in page.headings if column in found[0]]
        rows = [[row[column] for column in columns] for row in found]
        at = [page.headings.index(column) for column in columns]
        shown = [[row[position] for position in at] for row in page.rows]
        recorded = [[cell.replace(" (as recorded)", "") for cell in row] for row in rows]
        assert recorded == without_separators(shown, rows_of), label
        assert len(columns) >= 2
    assert compared or name == "dunholt"


def without_separators(rows: list[list[str]], rows_of) -> list[list[str]]:
    """As CSV has them: whole numbers without commas."""
    if rows_of is sheet_rows:
        return rows
    plain = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
    return [[cell.replace(",", "") if plain.fullmatch(cell) else cell for cell in row] for row in rows]


@READ
def test_every_rating_and_every_evidence_item_is_the_same(finished, rows_of):
    folder = finished / "county-durham"
    sheet = {
        row[0]: row[1] for row in find_table(folder / "report.html", f"{TITLES['esi']}, County Durham").rows
    }
    for row in read_rows(rows_of, folder, "Ratings"):
        assert sheet[row["Criterion"].replace(" ", ": ", 1)] == row["Rating"]
    tables = [one for one in page_tables(folder / "report.html") if one.caption.endswith(": evidence items")]
    items = [(row[0], row[1]) for table in tables if DV not in table.section for row in table.rows]
    found = read_rows(rows_of, folder, "Evidence")
    assert [(row["Evidence item"], row["Level"]) for row in found] == items


@EVERY_PAGE
def test_every_row_of_every_table_stands_in_the_pdf_as_on_the_page(finished, name):
    pdf = PdfReader(finished / name / "report.pdf")
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    tables = page_tables(finished / name / "report.html")
    for table in tables:
        for row in table.rows:
            assert "".join("".join(row).split()) in text, (table.caption, row)
    assert len(tables) > 3


@READ
def test_what_is_withheld_is_withheld_in_every_format(finished, rows_of):
    folder = finished / "awkward"
    page = {
        row[0]: [row[1], row[2], row[3]]
        for table in question_tables(folder / "report.html", "esi")
        for row in table.rows
    }
    found = {
        row["Question"]: [row["Met"], row["Score"], row["Not applicable"]]
        for row in read_rows(rows_of, folder, "Questions")
    }
    assert found == page
    assert {tuple(figures) for figures in page.values()} == {("[c]", "[c]", "[c]")}
    scores = {row["Criterion"].split(":")[0]: row for row in read_rows(rows_of, folder, "Scores")}
    assert {scores["B1"]["Score"], scores["B1"]["Cases"]} == {"[c]"}
    (sheet,) = [one for one in page_tables(folder / "report.html") if "Scoring summary" in one.caption]
    assert sheet.row("Overall score")["Result"] == "[c]"


def test_what_is_withheld_has_no_figure_in_scorecard_notebook_or_charts(finished):
    folder = finished / "awkward"
    card = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    assert (card["cases"], card["overall"]["score"]) == (None, None)
    assert {row["relevant"] for row in card["questions"].values()} == {None}
    assert card["withheld"]["below"] == 5
    text = (folder / "report.ipynb").read_text(encoding="utf-8")
    assert not re.search(r"\b[01] of 1\b|\b1 case\b|100%</", text)
    notes = [cell.value for row in openpyxl.load_workbook(folder / "tables.xlsx")["Notes"] for cell in row]
    assert any("fewer than 5 cases" in str(value) for value in notes)


def published(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "published" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def durham(finished: Path) -> Path:
    return finished / "county-durham/report.html"


def test_every_published_result_stands_in_its_place_on_the_summary_sheet(finished):
    names = {"overall": "Overall score for sections B, C and D"}
    for row in published("criteria"):
        caption = f"Scoring summary sheet: {TITLES[row['framework']]}, County Durham"
        (table,) = [one for one in page_tables(durham(finished)) if one.caption == caption]
        begins = (
            f"{row['criterion']}:"
            if row["criterion"]
            else names.get(row["kind"], f"Score for section {row['section']}")
        )
        shown = table.row(begins)["Result"].removesuffix(" [u]")
        assert shown == (row["published"] if row["kind"] == "rating" else f"{row['published']}%"), row
        if row["criterion"]:
            assert table.row(begins)["Importance"] == (row["importance"] or "[z]"), row


def numbers_in(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))


@pytest.mark.parametrize(
    ("name", "caption", "key", "columns"),
    [
        ("performance", "Performance against", "indicator", {"target": 1, "area": 2, "national": 3}),
        ("context", "The area in context", "measure", {"area": 1, "national": 2}),
        ("criminogenic_factors", "Table A", "factor", {"percent_of_cases": 1}),
        ("oasys_reassessment", "Reassessment and progress", "measure", {"percent": 1}),
        ("offender_feedback", "Offenders' answers", "question", {"percent_positive": 1, "respondents": 2}),
        ("reconviction", "Two-year reconviction", "place", {"actual_percent": 1, "predicted_percent": 2}),
    ],
)
def test_every_published_figure_around_the_scores_stands_in_its_cell(finished, name, caption, key, columns):
    table = find_table(durham(finished), caption)
    rows = published(name)
    assert len(rows) == len(table.rows)
    for row, shown in zip(rows, table.rows, strict=True):
        assert shown[0].startswith(row[key])
        for column, position in columns.items():
            expected = [row[column]] if row[column] else []
            assert numbers_in(shown[position]) == expected, (row, column)
            assert bool(expected) or shown[position] == "[x]"


@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_every_published_figure_of_a_question_has_a_row_of_its_own_in_its_criterion(finished, framework):
    tables = {one.caption.split()[0]: one for one in question_tables(durham(finished), framework)}
    left = {code: list(table.rows) for code, table in tables.items()}
    checked = 0
    for row in published("questions"):
        if row["framework"] != framework or not (row["percent_positive"] or row["n_relevant"]):
            continue
        found = next((one for one in left[row["criterion"]] if says(one, row)), None)
        assert found, row
        left[row["criterion"]].remove(found)
        checked += 1
    assert checked == (51 if framework == "esi" else 40)


def says(shown: list[str], row: dict[str, str]) -> bool:
    """Whether a row of a page's table has the count and the percentage that were published."""
    counted = not row["n_relevant"] or shown[1] == f"{row['n_positive']} of {row['n_relevant']}"
    percent = row["percent_positive"]
    return counted and (not percent or shown[2].removesuffix(" [u]") == f"{percent}%")


@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_every_published_figure_of_a_question_stands_at_its_code(finished, framework):
    folder = SAMPLE / "county-durham" / ("" if framework == "esi" else framework)
    with (folder / "published.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["code"]: row["value"] for row in csv.DictReader(file) if "." in row["code"]}
    shown = {
        row[0].split()[0]: (row[1], row[2].removesuffix(" [u]"))
        for table in question_tables(durham(finished), framework)
        for row in table.rows
    }
    for code, value in expected.items():
        wanted = value.replace("/", " of ") if "/" in value else f"{value}%"
        assert wanted in shown[code], code
    assert len(expected) > 30


@pytest.mark.parametrize("name", ["dunholt", "county-durham"])
def test_every_draft_finding_says_so_in_every_format(finished, name):
    folder = finished / name
    page = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    marked = {one.get_text() for one in page.select(".findings li") if DRAFT in one.get_text()}
    assert len(marked) == (17 if name == "dunholt" else 0)
    printed = "".join(sheet.extract_text() for sheet in PdfReader(folder / "report.pdf").pages)
    assert "".join(printed.split()).count("".join(f"[{DRAFT}]".split())) == len(marked)
    for rows in (
        sheet_rows(folder / "tables.xlsx", "Findings"),
        csv_rows(folder / "tables" / "findings.csv"),
    ):
        assert {f"{row['Finding']} [{row['State']}]" for row in rows if row.get("State")} == marked
