"""Which conclusions another reading, or other weights, would change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.statistics.conclusions import Conclusion, find_other_conclusions, read_otherwise

NO_RATINGS = pd.DataFrame({"reading": [], "criterion": [], "rating": [], "other": [], "changed": []})
INTERVALS = pd.DataFrame({"code": ["overall", "B1"], "low": [80.0, 60.0], "high": [88.0, 76.0]})


def read(code: str, score: float, other: float) -> pd.DataFrame:
    level = "overall" if code == "overall" else "criterion"
    return pd.DataFrame({"level": [level], "code": code, "score": score, "other": other, "way": "pooled"})


def test_a_score_that_stays_within_its_interval_is_the_same_conclusion():
    assert find_other_conclusions(read("B1", 70.0, 75.9), NO_RATINGS, INTERVALS) == ()


def test_a_score_that_leaves_its_interval_is_another_conclusion():
    found = find_other_conclusions(read("B1", 70.0, 76.1), NO_RATINGS, INTERVALS)
    assert found == (Conclusion("B1", 70.0, 76.1, "pooled"),)
    assert find_other_conclusions(read("B1", 70.0, 59.0), NO_RATINGS, INTERVALS) != ()


def test_the_overall_on_the_other_side_of_the_threshold_is_another_conclusion():
    crossed = read("overall", 81.0, 80.5)
    assert find_other_conclusions(crossed, NO_RATINGS, INTERVALS, threshold=80.8) != ()
    assert find_other_conclusions(crossed, NO_RATINGS, INTERVALS, threshold=85) == ()
    assert find_other_conclusions(crossed, NO_RATINGS, None, threshold=80.8) != ()


def test_the_threshold_is_that_of_the_overall_alone():
    assert find_other_conclusions(read("B1", 70.0, 75.0), NO_RATINGS, INTERVALS, threshold=72) == ()


def test_another_rating_comes_first():
    ratings = pd.DataFrame(
        [("literal", "D3", "Not met", "Poor", True), ("literal", "A1", "Met", "Met", False)],
        columns=list(NO_RATINGS),
    )
    found = find_other_conclusions(read("B1", 70.0, 90.0), ratings, INTERVALS)
    assert found[0] == Conclusion("D3", "Not met", "Poor", "literal")
    assert [one.code for one in found] == ["D3", "B1"]


def test_all_ways_stand_in_one_table_without_what_has_no_score():
    pooled = pd.DataFrame(
        {"level": ["overall", "criterion"], "code": ["overall", "B1"], "score": [84.0, np.nan]}
    ).assign(pooled=[86.0, np.nan])
    equal = pd.DataFrame({"equal": ["importance"], "level": ["section"], "code": ["B"], "score": [87.0],
                          "other": [88.25], "change": [1.25]})  # fmt: skip
    table = read_otherwise(pooled, equal)
    assert table[["code", "other", "way"]].to_numpy().tolist() == [
        ["overall", 86.0, "pooled"],
        ["B", 88.25, "importance"],
    ]
    assert read_otherwise(pd.DataFrame(), None).empty
