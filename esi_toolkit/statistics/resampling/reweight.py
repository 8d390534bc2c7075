"""Scores re-weighted to the caseload: high risk of harm is over-sampled, and this undoes it.

Always shown beside the official figure, in which every case counts the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.resampling.answers import case_answers
from esi_toolkit.statistics.resampling.recompute import part_codes, score_rows, score_weights

Floats = NDArray[np.float64]


def hajek_share(
    positive: ArrayLike, relevant: ArrayLike, caseload: ArrayLike, sampled: ArrayLike | None = None
) -> float:
    """Re-weight a share from the strata of the sample to those of the caseload.

    Parameters
    ----------
    positive, relevant : array-like
        Positive answers out of relevant cases, one value a stratum.
    caseload : array-like
        Cases in the whole caseload, one value a stratum; shares of it do as well.
    sampled : array-like, optional
        Cases in the sample, one value a stratum, where not all of them are relevant. Default: `relevant`.

    Returns
    -------
    float
        0-1; where every sampled case is relevant, Σ W p with W the stratum's share of the caseload. NaN
        without a relevant case.

    Raises
    ------
    ValueError
        A stratum has a caseload but nobody in the sample.

    Notes
    -----
    Hájek (1971) ratio estimator with weights N/n; Särndal, Swensson & Wretman (1992), section 5.7.

    Examples
    --------
    >>> round(hajek_share([12, 72], [20, 80], [5, 95]), 3)
    0.885
    """
    k, n, whole = (np.asarray(values, dtype=float) for values in (positive, relevant, caseload))
    drawn = n if sampled is None else np.asarray(sampled, dtype=float)
    if np.any((drawn == 0) & (whole > 0)):
        raise ValueError("a stratum of the caseload has nobody in the sample to speak for it")
    weight = np.divide(whole, drawn, out=np.zeros_like(drawn), where=drawn > 0)
    total = float((weight * n).sum())
    return float((weight * k).sum()) / total if total else float("nan")


def caseload_weights(strata: NDArray[np.str_], caseload: Mapping[str, int]) -> Floats:
    """Give each sampled case the number of cases of the caseload that it stands for.

    Parameters
    ----------
    strata : ndarray of str
        Stratum of each case.
    caseload : mapping of str to int
        Cases of each stratum in the whole caseload.

    Returns
    -------
    ndarray
        One weight a case, averaging 1.

    Raises
    ------
    ValueError
        A stratum of the sample is not in the caseload, or is empty there.

    Notes
    -----
    Weights N/n of stratified sampling; Cochran (1977), *Sampling Techniques*, section 5.3.

    Examples
    --------
    >>> caseload_weights(np.array(["high", "low"]), {"high": 100, "low": 900}).tolist()
    [0.2, 1.8]
    """
    sizes = Counter(strata.tolist())
    unknown = sorted(stratum for stratum in sizes if not caseload.get(stratum))
    if unknown:
        raise ValueError(f"the caseload has no number for {unknown}; the sample has cases there")
    weights = np.array([caseload[stratum] / sizes[stratum] for stratum in strata.tolist()])
    return weights * len(weights) / weights.sum()


def score_to_caseload(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    caseload: Mapping[str, int],
    *,
    strata: str = "risk_of_harm",
) -> pd.DataFrame:
    """Put the re-weighted scores beside the official ones.

    Parameters
    ----------
    framework : Framework
        The rules.
    cases, judgements : DataFrame
        As in an inspection.
    caseload : mapping of str to int
        Cases of the whole caseload by stratum. A stratum without a sampled case is left out: nobody speaks
        for it (see `unrepresented`).
    strata : str
        Column of `cases` that names the stratum.

    Returns
    -------
    DataFrame
        ``level``, ``code``, ``score`` (official), ``weighted`` and ``difference`` (weighted minus official),
        0-100, NaN where there is none.

    Notes
    -----
    Hájek (1971) ratio estimator; see `hajek_share`.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> whole = {"low": 900, "medium": 500, "high": 60, "very high": 5}
    >>> list(score_to_caseload(esi, durham.cases, durham.judgements, whole))
    ['level', 'code', 'score', 'weighted', 'difference']
    """
    answers = case_answers(framework, cases, judgements, strata=strata)
    weights = score_weights(framework)
    both = np.vstack([np.ones(len(answers.case_ids)), caseload_weights(answers.strata, caseload)])
    official, weighted = score_rows(answers, weights, both).parts
    return part_codes(weights).assign(score=official, weighted=weighted, difference=weighted - official)


def unrepresented(
    cases: pd.DataFrame, caseload: Mapping[str, int], *, strata: str = "risk_of_harm"
) -> list[str]:
    """Name the strata of the caseload that have no case in the sample.

    Parameters
    ----------
    cases : DataFrame
        The sample.
    caseload : mapping of str to int
        Cases of the whole caseload by stratum.
    strata : str
        Column of `cases` that names the stratum.

    Returns
    -------
    list of str
        Sorted; empty when every stratum is represented.

    Examples
    --------
    >>> sample = pd.DataFrame({"risk_of_harm": ["low", "high"]})
    >>> unrepresented(sample, {"low": 900, "high": 90, "very high": 3})
    ['very high']
    """
    seen = set(cases[strata])
    return sorted(stratum for stratum, number in caseload.items() if number and stratum not in seen)
