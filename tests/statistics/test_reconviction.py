"""Observed against expected reconviction."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from esi_toolkit.statistics.reconviction import (
    compare_two_rates,
    observed_against_expected,
    poisson_binomial,
    poisson_limits,
    reconviction_by,
    score_bands,
)

SIX = [0.3, 0.5, 0.58, 0.62, 0.7, 0.8]


def test_five_or_more_of_six_meets_the_reference_value():
    assert poisson_binomial(SIX)[5:].sum() == pytest.approx(0.19177880, abs=5e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_every_number_of_events_is_the_sum_over_all_ways_to_it(chances):
    expected = np.zeros(len(chances) + 1)
    for outcome in itertools.product([0, 1], repeat=len(chances)):
        expected[sum(outcome)] += np.prod(
            [p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)]
        )
    assert poisson_binomial(chances) == pytest.approx(expected, abs=1e-12)


def test_equal_probabilities_give_the_binomial_also_for_thousands_of_cases():
    assert poisson_binomial(np.full(4500, 0.55)) == pytest.approx(
        binom.pmf(np.arange(4501), 4500, 0.55), abs=1e-12
    )


@pytest.mark.parametrize("chances", [[0.5, 1.1], [-0.1], [float("nan")]])
def test_what_is_no_probability_is_refused(chances):
    with pytest.raises(ValueError, match="between 0 and 1"):
        poisson_binomial(chances)


@pytest.mark.parametrize(
    ("observed", "low", "high"),
    [(10, 4.78745, 18.39146), (63, 48.40844, 80.60568), (5, 1.62349, 11.66833)],
)
def test_limits_meet_the_reference_values(observed, low, high):
    assert poisson_limits(observed) == pytest.approx((low, high), abs=5.1e-6)


def test_no_event_has_a_lower_limit_of_nought():
    assert poisson_limits(0) == pytest.approx((0, 3.688879), abs=1e-6)
    assert poisson_limits(0, method="Byar")[0] == 0


def test_byar_and_exact_limits_are_close_where_byar_is_used():
    for observed in (10, 20, 63):
        exact = poisson_limits(observed, method="exact Poisson")
        assert poisson_limits(observed) == pytest.approx(exact, rel=0.002)


def test_observed_and_expected_are_compared_over_the_same_cases():
    found = observed_against_expected([0, 1, 1, 1, 1, 1], SIX)
    assert (found.cases, found.observed) == (6, 5)
    assert found.expected == pytest.approx(3.5)
    assert found.ratio == pytest.approx(5 / 3.5)
    assert (found.low, found.high) == pytest.approx((1.62349 / 3.5, 11.66833 / 3.5), abs=5e-6)
    assert found.at_least == pytest.approx(0.19177880, abs=5e-9)
    assert found.at_least + found.at_most - poisson_binomial(SIX)[5] == pytest.approx(1)
    assert found.limits == "exact Poisson"


def test_the_two_sided_probability_counts_what_is_no_likelier():
    found = observed_against_expected([1, 1, 0, 0], [0.5] * 4)
    assert found.two_sided == 1
    assert observed_against_expected([1] * 4, [0.5] * 4).two_sided == pytest.approx(2 / 16)


def test_nothing_expected_gives_no_ratio():
    assert np.isnan(observed_against_expected([], []).ratio)


def test_an_outcome_other_than_0_or_1_is_refused():
    with pytest.raises(ValueError, match="0 or 1"):
        observed_against_expected([2], [0.5])
    with pytest.raises(ValueError, match="every case"):
        observed_against_expected([1, 0], [0.5])


def test_groups_keep_their_order_and_their_own_cases():
    cases = pd.DataFrame({"observed": [0, 1, 1, 1, 1, 1], "predicted": SIX})
    cases["band"] = score_bands(cases["predicted"], [0.6])
    table = reconviction_by(cases, "band")
    assert table["band"].tolist() == ["0-60%", "60-100%"]
    assert table["observed"].tolist() == [2, 3]
    assert table["expected"].tolist() == pytest.approx([1.38, 2.12])


def test_a_case_at_an_edge_belongs_to_the_higher_band():
    assert list(score_bands([0.3, 0.6, 1.0], [0.3, 0.6])) == ["30-60%", "60-100%", "60-100%"]


def test_the_published_comparison_needs_334_cases():
    found = compare_two_rates(63.3, 58)
    assert (found.testable, found.needed) == (False, 334)
    assert "not testable" in found.words
    assert compare_two_rates(63.3, 58, cases=334).p_value < 0.05
    assert compare_two_rates(63.3, 58, cases=333).p_value > 0.05


def test_a_difference_that_chance_explains_is_said_to():
    assert "does not differ significantly" in compare_two_rates(63.3, 58, cases=100).words
    assert "differs from" in compare_two_rates(63.3, 58, cases=1000).words


def test_equal_rates_need_no_number_of_cases():
    assert compare_two_rates(58, 58).needed is None
    assert compare_two_rates(58, 58, cases=10).p_value == 1


def test_a_certain_prediction_cannot_be_tested():
    with pytest.raises(ValueError, match="between 0 and 100"):
        compare_two_rates(63.3, 100)
