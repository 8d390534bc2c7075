"""An inspection and its framework in, a scorecard out: the method in the order in which it is printed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from esi_toolkit.data.answers import AnswerGrid, find_asked
from esi_toolkit.data.framework import Criterion, Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.data.rows import to_rows
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.question_scores import find_answers, score_questions
from esi_toolkit.method.ratings import rate_criterion
from esi_toolkit.method.scorecard import Overall, RatingTrace, Scorecard
from esi_toolkit.method.targets import suggest_level

NO_SCORE = math.nan


class Part(NamedTuple):
    """Something with a score (0-100, NaN where there is none) that goes into a mean with a weight."""

    code: str
    score: float
    weight: float


class Mean(NamedTuple):
    """A weighted mean (NaN where no part has a score) and the parts that had no score."""

    score: float
    missing: tuple[str, ...]


def score(framework: Framework, inspection: Inspection, *, reading: str | None = None) -> Scorecard:
    """Score an inspection.

    Parameters
    ----------
    framework : Framework
        The rules.
    inspection : Inspection
        Read for the same framework.
    reading : str, optional
        Name of an alternative set of rating rules, for example ``literal``; default: the framework's own.

    Returns
    -------
    Scorecard
        As calculated, before any decision of a lead inspector. Scores 0-100, unrounded; NaN where there is
        none.

    Raises
    ------
    InputError
        The inspection was read for another framework.

    Notes
    -----
    Method, "Numbers" and "Words". Missing answers, criteria and sections leave their weight to the others.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> card = score(esi, load_inspection("data/sample/county-durham", esi))
    >>> round(card.overall.score)
    84
    """
    if inspection.framework_id != framework.id:
        found, expected = f"an inspection read for {inspection.framework_id}", f"one read for {framework.id}"
        raise InputError(Problem(inspection.area.id, found, expected, "load it with this framework"))
    answers = find_answers(framework, inspection)
    questions = score_questions(framework, inspection, answers)
    traces = rate_all(framework, inspection, reading)
    cases_of = {} if answers is None else _cases_by_criterion(framework, answers)
    criteria = _criteria_table(framework, inspection, questions, traces, cases_of)
    sections, overall = aggregate_criteria(framework, criteria)
    cases = None if inspection.cases is None else int(find_asked(framework.asked_of, inspection.cases).sum())
    area = inspection.area
    return Scorecard(
        area.id, area.name, framework, inspection.level, inspection.input_hash, area.synthetic, cases,
        questions, criteria, sections, overall, traces,
    )  # fmt: skip


def weighted_mean(parts: Iterable[Part]) -> Mean:
    """The one aggregation, used at every level.

    Parameters
    ----------
    parts : iterable of Part
        Parts of weight 0 are reported elsewhere and neither count nor are missed.

    Returns
    -------
    Mean
        A part without a score leaves its weight to the others and is named in ``missing``.

    Examples
    --------
    >>> weighted_mean([Part("B1", 72, 2), Part("B2", 96, 2), Part("B3", 88, 2), Part("B4", 97, 1)]).score
    87.0
    >>> weighted_mean([Part("D1", 60, 2), Part("D2", NO_SCORE, 1)])
    Mean(score=60.0, missing=('D2',))
    """
    counted = [part for part in parts if part.weight > 0]
    scored = [part for part in counted if not math.isnan(part.score)]
    missing = tuple(part.code for part in counted if math.isnan(part.score))
    if not scored:
        return Mean(NO_SCORE, missing)
    total = math.fsum(part.weight for part in scored)
    value = math.fsum(part.score * part.weight for part in scored) / total
    # A mean of parts that all score 100 must not be 100.00000000000001.
    return Mean(
        min(max(value, min(part.score for part in scored)), max(part.score for part in scored)), missing
    )


def rate_all(
    framework: Framework, inspection: Inspection, reading: str | None = None
) -> dict[str, RatingTrace]:
    """Rate every criterion that is rated from evidence, without scoring the others.

    Parameters
    ----------
    framework, inspection, reading
        As `score`.

    Returns
    -------
    dict of str to RatingTrace
        By code of the criterion.
    """
    ratings, traces, judged = framework.ratings, {}, _judged_items(inspection.evidence)
    for criterion in framework.criteria:
        if criterion.scored_by != "evidence":
            continue
        # A level that an inspector recorded always stands: then nothing need be suggested.
        wanted = any(item.suggested_by and (criterion.id, item.id) not in judged for item in criterion.items)
        suggestion = suggest_level(criterion.id, inspection.performance, ratings) if wanted else None
        traces[criterion.id] = rate_criterion(
            criterion, inspection.evidence, ratings, suggestion=suggestion, reading=reading
        )
    return traces


def _judged_items(evidence: pd.DataFrame | None) -> set[tuple[str, str]]:
    """Criterion and item of everything that has a level."""
    if evidence is None:
        return set()
    return {(row["criterion"], row["item"]) for row in to_rows(evidence) if row["level"]}


def _criteria_table(
    framework: Framework,
    inspection: Inspection,
    questions: pd.DataFrame,
    traces: dict[str, RatingTrace],
    cases_of: dict[str, int],
) -> pd.DataFrame:
    given = _given_scores(inspection)
    own: dict[str, list[dict[str, Any]]] = {criterion.id: [] for criterion in framework.criteria}
    for row in to_rows(questions):
        own[row["criterion"]].append(row)
    rows = []
    for section in framework.sections:
        for criterion in section.criteria:
            if criterion.scored_by == "evidence":
                row = _rated_row(criterion, traces[criterion.id])
            else:
                row = _scored_row(framework, criterion, own[criterion.id], given)
            place = {"criterion": criterion.id, "section": section.id, "title": criterion.title}
            rows.append({**_EMPTY_ROW, **place, **row, "cases": cases_of.get(criterion.id, NO_SCORE)})
    columns = {name: [row[name] for row in rows] for name in _EMPTY_ROW}
    return pd.DataFrame(
        {name: np.array(cells, _TYPES[name]) if name in _TYPES else cells for name, cells in columns.items()}
    )


_TYPES: dict[str, type] = dict.fromkeys(("importance_weight", "score", "pooled", "cases"), float)
_TYPES |= dict.fromkeys(("incomplete", "adjusted"), bool)


_EMPTY_ROW: dict[str, Any] = {
    "criterion": "", "section": "", "title": "", "scored_by": "", "importance": None,
    "importance_weight": NO_SCORE, "score": NO_SCORE, "pooled": NO_SCORE, "cases": NO_SCORE,
    "rating": None, "calculated": None, "decided_by": None,
    "incomplete": False, "missing": "", "adjusted": False,
}  # fmt: skip


def _given_scores(inspection: Inspection) -> dict[str, float] | None:
    """Published criterion scores, where they are the deepest level; None where scores are calculated."""
    table = inspection.criterion_scores
    if inspection.level != "criterion scores" or table is None:
        return None
    return dict(zip(table["criterion"], table["score"], strict=True))


def _scored_row(
    framework: Framework, criterion: Criterion, own: list[dict[str, Any]], given: dict[str, float] | None
) -> dict[str, Any]:
    if given is not None:
        value = given.get(criterion.id, NO_SCORE)
        missing: tuple[str, ...] = ()
    else:
        value, without = weighted_mean(Part(row["question"], row["score"], row["weight"]) for row in own)
        complete = {row["question"] for row in own if _concerned_nobody(row)}
        missing = tuple(code for code in without if code not in complete)
    word = criterion.importance or ""
    return {
        "scored_by": criterion.scored_by,
        "importance": word,
        "importance_weight": framework.importance[word],
        "score": value,
        "pooled": _pooled(own),
        "incomplete": bool(missing) or math.isnan(value),
        "missing": "; ".join(missing),
    }


def _concerned_nobody(row: dict[str, Any]) -> bool:
    """A question that no case was relevant for is complete; one that nobody answered is not."""
    if math.isnan(row["asked"]):
        return bool(row["relevant"] == 0)
    return bool(row["asked"] == 0 or row["not_applicable"] > 0)


def _pooled(own: list[dict[str, Any]]) -> float:
    known = [row for row in own if row["weight"] > 0 and row["relevant"] > 0]
    relevant = math.fsum(row["relevant"] for row in known)
    return 100 * math.fsum(row["positive"] for row in known) / relevant if relevant else NO_SCORE


def _rated_row(criterion: Criterion, trace: RatingTrace) -> dict[str, Any]:
    return {
        "scored_by": criterion.scored_by,
        "importance": criterion.importance,
        "rating": trace.rating,
        "calculated": trace.rating,
        "decided_by": trace.words if trace.rating else None,
        "incomplete": bool(trace.unjudged) or trace.rating is None,
        "missing": "; ".join(trace.unjudged),
    }


def _cases_by_criterion(framework: Framework, answers: AnswerGrid) -> dict[str, int]:
    """How many cases had a relevant answer to any scored question of each criterion; only where any had."""
    relevant = answers.find_relevant(framework)
    column = {code: position for position, code in enumerate(answers.questions)}
    found: dict[str, int] = {}
    for criterion in framework.criteria:
        scored = [column[question.id] for question in criterion.questions if question.weight > 0]
        if cases := int(relevant[:, scored].any(axis=1).sum()):
            found[criterion.id] = cases
    return found


def aggregate_criteria(framework: Framework, criteria: pd.DataFrame) -> tuple[pd.DataFrame, Overall]:
    """Criterion scores to section scores to the overall (rules 4 to 6).

    Parameters
    ----------
    framework : Framework
        For the section weights.
    criteria : DataFrame
        criterion, section, scored_by, importance_weight, score.

    Returns
    -------
    sections : DataFrame
        See `Scorecard.sections`.
    overall : Overall
        ``score`` is None where the framework has no section weights or nothing has a score.
    """
    inside: dict[str, list[Part]] = {section.id: [] for section in framework.sections}
    for row in to_rows(criteria[["criterion", "section", "scored_by", "importance_weight", "score"]]):
        if row["scored_by"] == "judgements":
            inside[row["section"]].append(Part(row["criterion"], row["score"], row["importance_weight"]))
    rows, parts = [], []
    missing_below: list[str] = []
    for section in framework.sections:
        value, missing = weighted_mean(inside[section.id])
        weight = NO_SCORE if section.weight is None else section.weight
        rows.append((section.id, section.title, weight, value, bool(missing), "; ".join(missing)))
        parts.append(Part(section.id, value, section.weight or 0))
        if section.weight and not math.isnan(value):
            missing_below += missing
    sections = pd.DataFrame(rows, columns=["section", "title", "weight", "score", "incomplete", "missing"])
    value, missing = weighted_mean(parts)
    all_missing = (*missing, *missing_below)
    overall = Overall(None if math.isnan(value) else value, bool(all_missing), all_missing)
    return sections.astype({"weight": "float64", "score": "float64"}), overall
