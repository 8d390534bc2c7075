"""What would move the score."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.sensitivity import drop_one, effects
from tests.statistics.conftest import card_of, make_cases


def test_a_criterion_counts_by_its_share_of_its_section_and_of_the_overall(published):
    effect = effects(published).set_index("code")["effect"]
    assert effect["B1"] == pytest.approx(0.30 * 2 / 7)
    assert effect["C4"] == pytest.approx(0.40 * 1 / 9)
    assert effect["D"] == pytest.approx(0.30)


def test_without_questions_there_are_no_effects_of_questions(published):
    assert set(effects(published)["level"]) == {"section", "criterion"}


@pytest.mark.parametrize("level", ["section", "criterion", "question"])
def test_contributions_of_every_level_add_up_to_the_overall(judged, level):
    table = effects(judged)
    own = table[table["level"] == level]
    assert own["contribution"].sum() == pytest.approx(judged.overall.score)
    assert own["effect"].sum() == pytest.approx(1)
    assert own["room"].sum() == pytest.approx(100 - judged.overall.score)


def test_one_more_positive_answer_moves_the_overall_as_said(durham_shape, rng, judged):
    cases, judgements = make_cases(durham_shape, np.random.default_rng(20040501))
    row = judgements.index[(judgements["question"] == "C4.2") & (judgements["judgement"] == "insufficient")][
        0
    ]
    judgements.loc[row, "judgement"] = "sufficient"
    better = card_of(durham_shape, cases=cases, judgements=judgements.assign(assessor_id=""))
    one_case = effects(judged).set_index("code").loc["C4.2", "one_case"]
    assert better.overall.score - judged.overall.score == pytest.approx(one_case)


def test_leaving_out_a_criterion_leaves_its_weight_to_the_others(published):
    without = drop_one(published).set_index("code")["overall"]
    b = (2 * 96 + 2 * 88 + 97) / 5
    assert without["B1"] == pytest.approx(0.3 * b + 0.4 * 782 / 9 + 0.3 * 391 / 5)


def test_leaving_out_a_section_leaves_its_weight_to_the_others(published):
    table = drop_one(published, "section").set_index("code")
    assert table.loc["D", "overall"] == pytest.approx((0.3 * 87 + 0.4 * 782 / 9) / 0.7)
    assert table["change"].abs().is_monotonic_decreasing


def test_leaving_out_a_question_is_scoring_without_it(durham_shape, rng, judged):
    cases, judgements = make_cases(durham_shape, np.random.default_rng(20040501))
    kept = judgements[judgements["question"] != "D2.3"].assign(assessor_id="")
    expected = card_of(durham_shape, cases=cases, judgements=kept).overall.score
    found = drop_one(judged, "question").set_index("code")
    assert found.loc["D2.3", "overall"] == pytest.approx(expected)
    assert found.loc["D2.3", "change"] == pytest.approx(expected - judged.overall.score)


def test_what_has_no_score_has_no_effect_and_cannot_be_left_out(durham_shape):
    scores = pd.DataFrame({"criterion": ["B1", "C1"], "score": [70.0, 80.0]})
    card = card_of(durham_shape, criterion_scores=scores)
    effect = effects(card).set_index("code")["effect"]
    assert effect["B1"] == pytest.approx(3 / 7)
    assert np.isnan(effect["B2"])
    assert drop_one(card)["code"].tolist() == ["C1", "B1"]
