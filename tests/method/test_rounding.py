"""The one place where figures are rounded: half up, at the end."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.method.rounding import round_half_up


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        (64.5, 0, "65"),
        (65.5, 0, "66"),
        (66.5, 0, "67"),
        (64.49, 0, "64"),
        (0.5, 0, "1"),
        (-0.5, 0, "-1"),
        (86.888, 1, "86.9"),
        (0.665, 2, "0.67"),
        (2.675, 2, "2.68"),
        (100.0, 0, "100"),
        (0, 0, "0"),
    ],
)
def test_halves_are_rounded_up(value, places, rounded):
    assert str(round_half_up(value, places)) == rounded


def test_an_exact_half_that_floats_miss_is_still_a_half():
    mean = (0.6 + 0.7) / 2
    assert mean == 0.6499999999999999
    assert round_half_up(mean, 1) == Decimal("0.7")


@pytest.mark.parametrize("nothing", [None, math.nan])
def test_what_is_missing_stays_missing(nothing):
    assert round_half_up(nothing) is None


def test_very_large_figures_can_be_rounded():
    assert round_half_up(1e22) == Decimal("1e22")
    assert round_half_up(1.5e300, 2) == Decimal("1.5e300")


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_any_share_is_rounded_as_exact_arithmetic_would(positive, relevant):
    exact = Fraction(100 * positive, relevant)
    expected = math.floor(exact + Fraction(1, 2))
    assert round_half_up(100 * positive / relevant) == expected


@given(st.decimals(0, 100, places=4), st.integers(0, 3))
def test_rounding_a_float_is_rounding_what_it_shows(value, places):
    expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert round_half_up(float(value), places) == expected
