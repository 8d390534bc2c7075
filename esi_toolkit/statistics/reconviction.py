"""Two-year reconviction: is what was observed more than what was predicted?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from esi_toolkit.statistics.intervals import normal_quantile

Floats = NDArray[np.float64]
BYAR_FROM = 10
"""Fewest events for which Byar's approximation is good (Breslow & Day 1987, section 2.3)."""


@dataclass(frozen=True)
class ObservedExpected:
    """Reconvictions observed against expected.

    Attributes
    ----------
    cases, observed : int
        Cases followed up; those reconvicted.
    expected : float
        Sum of the predicted probabilities.
    ratio, low, high : float
        Observed / expected with its limits; NaN where nothing is expected.
    limits : str
        "Byar" or "exact Poisson".
    at_least, at_most, two_sided : float
        Probabilities of as many or more, as many or fewer, and of a number no likelier, were the predictions
        right.
    """

    cases: int
    observed: int
    expected: float
    ratio: float
    low: float
    high: float
    limits: str
    at_least: float
    at_most: float
    two_sided: float


@dataclass(frozen=True)
class TwoRates:
    """Two printed rates compared, as far as that is possible.

    Attributes
    ----------
    testable : bool
        False when the number of cases was not given.
    needed : int or None
        Fewest cases from which this difference would be significant; None when there is no difference.
    z, p_value : float
        Score test with the predicted rate fixed; NaN when not testable.
    words : str
        The answer in one sentence.
    """

    testable: bool
    needed: int | None
    z: float
    p_value: float
    words: str


def poisson_binomial(probabilities: ArrayLike) -> Floats:
    """Give the probability of every number of events, each case having a probability of its own.

    Parameters
    ----------
    probabilities : array-like
        One a case, 0-1.

    Returns
    -------
    ndarray
        Probability of 0, 1, …, n events.

    Raises
    ------
    ValueError
        A probability is outside 0-1 or missing.

    Notes
    -----
    Poisson-binomial distribution, exactly, by dynamic programming over the cases; Hong (2013), *Computational
    Statistics & Data Analysis* 59, 41-51.

    Examples
    --------
    >>> round(float(poisson_binomial([.3, .5, .58, .62, .7, .8])[5:].sum()), 8)
    0.1917788
    """
    chances = np.asarray(probabilities, dtype=float).ravel()
    if not np.all((chances >= 0) & (chances <= 1)):
        raise ValueError("predicted probabilities must lie between 0 and 1, and none may be missing")
    mass = np.zeros(len(chances) + 1)
    mass[0] = 1
    for p in chances:
        mass[1:] = mass[1:] * (1 - p) + mass[:-1] * p
        mass[0] *= 1 - p
    return mass


def poisson_limits(observed: int, *, level: float = 0.95, method: str | None = None) -> tuple[float, float]:
    """Give limits for a number of events.

    Parameters
    ----------
    observed : int
        Events.
    level : float
        Confidence, 0-1.
    method : {"Byar", "exact Poisson"}, optional
        Default: Byar from 10 events on, exact below.

    Returns
    -------
    low, high : float
        Divide by the expected number for the limits of observed / expected.

    Notes
    -----
    Byar's approximation and exact Poisson limits; Breslow & Day (1987), *Statistical Methods in Cancer
    Research* II, section 2.3; Garwood (1936), *Biometrika* 28, 437-442.

    Examples
    --------
    >>> [round(limit, 5) for limit in poisson_limits(63)]
    [48.40844, 80.60568]
    """
    if (method or limits_method(observed)) == "Byar":
        z = normal_quantile(level)
        return _byar(observed, -z), _byar(observed + 1, z)
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = float(gammaincinv(observed, tail)) if observed else 0.0
    return low, float(gammaincinv(observed + 1, 1 - tail))


def limits_method(observed: int) -> str:
    """Name the limits that suit a number of events.

    Examples
    --------
    >>> limits_method(9), limits_method(10)
    ('exact Poisson', 'Byar')
    """
    return "Byar" if observed >= BYAR_FROM else "exact Poisson"


def _byar(events: int, z: float) -> float:
    return events * (1 - 1 / (9 * events) + z / (3 * math.sqrt(events))) ** 3 if events else 0.0


def observed_against_expected(
    observed: ArrayLike, predicted: ArrayLike, *, level: float = 0.95
) -> ObservedExpected:
    """Compare reconvictions with what was predicted for the same cases.

    Parameters
    ----------
    observed : array-like
        1 where the case was reconvicted, else 0; one a case.
    predicted : array-like
        Predicted probability of reconviction, 0-1; one a case.
    level : float
        Confidence of the limits, 0-1.

    Returns
    -------
    ObservedExpected

    Raises
    ------
    ValueError
        Lengths differ, or an outcome is not 0 or 1.

    Notes
    -----
    Exact Poisson-binomial test (see `poisson_binomial`); ratio with Byar or exact Poisson limits
    (`poisson_limits`).

    Examples
    --------
    >>> found = observed_against_expected([0, 1, 1, 1, 1, 1], [0.3, 0.5, 0.58, 0.62, 0.7, 0.8])
    >>> round(found.expected, 2), found.observed, round(found.at_least, 4)
    (3.5, 5, 0.1918)
    """
    outcomes, chances = np.asarray(observed, dtype=float), np.asarray(predicted, dtype=float)
    if outcomes.shape != chances.shape or not np.isin(outcomes, [0, 1]).all():
        raise ValueError("every case needs an outcome of 0 or 1 and a predicted probability")
    events, expected = int(outcomes.sum()), float(chances.sum())
    mass = poisson_binomial(chances)
    low, high = poisson_limits(events, level=level)
    by = expected or math.nan
    no_likelier = mass <= mass[events] * (1 + 1e-9)  # ties must not be decided by the last bit
    return ObservedExpected(
        cases=len(chances),
        observed=events,
        expected=expected,
        ratio=events / by,
        low=low / by,
        high=high / by,
        limits=limits_method(events),
        at_least=_tail(mass[events:]),
        at_most=_tail(mass[: events + 1]),
        two_sided=_tail(mass[no_likelier]),
    )


def _tail(mass: Floats) -> float:
    return min(1.0, float(mass.sum()))


def reconviction_by(cases: pd.DataFrame, by: str, *, level: float = 0.95) -> pd.DataFrame:
    """Compare observed with expected within each area, score band or any other group.

    Parameters
    ----------
    cases : DataFrame
        One row a case followed up: ``observed`` (0/1), ``predicted`` (0-1), and the column `by`.
    by : str
        Column to group by.
    level : float
        Confidence of the limits, 0-1.

    Returns
    -------
    DataFrame
        Column `by` and the fields of `ObservedExpected`, one row a group, in the order of the groups.

    Notes
    -----
    As `observed_against_expected`.

    Examples
    --------
    >>> followed = pd.DataFrame({"area": ["a", "a", "b"], "observed": [1, 0, 1], "predicted": [.5, .5, .8]})
    >>> reconviction_by(followed, "area")[["area", "observed", "expected"]].values.tolist()
    [['a', 1, 1.0], ['b', 1, 0.8]]
    """
    rows = [
        {by: group, **vars(observed_against_expected(own["observed"], own["predicted"], level=level))}
        for group, own in cases.groupby(by, observed=True)
    ]
    columns = [by, *ObservedExpected.__dataclass_fields__]
    return pd.DataFrame(rows, columns=columns)


def score_bands(predicted: ArrayLike, edges: Sequence[float]) -> pd.Categorical:
    """Sort cases into bands of predicted probability.

    Parameters
    ----------
    predicted : array-like
        Predicted probabilities, 0-1.
    edges : sequence of float
        Where bands meet, ascending, between 0 and 1; a case at an edge belongs to the higher band.

    Returns
    -------
    Categorical
        In order, named "0-30%", "30-60%" and so on.

    Examples
    --------
    >>> list(score_bands([0.1, 0.5, 0.9], [0.5]))
    ['0-50%', '50-100%', '50-100%']
    """
    bounds = [0.0, *edges, 1.0]
    names = [f"{100 * low:g}-{100 * high:g}%" for low, high in pairwise(bounds)]
    band = np.searchsorted(np.asarray(edges, dtype=float), np.asarray(predicted, dtype=float), side="right")
    return pd.Categorical.from_codes(band, categories=names, ordered=True)


def compare_two_rates(
    actual: float, predicted: float, *, cases: int | None = None, level: float = 0.95
) -> TwoRates:
    """Compare a printed actual rate with a printed predicted one.

    Parameters
    ----------
    actual, predicted : float
        Percent, 0-100; the prediction strictly between.
    cases : int, optional
        Number of cases behind the actual rate. Absent: the rates cannot be tested, and what would be needed
        is said.
    level : float
        Confidence, 0-1.

    Returns
    -------
    TwoRates

    Raises
    ------
    ValueError
        The predicted rate is not between 0 and 100.

    Notes
    -----
    Score test of one proportion with the prediction fixed, z = (p - π) / √(π(1-π)/n); solved for n.

    Examples
    --------
    >>> compare_two_rates(63.3, 58).words
    'not testable: the number of cases is not given; at least 334 would be needed'
    """
    p, fixed = actual / 100, predicted / 100
    if not 0 < fixed < 1:
        raise ValueError(f"the predicted rate is {predicted}; it must lie between 0 and 100")
    needed = _cases_needed(p, fixed, level)
    if cases is None:
        tail = f"at least {needed} would be needed" if needed else "and the two rates are equal"
        words = f"not testable: the number of cases is not given; {tail}"
        return TwoRates(False, needed, math.nan, math.nan, words)
    z = (p - fixed) / math.sqrt(fixed * (1 - fixed) / cases)
    p_value = math.erfc(abs(z) / math.sqrt(2))
    verdict = "differs from" if p_value < 1 - level else "does not differ significantly from"
    words = f"over {cases} cases the actual rate {verdict} the predicted one (p = {p_value:.3f})"
    return TwoRates(True, needed, z, p_value, words)


def _cases_needed(p: float, fixed: float, level: float) -> int | None:
    if math.isclose(p, fixed):
        return None
    return math.ceil(normal_quantile(level) ** 2 * fixed * (1 - fixed) / (p - fixed) ** 2)
