"""What became of the inspected cases: reconvictions observed against expected, in all and by score band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from esi_toolkit.data.inspection import Inspection
from esi_toolkit.statistics.comparison import adjust_p_values
from esi_toolkit.statistics.reconviction import (
    ObservedExpected,
    observed_against_expected,
    reconviction_by,
    score_bands,
)

CLEAR_BELOW = 0.05


@dataclass(frozen=True)
class FollowedUp:
    """Reconvictions of the cases that were followed for two years.

    Attributes
    ----------
    whole : ObservedExpected
        All of them.
    bands : DataFrame
        ``band`` of predicted probability and the fields of `ObservedExpected`; no rows where only one band
        is large enough.
    """

    whole: ObservedExpected
    bands: pd.DataFrame


def follow_up(inspection: Inspection, edges: Sequence[float], *, smallest: int) -> FollowedUp | None:
    """Compare the reconvictions of an area's cases with what was predicted for each.

    Parameters
    ----------
    inspection : Inspection
        With ``reconviction_cases``.
    edges : sequence of float
        Where bands of predicted probability meet, percent, ascending.
    smallest : int
        Fewest reconvicted cases, and fewest others, that may be shown together.

    Returns
    -------
    FollowedUp or None
        None where nobody was followed up or too few were to show anything. Bands too small to be shown are
        joined to their neighbours.

    Notes
    -----
    `observed_against_expected` and `reconviction_by`. Joining bands is disclosure control: with no count
    below the limit, differences of the counts shown are bands or several of them, and never below it either.
    """
    table = inspection.reconviction_cases
    if table is None or table.empty:
        return None
    observed = (table["reconvicted"] == "yes").to_numpy(int)
    predicted = table["predicted_percent"].to_numpy(float) / 100
    if min(observed.sum(), (1 - observed).sum()) < smallest:
        return None
    kept = join_bands(observed, predicted, [edge / 100 for edge in edges], smallest)
    cases = pd.DataFrame({"observed": observed, "predicted": predicted, "band": score_bands(predicted, kept)})
    bands = reconviction_by(cases, "band")
    return FollowedUp(observed_against_expected(observed, predicted), bands if kept else bands.iloc[:0])


def find_clear(found: Mapping[str, ObservedExpected]) -> list[str]:
    """Find where reconvictions are more or fewer than chance allows, when all are read together.

    Parameters
    ----------
    found : mapping of str to ObservedExpected
        By area, or whatever is read together.

    Returns
    -------
    list of str
        In the order given.

    Notes
    -----
    Poisson-binomial tests, adjusted by Holm: to be named is a claim.
    """
    p_values = [one.two_sided for one in found.values()]
    tests = adjust_p_values(p_values, method="holm", family="reconvictions by area")
    clear = (tests["adjusted"] < CLEAR_BELOW).tolist()
    return [name for name, named in zip(found, clear, strict=True) if named]


def join_bands(
    observed: ArrayLike, predicted: ArrayLike, edges: Sequence[float], smallest: int
) -> list[float]:
    """Leave out the edges of bands in which too few cases were reconvicted, or too few were not.

    Parameters
    ----------
    observed : array-like
        1 where the case was reconvicted, else 0.
    predicted : array-like
        Predicted probabilities, 0-1.
    edges : sequence of float
        Where bands meet, ascending.
    smallest : int
        Fewest cases of either kind in a band.

    Returns
    -------
    list of float
        The edges that stay.

    Examples
    --------
    >>> join_bands([0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.35, 0.5, 0.8, 0.9], [0.3, 0.6], smallest=1)
    [0.3, 0.6]
    >>> join_bands([0, 1, 0, 0, 0, 1], [0.1, 0.2, 0.35, 0.5, 0.8, 0.9], [0.3, 0.6], smallest=1)
    [0.3]
    """
    outcomes, chances = np.asarray(observed), np.asarray(predicted, dtype=float)

    def enough(low: float, high: float) -> bool:
        own = outcomes[(chances >= low) & (chances < high)]
        return min(own.sum(), (1 - own).sum()) >= smallest

    kept: list[float] = []
    for edge in edges:
        if enough(kept[-1] if kept else -np.inf, edge):
            kept.append(edge)
    while kept and not enough(kept[-1], np.inf):
        kept.pop()
    return kept
