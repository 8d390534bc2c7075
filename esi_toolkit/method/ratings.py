"""From evidence items to a rating in words, with the trace that defends it.

A rating is the first of the framework's rules that holds. Items whose responsibility does not count (the
National Probation Directorate's) and items of weight 0 stay out; items without a level are named, never taken
as bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from esi_toolkit.data.framework import Criterion, RatingRule, Ratings
from esi_toolkit.method.scorecard import RatingTrace
from esi_toolkit.method.targets import Suggestion

Judged = Mapping[str, tuple[str, float]]
"""Item code to (level, weight), for the items that count."""


class JudgedItem(NamedTuple):
    """One item of a criterion with what was recorded about it, as a row of `RatingTrace.items`."""

    code: str
    text: str
    weight: float
    level: str
    responsibility: str
    counts: bool
    suggested: bool


ITEM_COLUMNS = ["item", "text", "weight", "level", "responsibility", "counts", "suggested"]


def rate_criterion(
    criterion: Criterion,
    evidence: pd.DataFrame | None,
    ratings: Ratings,
    *,
    suggestion: Suggestion | None = None,
    reading: str | None = None,
) -> RatingTrace:
    """Rate one criterion.

    Parameters
    ----------
    criterion : Criterion
        One that is scored by evidence.
    evidence : DataFrame or None
        criterion, item, level ("" where not judged), responsibility.
    ratings : Ratings
        Levels, scale and rules of the framework.
    suggestion : Suggestion, optional
        For the item suggested by performance; used only where no level is recorded and other items are
        judged.
    reading : str, optional
        Name of an alternative set of rules in the framework, for example ``literal``.

    Returns
    -------
    RatingTrace
        ``rating`` is None where no local item has a level.

    Notes
    -----
    Method, "Words: A1-A5 and D3".
    """
    rules = ratings.rules if reading is None else ratings.alternatives[reading]
    items = _find_items(criterion, evidence, ratings, suggestion)
    counted = [item for item in items if item.counts and item.weight > 0]
    judged = {item.code: (item.level, item.weight) for item in counted if item.level}
    unjudged = tuple(item.code for item in counted if not item.level)
    suggested = suggestion.words if suggestion is not None and any(item.suggested for item in items) else ""
    table = pd.DataFrame({name: [item[at] for item in items] for at, name in enumerate(ITEM_COLUMNS)})
    if not judged:
        no_rating = "No item of the area has a level, so there is no rating."
        return RatingTrace(None, no_rating, (), None, "", table, unjudged, suggested)
    rule = _find_rule(rules, judged, ratings)
    clause = f"{rule.rating}: {describe_rule(rule, ratings)}."
    better = [other for other in reversed(rules[: rules.index(rule)]) if other.rating != rule.rating]
    changes = next((found for other in better if (found := find_changes(other, judged, ratings))), {})
    lift = (
        _lift_words(changes, _find_rule(rules, _lifted(judged, changes), ratings).rating) if changes else ""
    )
    next_rating = better[0].rating if better else None
    return RatingTrace(rule.rating, clause, tuple(changes), next_rating, lift, table, unjudged, suggested)


def _find_rule(rules: Sequence[RatingRule], judged: Judged, ratings: Ratings) -> RatingRule:
    return next(rule for rule in rules if holds(rule, judged, ratings))


def holds(rule: RatingRule, judged: Judged, ratings: Ratings) -> bool:
    """Whether a rule holds for judged items.

    Parameters
    ----------
    rule : RatingRule
        One clause.
    judged : mapping of str to (str, float)
        Item to its level and weight; at least one.
    ratings : Ratings
        For the order of the levels.
    """
    # Exact: with weights of 0.1 and 0.2, sums of floats can be a hair above a half.
    ranks = [(ratings.rank(level), Fraction(str(weight))) for level, weight in judged.values()]

    def reach(level: str) -> list[Fraction]:
        return [weight for rank, weight in ranks if rank <= ratings.rank(level)]

    return all(
        (
            rule.every is None or len(reach(rule.every)) == len(ranks),
            rule.more_than_half is None
            or 2 * sum(reach(rule.more_than_half)) > sum(weight for _, weight in ranks),
            rule.some is None or bool(reach(rule.some)),
            rule.others is None or len(reach(rule.others)) == len(ranks),
            rule.at_best is None or all(rank >= ratings.rank(rule.at_best) for rank, _ in ranks),
        )
    )


def describe_rule(rule: RatingRule, ratings: Ratings) -> str:
    """A rule in words.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> ratings = load_framework("esi").ratings
    >>> describe_rule(ratings.rules[1], ratings)
    'every item at least strong'
    """

    def at_least(level: str) -> str:
        return level if ratings.rank(level) == 0 else f"at least {level}"

    parts = []
    if rule.every:
        parts.append(f"every item {at_least(rule.every)}")
    if rule.more_than_half:
        parts.append(f"more than half of the items (by weight) {at_least(rule.more_than_half)}")
    if rule.some:
        parts.append(f"at least one item {at_least(rule.some)}")
    if rule.others:
        parts.append(f"all others {at_least(rule.others)}")
    if rule.at_best:
        parts.append(f"no item better than {rule.at_best}")
    return ", ".join(parts) if parts else "no better rule holds"


def _find_items(
    criterion: Criterion, evidence: pd.DataFrame | None, ratings: Ratings, suggestion: Suggestion | None
) -> list[JudgedItem]:
    recorded: dict[str, tuple[str, str]] = {}
    if evidence is not None:
        rows = zip(
            *(evidence[name].tolist() for name in ("criterion", "item", "level", "responsibility")),
            strict=True,
        )
        recorded = {item: (level, whose) for code, item, level, whose in rows if code == criterion.id}
    local = any(level and ratings.responsibility.get(whose, True) for level, whose in recorded.values())
    items = []
    for item in criterion.items:
        level, responsibility = recorded.get(item.id, ("", ""))
        suggested = bool(not level and item.suggested_by and suggestion and suggestion.level and local)
        if suggested and suggestion:
            level = suggestion.level
        counts = ratings.responsibility.get(responsibility, True)
        items.append(JudgedItem(item.id, item.text, item.weight, level, responsibility, counts, suggested))
    return items


def find_changes(rule: RatingRule, judged: Judged, ratings: Ratings) -> dict[str, str]:
    """Which items to lift, and how far, so that a rule would hold.

    Parameters
    ----------
    rule : RatingRule
        One clause that does not hold yet.
    judged : mapping of str to (str, float)
        Item to its level and weight.
    ratings : Ratings
        For the order of the levels.

    Returns
    -------
    dict of str to str
        Item to the level it would need, no item too many; empty where better items cannot make the rule hold.
    """
    ranks = {item: ratings.rank(level) for item, (level, _) in judged.items()}
    wanted = dict(ranks)
    asked: list[tuple[str, Sequence[str]]] = [
        (level, list(ranks)) for level in (rule.every, rule.others) if level
    ]
    if rule.more_than_half:
        asked.append((rule.more_than_half, _nearest_majority(rule.more_than_half, judged, ratings)))
    if rule.some:
        asked.append((rule.some, sorted(ranks, key=ranks.__getitem__)[:1]))
    for level, items in asked:
        wanted |= {item: min(wanted[item], ratings.rank(level)) for item in items}
    changes = {item: ratings.levels[rank] for item, rank in wanted.items() if rank < ranks[item]}
    return changes if holds(rule, _lifted(judged, changes), ratings) else {}


def _nearest_majority(level: str, judged: Judged, ratings: Ratings) -> list[str]:
    """Items of more than half the weight: first those that reach the level, then the nearest ones."""
    weights = {item: Fraction(str(weight)) for item, (_, weight) in judged.items()}
    half = sum(weights.values()) / 2
    ranks = {item: max(ratings.rank(own), ratings.rank(level)) for item, (own, _) in judged.items()}
    chosen: list[str] = []
    for item in sorted(judged, key=lambda item: (ranks[item], -weights[item])):
        if sum(weights[other] for other in chosen) <= half:
            chosen.append(item)
    for item in list(chosen):
        needless = sum(weights[other] for other in chosen if other != item) > half
        if needless and ranks[item] > ratings.rank(level):
            chosen.remove(item)
    return chosen


def _lifted(judged: Judged, changes: Mapping[str, str]) -> Judged:
    return {item: (changes.get(item, level), weight) for item, (level, weight) in judged.items()}


def _lift_words(changes: Mapping[str, str], rating: str) -> str:
    by_level: dict[str, list[str]] = {}
    for item, level in changes.items():
        by_level.setdefault(level, []).append(item)
    parts = [f"{level} on {join_words(items)}" for level, items in by_level.items()]
    text = f"{join_words(parts)} would make it {rating}."
    return text[0].upper() + text[1:]


def join_words(words: Sequence[str]) -> str:
    """Words as people list them.

    Examples
    --------
    >>> join_words(["A2.3", "A2.4", "A2.5"])
    'A2.3, A2.4 and A2.5'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
