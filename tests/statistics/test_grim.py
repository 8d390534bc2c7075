"""The GRIM test of printed percentages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.statistics.grim import possible_counts, possible_relevant, smallest_relevant


def print_half_up(count: int, relevant: int, places: int = 0) -> str:
    with localcontext() as context:
        context.prec = 60
        value = Decimal(100 * count) / Decimal(relevant)
        return str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def test_ninety_seven_percent_needs_at_least_twenty_nine_cases():
    assert smallest_relevant("97") == 29


def test_twenty_cases_can_print_neither_97_nor_82_percent():
    assert possible_counts("97", 20) == ()
    assert possible_counts("82", 20) == ()


def test_seventeen_or_twenty_two_cases_can_print_82_percent():
    assert [n for n in range(17, 23) if possible_counts("82", n)] == [17, 22]


def test_33_cases_printed_as_42_percent_mean_78_or_79_relevant_cases():
    assert possible_relevant("42", 33) == (78, 79)


def test_a_half_is_printed_upwards():
    assert possible_counts("13", 8) == (1,)
    assert possible_counts("12", 8) == ()


def test_large_groups_give_several_counts_for_one_percentage():
    assert possible_counts("50", 1000) == tuple(range(495, 505))


def test_nought_and_one_hundred_percent_are_always_possible():
    assert possible_counts("0", 1) == (0,)
    assert possible_counts("100", 1) == (1,)
    assert possible_counts("100", 300) == (299, 300)


def test_a_float_means_the_decimal_it_prints_as():
    assert possible_counts(66.7, 3, places=1) == (2,) == possible_counts(Fraction(667, 10), 3, places=1)


@pytest.mark.parametrize("percent", ["-1", "101", "82.5"])
def test_a_figure_that_cannot_have_been_printed_is_refused(percent):
    with pytest.raises(ValueError, match=percent):
        possible_counts(percent, 10)


def test_no_relevant_case_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        possible_counts("50", 0)


def test_nought_percent_says_nothing_about_the_number_of_cases():
    with pytest.raises(ValueError, match="any number"):
        possible_relevant("0", 3)


@given(st.integers(1, 150), st.integers(0, 2), st.data())
def test_the_counts_found_are_exactly_those_that_print_so(relevant, places, data):
    printed = print_half_up(data.draw(st.integers(0, relevant)), relevant, places)
    expected = tuple(k for k in range(relevant + 1) if print_half_up(k, relevant, places) == printed)
    assert possible_counts(printed, relevant, places) == expected


@given(st.integers(1, 100), st.integers(1, 60))
def test_relevant_cases_and_counts_are_two_views_of_one_question(percent, positive):
    found = possible_relevant(percent, positive)
    searched = tuple(
        n for n in range(positive, 200 * positive + 1) if positive in possible_counts(percent, n)
    )
    assert found == searched


@given(st.integers(0, 100))
def test_nothing_smaller_than_the_smallest_is_possible(percent):
    smallest = smallest_relevant(percent)
    assert smallest <= 100
    assert possible_counts(percent, smallest)
    assert not any(possible_counts(percent, n) for n in range(1, smallest))
