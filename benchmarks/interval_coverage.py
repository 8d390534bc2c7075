"""Do nominal 95% intervals hold the truth in 95 of 100 areas? 1,000 simulated areas.

Run ``python benchmarks/interval_coverage.py [--areas N] [--json FILE]``. Every area has its own caseload:
how often each question concerns a case, how often it is met, and how much worse it is where risk of
harm is high. A sample is 20 cases of high risk of harm and 80 others. Cases differ in quality, so that the
answers about one case go together, and a third of the questions concern few cases. The true scores are worked
out, not simulated: the quality of cases is normal, and its integral is taken by Gauss-Hermite quadrature.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermegauss
from results import give_results, take_arguments

from esi_toolkit import load_framework
from esi_toolkit.statistics.intervals import normal_quantile, wilson
from esi_toolkit.statistics.resampling.answers import CaseAnswers
from esi_toolkit.statistics.resampling.bootstrap_intervals import acceleration, bca_interval
from esi_toolkit.statistics.resampling.linearised import influence, standard_errors
from esi_toolkit.statistics.resampling.recompute import (
    ScoreWeights,
    part_codes,
    roll_up,
    score_rows,
    score_weights,
)
from esi_toolkit.statistics.resampling.replicates import replicate_weights

HIGH, OTHERS, REPLICATES, LEVEL, SEED = 20, 80, 2000, 0.95, 5
STRATA = np.array(["high"] * HIGH + ["other"] * OTHERS)
IS_HIGH = STRATA == "high"
WITHIN = 93.0, 97.0
NODES, MASS = hermegauss(40)
MASS = MASS / MASS.sum()


class Caseload:
    """One area's endless caseload."""

    def __init__(self, questions: int, random: np.random.Generator):
        self.random = random
        positive = random.uniform(0.6, 0.99, questions)
        self.logit = np.log(positive / (1 - positive)) + random.normal(0, 0.3)
        self.worse_when_high = random.uniform(0, 0.75, questions)
        often = random.random(questions) < 0.65
        self.relevant = np.where(often, 0.98, random.uniform(0.05, 0.5, questions))

    def chance(self, quality: np.ndarray, is_high: np.ndarray) -> np.ndarray:
        """Chance that each question is met: cases x questions."""
        return 1 / (1 + np.exp(-(self.logit + quality[:, None] - is_high[:, None] * self.worse_when_high)))

    def draw(self) -> CaseAnswers:
        """One sample."""
        chance = self.chance(self.random.normal(size=len(STRATA)), IS_HIGH)
        relevant = self.random.random(chance.shape) < self.relevant
        positive = relevant & (self.random.random(chance.shape) < chance)
        ids = np.array([f"{i:03d}" for i in range(len(STRATA))])
        return CaseAnswers(ids, STRATA, positive.astype(float), relevant.astype(float))

    def true_questions(self) -> np.ndarray:
        """Scores of the questions in the mix of the sample, 0-100."""
        high, others = (MASS @ self.chance(NODES, np.full(len(NODES), risk)) for risk in (True, False))
        return 100 * (HIGH * high + OTHERS * others) / (HIGH + OTHERS)


def intervals(answers: CaseAnswers, weights: ScoreWeights, seed: int) -> dict[str, np.ndarray]:
    """Low and high of every score, by method."""
    drawn = replicate_weights(STRATA, REPLICATES, np.random.default_rng(seed))
    replicates, ones = score_rows(answers, weights, drawn).parts, np.ones(len(STRATA))
    scores, own = score_rows(answers, weights, ones[None, :]).parts[0], influence(answers, weights, ones)
    skew = acceleration(own)
    bca = [bca_interval(replicates[:, i], scores[i], skew[i], LEVEL) for i in range(len(scores))]
    reach = normal_quantile(LEVEL) * standard_errors(own, STRATA)
    return {
        "percentile": np.quantile(replicates, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0),
        "BCa": np.array(bca).T,
        "linearised": np.array([scores - reach, scores + reach]),
    }


def count_held(areas: int, weights: ScoreWeights) -> tuple[pd.DataFrame, tuple[int, int]]:
    """How many intervals of each part hold the truth, by method; of how many Wilson intervals, how many."""
    held, questions = pd.DataFrame(0, index=part_codes(weights)["code"], columns=[]), np.zeros(2, dtype=int)
    for area in range(areas):
        caseload = Caseload(len(weights.questions), np.random.default_rng([SEED, area]))
        answers, shares = caseload.draw(), caseload.true_questions()
        truth = roll_up(shares[None, :], weights).parts[0]
        for method, (low, high) in intervals(answers, weights, area).items():
            held[method] = held.get(method, 0) + ((low <= truth) & (truth <= high))
        low, high = wilson(answers.positive.sum(axis=0), answers.relevant.sum(axis=0))
        asked = ~np.isnan(low)
        questions += ((100 * low <= shares) & (shares <= 100 * high)).sum(), asked.sum()
    return held, (int(questions[0]), int(questions[1]))


def main() -> int:
    """Print the table; 1 where the overall's coverage is outside the limits."""
    parser = take_arguments(__doc__.splitlines()[0])
    parser.add_argument("--areas", type=int, default=1000)
    given = parser.parse_args()
    held, (questions, asked) = count_held(given.areas, score_weights(load_framework("esi")))
    table = (100 * held / given.areas).rename_axis("score of").reset_index()
    table = table.rename(columns={name: f"{name}, %" for name in held})
    of_questions = pd.DataFrame({"score of": ["all questions"], "Wilson, %": [100 * questions / asked]})
    table = pd.concat([table, of_questions], ignore_index=True).round(1)
    overall = table.set_index("score of").loc["overall"]
    low, high = WITHIN
    findings = {
        f"{name} intervals of the overall hold the truth in {low:g}-{high:g}% of {given.areas} areas"
        f" ({overall[f'{name}, %']:g}%)": bool(low <= overall[f"{name}, %"] <= high)
        for name in held
    }
    print(f"Intervals of nominally {100 * LEVEL:g}% that hold the true score, {given.areas} areas")
    return give_results("interval_coverage", table, findings, given.json)


if __name__ == "__main__":
    sys.exit(main())
