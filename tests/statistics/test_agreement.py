"""Two assessors of the same case."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from esi_toolkit.statistics.agreement import (
    agreement_by_question,
    group_answers,
    gwet_ac1,
    measure_agreement,
    overall_agreement,
    pair_judgements,
)
from tests.statistics.conftest import make_cases

BLANK = None
FOUR_RATERS = [  # twelve subjects, as in the documentation of R's irrCAC (cac.raw4raters)
    (1, 2, 3, 3, 2, 1, 4, 1, 2, BLANK, BLANK, BLANK),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, BLANK, 3),
    (BLANK, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, BLANK),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, BLANK),
]


def from_table(table: list[list[int]]) -> tuple[list[str], list[str]]:
    """Pairs of answers from a square table of first by second assessor."""
    first = [str(i) for i, row in enumerate(table) for count in row for _ in range(count)]
    second = [str(j) for row in table for j, count in enumerate(row) for _ in range(count)]
    return first, second


def test_ac1_of_four_assessors_with_gaps_agrees_with_irrcac():
    chosen = [[sum(r[i] == c for r in FOUR_RATERS) for c in range(1, 6)] for i in range(12)]
    ac1, error, groups = gwet_ac1(chosen)
    assert ac1 == pytest.approx(0.77544, abs=5e-6)
    assert error == pytest.approx(0.14295, abs=5e-6)
    assert groups == 12


def test_ac1_and_kappa_of_two_assessors_agree_with_irrcac():
    found = measure_agreement(*from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]]))
    assert (found.pairs, found.agreed, found.percent) == (100, 89, 89)
    assert (found.ac1, found.ac1_error) == pytest.approx((0.84933, 0.04344), abs=5e-6)
    assert (found.ac1_low, found.ac1_high) == pytest.approx((0.763, 0.936), abs=5e-4)
    assert found.kappa == pytest.approx(0.796409402183972)
    assert (found.kappa_low, found.kappa_high) == pytest.approx((0.681, 0.912), abs=5e-4)


@pytest.mark.parametrize("table", [[[8, 2], [1, 9]], [[40, 3, 2], [4, 20, 1], [0, 2, 9]], [[5, 5], [5, 5]]])
def test_kappa_and_its_limits_agree_with_statsmodels(table):
    theirs = cohens_kappa(np.array(table))
    found = measure_agreement(*from_table(table))
    reach = 1.959963985 * theirs.std_kappa
    assert (found.kappa, found.kappa_low, found.kappa_high) == pytest.approx(
        (theirs.kappa, theirs.kappa - reach, min(1, theirs.kappa + reach))
    )


def test_where_nearly_all_answers_are_positive_kappa_misleads_and_ac1_does_not():
    found = measure_agreement(*from_table([[85, 5], [6, 4]]))
    assert found.percent == 89
    assert (found.ac1, found.ac1_error) == pytest.approx((0.86716, 0.04201), abs=5e-6)
    assert (found.ac1_low, found.ac1_high) == pytest.approx((0.784, 0.951), abs=5e-4)
    assert found.kappa == pytest.approx(0.360465116279070)


def test_full_agreement_on_one_answer_is_full_agreement_where_others_were_possible():
    found = measure_agreement(["p"] * 5, ["p"] * 5, categories=["p", "n"])
    assert (found.percent, found.ac1, found.ac1_low) == (100, 1, 1)
    assert np.isnan(found.kappa)
    assert np.isnan(measure_agreement(["p"] * 5, ["p"] * 5).ac1)


def test_no_pairs_give_no_figures():
    found = measure_agreement([], [], categories=["p", "n"])
    assert found.pairs == 0
    assert np.isnan([found.percent, found.ac1, found.kappa]).all()


def test_answers_that_go_together_within_a_case_widen_the_limits():
    first, second = from_table([[40, 10], [0, 30]])
    alone = measure_agreement(first, second)
    together = measure_agreement(first, second, cases=np.repeat(np.arange(16), 5))
    assert together.ac1 == alone.ac1
    assert together.ac1_error > 1.5 * alone.ac1_error
    apart = measure_agreement(first, second, cases=np.arange(80))
    assert apart.ac1_error == pytest.approx(alone.ac1_error)


def test_the_standard_error_of_ac1_is_the_spread_over_repetitions(rng):
    table = np.array([0.80, 0.06, 0.05, 0.09])
    values = []
    for _ in range(800):
        n = rng.multinomial(100, table)
        values.append(measure_agreement(*from_table([[n[0], n[1]], [n[2], n[3]]])))
    assert np.std([v.ac1 for v in values]) == pytest.approx(np.mean([v.ac1_error for v in values]), rel=0.08)


@pytest.fixture
def twice(small, rng) -> pd.DataFrame:
    _, judgements = make_cases(small, rng, cases=20, high=4, relevant=1)
    second = judgements[judgements["case_id"] < "c0010"].assign(counts=False)
    wrong = second["question"].eq("B2.1") & second["case_id"].isin(["c0001", "c0002", "c0003"])
    second["judgement"] = second["judgement"].where(~wrong, "not applicable")
    second.loc[second["question"] == "C1.1", "judgement"] = second["judgement"].replace(
        {"sufficient": "excellent", "insufficient": "poor"}
    )
    return pd.concat([judgements, second], ignore_index=True)


def test_answers_given_twice_are_paired_and_blank_ones_left_out(twice):
    assert len(pair_judgements(twice)) == 60
    twice.loc[twice.index[-1], "judgement"] = ""
    pairs = pair_judgements(twice)
    assert len(pairs) == 59
    assert list(pairs) == ["case_id", "question", "first", "second"]


def test_the_questions_most_disagreed_about_come_first(small, twice):
    table = agreement_by_question(small, twice)
    assert table.loc[0, ["question", "pairs", "agreed", "percent"]].tolist() == ["B2.1", 10, 7, 70]
    assert (table.loc[1:, "percent"] == 100).all()


def test_answers_that_count_the_same_agree_unless_the_words_are_compared(small, twice):
    grouped = agreement_by_question(small, twice).set_index("question")
    words = agreement_by_question(small, twice, grouped=False).set_index("question")
    assert grouped.loc["C1.1", "percent"] == 100
    assert words.loc["C1.1", "percent"] == 0
    assert group_answers(small, pd.Series(["excellent", "poor", "not applicable"])).tolist() == [
        "excellent / sufficient",
        "insufficient / poor",
        "not applicable",
    ]


def test_agreement_over_all_questions_allows_for_cases(small, twice):
    found = overall_agreement(small, twice)
    assert (found.pairs, found.agreed) == (60, 57)
    assert found.ac1_low < found.ac1 < found.ac1_high


def test_without_second_assessments_the_table_is_empty(small, rng):
    _, judgements = make_cases(small, rng, cases=4, high=1)
    assert agreement_by_question(small, judgements).empty
    assert overall_agreement(small, judgements).pairs == 0
