"""The targets item of A1: what the performance table suggests, and what it cannot force."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.method.score import score
from esi_toolkit.method.targets import compare_performance, suggest_level

COLUMNS = ["indicator", "better", "target", "area", "national", "counts_for"]


def performance(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame([(f"measure {i}", *row, "A1") for i, row in enumerate(rows)], columns=COLUMNS)
    return table.astype({"target": float, "area": float, "national": float})


def test_a_target_is_met_by_reaching_it_and_the_national_figure_beaten_only_by_passing_it():
    compared = compare_performance(performance(("higher", 90, 90, 90), ("higher", 90, 89.9, 89)))
    assert compared["met"].tolist() == [True, False]
    assert compared["beats_national"].tolist() == [False, True]


def test_lower_is_better_where_the_table_says_so():
    compared = compare_performance(performance(("lower", 9, 9, 12.1), ("lower", 9, 12, 11)))
    assert compared["met"].tolist() == [True, False]
    assert compared["beats_national"].tolist() == [True, False]


def test_a_figure_that_is_missing_is_neither_met_nor_missed():
    compared = compare_performance(performance(("higher", None, 90, 80), ("higher", 90, None, 80)))
    assert compared["met"].isna().all()
    assert compared["beats_national"].tolist()[0] is True


def test_a_performance_table_without_rows_compares_to_nothing(esi):
    empty = performance(("higher", 90, 90, 90)).iloc[:0]
    assert compare_performance(empty)["met"].tolist() == []
    assert suggest_level("A1", empty, esi.ratings) is None


def test_only_measures_that_count_for_the_criterion_are_used(esi):
    table = performance(("higher", 90, 95, 80), ("higher", 90, 10, 80)).assign(counts_for=["A1", ""])
    suggestion = suggest_level("A1", table, esi.ratings)
    assert suggestion.level == "very strong"
    assert suggest_level("A2", table, esi.ratings) is None


def test_county_durham_met_three_of_eight_beat_six_and_is_not_held_back(esi, durham):
    suggestion = suggest_level("A1", durham.performance, esi.ratings)
    assert suggestion.level == "strong"
    assert suggestion.words == (
        "3 of 8 targets met and 6 of 8 national figures beaten suggest the level strong."
    )
    assert score(esi, durham).traces["A1"].rating == "Well met"


def test_missing_every_target_forces_no_low_level_where_the_national_figures_are_beaten(esi):
    table = performance(*[("higher", 90, 80, 70)] * 4)
    assert suggest_level("A1", table, esi.ratings).level == "strong"


def test_meeting_more_targets_never_lowers_the_suggested_level(esi):
    levels = []
    for met in range(9):
        rows = [("higher", 90, 95 if i < met else 85, 99) for i in range(8)]
        levels.append(suggest_level("A1", performance(*rows), esi.ratings).level)
    ranks = [esi.ratings.rank(level) for level in levels]
    assert ranks == sorted(ranks, reverse=True)
    assert (levels[0], levels[8]) == ("unsatisfactory", "very strong")


def test_a_share_just_at_the_limit_reaches_the_level(esi):
    table = performance(*[("higher", 90, 95 if i < 3 else 85, 99) for i in range(4)])
    assert suggest_level("A1", table, esi.ratings).level == "very strong"


def test_without_national_figures_none_is_beaten(esi):
    suggestion = suggest_level("A1", performance(("higher", 90, 80, None)), esi.ratings)
    assert suggestion.level == "unsatisfactory"
    assert "0 of 0 national figures beaten" in suggestion.words


def test_met_and_beaten_are_yes_or_no_or_not_known(durham):
    compared = compare_performance(durham.performance)
    assert (compared["met"].dtype.name, compared["beats_national"].dtype.name) == ("boolean", "boolean")


def test_a_framework_without_suggestion_rules_suggests_nothing(esi):
    ratings = esi.ratings.model_copy(update={"suggestion": ()})
    assert suggest_level("A1", performance(("higher", 90, 95, 80)), ratings) is None


def test_where_no_rule_holds_no_level_is_suggested(esi):
    ratings = esi.ratings.model_copy(update={"suggestion": esi.ratings.suggestion[:1]})
    suggestion = suggest_level("A1", performance(("higher", 90, 80, 99)), ratings)
    assert suggestion.level == ""
    assert suggestion.words.endswith("suggest no level.")


@pytest.mark.parametrize("recorded", ["", "satisfactory"])
def test_the_targets_item_takes_the_suggestion_unless_the_inspector_recorded_a_level(esi, durham, recorded):
    targets = durham.evidence["item"] == "A1.5"
    evidence = durham.evidence.assign(level=durham.evidence["level"].mask(targets, recorded))
    items = score(esi, replace(durham, evidence=evidence)).traces["A1"].items.set_index("item").loc["A1.5"]
    assert (items["level"], items["suggested"]) == ((recorded, False) if recorded else ("strong", True))


def test_the_performance_table_is_not_changed(durham):
    before = durham.performance.copy(deep=True)
    compare_performance(durham.performance)
    pdt.assert_frame_equal(durham.performance, before)
