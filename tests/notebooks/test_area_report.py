"""The area report: the template is only calls, and prints every published figure in its place."""

from __future__ import annotations

import ast
import json
import os
import re
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest

from esi_toolkit.present.figure import MIMETYPE
from esi_toolkit.present.numbers import number, with_unit
from esi_toolkit.reports.pages.area_page import AreaPage, open_page

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "templates" / "area_report.ipynb"
SAMPLE = ROOT / "data" / "sample"
PUBLISHED = SAMPLE / "published"
AREAS = sorted(path.parent.name for path in SAMPLE.glob("*/area.yml"))


@cache
def page_of(area: str) -> AreaPage:
    return open_page(SAMPLE / area)


@cache
def html_of(area: str, part: str) -> str:
    bundles = getattr(page_of(area), f"show_{part}")().bundles()
    return unescape("\n".join(bundle.get("text/html", "") for bundle in bundles))


def template_cells() -> list:
    return [cell for cell in nbformat.read(TEMPLATE, as_version=4).cells if cell.cell_type == "code"]


def template_calls() -> list[str]:
    """The parts of the page in the order in which the template shows them."""
    return re.findall(r"page\.show_(\w+)\(\w*\)", "\n".join(cell.source for cell in template_cells()))


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / f"{name}.csv", dtype=str, keep_default_na=False)


def criterion_html(framework: str, code: str) -> str:
    """The part of the page from one criterion's heading to the next heading of its level or above."""
    part, prefix = ("sections", "") if framework == "esi" else ("thematic", f"{framework}-")
    html = html_of("county-durham", part)
    found = re.search(rf'<h(\d) id="{prefix}{code.lower()}">', html)
    assert found, code
    rest = html[found.end() :]
    end = re.search(rf"<h[1-{found[1]}] ", rest)
    return rest[: end.start()] if end else rest


def test_every_cell_of_the_template_is_a_sentence_and_a_call():
    for cell in template_cells()[1:]:
        lines = cell.source.splitlines()
        assert lines[0].startswith("# ")
        assert lines[0].endswith(".")
        calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
        assert len(calls) == 1


def test_the_template_shows_every_part_of_the_page_once():
    parts = [name.removeprefix("show_") for name in dir(AreaPage) if name.startswith("show_")]
    assert sorted(template_calls()) == sorted(parts)


def test_the_parts_stand_in_the_order_of_the_published_report():
    order = [
        "title",
        "glance",
        "summary",
        "recommendations",
        "sheet",
        "arrangements",
        "approach",
        "overview",
        "sections",
    ]
    assert template_calls()[: len(order)] == order


def test_the_template_runs_in_a_kernel_and_writes_the_scorecard(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = papermill.execute_notebook(
        TEMPLATE,
        tmp_path / "report.ipynb",
        {"area_folder": str(SAMPLE / "brackenfold"), "out_folder": str(tmp_path)},
        progress_bar=False,
        execution_timeout=120,
    )
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    assert sum(MIMETYPE in output.get("data", {}) for output in outputs) >= 4
    card = json.loads((tmp_path / "scorecard.json").read_text(encoding="utf-8"))
    assert card["overall"] == page_of("brackenfold").scorecard.to_json()["overall"]
    assert list(card["thematic"]) == ["esi-dv"]


def test_nothing_is_written_where_no_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page_of("county-durham").write_scorecard("")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("area", AREAS)
def test_every_sample_area_gives_a_whole_page(area):
    html = "\n".join(html_of(area, part) for part in template_calls())
    ids = re.findall(r'<h\d id="([^"]*)"', html)
    assert html.count("<h1 ") == 1
    assert len(ids) == len(set(ids))
    assert "nan" not in html.lower().split()
    assert "None" not in html
    levels = [int(level) for level in re.findall(r"<h([1-6]) ", html)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("area", AREAS)
def test_every_page_made_from_synthetic_data_says_so(area):
    assert page_of(area).inspection.area.synthetic
    assert "Synthetic data" in html_of(area, "title")


def test_a_page_names_no_folder_of_the_machine_it_was_made_on():
    html = "\n".join(html_of("county-durham", part) for part in template_calls())
    assert str(ROOT) not in html
    parameters = page_of("county-durham").parameters
    assert parameters == {"area_folder": "county-durham", "framework": "", "decisions": ""}


def test_a_thematic_framework_is_reported_by_itself_when_asked_for():
    page = open_page(SAMPLE / "county-durham", "esi-dv")
    assert page.scorecard.framework.id == "esi-dv"
    assert page.elements == ()


def test_every_published_score_and_rating_stands_at_its_criterion():
    table = published("criteria")
    for row in table[table["criterion"] != ""].to_dict("records"):
        result = row["published"] if row["kind"] == "rating" else f"{row['published']}%"
        html = criterion_html(row["framework"], row["criterion"])
        assert html.split("</p>")[0].removeprefix("</h3>\n").find(f"<strong>{result}") >= 0, row


def test_every_published_section_score_and_the_overall_stand_on_the_summary_sheet():
    table = published("criteria")
    for row in table[table["criterion"] == ""].to_dict("records"):
        html = html_of("county-durham", "sheet" if row["framework"] == "esi" else "thematic")
        name = (
            f"Score for section {row['section']}"
            if row["section"]
            else "Overall score for sections B, C and D"
        )
        assert f'<th scope="row">{name}</th><td class="num">{row["published"]}%' in html, row


@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_every_published_figure_of_a_question_stands_within_its_criterion(framework):
    table = published("questions")
    for row in table[table["framework"] == framework].to_dict("records"):
        html = criterion_html(framework, row["criterion"])
        if row["percent_positive"]:
            assert f">{row['percent_positive']}%" in html, row
        if row["n_relevant"]:
            assert f">{row['n_positive']} of {row['n_relevant']}<" in html, row


def test_every_published_figure_around_the_scores_stands_in_its_table():
    expected = {
        "factors": [("criminogenic_factors", "percent_of_cases"), ("oasys_reassessment", "percent")],
        "feedback": [("offender_feedback", "percent_positive"), ("offender_feedback", "respondents")],
        "reconviction": [("reconviction", "actual_percent"), ("reconviction", "predicted_percent")],
    }
    for part, columns in expected.items():
        html = html_of("county-durham", part)
        for name, column in columns:
            unit = "" if column == "respondents" else "percent"
            for value in published(name)[column]:
                assert f">{with_unit(float(value), unit)}<" in html, (name, value)


@pytest.mark.parametrize(("name", "key"), [("performance", "indicator"), ("context", "measure")])
def test_every_published_figure_of_the_overview_stands_in_the_row_of_its_measure(name, key):
    html = html_of("county-durham", "overview")
    for row in published(name).to_dict("records"):
        rows = re.findall(rf"<tr><th scope=\"row\">{re.escape(row[key])}.*?</tr>", html)
        for column in ("target", "area", "national"):
            if row.get(column):
                value = number(float(row[column]))
                assert any(re.search(rf"[> £]{re.escape(value)}[<% ]", cells) for cells in rows), (
                    row,
                    column,
                )
