"""From a YAML document to a `Framework`, or to every problem it has, each with its line."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from esi_toolkit.data.framework import SMALLEST_WEIGHT, Framework
from esi_toolkit.data.framework_contradictions import find_contradictions
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
    if not isinstance(document.value, dict):
        nothing = Problem(where, "no keys", "a framework", "see esi_toolkit/frameworks/README.md")
        raise FrameworkError(document.problems or nothing)
    values = _with_defaults(document.value, defaults)
    try:
        framework = Framework.model_validate(values)
    except ValidationError as error:
        shape = validation_problems(error, document, where, Framework)
        raise FrameworkError([*document.problems, *shape]) from None
    problems = [
        Problem(where, found, expected, fix, row=document.line(path))
        for path, found, expected, fix in find_contradictions(framework)
    ]
    if document.problems or problems:
        raise FrameworkError([*document.problems, *problems])
    return framework


def validation_problems(
    error: ValidationError, document: YamlDocument, where: str, model: type[BaseModel]
) -> list[Problem]:
    """Put pydantic's findings into words for the person who wrote the file.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    document : YamlDocument
        For the lines.
    where : str
        File name.
    model : type of BaseModel
        What the file should hold, for the keys that were meant.

    Returns
    -------
    list of Problem
        One for each finding; a value is quoted only where it is a word or a number.
    """
    return [_validation_problem(detail, document, where, model) for detail in error.errors()]


# What pydantic says, as expected and fix; {…} comes from its context.
_WORDS = {
    "string_type": ("text", "put the value in quotes"),
    "string_too_short": ("text", "fill it in, or delete the key"),
    "string_pattern_mismatch": (
        "a code of up to 40 letters, digits, '.', '-' or '_'",
        "write it without spaces or other signs, a letter or digit first",
    ),
    "float_type": ("a number", "write a plain number, without quotes"),
    "finite_number": ("a number", "write a plain number"),
    "int_type": ("a whole number", "write it without quotes or decimals"),
    "greater_than_equal": ("a number of {ge:g} or more", "correct the number"),
    "less_than_equal": ("a number of {le:.15g} or less", "correct the number"),
    "value_error": (f"0, or a weight of {SMALLEST_WEIGHT:f} or more", "correct the number"),
    "bool_type": ("true or false", "write one of the two, without quotes"),
    "tuple_type": ("a list", "put it in square brackets, or each on a line of its own after '- '"),
    "too_short": ("at least one", "add one, or delete the key"),
    "dict_type": ("keys with values", "write 'key: value' on lines of their own, indented"),
    "model_type": ("keys with values", "write 'key: value' on lines of their own, indented"),
    "literal_error": ("{expected}", "use one of these words"),
}


def _validation_problem(detail: Any, document: YamlDocument, where: str, model: type[BaseModel]) -> Problem:
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    row, column, kind = document.line(path), ".".join(str(part) for part in path) or None, detail["type"]
    if kind == "extra_forbidden":
        fix = suggest(str(path[-1]), keys_at(model, path[:-1]), "delete it, or put it into 'note'")
        return Problem(where, f"the unknown key '{path[-1]}'", "a known key", fix, row=row, column=column)
    if kind == "missing":
        return Problem(where, "nothing", f"the key '{path[-1]}'", "add it", row=row, column=column)
    expected, fix = _WORDS.get(kind, (detail["msg"], "correct it"))
    expected = expected.format(**detail.get("ctx", {}))
    return Problem(where, _found(detail.get("input")), expected, fix, row=row, column=column)


def _found(value: Any) -> str:
    """A value as it stands in the file, without quoting what may be a long text."""
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    plain = {None: "nothing", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return plain[value]
    return repr(value) if len(str(value)) <= 40 else f"{str(value)[:40]!r} …"


def keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Keys that a model knows at a place.

    Parameters
    ----------
    model : type of BaseModel
        Such as `Framework`.
    path : tuple of str and int
        Such as ``("sections", 0, "criteria", 2)``; positions in lists make no difference.

    Returns
    -------
    list of str

    Examples
    --------
    >>> keys_at(Framework, ("sections", "criteria", "items"))[-4:]
    ['id', 'text', 'weight', 'suggested_by']
    """
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
    for key in ("moderation", "display", "drafting", "cases", "certainty"):
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
