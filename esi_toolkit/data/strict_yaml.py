"""YAML read without its traps.

Plain YAML loaders let a repeated key win silently, turn ``yes`` into true and ``1.10`` into 1.1, and expand
anchors without bound. Rules and findings are published, so here each of these is a problem with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from esi_toolkit.errors import Problem

# YAML 1.1 reads these bare words as true or false; an answer "no" must never become False.
_BOOLEAN_LOOKALIKES = {"yes", "no", "on", "off", "y", "n"}
# YAML 1.1 reads 010 as eight, 1:30 as ninety and 1_000 as a thousand; only plain numbers mean what they say.
_PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*|[0-9]*\.[0-9]+|[0-9]+\.)([eE][-+]?[0-9]+)?")
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_DEEPEST = 30
# The parser in C, where PyYAML has it, is ten times as fast and reads the same.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


@dataclass
class YamlDocument:
    """A parsed document: plain values, the line of each, and what was wrong.

    Attributes
    ----------
    value : dict, list, str, int, float, bool or None
        The document; dates stay text.
    lines : dict of tuple to int
        Path of keys and positions to the line it stands on, counting from 1.
    problems : list of Problem
        Repeated keys, anchors, bare yes/no, numbers that YAML reads otherwise, broken syntax.
    """

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """Line of the nearest known part of the path."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def parse_yaml(text: str, where: str) -> YamlDocument:
    """Read one YAML document.

    Parameters
    ----------
    text : str
        The document.
    where : str
        File name for the problems.

    Returns
    -------
    YamlDocument
        Never raises on bad text: what is wrong stands in ``problems``.

    Examples
    --------
    >>> parse_yaml("id: '1.10'", "framework.yml").value
    {'id': '1.10'}
    >>> parse_yaml("asked_of: {dv: [yes]}", "framework.yml").problems[0].fix
    "write 'yes' in quotes"
    """
    document = YamlDocument()
    try:
        document.problems += _trap_in_events(text, where)
        node = None if document.problems else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        document.problems.append(_syntax_problem(where, error))
        return document
    if node is not None:
        document.value = _Reader(document, where).read(node, ())
    return document


def _trap_in_events(text: str, where: str) -> list[Problem]:
    """The first anchor or too deep a nesting: both must be found before the document is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            found = "an anchor or alias (& or *)"
            return [Problem(where, found, "plain values", "write the value out, text in quotes", row=line)]
        if depth > _DEEPEST:
            return [Problem(where, "values nested too deep", "a plain document", "flatten it", row=line)]
    return []


def _syntax_problem(where: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    found = getattr(error, "problem", None) or "characters that YAML forbids"
    return Problem(
        where,
        str(found).removeprefix("but ").removeprefix("found "),
        "valid YAML",
        "check indentation, colons and quotes near this line",
        row=mark.line + 1 if mark is not None else None,
    )


class _Reader:
    """Turns nodes into plain values, noting lines and traps on the way."""

    def __init__(self, document: YamlDocument, where: str):
        self.document, self.where = document, where
        self.loader = yaml.SafeLoader("")

    def read(self, node: yaml.Node, path: Path) -> Any:
        self.document.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, i)) for i, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(key_node, "a key that is not a word", "a word", "write the key as text")
                continue
            key = self._key(key_node)
            if key in values:
                self._note(
                    key_node,
                    f"the key '{key}' a second time",
                    "each key once",
                    "delete or rename one of the two",
                )
                continue
            values[key] = self.read(value_node, (*path, key))
            self.document.lines[(*path, key)] = key_node.start_mark.line + 1
        return values

    def _key(self, node: yaml.ScalarNode) -> str:
        value = self._scalar(node)
        if not isinstance(value, str):
            self._note(
                node, f"the key {node.value} without quotes", "text", f"write '{node.value}' in quotes"
            )
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() in _BOOLEAN_LOOKALIKES:
            self._note(node, f"{node.value} without quotes", "text", f"write '{node.value}' in quotes")
            return node.value
        if node.tag == "tag:yaml.org,2002:timestamp":
            return node.value
        if node.tag in _NUMBERS and not _PLAIN_NUMBER.fullmatch(node.value):
            fix = "write it as a plain number, or in quotes if it is text"
            self._note(node, f"{node.value}, which YAML reads as another number", "a plain number", fix)
            return node.value
        try:
            value = self.loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, OverflowError):
            self._note(
                node, f"the special value {node.tag}", "plain text or a number", "write it as plain text"
            )
            return None
        return value if isinstance(value, (str, int, float, bool, type(None))) else node.value

    def _note(self, node: yaml.Node, found: str, expected: str, fix: str) -> None:
        self.document.problems.append(Problem(self.where, found, expected, fix, row=node.start_mark.line + 1))
