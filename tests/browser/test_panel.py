"""The lead inspector's panel as people use it: in a real JupyterLab, in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.resources import files

import pytest

from esi_toolkit.data.files import load_framework, load_inspection, project_folder
from esi_toolkit.data.register import open_register
from esi_toolkit.errors import ModerationError
from esi_toolkit.method.moderate import check_decision, moderate, propose_decision
from esi_toolkit.method.score import score
from tests.finished_reports import ROOT

REASON = 'Staff follow the risk of harm.\n"Seen" in both weeks: <script>alert(1)</script> $x$ =1+1 ☂'


@pytest.fixture(scope="module")
def panel(lab, page):
    """The notebook, opened and run once; every test leaves the panel on the official figures."""
    open_and_run(page, lab)
    return page


def open_and_run(page, lab) -> None:
    """With a kernel of its own, so that a panel is seen only once this run has made it."""
    lab.end_kernels()
    page.goto(lab.address())
    page.locator(".jp-Notebook").wait_for()
    lab.wait_for_kernel()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    # JupyterLab goes to the last cell, and draws nothing of what is out of sight.
    page.locator(".esi-panel").wait_for(state="attached")
    page.locator(".esi-panel").evaluate("panel => panel.scrollIntoView()")
    label_in_chart(page, "Overall").wait_for()


def see(page, text: str) -> None:
    """Wait until the panel shows a text."""
    page.locator(".esi-panel").get_by_text(text).first.wait_for()


def label_in_chart(page, *parts: str):
    """What the chart writes beside a row, found by the texts that are in it."""
    labels = page.locator(".esi-panel .ytick text, .esi-panel .y2tick text")
    for part in parts:
        labels = labels.filter(has_text=part)
    return labels.first


def look_at(page, criterion: str) -> None:
    page.get_by_role("tab", name="Ratings").click()
    page.get_by_label("Criterion").select_option(criterion)


def fill_in(page, criterion: str, rating: str, reason: str, author: str) -> None:
    look_at(page, criterion)
    see(page, f"Decide the rating of {criterion.split()[0]}")
    page.get_by_role("radio", name=rating, exact=True).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_label("Author").fill(author)


def test_the_saved_notebook_shows_the_figures_before_it_is_run(lab, page):
    page.goto(lab.address())
    page.get_by_text("This is the panel as it was saved.").wait_for()
    assert page.get_by_text("model not found").count() == 0


def test_a_changed_level_and_a_left_out_question_change_rating_overall_and_chart(panel):
    page = panel
    look_at(page, "A2 Resource allocation")
    page.get_by_label("A2.1", exact=True).select_option("strong")
    see(page, "What if: A2.1 strong (official very strong)")
    see(page, "What if: Well met (▼ worse)")
    label_in_chart(page, "A2 ▼ worse").wait_for()
    assert label_in_chart(page, "Overall").text_content() == "Overall 84.4"

    page.get_by_role("tab", name="Questions").click()
    page.get_by_label("leave B1.2 out").check()
    label_in_chart(page, "Overall 84.4 ▼ 84.1").wait_for()
    row = page.locator(".esi-panel tr", has_text="What if").filter(has_text="▼ down 0.3 points")
    row.wait_for()
    assert row.inner_text().count("= unchanged") == 2

    page.get_by_role("button", name="Back to official").click()
    see(page, "No what-if")
    label_in_chart(page, "▼").wait_for(state="detached")
    assert label_in_chart(page, "A2").text_content() == "A2"
    assert not page.get_by_label("leave B1.2 out").is_checked()


@pytest.mark.parametrize(
    ("tab", "label", "value", "said"),
    [
        ("Questions", "weight of B1.1", "3", "B1.1 with weight 3 (official 1)"),
        ("Weights", "leave D1 out", True, "D1 left out"),
        ("Weights", "importance of B4", "critical", "B4 critical (official important)"),
        ("Weights", "B Quality of Assessment", "60", "section B with weight 60 (official 30)"),
        ("Weights", "criteria that are critical", "5", "critical criteria with weight 5 (official 2)"),
        ("Cases", "area assessor", False, "without 33 cases (assessor: area assessor)"),
        ("Cases", "prison licence", False, "without 21 cases (order type: prison licence)"),
        ("Cases", "very high", False, "without 7 cases (risk of harm: very high)"),
    ],
)
def test_every_kind_of_what_if_is_said_and_moves_the_overall_in_the_chart(panel, tab, label, value, said):
    page = panel
    page.get_by_role("tab", name=tab).click()
    control = page.locator(".esi-panel").get_by_label(label)
    if isinstance(value, bool):
        control.set_checked(value)
    elif control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)
        control.press("Enter")
    see(page, f"What if: {said}")
    changed = page.locator(".esi-panel .y2tick text").filter(has_text=re.compile(r"Overall 84\.4 [▲▼] \d"))
    changed.wait_for()
    page.get_by_role("button", name="Back to official").click()
    see(page, "No what-if")
    changed.wait_for(state="detached")


def test_the_effects_on_the_overall_are_drawn_and_follow_the_weights(panel):
    page = panel
    bars = page.locator(".esi-panel .bars .point text")
    bars.first.wait_for()
    assert "1.20" in bars.all_text_contents()
    page.get_by_role("tab", name="Weights").click()
    page.get_by_label("D Quality of Initial Outcomes").fill("0")
    page.get_by_label("D Quality of Initial Outcomes").press("Enter")
    bars.filter(has_text="1.20 ▼ 0.00").first.wait_for()
    page.get_by_role("tab", name="Influence").click()
    see(page, "Worked out with the what-if named above.")
    page.get_by_role("button", name="Back to official").click()
    see(page, "No what-if")


def test_the_scores_without_the_area_assessors_cases_stand_in_a_table(panel):
    page = panel
    page.get_by_role("tab", name="Cases").click()
    row = page.get_by_role("row").filter(has_text="Overall").filter(has_text="82.4% ▼ down 2.0 points")
    row.first.wait_for()
    assert page.get_by_role("columnheader", name="Without area assessor (67 cases left)").count() == 1


def test_a_decision_is_recorded_by_the_second_click_and_found_again_after_a_reload(lab, panel):
    page = panel
    record = page.get_by_role("button", name="Record decision")
    look_at(page, "A2 Resource allocation")
    assert record.is_disabled()
    fill_in(page, "A2 Resource allocation", "Well met", REASON, "A. Inspector")
    record.click()
    page.get_by_role("button", name="No, go back").click()
    page.get_by_text("Record this decision?").wait_for(state="hidden")
    record.dblclick()
    see(page, "Record this decision?")
    assert open_register(lab.register).decisions() == []

    page.get_by_role("button", name="Yes, record this decision").click()
    see(page, "Recorded as decision 1")
    recorded = open_register(lab.register).decisions("county-durham", "esi", "A2")
    assert [(one.adjusted, one.calculated, one.reason, one.author) for one in recorded] == [
        ("Well met", "Very well met", REASON, "A. Inspector")
    ]

    open_and_run(page, lab)
    look_at(page, "A2 Resource allocation")
    see(page, "1. A2: Well met (calculated: Very well met)")
    see(page, "<script>alert(1)</script> $x$ =1+1 ☂")
    see(page, "Decided: Well met. Calculated: Very well met")
    assert page.locator(".esi-panel script").count() == 0


def test_the_next_report_prints_the_decision_beside_the_calculated_rating(lab, tmp_path):
    area = project_folder("data/sample") / "county-durham"
    esi = [sys.executable, "-c", "from esi_toolkit.cli import main; main()"]
    place = {"ESI_REGISTER": str(lab.register), "PYTHONPATH": str(ROOT)}
    command = [*esi, "report", str(area), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **place})
    report = next(tmp_path.rglob("report.html")).read_text(encoding="utf-8")
    for text in ("Well met", "Very well met", "A. Inspector", "Staff follow the risk of harm."):
        assert text in report
    assert "<script>alert(1)</script>" not in report


def test_without_a_reason_or_two_steps_away_nothing_can_be_recorded(lab, panel):
    page = panel
    before = len(open_register(lab.register).decisions())
    look_at(page, "A4 Partnership/contracting out")
    see(page, "Decide the rating of A4")
    ratings = page.locator(".esi-panel .widget-radio-box label").all_inner_texts()
    assert [one.strip() for one in ratings] == [
        "Well met", "Satisfactorily met (as calculated)", "Partly met",
    ]  # fmt: skip
    page.get_by_role("radio", name="Well met", exact=True).check()
    page.get_by_label("Author").fill("A. Inspector")
    see(page, "Before it can be recorded: give a reason.")
    page.get_by_label("Reason").fill("   ")
    assert page.get_by_role("button", name="Record decision").is_disabled()
    assert len(open_register(lab.register).decisions()) == before


def test_the_interface_for_programs_refuses_what_the_panel_does_not_offer(lab):
    framework = load_framework("esi")
    card = score(framework, load_inspection(project_folder("data/sample") / "county-durham", framework))
    with pytest.raises(ModerationError, match="a criterion of the framework"):
        propose_decision(card, "A9", "Well met", reason="Seen", author="A. Inspector")
    two_steps = propose_decision(card, "A4", "Very well met", reason="Seen", author="A. Inspector")
    assert "at most 1 step" in str(check_decision(card, two_steps)[0])
    with pytest.raises(ModerationError):
        moderate(card, [two_steps])


def test_another_inspectors_decision_is_told_before_the_second_click(lab, panel):
    page = panel
    framework = load_framework("esi")
    card = score(framework, load_inspection(project_folder("data/sample") / "county-durham", framework))
    fill_in(page, "A5 Effective communication with sentencers", "Very well met", "Praised", "A. Inspector")
    other = propose_decision(card, "A5", "Satisfactorily met", reason="Late reports", author="B. Other")
    open_register(lab.register).record(other)
    page.get_by_role("button", name="Record decision").click()
    see(page, "Meanwhile B. Other decided A5: Satisfactorily met (calculated: Well met)")
    page.get_by_role("button", name="Yes, record this decision").click()
    see(page, "superseded by a later decision")
    assert [one.author for one in open_register(lab.register).decisions(criterion="A5")] == [
        "B. Other", "A. Inspector",
    ]  # fmt: skip


def test_axe_finds_nothing_in_any_tab(panel):
    page = panel
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    for tab in page.locator(".esi-panel").get_by_role("tab").all():
        tab.click()
        page.locator(".esi-panel [role=tabpanel], .esi-panel .widget-tab-contents").first.wait_for()
        found = page.evaluate("axe.run('.esi-panel', {resultTypes: ['violations']})")
        assert found["passes"], "axe-core has looked at something"
        assert [(one["help"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_the_panel_can_be_used_with_the_keyboard_alone(panel):
    page = panel
    page.get_by_role("tab", name="Ratings").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    see(page, "What if: questions")
    page.get_by_label("leave B1.1 out").focus()
    page.keyboard.press("Space")
    see(page, "What if: B1.1 left out")
    page.get_by_role("button", name="Back to official").focus()
    page.keyboard.press("Enter")
    see(page, "No what-if")
