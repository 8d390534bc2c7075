"""Deciding in the panel: nothing by accident, everything kept, and everyone told."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from esi_toolkit.data.register import Register, open_register
from esi_toolkit.errors import ModerationError, Problem, RegisterError
from esi_toolkit.method.moderate import propose_decision
from esi_toolkit.present.panel.decide import DecisionForm
from esi_toolkit.present.widgets import ModerationPanel
from tests.present.panel_controls import control, drawn, markup, walk, words

NASTY_REASON = '<script>alert(1)</script>\n"Quoted" & $x$ =1+1 ☂'


@pytest.fixture
def register(tmp_path) -> Register:
    return open_register(tmp_path / "register.sqlite")


@pytest.fixture
def panel(small, register, monkeypatch) -> ModerationPanel:
    monkeypatch.delenv("ESI_AUTHOR", raising=False)
    monkeypatch.setattr(DecisionForm, "author_of_session", "")
    return ModerationPanel(small.inspection, small.framework, register=register)


def fill_in(
    panel: ModerationPanel, rating: str = "Good", reason: str = "Seen twice", author: str = "Ann"
) -> None:
    control(panel, "Rating").value = rating
    control(panel, "Reason").value = reason
    control(panel, "Author").value = author


def click(panel: ModerationPanel, label: str) -> None:
    control(panel, label).click()


def is_asking(panel: ModerationPanel) -> bool:
    return "Record this decision?" in words(panel) and panel._form._asking.layout.display != "none"


def decide(panel: ModerationPanel, **filled: str) -> None:
    fill_in(panel, **filled)
    click(panel, "Record decision")
    click(panel, "Yes, record this decision")


def test_a_decision_is_recorded_by_the_second_click_only(panel, register):
    fill_in(panel)
    click(panel, "Record decision")
    assert is_asking(panel)
    assert register.decisions() == []
    click(panel, "Yes, record this decision")
    found = register.decisions("small", "small", "A1")
    assert [(one.adjusted, one.calculated, one.reason, one.author) for one in found] == [
        ("Good", "Fair", "Seen twice", "Ann")
    ]
    assert "✔ Recorded as decision 1: A1: Good (calculated: Fair)." in words(panel)
    assert not is_asking(panel)


def test_a_double_click_on_either_button_records_nothing_twice(panel, register):
    fill_in(panel)
    click(panel, "Record decision")
    click(panel, "Record decision")
    assert register.decisions() == []
    click(panel, "Yes, record this decision")
    click(panel, "Yes, record this decision")
    assert len(register.decisions()) == 1


def test_the_button_waits_for_rating_reason_and_author(panel):
    record = control(panel, "Record decision")
    assert "Before it can be recorded: choose a rating, give a reason and say who decides." in words(panel)
    for label, value in [("Rating", "Good"), ("Reason", " \n "), ("Author", "Ann")]:
        control(panel, label).value = value
        assert record.disabled
    assert "Before it can be recorded: give a reason." in words(panel)
    control(panel, "Reason").value = "Seen twice"
    assert not record.disabled


def test_only_ratings_within_reach_can_be_chosen(panel):
    assert [value for _, value in control(panel, "Rating").options] == ["Good", "Fair", "Poor"]
    control(panel, "A1.1")
    assert "go 1 step from the calculated rating" in words(panel)


def test_any_change_of_the_form_takes_the_question_back(panel, register):
    fill_in(panel)
    for label, value in [("Rating", "Poor"), ("Reason", "Another"), ("Author", "Bob")]:
        click(panel, "Record decision")
        assert is_asking(panel)
        control(panel, label).value = value
        assert not is_asking(panel)
        click(panel, "Yes, record this decision")
    assert register.decisions() == []
    click(panel, "Record decision")
    click(panel, "No, go back")
    assert not is_asking(panel)
    assert control(panel, "Reason").value == "Another"


def test_a_decision_is_applied_at_once_with_the_calculated_rating_beside_it(panel):
    decide(panel)
    assert "Decided: Good. Calculated: Fair" in words(panel)
    assert drawn(panel, "ratings official") == [2]
    assert "✔ in force" in words(panel)


def test_the_form_is_empty_after_recording_but_for_the_author(panel, small, register):
    decide(panel)
    assert (control(panel, "Rating").value, control(panel, "Reason").value) == (None, "")
    assert control(panel, "Author").value == "Ann"
    again = ModerationPanel(small.inspection, small.framework, register=register)
    assert control(again, "Author").value == "Ann"


def test_the_author_comes_from_the_environment(small, register, monkeypatch):
    monkeypatch.setattr(DecisionForm, "author_of_session", "")
    monkeypatch.setenv("ESI_AUTHOR", "From outside")
    assert control(ModerationPanel(small.inspection, small.framework, register=register), "Author").value == (
        "From outside"
    )


def test_history_is_newest_first_with_who_when_and_why(panel):
    decide(panel)
    decide(panel, rating="Poor", reason="Seen thrice", author="Bob")
    text = words(panel)
    assert text.index("2. A1: Poor (calculated: Fair)") < text.index("1. A1: Good (calculated: Fair)")
    assert "Seen thrice Bob, " in text
    assert "UTC" in text
    assert "superseded by a later decision Seen twice Ann, " in text


def test_reasons_are_kept_letter_for_letter_and_shown_as_text(panel, register):
    decide(panel, reason=NASTY_REASON, author="<b>Ann</b>")
    assert register.decisions()[0].reason == NASTY_REASON
    assert "<script>" not in markup(panel)
    assert "<b>Ann" not in markup(panel)
    assert " ".join(NASTY_REASON.split()) in words(panel)


def test_another_inspectors_decision_is_told_before_the_second_click(panel, small, register):
    fill_in(panel)
    register.record(propose_decision(small.scorecard, "A1", "Poor", reason="Late", author="Bob"))
    click(panel, "Record decision")
    assert "Meanwhile Bob decided A1: Poor (calculated: Fair)" in words(panel)
    assert "Yours would supersede it." in words(panel)
    click(panel, "Yes, record this decision")
    assert [one.author for one in register.decisions()] == ["Bob", "Ann"]


def test_another_inspectors_decision_between_the_clicks_is_told_afterwards(panel, small, register):
    fill_in(panel)
    click(panel, "Record decision")
    register.record(propose_decision(small.scorecard, "A1", "Poor", reason="Late", author="Bob"))
    click(panel, "Yes, record this decision")
    assert "Another inspector decided meanwhile: Bob decided A1: Poor" in words(panel)
    assert "Both are kept; yours is later." in words(panel)


def changed_area(small):
    evidence = small.inspection.evidence.replace({"level": {"high": "low"}})
    return replace(small.inspection, evidence=evidence)


def test_a_stale_decision_is_shown_not_applied_and_confirmed_by_two_clicks(panel, small, register):
    decide(panel, rating="Poor")
    later = ModerationPanel(changed_area(small), small.framework, register=register)
    assert "◆ stale: its figures have changed since" in words(later)
    assert "Decided:" not in words(later)
    later.tabs.selected_index = 1
    next(one for one in walk(later) if getattr(one, "description", "") == "Confirm decision 1").click()
    assert later.tabs.selected_index == 0
    assert is_asking(later)
    assert len(register.decisions()) == 1
    click(later, "Yes, record this decision")
    assert [(one.adjusted, one.reason) for one in register.decisions()] == [("Poor", "Seen twice")] * 2
    assert "Decided: Poor. Calculated: Fair" in words(later)
    assert control(later, "Confirm decision 1").layout.display == "none"


def test_confirming_asks_for_the_author_first(panel, small, register, monkeypatch):
    decide(panel, rating="Poor")
    monkeypatch.setattr(DecisionForm, "author_of_session", "")
    later = ModerationPanel(changed_area(small), small.framework, register=register)
    click(later, "Confirm decision 1")
    assert not is_asking(later)
    assert "To confirm decision 1: say who decides." in words(later)


def test_a_stale_decision_out_of_reach_has_to_be_decided_anew(panel, small, register):
    decide(panel, rating="Good")
    low = replace(small.inspection, evidence=small.inspection.evidence.assign(level="low"))
    later = ModerationPanel(low, small.framework, register=register)
    click(later, "Confirm decision 1")
    assert "Good is no longer within reach of the calculated rating. Decide anew." in words(later)
    assert not is_asking(later)


def test_a_what_if_is_not_what_is_decided_on(panel, register):
    control(panel, "A1.2").value = "high"
    assert "You decide on the official figures, not on the what-if." in words(panel)
    decide(panel, rating="Good")
    assert register.decisions()[0].calculated == "Fair"


def test_a_what_if_on_the_figures_of_a_decision_leaves_it_out(panel):
    decide(panel, rating="Good")
    control(panel, "A1.1").value = "fair"
    row = panel.state.answer.differences.loc["A1"]
    assert (row["official_rating"], row["what_if_rating"]) == ("Good", "Fair")
    control(panel, "Back to official").click()
    control(panel, "leave B1.5 out").value = True
    assert panel.state.answer.differences.loc["A1", "what_if_rating"] == "Good"


def test_without_a_register_the_panel_records_nothing_and_says_so(small, monkeypatch):
    monkeypatch.delenv("ESI_REGISTER", raising=False)
    panel = ModerationPanel(small.inspection, small.framework)
    fill_in(panel)
    assert control(panel, "Record decision").disabled
    assert "Before it can be recorded: open the panel with a register." in words(panel)
    with pytest.raises(RegisterError):
        panel.state.record(panel.state.propose("Good", "Seen", "Ann"))


def test_the_register_can_come_from_the_environment(small, tmp_path, monkeypatch):
    monkeypatch.setenv("ESI_REGISTER", str(tmp_path / "elsewhere.sqlite"))
    decide(ModerationPanel(small.inspection, small.framework))
    assert len(open_register(tmp_path / "elsewhere.sqlite").decisions()) == 1


def test_what_the_framework_does_not_allow_is_refused_by_the_panels_programming_side_too(panel, register):
    for decision in (
        panel.state.propose("Excellent", "Seen", "Ann"),
        replace(panel.state.propose("Good", "Seen", "Ann"), criterion="A9"),
        panel.state.propose("Good", "", "Ann"),
    ):
        with pytest.raises(ModerationError):
            panel.state.record(decision)
    assert register.decisions() == []


def test_a_register_that_does_not_verify_is_said_and_nothing_of_it_is_applied(
    panel, small, register, tmp_path
):
    decide(panel, rating="Good")
    with sqlite3.connect(tmp_path / "register.sqlite") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE decisions SET reason = 'Never said'")
    connection.close()
    fill_in(panel)
    click(panel, "Record decision")
    for shown in (panel, ModerationPanel(small.inspection, small.framework, register=register)):
        assert "Decisions of the register are not applied." in words(shown)
        assert "Decided:" not in words(shown)
        fill_in(shown)
        assert control(shown, "Record decision").disabled
        assert "the register has to be mended" in words(shown)


def test_a_failure_while_recording_is_said_beside_the_form_and_keeps_what_was_typed(
    panel, register, monkeypatch
):
    fill_in(panel)
    click(panel, "Record decision")
    problem = Problem("register.sqlite", "a register that is locked", "one that can be used", "try again")
    monkeypatch.setattr(register, "record", lambda *_, **__: (_ for _ in ()).throw(RegisterError(problem)))
    click(panel, "Yes, record this decision")
    assert "Nothing was recorded. register.sqlite: found a register that is locked" in words(panel)
    assert "Traceback" not in words(panel)
    assert control(panel, "Reason").value == "Seen twice"
    monkeypatch.undo()
    assert register.decisions() == []


def test_a_criterion_without_a_rating_cannot_be_decided(small, register):
    bare = replace(small.inspection, evidence=None)
    panel = ModerationPanel(bare, small.framework, register=register)
    assert "There is no calculated rating yet, so there is none to adjust." in words(panel)
    assert control(panel, "Record decision").disabled
