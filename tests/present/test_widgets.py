"""The lead inspector's panel, driven by setting its controls as a browser would."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from threading import Event, Thread

import ipywidgets as widgets
import pandas as pd
import pytest
from ipywidgets.widgets import widget
from pandas.testing import assert_frame_equal

from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.score import score
from esi_toolkit.present.panel import state as panel_state
from esi_toolkit.present.panel.words import say_difference, say_rating_change
from esi_toolkit.present.widgets import ModerationPanel
from tests.present.panel_controls import control, drawn, markup, walk, words


@pytest.fixture
def panel(small) -> ModerationPanel:
    return ModerationPanel(small.inspection, small.framework)


def test_the_panel_opens_on_the_official_figures(panel, small):
    assert "No what-if" in words(panel)
    assert "= unchanged" in words(panel)
    assert set(drawn(panel, "scores what if")) == {None}
    overall, section = drawn(panel, "scores official")[:2]
    assert overall == section == pytest.approx(small.scorecard.overall.score)
    assert drawn(panel, "ratings official") == [1]


def test_a_changed_level_changes_the_rating_in_words_and_in_the_chart(panel):
    control(panel, "A1.2").value = "high"
    assert "What if: A1.2 high (official fair). Nothing of this is recorded." in words(panel)
    assert "What if: Good (▲ better). Good: every item high." in words(panel)
    assert (drawn(panel, "ratings official"), drawn(panel, "ratings what if")) == ([1], [2])
    assert list(panel.chart.figure.layout.yaxis.ticktext) == ["A1 ▲ better"]
    assert panel.state.official.traces["A1"].rating == "Fair"


def test_a_level_set_back_is_no_what_if_any_more(panel):
    level = control(panel, "A1.2")
    level.value = "low"
    level.value = "fair"
    assert panel.state.changes.is_empty


def test_a_question_left_out_moves_scores_beside_the_official_ones(panel, small):
    official = small.scorecard.overall.score
    control(panel, "leave B1.5 out").value = True
    asked = panel.state.answer.scorecard.overall.score
    assert asked > official
    assert drawn(panel, "scores what if")[0] == asked
    assert drawn(panel, "scores official")[0] == official
    assert f"▲ up {asked - official:.1f} points" in words(panel)
    assert "◆ left out" in words(panel)


def test_a_question_gets_another_weight(panel, small):
    control(panel, "weight of B1.1").value = 9.0
    assert panel.state.answer.scorecard.overall.score > small.scorecard.overall.score
    assert "B1.1 with weight 9 (official 1)" in words(panel)
    assert "◆ other weight" in words(panel)


def test_a_criterion_is_left_out_and_gets_another_importance(panel):
    control(panel, "leave B1 out").value = True
    assert drawn(panel, "scores what if")[:2] == pytest.approx([97.5, 97.5])
    control(panel, "leave B1 out").value = False
    control(panel, "importance of B2").value = "critical"
    assert "B2 critical (official important)" in words(panel)
    assert "◆ official important" in words(panel)


def test_weights_of_importance_and_sections_can_be_changed(panel):
    control(panel, "criteria that are critical").value = 0.0
    assert drawn(panel, "scores what if")[0] == pytest.approx(97.5)
    control(panel, "B Work").value = 10.0
    assert "section B with weight 10 (official 50)" in words(panel)


def test_cases_are_left_out_by_assessor_order_and_risk(panel):
    for label, left in [
        ("area assessor (14 cases)", 26),
        ("order & licence (20 cases)", 13),
        ("high (8 cases)", 11),
    ]:
        control(panel, label).value = False
        assert panel.state.answer.scorecard.cases == left
    assert "11 of 40 cases count." in words(panel)


def test_the_scores_stand_without_each_kind_of_assessor_beside_the_official_ones(panel, small):
    control(panel, "area assessor (14 cases)")
    assert "Without area assessor (26 cases left)" in words(panel)
    assert "Without inspector (14 cases left)" in words(panel)
    without = score(small.framework, small.inspection.leave_out_cases(frozenset(
        small.inspection.cases.query("assessor == 'area assessor'")["case_id"]
    ))).overall.score  # fmt: skip
    assert f"{without:.1f}% {say_difference(small.scorecard.overall.score, without, True)}" in words(panel)


def test_back_to_official_sets_every_control_and_mark_back(panel):
    for label, value in [
        ("A1.1", "low"), ("leave B1.5 out", True), ("weight of B1.1", 2.0), ("leave B2 out", True),
        ("importance of B1", "important"), ("B Work", 7.0), ("high (8 cases)", False),
    ]:  # fmt: skip
        control(panel, label).value = value
    control(panel, "Back to official").click()
    assert panel.state.changes.is_empty
    assert set(drawn(panel, "scores what if")) == {None}
    assert [control(panel, label).value for label in ("A1.1", "leave B1.5 out", "weight of B1.1")] == [
        "high", False, 1.0,
    ]  # fmt: skip
    assert [control(panel, label).value for label in ("importance of B1", "B Work", "high (8 cases)")] == [
        "critical", 50.0, True,
    ]  # fmt: skip
    assert control(panel, "Back to official").disabled


def test_what_moves_the_overall_is_said_and_drawn(panel, small):
    panel.tabs.selected_index = list(panel.tabs.titles).index("Influence")
    assert "Most is to be gained in B1" in words(panel)
    # B1 carries two of three parts of the only section: ten points more add 6.67.
    assert drawn(panel, "effects official") == pytest.approx([20 / 3, 10 / 3])
    control(panel, "importance of B1").value = "important"
    assert drawn(panel, "effects what if") == pytest.approx([5, 5])
    assert drawn(panel, "effects official", "text")[0] == "6.67 ▼ 5.00"


def test_all_figures_stand_in_a_table_with_the_changed_ones_marked_in_words(panel):
    control(panel, "A1.2").value = "high"
    panel.tabs.selected_index = list(panel.tabs.titles).index("All figures")
    row = re.search(r'<tr class="changed"><th scope="row">A1 .*?</tr>', markup(panel))
    assert row is not None
    assert "<td>Fair</td><td>Good</td><td>▲ better</td>" in row[0]
    assert markup(panel).count('class="changed"') == 1


def test_one_change_sends_the_chart_one_message(panel):
    sent = []
    level = control(panel, "A1.2")
    panel.chart.figure.observe(lambda event: sent.append(event["new"]), "_py2js_update")
    level.value = "high"
    assert len([message for message in sent if message]) == 1


def test_a_browser_that_joins_later_is_told_the_figures_of_now(panel):
    control(panel, "leave B1.5 out").value = True
    figure = panel.chart.figure
    told = {trace["name"]: trace for trace in figure.get_state()["_widget_data"]}
    for name in ("scores official", "scores what if", "effects official"):
        assert list(told[name]["x"]) == drawn(panel, name)
    labels = figure.get_state()["_widget_layout"]["yaxis2"]["ticktext"]
    assert tuple(labels) == figure.layout.yaxis2.ticktext
    assert any("▼" in label or "▲" in label for label in labels)


def test_a_browser_first_hears_of_the_chart_with_everything_in_it(small, monkeypatch):
    """One that is told of an empty chart first may draw it before the rest arrives, and never again."""
    opened, make = [], widget.comm.create_comm
    monkeypatch.setattr(
        widget.comm, "create_comm", lambda **told: opened.append(told["data"]["state"]) or make(**told)
    )
    panel = ModerationPanel(small.inspection, small.framework)
    [chart] = [state for state in opened if "_widget_data" in state]
    told = {trace["name"]: trace for trace in chart["_widget_data"]}
    assert list(told["scores official"]["x"]) == drawn(panel, "scores official")
    assert chart["_widget_layout"]["height"] == panel.chart.figure.layout.height


def test_changes_that_come_in_several_threads_are_made_one_after_another(panel):
    began, order = Event(), []

    def slow(_):
        began.set()
        time.sleep(0.05)
        order.append("slow")

    first = Thread(target=panel.state.on_user(slow), args=[None])
    first.start()
    began.wait()
    panel.state.on_user(lambda _: order.append("fast"))(None)
    first.join()
    assert order == ["slow", "fast"]


def test_the_inspection_is_never_changed(small):
    before = {name: getattr(small.inspection, name).copy() for name in ("cases", "judgements", "evidence")}
    panel = ModerationPanel(small.inspection, small.framework)
    control(panel, "A1.2").value = "low"
    control(panel, "high (8 cases)").value = False
    for name, table in before.items():
        assert_frame_equal(getattr(small.inspection, name), table)
    assert_frame_equal(score(small.framework, small.inspection).criteria, small.scorecard.criteria)


def test_text_from_data_is_shown_as_text_in_html_and_in_the_chart(panel):
    for index in range(len(panel.tabs.children)):
        panel.tabs.selected_index = index
    for raw in ("<script>", "<b>bold", "<i>inspection", "<b>risk", "<b>in time"):
        assert raw not in markup(panel)
    assert "Plans &lt;script&gt;alert(1)&lt;/script&gt;" in markup(panel)
    hover = " ".join(drawn(panel, "scores official", "customdata"))
    assert "<b>" not in hover
    assert "Assessing &lt;b&gt;risk" in hover


def test_an_error_is_said_in_the_panel_in_plain_words_and_the_controls_go_back(panel, monkeypatch):
    problem = Problem("what-if", "the weight 3 for B1.1", "0 or more", "give another")
    monkeypatch.setattr(panel_state, "rescore", lambda *_: (_ for _ in ()).throw(InputError(problem)))
    weight = control(panel, "weight of B1.1")
    weight.value = 3.0
    assert "found the weight 3 for B1.1, expected 0 or more; give another" in words(panel)
    assert 'role="alert"' in markup(panel)
    assert weight.value == 1.0
    monkeypatch.undo()
    weight.value = 2.0
    assert 'role="alert"' not in markup(panel)


def test_an_error_nobody_expected_is_no_traceback_either(panel, monkeypatch):
    monkeypatch.setattr(panel_state, "rescore", lambda *_: 1 / 0)
    control(panel, "A1.2").value = "low"
    assert "did not expect (ZeroDivisionError: division by zero)" in words(panel)
    assert "Traceback" not in words(panel)


def test_every_control_has_a_label_of_its_own(panel):
    for index in range(len(panel.tabs.children)):
        panel.tabs.selected_index = index
    controls = [one for one in walk(panel) if isinstance(one, widgets.ValueWidget | widgets.Button)]
    labels = [one.description for one in controls if not isinstance(one, widgets.HTML)]
    assert all(labels)
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("tables", "titles"),
    [
        ({"judgements": None}, ["Ratings", "Weights", "All figures"]),
        (
            {"judgements": None, "question_counts": pd.DataFrame(
                {"question": ["B1.1"], "relevant": [10.0], "positive": [5.0]})},
            ["Ratings", "Questions", "Weights", "Influence", "All figures"],
        ),
    ],
)  # fmt: skip
def test_tabs_that_could_show_nothing_are_left_out(small, tables, titles):
    panel = ModerationPanel(replace(small.inspection, **tables), small.framework)
    assert list(panel.tabs.titles) == titles
    for index in range(len(titles)):
        panel.tabs.selected_index = index
    assert 'role="alert"' not in markup(panel)


def test_changes_are_said_with_symbol_and_words(small):
    ratings = small.framework.ratings
    assert say_rating_change("Good", "Poor", ratings) == "▼ worse"
    assert say_rating_change(None, "Good", ratings) == "◆ now Good"
    assert say_rating_change("Good", None, ratings) == "◆ now not rated"
    assert say_difference(50, 49.99, True) == "▼ down less than 0.1 points"
    assert say_difference(None, 49.99, True) == "◆ now with a score"
