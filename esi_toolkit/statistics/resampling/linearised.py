"""The cross-check of the bootstrap: standard errors by linearisation, without any resampling."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from esi_toolkit.statistics.resampling.answers import CaseAnswers
from esi_toolkit.statistics.resampling.recompute import ScoreRows, ScoreWeights, effects_on_parts, score_rows

Floats = NDArray[np.float64]


def influence(
    answers: CaseAnswers, weights: ScoreWeights, case_weights: Floats, rows: ScoreRows | None = None
) -> Floats:
    """Give by how much each case moves each score.

    Parameters
    ----------
    answers : CaseAnswers
        The cases.
    weights : ScoreWeights
        The rules.
    case_weights : ndarray
        One weight a case; ones for the official figures.
    rows : ScoreRows, optional
        The scores with these weights, where they are known already.

    Returns
    -------
    ndarray
        Cases x parts (overall, sections, criteria), in points of the score.

    Notes
    -----
    Taylor linearisation of a ratio (delta method); Woodruff (1971), *JASA* 66, 411-414; Särndal, Swensson &
    Wretman (1992), *Model Assisted Survey Sampling*, section 5.5.
    """
    rows = score_rows(answers, weights, case_weights[None, :]) if rows is None else rows
    scores = rows.questions[0]
    relevant = case_weights @ answers.relevant
    residual = 100 * answers.positive - np.nan_to_num(scores) * answers.relevant
    per_question = np.divide(residual, relevant, out=np.zeros_like(residual), where=relevant > 0)
    return case_weights[:, None] * (per_question @ effects_on_parts(rows, weights))


def standard_errors(
    influences: Floats, strata: NDArray[np.str_], *, caseload: Mapping[str, int] | None = None
) -> Floats:
    """Add the influences up to the standard error of each score.

    Parameters
    ----------
    influences : ndarray
        Cases x parts.
    strata : ndarray of str
        Stratum of each case; one with a single case adds nothing.
    caseload : mapping of str to int, optional
        Cases of each stratum in the whole caseload, for the finite-population correction.

    Returns
    -------
    ndarray
        One value a part, in points of the score.

    Notes
    -----
    Stratified sampling, Σ (1 - n/N) n/(n-1) Σ (u - ū)²; Cochran (1977), *Sampling Techniques*, section 5.4.
    """
    total = np.zeros(influences.shape[1])
    for stratum in np.unique(strata):
        own = influences[strata == stratum]
        if len(own) > 1:
            seen = len(own) / caseload[stratum] if caseload and stratum in caseload else 0.0
            squares = ((own - own.mean(axis=0)) ** 2).sum(axis=0)
            total += (1 - seen) * len(own) / (len(own) - 1) * squares
    return np.sqrt(total)
