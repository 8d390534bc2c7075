"""Scores of groups of cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.groups import compare_two_groups, group_counts, score_groups
from tests.statistics.conftest import make_cases, make_framework

ONE = make_framework({"B": (1, {"B1": ("critical", [1])})})


def by_hand(*blocks: tuple[str, str, int, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases from (assessor, risk of harm, positive, relevant) blocks."""
    rows = [
        (assessor, risk, "sufficient" if i < positive else "poor")
        for assessor, risk, positive, relevant in blocks
        for i in range(relevant)
    ]
    table = pd.DataFrame(rows, columns=["assessor", "risk_of_harm", "judgement"])
    table["case_id"] = [f"c{i:04d}" for i in range(len(table))]
    return table.drop(columns="judgement"), table[["case_id", "judgement"]].assign(question="B1.1")


def test_the_area_assessors_easier_cases_explain_their_higher_scores():
    cases, judgements = by_hand(
        ("inspector", "high", 30, 60),
        ("inspector", "low", 36, 40),
        ("area assessor", "high", 5, 10),
        ("area assessor", "low", 81, 90),
    )
    found = compare_two_groups(ONE, cases, judgements, "assessor", "area assessor", "inspector", seed=1)
    overall = found.table.set_index("code").loc["overall"]
    assert (overall["first"], overall["second"]) == pytest.approx((86, 66))
    assert overall["difference"] == pytest.approx(20)
    assert overall["low"] > 0
    assert overall["adjusted"] == pytest.approx(0)
    assert overall["adjusted_low"] < 0 < overall["adjusted_high"]
    assert (found.cases_first, found.cases_second, found.left_out) == (100, 100, ())


def test_a_real_difference_stays_after_adjusting():
    cases, judgements = by_hand(
        ("inspector", "high", 10, 40), ("inspector", "low", 30, 60),
        ("area assessor", "high", 30, 40), ("area assessor", "low", 60, 60),
    )  # fmt: skip
    found = compare_two_groups(ONE, cases, judgements, "assessor", "area assessor", "inspector", seed=1)
    assert found.table.loc[0, "adjusted"] == pytest.approx(50)
    assert found.table.loc[0, "adjusted_low"] > 35


def test_a_risk_that_only_one_group_has_is_left_out_of_the_adjusted_difference():
    cases, judgements = by_hand(
        ("inspector", "high", 1, 10), ("inspector", "low", 9, 10), ("area assessor", "low", 8, 10)
    )
    found = compare_two_groups(ONE, cases, judgements, "assessor", "inspector", "area assessor", seed=1)
    assert found.left_out == ("high",)
    assert found.table.loc[0, "difference"] == pytest.approx(-30)
    assert found.table.loc[0, "adjusted"] == pytest.approx(10)


def test_the_interval_of_a_difference_is_the_textbook_one():
    cases, judgements = by_hand(("inspector", "low", 120, 200), ("area assessor", "low", 160, 200))
    table = compare_two_groups(
        ONE, cases, judgements, "assessor", "area assessor", "inspector", seed=1, replicates=20_000
    ).table
    reach = 196 * np.sqrt(0.6 * 0.4 / 199 + 0.8 * 0.2 / 199)
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([20 - reach, 20 + reach], abs=0.5)


def test_claims_about_two_groups_are_adjusted_for_all_scores_of_the_table():
    framework = make_framework({s: (1, {f"{s}1": ("critical", [1])}) for s in "BCD"})
    cases, judgements = by_hand(("inspector", "low", 43, 60), ("area assessor", "low", 53, 60))
    calm = judgements["judgement"].where(judgements.index % 2 == 0, "sufficient")
    tables = [judgements, *(judgements.assign(question=f"{s}1.1", judgement=calm) for s in "CD")]
    found = compare_two_groups(
        framework, cases, pd.concat(tables), "assessor", "inspector", "area assessor", seed=1
    ).table.set_index("code")
    section = found.loc["B"]
    assert 0.0125 < section["p_value"] < 0.05
    assert section["adjusted_high"] < 0
    assert not section["clear"]


def test_a_large_difference_of_two_groups_is_claimed():
    cases, judgements = by_hand(("inspector", "low", 10, 60), ("area assessor", "low", 50, 60))
    found = compare_two_groups(ONE, cases, judgements, "assessor", "inspector", "area assessor", seed=1)
    assert found.table["clear"].all()
    assert found.table["p_value"].max() == pytest.approx(2 / 2001)


def test_a_group_without_cases_is_refused():
    cases, judgements = by_hand(("inspector", "low", 9, 10))
    with pytest.raises(ValueError, match="area assessor"):
        compare_two_groups(ONE, cases, judgements, "assessor", "inspector", "area assessor", seed=1)


def test_groups_add_up_to_all_cases(small, rng):
    cases, judgements = make_cases(small, rng)
    counts = group_counts(small, cases, judgements, "assessor")
    assert len(counts) == 2 * len(small.questions)
    positive = judgements[judgements["judgement"] == "sufficient"].groupby("question").size()
    pd.testing.assert_series_equal(
        counts.groupby("question")["positive"].sum(), positive.astype(float), check_names=False
    )


def test_a_group_without_relevant_answers_is_counted_as_nought():
    cases, judgements = by_hand(("inspector", "low", 9, 10), ("area assessor", "low", 1, 1))
    judgements.loc[10, "judgement"] = "not applicable"
    counts = group_counts(ONE, cases, judgements, "assessor").set_index("group")
    assert counts.loc["area assessor", "relevant"] == 0


def test_each_group_is_scored_by_itself():
    cases, judgements = by_hand(("inspector", "low", 9, 10), ("area assessor", "low", 3, 4))
    table = score_groups(ONE, cases, judgements, "assessor", seed=1)
    overall = table[table["code"] == "overall"].set_index("group")
    assert overall["score"].to_dict() == pytest.approx({"area assessor": 75, "inspector": 90})
    assert overall["cases"].to_dict() == {"area assessor": 4, "inspector": 10}
    assert (overall["low"] < overall["score"]).all()


def test_the_same_seed_gives_the_same_intervals_whatever_the_order(small, rng):
    cases, judgements = make_cases(small, rng)
    one = score_groups(small, cases, judgements, "assessor", seed=3)
    two = score_groups(small, cases[::-1], judgements.sample(frac=1, random_state=1), "assessor", seed=3)
    pd.testing.assert_frame_equal(one, two)
