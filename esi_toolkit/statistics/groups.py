"""Scores of groups of cases: inspectors and area assessors, or any characteristic; and how they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.comparison import adjust
from esi_toolkit.statistics.resampling.answers import CaseAnswers, case_answers
from esi_toolkit.statistics.resampling.recompute import ScoreWeights, part_codes, score_rows, score_weights
from esi_toolkit.statistics.resampling.replicates import merge_single_cases, random_stream, replicate_weights

Floats = NDArray[np.float64]
_APART = "\x1f"
_CLEAR_BELOW = 0.05


@dataclass(frozen=True)
class GroupComparison:
    """The scores of two groups of cases and how they differ.

    Attributes
    ----------
    by, first, second : str
        The characteristic and its two values.
    cases_first, cases_second : int
        Cases with a relevant answer.
    table : DataFrame
        ``level``, ``code``, ``first``, ``second`` (scores, 0-100), ``difference`` (first minus second) with
        ``low`` and ``high``; ``adjusted`` with ``adjusted_low`` and ``adjusted_high``: the difference if both
        groups had the same mix of the characteristic adjusted for, with its ``p_value``. NaN where either has
        no score. ``clear`` (bool): the adjusted difference is more than chance, when those of the overall and
        the sections are read together (Holm), or those of the criteria.
    adjusted_for : str
        That characteristic.
    left_out : tuple of str
        Values of it that only one group has; they do not enter the adjusted difference.
    seed : int
        What the resamples were drawn with.
    """

    by: str
    first: str
    second: str
    cases_first: int
    cases_second: int
    table: pd.DataFrame
    adjusted_for: str
    left_out: tuple[str, ...]
    seed: int


def group_counts(
    framework: Framework, cases: pd.DataFrame, judgements: pd.DataFrame, by: str
) -> pd.DataFrame:
    """Count the answers to every question within each group.

    Parameters
    ----------
    framework : Framework
        For the value of each answer.
    cases, judgements : DataFrame
        As in an inspection.
    by : str
        Column of `cases` that names the group ("" where not known).

    Returns
    -------
    DataFrame
        ``question``, ``group``, ``relevant``, ``positive``; every question x every group that has cases, also
        where none is relevant.

    Notes
    -----
    Method, rules 1 and 2. Apply disclosure control before showing any of it.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> counts = group_counts(esi, durham.cases, durham.judgements, "gender")
    >>> list(counts), sorted(set(counts["group"]))
    (['question', 'group', 'relevant', 'positive'], ['female', 'male'])
    """
    answers = case_answers(framework, cases, judgements, strata=by)
    questions = score_weights(framework).questions
    rows = []
    for group in sorted(set(cases[by].fillna(""))):
        own = answers.strata == group
        relevant, positive = answers.relevant[own].sum(axis=0), answers.positive[own].sum(axis=0)
        rows.append(
            pd.DataFrame({"question": questions, "group": group, "relevant": relevant, "positive": positive})
        )
    return pd.concat(rows, ignore_index=True).astype({"relevant": int})


def score_groups(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    by: str,
    *,
    seed: int,
    replicates: int = 2000,
    strata: str = "risk_of_harm",
    level: float = 0.95,
) -> pd.DataFrame:
    """Score every group of cases by itself, with intervals.

    Parameters
    ----------
    framework : Framework
        The rules.
    cases, judgements : DataFrame
        As in an inspection.
    by : str
        Column of `cases` that names the group.
    seed : int
        For the resamples.
    replicates : int
        Number of resamples.
    strata : str
        Column of `cases` by which the sample was drawn.
    level : float
        Confidence, 0-1.

    Returns
    -------
    DataFrame
        ``group``, ``cases`` (with a relevant answer), ``level``, ``code``, ``score``, ``low``, ``high``; NaN
        where there is none.

    Notes
    -----
    Stratified case-level bootstrap, percentile limits; see `bootstrap_scores`.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> table = score_groups(esi, durham.cases, durham.judgements, "assessor", seed=1, replicates=50)
    >>> sorted(set(table["group"]))
    ['area assessor', 'inspector']
    """
    answers, weights = case_answers(framework, cases, judgements, strata=strata), score_weights(framework)
    group = _group_of(answers, cases, by)
    drawn = _draw_within(answers, group, replicates, seed, by)
    tables = []
    for name in sorted(set(group)):
        own = (group == name).astype(float)
        low, high = _limits(score_rows(answers, weights, drawn * own).parts, level)
        scores = score_rows(answers, weights, own[None, :]).parts[0]
        table = part_codes(weights).assign(score=scores, low=low, high=high)
        tables.append(table.assign(group=name, cases=int(own.sum())))
    columns = ["group", "cases", "level", "code", "score", "low", "high"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def compare_two_groups(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    by: str,
    first: str,
    second: str,
    *,
    seed: int,
    replicates: int = 2000,
    adjust_for: str = "risk_of_harm",
    level: float = 0.95,
) -> GroupComparison:
    """Compare the scores of two groups of cases, such as those of inspectors and of area assessors.

    Parameters
    ----------
    framework : Framework
        The rules.
    cases, judgements : DataFrame
        As in an inspection.
    by : str
        Column of `cases` that names the group.
    first, second : str
        The two groups; other cases are left out.
    seed : int
        For the resamples.
    replicates : int
        Number of resamples.
    adjust_for : str
        Column of `cases` whose mix may differ between the groups; also the strata of the resampling.
    level : float
        Confidence, 0-1.

    Returns
    -------
    GroupComparison

    Raises
    ------
    ValueError
        One of the groups has no case with a relevant answer.

    Notes
    -----
    Difference with a percentile bootstrap interval, cases resampled within group and stratum (Efron &
    Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 8); adjusted by direct standardisation to the
    mix of both groups together (Kitagawa 1955, *JASA* 50, 1168-1194). The p-value is twice the smaller share
    of resamples on either side of 0 (Davison & Hinkley 1997, *Bootstrap Methods*, section 4.4); Holm (1979).

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> pair = "inspector", "area assessor"
    >>> tables = durham.cases, durham.judgements
    >>> found = compare_two_groups(esi, *tables, "assessor", *pair, seed=1, replicates=50)
    >>> found.cases_first + found.cases_second
    100
    """
    chosen = cases[cases[by].isin([first, second])]
    kept = judgements[judgements["case_id"].isin(chosen["case_id"])]
    answers, weights = case_answers(framework, chosen, kept, strata=adjust_for), score_weights(framework)
    group = _group_of(answers, chosen, by)
    one, two = (group == first).astype(float), (group == second).astype(float)
    if not one.any() or not two.any():
        raise ValueError(f"'{first}' and '{second}' of '{by}' both need a case with a relevant answer")
    standard_one, standard_two, left_out = _standardised(answers.strata, one, two)
    drawn = _draw_within(answers, group, replicates, seed, by)
    plain = _differences(answers, weights, drawn, one, two, level)
    adjusted = _differences(answers, weights, drawn, standard_one, standard_two, level)
    table = part_codes(weights).assign(
        **dict(zip(["first", "second", "difference", "low", "high"], plain[:5], strict=True)),
        **dict(zip(["adjusted", "adjusted_low", "adjusted_high", "p_value"], adjusted[2:], strict=True)),
    )
    sizes = int(one.sum()), int(two.sum())
    return GroupComparison(by, first, second, *sizes, _with_claims(table), adjust_for, left_out, seed)


def _with_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Which differences are more than chance, when all that stand in one table are read together."""
    clear, p_values = np.zeros(len(table), dtype=bool), table["p_value"].to_numpy(float)
    of_criteria = (table["level"] == "criterion").to_numpy(bool)
    for own in (of_criteria, ~of_criteria):
        clear[own] = adjust(p_values[own], "holm") < _CLEAR_BELOW
    return table.assign(clear=clear)


def _group_of(answers: CaseAnswers, cases: pd.DataFrame, by: str) -> NDArray[np.str_]:
    return cases.set_index("case_id").loc[answers.case_ids, by].fillna("").to_numpy(str)


def _draw_within(
    answers: CaseAnswers, group: NDArray[np.str_], replicates: int, seed: int, stream: str
) -> Floats:
    """Replicate weights drawn within strata of groups; single cases join their group's largest stratum."""
    cells = np.array([""] * len(group), dtype=object)
    for name in set(group):
        own = group == name
        merged, _ = merge_single_cases(answers.strata[own])
        cells[own] = [f"{name}{_APART}{stratum}" for stratum in merged]
    return replicate_weights(cells.astype(str), replicates, random_stream(seed, stream))


def _standardised(
    strata: NDArray[np.str_], one: Floats, two: Floats
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Case weights that give both groups the mix of the two together, over the strata that both have."""
    weights, left_out = np.zeros((2, len(strata))), []
    for stratum in np.unique(strata):
        own = strata == stratum
        sizes = one[own].sum(), two[own].sum()
        if min(sizes) == 0:
            left_out.append(str(stratum))
            continue
        for row, (members, size) in enumerate(zip((one, two), sizes, strict=True)):
            weights[row, own] = members[own] * sum(sizes) / size
    return weights[0], weights[1], tuple(left_out)


def _differences(
    answers: CaseAnswers, weights: ScoreWeights, drawn: Floats, one: Floats, two: Floats, level: float
) -> tuple[Floats, ...]:
    """First, second, difference, low, high and p-value of every part."""
    first, second = score_rows(answers, weights, np.vstack([one, two])).parts
    replicates = (
        score_rows(answers, weights, drawn * one).parts - score_rows(answers, weights, drawn * two).parts
    )
    return first, second, first - second, *_limits(replicates, level), _p_values(replicates)


def _p_values(replicates: Floats) -> Floats:
    """Twice the smaller share of resamples on either side of 0; the sample itself counts as one of them."""
    sides = np.minimum((replicates <= 0).sum(axis=0), (replicates >= 0).sum(axis=0))
    p_values = np.minimum(1.0, 2 * (sides + 1) / (len(replicates) + 1))
    return np.where(np.isnan(replicates).any(axis=0), np.nan, p_values)


def _limits(replicates: Floats, level: float) -> tuple[Floats, Floats]:
    tail = (1 - level) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail], axis=0)
    return low, high
