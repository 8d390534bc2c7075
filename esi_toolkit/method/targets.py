"""The targets item of a criterion: the level that the performance table suggests, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from esi_toolkit.data.framework import Ratings


@dataclass(frozen=True)
class Suggestion:
    """A level suggested from performance against targets.

    Attributes
    ----------
    level : str
        A level of the framework, or "" where nothing can be suggested.
    words : str
        Why, with the counts.
    """

    level: str
    words: str


def compare_performance(performance: pd.DataFrame) -> pd.DataFrame:
    """Hold each measure against its target and the national figure.

    Parameters
    ----------
    performance : DataFrame
        better ("higher" or "lower"), target, area, national (float, NaN where not known), and further
        columns.

    Returns
    -------
    DataFrame
        A new one with ``met`` (area at least as good as the target) and ``beats_national`` (area strictly
        better than the national figure), each True, False or NA where a figure is missing.
    """
    # Without rows, mapping text to numbers would leave an empty column of text.
    sign = performance["better"].map({"higher": 1.0, "lower": -1.0}).astype("float64")
    to_target = sign * (performance["area"] - performance["target"])
    to_national = sign * (performance["area"] - performance["national"])
    met = (to_target >= 0).astype("boolean").mask(to_target.isna())
    beats = (to_national > 0).astype("boolean").mask(to_national.isna())
    return performance.assign(met=met, beats_national=beats)


def suggest_level(criterion: str, performance: pd.DataFrame | None, ratings: Ratings) -> Suggestion | None:
    """Suggest a level for the targets item.

    Parameters
    ----------
    criterion : str
        Code; the rows of ``performance`` whose ``counts_for`` is this code are used.
    performance : DataFrame or None
        See `compare_performance`.
    ratings : Ratings
        ``suggestion`` holds the rules: the first that holds, by the share of targets met or of national
        figures beaten.

    Returns
    -------
    Suggestion or None
        None where the framework has no such rules or no measure counts for the criterion.

    Notes
    -----
    Method, "For A1": the toolkit's suggestion; a level that an inspector recorded always stands. Missing a
    target must not force a low level.
    """
    if performance is None or not ratings.suggestion:
        return None
    rows = compare_performance(performance[performance["counts_for"] == criterion])
    met, beats = rows["met"].dropna(), rows["beats_national"].dropna()
    if met.empty:
        return None
    shares = {"met": float(met.mean()), "better": float(beats.mean()) if len(beats) else 0.0}
    level = next(
        (rule.level for rule in ratings.suggestion if _rule_holds(rule.met, rule.better, shares)), ""
    )
    words = (
        f"{int(met.sum())} of {len(met)} targets met and {int(beats.sum())} of {len(beats)} national"
        f" figures beaten suggest {f'the level {level}' if level else 'no level'}."
    )
    return Suggestion(level, words)


def _rule_holds(met: float | None, better: float | None, shares: dict[str, float]) -> bool:
    if met is None and better is None:
        return True
    return (met is not None and shares["met"] >= met) or (better is not None and shares["better"] >= better)
