"""How much do the scores depend on the weights? Equal ones, one moved at a time, and all moved at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.resampling.recompute import ScoreWeights, part_codes, roll_up, roll_up_criteria
from esi_toolkit.statistics.sensitivity import largest_first, overall_of, scores_of

Floats = NDArray[np.float64]
_MATRIX = {"questions": "into_criteria", "importance": "into_sections", "sections": "into_overall"}


def equal_weights(scorecard: Scorecard) -> pd.DataFrame:
    """Work the scores out with equal weights, one kind of weight at a time.

    Parameters
    ----------
    scorecard : Scorecard
        Any level of evidence; question weights are left out where only criterion scores were given.

    Returns
    -------
    DataFrame
        ``equal`` (questions, importance, sections), ``level``, ``code``, ``score`` (official, 0-100),
        ``other`` (with those weights equal) and ``change``. A weight of 0 stays 0: it says what is not
        scored.

    Notes
    -----
    Equal weighting as an alternative; OECD (2008), *Handbook on Constructing Composite Indicators*, section
    6.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> from esi_toolkit.method.score import score
    >>> card = score(esi, durham)
    >>> sorted(set(equal_weights(card)["equal"]))
    ['importance', 'questions', 'sections']
    """
    weights, questions, criteria = scores_of(scorecard)
    official = _parts(criteria, weights)
    tables = []
    for name in ("questions", "importance", "sections"):
        if name == "questions":
            if np.isnan(questions).all():
                continue
            other = roll_up(questions[None, :], _equalised(weights, name)).parts[0]
        else:
            other = _parts(criteria, _equalised(weights, name))
        tables.append(
            part_codes(weights).assign(equal=name, score=official, other=other, change=other - official)
        )
    return pd.concat(tables, ignore_index=True)[["equal", "level", "code", "score", "other", "change"]]


def _parts(criteria: Floats, weights: ScoreWeights) -> Floats:
    sections, overall = roll_up_criteria(criteria[None, :], weights)
    return np.hstack([overall, sections, criteria[None, :]])[0]


def _equalised(weights: ScoreWeights, name: str) -> ScoreWeights:
    matrix = _MATRIX[name]
    return replace(weights, **{matrix: (getattr(weights, matrix) > 0).astype(float)})


def moved_weights(scorecard: Scorecard, *, by: float = 0.25) -> pd.DataFrame:
    """Move every weight down and up by a share of itself, one at a time.

    Parameters
    ----------
    scorecard : Scorecard
        Any level of evidence.
    by : float
        0.25 moves a weight to 75% and to 125% of itself.

    Returns
    -------
    DataFrame
        ``level`` (question, criterion, section), ``code``, ``lower`` and ``higher`` (the overall with the
        lower and with the higher weight, 0-100) and ``change`` (the larger of the two changes), largest
        first. `weight_range` moves all at once.

    Notes
    -----
    One-at-a-time sensitivity analysis; OECD (2008), *Handbook on Constructing Composite Indicators*, section
    7.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> from esi_toolkit.method.score import score
    >>> card = score(esi, durham)
    >>> moved_weights(card)["change"].abs().is_monotonic_decreasing
    True
    """
    weights, _, criteria = scores_of(scorecard)
    official = overall_of(criteria, weights)
    rows = [
        (level, code, *ends, max((end - official for end in ends), key=abs))
        for level, code, ends in _moved(scorecard, by)
    ]
    return largest_first(pd.DataFrame(rows, columns=["level", "code", "lower", "higher", "change"]))


def _moved(scorecard: Scorecard, by: float) -> Iterator[tuple[str, str, tuple[float, float]]]:
    """Every weight with the overall it leads to at its lower and at its higher end."""
    weights, questions, criteria = scores_of(scorecard)
    kinds = [("section", "sections", weights.sections), ("criterion", "importance", weights.criteria)]
    if not np.isnan(questions).all():
        kinds.append(("question", "questions", weights.questions))
    for level, name, codes in kinds:
        for row, code in enumerate(codes):
            lower, higher = (
                _overall_with(_scaled(weights, _MATRIX[name], row, factor), questions, criteria, level)
                for factor in (1 - by, 1 + by)
            )
            yield level, code, (lower, higher)


def _scaled(weights: ScoreWeights, matrix: str, row: int, factor: float) -> ScoreWeights:
    moved = getattr(weights, matrix).copy()
    moved[row] *= factor
    return replace(weights, **{matrix: moved})


def _overall_with(weights: ScoreWeights, questions: Floats, criteria: Floats, level: str) -> float:
    if level == "question":
        return float(roll_up(questions[None, :], weights).overall[0, 0])
    return overall_of(criteria, weights)


def weight_range(scorecard: Scorecard, *, by: float = 0.25) -> tuple[float, float]:
    """Give the lowest and the highest overall score when every weight may move at once.

    Parameters
    ----------
    scorecard : Scorecard
        Any level of evidence.
    by : float
        Every weight lies between 1 - `by` and 1 + `by` of itself, each on its own.

    Returns
    -------
    low, high : float
        0-100; the overall lies within whatever the weights are.

    Notes
    -----
    Exact, no simulation: a weighted mean is extreme when the weights above a cut are at one end and those
    below it at the other, and the overall rises with every part; so the cuts are found level by level.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> from esi_toolkit.method.score import score
    >>> card = score(esi, durham)
    >>> low, high = weight_range(card)
    >>> low < card.overall.score < high
    True
    """
    weights, questions, criteria = scores_of(scorecard)
    ends = []
    for sign in (-1.0, 1.0):
        own = criteria
        if not np.isnan(questions).all():
            own = _extreme(questions, weights.into_criteria, by, sign)
        sections = _extreme(own, weights.into_sections, by, sign)
        ends.append(float(_extreme(sections, weights.into_overall, by, sign)[0]))
    return ends[0], ends[1]


def _extreme(values: Floats, weights: Floats, by: float, sign: float) -> Floats:
    """Largest (sign 1) or smallest (-1) weighted mean of each column when its weights may move by a share."""
    results = []
    for column in weights.T:
        used = (column > 0) & ~np.isnan(values)
        order = np.argsort(sign * values[used])
        own, base = values[used][order], column[used][order]
        # The first `cut` values, the least wanted, get the low weight and the rest the high one.
        low_first = np.where(np.tri(len(own) + 1, len(own), -1, dtype=bool), 1 - by, 1 + by) * base
        means = (low_first @ own) / low_first.sum(axis=1) if len(own) else np.array([np.nan])
        results.append(sign * np.max(sign * means))
    return np.array(results)
