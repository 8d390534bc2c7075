"""Ranks with their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata

from esi_toolkit.statistics.ranks import rank_intervals, rank_rows


def test_ranks_agree_with_scipy(rng):
    scores = rng.integers(60, 70, (50, 12)).astype(float)
    np.testing.assert_array_equal(rank_rows(scores), rankdata(-scores, method="min", axis=1))


def test_areas_far_apart_keep_their_ranks_and_close_ones_change_places(rng):
    centre = {"far ahead": 90, "close": 80, "closer": 79.9, "far behind": 60}
    drawn = {area: rng.normal(score, 1, 4000) for area, score in centre.items()}
    table = rank_intervals(centre, drawn).set_index("area")
    assert table["rank"].tolist() == [1, 2, 3, 4]
    assert table.loc["far ahead", ["low", "high"]].tolist() == [1, 1]
    assert table.loc["close", ["low", "high"]].tolist() == [2, 3]
    assert table.loc["closer", ["low", "high"]].tolist() == [2, 3]
    assert table.loc["far behind", "worst"] == 1


def test_equal_scores_share_the_better_rank():
    table = rank_intervals({"b": 80, "a": 80, "c": 70}, {k: [1.0, 2] for k in "abc"})
    assert table[["area", "rank"]].values.tolist() == [["a", 1], ["b", 1], ["c", 3]]


def test_the_interval_holds_the_stated_share_of_the_resamples():
    drawn = {"a": np.r_[np.full(90, 2.0), np.full(10, 0.0)], "b": np.ones(100)}
    assert rank_intervals({"a": 2, "b": 1}, drawn, level=0.95).loc[0, ["low", "high"]].tolist() == [1, 2]
    assert rank_intervals({"a": 2, "b": 1}, drawn, level=0.7).loc[0, ["low", "high"]].tolist() == [1, 1]
    assert rank_intervals({"a": 2, "b": 1}, drawn).loc[0, "best"] == 0.9


def test_an_area_without_a_score_has_no_rank_and_takes_none_from_others():
    table = rank_intervals({"a": float("nan"), "b": 70}, {"b": [70.0, 71]})
    assert table["area"].tolist() == ["b", "a"]
    assert table["areas"].tolist() == [1, 1]
    assert table.loc[1, ["rank", "low", "high"]].isna().all()
    assert rank_intervals({"a": float("nan")}, {})["rank"].isna().all()


def test_no_rank_is_given_without_resamples():
    with pytest.raises(ValueError, match="b"):
        rank_intervals({"a": 80, "b": 70}, {"a": [80.0]})
