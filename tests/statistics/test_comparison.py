"""Two groups, pooled over areas, and many comparisons at once."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from esi_toolkit.statistics.comparison import (
    adjust_p_values,
    breslow_day,
    compare_groups,
    difference_of_shares,
    fisher_p_value,
    pooled_difference,
)

# Trials of BCG vaccine, as in R's metafor (dat.bcg)
BCG = pd.DataFrame(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
        (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619),
        (505, 87886, 499, 87892), (29, 7470, 45, 7232),
        (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
    ],
    columns=list("abcd"),
)  # fmt: skip


def as_areas(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "positive": table["a"],
            "relevant": table["a"] + table["b"],
            "other_positive": table["c"],
            "other_relevant": table["c"] + table["d"],
        }
    )


def test_newcombe_meets_the_reference_value():
    found = difference_of_shares(12, 20, 70, 80)
    assert [float(v) for v in found] == pytest.approx([-0.275, -0.49556, -0.07267], abs=5e-6)


def test_differences_of_many_groups_are_done_at_once_and_an_empty_group_has_none():
    difference, low, high = difference_of_shares([12, 0], [20, 0], [70, 70], [80, 80])
    assert (difference[0], low[0], high[0]) == pytest.approx((-0.275, -0.49556, -0.07267), abs=5e-6)
    assert np.isnan([difference[1], low[1], high[1]]).all()


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_swapping_the_groups_turns_the_difference_round(n, m, data):
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    difference, low, high = (float(v) for v in difference_of_shares(x, n, y, m))
    assert low <= difference + 1e-12
    assert difference <= high + 1e-12
    turned = [float(v) for v in difference_of_shares(y, m, x, n)]
    assert turned == pytest.approx([-difference, -high, -low], abs=1e-9)


def test_each_group_is_compared_with_all_other_cases():
    counts = pd.DataFrame({"group": ["women", "men"], "positive": [12, 70], "relevant": [20, 80]})
    table = compare_groups(counts).set_index("group")
    assert table.loc["women", ["difference", "low", "high"]].tolist() == pytest.approx(
        [-27.5, -49.556, -7.267], abs=5e-4
    )
    assert table.loc["men", "difference"] == pytest.approx(27.5)
    assert table.loc["women", ["score", "other_score"]].tolist() == [60, 87.5]
    assert table.loc["women", "p_value"] == pytest.approx(fisher_p_value(12, 20, 70, 80))


def test_groups_can_be_compared_with_one_group():
    counts = pd.DataFrame({"group": ["a", "b", "c"], "positive": [5, 6, 0], "relevant": [10, 8, 0]})
    table = compare_groups(counts, reference="a").set_index("group")
    assert table.index.tolist() == ["b", "c"]
    assert table.loc["b", "difference"] == pytest.approx(25)
    assert table.loc["c", ["score", "difference", "p_value"]].isna().all()
    with pytest.raises(ValueError, match="no group 'd'"):
        compare_groups(counts, reference="d")


def test_the_tea_lady_cannot_be_refuted_with_eight_cups():
    assert fisher_p_value(3, 4, 1, 4) == pytest.approx(34 / 70)


def test_the_pooled_difference_agrees_with_metafor():
    found = pooled_difference(as_areas(BCG))
    assert found.difference == pytest.approx(-0.003288181832613, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((-0.003850018735652, -0.002726344929574), abs=1e-9)
    assert found.areas == 13


def test_homogeneity_agrees_with_statsmodels():
    tables = [np.array([[row.a, row.b], [row.c, row.d]]) for row in BCG.itertuples()]
    theirs = StratifiedTable(tables).test_equal_odds(adjust=True)
    found = pooled_difference(as_areas(BCG))
    assert found.homogeneity == pytest.approx(theirs.statistic)
    assert found.p_value == pytest.approx(theirs.pvalue)


def test_one_area_is_pooled_to_itself():
    one = pd.DataFrame({"positive": [12], "relevant": [20], "other_positive": [70], "other_relevant": [80]})
    found = pooled_difference(one)
    assert found.difference == pytest.approx(-0.275)
    assert np.isnan(found.p_value)


def test_a_group_that_is_worse_only_because_it_lives_in_worse_areas_is_not_worse():
    # Within each area both groups score alike; pooled crudely, women would seem 31 points worse.
    areas = pd.DataFrame(
        {"positive": [40, 9], "relevant": [80, 10], "other_positive": [5, 72], "other_relevant": [10, 80]}
    )
    crude = areas.sum()
    assert crude["positive"] / 90 - crude["other_positive"] / 90 < -0.3
    assert pooled_difference(areas).difference == pytest.approx(0, abs=1e-12)


def test_areas_without_one_of_the_groups_do_not_count():
    areas = as_areas(BCG)
    more = pd.concat([areas, pd.DataFrame([[0, 0, 5, 9]], columns=areas.columns)])
    assert pooled_difference(more) == pooled_difference(areas)
    none = pooled_difference(more.tail(1))
    assert (none.areas, np.isnan(none.difference)) == (0, True)


def test_homogeneity_holds_where_the_pooled_odds_ratio_is_one():
    statistic, p_value = breslow_day([8, 2], [10, 10], [2, 8], [10, 10])
    expected = 2 * 3**2 / (1 / (4 * 1 / 5))
    assert statistic == pytest.approx(expected)
    assert p_value < 0.001


def test_holm_and_benjamini_hochberg_name_their_family():
    table = adjust_p_values([0.01, np.nan, 0.04, 0.03], method="holm", family="gender, by criterion")
    assert table["adjusted"].tolist() == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
    assert table["tests"].unique().tolist() == [3]
    assert table["family"].unique().tolist() == ["gender, by criterion"]
    screened = adjust_p_values([0.01, 0.04, 0.03], method="benjamini-hochberg", family="x")
    assert screened["adjusted"].tolist() == pytest.approx([0.03, 0.04, 0.04])


def test_nothing_tested_is_nothing_adjusted():
    assert adjust_p_values([np.nan], method="holm", family="x")["tests"].tolist() == [0]


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_newcombe_agrees_with_statsmodels(n, m, data):
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    theirs = confint_proportions_2indep(x, n, y, m, compare="diff", method="newcomb")
    assert [float(v) for v in difference_of_shares(x, n, y, m)[1:]] == pytest.approx(theirs, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values_agree_with_statsmodels(p_values):
    for method, name in (("holm", "holm"), ("benjamini-hochberg", "fdr_bh")):
        ours = adjust_p_values(p_values, method=method, family="x")["adjusted"]
        with mock.patch("gc.collect"):  # statsmodels calls it, which takes most of the time
            theirs = multipletests(p_values, method=name)[1]
        assert ours.tolist() == pytest.approx(theirs, abs=1e-12)


def test_areas_that_agree_to_the_last_bit_are_homogeneous():
    assert breslow_day([19.5] * 3, [39] * 3, [63.2] * 3, [79] * 3)[1] == pytest.approx(1)
