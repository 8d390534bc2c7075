"""From a YAML document to a `Framework`, or to every problem it has, each with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from esi_toolkit.data.framework import Framework, RatingRule
from esi_toolkit.data.strict_yaml import Path, YamlDocument
from esi_toolkit.errors import FrameworkError, Problem, suggest


def build_framework(document: YamlDocument, defaults: dict[str, Any], where: str) -> Framework:
    """Make a framework from a parsed file and the defaults.

    Parameters
    ----------
    document : YamlDocument
        The framework file.
    defaults : dict
        Values for the optional keys, as in ``frameworks/defaults.yml``.
    where : str
        File name for the problems.

    Returns
    -------
    Framework

    Raises
    ------
    FrameworkError
        With every problem at once.
    """
    if document.problems:
        raise FrameworkError(document.problems)
    if not isinstance(document.value, dict):
        raise FrameworkError(Problem(where, "no keys", "a framework", "see esi_toolkit/frameworks/README.md"))
    values = _with_defaults(document.value, defaults)
    try:
        framework = Framework.model_validate(values)
    except ValidationError as error:
        raise FrameworkError(validation_problems(error, document, where, Framework)) from None
    problems = [
        Problem(where, found, expected, fix, row=document.line(path))
        for path, found, expected, fix in _contradictions(framework)
    ]
    if problems:
        raise FrameworkError(problems)
    return framework


def validation_problems(
    error: ValidationError, document: YamlDocument, where: str, model: type[BaseModel]
) -> list[Problem]:
    """Put pydantic's findings into words for the person who wrote the file."""
    return [_validation_problem(detail, document, where, model) for detail in error.errors()]


def _validation_problem(detail: Any, document: YamlDocument, where: str, model: type[BaseModel]) -> Problem:
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    row, column, kind = document.line(path), ".".join(str(part) for part in path), detail["type"]
    value = detail.get("input")
    found, expected, fix = f"{value!r}"[:80], detail["msg"].lower(), "see the framework guide"
    if kind == "extra_forbidden":
        found, expected = f"the unknown key '{path[-1]}'", "a known key"
        fix = suggest(str(path[-1]), _keys_at(model, path[:-1]), "delete it, or put it into 'note'")
    elif kind == "missing":
        found, expected, fix = "nothing", f"the key '{path[-1]}'", "add it"
    elif kind == "string_type":
        found = {True: "true", False: "false"}.get(value, found) if isinstance(value, bool) else found
        expected, fix = "text", "put the value in quotes"
    elif kind == "string_pattern_mismatch":
        expected, fix = "a code of letters, digits, '.', '-' or '_'", "write it without spaces or other signs"
    return Problem(where, found, expected, fix, row=row, column=column)


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Keys that the model knows at a path such as ('sections', 0, 'criteria', 2)."""
    for part in path:
        if not isinstance(part, str) or part not in model.model_fields:
            continue
        inner = _model_in(model.model_fields[part].annotation)
        model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)


def _with_defaults(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    filled = {**defaults, **values}
    if isinstance(values.get("ratings"), dict):
        ratings = {**defaults["ratings"], **values["ratings"]}
        if "rules" not in values["ratings"]:
            ratings["rules"] = _rules_by_position(ratings)
        filled["ratings"] = ratings
    elif "ratings" not in values:
        filled.pop("ratings")
    for key in ("moderation", "display", "cases"):
        if isinstance(values.get(key), dict):
            filled[key] = {**defaults[key], **values[key]}
    return filled


def _rules_by_position(ratings: dict[str, Any]) -> list[dict[str, Any]]:
    """The default clauses in the framework's own words; none where its scales have other lengths."""
    levels, scale = ratings.get("levels"), ratings.get("scale")
    rules = ratings["rules"]
    used = [v for rule in rules for k, v in rule.items() if k not in ("rating", "otherwise")]
    if not isinstance(levels, list) or not isinstance(scale, list):
        return []
    if len(scale) != len(rules) or len(levels) != max(used) + 1:
        return []
    words = {"rating": scale}
    return [
        {k: v if k == "otherwise" else words.get(k, levels)[v - 1] for k, v in rule.items()} for rule in rules
    ]


Contradiction = tuple[Path, str, str, str]


def _contradictions(framework: Framework) -> Iterator[Contradiction]:
    """What each key allows by itself but not all together."""
    yield from _repeated_codes(framework)
    yield from _judgement_words(framework)
    yield from _weights(framework)
    yield from _criteria(framework)
    yield from _rating_rules(framework)


def _repeated_codes(framework: Framework) -> Iterator[Contradiction]:
    codes: list[tuple[str, Path]] = []
    for s, section in enumerate(framework.sections):
        codes.append((section.id, ("sections", s, "id")))
        for c, criterion in enumerate(section.criteria):
            at: Path = ("sections", s, "criteria", c)
            codes.append((criterion.id, (*at, "id")))
            codes += [(q.id, (*at, "questions", i, "id")) for i, q in enumerate(criterion.questions)]
            codes += [(item.id, (*at, "items", i, "id")) for i, item in enumerate(criterion.items)]
    count = Counter(code for code, _ in codes)
    for code, path in codes:
        if count[code] > 1:
            yield (
                path,
                f"the code '{code}' {count[code]} times",
                "each code once",
                "give it a code of its own",
            )
    if not framework.sections:
        yield ("sections",), "no sections", "at least one section", "add a section with criteria"


def _judgement_words(framework: Framework) -> Iterator[Contradiction]:
    if not any(framework.judgements.values()):
        yield ("judgements",), "no positive answer", "at least one answer worth more than 0", "add it"
    for word in framework.judgements:
        if word != word.strip():
            yield ("judgements",), f"'{word}'", "an answer without spaces around it", "delete the spaces"


def _weights(framework: Framework) -> Iterator[Contradiction]:
    weights = [section.weight for section in framework.sections if section.weight is not None]
    if weights and not sum(weights):
        yield ("sections",), "section weights that add up to 0", "at least one above 0", "set the weights"
    for s, section in enumerate(framework.sections):
        for c, criterion in enumerate(section.criteria):
            at: Path = ("sections", s, "criteria", c)
            for kind, parts in (("questions", criterion.questions), ("items", criterion.items)):
                if parts and not sum(part.weight for part in parts):
                    yield (
                        (*at, kind),
                        f"{kind} of {criterion.id} with no weight at all",
                        "a weight above 0",
                        "set one",
                    )
    for word, weight in framework.importance.items():
        if not weight:
            yield ("importance", word), f"importance '{word}' of 0", "a weight above 0", "set it"


def _criteria(framework: Framework) -> Iterator[Contradiction]:
    for s, section in enumerate(framework.sections):
        if not section.criteria:
            yield ("sections", s), f"section {section.id} without criteria", "at least one", "add it"
        for c, criterion in enumerate(section.criteria):
            at: Path = ("sections", s, "criteria", c)
            judged = criterion.scored_by == "judgements"
            wanted, other = ("questions", "items") if judged else ("items", "questions")
            if not getattr(criterion, wanted):
                yield (
                    at,
                    f"{criterion.id} without {wanted}",
                    f"{wanted}, since it is scored by {criterion.scored_by}",
                    "add them",
                )
            if getattr(criterion, other):
                yield (*at, other), f"{other} in {criterion.id}", wanted, "move them, or change scored_by"
            if judged and criterion.importance not in framework.importance:
                known = ", ".join(framework.importance)
                fix = suggest(criterion.importance or "", framework.importance, "set one of them")
                yield (
                    (*at, "importance"),
                    f"importance {criterion.importance!r} of {criterion.id}",
                    f"one of {known}",
                    fix,
                )


def _rating_rules(framework: Framework) -> Iterator[Contradiction]:
    ratings = framework.ratings
    rated = any(criterion.scored_by == "evidence" for criterion in framework.criteria)
    if rated and not ratings.rules:
        yield (
            ("ratings",),
            f"{len(ratings.levels)} levels and {len(ratings.scale)} ratings but no rules",
            "ratings.rules",
            "write the rules; the built-in ones fit five levels and six ratings",
        )
    for name, rules in {"rules": ratings.rules, **ratings.alternatives}.items():
        yield from _one_set_of_rules(framework, name, rules)
    for key, words in (("levels", ratings.levels), ("scale", ratings.scale)):
        if len(set(words)) < len(words):
            yield ("ratings", key), "a word twice", "each word once", "rename one"
    for rule in ratings.suggestion:
        if rule.level not in ratings.levels:
            yield (
                ("ratings", "suggestion"),
                f"the level '{rule.level}'",
                "a level of ratings.levels",
                suggest(rule.level, ratings.levels, "use one of them"),
            )


def _one_set_of_rules(
    framework: Framework, name: str, rules: tuple[RatingRule, ...]
) -> Iterator[Contradiction]:
    ratings, path = framework.ratings, ("ratings", "rules")
    for rule in rules:
        if rule.rating not in ratings.scale:
            fix = suggest(rule.rating, ratings.scale, "use a word of ratings.scale")
            yield path, f"the rating '{rule.rating}' in {name}", "a rating of ratings.scale", fix
        for level in (rule.every, rule.more_than_half, rule.some, rule.others, rule.at_best):
            if level is not None and level not in ratings.levels:
                fix = suggest(level, ratings.levels, "use a word of ratings.levels")
                yield path, f"the level '{level}' in {name}", "a level of ratings.levels", fix
    if rules and not rules[-1].otherwise:
        yield (
            path,
            f"{name} whose last clause is not 'otherwise: true'",
            "a clause for all that is left",
            "add it",
        )
