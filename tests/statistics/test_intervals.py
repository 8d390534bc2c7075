"""Wilson intervals of single percentages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from esi_toolkit.statistics.intervals import effective_size, normal_quantile, question_intervals, wilson


@pytest.mark.parametrize(
    ("positive", "relevant", "low", "high"),
    [
        (82, 100, 0.733326, 0.882998),
        (40, 44, 0.788408, 0.964078),
        (27, 42, 0.491664, 0.770108),
        (12, 20, 0.386582, 0.781193),
        (0, 1, 0.0, 0.793451),
    ],
)
def test_wilson_meets_the_reference_values(positive, relevant, low, high):
    found = wilson(positive, relevant)
    assert float(found[0]) == pytest.approx(low, abs=5e-7)
    assert float(found[1]) == pytest.approx(high, abs=5e-7)


@given(st.integers(1, 400), st.floats(0.5, 0.999), st.data())
def test_wilson_agrees_with_scipy(relevant, level, data):
    positive = data.draw(st.integers(0, relevant))
    theirs = binomtest(positive, relevant).proportion_ci(level, method="wilson")
    low, high = wilson(positive, relevant, level=level)
    assert float(low) == pytest.approx(theirs.low, abs=1e-12)
    assert float(high) == pytest.approx(theirs.high, abs=1e-12)


def test_many_shares_are_done_at_once():
    low, high = wilson([82, 12, 0], [100, 20, 0])
    assert low[:2] == pytest.approx([0.733326, 0.386582], abs=5e-7)
    assert np.isnan([low[2], high[2]]).all()


def test_all_or_none_positive_touches_the_end_exactly():
    low, high = wilson([0, 7], [7, 7])
    assert low[0] == 0
    assert high[1] == 1


def test_a_large_share_of_the_caseload_narrows_the_interval():
    assert float(effective_size(100, 200)) == 199
    low, high = wilson(82, 100, caseload=200)
    plain = wilson(0.82 * 199, 199)
    assert (float(low), float(high)) == pytest.approx((float(plain[0]), float(plain[1])))


def test_an_endless_caseload_is_no_correction():
    assert wilson(82, 100, caseload=10**12)[0] == pytest.approx(float(wilson(82, 100)[0]), abs=1e-9)


def test_when_every_case_was_seen_nothing_is_uncertain():
    low, high = wilson([3, 0, 5], 5, caseload=5)
    assert low == pytest.approx([0.6, 0, 1])
    assert high == pytest.approx([0.6, 0, 1])


@pytest.mark.parametrize(("positive", "relevant"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(positive, relevant):
    with pytest.raises(ValueError, match="between 0 and relevant"):
        wilson(positive, relevant)


def test_a_sample_larger_than_its_caseload_is_refused():
    with pytest.raises(ValueError, match="larger than the caseload"):
        wilson(5, 10, caseload=9)


def test_a_level_of_95_instead_of_0_95_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_quantile(95)


def test_question_intervals_say_whether_the_caseload_was_allowed_for():
    questions = pd.DataFrame({"question": ["B1.1", "C5.2"], "positive": [82, 0], "relevant": [100, 0]})
    plain = question_intervals(questions)
    assert plain.loc[0, ["low", "high"]].tolist() == pytest.approx([73.3326, 88.2998], abs=5e-5)
    assert np.isnan(plain.loc[1, "low"])
    assert not plain["corrected"].any()
    corrected = question_intervals(questions, sampled=100, caseload=200)
    assert corrected["corrected"].all()
    assert corrected.loc[0, "low"] > plain.loc[0, "low"]
    assert list(questions) == ["question", "positive", "relevant"]
