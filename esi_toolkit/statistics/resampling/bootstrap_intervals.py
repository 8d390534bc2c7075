"""From resampled scores to intervals, and to how often a score came out above a threshold."""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.statistics.intervals import wilson
from esi_toolkit.statistics.resampling.bootstrap import Bootstrap
from esi_toolkit.statistics.resampling.recompute import OVERALL

Floats = NDArray[np.float64]
Method = Literal["percentile", "bca"]


def bootstrap_intervals(
    bootstrap: Bootstrap, *, level: float = 0.95, method: Method = "percentile"
) -> pd.DataFrame:
    """Give an interval for every score.

    Parameters
    ----------
    bootstrap : Bootstrap
        The resampled scores.
    level : float
        Confidence, 0-1.
    method : {"percentile", "bca"}
        Percentiles of the replicates, or percentiles corrected for bias and skewness.

    Returns
    -------
    DataFrame
        `Bootstrap.parts` with ``low``, ``high``, ``standard_error`` (of the replicates) and ``linearised``
        (the cross-check), all on the scale of the score, NaN where there is none; and ``method``,
        ``confidence``.

    Notes
    -----
    Percentile: Efron (1979). BCa: Efron (1987), *JASA* 82, 171-185, with the acceleration from the linearised
    influence of each case. Where every answer is positive, or none is, all replicates are alike and say
    nothing; there the Wilson interval of so many cases stands in, narrowed for the share of the caseload.

    Examples
    --------
    >>> from esi_toolkit.statistics.resampling.bootstrap import bootstrap_scores
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> found = bootstrap_scores(esi, durham.cases, durham.judgements, seed=1, replicates=50)
    >>> table = bootstrap_intervals(found)
    >>> bool((table["low"] < table["high"]).all())
    True
    """
    limits = percentile_limits if method == "percentile" else bca_limits
    low, high = _where_all_alike(bootstrap, level, *limits(bootstrap, level))
    return bootstrap.parts.assign(
        low=low,
        high=high,
        standard_error=_spread(bootstrap.replicates),
        linearised=bootstrap.linearised,
        method=method,
        confidence=level,
    )


def _where_all_alike(bootstrap: Bootstrap, level: float, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Wilson limits where a score is 0 or 100 and no resample has another."""
    score = bootstrap.parts["score"].to_numpy(float)
    none, every = np.isclose(score, 0), np.isclose(score, 100)
    alike = (none | every) & np.isclose(low, high) & (bootstrap.answered > 0)
    n, low, high = bootstrap.answered[alike], low.copy(), high.copy()
    whole = n / bootstrap.seen if bootstrap.seen else None
    ends = wilson(np.where(every[alike], n, 0), n, level=level, caseload=whole)
    low[alike], high[alike] = (100 * end for end in ends)
    return low, high


def _spread(replicates: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.std(replicates, axis=0, ddof=1)


def percentile_limits(bootstrap: Bootstrap, level: float) -> tuple[Floats, Floats]:
    """Take the middle `level` of the replicates of each part (Efron 1979).

    Parameters
    ----------
    bootstrap : Bootstrap
        The resampled scores.
    level : float
        Confidence, 0-1.

    Returns
    -------
    low, high : ndarray
        One value a part; NaN where any replicate has no score.
    """
    tail = (1 - level) / 2
    low, high = np.quantile(bootstrap.replicates, [tail, 1 - tail], axis=0)
    return low, high


def bca_limits(bootstrap: Bootstrap, level: float) -> tuple[Floats, Floats]:
    """Take percentiles corrected for bias and acceleration of each part (Efron 1987).

    Parameters
    ----------
    bootstrap : Bootstrap
        The resampled scores.
    level : float
        Confidence, 0-1.

    Returns
    -------
    low, high : ndarray
        One value a part; where all replicates are alike, that value.
    """
    scores = bootstrap.parts["score"].to_numpy(float)
    columns = zip(bootstrap.replicates.T, scores, acceleration(bootstrap.influence), strict=True)
    limits = [bca_interval(values, score, skew, level) for values, score, skew in columns]
    low, high = np.array(limits).reshape(-1, 2).T
    return low, high


def acceleration(influences: Floats) -> Floats:
    """Give the acceleration constant of BCa from the influence of each case, Σu³ / 6(Σu²)^1.5.

    Parameters
    ----------
    influences : ndarray
        Cases x parts.

    Returns
    -------
    ndarray
        One value a part; 0 where no case has any influence.

    Examples
    --------
    >>> acceleration(np.array([[-1.0], [0], [1]]))
    array([0.])
    """
    cubes, squares = (influences**3).sum(axis=0), (influences**2).sum(axis=0)
    return np.divide(cubes, 6 * squares**1.5, out=np.zeros_like(cubes), where=squares > 1e-18)


def bca_interval(replicates: Floats, estimate: float, skew: float, level: float) -> tuple[float, float]:
    """Give the BCa interval of one estimate.

    Parameters
    ----------
    replicates : ndarray
        Resampled estimates.
    estimate : float
        The estimate itself.
    skew : float
        Acceleration constant.
    level : float
        Confidence, 0-1.

    Returns
    -------
    low, high : float

    Notes
    -----
    Efron (1987), *JASA* 82, 171-185.

    Examples
    --------
    >>> [round(end, 1) for end in bca_interval(np.arange(101.0), estimate=50.0, skew=0.0, level=0.9)]
    [5.0, 95.0]
    """
    if np.isnan(estimate) or np.isnan(replicates).any():
        return np.nan, np.nan
    below = float(np.mean(replicates < estimate) + np.mean(replicates <= estimate)) / 2
    if below in (0.0, 1.0) or np.ptp(replicates) < 1e-9:  # no way to place the estimate among its replicates
        return tuple(np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2]).tolist())
    normal = NormalDist()
    bias = normal.inv_cdf(below)
    ends = (bias + normal.inv_cdf(tail) for tail in ((1 - level) / 2, (1 + level) / 2))
    shares = [normal.cdf(bias + end / (1 - skew * end)) for end in ends]
    low, high = np.quantile(replicates, shares)
    return float(low), float(high)


def probability_above(bootstrap: Bootstrap, threshold: float, *, code: str = OVERALL) -> float:
    """Give the share of resampled inspections in which a score is above a threshold.

    Parameters
    ----------
    bootstrap : Bootstrap
        The resampled scores.
    threshold : float
        A score, 0-100.
    code : str
        The part; ``overall`` by default.

    Returns
    -------
    float
        0-1; replicates exactly at the threshold count half. NaN where the part has no score.

    Notes
    -----
    Percentile bootstrap, Efron (1979): how often a sample like this one would come out above the threshold.

    Examples
    --------
    >>> from esi_toolkit.statistics.resampling.bootstrap import bootstrap_scores
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> found = bootstrap_scores(esi, durham.cases, durham.judgements, seed=1, replicates=50)
    >>> probability_above(found, 50), probability_above(found, 100)
    (1.0, 0.0)
    """
    values = bootstrap.of(code)
    if np.isnan(values).any():
        return float("nan")
    return float((np.mean(values > threshold) + np.mean(values >= threshold)) / 2)
