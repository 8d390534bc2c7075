"""What each key of a framework allows by itself, but not all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from esi_toolkit.data.framework import AskedOf, Criterion, Framework, RatingRule
from esi_toolkit.data.strict_yaml import Path
from esi_toolkit.errors import suggest

OVERALL = "overall"
"""The code of the overall score in published.csv and ``esi explain``; no part of a framework may have it."""


class Contradiction(NamedTuple):
    """Where in the file, what was found, what was expected, what to do."""

    path: Path
    found: str
    expected: str
    fix: str


def find_contradictions(framework: Framework) -> Iterator[Contradiction]:
    """Everything that would make the rules mean nothing, or something else than they seem to say.

    Parameters
    ----------
    framework : Framework
        Each of its values is of the right kind.

    Yields
    ------
    Contradiction
    """
    yield from _codes(framework)
    yield from _words(framework)
    yield from _section_weights(framework)
    for path, criterion in _criteria(framework):
        yield from _parts(path, criterion)
        yield from _importance(path, criterion, framework)
    yield from _all_asked_of(framework)
    yield from _rating_rules(framework)
    yield from _suggestion(framework)
    yield from _drafting(framework)
    yield from _score_bands(framework)


def _criteria(framework: Framework) -> Iterator[tuple[Path, Criterion]]:
    for s, section in enumerate(framework.sections):
        for c, criterion in enumerate(section.criteria):
            yield ("sections", s, "criteria", c), criterion


def _codes(framework: Framework) -> Iterator[Contradiction]:
    codes: list[tuple[str, Path]] = [
        (section.id, ("sections", s, "id")) for s, section in enumerate(framework.sections)
    ]
    for path, criterion in _criteria(framework):
        codes.append((criterion.id, (*path, "id")))
        codes += [(q.id, (*path, "questions", i, "id")) for i, q in enumerate(criterion.questions)]
        codes += [(item.id, (*path, "items", i, "id")) for i, item in enumerate(criterion.items)]
    count = Counter(code for code, _ in codes)
    for code, path in codes:
        if count[code] > 1:
            found = f"the code '{code}' {count[code]} times"
            yield Contradiction(path, found, "each code once", "give it a code of its own")
        if code == OVERALL:
            yield Contradiction(
                path, f"the code '{code}'", "another code", "that one means the overall score"
            )


def _words(framework: Framework) -> Iterator[Contradiction]:
    ratings = framework.ratings
    lists: tuple[tuple[Path, Iterable[str]], ...] = (
        (("judgements",), framework.judgements),
        (("importance",), framework.importance),
        (("ratings", "responsibility"), ratings.responsibility),
        (("ratings", "levels"), ratings.levels),
        (("ratings", "scale"), ratings.scale),
    )
    for path, words in lists:
        for word, count in Counter(list(words)).items():
            if count > 1:
                yield Contradiction(path, f"the word '{word}' twice", "each word once", "rename one")
            if word != word.strip():
                yield Contradiction(path, f"'{word}'", "a word without spaces around it", "delete the spaces")
    if not any(framework.judgements.values()):
        found, expected = "no positive answer", "at least one answer worth more than 0"
        yield Contradiction(("judgements",), found, expected, "add it")


def _section_weights(framework: Framework) -> Iterator[Contradiction]:
    weights = [section.weight for section in framework.sections if section.weight is not None]
    if weights and not sum(weights):
        found, fix = "section weights that add up to 0", "set the weights, or delete them all"
        yield Contradiction(("sections",), found, "at least one above 0", fix)
    if not framework.sections:
        yield Contradiction(("sections",), "no sections", "at least one", "add a section with criteria")
    for s, section in enumerate(framework.sections):
        path: Path = ("sections", s)
        if not section.criteria:
            yield Contradiction(path, f"section {section.id} without criteria", "at least one", "add it")
        elif section.weight and all(criterion.scored_by == "evidence" for criterion in section.criteria):
            found, fix = (
                f"a weight for section {section.id}",
                "delete the weight: ratings in words have no score",
            )
            yield Contradiction((*path, "weight"), found, "criteria scored by judgements in it", fix)


def _parts(path: Path, criterion: Criterion) -> Iterator[Contradiction]:
    judged = criterion.scored_by == "judgements"
    wanted, other = ("questions", "items") if judged else ("items", "questions")
    if not getattr(criterion, wanted):
        expected = f"{wanted}, since it is scored by {criterion.scored_by}"
        yield Contradiction(path, f"{criterion.id} without {wanted}", expected, "add them")
    if getattr(criterion, other):
        found, fix = f"{other} in {criterion.id}", "move them, or change scored_by"
        yield Contradiction((*path, other), found, wanted, fix)
    for kind, parts in (("questions", criterion.questions), ("items", criterion.items)):
        if parts and not sum(part.weight for part in parts):
            found = f"{kind} of {criterion.id} with no weight at all"
            yield Contradiction((*path, kind), found, "at least one weight above 0", "set one")


def _importance(path: Path, criterion: Criterion, framework: Framework) -> Iterator[Contradiction]:
    word, known = criterion.importance, framework.importance
    if word is None and criterion.scored_by == "judgements":
        yield Contradiction(path, f"no importance for {criterion.id}", f"one of {', '.join(known)}", "set it")
    elif word is not None and word not in known:
        fix = suggest(word, known, "use one of them, or add it to 'importance'")
        found = f"importance '{word}' of {criterion.id}"
        yield Contradiction((*path, "importance"), found, f"one of {', '.join(known)}", fix)
    elif word is not None and not known[word]:
        yield Contradiction(("importance", word), f"importance '{word}' of 0", "a weight above 0", "set it")


def _all_asked_of(framework: Framework) -> Iterator[Contradiction]:
    yield from _asked_of(("asked_of",), framework.asked_of, framework)
    for path, criterion in _criteria(framework):
        for i, question in enumerate(criterion.questions):
            yield from _asked_of((*path, "questions", i, "asked_of"), question.asked_of, framework)


def _asked_of(path: Path, asked_of: AskedOf, framework: Framework) -> Iterator[Contradiction]:
    """A word that no case can have would ask the question of nobody."""
    for column, known in (
        ("risk_of_harm", framework.cases.risk_of_harm),
        ("assessor", framework.cases.assessor),
    ):
        for word in asked_of.get(column, ()):
            if word not in known:
                otherwise = f"use one of {', '.join(known)}; or list your own words under cases: {column}"
                fix = suggest(word, known, otherwise)
                yield Contradiction((*path, column), f"'{word}'", f"a word of cases.{column}", fix)


def _rating_rules(framework: Framework) -> Iterator[Contradiction]:
    ratings = framework.ratings
    if not ratings.rules and any(criterion.scored_by == "evidence" for criterion in framework.criteria):
        found = f"{len(ratings.levels)} levels and {len(ratings.scale)} ratings but no rules"
        fix = "write the rules; the built-in ones fit five levels and six ratings"
        yield Contradiction(("ratings",), found, "ratings.rules", fix)
    if ratings.rules:
        yield from _one_set(framework, ("ratings", "rules"), ratings.rules)
    for name, rules in ratings.alternatives.items():
        yield from _one_set(framework, ("ratings", "alternatives", name), rules)


def _one_set(framework: Framework, path: Path, rules: tuple[RatingRule, ...]) -> Iterator[Contradiction]:
    ratings, name = framework.ratings, str(path[-1])
    for i, rule in enumerate(rules):
        levels = [rule.every, rule.more_than_half, rule.some, rule.others, rule.at_best]
        wanted = [level for level in levels if level is not None]
        if rule.rating not in ratings.scale:
            fix = suggest(rule.rating, ratings.scale, "use a word of ratings.scale")
            yield Contradiction((*path, i), f"the rating '{rule.rating}'", "a rating of ratings.scale", fix)
        for level in wanted:
            if level not in ratings.levels:
                fix = suggest(level, ratings.levels, "use a word of ratings.levels")
                yield Contradiction((*path, i), f"the level '{level}'", "a level of ratings.levels", fix)
        if rule.otherwise == bool(wanted):
            found = f"a clause for '{rule.rating}' {'with' if wanted else 'without'} conditions"
            expected = "conditions, or 'otherwise: true' alone"
            yield Contradiction((*path, i), found, expected, "see the rules of the framework esi")
        if rule.otherwise and i < len(rules) - 1:
            yield Contradiction(
                (*path, i), "'otherwise' before other clauses", "it last", "move it to the end"
            )
    if not rules or not rules[-1].otherwise:
        found, expected = (
            f"{name} whose last clause is not 'otherwise: true'",
            "a clause for all that is left",
        )
        yield Contradiction(path, found, expected, "add it")
    order = [ratings.scale.index(rule.rating) for rule in rules if rule.rating in ratings.scale]
    if order != sorted(order):
        found, expected = f"{name} in another order than ratings.scale", "the best rating first"
        yield Contradiction(path, found, expected, "sort them: the first that holds decides")


def _suggestion(framework: Framework) -> Iterator[Contradiction]:
    for i, rule in enumerate(framework.ratings.suggestion):
        if rule.level not in framework.ratings.levels:
            fix = suggest(rule.level, framework.ratings.levels, "use one of them")
            path: Path = ("ratings", "suggestion", i)
            yield Contradiction(path, f"the level '{rule.level}'", "a level of ratings.levels", fix)


def _drafting(framework: Framework) -> Iterator[Contradiction]:
    """A question or item that would be a strength and an area for improvement at once."""
    drafting, levels = framework.drafting, framework.ratings.levels
    path: Path = ("drafting",)
    if drafting.improvement_up_to >= drafting.strength_from:
        found = f"areas for improvement up to {drafting.improvement_up_to:g}%"
        expected = f"less than strength_from, {drafting.strength_from:g}%"
        yield Contradiction((*path, "improvement_up_to"), found, expected, "set one of the two otherwise")
    if drafting.best_levels + drafting.worst_levels > len(levels) > 1:
        found = f"{drafting.best_levels} best and {drafting.worst_levels} worst levels"
        expected, fix = f"no more than the {len(levels)} of ratings.levels", "set one of the two lower"
        yield Contradiction((*path, "best_levels"), found, expected, fix)


def _score_bands(framework: Framework) -> Iterator[Contradiction]:
    edges = framework.certainty.score_bands
    if list(edges) != sorted(set(edges)):
        found = f"the edges {', '.join(f'{edge:g}' for edge in edges)}"
        path: Path = ("certainty", "score_bands")
        yield Contradiction(path, found, "each once, ascending", "sort them")
