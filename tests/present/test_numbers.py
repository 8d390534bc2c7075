"""Figures as text: rounding, marks for few cases, units."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.framework import Display
from esi_toolkit.present.numbers import (
    count_of,
    number,
    percent,
    percent_of_cases,
    points,
    show_share,
    with_unit,
)

DISPLAY = Display(suppress_below=5, few_below=10, unreliable_below=30)


@pytest.mark.parametrize(
    ("positive", "relevant", "shown"),
    [
        (9, 9, ("9 of 9", "[u]")),
        (10, 10, ("10 of 10", "100% [u]")),
        (29, 29, ("29 of 29", "100% [u]")),
        (30, 30, ("30 of 30", "100%")),
        (0, 30, ("0 of 30", "0%")),
        (0, 0, ("[z]", "[z]")),
        (math.nan, math.nan, ("[x]", "[x]")),
        (None, None, ("[x]", "[x]")),
    ],
)
def test_the_number_of_relevant_cases_decides_how_a_share_is_shown(positive, relevant, shown):
    share = show_share(positive, relevant, DISPLAY)
    assert (share.count, share.percent) == shown


def test_the_limits_for_few_cases_are_those_of_the_framework():
    display = Display(suppress_below=1, few_below=2, unreliable_below=3)
    assert [show_share(n, n, display).percent for n in (1, 2, 3)] == ["[u]", "100% [u]", "100%"]


def test_a_share_is_drawn_only_where_a_percentage_is_shown():
    drawn = {n: show_share(n, n, DISPLAY).drawable for n in (0, 9, 10, 29, 30)}
    assert drawn == {0: False, 9: False, 10: True, 29: True, 30: True}


def test_halves_are_rounded_up_in_percent_and_in_points():
    assert (percent(64.5), percent(66.5), percent(0.5), points(0.25), points(-0.25)) == (
        "65%", "67%", "1%", "+0.3", "-0.3",
    )  # fmt: skip


def test_a_score_without_a_known_number_of_cases_is_not_marked():
    assert percent_of_cases(50, math.nan, DISPLAY) == "50%"


def test_a_missing_score_is_not_marked_as_unreliable_but_as_not_available():
    assert percent_of_cases(math.nan, 3, DISPLAY) == "[x]"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1400, "per 100000 population", "1,400 per 100000 population"),
        (1.4, "percent", "1.4%"),
        (119, "percent of target", "119% of target"),
        (7.46, "GBP million", "£7.46 million"),
        (0, "days", "0 days"),
        (math.nan, "percent", "[x]"),
    ],
)
def test_a_unit_stands_where_people_write_it(value, unit, text):
    assert with_unit(value, unit) == text


def test_one_case_is_not_cases():
    assert (count_of(1, "case"), count_of(0, "case"), count_of(1200, "case")) == (
        "1 case",
        "0 cases",
        "1,200 cases",
    )


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False))
def test_a_number_is_shown_with_every_digit_it_was_given_with(value):
    assert float(number(float(value)).replace(",", "")) == float(value)
