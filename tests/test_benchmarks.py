"""The measurements compare like with like, and their page says what was measured."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from benchmarks import __main__ as runner
from benchmarks import plain_script, results_page
from esi_toolkit.reports.running.run import run_report

ROOT = Path(__file__).resolve().parents[1]
FIGURE = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
MIMETYPE = "application/vnd.plotly.v1+json"


def test_the_plain_script_makes_the_figures_and_tables_of_a_report(tmp_path):
    area = tmp_path / "areas" / "eskermarsh"
    shutil.copytree(ROOT / "data" / "sample" / "eskermarsh", area)
    parts = plain_script.parts_of(plain_script.TEMPLATE)
    plain_script.write_area(area, out=tmp_path / "plain", parts=parts)
    files = run_report(area, tmp_path / "reports").files
    plain = (tmp_path / "plain/eskermarsh/report.html").read_text(encoding="utf-8")
    cells = json.loads(files["notebook"].read_text(encoding="utf-8"))["cells"]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    assert [json.loads(text) for text in FIGURE.findall(plain)] == [
        d[MIMETYPE] for d in data if MIMETYPE in d
    ]
    tables = sum("".join(d.get("text/html", "")).count("<table") for d in data)
    assert plain.count("<table") == tables > 5
    written = (tmp_path / "plain/eskermarsh/scorecard.json").read_bytes()
    assert written == files["scorecard"].read_bytes()


def test_every_question_has_its_script_and_the_quick_ones_are_among_them():
    scripts = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert set(results_page.QUESTIONS) <= scripts
    assert set(runner.BY_DEFAULT) <= set(results_page.QUESTIONS)


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Two questions answered, one of them not as wanted."""
    rows = [{"way": f"`way {n}` <", "seconds for 42": 420.0 / n, "times faster": float(n)} for n in (1, 30)]
    answers = {
        "reports": {"rows": rows, "findings": {"30 times faster": True}},
        "start_up": {"rows": [{"what": "esi", "seconds": 1234.5}], "findings": {"at once": False}},
    }
    for name, answer in answers.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(answer), encoding="utf-8")
    monkeypatch.setattr(results_page, "MEASURED", tmp_path)
    monkeypatch.setattr(results_page, "CHART", tmp_path / "reports.svg")
    return tmp_path


def test_the_page_holds_what_was_measured_and_says_what_does_not_hold(measured):
    page = results_page.write_page(measured / "RESULTS.md").read_text(encoding="utf-8")
    assert "| `way 30` < | 14.0 | 30.0 |\n" in page
    assert "| esi | 1,234.5 |\n" in page
    assert "- 30 times faster: holds\n" in page
    assert "- at once: **does not hold**\n" in page
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## How long do forty-two reports take?",
        "## How long does it take to start?",
    ]


def test_the_chart_says_its_finding_and_draws_to_scale(measured):
    results_page.write_page(measured / "RESULTS.md")
    from xml.etree import ElementTree

    chart = ElementTree.parse(measured / "reports.svg").getroot()
    texts = ["".join(text.itertext()) for text in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "esi batch makes 42 reports 30 times faster than papermill and nbconvert"
    assert "way 1 <" in texts
    assert "14.0 s" in texts
    bars = [float(bar.get("width")) for bar in chart.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert bars[0] / bars[1] == pytest.approx(30, rel=0.01)
