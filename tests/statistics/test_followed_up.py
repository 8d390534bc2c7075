"""Cases followed up to reconviction: observed against expected, in bands that tell of nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.statistics.followed_up import find_clear, follow_up, join_bands
from esi_toolkit.statistics.reconviction import observed_against_expected


def inspection(percents: list[float], words: list[str]) -> Inspection:
    table = pd.DataFrame(
        {
            "case_id": [f"c{i}" for i in range(len(words))],
            "predicted_percent": percents,
            "reconvicted": words,
        }
    )
    return Inspection(Area(id="a", name="A", framework="x"), "x", "0" * 64, reconviction_cases=table)


def test_the_whole_is_the_reference_value_of_the_poisson_binomial():
    found = follow_up(
        inspection([30, 50, 58, 62, 70, 80], ["no", "yes", "yes", "yes", "yes", "yes"]), [], smallest=1
    )
    assert found.whole.expected == pytest.approx(3.5)
    assert found.whole.at_least == pytest.approx(0.19177880, abs=5e-9)
    assert found.bands.empty


def test_bands_split_the_cases_and_add_up():
    percents = [20.0] * 12 + [50] * 12 + [80] * 12
    words = (["yes"] * 5 + ["no"] * 7) * 3
    found = follow_up(inspection(percents, words), [40, 60], smallest=5)
    assert [str(band) for band in found.bands["band"]] == ["0-40%", "40-60%", "60-100%"]
    assert found.bands["observed"].sum() == found.whole.observed == 15
    assert found.bands["expected"].tolist() == pytest.approx([2.4, 6, 9.6])


def test_a_band_with_too_few_of_either_outcome_is_joined_to_its_neighbour():
    percents = [20.0] * 12 + [50] * 12 + [80] * 12
    words = ["yes"] * 4 + ["no"] * 8 + (["yes"] * 6 + ["no"] * 6) * 2
    found = follow_up(inspection(percents, words), [40, 60], smallest=5)
    assert [str(band) for band in found.bands["band"]] == ["0-60%", "60-100%"]
    assert found.bands["observed"].tolist() == [10, 6]


def test_too_few_reconvicted_or_too_few_not_say_nothing_at_all():
    assert follow_up(inspection([50.0] * 20, ["yes"] * 4 + ["no"] * 16), [], smallest=5) is None
    assert follow_up(inspection([50.0] * 20, ["no"] * 4 + ["yes"] * 16), [], smallest=5) is None
    assert follow_up(inspection([50.0] * 20, ["yes"] * 5 + ["no"] * 15), [], smallest=5) is not None


def test_without_cases_there_is_nothing_to_say():
    assert follow_up(inspection([], []), [], smallest=1) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=12, max_size=80), st.integers(1, 6))
def test_no_band_and_no_row_of_bands_counts_fewer_than_the_smallest(cases, smallest):
    predicted = np.array([chance for chance, _ in cases])
    observed = np.array([int(event) for _, event in cases])
    kept = join_bands(observed, predicted, [0.25, 0.5, 0.75], smallest)
    if kept:
        bounds = [-np.inf, *kept, np.inf]
        for i, low in enumerate(bounds[:-1]):
            for high in bounds[i + 1 :]:
                own = observed[(predicted >= low) & (predicted < high)]
                assert min(own.sum(), len(own) - own.sum()) >= smallest


def test_each_band_is_tested_by_its_own_predictions():
    percents, words = [20.0] * 10 + [80] * 10, (["yes"] * 5 + ["no"] * 5) * 2
    found = follow_up(inspection(percents, words), [40], smallest=5)
    alone = observed_against_expected([1] * 5 + [0] * 5, [0.2] * 10)
    assert found.bands.iloc[0]["two_sided"] == pytest.approx(alone.two_sided)


def test_one_of_many_areas_is_named_only_if_it_stands_out_among_them_all():
    odd = observed_against_expected([1] * 26 + [0] * 14, [0.45] * 40)
    even = observed_against_expected([1] * 18 + [0] * 22, [0.45] * 40)
    assert 0.01 < odd.two_sided < 0.05
    assert find_clear({"odd": odd}) == ["odd"]
    assert find_clear({"odd": odd} | {f"even {i}": even for i in range(4)}) == []
    assert find_clear({}) == []
