"""Resampled scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.resampling.bootstrap import bootstrap_scores
from esi_toolkit.statistics.resampling.replicates import merge_single_cases, random_stream, replicate_weights
from tests.statistics.conftest import make_cases, make_framework

ONE_QUESTION = make_framework({"B": (1, {"B1": ("critical", [1])})})
HIGH_AND_LOW = np.array(["high"] * 20 + ["low"] * 80)


def one_question(positive: int, relevant: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"c{i:03d}" for i in range(relevant)]
    words = ["sufficient"] * positive + ["poor"] * (relevant - positive)
    cases = pd.DataFrame({"case_id": ids, "risk_of_harm": "low"})
    return cases, pd.DataFrame({"case_id": ids, "question": "B1.1", "judgement": words})


def test_every_replicate_keeps_the_size_of_every_stratum():
    weights = replicate_weights(HIGH_AND_LOW, 50, random_stream(1))
    assert weights[:, :20].sum(axis=1) == pytest.approx(np.full(50, 20))
    assert weights[:, 20:].sum(axis=1) == pytest.approx(np.full(50, 80))
    assert (weights >= 0).all()


def test_the_variance_of_a_mean_is_the_textbook_one_and_not_a_little_smaller(rng):
    values = rng.normal(size=8)
    weights = replicate_weights(np.array(["a"] * 8), 200_000, random_stream(1))
    assert np.var(weights @ values / 8) == pytest.approx(np.var(values, ddof=1) / 8, rel=0.01)


def test_the_variance_shrinks_with_the_share_of_the_caseload_that_was_seen(rng):
    values = rng.normal(size=8)
    weights = replicate_weights(np.array(["a"] * 8), 200_000, random_stream(1), caseload={"a": 16})
    assert np.var(weights @ values / 8) == pytest.approx(np.var(values, ddof=1) / 8 / 2, rel=0.01)
    assert (weights >= 0).all()


def test_when_the_whole_caseload_was_seen_nothing_varies():
    weights = replicate_weights(np.array(["a"] * 8), 10, random_stream(1), caseload={"a": 8})
    np.testing.assert_array_equal(weights, np.ones((10, 8)))


def test_more_cases_in_the_sample_than_in_the_caseload_are_refused():
    with pytest.raises(ValueError, match="8 cases in the sample and 7 in all"):
        replicate_weights(np.array(["a"] * 8), 10, random_stream(1), caseload={"a": 7})


def test_a_stratum_of_one_case_joins_the_largest():
    strata, merged = merge_single_cases(np.array(["low", "low", "high", "very high", "high", "high"]))
    assert strata.tolist() == ["low", "low", "high", "high", "high", "high"]
    assert merged == ("very high",)
    assert merge_single_cases(np.array(["a", "b"]))[0].tolist() == ["a", "a"]
    assert merge_single_cases(np.array(["a"]))[1] == ()


def test_the_standard_error_of_one_question_is_the_textbook_one():
    cases, judgements = one_question(82, 100)
    result = bootstrap_scores(ONE_QUESTION, cases, judgements, seed=1, replicates=40_000)
    expected = 100 * np.sqrt(0.82 * 0.18 / 99)
    assert result.linearised[0] == pytest.approx(expected)
    assert result.of("overall").std() == pytest.approx(expected, rel=0.02)
    assert result.parts["score"].tolist() == pytest.approx([82, 82, 82])


@pytest.mark.parametrize("caseload", [None, {"high": 60, "low": 400}])
@pytest.mark.parametrize("weighted", [False, True])
def test_resampling_and_linearisation_agree(durham_shape, rng, caseload, weighted):
    if weighted and caseload is None:
        caseload = {"high": 10**9, "low": 10**10}
    cases, judgements = make_cases(durham_shape, rng)
    result = bootstrap_scores(
        durham_shape, cases, judgements, seed=1, replicates=4000, caseload=caseload, weighted=weighted
    )
    assert result.replicates.std(axis=0) == pytest.approx(result.linearised, rel=0.06)


def test_cases_vary_together_so_the_overall_is_less_sure_than_independent_parts_would_be(durham_shape, rng):
    cases, judgements = make_cases(durham_shape, rng)
    result = bootstrap_scores(durham_shape, cases, judgements, seed=1)
    shuffled = judgements.assign(case_id=judgements.groupby("question")["case_id"].transform(np.roll, 13))
    shuffled["case_id"] = judgements.groupby("question")["case_id"].transform(
        lambda ids: np.concatenate([rng.permutation(ids[:20]), rng.permutation(ids[20:])])
    )
    apart = bootstrap_scores(durham_shape, cases, shuffled, seed=1)
    assert apart.parts["score"][0] == pytest.approx(result.parts["score"][0])
    assert result.of("overall").std() > 1.2 * apart.of("overall").std()


def test_the_same_seed_gives_the_same_replicates_whatever_the_order_of_the_rows(small, rng):
    cases, judgements = make_cases(small, rng)
    one = bootstrap_scores(small, cases, judgements, seed=7, stream="durham")
    mixed = bootstrap_scores(
        small, cases[::-1], judgements.sample(frac=1, random_state=3), seed=7, stream="durham"
    )
    np.testing.assert_array_equal(one.replicates, mixed.replicates)
    assert (one.seed, one.stream, one.cases) == (7, "durham", 100)


def test_another_seed_or_another_area_gives_other_replicates(small, rng):
    cases, judgements = make_cases(small, rng)
    results = [
        bootstrap_scores(small, cases, judgements, seed=s, stream=area).of("overall")
        for s, area in [(7, "a"), (8, "a"), (7, "b")]
    ]
    assert not np.allclose(results[0], results[1])
    assert not np.allclose(results[0], results[2])
    assert abs(np.corrcoef(results[0], results[2])[0, 1]) < 0.1


def test_inputs_are_not_changed(small, rng):
    cases, judgements = make_cases(small, rng)
    before = cases.copy(), judgements.copy()
    bootstrap_scores(small, cases, judgements, seed=1, replicates=10)
    pd.testing.assert_frame_equal(cases, before[0])
    pd.testing.assert_frame_equal(judgements, before[1])


def test_a_question_that_some_resamples_lack_leaves_its_weight_to_the_others(small, rng):
    cases, judgements = make_cases(small, rng, relevant=1)
    rare = (judgements["question"] == "B2.1") & ~judgements["case_id"].isin(["c0050", "c0051"])
    judgements.loc[rare, "judgement"] = "not applicable"
    result = bootstrap_scores(small, cases, judgements, seed=1)
    assert np.isnan(result.of("B2")).any()
    assert not np.isnan(result.of("overall")).any()


def test_an_inspection_without_relevant_answers_is_refused(small):
    cases = pd.DataFrame({"case_id": ["a"], "risk_of_harm": ["low"]})
    judgements = pd.DataFrame({"case_id": ["a"], "question": ["B1.1"], "judgement": ["not applicable"]})
    with pytest.raises(ValueError, match="nothing to resample"):
        bootstrap_scores(small, cases, judgements, seed=1)


def test_reweighting_without_a_caseload_is_refused(small, rng):
    with pytest.raises(ValueError, match="caseload that is given"):
        bootstrap_scores(small, *make_cases(small, rng), seed=1, weighted=True)
