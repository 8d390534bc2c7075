"""How sure is one percentage? Wilson score intervals, corrected where the sample is much of the caseload."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def wilson(
    positive: ArrayLike, relevant: ArrayLike, *, level: float = 0.95, caseload: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Give the Wilson score interval of each share.

    Parameters
    ----------
    positive, relevant : array-like
        Positive answers out of relevant cases; any shapes that broadcast.
    level : float
        Confidence, 0-1.
    caseload : array-like, optional
        Number of cases from which `relevant` was drawn, each at least `relevant`. Absent: no correction.

    Returns
    -------
    low, high : ndarray of float
        Bounds of the share, 0-1; NaN where there is no relevant case.

    Raises
    ------
    ValueError
        When a count is negative, more than `relevant`, or `relevant` is more than `caseload`.

    Notes
    -----
    Wilson (1927), *JASA* 22, 209-212. With a caseload N the number of cases counts as n(N-1)/(N-n).

    Examples
    --------
    >>> low, high = wilson(82, 100)
    >>> round(float(low), 6), round(float(high), 6)
    (0.733326, 0.882998)
    """
    k, n = np.asarray(positive, dtype=float), np.asarray(relevant, dtype=float)
    if np.any(k < 0) or np.any(k > n):
        raise ValueError("positive must lie between 0 and relevant")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        size = n if caseload is None else effective_size(n, caseload)
        return _wilson_bounds(share, size, normal_quantile(level))


def _wilson_bounds(share: Floats, size: Floats, z: float) -> tuple[Floats, Floats]:
    pull = z * z / size  # 0 when the whole caseload was seen: the interval is then the share itself
    centre = (share + pull / 2) / (1 + pull)
    reach = z * np.sqrt(share * (1 - share) / size + pull / (4 * size)) / (1 + pull)
    low = np.where(share == 0, 0.0, centre - reach)
    high = np.where(share == 1, 1.0, centre + reach)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def effective_size(sampled: ArrayLike, caseload: ArrayLike) -> Floats:
    """Give the number of cases that an endless caseload would need for the same certainty.

    Parameters
    ----------
    sampled, caseload : array-like
        Cases in the sample, and in the caseload it was drawn from.

    Returns
    -------
    ndarray of float
        n(N-1)/(N-n); infinite where every case was seen.

    Raises
    ------
    ValueError
        When a sample is larger than its caseload.

    Notes
    -----
    Finite-population correction; Cochran (1977), *Sampling Techniques*, section 2.6.

    Examples
    --------
    >>> float(effective_size(100, 1000))
    111.0
    """
    n, whole = np.asarray(sampled, dtype=float), np.asarray(caseload, dtype=float)
    if np.any(n > whole):
        raise ValueError("the sample is larger than the caseload it was drawn from")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n == whole, np.inf, n * (whole - 1) / (whole - n))


def question_intervals(
    questions: pd.DataFrame, *, level: float = 0.95, sampled: int | None = None, caseload: int | None = None
) -> pd.DataFrame:
    """Put a Wilson interval beside the score of each question.

    Parameters
    ----------
    questions : DataFrame
        Columns ``question``, ``positive``, ``relevant``, as in a scorecard; further columns are kept.
    level : float
        Confidence, 0-1.
    sampled, caseload : int, optional
        Cases in the sample and in the whole caseload. How many of the caseload a question concerns is not
        known; the same share of them is taken to be in the sample. Either absent: no correction.

    Returns
    -------
    DataFrame
        `questions` with ``low`` and ``high`` (0-100, NaN without relevant cases), ``level``, and
        ``corrected`` (bool: was the size of the caseload allowed for?).

    Notes
    -----
    Wilson (1927); see `wilson`.

    Examples
    --------
    >>> table = pd.DataFrame({"question": ["B1.1"], "positive": [12], "relevant": [20]})
    >>> question_intervals(table)[["low", "high"]].round(1).values.tolist()
    [[38.7, 78.1]]
    """
    corrected = sampled is not None and caseload is not None
    relevant = questions["relevant"].to_numpy(float)
    whole = relevant * caseload / sampled if sampled is not None and caseload is not None else None
    low, high = wilson(questions["positive"].to_numpy(float), relevant, level=level, caseload=whole)
    return questions.assign(low=100 * low, high=100 * high, level=level, corrected=corrected)


def normal_quantile(level: float) -> float:
    """Give z so that a normal variable lies within ±z with probability `level`.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must lie between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)
