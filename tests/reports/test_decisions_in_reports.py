"""A report shows the lead inspector's decisions, carries them along, and is made again when one is added."""

from __future__ import annotations

import json
import shutil
import sys
from html import unescape
from pathlib import Path

import pytest

from esi_toolkit import cli
from esi_toolkit.data.decision import SNAPSHOT
from esi_toolkit.data.register import open_register
from esi_toolkit.errors import InputError, NotFoundError, RegisterError
from esi_toolkit.method.moderate import propose_decision
from esi_toolkit.reports.decide import export_register, record_decision
from esi_toolkit.reports.pages.area_page import open_page
from esi_toolkit.reports.pages.snapshot import read_snapshot
from esi_toolkit.reports.running import batch
from esi_toolkit.reports.running.batch import run_batch
from esi_toolkit.reports.running.run import run_report

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample" / "county-durham"
REASON = 'It says "so", $x$ & <script>alert(1)</script>\non two lines 🙂 =1+1'


@pytest.fixture
def area(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of County Durham, where A2 is calculated as Very well met and A4 as Satisfactorily met."""
    monkeypatch.delenv("ESI_REGISTER", raising=False)
    return Path(shutil.copytree(SAMPLE, tmp_path / "county-durham"))


def decide(area: Path, criterion: str = "A2", rating: str = "Well met", reason: str = REASON) -> None:
    record_decision(area, criterion, rating, reason=reason, author="Ann <Lead>")


def html_of(page, part: str) -> str:
    blocks = getattr(page, f"show_{part}")()
    return "\n".join(bundle.get("text/html", "") for bundle in blocks.bundles())


def data_of(page) -> list[dict]:
    return [bundle[SNAPSHOT] for bundle in page.show_decisions().bundles() if SNAPSHOT in bundle]


def test_calculated_and_adjusted_stand_side_by_side_wherever_the_rating_appears(area):
    decide(area)
    page = open_page(area)
    assert 'Well met <span class="aside">(calculated: Very well met)</span>' in html_of(page, "glance")
    assert "A2 Resource allocation (calculated very well met)" in html_of(page, "summary")
    sheet = html_of(page, "sheet")
    assert '<td class="num">Very well met</td><td class="num">Well met</td>' in sheet
    assert "Calculated: by the rules alone." in sheet
    own = html_of(page, "sections").partition('id="a2"')[2].partition("<h3")[0]
    assert "adjusted by the lead inspector from Very well met" in own
    assert "Calculated Very well met." in own
    assert REASON in unescape(own)


def test_every_decision_is_printed_with_its_state_and_its_reason_as_text(area):
    decide(area)
    decide(area, rating="Very well met", reason="On reflection not")
    decide(area, "A4", "Partly met", "Only being set up")
    evidence = area / "evidence.csv"
    text = evidence.read_text(encoding="utf-8")
    evidence.write_text(text.replace("A4,A4.1,satisfactory", "A4,A4.1,strong"), encoding="utf-8")
    html = html_of(open_page(area), "decisions")
    assert "<script" not in html
    assert REASON in unescape(html)
    assert "Ann &lt;Lead&gt;, " in html
    assert "Very well met (as calculated)" in html
    states = [
        "superseded by a later decision",
        "applied",
        "stale: not applied because the figures have changed",
    ]
    places = [html.index(f"<td>{state}") for state in states]
    assert places == sorted(places)
    assert [row["number"] for row in data_of(open_page(area))[0]["decisions"]] == [1, 2, 3]


def test_without_decisions_there_is_nothing_to_read_and_no_further_column(area):
    page = open_page(area)
    assert html_of(page, "decisions") == ""
    assert data_of(page) == [{"decisions": []}]
    assert ">Calculated<" not in html_of(page, "sheet")
    assert "0 decisions" in html_of(page, "reproducibility")


def test_a_report_can_be_made_again_from_its_notebook_or_scorecard_without_the_register(area, tmp_path):
    decide(area)
    decide(area, "A4", "Partly met")
    first = run_report(area, tmp_path / "first")
    (area / "register.sqlite").unlink()
    folder = tmp_path / "first" / "county-durham"
    assert len(read_snapshot(folder / "report.ipynb")) == 2
    assert read_snapshot(folder / "report.ipynb") == read_snapshot(folder / "scorecard.json")
    again = run_report(area, tmp_path / "again", parameters={"decisions": str(folder / "report.ipynb")})
    assert first.status == again.status == "done"
    cards = [(tmp_path / out / "county-durham" / "scorecard.json").read_bytes() for out in ("first", "again")]
    old, new = map(json.loads, cards)
    assert old["criteria"] == new["criteria"]
    assert old["decisions"] == new["decisions"]
    page = (tmp_path / "again" / "county-durham" / "report.html").read_text(encoding="utf-8")
    assert "Decisions of the lead inspector" in page
    assert str(tmp_path) not in page
    assert SNAPSHOT not in page


def test_the_decisions_of_a_snapshot_take_the_place_of_the_registers(area, tmp_path):
    decide(area)
    card = tmp_path / "scorecard.json"
    card.write_text(json.dumps(open_page(area).to_json()), encoding="utf-8")
    decide(area, rating="Very well met", reason="Later")
    assert len(open_page(area).scorecard.decisions) == 2
    page = open_page(area, decisions=card)
    assert [one.decision.reason for one in page.scorecard.decisions] == [REASON]
    assert page.parameters["decisions"] == "scorecard.json"


def test_a_report_of_another_area_lends_no_decisions_but_an_export_may_be_about_many(area, tmp_path):
    decide(area)
    card = tmp_path / "scorecard.json"
    card.write_text(json.dumps(open_page(area).to_json()), encoding="utf-8")
    export_register(area, tmp_path / "decisions.csv")
    with pytest.raises(InputError, match=r"found decisions about county-durham, expected .* about aldermoor"):
        open_page(SAMPLE.parent / "aldermoor", decisions=card)
    other = SAMPLE.parent / "aldermoor"
    assert open_page(other, decisions=tmp_path / "decisions.csv").scorecard.decisions == ()


def test_an_export_that_was_changed_is_refused_and_named(area, tmp_path):
    decide(area)
    export = tmp_path / "decisions.csv"
    export_register(area, export)
    assert [one.reason for one in read_snapshot(export)] == [REASON]
    export.write_text(export.read_text(encoding="utf-8").replace("It says", "It said"), encoding="utf-8")
    with pytest.raises(RegisterError, match=r"decisions\.csv, row 1: found .*changed"):
        read_snapshot(export)


def test_the_command_line_makes_a_report_from_an_export_without_the_register(area, tmp_path, monkeypatch):
    decide(area)
    export_register(area, tmp_path / "decisions.csv")
    (area / "register.sqlite").unlink()
    for command in (["report", str(area)], ["batch", str(area.parent)]):
        out = tmp_path / command[0]
        made_from = ["--decisions", str(tmp_path / "decisions.csv"), "--out", str(out)]
        monkeypatch.setattr(sys, "argv", ["esi", *command, *made_from])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        card = json.loads((out / "county-durham" / "scorecard.json").read_text(encoding="utf-8"))
        assert card["criteria"]["A2"]["rating"] == "Well met"
        assert [one["reason"] for one in card["decisions"]] == [REASON]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": []}', '{"decisions": [{}], "thematic": {}}'])
def test_what_holds_no_snapshot_is_refused_in_plain_words(tmp_path, content):
    (tmp_path / "report.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="no decisions that can be read"):
        read_snapshot(tmp_path / "report.ipynb")
    with pytest.raises(NotFoundError):
        read_snapshot(tmp_path / "away.ipynb")


def make(areas: Path, out: Path) -> list[str]:
    result = run_batch(areas, out, workers=1)
    assert not result.of_status("failed"), result
    return [one.area_id for one in result.of_status("done")]


@pytest.mark.parametrize("place", ["", "shared.sqlite"])
def test_a_report_is_made_again_when_a_decision_is_recorded_wherever_the_register_is(
    tmp_path, monkeypatch, place
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ESI_REGISTER", place)
    monkeypatch.setattr(batch, "toolkit_key", lambda: "the same toolkit")
    areas = tmp_path / "areas"
    for name in ("brackenfold", "coldermere"):
        shutil.copytree(SAMPLE.parent / name, areas / name)
    out = tmp_path / "out"
    assert make(areas, out) == ["brackenfold", "coldermere"]
    assert make(areas, out) == []
    card = open_page(areas / "coldermere").scorecard
    criterion, rating = next(iter((code, trace.rating) for code, trace in card.traces.items()))
    scale = card.framework.ratings.scale
    other = scale[scale.index(rating) + (1 if rating == scale[0] else -1)]
    record_decision(areas / "coldermere", criterion, other, reason="x", author="Ann")
    assert make(areas, out) == ["coldermere"]
    written = json.loads((out / "coldermere" / "scorecard.json").read_text(encoding="utf-8"))
    assert written["criteria"][criterion]["rating"] == other
    assert make(areas, out) == []


def test_a_shared_register_that_does_not_verify_fails_the_report_and_says_why(area, tmp_path, monkeypatch):
    place = tmp_path / "shared.sqlite"
    monkeypatch.setenv("ESI_REGISTER", str(place))
    decide(area)
    engine = open_register(place)._writer
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER decisions_no_update")
        connection.exec_driver_sql("UPDATE decisions SET reason = 'other'")
    with pytest.raises(RegisterError, match="decision 1 with other words"):
        run_report(area, tmp_path / "out")


def test_a_decision_on_another_area_makes_nothing_again(area, tmp_path, monkeypatch):
    from esi_toolkit.reports.running.job import plan_job
    from esi_toolkit.reports.running.resume import with_key

    place = tmp_path / "shared.sqlite"
    monkeypatch.setenv("ESI_REGISTER", str(place))
    decide(area)
    before = with_key(plan_job(area), "toolkit").key
    card = open_page(area).scorecard
    decision = propose_decision(card, "A2", "Well met", reason="x", author="Ann")
    from dataclasses import replace

    open_register(place).record(replace(decision, area="elsewhere"))
    assert with_key(plan_job(area), "toolkit").key == before
    open_register(place).record(decision)
    assert with_key(plan_job(area), "toolkit").key != before
