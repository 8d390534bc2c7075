"""METHOD.md and GLOSSARY.md name things that exist: keys, columns, functions and tests."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.framework_checks import keys_at
from esi_toolkit.data.tables import TABLES
from esi_toolkit.present.words import load_words

ROOT = Path(__file__).resolve().parents[1]
METHOD = (ROOT / "METHOD.md").read_text("utf-8")
GLOSSARY = (ROOT / "GLOSSARY.md").read_text("utf-8")


def named_tests(text: str) -> list[str]:
    return re.findall(r"`(tests/[\w/]+\.py::\w+)`", text)


def named_keys(text: str) -> list[str]:
    lines = re.findall(r"^- Key: (.+)$", text, re.MULTILINE)
    return sorted({key for line in lines for key in re.findall(r"`([\w.]+)`", line)})


def named_columns(text: str) -> list[tuple[str, str]]:
    return sorted(set(re.findall(r"`(\w+)\.csv` `(\w+)`", text)))


@cache
def functions_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", sorted(set(named_tests(METHOD))))
def test_a_test_named_in_the_method_exists(name):
    path, _, test = name.partition("::")
    assert test in functions_in(path)


@pytest.mark.parametrize("key", named_keys(METHOD))
def test_a_key_named_in_the_method_is_one_of_a_framework(key):
    parts = tuple(key.split("."))
    assert all(part in keys_at(Framework, parts[:i]) for i, part in enumerate(parts))


@pytest.mark.parametrize(("table", "column"), named_columns(METHOD))
def test_a_column_named_in_the_method_is_one_of_its_file(table, column):
    assert column in {known.name for known in TABLES[table].columns}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:statistics|method)\.\w+\.\w+)`", METHOD))))
def test_a_function_named_in_the_method_exists(name):
    module, _, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(f"esi_toolkit.{module}"), function))


def test_every_rule_of_the_method_says_where_it_comes_from_and_what_proves_it():
    rules = re.split(r"^### (?=\d)", METHOD, flags=re.MULTILINE)[1:]
    assert [int(rule.split(".")[0]) for rule in rules] == list(range(1, len(rules) + 1))
    for rule in rules:
        heading = rule.splitlines()[0]
        assert re.search(r"\[(report|reading|toolkit)\]", heading), heading
        assert named_tests(rule), heading


def test_every_key_of_a_framework_stands_in_the_method_or_in_the_guide_to_frameworks():
    guide = (ROOT / "esi_toolkit" / "frameworks" / "README.md").read_text("utf-8")
    known = {key.split(".")[0] for key in named_keys(METHOD)} | set(re.findall(r"`(\w+)", guide))
    assert {"id", "title", "version", *Framework.model_fields} - known - {"id", "title", "version"} == set()


def test_every_word_of_the_glossary_is_there_once_and_in_order():
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", GLOSSARY, re.MULTILINE)
    assert len(words) == len(set(words))
    assert words == sorted(words, key=str.lower)


@pytest.mark.parametrize("word", sorted(set(TABLES) | {c.name for t in TABLES.values() for c in t.columns}))
def test_every_file_and_column_is_explained_in_the_glossary(word):
    assert re.search(rf"`{word}(\.csv)?`", GLOSSARY)


def test_every_term_that_a_report_explains_stands_in_the_glossary():
    words = " ".join(re.findall(r"^\| \*\*(.+?)\*\* \|", GLOSSARY, re.MULTILINE))
    assert [term for term in load_words()["glossary"] if term not in words] == []
