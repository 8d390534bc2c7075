"""From evidence items to a rating in words, with the trace that defends it.

A rating is the first of the framework's rules that holds. Items whose responsibility does not count (the National Probation
Directorate's) and items of weight 0 stay out; items without a level are named, never taken as bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from esi_toolkit.data.framework import Criterion, RatingRule, Ratings
from esi_toolkit.method.scorecard import RatingTrace
from esi_toolkit.method.targets import Suggestion

Judged = Mapping[str, tuple[str, float]]
"""Item code to (level, weight), for the items that count."""


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
        For the item suggested by performance; used only where no level is recorded and other items are judged.
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
    items = _items_table(criterion, evidence, ratings, suggestion)
    counted = items[items["counts"] & (items["level"] != "") & (items["weight"] > 0)]
    unjudged = tuple(items.loc[items["counts"] & (items["level"] == "") & (items["weight"] > 0), "item"])
    suggested = suggestion.words if suggestion is not None and items["suggested"].any() else ""
    if counted.empty:
        return RatingTrace(None, "No item of the area has a level, so there is no rating.", (), None, "", items, unjudged)
    judged = {row.item: (row.level, row.weight) for row in counted.itertuples()}
    position = next(i for i, rule in enumerate(rules) if holds(rule, judged, ratings))
    rating = rules[position].rating
    clause = f"{rating}: {describe_rule(rules[position], ratings)}."
    target = rules[position - 1] if position else None
    changes = _changes_for(target, judged, ratings) if target else {}
    held_back = tuple(item for item in judged if item in changes)
    next_rating = target.rating if target else None
    lift = _lift_words(changes, next_rating) if target and _would_hold(target, judged, changes, ratings) else ""
    return RatingTrace(rating, clause, held_back, next_rating, lift, items, unjudged, suggested)


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
    ranks = [(ratings.rank(level), weight) for level, weight in judged.values()]

    def reach(level: str) -> list[float]:
        return [weight for rank, weight in ranks if rank <= ratings.rank(level)]

    total = sum(weight for _, weight in ranks)
    return all(
        (
            rule.every is None or len(reach(rule.every)) == len(ranks),
            rule.more_than_half is None or 2 * sum(reach(rule.more_than_half)) > total,
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


def _items_table(
    criterion: Criterion, evidence: pd.DataFrame | None, ratings: Ratings, suggestion: Suggestion | None
) -> pd.DataFrame:
    recorded: dict[str, tuple[str, str]] = {}
    if evidence is not None:
        own = evidence[evidence["criterion"] == criterion.id]
        recorded = {row.item: (row.level, row.responsibility) for row in own.itertuples()}
    any_level = any(level for level, _ in recorded.values())
    rows = []
    for item in criterion.items:
        level, responsibility = recorded.get(item.id, ("", ""))
        suggested = bool(not level and item.suggested_by and suggestion and suggestion.level and any_level)
        if suggested and suggestion:
            level = suggestion.level
        counts = ratings.responsibility.get(responsibility, True)
        rows.append((item.id, item.text, item.weight, level, responsibility, counts, suggested))
    columns = ["item", "text", "weight", "level", "responsibility", "counts", "suggested"]
    return pd.DataFrame(rows, columns=columns).astype({"counts": bool, "suggested": bool, "weight": float})


def _changes_for(rule: RatingRule, judged: Judged, ratings: Ratings) -> dict[str, str]:
    """The fewest items to lift, and how far, so that a rule would hold; nearest first."""
    changes: dict[str, str] = {}
    ranks = {item: ratings.rank(level) for item, (level, _) in judged.items()}
    weights = {item: weight for item, (_, weight) in judged.items()}
    for level in (rule.every, rule.others):
        if level is not None:
            changes |= {item: level for item, rank in ranks.items() if rank > ratings.rank(level)}
    nearest = sorted(judged, key=lambda item: (ranks[item], -weights[item]))
    if rule.more_than_half is not None:
        enough, total, limit = 0.0, sum(weights.values()), ratings.rank(rule.more_than_half)
        for item in nearest:
            if 2 * enough > total:
                break
            enough += weights[item]
            if ranks[item] > limit:
                changes[item] = rule.more_than_half
    if rule.some is not None and all(rank > ratings.rank(rule.some) for rank in ranks.values()):
        changes[nearest[0]] = rule.some
    return changes


def _would_hold(rule: RatingRule, judged: Judged, changes: Mapping[str, str], ratings: Ratings) -> bool:
    changed = {item: (changes.get(item, level), weight) for item, (level, weight) in judged.items()}
    return holds(rule, changed, ratings)


def _lift_words(changes: Mapping[str, str], next_rating: str | None) -> str:
    by_level: dict[str, list[str]] = {}
    for item, level in sorted(changes.items()):
        by_level.setdefault(level, []).append(item)
    parts = [f"{level} on {join_words(items)}" for level, items in by_level.items()]
    text = f"{join_words(parts)} would make it {next_rating}."
    return text[0].upper() + text[1:]


def join_words(words: Sequence[str]) -> str:
    """Words as people list them.

    Examples
    --------
    >>> join_words(["A2.3", "A2.4", "A2.5"])
    'A2.3, A2.4 and A2.5'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
