"""Groups of cases: what a score is worth, which group each is held against, and pooling over areas."""

from __future__ import annotations

import pandas as pd
import pytest

from esi_toolkit.statistics.characteristics import (
    compare_characteristics,
    pool_characteristics,
    score_characteristics,
)
from tests.statistics.conftest import make_cases, make_framework

ONE = make_framework({"B": (100, {"B1": ("critical", [1])})})
WOMEN_AND_MEN = pd.DataFrame({"characteristic": "gender", "group": ["women", "men"], "cases": [20, 80]})


def one_question(met: dict[str, tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases and judgements of one question from {group: (positive, cases)}, all of one stratum."""
    rows = [(f"{g}{i}", g, i < k) for g, (k, n) in met.items() for i in range(n)]
    cases = pd.DataFrame({"case_id": [r[0] for r in rows], "gender": [r[1] for r in rows]})
    words = ["sufficient" if r[2] else "poor" for r in rows]
    answers = pd.DataFrame({"case_id": cases["case_id"], "question": "B1.1", "judgement": words})
    return cases.assign(risk_of_harm="low"), answers


def overall(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["code"] == "overall"].set_index("group")


def test_one_question_is_worth_its_cases_but_for_the_lost_degree_of_freedom():
    scores = overall(
        score_characteristics(ONE, *one_question({"women": (12, 20), "men": (70, 80)}), ["gender"])
    )
    assert scores["score"].to_dict() == {"men": 87.5, "women": 60.0}
    assert scores.loc["women", "worth"] == pytest.approx(19)
    assert scores.loc["men", "worth"] == pytest.approx(79)


def test_a_score_of_many_questions_is_worth_more_than_its_cases_but_not_more_than_its_answers(
    durham_shape, rng
):
    cases, judgements = make_cases(durham_shape, rng)
    scores = overall(score_characteristics(durham_shape, cases, judgements, ["assessor"]))
    sizes = cases["assessor"].value_counts()
    relevant = judgements[judgements["judgement"] != "not applicable"].merge(cases, on="case_id")
    answers = relevant["assessor"].value_counts()
    for group, row in scores.iterrows():
        assert sizes[group] < row["worth"] < answers[group]


def test_where_all_answers_are_alike_a_score_is_worth_its_cases():
    scores = overall(score_characteristics(ONE, *one_question({"women": (6, 6), "men": (0, 3)}), ["gender"]))
    assert scores["worth"].to_dict() == {"men": 3.0, "women": 6.0}


def test_a_blank_cell_is_a_group_of_its_own_that_is_compared_with_nobody():
    cases, judgements = one_question({"women": (5, 10), "men": (9, 12), "": (1, 20)})
    scores = score_characteristics(ONE, cases, judgements, ["gender"])
    assert "not recorded" in set(scores["group"])
    sizes = pd.DataFrame(
        {"characteristic": "gender", "group": ["not recorded", "women", "men"], "cases": [20, 10, 12]}
    )
    pairs = compare_characteristics(scores, sizes).table
    assert pairs[["group", "reference"]].to_numpy().tolist() == [["women", "men"]]


def test_a_column_that_the_cases_do_not_have_is_left_out():
    assert score_characteristics(ONE, *one_question({"a": (1, 2)}), ["shoe_size"]).empty


def test_the_difference_of_two_shares_is_newcombes():
    scores = pd.DataFrame(
        {
            "characteristic": "gender", "group": ["women", "men"], "code": "overall",
            "score": [60.0, 87.5], "standard_error": [11.0, 3.7], "worth": [20.0, 80.0],
        }
    )  # fmt: skip
    row = compare_characteristics(scores, WOMEN_AND_MEN).table.iloc[0]
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((-27.5, -49.556, -7.267), abs=1e-3)
    assert row["p_value"] == pytest.approx(0.0178, abs=5e-4)  # 27.5 / √(11² + 3.7²) = 2.370


def test_a_claim_is_adjusted_for_all_comparisons_of_the_report():
    three = pd.DataFrame(
        {
            "characteristic": ["gender"] * 2 + ["age"] * 3, "group": ["women", "men", "old", "mid", "young"],
            "code": "overall", "score": [60.0, 80, 80, 79, 70], "standard_error": 6.0, "worth": 40.0,
        }
    )  # fmt: skip
    sizes = three[["characteristic", "group"]].assign(cases=[20, 80, 50, 30, 20])
    found = compare_characteristics(three, sizes)
    assert len(found.table) == 3
    smallest = found.table["p_value"].min()
    assert found.table["adjusted"].min() == pytest.approx(3 * smallest)
    assert smallest < 0.05 < 3 * smallest
    assert not found.table["clear"].any()
    assert "3 comparisons over 2 characteristics" in found.family


def test_pooling_holds_each_area_against_itself():
    # Women score alike in both areas, but live where scores are low.
    areas = {
        name: score_characteristics(ONE, *one_question(met), ["gender"])
        for name, met in {
            "poor": {"women": (40, 80), "men": (5, 10)},
            "good": {"women": (9, 10), "men": (72, 80)},
        }.items()
    }
    sizes = pd.DataFrame({"characteristic": "gender", "group": ["women", "men"], "cases": [90, 91]})
    row = pool_characteristics(areas, sizes).table.iloc[0]
    assert row["reference"] == "men"
    assert row["difference"] == pytest.approx(0, abs=1e-9)
    assert row["areas"] == 2
    assert not row["clear"]


def test_a_difference_found_in_every_area_is_found_in_all():
    areas = {
        name: score_characteristics(ONE, *one_question({"women": (20, 40), "men": (64, 80)}), ["gender"])
        for name in "abc"
    }
    row = pool_characteristics(areas, WOMEN_AND_MEN).table.iloc[0]
    assert row["difference"] == pytest.approx(-30)
    assert row["high"] < 0
    assert row["clear"]
    assert row["homogeneity"] == pytest.approx(1)


def test_the_intervals_of_differences_hold_the_truth(rng):
    held, tries = 0, 300
    for _ in range(tries):
        met = {"women": (int(rng.binomial(25, 0.7)), 25), "men": (int(rng.binomial(75, 0.8)), 75)}
        scores = score_characteristics(ONE, *one_question(met), ["gender"])
        row = compare_characteristics(scores, WOMEN_AND_MEN).table.iloc[0]
        held += bool(row["low"] <= -10 <= row["high"])
    assert 0.91 < held / tries < 0.99
