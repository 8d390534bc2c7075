"""Scores re-weighted to the caseload."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.resampling.reweight import (
    caseload_weights,
    hajek_share,
    score_to_caseload,
    unrepresented,
)
from tests.statistics.conftest import make_cases, make_framework

ONE = make_framework({"B": (1, {"B1": ("critical", [1])})})


def over_sampled() -> tuple[pd.DataFrame, pd.DataFrame]:
    """20 high risk cases with 60% positive, 80 others with 90%."""
    ids = [f"c{i:03d}" for i in range(100)]
    words = ["sufficient"] * 12 + ["poor"] * 8 + ["sufficient"] * 72 + ["poor"] * 8
    cases = pd.DataFrame({"case_id": ids, "risk_of_harm": ["high"] * 20 + ["low"] * 80})
    return cases, pd.DataFrame({"case_id": ids, "question": "B1.1", "judgement": words})


def test_over_sampled_high_risk_cases_84_percent_become_88_5():
    table = score_to_caseload(ONE, *over_sampled(), {"high": 50, "low": 950}).set_index("code")
    assert table.loc["overall", "score"] == pytest.approx(84)
    assert table.loc["overall", "weighted"] == pytest.approx(88.5)
    assert table.loc["B1", "difference"] == pytest.approx(4.5)


def test_the_same_from_counts():
    assert hajek_share([12, 72], [20, 80], [5, 95]) == pytest.approx(0.885)
    assert hajek_share([12, 72], [20, 80], [20, 80]) == pytest.approx(0.84)


def test_a_question_of_some_cases_is_weighted_by_those_it_concerns():
    # 10 of 20 high and 8 of 80 low cases are relevant; each high case stands for 1, each low one for 10
    assert hajek_share([5, 8], [10, 8], [20, 800], sampled=[20, 80]) == pytest.approx((5 + 80) / (10 + 80))


def test_matrices_and_counts_agree_where_not_all_cases_are_relevant(rng):
    cases, judgements = make_cases(ONE, rng, relevant=0.5)
    whole = {"high": 40, "low": 900}
    merged = judgements[judgements["judgement"] != "not applicable"].merge(cases, on="case_id")
    merged["yes"] = merged["judgement"].eq("sufficient")
    found = merged.groupby("risk_of_harm")["yes"].agg(["sum", "size"]).loc[["high", "low"]]
    # a case without any relevant answer speaks for nobody, so here the sample is the relevant cases
    expected = hajek_share(found["sum"], found["size"], list(whole.values()))
    weighted = score_to_caseload(ONE, cases, judgements, whole)["weighted"][0]
    assert weighted == pytest.approx(100 * expected)


def test_no_relevant_case_gives_no_share():
    assert np.isnan(hajek_share([0, 0], [0, 0], [5, 95], sampled=[20, 80]))


def test_a_stratum_without_anybody_sampled_is_refused():
    with pytest.raises(ValueError, match="nobody in the sample"):
        hajek_share([0, 72], [0, 80], [5, 95])


def test_weights_average_one():
    weights = caseload_weights(np.array(["high"] * 20 + ["low"] * 80), {"high": 5, "low": 95, "very high": 2})
    assert weights.mean() == pytest.approx(1)
    assert weights[0] / weights[-1] == pytest.approx((5 / 20) / (95 / 80))


def test_a_sampled_stratum_that_the_caseload_lacks_is_refused():
    with pytest.raises(ValueError, match="high"):
        caseload_weights(np.array(["high", "low"]), {"low": 9})


def test_strata_that_nobody_speaks_for_are_named():
    caseload = {"very high": 3, "high": 50, "low": 950, "none": 0}
    assert unrepresented(over_sampled()[0], caseload) == ["very high"]
