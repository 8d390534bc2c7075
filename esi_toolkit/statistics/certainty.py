"""How sure is one area's scorecard? Everything that stands beside the official figures, gathered once."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.agreement import Agreement, group_answers, measure_agreement, pair_judgements
from esi_toolkit.statistics.conclusions import read_otherwise
from esi_toolkit.statistics.groups import GroupComparison, compare_two_groups
from esi_toolkit.statistics.readings import other_readings, pooled_reading
from esi_toolkit.statistics.resampling.bootstrap import bootstrap_scores
from esi_toolkit.statistics.resampling.bootstrap_intervals import bootstrap_intervals, probability_above
from esi_toolkit.statistics.resampling.reweight import score_to_caseload
from esi_toolkit.statistics.sensitivity import Step, drop_one, effects
from esi_toolkit.statistics.weighting import equal_weights, weight_range

SEED = 2003
REPLICATES = 2000


@dataclass(frozen=True)
class Certainty:
    """What can be said about the certainty of a scorecard; None where the area's data do not allow it.

    Attributes
    ----------
    intervals : DataFrame or None
        level, code, score, low, high (0-100): 95% intervals; None unless single answers are known.
    caseload_known : bool
        Whether the intervals allow for the size of the caseload.
    above : float
        Chance (0-1) that a sample like this one gives an overall score above the framework's threshold; NaN
        where it has none or intervals are not known.
    weighted : DataFrame or None
        level, code, score, weighted, difference: re-weighted to the caseload.
    assessors : GroupComparison or None
        Inspectors against the area's own assessors.
    agreement : Agreement or None
        Over answers given by two assessors to the same question about the same case; answers that count the
        same are the same.
    assessed_twice : int
        Cases behind the agreement.
    disagreed : DataFrame
        question, pairs, disagreed: most disagreed first.
    effects : DataFrame or None
        See `sensitivity.effects`; None where there is no overall score.
    weights : tuple of float or None
        Lowest and highest overall score when every weight may move by a quarter.
    without : DataFrame or None
        See `leave_out_one`.
    otherwise, readings : DataFrame
        Scores with all answers pooled or equal weights (`conclusions.read_otherwise`), and ratings by the
        other readings of the rules (`readings.other_readings`).
    seed, replicates : int
        Of the resampling.
    """

    intervals: pd.DataFrame | None
    above: float
    caseload_known: bool
    weighted: pd.DataFrame | None
    assessors: GroupComparison | None
    agreement: Agreement | None
    assessed_twice: int
    disagreed: pd.DataFrame
    effects: pd.DataFrame | None
    weights: tuple[float, float] | None
    without: pd.DataFrame | None
    otherwise: pd.DataFrame
    readings: pd.DataFrame
    seed: int
    replicates: int


def assess_certainty(
    scorecard: Scorecard, inspection: Inspection, *, seed: int = SEED, replicates: int = REPLICATES
) -> Certainty:
    """Gather what can be said about the certainty of an area's scorecard.

    Parameters
    ----------
    scorecard : Scorecard
        The area's, by any level of evidence.
    inspection : Inspection
        What it was made from.
    seed, replicates : int
        Of the resampling.

    Returns
    -------
    Certainty

    Notes
    -----
    The methods and their sources stand with the functions that this one calls.
    """
    framework, caseload = scorecard.framework, inspection.known_caseload
    parts, answered = framework.certainty.parts, _is_answered(scorecard, inspection)
    scores = _assess_scores(scorecard, inspection, seed, replicates) if answered else _Scores()
    assessed = "assessors" in parts
    agreement, twice, disagreed = _measure_double_assessments(
        framework, inspection.judgements if assessed else None
    )
    moves = _assess_weights(scorecard, inspection) if "weights" in parts else _Weights()
    return Certainty(
        **vars(scores),
        caseload_known=caseload is not None,
        assessors=_compare_assessors(framework, inspection, seed, replicates)
        if answered and assessed
        else None,
        agreement=agreement,
        assessed_twice=twice,
        disagreed=disagreed,
        **vars(moves),
        seed=seed,
        replicates=replicates,
    )


@dataclass(frozen=True)
class _Scores:
    intervals: pd.DataFrame | None = None
    above: float = math.nan
    weighted: pd.DataFrame | None = None


def _assess_scores(scorecard: Scorecard, inspection: Inspection, seed: int, replicates: int) -> _Scores:
    framework, caseload = scorecard.framework, inspection.known_caseload
    cases, judgements = inspection.cases, inspection.judgements
    if cases is None or judgements is None or "scores" not in framework.certainty.parts:
        return _Scores()
    drawn = bootstrap_scores(
        framework,
        cases,
        judgements,
        seed=seed,
        replicates=replicates,
        stream=scorecard.area_id,
        caseload=caseload,
    )
    threshold = framework.certainty.threshold
    return _Scores(
        bootstrap_intervals(drawn),
        math.nan
        if threshold is None or scorecard.overall.score is None
        else probability_above(drawn, threshold),
        score_to_caseload(framework, cases, judgements, caseload) if caseload else None,
    )


@dataclass(frozen=True)
class _Weights:
    effects: pd.DataFrame | None = None
    weights: tuple[float, float] | None = None
    without: pd.DataFrame | None = None
    otherwise: pd.DataFrame = field(default_factory=lambda: read_otherwise(pd.DataFrame(), None))
    readings: pd.DataFrame = field(default_factory=pd.DataFrame)


def _assess_weights(scorecard: Scorecard, inspection: Inspection) -> _Weights:
    overall = scorecard.overall.score is not None
    pooled = pooled_reading(scorecard) if _has_answers(scorecard) else pd.DataFrame()
    otherwise = read_otherwise(pooled, equal_weights(scorecard) if overall else None)
    readings = other_readings(scorecard.framework, inspection)
    if not overall:
        return _Weights(otherwise=otherwise, readings=readings)
    return _Weights(
        effects(scorecard), weight_range(scorecard), leave_out_one(scorecard), otherwise, readings
    )


def leave_out_one(scorecard: Scorecard) -> pd.DataFrame:
    """Leave out one question, then one criterion at a time: `drop_one` with the column ``level``."""
    levels: tuple[Step, ...] = ("question", "criterion")
    return pd.concat([drop_one(scorecard, level).assign(level=level) for level in levels], ignore_index=True)


def _is_answered(scorecard: Scorecard, inspection: Inspection) -> bool:
    return inspection.cases is not None and inspection.judgements is not None and _has_answers(scorecard)


def _has_answers(scorecard: Scorecard) -> bool:
    return bool(scorecard.questions["relevant"].sum() > 0)


def _compare_assessors(
    framework: Framework, inspection: Inspection, seed: int, replicates: int
) -> GroupComparison | None:
    """Inspectors first, as the framework names them; None unless both have cases with answers."""
    cases, judgements = inspection.cases, inspection.judgements
    if cases is None or judgements is None or len(framework.cases.assessor) < 2:
        return None
    first, second = framework.cases.assessor[:2]
    try:
        return compare_two_groups(
            framework, cases, judgements, "assessor", first, second, seed=seed, replicates=replicates
        )
    except ValueError:
        return None


def _measure_double_assessments(
    framework: Framework, judgements: pd.DataFrame | None
) -> tuple[Agreement | None, int, pd.DataFrame]:
    nothing = pd.DataFrame({"question": [], "pairs": [], "disagreed": []})
    pairs = pair_judgements(judgements) if judgements is not None else nothing
    if pairs.empty:
        return None, 0, nothing
    first, second = group_answers(framework, pairs["first"]), group_answers(framework, pairs["second"])
    found = measure_agreement(first, second, cases=pairs["case_id"])
    differ = Counter(pairs["question"][(first != second).to_numpy(bool)])
    asked = Counter(pairs["question"])
    most = sorted(((question, asked[question], differ[question]) for question in differ), key=_most_first)
    counted = pd.DataFrame(most, columns=list(nothing)).astype(
        {"question": "str", "pairs": int, "disagreed": int}
    )
    return found, pairs["case_id"].nunique(), counted


def _most_first(row: tuple[str, int, int]) -> tuple[int, str]:
    question, _, disagreed = row
    return -disagreed, question


def whole_caseload(framework: Framework, inspection: Inspection) -> int | None:
    """Give the number of cases that an area's sample stands for.

    Parameters
    ----------
    framework : Framework
        One that is about some of the cases only (``asked_of``) has no such number.
    inspection : Inspection
        Of the area.

    Returns
    -------
    int or None
        None where it is not known, or smaller than the sample and therefore wrong.
    """
    whole, cases = sum(inspection.area.caseload.values()), inspection.cases
    if framework.asked_of or cases is None or whole < len(cases):
        return None
    return whole


def says_nothing(certainty: Certainty) -> bool:
    """Whether there is nothing to report, for example where nothing was scored."""
    known = (certainty.intervals, certainty.effects, certainty.assessors, certainty.agreement)
    return all(one is None for one in known) and certainty.readings.empty
