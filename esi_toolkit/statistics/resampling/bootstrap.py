"""How sure are the scores? Whole cases are resampled and every score worked out again from them.

The same cases feed every criterion, so intervals of the parts cannot be added up to one of the whole;
resampling cases carries their error through questions, criteria and sections to the overall score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.resampling.answers import CaseAnswers, case_answers
from esi_toolkit.statistics.resampling.linearised import influence, standard_errors
from esi_toolkit.statistics.resampling.recompute import (
    ScoreWeights,
    part_codes,
    question_effects,
    score_rows,
    score_weights,
)
from esi_toolkit.statistics.resampling.replicates import merge_single_cases, random_stream, replicate_weights
from esi_toolkit.statistics.resampling.reweight import caseload_weights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bootstrap:
    """The resampled scores of one area.

    Attributes
    ----------
    parts : DataFrame
        ``level`` (overall, section, criterion), ``code`` and ``score`` (0-100): what was estimated.
    replicates : ndarray
        Replicates x parts, in the order of `parts`.
    influence : ndarray
        Cases x parts: by how much each case moves each score.
    linearised : ndarray
        Standard error of each part by linearisation, as a cross-check.
    cases : int
        Number of cases resampled.
    answered : ndarray
        Cases with a relevant answer that counts in each part.
    seen : float
        Share of the caseload that was sampled, 0-1; 0 where the caseload is not given.
    seed, stream
        What the random numbers were drawn with.
    merged : tuple of str
        Strata of a single case that were put into the largest one.
    corrected, weighted : bool
        Was the size of the caseload allowed for; are the scores re-weighted to it?
    """

    parts: pd.DataFrame
    replicates: Floats
    influence: Floats
    linearised: Floats
    cases: int
    answered: Floats
    seen: float
    seed: int
    stream: str
    merged: tuple[str, ...]
    corrected: bool
    weighted: bool

    def of(self, code: str) -> Floats:
        """The replicates of one part, by its code; ``overall`` for the overall score."""
        return self.replicates[:, self.parts["code"].tolist().index(code)]


def bootstrap_scores(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    *,
    seed: int,
    replicates: int = 2000,
    stream: str = "",
    strata: str | None = "risk_of_harm",
    caseload: Mapping[str, int] | None = None,
    weighted: bool = False,
) -> Bootstrap:
    """Resample whole cases within their strata and score every resample.

    Parameters
    ----------
    framework : Framework
        The rules.
    cases, judgements : DataFrame
        As in an inspection; a judgement with ``counts`` False is left out.
    seed : int
        Recorded with the result; the same seed gives the same replicates whatever the order of the rows.
    replicates : int
        Number of resamples.
    stream : str
        Id of the area, so that areas resampled with one seed are independent.
    strata : str, optional
        Column of `cases` by which the sample was drawn; None for a simple random sample.
    caseload : mapping of str to int, optional
        Cases of each stratum in the whole caseload, for the finite-population correction.
    weighted : bool
        Estimate the scores re-weighted to the caseload instead of the official ones.

    Returns
    -------
    Bootstrap

    Raises
    ------
    ValueError
        No case has a relevant answer; `weighted` without a caseload; or as `case_answers`.

    Notes
    -----
    Stratified case-level bootstrap, rescaled: Efron (1979), *Annals of Statistics* 7, 1-26; Rao, Wu & Yue
    (1992), *Survey Methodology* 18, 209-217.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> found = bootstrap_scores(esi, durham.cases, durham.judgements, seed=1, replicates=50)
    >>> found.parts["code"].head(4).tolist(), found.replicates.shape
    (['overall', 'B', 'C', 'D'], (50, 16))
    """
    answers = case_answers(framework, cases, judgements, strata=strata)
    if not len(answers.case_ids):
        raise ValueError("no case has a relevant answer, so there is nothing to resample")
    base = _base_weights(answers, caseload, weighted)
    weights = score_weights(framework)
    drawn_from, merged = merge_single_cases(answers.strata)
    known = _caseload_of(drawn_from, answers.strata, caseload)
    random = random_stream(seed, stream)
    drawn = replicate_weights(drawn_from, replicates, random, caseload=known)
    official = score_rows(answers, weights, base[None, :])
    own = influence(answers, weights, base, official)
    return Bootstrap(
        parts=part_codes(weights).assign(score=official.parts[0]),
        replicates=score_rows(answers, weights, drawn * base).parts,
        influence=own,
        linearised=standard_errors(own, drawn_from, caseload=known),
        cases=len(answers.case_ids),
        answered=_count_answered(answers, weights),
        seen=len(answers.case_ids) / sum(caseload.values()) if caseload else 0.0,
        seed=seed,
        stream=stream,
        merged=merged,
        corrected=caseload is not None,
        weighted=weighted,
    )


def _count_answered(answers: CaseAnswers, weights: ScoreWeights) -> Floats:
    into_parts = question_effects(np.zeros(len(weights.questions)), weights) > 0
    return np.asarray((answers.relevant @ into_parts > 0).sum(axis=0), dtype=float)


def _base_weights(answers: CaseAnswers, caseload: Mapping[str, int] | None, weighted: bool) -> Floats:
    if not weighted:
        return np.ones(len(answers.case_ids))
    if caseload is None:
        raise ValueError("scores can only be re-weighted to a caseload that is given")
    return caseload_weights(answers.strata, caseload)


def _caseload_of(
    drawn_from: NDArray[np.str_], strata: NDArray[np.str_], caseload: Mapping[str, int] | None
) -> dict[str, int] | None:
    """Add up the caseload of strata that were merged."""
    if caseload is None:
        return None
    total: dict[str, int] = {}
    for merged, stratum in sorted(set(zip(drawn_from.tolist(), strata.tolist(), strict=True))):
        total[merged] = total.get(merged, 0) + caseload.get(stratum, 0)
    return {stratum: number for stratum, number in total.items() if number}
