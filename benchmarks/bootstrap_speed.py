"""How fast is the case-level bootstrap, and how fast is scipy.stats.bootstrap on the same work?

Run ``python benchmarks/bootstrap_speed.py [--json FILE]``. The work: 2,000 resamples of each of 42 areas, and
95% intervals of the overall score, the sections and the criteria (16 figures an area). One process.

scipy gets each area's answers as ready matrices and draws cases without strata, which only helps it; it is
timed on one area and multiplied by 42. How fast it is depends on the statistic it is handed, so there are
four:

- the scores of one sample, written in plain numpy: what one would write for scipy, and what counts here;
- the same by the toolkit's own matrix scoring, one sample at a time;
- one score a call, the 16 one after another, by the same matrix scoring;
- the toolkit's scoring of all resamples at once: then scipy only draws, and there is no difference left.
  What makes the toolkit fast is this scoring, not the drawing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pandas as pd
from results import give_results, take_arguments
from scipy import stats

from esi_toolkit import load_framework
from esi_toolkit.data.samples import simulate_areas
from esi_toolkit.statistics.resampling.answers import CaseAnswers, case_answers
from esi_toolkit.statistics.resampling.bootstrap import bootstrap_scores
from esi_toolkit.statistics.resampling.bootstrap_intervals import bootstrap_intervals
from esi_toolkit.statistics.resampling.recompute import part_codes, score_rows, score_weights
from esi_toolkit.statistics.resampling.replicates import random_stream, replicate_weights

AREAS, REPLICATES, SEED, REPEATS = 42, 2000, 1, 3
LIMIT_SECONDS, LIMIT_RATIO = 3.0, 20.0
Statistic = Callable[..., np.ndarray]


def median_time(work: Callable[[], object]) -> float:
    """The median of the seconds of some tries."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def from_tables(framework, areas, method: str) -> None:
    """All that a report does: from tables of answers to intervals, with the linearised cross-check."""
    for name, cases, judgements in areas:
        found = bootstrap_scores(framework, cases, judgements, seed=SEED, stream=name, replicates=REPLICATES)
        bootstrap_intervals(found, method=method)


def from_matrices(framework, answers: list[CaseAnswers]) -> None:
    """What scipy does: from matrices to percentile intervals."""
    weights = score_weights(framework)
    for area, own in enumerate(answers):
        drawn = replicate_weights(own.strata, REPLICATES, random_stream(SEED, str(area)))
        np.quantile(score_rows(own, weights, drawn).parts, [0.025, 0.975], axis=0)


def by_scipy(cases: int, statistic: Statistic, *, vectorized: bool = False) -> None:
    """scipy draws row numbers of cases; the statistic looks the answers up."""
    stats.bootstrap(
        (np.arange(cases),),
        statistic,
        vectorized=vectorized,
        n_resamples=REPLICATES,
        method="percentile",
        rng=SEED,
    )


def plain_numpy(framework, answers: CaseAnswers) -> Statistic:
    """Scores of one sample as one would write them: question shares, then mean of means."""
    row = {question: i for i, question in enumerate(score_weights(framework).questions)}
    plan = [
        (
            section.weight,
            [
                (
                    framework.importance[criterion.importance],
                    [row[question.id] for question in criterion.questions],
                    np.array([question.weight for question in criterion.questions]),
                )
                for criterion in section.criteria
                if criterion.scored_by == "judgements"
            ],
        )
        for section in framework.sections
        if section.weight
    ]

    def statistic(drawn: np.ndarray) -> np.ndarray:
        relevant = answers.relevant[drawn].sum(axis=0)
        questions = 100 * answers.positive[drawn].sum(axis=0) / np.where(relevant, relevant, np.nan)
        criteria, sections = [], []
        for _, parts in plan:
            own = []
            for _, rows, weights in parts:
                known = ~np.isnan(questions[rows])
                own.append(np.average(questions[rows][known], weights=weights[known]))
            criteria += own
            sections.append(np.average(own, weights=[importance for importance, *_ in parts]))
        overall = np.average(sections, weights=[weight for weight, _ in plan])
        return np.array([overall, *sections, *criteria])

    return statistic


def matrix_scoring(framework, answers: CaseAnswers) -> Statistic:
    """Scores of one sample, or of many at once, by the toolkit."""
    weights, cases = score_weights(framework), len(answers.case_ids)

    def statistic(drawn: np.ndarray, axis: int = -1) -> np.ndarray:
        rows = np.atleast_2d(drawn)
        flat = (rows + cases * np.arange(len(rows))[:, None]).ravel()
        often = np.bincount(flat, minlength=cases * len(rows)).reshape(len(rows), cases)
        scores = score_rows(answers, weights, often.astype(float)).parts
        return scores.T if np.ndim(drawn) > 1 else scores[0]

    return statistic


def time_scipy(framework, answers: CaseAnswers) -> dict[str, float]:
    """Seconds for one area, by kind of statistic; first of all, that all kinds give the same scores."""
    cases, plain, matrix = (
        len(answers.case_ids),
        plain_numpy(framework, answers),
        matrix_scoring(framework, answers),
    )
    np.testing.assert_allclose(plain(np.arange(cases)), matrix(np.arange(cases)))
    parts = range(len(part_codes(score_weights(framework))))
    return {
        "scipy, scores of one sample in plain numpy": median_time(lambda: by_scipy(cases, plain)),
        "scipy, the toolkit's scoring of one sample": median_time(lambda: by_scipy(cases, matrix)),
        "scipy, one score a call": median_time(
            lambda: [by_scipy(cases, lambda drawn, part=part: matrix(drawn)[part]) for part in parts]
        ),
        "scipy, the toolkit's scoring of all samples at once": median_time(
            lambda: by_scipy(cases, matrix, vectorized=True)
        ),
    }


def main() -> int:
    """Print the table; 1 where a limit is missed."""
    out = take_arguments(__doc__.splitlines()[0]).parse_args().json
    framework = load_framework("esi")
    areas = [  # the first-named assessor's answer counts
        (name, tables["cases.csv"], tables["judgements.csv"].drop_duplicates(["case_id", "question"]))
        for name, tables in simulate_areas(framework, count=AREAS, seed=SEED)
    ]
    answers = [case_answers(framework, cases, judgements) for _, cases, judgements in areas]
    seconds = {
        "toolkit, from tables, percentile": median_time(lambda: from_tables(framework, areas, "percentile")),
        "toolkit, from tables, BCa": median_time(lambda: from_tables(framework, areas, "bca")),
        "toolkit, from matrices, percentile": median_time(lambda: from_matrices(framework, answers)),
    }
    whole, alike = seconds["toolkit, from tables, percentile"], list(seconds.values())[-1]
    scipy = {name: AREAS * once for name, once in time_scipy(framework, answers[0]).items()}
    table = pd.DataFrame({"way": [*seconds, *scipy], "seconds": [*seconds.values(), *scipy.values()]})
    table["times the toolkit from matrices"] = (table["seconds"] / alike).round(1)
    usual = next(iter(scipy.values()))
    findings = {
        f"{AREAS} areas x {REPLICATES} resamples, from tables, in under {LIMIT_SECONDS:g} s": max(
            seconds.values()
        )
        < LIMIT_SECONDS,
        f"at least {LIMIT_RATIO:g} times faster than scipy with a statistic in plain numpy"
        f" ({usual / alike:.0f} times from matrices, {usual / whole:.0f} from tables)": usual / alike
        >= LIMIT_RATIO,
    }
    return give_results("bootstrap_speed", table.round({"seconds": 2}), findings, out)


if __name__ == "__main__":
    sys.exit(main())
