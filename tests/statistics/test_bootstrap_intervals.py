"""Intervals from resampled scores."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from esi_toolkit.statistics.resampling.bootstrap import Bootstrap, bootstrap_scores
from esi_toolkit.statistics.resampling.bootstrap_intervals import (
    acceleration,
    bca_interval,
    bootstrap_intervals,
    probability_above,
)
from tests.statistics.conftest import make_cases


def with_replicates(result: Bootstrap, values: list[float]) -> Bootstrap:
    from dataclasses import replace

    columns = np.tile(np.array(values)[:, None], (1, len(result.parts)))
    return replace(result, replicates=columns)


@pytest.fixture
def result(small, rng) -> Bootstrap:
    return bootstrap_scores(small, *make_cases(small, rng), seed=1)


def test_bca_agrees_with_scipy_on_the_same_resamples(rng):
    values = rng.exponential(size=60)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=rng)
    bca = stats.bootstrap((values,), np.mean, n_resamples=0, bootstrap_result=theirs, method="BCa", rng=rng)
    skew = acceleration((values - values.mean())[:, None])[0]
    ours = bca_interval(theirs.bootstrap_distribution, values.mean(), skew, 0.95)
    assert ours == pytest.approx(tuple(bca.confidence_interval), rel=1e-6)


def test_the_percentile_interval_is_the_middle_of_the_replicates(result):
    low, high = bootstrap_intervals(with_replicates(result, list(range(101))), level=0.9)[
        ["low", "high"]
    ].loc[0]
    assert (low, high) == pytest.approx((5, 95))


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_every_part_lies_within_its_interval_and_says_how_it_was_made(result, method):
    table = bootstrap_intervals(result, method=method)
    assert (table["low"] <= table["score"]).all()
    assert (table["score"] <= table["high"]).all()
    assert (table["method"] == method).all()
    assert table["code"].tolist() == ["overall", "B", "C", "B1", "B2", "C1"]
    assert table["standard_error"].to_numpy() == pytest.approx(table["linearised"].to_numpy(), rel=0.1)


def test_a_narrower_confidence_gives_a_narrower_interval(result):
    wide, narrow = bootstrap_intervals(result), bootstrap_intervals(result, level=0.8)
    assert (narrow["high"] - narrow["low"] < wide["high"] - wide["low"]).all()


def test_replicates_all_alike_give_that_value(result):
    alike = with_replicates(result, [82.0] * 10)
    for method in ("percentile", "bca"):
        assert bootstrap_intervals(alike, method=method).loc[0, ["low", "high"]].tolist() == [82, 82]


@pytest.mark.parametrize("method", ["percentile", "bca"])
@pytest.mark.parametrize(("word", "ends"), [("sufficient", (75.751, 100)), ("poor", (0, 24.249))])
def test_answers_all_alike_leave_the_doubt_that_so_few_cases_leave(small, rng, method, word, ends):
    cases, judgements = make_cases(small, rng)
    judgements = judgements.assign(judgement=word)[judgements["case_id"].isin(cases["case_id"].head(12))]
    table = bootstrap_intervals(bootstrap_scores(small, cases, judgements, seed=1), method=method)
    assert table["low"].to_numpy() == pytest.approx(ends[0], abs=1e-3)
    assert table["high"].to_numpy() == pytest.approx(ends[1], abs=1e-3)


def test_answers_all_alike_about_the_whole_caseload_leave_no_doubt(small, rng):
    cases, judgements = make_cases(small, rng)
    whole = cases["risk_of_harm"].value_counts().to_dict()
    alike = judgements.assign(judgement="sufficient")
    found = bootstrap_scores(small, cases, alike, seed=1, caseload=whole)
    assert bootstrap_intervals(found)[["low", "high"]].to_numpy() == pytest.approx(100)


def test_a_part_without_a_score_has_no_interval(result):
    missing = with_replicates(result, [82.0, float("nan"), 83])
    for method in ("percentile", "bca"):
        assert (
            bootstrap_intervals(missing, method=method)[["low", "high", "standard_error"]].isna().all().all()
        )
    assert np.isnan(probability_above(missing, 80))


def test_the_probability_of_being_above_a_threshold_counts_ties_half(result):
    assert probability_above(with_replicates(result, [79, 80, 80, 81]), 80) == 0.5
    assert probability_above(with_replicates(result, [79, 80, 81, 82]), 79.5) == 0.75
    assert probability_above(result, 0) == 1
    assert probability_above(result, 100, code="B1") == 0
