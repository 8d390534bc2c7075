"""An area against its family group: is it outside what chance allows for so many cases?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from esi_toolkit.statistics.intervals import normal_quantile

Floats = NDArray[np.float64]
INSIDE = "inside"
NO_SCORE = "no score"


@dataclass(frozen=True)
class OverDispersion:
    """How much areas differ beyond chance.

    Attributes
    ----------
    phi : float
        Mean squared winsorised z; about 1 where only chance is at work.
    tau_squared : float
        Variance between areas, on the scale of asin √p for shares; 0 where chance explains it all. Unstable
        with few areas.
    areas : int
        Areas that had relevant cases.
    p_value : float
        How likely areas differ as much as these by chance alone (Cochran's Q, not winsorised); NaN for one
        area. Where it is not small, a variance above 0 may be chance as well.
    """

    phi: float
    tau_squared: float
    areas: int
    p_value: float = float("nan")


def funnel_limits(
    target: ArrayLike, relevant: ArrayLike, *, level: float, tau_squared: float = 0.0
) -> tuple[Floats, Floats]:
    """Give the limits within which an area's share lies by chance.

    Parameters
    ----------
    target : array-like
        Share of the whole family group, 0-1.
    relevant : array-like
        Relevant cases of the area.
    level : float
        0.95 or 0.998, say.
    tau_squared : float
        Variance between areas, from `over_dispersion`; 0 for chance alone.

    Returns
    -------
    low, high : ndarray
        Shares, cut to 0-1; NaN without relevant cases.

    Notes
    -----
    P ± z√(P(1-P)/n), Spiegelhalter (2005), *Statistics in Medicine* 24, 1185-1202. With a variance between
    areas: sin²(asin √P ± z√(1/4n + τ²)), additive random effects, the same paper.

    Examples
    --------
    >>> low, high = funnel_limits(0.80642448, 5, level=0.95)
    >>> round(float(low), 8), float(high)
    (0.46011039, 1.0)
    """
    share, n = np.asarray(target, dtype=float), np.asarray(relevant, dtype=float)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        if tau_squared:
            centre, reach = np.arcsin(np.sqrt(share)), z * np.sqrt(1 / (4 * n) + tau_squared)
            ends = (np.clip(end, 0, np.pi / 2) for end in (centre - reach, centre + reach))
            low, high = (np.sin(end) ** 2 for end in ends)
        else:
            reach = z * np.sqrt(share * (1 - share) / n)
            low, high = np.clip(share - reach, 0, 1), np.clip(share + reach, 0, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def over_dispersion(positive: ArrayLike, relevant: ArrayLike, *, winsorise: float = 0.1) -> OverDispersion:
    """Estimate how much areas differ beyond chance.

    Parameters
    ----------
    positive, relevant : array-like
        One value an area; areas without relevant cases are left out.
    winsorise : float
        Share of the areas at either end whose z is drawn in to the next, so that a true outlier does not hide
        itself.

    Returns
    -------
    OverDispersion

    Notes
    -----
    Spiegelhalter (2005), *Statistics in Medicine* 24, 1185-1202: z = (asin √p - asin √P) 2√n, winsorised;
    φ = Σz²/k; τ² = max(0, (kφ - (k-1)) / (Σs⁻² - Σs⁻⁴/Σs⁻²)) with s = 1/(2√n) (method of moments, DerSimonian
    & Laird); Q = Σz² without winsorising, chi-squared with k-1 degrees of freedom (Cochran 1954, *Biometrics*
    10, 101-129).

    Examples
    --------
    >>> over_dispersion([80, 80, 80], [100, 100, 100]).tau_squared
    0.0
    """
    k, n = np.asarray(positive, dtype=float), np.asarray(relevant, dtype=float)
    k, n = k[n > 0], n[n > 0]
    if len(n) < 2:
        return OverDispersion(float("nan"), 0.0, len(n))
    z = (np.arcsin(np.sqrt(k / n)) - np.arcsin(np.sqrt(k.sum() / n.sum()))) * 2 * np.sqrt(n)
    return _beyond_chance(z, 4 * n, winsorise)


def _beyond_chance(z: Floats, precision: Floats, winsorise: float) -> OverDispersion:
    """phi and tau-squared from standardised deviations and their precisions, 1/s²."""
    from scipy.special import chdtrc

    squares = (np.clip(z, *np.quantile(z, [winsorise, 1 - winsorise])) ** 2).sum()
    room = precision.sum() - (precision**2).sum() / precision.sum()
    tau_squared = max(0.0, (squares - (len(z) - 1)) / room)
    by_chance = float(chdtrc(len(z) - 1, (z**2).sum()))
    return OverDispersion(float(squares / len(z)), float(tau_squared), len(z), by_chance)


def over_dispersion_of_scores(scores: pd.DataFrame, *, winsorise: float = 0.1) -> OverDispersion:
    """Estimate how much areas differ beyond chance in a score that is not one share.

    Parameters
    ----------
    scores : DataFrame
        One row an area: ``score`` (0-100) and ``standard_error`` in points; areas without either are left
        out.
    winsorise : float
        As `over_dispersion`.

    Returns
    -------
    OverDispersion
        Its ``tau_squared`` is in squared points of the score.

    Notes
    -----
    As `over_dispersion`, with z = (score - target) / standard error and the target weighted by precision.

    Examples
    --------
    >>> table = pd.DataFrame({"score": [80.0, 90.0, 70.0], "standard_error": [1.0, 1.0, 1.0]})
    >>> over_dispersion_of_scores(table, winsorise=0).tau_squared
    99.0
    """
    known = scores.dropna(subset=["score", "standard_error"])
    known = known[known["standard_error"] > 0]
    score, error = known["score"].to_numpy(float), known["standard_error"].to_numpy(float)
    if len(known) < 2:
        return OverDispersion(float("nan"), 0.0, len(known))
    target = (score / error**2).sum() / (1 / error**2).sum()
    return _beyond_chance((score - target) / error, 1 / error**2, winsorise)


def funnel(
    areas: pd.DataFrame,
    *,
    levels: Sequence[float] = (0.95, 0.998),
    leave_out: bool = False,
    tau_squared: float = 0.0,
) -> pd.DataFrame:
    """Place every area in the funnel of its family group.

    Parameters
    ----------
    areas : DataFrame
        One row an area: ``area``, ``positive``, ``relevant``.
    levels : sequence of float
        Limits, the narrower first.
    leave_out : bool
        Compare each area with the others only, so that it does not pull the target towards itself.
    tau_squared : float
        Variance between areas beyond chance; 0 for chance alone.

    Returns
    -------
    DataFrame
        `areas` with ``score``, ``target``, ``low_95``, ``high_95``, ``low_99.8``, ``high_99.8`` (0-100, NaN
        without relevant cases), and ``outside``: "inside", or which limits the area is outside of and on
        which side, as "above 99.8%".

    Notes
    -----
    Funnel plot; Spiegelhalter (2005), *Statistics in Medicine* 24, 1185-1202.

    Examples
    --------
    >>> table = pd.DataFrame({"area": ["a", "b", "c"], "positive": [80, 82, 60], "relevant": [100, 100, 100]})
    >>> funnel(table)["outside"].tolist()
    ['inside', 'inside', 'below 99.8%']
    """
    k, n = areas["positive"].to_numpy(float), areas["relevant"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        target = (k.sum() - k) / (n.sum() - n) if leave_out else np.full(len(n), k.sum() / n.sum())
    columns = {"score": 100 * share, "target": 100 * target}
    outside = np.where(np.isnan(share), NO_SCORE, INSIDE).astype(object)
    for level in levels:
        low, high = funnel_limits(target, n, level=level, tau_squared=tau_squared)
        columns |= {f"low_{100 * level:g}": 100 * low, f"high_{100 * level:g}": 100 * high}
        outside[share < low] = f"below {100 * level:g}%"
        outside[share > high] = f"above {100 * level:g}%"
    return areas.assign(**columns, outside=outside)


def funnel_of_scores(
    scores: pd.DataFrame,
    *,
    levels: Sequence[float] = (0.95, 0.998),
    leave_out: bool = False,
    tau_squared: float = 0.0,
) -> pd.DataFrame:
    """Place areas by a score that is not one share, such as a criterion or the overall.

    Parameters
    ----------
    scores : DataFrame
        One row an area: ``area``, ``score`` (0-100) and ``standard_error`` in points, from the bootstrap.
    levels : sequence of float
        Limits, the narrower first.
    leave_out : bool
        Compare each area with the others only.
    tau_squared : float
        Variance between areas beyond chance, from `over_dispersion_of_scores`; 0 for chance alone.

    Returns
    -------
    DataFrame
        `scores` with ``target`` (mean of the areas, weighted by their precision), ``precision`` (1 / standard
        error, the usual axis of such a funnel), limits and ``outside``, as `funnel`. Areas without a score
        stay NaN.

    Notes
    -----
    Funnel plot with known standard errors, target ± z·√(SE² + τ²); Spiegelhalter (2005), *Statistics in
    Medicine* 24, 1185-1202.

    Examples
    --------
    >>> scores = pd.DataFrame({"area": ["a", "b"], "score": [84.0, 70.0], "standard_error": [1.5, 1.5]})
    >>> funnel_of_scores(scores)["outside"].tolist()
    ['above 99.8%', 'below 99.8%']
    """
    score, error = scores["score"].to_numpy(float), scores["standard_error"].to_numpy(float)
    known = ~np.isnan(score) & (error > 0)
    weight = np.where(known, 1 / np.where(known, error, 1) ** 2, 0)
    total, weighted = weight.sum(), (weight * np.nan_to_num(score)).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        own = weight if leave_out else 0 * weight
        target = (weighted - own * np.nan_to_num(score)) / (total - own)
    columns = {"target": target, "precision": np.where(known, 1 / np.where(known, error, 1), np.nan)}
    outside = np.where(known, INSIDE, NO_SCORE).astype(object)
    for level in levels:
        reach = normal_quantile(level) * np.where(known, np.hypot(error, np.sqrt(tau_squared)), np.nan)
        columns |= {
            f"low_{100 * level:g}": np.clip(target - reach, 0, 100),
            f"high_{100 * level:g}": np.clip(target + reach, 0, 100),
        }
        outside[score < target - reach] = f"below {100 * level:g}%"
        outside[score > target + reach] = f"above {100 * level:g}%"
    return scores.assign(**columns, outside=outside)
