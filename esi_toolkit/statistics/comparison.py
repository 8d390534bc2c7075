"""Two groups compared, the same over several areas, and many comparisons at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from esi_toolkit.statistics.intervals import normal_quantile, wilson

Floats = NDArray[np.float64]
Adjustment = Literal["holm", "benjamini-hochberg"]


@dataclass(frozen=True)
class PooledDifference:
    """One difference pooled over areas.

    Attributes
    ----------
    difference, low, high : float
        Share of the first group minus that of the second, 0-1; NaN where no area has both groups.
    areas : int
        Areas that have both groups.
    homogeneity, p_value : float
        Breslow-Day statistic and its p-value: do the areas differ in this difference (as odds ratios)? NaN
        where fewer than two areas can say.
    """

    difference: float
    low: float
    high: float
    areas: int
    homogeneity: float
    p_value: float


def difference_of_shares(
    positive: ArrayLike,
    relevant: ArrayLike,
    other_positive: ArrayLike,
    other_relevant: ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Subtract one share from another, with an interval.

    Parameters
    ----------
    positive, relevant, other_positive, other_relevant : array-like
        Positive answers out of relevant cases of the first group and of the second.
    level : float
        Confidence, 0-1.

    Returns
    -------
    difference, low, high : ndarray
        First share minus second, -1 to 1; NaN where a group has no relevant case.

    Notes
    -----
    Hybrid score interval, method 10 of Newcombe (1998), *Statistics in Medicine* 17, 873-890.

    Examples
    --------
    >>> [round(float(value), 5) for value in difference_of_shares(12, 20, 70, 80)]
    [-0.275, -0.49556, -0.07267]
    """
    counts = (np.asarray(v, dtype=float) for v in (positive, relevant, other_positive, other_relevant))
    k1, n1, k2, n2 = np.broadcast_arrays(*counts)
    empty = (n1 == 0) | (n2 == 0)
    k1, n1, k2, n2 = (np.where(empty, 1.0, v) for v in (k1, n1, k2, n2))
    p1, p2 = k1 / n1, k2 / n2
    (low1, high1), (low2, high2) = wilson(k1, n1, level=level), wilson(k2, n2, level=level)
    low = p1 - p2 - np.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    difference, low, high = (np.where(empty, np.nan, v) for v in (p1 - p2, low, high))
    return difference, low, high


def fisher_p_value(positive: int, relevant: int, other_positive: int, other_relevant: int) -> float:
    """Give the probability of a difference at least as unlikely, were there none.

    Parameters
    ----------
    positive, relevant, other_positive, other_relevant : int
        Positive answers out of relevant cases of the first group and of the second.

    Returns
    -------
    float
        Two-sided p-value.

    Notes
    -----
    Fisher's exact test; Fisher (1935), *JRSS* 98, 39-54.

    Examples
    --------
    >>> round(fisher_p_value(12, 20, 70, 80), 4)
    0.0082
    """
    from scipy.stats import fisher_exact

    table = [[positive, relevant - positive], [other_positive, other_relevant - other_positive]]
    return float(fisher_exact(table).pvalue)


def compare_groups(
    counts: pd.DataFrame, *, reference: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Compare each group with all other cases, or with one group.

    Parameters
    ----------
    counts : DataFrame
        One row a group: ``group``, ``positive``, ``relevant``.
    reference : str, optional
        The group to compare with; it then has no row of its own. Default: each group against all others
        together.
    level : float
        Confidence, 0-1.

    Returns
    -------
    DataFrame
        ``group``, ``positive``, ``relevant``, ``score``, ``other_positive``, ``other_relevant``,
        ``other_score``, ``difference``, ``low``, ``high`` (points, NaN where either has no relevant case) and
        ``p_value``. Adjust the p-values with `adjust_p_values` when several are read together.

    Raises
    ------
    ValueError
        `reference` is not one of the groups.

    Notes
    -----
    Newcombe (1998), method 10; Fisher's exact test.

    Examples
    --------
    >>> counts = pd.DataFrame({"group": ["women", "men"], "positive": [12, 70], "relevant": [20, 80]})
    >>> compare_groups(counts)[["group", "difference"]].values.tolist()
    [['women', -27.500000000000004], ['men', 27.500000000000004]]
    """
    own = counts[["group", "positive", "relevant"]].reset_index(drop=True)
    if reference is not None:
        if reference not in set(own["group"]):
            raise ValueError(f"there is no group '{reference}' to compare with")
        other = own.loc[own["group"] == reference, ["positive", "relevant"]].sum()
        own = own[own["group"] != reference].reset_index(drop=True)
        own = own.assign(other_positive=other["positive"], other_relevant=other["relevant"])
    else:
        totals = own[["positive", "relevant"]].sum()
        own = own.assign(
            other_positive=totals["positive"] - own["positive"],
            other_relevant=totals["relevant"] - own["relevant"],
        )
    return _with_differences(own, level)


def _with_differences(table: pd.DataFrame, level: float) -> pd.DataFrame:
    columns = ["positive", "relevant", "other_positive", "other_relevant"]
    difference, low, high = difference_of_shares(*(table[c].to_numpy(float) for c in columns), level=level)
    whole = table[columns].round().astype(int)
    p_values = [fisher_p_value(*row) for row in whole.itertuples(index=False)]
    return table.assign(
        score=100 * table["positive"] / table["relevant"].where(table["relevant"] > 0),
        other_score=100
        * table["other_positive"]
        / table["other_relevant"].where(table["other_relevant"] > 0),
        difference=100 * difference,
        low=100 * low,
        high=100 * high,
        p_value=np.where(np.isnan(difference), np.nan, p_values),
    )


def pooled_difference(tables: pd.DataFrame, *, level: float = 0.95) -> PooledDifference:
    """Pool one comparison over areas, each area compared with itself.

    Parameters
    ----------
    tables : DataFrame
        One row an area: ``positive``, ``relevant``, ``other_positive``, ``other_relevant``.
    level : float
        Confidence, 0-1.

    Returns
    -------
    PooledDifference

    Notes
    -----
    Mantel-Haenszel risk difference (Mantel & Haenszel 1959, *JNCI* 22, 719-748; Greenland & Robins 1985,
    *Biometrics* 41, 55-68) with the variance of Sato (1989), *Biometrics* 45, 1323-1324; homogeneity by
    Breslow & Day (1980) with Tarone's (1985) correction.

    Examples
    --------
    >>> areas = pd.DataFrame({"positive": [12, 9], "relevant": [20, 10], "other_positive": [70, 30],
    ...                       "other_relevant": [80, 40]})
    >>> round(pooled_difference(areas).difference, 4)
    -0.1333
    """
    columns = ["positive", "relevant", "other_positive", "other_relevant"]
    x, n, y, m = tables[columns].to_numpy(float).T
    both = (n > 0) & (m > 0)
    x, n, y, m = x[both], n[both], y[both], m[both]
    if not both.any():
        return PooledDifference(np.nan, np.nan, np.nan, 0, np.nan, np.nan)
    whole = n + m
    weight = (n * m / whole).sum()
    difference = ((x * m - y * n) / whole).sum() / weight
    p = ((n**2 * y - m**2 * x + n * m * (m - n) / 2) / whole**2).sum()
    q = ((x * (m - y) + y * (n - x)) / (2 * whole)).sum()
    reach = normal_quantile(level) * np.sqrt(max(0.0, difference * p + q)) / weight
    low, high = max(-1.0, difference - reach), min(1.0, difference + reach)
    homogeneity, p_value = breslow_day(x, n, y, m)
    return PooledDifference(float(difference), float(low), float(high), len(n), homogeneity, p_value)


def breslow_day(
    positive: ArrayLike, relevant: ArrayLike, other_positive: ArrayLike, other_relevant: ArrayLike
) -> tuple[float, float]:
    """Ask whether areas differ in the odds ratio of two groups.

    Parameters
    ----------
    positive, relevant, other_positive, other_relevant : array-like
        One value an area.

    Returns
    -------
    statistic, p_value : float
        NaN where fewer than two areas have both groups and both kinds of answer.

    Notes
    -----
    Breslow & Day (1980), *Statistical Methods in Cancer Research* I, section 4.4, with the correction of
    Tarone (1985), *Biometrika* 72, 91-95. Not taken from statsmodels, which divides by zero where the pooled
    odds ratio is 1.

    Examples
    --------
    >>> [round(value, 3) for value in breslow_day([8, 2], [10, 10], [2, 8], [10, 10])]
    [14.4, 0.0]
    """
    from scipy.special import chdtrc

    x, n, y, m = (np.asarray(v, dtype=float) for v in (positive, relevant, other_positive, other_relevant))
    tells = (n > 0) & (m > 0) & (x + y > 0) & (x + y < n + m)
    x, n, y, m = x[tells], n[tells], y[tells], m[tells]
    against = (y * (n - x) / (n + m)).sum()
    if len(x) < 2 or not against or not (x * (m - y)).sum():
        return float("nan"), float("nan")
    ratio = (x * (m - y) / (n + m)).sum() / against
    expected = _expected_positive(ratio, n, m, x + y)
    rest = x + y - expected
    variance = 1 / (1 / expected + 1 / (n - expected) + 1 / rest + 1 / (m - rest))
    statistic = ((x - expected) ** 2 / variance).sum() - (x - expected).sum() ** 2 / variance.sum()
    statistic = max(0.0, float(statistic))  # a hair below where all areas agree
    return statistic, float(chdtrc(len(x) - 1, statistic))


def _expected_positive(ratio: float, n: Floats, m: Floats, positive: Floats) -> Floats:
    """Positives of the first group under one odds ratio: a quadratic root, written to hold at ratio 1 too."""
    linear = ratio * (n + positive) + m - positive
    return 2 * ratio * n * positive / (linear + np.sqrt(linear**2 - 4 * (ratio - 1) * ratio * n * positive))


def adjust_p_values(p_values: ArrayLike, *, method: Adjustment, family: str) -> pd.DataFrame:
    """Adjust p-values for how many are read together.

    Parameters
    ----------
    p_values : array-like
        NaN where a test could not be made; such a one is not counted.
    method : {"holm", "benjamini-hochberg"}
        Holm where a claim is made (no false claim in the whole family), Benjamini-Hochberg for screening
        (share of false finds among the finds).
    family : str
        Which tests were read together, in words, to be printed with the result.

    Returns
    -------
    DataFrame
        ``p_value``, ``adjusted``, and in every row ``method``, ``family`` and ``tests`` (how many).

    Notes
    -----
    Holm (1979), *Scandinavian Journal of Statistics* 6, 65-70; Benjamini & Hochberg (1995), *JRSS B* 57,
    289-300.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03], method="holm", family="gender, 3 criteria")["adjusted"].tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=float)
    adjusted, made = adjust(p, method), ~np.isnan(p)
    return pd.DataFrame(
        {"p_value": p, "adjusted": adjusted, "method": method, "family": family, "tests": int(made.sum())}
    )


def adjust(p_values: Floats, method: Adjustment) -> Floats:
    """Give only the adjusted p-values of `adjust_p_values`."""
    adjusted, made = np.full_like(p_values, np.nan), ~np.isnan(p_values)
    if made.any():
        adjusted[made] = _STEPS[method](p_values[made])
    return adjusted


def _step_down(p_values: Floats) -> Floats:
    """Holm: the smallest times their number, the next times one fewer, none below the one before it."""
    order, tests = np.argsort(p_values), len(p_values)
    stepped = np.maximum.accumulate(p_values[order] * (tests - np.arange(tests)))
    return np.minimum(1.0, stepped)[np.argsort(order)]


def _step_up(p_values: Floats) -> Floats:
    """Benjamini and Hochberg: each times their number over its place, none above the one behind it."""
    order, tests = np.argsort(p_values), len(p_values)
    stepped = (p_values[order] * tests / np.arange(1, tests + 1))[::-1]
    return np.minimum(1.0, np.minimum.accumulate(stepped)[::-1])[np.argsort(order)]


_STEPS = {"holm": _step_down, "benjamini-hochberg": _step_up}
