"""Would a conclusion be another one with other weights or another reading of the rules?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from esi_toolkit.statistics.resampling.recompute import OVERALL

POOLED = "pooled"


@dataclass(frozen=True)
class Conclusion:
    """One conclusion that would be another.

    Attributes
    ----------
    code : str
        "overall", a section or a criterion.
    official, other : str or float
        A rating in words, or a score (0-100).
    way : str
        What was done otherwise: as in `read_otherwise`, or the name of a reading of the rating rules.
    """

    code: str
    official: str | float
    other: str | float
    way: str


def read_otherwise(pooled: pd.DataFrame, equal: pd.DataFrame | None) -> pd.DataFrame:
    """Put the scores of all other readings into one table.

    Parameters
    ----------
    pooled : DataFrame
        From `readings.pooled_reading`; may be empty.
    equal : DataFrame or None
        From `weighting.equal_weights`.

    Returns
    -------
    DataFrame
        ``level``, ``code``, ``score`` (official), ``other`` (0-100), ``way`` ("pooled", or whose weights were
        made equal: "questions", "importance", "sections"); rows with both scores.
    """
    columns = ["level", "code", "score", "other", "way"]
    tables = []
    if len(pooled):
        tables.append(pooled.rename(columns={"pooled": "other"}).assign(way=POOLED))
    if equal is not None:
        tables.append(equal.rename(columns={"equal": "way"}))
    together = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return together[columns].dropna(subset=["score", "other"]).reset_index(drop=True)


def find_other_conclusions(
    otherwise: pd.DataFrame,
    ratings: pd.DataFrame,
    intervals: pd.DataFrame | None,
    *,
    threshold: float | None = None,
) -> tuple[Conclusion, ...]:
    """Find the conclusions that another reading, or other weights, would change.

    Parameters
    ----------
    otherwise : DataFrame
        From `read_otherwise`.
    ratings : DataFrame
        From `readings.other_readings`.
    intervals : DataFrame or None
        ``code``, ``low``, ``high``: a score that leaves its interval would be another conclusion, one that
        stays within it would not. None: single answers are not known, and scores are only held against the
        threshold.
    threshold : float, optional
        The overall score on its other side would be another conclusion.

    Returns
    -------
    tuple of Conclusion
        Ratings in words first.
    """
    return (*_other_ratings(ratings), *_other_scores(otherwise, intervals, threshold))


def _other_ratings(ratings: pd.DataFrame) -> Iterator[Conclusion]:
    for row in ratings.to_dict("records"):
        if row["changed"]:
            yield Conclusion(row["criterion"], row["rating"] or "", row["other"] or "", row["reading"])


def _other_scores(
    otherwise: pd.DataFrame, intervals: pd.DataFrame | None, threshold: float | None
) -> Iterator[Conclusion]:
    limits = {} if intervals is None else intervals.set_index("code")[["low", "high"]].T.to_dict("list")
    for row in otherwise.to_dict("records"):
        code, score, other = row["code"], row["score"], row["other"]
        low, high = limits.get(code, (float("-inf"), float("inf")))
        crossed = code == OVERALL and threshold is not None and (score > threshold) != (other > threshold)
        if other < low or other > high or crossed:
            yield Conclusion(code, score, other, row["way"])
