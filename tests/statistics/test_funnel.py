"""Areas in the funnel of their family group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from esi_toolkit.statistics.funnel import (
    funnel,
    funnel_limits,
    funnel_of_scores,
    over_dispersion,
    over_dispersion_of_scores,
)

REFERENCE = 0.80642448


@pytest.mark.parametrize(
    ("relevant", "level", "low"), [(5, 0.95, 46.011039), (5, 0.998, 26.039864), (3, 0.95, 35.933491)]
)
def test_limits_meet_the_reference_values(relevant, level, low):
    assert 100 * float(funnel_limits(REFERENCE, relevant, level=level)[0]) == pytest.approx(low, abs=1e-6)


def test_limits_are_cut_to_what_a_share_can_be():
    low, high = funnel_limits([0.98, 0.02], [5, 5], level=0.998)
    assert high[0] == 1
    assert low[1] == 0


def test_areas_outside_are_named_with_side_and_limit():
    table = pd.DataFrame(
        {"area": list("abcde"), "positive": [80, 80, 88, 60, 0], "relevant": [100, 100, 100, 100, 0]}
    )
    found = funnel(table).set_index("area")
    assert found["outside"].tolist() == ["inside", "inside", "above 95%", "below 99.8%", "no score"]
    assert found.loc["a", ["score", "target"]].tolist() == pytest.approx([80, 77])
    assert found.loc["e", ["score", "low_95", "high_99.8"]].isna().all()
    assert list(table) == ["area", "positive", "relevant"]


def test_an_area_can_be_left_out_of_its_own_target():
    table = pd.DataFrame({"area": ["a", "b"], "positive": [80, 30], "relevant": [100, 50]})
    assert funnel(table, leave_out=True)["target"].tolist() == pytest.approx([60, 80])


def test_chance_alone_gives_no_over_dispersion(rng):
    n = np.full(2000, 100)
    found = over_dispersion(rng.binomial(n, 0.8), n, winsorise=0)
    assert found.phi == pytest.approx(1, abs=0.1)
    assert found.tau_squared < 2e-4


def test_over_dispersion_finds_the_variance_between_areas(rng):
    n = np.full(5000, 400)
    centre = np.arcsin(np.sqrt(0.7)) + rng.normal(0, 0.06, 5000)
    found = over_dispersion(rng.binomial(n, np.sin(centre) ** 2), n, winsorise=0)
    assert found.tau_squared == pytest.approx(0.06**2, rel=0.08)


def test_over_dispersion_by_hand():
    # n = 25 each: s = 0.1, target asin(sqrt(.5)) = pi/4; z = ±10*(asin(sqrt(.9)) - pi/4) twice each
    found = over_dispersion([22.5, 22.5, 2.5, 2.5], [25] * 4, winsorise=0)
    z = 10 * (np.arcsin(np.sqrt(0.9)) - np.pi / 4)
    assert found.phi == pytest.approx(z**2)
    assert found.tau_squared == pytest.approx((4 * z**2 - 3) / (400 - 4 * 100**2 / 400))
    assert found.areas == 4


def test_winsorising_keeps_one_outlier_from_widening_the_funnel_for_all():
    positive, relevant = [80] * 19 + [20], [100] * 20
    assert (
        over_dispersion(positive, relevant).tau_squared
        < 0.2 * over_dispersion(positive, relevant, winsorise=0).tau_squared
    )


def test_a_variance_between_areas_widens_the_limits():
    narrow = funnel_limits(0.8, 100, level=0.95)
    wide = funnel_limits(0.8, 100, level=0.95, tau_squared=0.01)
    assert wide[0] < narrow[0]
    assert wide[1] > narrow[1]
    assert float(wide[1]) <= 1


def test_one_area_cannot_show_over_dispersion():
    found = over_dispersion([80], [100])
    assert (found.tau_squared, found.areas) == (0, 1)
    assert np.isnan(found.phi)


def test_scores_with_standard_errors_have_a_funnel_too():
    scores = pd.DataFrame(
        {"area": list("abcd"), "score": [80.0, 82, 70, np.nan], "standard_error": [2.0, 2, 1, np.nan]}
    )
    found = funnel_of_scores(scores).set_index("area")
    target = (80 / 4 + 82 / 4 + 70) / 1.5
    assert found["target"].iloc[0] == pytest.approx(target)
    assert found.loc["a", "low_95"] == pytest.approx(target - 1.959964 * 2, abs=1e-5)
    assert found["outside"].tolist() == ["above 99.8%", "above 99.8%", "below 99.8%", "no score"]
    assert np.isnan(found.loc["d", "low_95"])
    assert funnel_of_scores(scores, leave_out=True)["target"].iloc[2] == pytest.approx(81)


def test_over_dispersion_of_scores_by_hand():
    scores = pd.DataFrame({"score": [80.0, 90, 70, np.nan], "standard_error": [1.0, 1, 1, np.nan]})
    found = over_dispersion_of_scores(scores, winsorise=0)
    assert (found.phi, found.tau_squared, found.areas) == pytest.approx((200 / 3, (200 - 2) / 2, 3))


def test_scores_as_far_apart_as_chance_makes_them_show_no_over_dispersion(rng):
    errors = rng.uniform(1, 3, 400)
    scores = pd.DataFrame({"score": 80 + errors * rng.normal(size=400), "standard_error": errors})
    assert over_dispersion_of_scores(scores, winsorise=0).tau_squared < 0.5
    apart = scores.assign(score=scores["score"] + rng.normal(0, 4, 400))
    assert over_dispersion_of_scores(apart, winsorise=0).tau_squared == pytest.approx(16, rel=0.2)


def test_an_area_may_be_outside_by_chance_alone_and_inside_with_the_areas_differences_allowed_for():
    scores = pd.DataFrame({"area": list("abc"), "score": [80.0, 85, 75], "standard_error": [2.0, 2, 2]})
    assert funnel_of_scores(scores)["outside"].tolist() == ["inside", "above 95%", "below 95%"]
    assert set(funnel_of_scores(scores, tau_squared=9)["outside"]) == {"inside"}


def test_how_likely_chance_alone_is_agrees_with_cochran():
    table = pd.DataFrame({"score": [80.0, 90.0, 70.0], "standard_error": [10.0, 10.0, 10.0]})
    found = over_dispersion_of_scores(table)
    assert found.p_value == pytest.approx(float(chi2.sf(2, 2)))
    assert over_dispersion([50, 90], [100, 100]).p_value < 1e-6
    assert np.isnan(over_dispersion([50], [100]).p_value)


def test_chance_alone_is_found_unlikely_as_often_as_the_level_says(rng):
    scores = rng.normal(80, 2, (2000, 7))
    found = [
        over_dispersion_of_scores(pd.DataFrame({"score": row, "standard_error": 2.0})).p_value
        for row in scores
    ]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.015)
