"""Areas side by side: scores and ranks with their intervals, and who lies outside what chance allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.funnel import funnel_of_scores, over_dispersion_of_scores
from esi_toolkit.statistics.ranks import rank_intervals
from esi_toolkit.statistics.resampling.bootstrap import Bootstrap, bootstrap_scores
from esi_toolkit.statistics.resampling.bootstrap_intervals import bootstrap_intervals

OVERALL = "overall"
UNGROUPED = "no family group named"


@dataclass(frozen=True)
class Comparison:
    """Areas of one framework side by side.

    Attributes
    ----------
    areas : DataFrame
        One row an area, by group and name: area (id), name, group, level, synthetic, cases, incomplete
        (bool), score (overall, 0-100, NaN where there is none), low and high (95% interval, NaN where the
        answers of single cases are not known), rank, rank_low, rank_high, ranked (how many areas were),
        standard_error (points), target (mean of the group, weighted by precision), outside ("inside", "above
        95%", …, "no score"), tau (how much the areas of the group differ beyond chance: the standard
        deviation between them, points), by_chance (p-value of their differing so much by chance alone) and
        outside_allowing (outside, with tau allowed for).
    scores : DataFrame
        area, level (section, criterion), code, score.
    ratings : DataFrame
        area, criterion, calculated, rating, adjusted.
    questions : DataFrame
        Pooled over the areas of a group that know their answers: group, question, criterion, text, areas,
        relevant, positive, score.
    seed, replicates : int
        Of the resampling.
    """

    areas: pd.DataFrame
    scores: pd.DataFrame
    ratings: pd.DataFrame
    questions: pd.DataFrame
    seed: int
    replicates: int


def compare_areas(
    scorecards: Sequence[Scorecard],
    inspections: Sequence[Inspection],
    *,
    shown: Sequence[Scorecard] | None = None,
    seed: int = 1,
    replicates: int = 2000,
) -> Comparison:
    """Compare the scorecards of several areas.

    Parameters
    ----------
    scorecards : sequence of Scorecard
        All of one framework, final.
    inspections : sequence of Inspection
        The same areas in the same order.
    shown : sequence of Scorecard, optional
        The same scorecards as they go out (`control_figures.withhold_figures`): ranks and intervals come from
        the others, every figure that is shown from these. An area whose overall score is withheld has neither
        rank nor part in its group's mean; a question that an area withholds is left out of what is pooled
        over areas. Default: nothing is withheld.
    seed, replicates : int
        Of the bootstrap that intervals and ranks rest on.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        Scorecards of different frameworks, or an area twice.

    Notes
    -----
    Case-level bootstrap within each area (`bootstrap_scores`); ranks with intervals and funnel limits are
    made within each family group (`rank_intervals`, `funnel_of_scores`). An area whose single answers are not
    known has a score but neither interval nor rank.
    """
    _refuse_mixture(scorecards)
    shown = scorecards if shown is None else shown
    scorecards = [_without_score(card, out) for card, out in zip(scorecards, shown, strict=True)]
    drawn = {
        card.area_id: _resample(card, inspection, seed, replicates)
        for card, inspection in zip(scorecards, inspections, strict=True)
    }
    areas = pd.DataFrame(
        [_area_row(card, inspection) for card, inspection in zip(scorecards, inspections, strict=True)]
    ).sort_values(["group", "name"], ignore_index=True)
    placed = [_place_group(group, drawn) for _, group in areas.groupby("group", sort=False)]
    groups = dict(zip(areas["area"], areas["group"], strict=True))
    table = pd.concat(placed, ignore_index=True) if placed else areas
    return Comparison(
        _as_shown(table, shown),
        _stack([_score_rows(card) for card in shown]),
        _stack([_rating_rows(card) for card in shown]),
        _pool_questions(shown, groups),
        seed,
        replicates,
    )


def _without_score(card: Scorecard, shown: Scorecard) -> Scorecard:
    """An area whose overall score is withheld takes no part: the place left for it in the ranks of the others
    would tell between which of them it lies.
    """
    return card if shown.overall.score is not None else replace(card, overall=shown.overall)


def _refuse_mixture(scorecards: Sequence[Scorecard]) -> None:
    problems = []
    if len({(card.framework.id, card.framework.fingerprint) for card in scorecards}) > 1:
        found, expected = "areas of different frameworks", "areas of one framework"
        problems.append(Problem("comparison", found, expected, "name the framework with --framework"))
    ids = [card.area_id for card in scorecards]
    problems += [
        Problem("comparison", f"the area '{area}' twice", "each area once", "give one of them another id")
        for area in sorted({area for area in ids if ids.count(area) > 1})
    ]
    if problems:
        raise InputError(problems)


def _resample(card: Scorecard, inspection: Inspection, seed: int, replicates: int) -> Bootstrap | None:
    if inspection.level != "judgements" or card.overall.score is None:
        return None
    if inspection.cases is None or inspection.judgements is None:
        return None
    return bootstrap_scores(
        card.framework,
        inspection.cases,
        inspection.judgements,
        seed=seed,
        replicates=replicates,
        stream=card.area_id,
        caseload=inspection.known_caseload,
    )


def _area_row(card: Scorecard, inspection: Inspection) -> dict[str, object]:
    score = card.overall.score
    return {
        "area": card.area_id,
        "name": card.area_name,
        "group": inspection.area.family_group or UNGROUPED,
        "level": card.level,
        "synthetic": card.synthetic,
        "cases": card.cases,
        "incomplete": card.overall.incomplete,
        "score": np.nan if score is None else score,
    }


def _place_group(group: pd.DataFrame, drawn: dict[str, Bootstrap | None]) -> pd.DataFrame:
    """One family group: intervals, ranks among the areas that have them, and the funnel."""
    intervals = {area: _overall_interval(drawn[area]) for area in group["area"]}
    low, high, error = (group["area"].map({a: found[i] for a, found in intervals.items()}) for i in range(3))
    table = group.assign(low=low, high=high, standard_error=error)
    known = [area for area in group["area"] if drawn[area] is not None]
    scores = {area: score for area, score in zip(group["area"], group["score"], strict=True) if area in known}
    ranks = rank_intervals(scores, {area: found.of(OVERALL) for area in known if (found := drawn[area])})
    ranks = ranks.rename(columns={"low": "rank_low", "high": "rank_high", "areas": "ranked"})
    table = table.merge(ranks[["area", "rank", "rank_low", "rank_high", "ranked"]], on="area", how="left")
    beyond = over_dispersion_of_scores(table)
    allowing = funnel_of_scores(table, tau_squared=beyond.tau_squared)["outside"]
    return funnel_of_scores(table).assign(
        tau=np.sqrt(beyond.tau_squared), by_chance=beyond.p_value, outside_allowing=allowing
    )


def _as_shown(areas: pd.DataFrame, shown: Sequence[Scorecard]) -> pd.DataFrame:
    """Areas that withhold something: their overall score as it goes out, with a whole interval."""
    cards = {card.area_id: card for card in shown if card.withheld}
    touched = areas["area"].isin(list(cards))
    if not touched.any():
        return areas
    areas = areas.copy()
    for column, values in {
        "score": {area: card.overall.score for area, card in cards.items()},
        "cases": {area: card.cases for area, card in cards.items()},
    }.items():
        areas[column] = areas[column].mask(touched, areas["area"].map(values).astype("float64"))
    for column in ("low", "high"):
        whole = areas[column].map(round_half_up, na_action="ignore").astype("float64")
        areas[column] = areas[column].mask(touched, whole)
    return areas


def _overall_interval(bootstrap: Bootstrap | None) -> tuple[float, float, float]:
    if bootstrap is None:
        return np.nan, np.nan, np.nan
    row = bootstrap_intervals(bootstrap).set_index("code").loc[OVERALL]
    return float(row["low"]), float(row["high"]), float(row["standard_error"])


def _score_rows(card: Scorecard) -> pd.DataFrame:
    sections = card.sections[["section", "score"]].rename(columns={"section": "code"}).assign(level="section")
    scored = card.criteria[card.criteria["scored_by"] == "judgements"]
    criteria = scored[["criterion", "score"]].rename(columns={"criterion": "code"}).assign(level="criterion")
    both = pd.concat([sections[sections["code"].isin(set(scored["section"]))], criteria])
    return both.assign(area=card.area_id)[["area", "level", "code", "score"]]


def _rating_rows(card: Scorecard) -> pd.DataFrame:
    rated = card.criteria[card.criteria["scored_by"] == "evidence"]
    return rated[["criterion", "calculated", "rating", "adjusted"]].assign(area=card.area_id)


def _pool_questions(scorecards: Sequence[Scorecard], groups: dict[str, str]) -> pd.DataFrame:
    tables = [card.questions.assign(group=groups[card.area_id]) for card in scorecards]
    columns = ["group", "question", "criterion", "text"]
    known = [table[table["relevant"] > 0] for table in tables]
    together = pd.concat(known) if known else pd.DataFrame(columns=[*columns, "relevant", "positive"])
    pooled = together.groupby(columns, as_index=False, sort=False).agg(
        areas=("relevant", "size"), relevant=("relevant", "sum"), positive=("positive", "sum")
    )
    return pooled.assign(score=100 * pooled["positive"] / pooled["relevant"])


def _stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True)
