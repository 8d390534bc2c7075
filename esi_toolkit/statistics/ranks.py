"""Ranks with their uncertainty: no rank is given without its interval."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rank_intervals(
    scores: Mapping[str, float], replicates: Mapping[str, ArrayLike], *, level: float = 0.95
) -> pd.DataFrame:
    """Rank areas by a score, each with the range of ranks that resampling gives it.

    Parameters
    ----------
    scores : mapping of str to float
        Area to its unrounded score, higher is better; NaN where there is none.
    replicates : mapping of str to array-like
        Area to its resampled scores, all of one length, drawn independently of one another.
    level : float
        Confidence, 0-1.

    Returns
    -------
    DataFrame
        One row an area, best first: ``area``, ``score``, ``rank`` (1 is best; equal scores share the better
        rank), ``low`` and ``high`` (whole ranks, best and worst), ``best`` and ``worst`` (shares of the
        resamples, 0-1, in which the area came first and last) and ``areas`` ranked. Areas without a score
        come last, with NaN.

    Raises
    ------
    ValueError
        An area with a score has no replicates, or their numbers differ.

    Notes
    -----
    Goldstein & Spiegelhalter (1996), *JRSS A* 159, 385-443: intervals of ranks from resampled scores.

    Examples
    --------
    >>> resampled = {"a": [80, 81, 79], "b": [70, 71, 72]}
    >>> rank_intervals({"a": 80, "b": 71}, resampled)[["area", "rank", "low", "high"]].values.tolist()
    [['a', 1.0, 1.0, 1.0], ['b', 2.0, 2.0, 2.0]]
    """
    ranked = [area for area, score in scores.items() if not np.isnan(score)]
    absent = [area for area in ranked if area not in replicates]
    if absent or len({len(np.asarray(replicates[area])) for area in ranked}) > 1:
        raise ValueError(
            f"every ranked area needs as many replicates as the others; look at {absent or ranked}"
        )
    table = pd.DataFrame({"area": list(scores), "score": [float(s) for s in scores.values()]})
    if ranked:
        drawn = np.column_stack([np.asarray(replicates[area], dtype=float) for area in ranked])
        estimate = np.array([[scores[area] for area in ranked]])
        table = table.merge(_summary(ranked, rank_rows(estimate)[0], rank_rows(drawn), level), how="left")
    else:
        table = table.assign(**dict.fromkeys(["rank", "low", "high", "best", "worst"], np.nan))
    return table.assign(areas=len(ranked)).sort_values(
        ["rank", "area"], na_position="last", ignore_index=True
    )


def rank_rows(scores: Floats) -> Floats:
    """Rank within each row: 1 for the highest, equal scores share the better rank, NaN stays NaN.

    Parameters
    ----------
    scores : ndarray
        Rows x areas.

    Returns
    -------
    ndarray
        Rows x areas.

    Examples
    --------
    >>> rank_rows(np.array([[70.0, 80, 70, np.nan]])).tolist()
    [[2.0, 1.0, 2.0, nan]]
    """
    better = np.zeros_like(scores)
    for column in scores.T:
        better += column[:, None] > scores
    return np.where(np.isnan(scores), np.nan, better + 1)


def _summary(areas: list[str], rank: Floats, ranks: Floats, level: float) -> pd.DataFrame:
    tail = (1 - level) / 2
    # Ranks are whole: the interval ends at ranks that occurred.
    low = np.nanquantile(ranks, tail, axis=0, method="inverted_cdf")
    high = np.nanquantile(ranks, 1 - tail, axis=0, method="inverted_cdf")
    last = np.nanmax(ranks, axis=1, keepdims=True)
    return pd.DataFrame(
        {
            "area": areas,
            "rank": rank,
            "low": low,
            "high": high,
            "best": (ranks == 1).mean(axis=0),
            "worst": (ranks == last).mean(axis=0),
        }
    )
