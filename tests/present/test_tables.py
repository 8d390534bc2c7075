"""Tables: what stands in them, and what is said where nothing can."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from esi_toolkit.method.differences import compare_scorecards
from esi_toolkit.method.score import score
from esi_toolkit.method.what_if import WhatIf, rescore
from esi_toolkit.present import tables
from esi_toolkit.reports.explore import score_by
from esi_toolkit.statistics.disclosure.control import control_groups
from esi_toolkit.statistics.disclosure.control_figures import withhold_figures
from esi_toolkit.statistics.sensitivity import effects


def _row(table, start: str) -> list[str]:
    frame = table.frame
    column = next(name for name in frame.columns if name != table.groups)
    return frame[frame[column].str.startswith(start)].iloc[0].tolist()


def test_the_summary_sheet_holds_every_criterion_section_and_the_overall(small):
    sheet = tables.tabulate_summary(small.scorecard)
    assert sheet.frame["Criterion"].tolist() == [
        "A1: Leading & planning", "B1: Assessing <b>risk</b>", "B2: Recording", "Score for section B",
        "Overall score for section B",
    ]  # fmt: skip
    assert sheet.frame["Result"].tolist() == ["Fair", "75%", "98%", "83%", "83%"]
    assert sheet.totals == (3, 4)


def test_a_section_rated_in_words_has_no_score_row(small):
    sheet = tables.tabulate_summary(small.scorecard).frame
    assert "Score for section A" not in set(sheet["Criterion"])


def test_the_summary_sheet_says_what_the_overall_lacks(small):
    judgements = small.inspection.judgements
    without = replace(small.inspection, judgements=judgements[judgements["question"] != "B2.1"])
    sheet = tables.tabulate_summary(score(small.framework, without))
    assert _row(sheet, "B2")[2] == "[x]"
    assert any("without B2" in note for note in sheet.notes)
    assert any("[x] not available" in note for note in sheet.notes)


def test_few_cases_are_marked_all_the_way_up(small):
    few = small.inspection.leave_out_cases(frozenset(f"c{n}" for n in range(20)))
    sheet = tables.tabulate_summary(score(small.framework, few)).frame
    scores = sheet.loc[sheet["Cases"] == "20", "Result"]
    assert len(scores) == 4
    assert all(text.endswith("[u]") for text in scores)


def test_questions_are_shown_by_the_number_of_their_cases(small):
    table = tables.tabulate_questions(small.scorecard, "B1")
    assert _row(table, "B1.1")[1:] == ["36 of 40", "90%", "77% to 96%", "0", "0", "1"]
    assert _row(table, "B1.6")[1:] == ["6 of 8", "[u]", "[u]", "0", "0", "1"]
    assert _row(table, "B1.7")[1:] == ["[z]", "[z]", "[z]", "0", "0", "0"]


def test_the_interval_of_a_question_is_narrower_where_much_of_the_caseload_was_seen(small):
    table = tables.tabulate_questions(small.scorecard, "B1", caseload=80)
    assert _row(table, "B1.1")[3] == "81% to 95%"
    assert "size of the caseload" in " ".join(table.notes)
    assert "size of the caseload" not in " ".join(tables.tabulate_questions(small.scorecard, "B1").notes)


def test_the_notes_of_a_question_table_explain_only_what_occurs_in_it(small):
    notes = " ".join(tables.tabulate_questions(small.scorecard, "B1").notes)
    assert "weight 0): B1.7" in notes
    assert "[u]" in notes
    assert "[x]" not in notes
    assert [note[:12] for note in tables.tabulate_questions(small.scorecard, "B2").notes] == ["95% interval"]


def test_missing_answers_are_counted_apart_from_not_applicable_ones(small):
    judgements = small.inspection.judgements.copy()
    third = judgements["question"] == "B1.3"
    judgements.loc[third & judgements["case_id"].isin(["c0", "c1"]), "judgement"] = ""
    judgements.loc[third & (judgements["case_id"] == "c2"), "judgement"] = "not applicable"
    card = score(small.framework, replace(small.inspection, judgements=judgements))
    assert _row(tables.tabulate_questions(card, "B1"), "B1.3")[1:6] == [
        "21 of 37",
        "57%",
        "41% to 71%",
        "1",
        "2",
    ]


def test_items_name_responsibility_only_where_some_do_not_count(small):
    trace = small.scorecard.traces["A1"]
    plain = tables.tabulate_items(trace, "A1", "Leading")
    assert list(plain.frame.columns) == ["Evidence item", "Level", "Weight"]
    items = trace.items.assign(counts=[True, False], responsibility=["area", "NPD"])
    told = tables.tabulate_items(replace(trace, items=items), "A1", "Leading").frame
    assert told["Counts for the rating"].tolist() == ["yes", "no"]


def test_a_suggested_level_and_an_item_without_level_are_called_so(small):
    trace = small.scorecard.traces["A1"]
    items = trace.items.assign(level=["high", ""], suggested=[True, False])
    shown = tables.tabulate_items(replace(trace, items=items, unjudged=("A1.2",)), "A1", "Leading")
    assert shown.frame["Level"].tolist() == ["high (suggested)", "not judged [x]"]
    assert "Without a level: A1.2." in shown.notes


def test_performance_says_in_words_whether_a_target_is_met(small):
    table = tables.tabulate_performance(small.inspection.performance, "Here")
    assert table.frame["Target met"].tolist() == ["no", "no", "[x]"]
    assert table.frame["Better than national"].tolist() == ["yes", "yes", "[x]"]
    assert table.frame["Target"].tolist() == ["90%", "at most 9 days", "[x]"]
    assert table.frame["Measure"].tolist()[2] == "Unknown (2002)"
    assert table.notes[0] == "Period 2003, unless another is named."


def test_percentages_from_outside_keep_their_decimals(small):
    factors = tables.tabulate_factors(small.inspection.criminogenic_factors).frame
    assert factors["Share of cases"].tolist() == ["43%", "34.5%", "[x]"]
    assert tables.tabulate_reconviction(small.inspection.reconviction).frame.iloc[1].tolist() == [
        "There", "50.2%", "51.7%", "[x]",
    ]  # fmt: skip


def test_context_keeps_the_unit_with_the_measure(small):
    frame = tables.tabulate_context(small.inspection.context, "Here").frame
    assert frame.iloc[0].tolist() == ["Population & land (persons)", "493,470", "[x]", "[x]"]
    assert frame.iloc[1].tolist() == ["Budget", "£7.46 million", "[x]", "2003"]


def test_a_large_number_in_a_unit_is_printed_like_any_other(small):
    units = ["per 100000 population", "of 42 areas", "since 2001", "per 1,000,000 persons"]
    context = small.inspection.context.iloc[[0] * 4].assign(measure="Crimes", unit=units)
    assert tables.tabulate_context(context, "Here").frame["Measure"].tolist() == [
        "Crimes (per 100,000 population)",
        "Crimes (of 42 areas)",
        "Crimes (since 2001)",
        "Crimes (per 1,000,000 persons)",
    ]


def test_answers_of_few_offenders_are_marked(small):
    table = tables.tabulate_feedback(small.inspection.feedback, small.framework.display)
    assert table.frame["Agreed"].tolist() == ["74%", "100% [u]"]


def test_the_sample_is_counted_in_the_order_of_the_framework(small):
    frame = tables.tabulate_sample(small.framework, small.inspection.cases).frame
    assert frame[frame["Characteristic"] == "Risk of harm"]["Group"].tolist() == ["low", "high"]
    assert frame[frame["Characteristic"] == "Assessed by"]["Cases"].astype(int).sum() == 40


def test_of_fewer_cases_than_the_limit_the_sample_tells_nothing(small):
    inspection = small.inspection.leave_out_cases(frozenset(f"c{n}" for n in range(40) if n not in (8, 10)))
    groups = control_groups(
        small.framework, {"small": inspection}, ["risk_of_harm", "order_type", "assessor"]
    )
    frame = tables.tabulate_sample(small.framework, inspection.cases, groups).frame
    assert frame["Group"].tolist()[:2] == ["low", "order"], "all of one kind, so that its number is the whole"
    assert set(frame["Cases"]) == {"[c]"}
    sheet = tables.tabulate_summary(withhold_figures(score(small.framework, inspection))).frame
    assert sheet.iloc[-1].tolist()[2:] == ["[c]", "[z]", "[c]"]


def test_the_method_is_read_out_of_the_framework(small):
    assert tables.tabulate_weights(small.framework).frame.iloc[0].tolist() == ["B: Work", "50"]
    assert tables.tabulate_importance(small.framework).frame["Weight in its section"].tolist() == ["2", "1"]
    rules = tables.tabulate_rating_rules(small.framework).frame
    assert rules["Rating"].tolist() == ["Good", "Fair", "Poor"]


def test_what_is_missing_is_a_table_without_rows_where_nothing_is(small):
    assert tables.tabulate_missing(replace(small.inspection, warnings=())).frame.empty


def test_groups_are_scored_by_the_same_rules_and_small_ones_not_at_all(small):
    table = score_by(small.framework, small.inspection, "risk_of_harm")
    by_heading = {name.split(" ")[0]: name for name in table.frame.columns}
    low = small.inspection.leave_out_cases(frozenset(f"c{n}" for n in range(8)))
    expected = score(small.framework, low).overall.score
    assert table.frame[by_heading["low"]].iloc[0] == f"{expected:.0f}%"
    assert set(table.frame[by_heading["high"]]) == {"[x]"}, "eight cases are too few"


def test_a_what_if_shows_only_what_changes(small):
    answer = rescore(small.framework, small.inspection, WhatIf(left_out=frozenset({"B2"})))
    table = tables.tabulate_what_if(compare_scorecards(small.scorecard, answer), "Without B2")
    assert not any(part.startswith("B1") for part in table.frame["Part"])
    assert table.frame["Difference in points"].iloc[0].startswith("-")


def test_what_the_criteria_bring_adds_up_to_the_overall(small):
    frame = tables.tabulate_contributions(effects(small.scorecard), small.scorecard).frame
    assert frame["Brings to the overall"].astype(float).sum() == pytest.approx(
        small.scorecard.overall.score, abs=0.11
    )


@pytest.mark.parametrize("level", ["question counts", "criterion scores"])
def test_the_summary_sheet_says_that_cases_are_not_known_where_they_are_not(small, level):
    counts = pd.DataFrame({"question": ["B1.1", "B2.1"], "relevant": [40.0, 40.0], "positive": [30.0, 20.0]})
    scores = pd.DataFrame({"criterion": ["B1", "B2"], "score": [75.0, 50.0]})
    given = {
        "question counts": {"question_counts": counts},
        "criterion scores": {"criterion_scores": scores},
    }[level]
    bare = replace(small.inspection, judgements=None, cases=None, **given)
    sheet = tables.tabulate_summary(score(small.framework, bare)).frame
    assert sheet["Result"].tolist()[1:3] == ["75%", "50%"]
    assert sheet["Cases"].tolist()[1:] == ["[x]"] * 4
