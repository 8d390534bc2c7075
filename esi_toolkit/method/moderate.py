"""The lead inspector's discretion: decisions applied to a scorecard, calculated and final side by side."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from esi_toolkit.data.decision import Decision, check_text
from esi_toolkit.data.framework import Framework
from esi_toolkit.errors import ModerationError, Problem, suggest
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.score import aggregate_criteria
from esi_toolkit.method.scorecard import Considered, Scorecard

APPLIED, STALE, SUPERSEDED = "applied", "stale", "superseded"


def hash_figures(scorecard: Scorecard, criterion: str) -> str:
    """Fingerprint of the figures that a decision about a criterion rests on.

    Parameters
    ----------
    scorecard : Scorecard
        As calculated.
    criterion : str
        Code of a criterion.

    Returns
    -------
    str
        SHA-256 over the calculated rating with its items and their levels, or over the calculated score, with
        the framework's id and version: it stays the same as long as these do.
    """
    framework = scorecard.framework
    if criterion in scorecard.traces:
        trace = scorecard.traces[criterion]
        items = trace.items[["item", "level", "weight", "counts"]].to_numpy().tolist()
        figures = [trace.rating, items]
    else:
        figures = [_calculated_score(scorecard, criterion)]
    content = json.dumps([framework.id, framework.version, criterion, *figures], ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()


def propose_decision(
    scorecard: Scorecard, criterion: str, adjusted: str, *, reason: str, author: str
) -> Decision:
    """A decision on the figures of a scorecard, not yet checked or recorded.

    Parameters
    ----------
    scorecard : Scorecard
        The figures it is taken on.
    criterion : str
        Code of a criterion.
    adjusted : str
        Rating in words, or score (0-100) as text.
    reason, author : str
        Why, and who decides.

    Raises
    ------
    ModerationError
        There is no such criterion.
    """
    codes = list(scorecard.criteria["criterion"])
    if criterion not in codes:
        fix = suggest(criterion, codes, "use a code of the framework")
        raise ModerationError(Problem("decision", f"'{criterion}'", "a criterion of the framework", fix))
    calculated = current_calculated(scorecard, criterion)
    figures = hash_figures(scorecard, criterion)
    return Decision(
        scorecard.area_id, scorecard.framework.id, criterion, calculated, adjusted, reason, author, figures
    )


def current_calculated(scorecard: Scorecard, criterion: str) -> str:
    """The calculated rating, or score as text; "" where there is none."""
    if criterion in scorecard.traces:
        return scorecard.traces[criterion].rating or ""
    value = _calculated_score(scorecard, criterion)
    return "" if value is None else repr(value)


def allowed_ratings(framework: Framework, calculated: str) -> tuple[str, ...]:
    """Ratings that may be chosen in place of a calculated one, itself included, best first.

    Examples
    --------
    >>> from esi_toolkit import load_framework
    >>> allowed_ratings(load_framework("esi"), "Well met")
    ('Very well met', 'Well met', 'Satisfactorily met')
    """
    scale, steps = framework.ratings.scale, framework.moderation.ratings
    if calculated not in scale:
        return ()
    place = scale.index(calculated)
    return scale[max(0, place - steps) : place + steps + 1]


def check_decision(scorecard: Scorecard, decision: Decision) -> list[Problem]:
    """Everything that speaks against a decision.

    Parameters
    ----------
    scorecard : Scorecard
        The figures it is about.
    decision : Decision
        Recorded or not.

    Returns
    -------
    list of Problem
        Empty when it may be recorded and applied.
    """
    where = f"decision on {decision.criterion}"
    problems = check_text(decision)
    if (decision.area, decision.framework) != (scorecard.area_id, scorecard.framework.id):
        found, expected = (
            f"{decision.area}, {decision.framework}",
            f"{scorecard.area_id}, {scorecard.framework.id}",
        )
        problems.append(Problem(where, found, expected, "decide on the area's own figures"))
    codes = list(scorecard.criteria["criterion"])
    if decision.criterion not in codes:
        fix = suggest(decision.criterion, codes, "use a code of the framework")
        return [*problems, Problem(where, f"'{decision.criterion}'", "a criterion of the framework", fix)]
    if decision.criterion in scorecard.traces:
        return problems + _check_rating(scorecard, decision, where)
    return problems + _check_score(scorecard, decision, where)


def moderate(scorecard: Scorecard, decisions: Iterable[Decision]) -> Scorecard:
    """Apply a lead inspector's decisions.

    Parameters
    ----------
    scorecard : Scorecard
        As calculated; it is left unchanged.
    decisions : iterable of Decision
        About this area and framework, in the order of the register; those about others are passed over.

    Returns
    -------
    Scorecard
        ``rating`` (or ``score``) final, ``calculated`` beside it, ``adjusted`` True where they were decided.
        Sections and overall follow from adjusted scores. ``decisions`` says of each one whether it was applied,
        is stale (its figures have changed since: not applied until confirmed) or was superseded by a later one.

    Raises
    ------
    ModerationError
        A decision in force is not allowed: unknown criterion, a step too far, no reason or author; all at
        once.

    Notes
    -----
    Method, "Discretion of the lead inspector".
    """
    own = [d for d in decisions if (d.area, d.framework) == (scorecard.area_id, scorecard.framework.id)]
    last = {decision.criterion: place for place, decision in enumerate(own)}
    considered, problems = [], []
    for place, decision in enumerate(own):
        if last[decision.criterion] != place:
            considered.append(Considered(decision, SUPERSEDED))
            continue
        known = decision.criterion in set(scorecard.criteria["criterion"])
        if known and decision.figures_hash != hash_figures(scorecard, decision.criterion):
            considered.append(Considered(decision, STALE))
            continue
        problems += check_decision(scorecard, decision)
        considered.append(Considered(decision, APPLIED))
    if problems:
        raise ModerationError(problems)
    return _apply(scorecard, tuple(considered))


def _apply(scorecard: Scorecard, considered: tuple[Considered, ...]) -> Scorecard:
    criteria = scorecard.criteria.astype({"rating": object, "calculated": object})
    rows = {code: row for row, code in criteria["criterion"].items()}
    for one in considered:
        decision = one.decision
        if one.state != APPLIED or decision.adjusted == decision.calculated:
            continue
        row = rows[decision.criterion]
        if decision.criterion in scorecard.traces:
            criteria.loc[row, "rating"] = decision.adjusted
        else:
            criteria.loc[row, "calculated"] = criteria.loc[row, "score"]
            criteria.loc[row, "score"] = float(decision.adjusted)
        criteria.loc[row, "adjusted"] = True
    sections, overall = aggregate_criteria(scorecard.framework, criteria)
    return replace(scorecard, criteria=criteria, sections=sections, overall=overall, decisions=considered)


def _calculated_score(scorecard: Scorecard, criterion: str) -> float | None:
    row = scorecard.criteria.set_index("criterion").loc[criterion]
    value = row["calculated"] if row["adjusted"] else row["score"]
    return None if pd.isna(value) else float(value)


def _check_rating(scorecard: Scorecard, decision: Decision, where: str) -> list[Problem]:
    framework, calculated = scorecard.framework, current_calculated(scorecard, decision.criterion)
    allowed = allowed_ratings(framework, calculated)
    if not allowed:
        return [Problem(where, "no calculated rating", "a rating to adjust", "judge its items first")]
    if decision.adjusted in allowed:
        return []
    if decision.adjusted not in framework.ratings.scale:
        fix = suggest(decision.adjusted, framework.ratings.scale, "use " + join_words(allowed))
        return [Problem(where, f"'{decision.adjusted}'", "a rating of the framework", fix)]
    steps = framework.moderation.ratings
    expected = f"at most {steps} step{'s' * (steps != 1)} from {calculated}"
    return [Problem(where, f"'{decision.adjusted}'", expected, f"choose among {join_words(allowed)}")]


def _check_score(scorecard: Scorecard, decision: Decision, where: str) -> list[Problem]:
    points, value = scorecard.framework.moderation.scores, _calculated_score(scorecard, decision.criterion)
    if not points:
        fix = "adjust a criterion that is rated in words, or correct the judgements"
        return [Problem(where, "a score to adjust", "a rating: the framework lets no score be adjusted", fix)]
    if value is None:
        return [Problem(where, "no calculated score", "a score to adjust", "judge its cases first")]
    try:
        adjusted = float(decision.adjusted)
    except ValueError:
        adjusted = math.nan
    if not 0 <= adjusted <= 100:
        return [Problem(where, f"'{decision.adjusted}'", "a number from 0 to 100", "write the plain number")]
    if abs(adjusted - value) > points + 1e-9:
        expected = f"at most {points:g} points from {value:.1f}"
        return [Problem(where, f"'{decision.adjusted}'", expected, "choose a score nearer to it")]
    return []
