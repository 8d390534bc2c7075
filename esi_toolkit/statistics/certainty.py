"""How sure is one area's scorecard? Everything that stands beside the official figures, gathered once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.agreement import Agreement, group_answers, measure_agreement, pair_judgements
from esi_toolkit.statistics.bootstrap import bootstrap_scores
from esi_toolkit.statistics.bootstrap_intervals import bootstrap_intervals
from esi_toolkit.statistics.groups import GroupComparison, compare_two_groups
from esi_toolkit.statistics.readings import other_readings, pooled_reading
from esi_toolkit.statistics.reweight import score_to_caseload
from esi_toolkit.statistics.sensitivity import effects
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
    weighted : DataFrame or None
        level, code, score, weighted, difference: re-weighted to the caseload.
    assessors : GroupComparison or None
        Inspectors against the area's own assessors.
    agreement : Agreement or None
        Over answers given by two assessors to the same question about the same case; answers that count the
        same are the same.
    disagreed : DataFrame
        question, pairs, disagreed: most disagreed first.
    effects : DataFrame or None
        See `sensitivity.effects`; None where there is no overall score.
    weights : tuple of float or None
        Lowest and highest overall score when every weight may move by a quarter.
    equal : DataFrame or None
        See `weighting.equal_weights`.
    pooled, readings : DataFrame
        See `readings`: criteria scored the other way, ratings by the other readings of the rules.
    seed, replicates : int
        Of the resampling.
    """

    intervals: pd.DataFrame | None
    caseload_known: bool
    weighted: pd.DataFrame | None
    assessors: GroupComparison | None
    agreement: Agreement | None
    disagreed: pd.DataFrame
    effects: pd.DataFrame | None
    weights: tuple[float, float] | None
    equal: pd.DataFrame | None
    pooled: pd.DataFrame
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
    framework = scorecard.framework
    cases, judgements = inspection.cases, inspection.judgements
    answered = cases is not None and judgements is not None and _has_answers(scorecard)
    caseload = inspection.area.caseload or None
    drawn = intervals = weighted = None
    if answered and cases is not None and judgements is not None:
        drawn = bootstrap_scores(
            framework,
            cases,
            judgements,
            seed=seed,
            replicates=replicates,
            stream=scorecard.area_id,
            caseload=caseload,
        )
        intervals = bootstrap_intervals(drawn)
        weighted = score_to_caseload(framework, cases, judgements, caseload) if caseload else None
    agreement, disagreed = _measure_double_assessments(framework, judgements)
    overall = scorecard.overall.score is not None
    return Certainty(
        intervals=intervals,
        caseload_known=caseload is not None,
        weighted=weighted,
        assessors=_compare_assessors(framework, inspection, seed, replicates) if answered else None,
        agreement=agreement,
        disagreed=disagreed,
        effects=effects(scorecard) if overall else None,
        weights=weight_range(scorecard) if overall else None,
        equal=equal_weights(scorecard) if overall else None,
        pooled=pooled_reading(scorecard) if _has_answers(scorecard) else pd.DataFrame(),
        readings=other_readings(framework, inspection),
        seed=seed,
        replicates=replicates,
    )


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
) -> tuple[Agreement | None, pd.DataFrame]:
    nothing = pd.DataFrame({"question": [], "pairs": [], "disagreed": []})
    pairs = pair_judgements(judgements) if judgements is not None else nothing
    if pairs.empty:
        return None, nothing
    first, second = group_answers(framework, pairs["first"]), group_answers(framework, pairs["second"])
    found = measure_agreement(first, second, cases=pairs["case_id"])
    differ = pairs.assign(disagreed=(first != second).astype(int), pairs=1)
    counted = differ.groupby("question", as_index=False)[["pairs", "disagreed"]].sum()
    most = counted[counted["disagreed"] > 0].sort_values(["disagreed", "question"], ascending=[False, True])
    return found, most.reset_index(drop=True)


def says_nothing(certainty: Certainty) -> bool:
    """Whether there is nothing to report, for example where nothing was scored."""
    return certainty.intervals is None and certainty.effects is None and certainty.readings.empty


def is_clear(difference: float, low: float, high: float) -> bool:
    """Whether an interval leaves out 0: a difference of more than chance."""
    return not math.isnan(difference) and (low > 0 or high < 0)
