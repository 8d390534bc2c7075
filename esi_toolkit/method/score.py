"""An inspection and its framework in, a scorecard out: the whole method in the order in which it is printed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from esi_toolkit.data.checks import find_asked
from esi_toolkit.data.framework import Criterion, Framework, Section
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.questions import count_answers
from esi_toolkit.method.ratings import rate_criterion
from esi_toolkit.method.scorecard import Overall, RatingTrace, Scorecard
from esi_toolkit.method.targets import suggest_level

NO_SCORE = math.nan
COUNT_COLUMNS = ["asked", "relevant", "positive", "not_applicable", "missing"]


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
        As calculated, before any decision of a lead inspector. Scores 0-100, unrounded; NaN where there is none.

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
    >>> round(card.overall.score, 1)
    84.3
    """
    if inspection.framework_id != framework.id:
        found, expected = f"an inspection read for {inspection.framework_id}", f"one read for {framework.id}"
        raise InputError(Problem(inspection.area.id, found, expected, "load it with this framework"))
    questions = score_questions(framework, inspection)
    traces = _rate_all(framework, inspection, reading)
    criteria = _criteria_table(framework, inspection, questions, traces)
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
    total = math.fsum(part.weight for part in scored)
    if not total:
        return Mean(NO_SCORE, missing)
    return Mean(math.fsum(part.score * part.weight for part in scored) / total, missing)


def score_questions(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    """Count and score every question (rules 1 and 2).

    Parameters
    ----------
    framework : Framework
        The rules.
    inspection : Inspection
        With judgements, or with question counts; with neither, all figures are NaN.

    Returns
    -------
    DataFrame
        One row a question in the framework's order; see `Scorecard.questions`.
    """
    described = pd.DataFrame(
        [
            (question.id, criterion.id, section.id, question.text, question.weight, question.published)
            for section in framework.sections
            for criterion in section.criteria
            for question in criterion.questions
        ],
        columns=["question", "criterion", "section", "text", "weight", "published"],
    )
    counts = _count_questions(framework, inspection)
    table = described.join(counts.astype("float64"), on="question")
    has_score = table["relevant"] > 0
    return table.assign(score=(100 * table["positive"] / table["relevant"]).where(has_score))


def _count_questions(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    """COUNT_COLUMNS by question code, from the deepest level present."""
    codes = pd.Index([question.id for question in framework.questions], name="question")
    if inspection.level == "question counts" and inspection.question_counts is not None:
        given = inspection.question_counts.set_index("question")
        return given.reindex(codes).reindex(columns=COUNT_COLUMNS)
    if inspection.level != "judgements" or inspection.judgements is None:
        return pd.DataFrame(index=codes, columns=COUNT_COLUMNS)
    judgements = inspection.judgements
    first = judgements.loc[judgements["counts"] & (judgements["judgement"] != ""), ["case_id", "question", "judgement"]]
    counts = count_answers(first, framework.judgements).set_index("question").reindex(codes, fill_value=0)
    asked, answered_inside = _asked_and_answered(framework, inspection, first)
    return counts.assign(asked=asked, missing=asked - answered_inside)[COUNT_COLUMNS]


def _asked_and_answered(
    framework: Framework, inspection: Inspection, answers: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """How many cases each question is asked of, and how many of those answered it."""
    cases = inspection.cases if inspection.cases is not None else pd.DataFrame({"case_id": []}, dtype="str")
    concerned = cases[find_asked(framework.asked_of, cases)]
    groups: dict[str, frozenset[str]] = {}
    asked, answered = {}, {}
    by_question = {str(question): set(rows) for question, rows in answers.groupby("question")["case_id"]}
    for question in framework.questions:
        key = repr(question.asked_of)
        if key not in groups:
            groups[key] = frozenset(concerned.loc[find_asked(question.asked_of, concerned), "case_id"])
        asked[question.id] = len(groups[key])
        answered[question.id] = len(groups[key] & by_question.get(question.id, set()))
    return pd.Series(asked, dtype="float64"), pd.Series(answered, dtype="float64")


def _rate_all(framework: Framework, inspection: Inspection, reading: str | None) -> dict[str, RatingTrace]:
    rated = [criterion for criterion in framework.criteria if criterion.scored_by == "evidence"]
    return {
        criterion.id: rate_criterion(
            criterion,
            inspection.evidence,
            framework.ratings,
            suggestion=suggest_level(criterion.id, inspection.performance, framework.ratings),
            reading=reading,
        )
        for criterion in rated
    }


def _criteria_table(
    framework: Framework, inspection: Inspection, questions: pd.DataFrame, traces: dict[str, RatingTrace]
) -> pd.DataFrame:
    cases = _cases_by_criterion(framework, inspection)
    rows = [
        _rated_row(section, criterion, traces[criterion.id])
        if criterion.scored_by == "evidence"
        else _scored_row(framework, section, criterion, inspection, questions, cases)
        for section in framework.sections
        for criterion in section.criteria
    ]
    columns = [
        "criterion", "section", "title", "scored_by", "importance", "importance_weight", "score", "pooled", "cases",
        "rating", "calculated", "decided_by", "incomplete", "missing", "adjusted",
    ]  # fmt: skip
    numbers = dict.fromkeys(("importance_weight", "score", "pooled", "cases"), "float64")
    return pd.DataFrame(rows, columns=columns).astype({**numbers, "incomplete": bool, "adjusted": bool})


def _scored_row(
    framework: Framework,
    section: Section,
    criterion: Criterion,
    inspection: Inspection,
    questions: pd.DataFrame,
    cases: dict[str, int],
) -> tuple:
    own = questions[questions["criterion"] == criterion.id]
    if inspection.level == "criterion scores" and inspection.criterion_scores is not None:
        given = dict(zip(inspection.criterion_scores["criterion"], inspection.criterion_scores["score"], strict=True))
        value, missing = given.get(criterion.id, NO_SCORE), ()
    else:
        parts = [Part(row.question, row.score, row.weight) for row in own.itertuples()]
        value, without = weighted_mean(parts)
        # A question that no case was relevant for is complete; one that nobody answered is not.
        asked_of_none = own["asked"].eq(0) | (own["asked"].isna() & own["relevant"].eq(0))
        complete = set(own.loc[own["not_applicable"].gt(0) | asked_of_none, "question"])
        missing = tuple(code for code in without if code not in complete)
    relevant = own.loc[own["weight"] > 0, "relevant"].sum()
    pooled = 100 * own.loc[own["weight"] > 0, "positive"].sum() / relevant if relevant else NO_SCORE
    importance = framework.importance[criterion.importance] if criterion.importance else NO_SCORE
    return (
        criterion.id, section.id, criterion.title, criterion.scored_by, criterion.importance, importance, value, pooled,
        cases.get(criterion.id, NO_SCORE), None, None, None, bool(missing) or math.isnan(value), "; ".join(missing), False,
    )  # fmt: skip


def _rated_row(section: Section, criterion: Criterion, trace: RatingTrace) -> tuple:
    return (
        criterion.id, section.id, criterion.title, criterion.scored_by, criterion.importance, NO_SCORE, NO_SCORE, NO_SCORE,
        NO_SCORE, trace.rating, trace.rating, trace.words if trace.rating else None,
        bool(trace.unjudged) or trace.rating is None, "; ".join(trace.unjudged), False,
    )  # fmt: skip


def _cases_by_criterion(framework: Framework, inspection: Inspection) -> dict[str, int]:
    """How many cases had a relevant answer to any scored question of each criterion."""
    if inspection.level != "judgements" or inspection.judgements is None:
        return {}
    owner = {q.id: c.id for c in framework.criteria for q in c.questions if q.weight > 0}
    relevant = [word for word, value in framework.judgements.items() if value is not None]
    answers = inspection.judgements
    answers = answers[answers["counts"] & answers["judgement"].isin(relevant)]
    return answers.groupby(answers["question"].map(owner))["case_id"].nunique().to_dict()


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
    rows, missing_below = [], []
    for section in framework.sections:
        scored = criteria[(criteria["section"] == section.id) & (criteria["scored_by"] == "judgements")]
        parts = [Part(row.criterion, row.score, row.importance_weight) for row in scored.itertuples()]
        value, missing = weighted_mean(parts)
        weight = NO_SCORE if section.weight is None else section.weight
        rows.append((section.id, section.title, weight, value, bool(missing), "; ".join(missing)))
        if section.weight and missing and not math.isnan(value):
            missing_below += missing
    sections = pd.DataFrame(rows, columns=["section", "title", "weight", "score", "incomplete", "missing"])
    parts = [Part(row.section, row.score, 0 if math.isnan(row.weight) else row.weight) for row in sections.itertuples()]
    value, missing = weighted_mean(parts)
    all_missing = (*missing, *missing_below)
    return sections, Overall(None if math.isnan(value) else value, bool(all_missing), all_missing)
