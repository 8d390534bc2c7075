"""What stands beside the official figures: never in their place, and left out where nothing can be said."""

from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from esi_toolkit import load_framework, load_inspection, score
from esi_toolkit.present.certainty import (
    DIFFERENT,
    NOT_DIFFERENT,
    TOO_FEW,
    say_assessors,
    show_certainty,
)
from esi_toolkit.present.moves import say_range, show_what_moves
from esi_toolkit.present.numbers import points
from esi_toolkit.present.tables.certainty import (
    tabulate_assessors,
    tabulate_gains,
    tabulate_intervals,
    tabulate_readings,
)
from esi_toolkit.statistics.certainty import assess_certainty

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def _certainty(area: str, framework: str = "esi", **options):
    rules = load_framework(framework)
    inspection = load_inspection(SAMPLE / area, rules)
    card = score(rules, inspection)
    return card, assess_certainty(card, inspection, replicates=300, **options)


@pytest.fixture(scope="module")
def durham():
    return _certainty("county-durham")


def _text(card, certainty) -> str:
    return unescape(
        " ".join(str(getattr(block, "content", block)) for block in show_certainty(certainty, card))
    )


def test_the_official_scores_are_the_ones_shown(durham):
    card, certainty = durham
    table = tabulate_intervals(certainty, card.framework).frame.set_index("Score of")
    assert table.loc["Overall", "Official"] == "84%"
    assert table.loc["B1 Assessment of risk of harm", "Official"] == "72%"


def test_an_interval_is_said_to_be_about_all_cases_and_not_about_other_samples(durham):
    card, certainty = durham
    text = _text(card, certainty)
    assert "over all the cases that it stands for it most likely lies between 82% and 87%: of 100" in text


def test_a_score_that_some_resamples_lack_has_no_interval_and_is_not_called_least_sure(durham):
    card, certainty = durham
    bare = certainty.intervals["code"].isin(["overall", "C4"])
    gaps = certainty.intervals.assign(**{end: certainty.intervals[end].mask(bare) for end in ("low", "high")})
    text = _text(card, replace(certainty, intervals=gaps))
    assert "[x] to" not in text
    assert "The score of Section B: Quality of Assessment, 87%, is that of a sample" in text
    table = tabulate_intervals(replace(certainty, intervals=gaps), card.framework).frame
    assert table.set_index("Score of").loc["Overall", "95% interval"] == "[x]"


def test_each_interval_holds_its_score(durham):
    _, certainty = durham
    table = certainty.intervals
    assert ((table["low"] <= table["score"]) & (table["score"] <= table["high"])).all()


def test_the_same_seed_gives_the_same_intervals(durham):
    _, certainty = durham
    _, again = _certainty("county-durham")
    pd.testing.assert_frame_equal(again.intervals, certainty.intervals)


def test_inspectors_and_area_assessors_are_compared_in_words(durham):
    card, certainty = durham
    text = _text(card, certainty)
    assert (DIFFERENT in text) != (NOT_DIFFERENT in text)
    assert certainty.assessors.cases_first + certainty.assessors.cases_second == 100


def test_double_assessments_are_counted(durham):
    card, certainty = durham
    assert certainty.agreement.pairs == 488
    assert "given twice" in _text(card, certainty)


def test_a_reading_that_changes_a_printed_figure_is_named(durham):
    card, certainty = durham
    rows = tabulate_readings(certainty, card.framework).frame
    assert (rows["Official"] != rows["Otherwise"]).all()
    assert "all answers pooled" in set(rows["If read as"])


def test_without_single_answers_there_is_no_interval_and_it_is_said():
    card, certainty = _certainty("dunholt")
    assert certainty.intervals is None
    assert "no interval can be given" in _text(card, certainty)


def test_a_caseload_that_leaves_out_a_level_of_the_sample_is_not_allowed_for():
    esi = load_framework("esi")
    whole = load_inspection(SAMPLE / "county-durham", esi)
    caseload = {level: cases for level, cases in whole.area.caseload.items() if level != "high"}
    partial = replace(whole, area=whole.area.model_copy(update={"caseload": caseload}))
    certainty = assess_certainty(score(esi, partial), partial, seed=1, replicates=200)
    assert not certainty.caseload_known
    assert certainty.weighted is None
    assert certainty.intervals is not None


def test_a_framework_without_overall_has_intervals_but_nothing_moves_it():
    card, certainty = _certainty("county-durham", "esi-dv")
    assert certainty.effects is None
    text = _text(card, certainty)
    assert "The score of Section B: Quality of DV Assessment, 48%, is that of a sample" in text
    assert "What would move" not in text


def test_an_area_without_any_score_says_nothing(tmp_path):
    (tmp_path / "area.yml").write_text("id: a\nname: A\nframework: esi\n", encoding="utf-8")
    rules = load_framework("esi")
    inspection = load_inspection(tmp_path, rules)
    card = score(rules, inspection)
    certainty = assess_certainty(card, inspection)
    text = _text(card, certainty)
    assert "%" not in text


def test_the_assessors_interval_stands_beside_the_difference_that_it_is_of(durham):
    card, certainty = durham
    row = tabulate_assessors(certainty.assessors, card.framework).frame.set_index("Score of").loc["Overall"]
    low, high = (float(end) for end in row["95% interval"].split(" to "))
    assert low < float(row["With the same mix of risk"]) < high
    whole = certainty.assessors.table.set_index("code").loc["overall"]
    assert row["With the same mix of risk"] == points(whole["adjusted"])
    assert row["Difference, points"] == points(whole["difference"])


def test_the_scores_that_assessors_differ_in_are_named(durham):
    card, certainty = durham
    found = certainty.assessors
    calm, one = (found.table.assign(clear=values) for values in (False, found.table["code"] == "C"))
    assert say_assessors(replace(found, table=calm), card.framework) == NOT_DIFFERENT
    said = say_assessors(replace(found, table=one), card.framework)
    assert said == f"{DIFFERENT}: Section C: Quality of Interventions."


def test_of_fewer_than_ten_cases_of_either_nothing_is_claimed(durham):
    card, certainty = durham
    few = replace(certainty.assessors, cases_second=9, table=certainty.assessors.table.assign(clear=True))
    assert say_assessors(few, card.framework) == TOO_FEW


def test_scores_of_few_cases_of_an_assessor_are_marked(durham):
    card, certainty = durham
    few = replace(certainty.assessors, cases_second=12)
    frame = tabulate_assessors(few, card.framework).frame
    assert frame["By area assessors"].str.endswith("% [u]").all()
    assert not frame["By inspectors"].str.contains("[u]", regex=False).any()


def test_the_chance_of_passing_the_threshold_is_said_only_where_there_is_one(durham):
    card, certainty = durham
    assert "The chance that another such sample comes out above 80% is more than 99%." in _text(
        card, certainty
    )
    settings = card.framework.certainty.model_copy(update={"threshold": None})
    without = replace(card, framework=card.framework.model_copy(update={"certainty": settings}))
    assert "comes out above" not in _text(without, replace(certainty, above=float("nan")))


def test_a_conclusion_that_another_reading_changes_is_named_and_otherwise_it_is_said_that_none_does(durham):
    card, certainty = durham
    text = _text(card, certainty)
    assert "1 conclusion would change: B1 Assessment of risk of harm would be 78% instead of 72%" in text
    assert "No conclusion changes" not in text
    calm = replace(certainty, otherwise=certainty.otherwise[certainty.otherwise["code"] != "B1"])
    said = _text(card, calm)
    assert "No conclusion changes" in said
    assert "every rating in words stays, every score stays within its 95% interval" in said


@pytest.mark.parametrize(
    ("part", "gone"),
    [
        ("scores", "over all the cases that it stands for"),
        ("assessors", "Inspectors and area assessors"),
        ("weights", "What would move the overall score"),
    ],
)
def test_each_part_can_be_left_out_by_a_setting(part, gone, durham):
    assert gone in _text(*durham)
    rules = load_framework("esi")
    parts = tuple(name for name in rules.certainty.parts if name != part)
    settings = rules.certainty.model_copy(update={"parts": parts})
    rules = rules.model_copy(update={"certainty": settings})
    inspection = load_inspection(SAMPLE / "county-durham", rules)
    card = score(rules, inspection)
    text = _text(card, assess_certainty(card, inspection, replicates=20))
    assert gone not in text
    assert "How sure are the figures?" in text


def test_the_chart_of_what_criteria_leave_to_gain_has_its_table(durham):
    card, certainty = durham
    blocks = list(show_what_moves(certainty, card))
    chart = next(place for place, block in enumerate(blocks) if hasattr(block, "to_plotly_json"))
    assert "What each criterion leaves to gain" in blocks[chart + 1].content
    frame = tabulate_gains(certainty.effects, card.framework).frame
    assert frame.iloc[0].tolist() == [
        "D1 Interventions are delivered with the desired outcomes", "67%", "8.0", "+4.0"
    ]  # fmt: skip
    drawn = [text for text in blocks[chart].data[1].text if text]
    assert [text.split("</b>")[0] for text in drawn] == [f"<b>{gain}" for gain in frame.iloc[:, 3]]


def test_a_threshold_within_the_reach_of_the_weights_is_said(durham):
    _, certainty = durham
    assert "79.6% and 88.2%, on either side of 80%." in say_range(certainty.weights, certainty.without, 80)
    assert "79.6% and 88.2%. It would" in say_range(certainty.weights, certainty.without, 90)
    assert "without one criterion (D1)" in say_range(certainty.weights, certainty.without)


def test_reweighting_is_said_in_words(durham):
    card, certainty = durham
    assert "the overall score would be 84%, the same as the official one" in _text(card, certainty)
    moved = replace(certainty, weighted=certainty.weighted.assign(weighted=70.0))
    assert "the overall score would be 70%, officially it is 84%" in _text(card, moved)
