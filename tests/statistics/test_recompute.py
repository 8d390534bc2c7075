"""The scoring rules as matrices agree with the rules themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.score import score
from esi_toolkit.statistics.resampling.answers import case_answers
from esi_toolkit.statistics.resampling.recompute import (
    part_codes,
    question_effects,
    roll_up,
    roll_up_criteria,
    score_rows,
    score_weights,
    weighted_means,
)
from tests.statistics.conftest import make_cases, make_framework


def official(framework, cases, judgements):
    area = Area(id="a", name="A", framework=framework.id)
    judgements = judgements.assign(assessor_id="")
    return score(framework, Inspection(area, framework.id, "0" * 64, cases=cases, judgements=judgements))


def parts_of(framework, cases, judgements):
    answers, weights = case_answers(framework, cases, judgements), score_weights(framework)
    rows = score_rows(answers, weights, np.ones((1, len(answers.case_ids))))
    return part_codes(weights).assign(score=rows.parts[0]).set_index("code")["score"]


@pytest.mark.parametrize("relevant", [1.0, 0.8, 0.02])
def test_matrices_and_method_give_the_same_scores(durham_shape, rng, relevant):
    cases, judgements = make_cases(durham_shape, rng, relevant=relevant)
    card, parts = official(durham_shape, cases, judgements), parts_of(durham_shape, cases, judgements)
    criteria = card.criteria.set_index("criterion")["score"]
    sections = card.sections.set_index("section")["score"]
    pd.testing.assert_series_equal(parts[criteria.index], criteria, check_names=False)
    pd.testing.assert_series_equal(parts[sections.index], sections, check_names=False)
    assert parts["overall"] == pytest.approx(card.overall.score)


def test_published_criterion_scores_give_the_published_sections_and_overall(durham_shape):
    published = np.array([[72.0, 96, 88, 97, 94, 84, 84, 86, 86, 67, 83, 87]])
    sections, overall = roll_up_criteria(published, score_weights(durham_shape))
    assert sections[0] == pytest.approx([87.0, 782 / 9, 391 / 5])
    assert overall[0, 0] == pytest.approx(0.3 * 87 + 0.4 * 782 / 9 + 0.3 * 391 / 5)


def test_a_missing_part_leaves_its_weight_to_the_others():
    values = np.array([[80.0, np.nan, 50], [np.nan, np.nan, np.nan]])
    means = weighted_means(values, np.array([[2.0], [1], [1]]))
    assert means[0, 0] == pytest.approx(70)
    assert np.isnan(means[1, 0])


def test_a_question_of_weight_nought_is_not_scored(small):
    scores = np.array([[50.0, 50, 50, 50, 50, 0], [50, 50, 50, 50, 50, 100]])
    assert roll_up(scores, score_weights(small)).overall[:, 0] == pytest.approx([50, 50])


def test_without_section_weights_there_is_no_overall():
    framework = make_framework({"B": (None, {"B1": ("critical", [1])})})
    rows = roll_up(np.array([[50.0]]), score_weights(framework))
    assert rows.sections[0, 0] == 50
    assert np.isnan(rows.overall[0, 0])


@given(st.integers(0, 2**32 - 1))
def test_one_point_more_for_a_question_moves_every_part_by_its_effect(seed):
    framework = make_framework(
        {
            "B": (30, {"B1": ("critical", [1, 2]), "B2": ("important", [1])}),
            "C": (70, {"C1": ("critical", [1, 3])}),
        }
    )
    rng, weights = np.random.default_rng(seed), score_weights(framework)
    scores = np.where(rng.random(5) < 0.2, np.nan, rng.uniform(0, 100, 5))
    moved = roll_up(scores + np.eye(5), weights).parts - roll_up(scores[None, :], weights).parts
    expected = np.where(np.isnan(scores)[:, None], 0, question_effects(scores, weights))
    np.testing.assert_allclose(np.nan_to_num(moved), expected, atol=1e-9)


def test_the_order_of_the_rows_is_irrelevant(small, rng):
    cases, judgements = make_cases(small, rng)
    straight = case_answers(small, cases, judgements)
    mixed = case_answers(
        small, cases.sample(frac=1, random_state=1), judgements.sample(frac=1, random_state=2)
    )
    for name in ("case_ids", "strata", "positive", "relevant"):
        np.testing.assert_array_equal(getattr(straight, name), getattr(mixed, name))


def test_a_second_assessors_answer_does_not_count(small, rng):
    cases, judgements = make_cases(small, rng)
    second = judgements.head(30).assign(judgement="poor", counts=False)
    both = pd.concat([judgements, second])
    pd.testing.assert_series_equal(parts_of(small, cases, both), parts_of(small, cases, judgements))


def test_two_counted_answers_to_one_question_are_refused(small, rng):
    cases, judgements = make_cases(small, rng, relevant=1)
    with pytest.raises(ValueError, match="two counted judgements"):
        case_answers(small, cases, pd.concat([judgements, judgements.head(1)]))


def test_a_judgement_about_an_unknown_case_is_refused(small, rng):
    cases, judgements = make_cases(small, rng, relevant=1)
    with pytest.raises(ValueError, match="c0000"):
        case_answers(small, cases.iloc[1:], judgements)


def test_blank_and_not_applicable_answers_are_in_no_denominator(small, rng):
    cases, judgements = make_cases(small, rng, cases=4, high=1, relevant=1)
    judgements.loc[0, "judgement"] = ""
    judgements.loc[1, "judgement"] = "not applicable"
    assert case_answers(small, cases, judgements).relevant[:, 0].tolist() == [0, 0, 1, 1]
