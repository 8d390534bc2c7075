"""How much the scores depend on the weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.resampling.recompute import roll_up_criteria, score_weights
from esi_toolkit.statistics.weighting import equal_weights, moved_weights, weight_range
from tests.statistics.conftest import card_of, make_framework


def test_equal_importance_gives_the_reference_values(published):
    table = equal_weights(published)
    found = table[table["equal"] == "importance"].set_index("code")["other"]
    assert found[["B", "C", "D"]].tolist() == pytest.approx([88.25, 86.8, 79.0])
    assert found["overall"] == pytest.approx(0.3 * 88.25 + 0.4 * 86.8 + 0.3 * 79)


def test_equal_sections_average_the_sections(published):
    table = equal_weights(published)
    row = table[(table["equal"] == "sections") & (table["code"] == "overall")].iloc[0]
    assert row["other"] == pytest.approx((87 + 782 / 9 + 391 / 5) / 3)
    assert row["change"] == pytest.approx(row["other"] - row["score"])


def test_equal_questions_leave_a_weight_of_nought_at_nought():
    framework = make_framework({"B": (1, {"B1": ("critical", [3, 1, 0])})})
    counts = pd.DataFrame({"question": ["B1.1", "B1.2", "B1.3"], "relevant": 10, "positive": [5, 9, 0]})
    table = equal_weights(card_of(framework, question_counts=counts)).set_index(["equal", "code"])
    assert table.loc[("questions", "B1"), ["score", "other"]].tolist() == pytest.approx([60, 70])


def test_a_weight_is_moved_by_a_quarter_of_itself(published):
    row = moved_weights(published).set_index("code").loc["D"]
    b, c, d = 87, 782 / 9, 391 / 5
    assert row["lower"] == pytest.approx((30 * b + 40 * c + 22.5 * d) / 92.5)
    assert row["higher"] == pytest.approx((30 * b + 40 * c + 37.5 * d) / 107.5)
    assert row["change"] == pytest.approx(row["lower"] - (0.3 * b + 0.4 * c + 0.3 * d))


def test_questions_are_moved_too_where_there_are_any(judged, published):
    assert set(moved_weights(judged)["level"]) == {"section", "criterion", "question"}
    assert set(moved_weights(published)["level"]) == {"section", "criterion"}


def test_all_weights_moved_at_once_span_the_exact_range(published):
    from dataclasses import replace
    from itertools import product

    low, high = weight_range(published)
    weights = score_weights(published.framework)
    scores = published.criteria["score"].to_numpy(float)[None, :]
    found = []
    for corner in product([0.75, 1.25], repeat=12):
        moved = replace(weights, into_sections=weights.into_sections * np.array(corner)[:, None])
        sections, _ = roll_up_criteria(scores, moved)
        for factors in product([0.75, 1.25], repeat=3):
            own = weights.into_overall[:, 0] * factors
            found.append(sections[0] @ own / own.sum())
    assert (low, high) == pytest.approx((min(found), max(found)))
    assert low < published.overall.score < high


def test_weights_that_do_not_move_leave_one_value(judged):
    assert weight_range(judged, by=0) == pytest.approx((judged.overall.score,) * 2)


def test_one_weight_at_a_time_stays_within_the_range(judged):
    table = moved_weights(judged)
    low, high = weight_range(judged)
    assert low <= table[["lower", "higher"]].to_numpy().min()
    assert table[["lower", "higher"]].to_numpy().max() <= high
