"""Replicate weights: how often each case counts in each resampled inspection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def random_stream(seed: int, stream: str = "") -> np.random.Generator:
    """Start the random numbers for one piece of work.

    Parameters
    ----------
    seed : int
        The seed that is recorded with the result, 0 or more.
    stream : str
        What the numbers are for, usually the id of an area: each gets numbers of its own, so that its result
        does not depend on which other areas are in the batch.

    Returns
    -------
    numpy.random.Generator

    Examples
    --------
    >>> bool(random_stream(1, "a").random() == random_stream(1, "b").random())
    False
    """
    return np.random.default_rng([seed, crc32(stream.encode())])


def merge_single_cases(strata: NDArray[np.str_]) -> tuple[NDArray[np.str_], tuple[str, ...]]:
    """Put strata of one case into the largest stratum, for one case alone cannot show how cases vary.

    Parameters
    ----------
    strata : ndarray of str
        Stratum of each case.

    Returns
    -------
    strata : ndarray of str
        Without strata of one case (unless there is only one case in all).
    merged : tuple of str
        The strata that were merged, sorted.

    Notes
    -----
    Collapsed strata; Cochran (1977), *Sampling Techniques*, section 5A.12.

    Examples
    --------
    >>> merge_single_cases(np.array(["low", "very high", "low"]))[1]
    ('very high',)
    """
    sizes = Counter(strata.tolist())
    merged = sorted(stratum for stratum, size in sizes.items() if size == 1)
    if not merged or len(sizes) == 1:
        return strata, ()
    largest = min(sizes, key=lambda stratum: (-sizes[stratum], stratum))
    if largest in merged:  # nothing but single cases: all of them together
        merged.remove(largest)
    return np.where(np.isin(strata, merged), largest, strata), tuple(merged)


def replicate_weights(
    strata: NDArray[np.str_],
    replicates: int,
    random: np.random.Generator,
    *,
    caseload: Mapping[str, int] | None = None,
) -> Floats:
    """Draw the weight of every case in every replicate.

    Parameters
    ----------
    strata : ndarray of str
        Stratum of each case; cases are drawn within it.
    replicates : int
        Number of resampled inspections.
    random : numpy.random.Generator
        See `random_stream`.
    caseload : mapping of str to int, optional
        Cases of each stratum in the whole caseload. Given: the variation shrinks with the share that was
        seen.

    Returns
    -------
    ndarray
        Replicates x cases, at least 0, averaging 1 within each stratum of each replicate.

    Raises
    ------
    ValueError
        A stratum has more cases in the sample than in the caseload.

    Notes
    -----
    Rescaled bootstrap: n-1 of the n cases of a stratum are drawn with replacement and count n/(n-1) each,
    which makes the variance unbiased; Rao & Wu (1988), *JASA* 83, 231-241; Rao, Wu & Yue (1992), *Survey
    Methodology* 18, 209-217, also for the finite-population factor √(1-n/N).

    Examples
    --------
    >>> weights = replicate_weights(np.array(["high", "high", "low", "low", "low"]), 4, random_stream(1))
    >>> weights.sum(axis=1).tolist()
    [5.0, 5.0, 5.0, 5.0]
    """
    weights = np.ones((replicates, len(strata)))
    for stratum in np.unique(strata):
        cases = np.flatnonzero(strata == stratum)
        if len(cases) > 1:
            spread = np.sqrt(1 - _sampled_share(stratum, len(cases), caseload))
            drawn = _draw_counts(len(cases), replicates, random) * len(cases) / (len(cases) - 1)
            weights[:, cases] = 1 - spread + spread * drawn
    return weights


def _draw_counts(cases: int, replicates: int, random: np.random.Generator) -> Floats:
    """How often each case is drawn when one fewer than there are is drawn with replacement."""
    drawn = random.integers(cases, size=(replicates, cases - 1))
    flat = (drawn + cases * np.arange(replicates)[:, None]).ravel()
    return np.bincount(flat, minlength=replicates * cases).reshape(replicates, cases).astype(float)


def _sampled_share(stratum: str, sampled: int, caseload: Mapping[str, int] | None) -> float:
    if caseload is None or stratum not in caseload:
        return 0.0
    if caseload[stratum] < sampled:
        raise ValueError(
            f"stratum '{stratum}' has {sampled} cases in the sample and {caseload[stratum]} in all"
        )
    return sampled / caseload[stratum]
