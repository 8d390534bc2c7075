"""The lead inspector's discretion: decisions applied to a scorecard, calculated and final side by side."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from esi_toolkit.data.decision import Decision, check_text
from esi_toolkit.data.framework import Framework
from esi_toolkit.errors import ModerationError, Problem, suggest
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.score import aggregate_criteria
from esi_toolkit.method.scorecard import Considered, Scorecard

APPLIED, STALE, SUPERSEDED = "applied", "stale", "superseded"
_PLAIN_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")
_SAME_FIGURE = 9
"""Decimal places of a score that count as the same figure: machines add up in different orders."""


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
        SHA-256 over what a decision is about: the calculated rating with the items that count and their
        levels, or the calculated score with the counts and weights of its questions; and how far it may be
        moved. It stays the same as long as these do, whatever else changes in the framework or the evidence.
    """
    framework = scorecard.framework
    figures = _rated_figures if criterion in scorecard.traces else _scored_figures
    content = json.dumps([framework.id, criterion, *figures(scorecard, criterion)], ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _rated_figures(scorecard: Scorecard, criterion: str) -> list[Any]:
    trace, framework = scorecard.traces[criterion], scorecard.framework
    counted = trace.items[trace.items["counts"] & (trace.items["weight"] > 0)]
    items = [[_plain(cell) for cell in row] for row in counted[["item", "level", "weight"]].to_numpy()]
    return [trace.rating, items, framework.ratings.scale, framework.moderation.ratings]


def _scored_figures(scorecard: Scorecard, criterion: str) -> list[Any]:
    own = scorecard.questions[scorecard.questions["criterion"] == criterion]
    counts = own[["question", "relevant", "positive", "weight"]].to_numpy()
    score = _plain(_calculated_score(scorecard, criterion))
    return [score, [[_plain(cell) for cell in row] for row in counts], scorecard.framework.moderation.scores]


def _plain(value: Any) -> str | float | None:
    if isinstance(value, str):
        return value
    return None if pd.isna(value) else round(float(value), _SAME_FIGURE)


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
        raise ModerationError(_unknown_criterion("decision", criterion, codes))
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
    return "" if value is None else repr(round(value, _SAME_FIGURE))


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
    problems = check_text(decision)
    if not all(isinstance(text, str) for text in (decision.criterion, decision.adjusted)):
        return problems
    about = (scorecard.area_id, scorecard.framework.id)
    if (decision.area, decision.framework) != about:
        found, expected = f"{decision.area}, {decision.framework}", ", ".join(about)
        problems.append(Problem(decision.name, found, expected, "decide on the area's own figures"))
    codes = list(scorecard.criteria["criterion"])
    if decision.criterion not in codes:
        return [*problems, _unknown_criterion(decision.name, decision.criterion, codes)]
    check = _check_rating if decision.criterion in scorecard.traces else _check_score
    return [*problems, *_check_figures(scorecard, decision), *check(scorecard, decision)]


def _unknown_criterion(where: str, criterion: str, codes: list[str]) -> Problem:
    fix = suggest(
        criterion,
        codes,
        "use a code of the framework; a framework with other criteria needs an id of its own",
    )
    return Problem(where, f"'{criterion}'", "a criterion of the framework", fix)


def moderate(scorecard: Scorecard, decisions: Iterable[Decision]) -> Scorecard:
    """Apply a lead inspector's decisions.

    Parameters
    ----------
    scorecard : Scorecard
        It is left unchanged; decisions applied to it before make no difference.
    decisions : iterable of Decision
        About this area and framework, in the order of the register; those about others are passed over.

    Returns
    -------
    Scorecard
        ``rating`` (or ``score``) final, ``calculated`` beside it, ``adjusted`` True where they were decided.
        Sections and overall follow from adjusted scores. ``decisions`` says of each one whether it was
        applied, is stale (its figures have changed since: not applied until confirmed) or was superseded by
        a later one.

    Raises
    ------
    ModerationError
        A decision in force is not allowed: unknown criterion, a step too far, no reason or author; all of
        them at once.

    Notes
    -----
    Method, "Discretion of the lead inspector".
    """
    about = (scorecard.area_id, scorecard.framework.id)
    own = [decision for decision in decisions if (decision.area, decision.framework) == about]
    known = set(scorecard.criteria["criterion"])
    last = {decision.criterion: place for place, decision in enumerate(own)}
    considered, problems = [], []
    for place, decision in enumerate(own):
        if last[decision.criterion] != place:
            considered.append(Considered(decision, SUPERSEDED))
            continue
        if decision.criterion in known and decision.figures_hash != hash_figures(
            scorecard, decision.criterion
        ):
            considered.append(Considered(decision, STALE))
            continue
        problems += check_decision(scorecard, decision)
        considered.append(Considered(decision, APPLIED))
    if problems:
        raise ModerationError(problems)
    return _apply(scorecard, tuple(considered))


def as_calculated(scorecard: Scorecard) -> Scorecard:
    """A scorecard without the decisions that were applied to it.

    Parameters
    ----------
    scorecard : Scorecard
        From `moderate`, or one that was never moderated; it is left unchanged.

    Returns
    -------
    Scorecard
        Every rating and score as calculated, sections and overall with them.
    """
    if not scorecard.criteria["adjusted"].any():
        return replace(scorecard, decisions=())
    criteria = scorecard.criteria.copy()
    rated = criteria["adjusted"] & (criteria["scored_by"] == "evidence")
    scored = criteria["adjusted"] & (criteria["scored_by"] != "evidence")
    criteria.loc[rated, "rating"] = criteria.loc[rated, "calculated"]
    criteria.loc[scored, "score"] = criteria.loc[scored, "calculated"].astype(float)
    criteria.loc[scored, "calculated"] = None
    criteria["adjusted"] = False
    if not scored.any():
        return replace(scorecard, criteria=criteria, decisions=())
    sections, overall = aggregate_criteria(scorecard.framework, criteria)
    return replace(scorecard, criteria=criteria, sections=sections, overall=overall, decisions=())


def _apply(scorecard: Scorecard, considered: tuple[Considered, ...]) -> Scorecard:
    criteria = as_calculated(scorecard).criteria.copy()
    row_of = {code: row for row, code in criteria["criterion"].items()}
    for one in considered:
        decision = one.decision
        if one.state != APPLIED or takes_back(decision):
            continue
        row = row_of[decision.criterion]
        if decision.criterion in scorecard.traces:
            criteria.loc[row, "rating"] = decision.adjusted
        else:
            # Words and numbers in one column.
            criteria["calculated"] = criteria["calculated"].astype(object)
            criteria.loc[row, "calculated"] = criteria.loc[row, "score"]
            criteria.loc[row, "score"] = float(decision.adjusted)
        criteria.loc[row, "adjusted"] = True
    sections, overall = aggregate_criteria(scorecard.framework, criteria)
    return replace(scorecard, criteria=criteria, sections=sections, overall=overall, decisions=considered)


def takes_back(decision: Decision) -> bool:
    """Whether a decision leaves a criterion as calculated, which takes an earlier adjustment back.

    Examples
    --------
    >>> takes_back(Decision("durham", "esi", "B1", "72.0", "72", "No reason to differ", "Ann", ""))
    True
    """
    if decision.adjusted == decision.calculated:
        return True
    try:
        return float(decision.adjusted) == float(decision.calculated)
    except ValueError:
        return False


def _calculated_score(scorecard: Scorecard, criterion: str) -> float | None:
    row = scorecard.criteria[scorecard.criteria["criterion"] == criterion].iloc[0]
    value = row["calculated"] if row["adjusted"] else row["score"]
    return None if pd.isna(value) else float(value)


def _check_figures(scorecard: Scorecard, decision: Decision) -> list[Problem]:
    calculated = current_calculated(scorecard, decision.criterion)
    if (
        decision.figures_hash == hash_figures(scorecard, decision.criterion)
        and decision.calculated == calculated
    ):
        return []
    found = "figures that are not those of today"
    expected = f"a decision on what is calculated: {calculated or 'nothing'}"
    return [Problem(decision.name, found, expected, "look at the figures and decide anew")]


def _check_rating(scorecard: Scorecard, decision: Decision) -> list[Problem]:
    framework, calculated = scorecard.framework, current_calculated(scorecard, decision.criterion)
    allowed = allowed_ratings(framework, calculated)
    if not allowed:
        return [Problem(decision.name, "no calculated rating", "a rating to adjust", "judge its items first")]
    if decision.adjusted in allowed:
        return []
    if decision.adjusted not in framework.ratings.scale:
        fix = suggest(decision.adjusted, framework.ratings.scale, "use " + join_words(allowed))
        return [Problem(decision.name, f"'{decision.adjusted}'", "a rating of the framework", fix)]
    steps = framework.moderation.ratings
    expected = f"at most {steps} step{'s' * (steps != 1)} from {calculated}"
    return [Problem(decision.name, f"'{decision.adjusted}'", expected, f"choose among {join_words(allowed)}")]


def _check_score(scorecard: Scorecard, decision: Decision) -> list[Problem]:
    points, value = scorecard.framework.moderation.scores, _calculated_score(scorecard, decision.criterion)
    if not points:
        fix = "adjust a criterion that is rated in words, or correct the judgements"
        return [
            Problem(
                decision.name, "a score to adjust", "a rating: the framework lets no score be adjusted", fix
            )
        ]
    if value is None:
        return [Problem(decision.name, "no calculated score", "a score to adjust", "judge its cases first")]
    if not _PLAIN_NUMBER.fullmatch(decision.adjusted) or float(decision.adjusted) > 100:
        return [
            Problem(
                decision.name, f"'{decision.adjusted}'", "a number from 0 to 100", "write the plain number"
            )
        ]
    if abs(float(decision.adjusted) - value) > points + 1e-9:
        expected = f"at most {points:g} points from {value:.1f}"
        return [Problem(decision.name, f"'{decision.adjusted}'", expected, "choose a score nearer to it")]
    return []
