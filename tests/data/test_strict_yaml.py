"""YAML without its traps: what is plain is read as it stands, what is not is named with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.strict_yaml import parse_yaml


def read(text: str):
    document = parse_yaml(text, "file.yml")
    assert document.problems == []
    return document.value


def problem(text: str) -> str:
    document = parse_yaml(text, "file.yml")
    assert len(document.problems) == 1
    return str(document.problems[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("id: '1.10'", {"id": "1.10"}),
        ('dv: ["yes", "no"]', {"dv": ["yes", "no"]}),
        ("synthetic: true", {"synthetic": True}),
        ("not applicable: null", {"not applicable": None}),
        ("fieldwork: 2004-03-01", {"fieldwork": "2004-03-01"}),
        ("weight: 0.5", {"weight": 0.5}),
        ("weight: 2", {"weight": 2}),
        ("text: over\n  two lines", {"text": "over two lines"}),
        ("", None),
        ("# only a remark", None),
    ],
)
def test_plain_values_are_read_as_they_stand(text, value):
    assert read(text) == value


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off"])
def test_a_bare_yes_or_no_is_named_and_stays_a_word(word):
    document = parse_yaml(f"dv: [{word}]", "file.yml")
    assert document.value == {"dv": [word]}
    assert [p.fix for p in document.problems] == [f"write '{word}' in quotes"]


@pytest.mark.parametrize("number", ["010", "1:30", "1_000", "0x1F", "0b1", ".inf", ".nan", "-.inf"])
def test_a_number_that_yaml_reads_as_another_one_is_named(number):
    assert f"found {number}, which YAML reads as another number" in problem(f"weight: {number}")


@pytest.mark.parametrize("key", ["1", "1.10", "yes", "null", "true"])
def test_a_key_that_is_not_text_is_named(key):
    assert f"file.yml, row 2: found {'the key ' if key != 'yes' else ''}{key} without quotes" in str(
        parse_yaml(f"a: b\n{key}: c", "file.yml").problems[0]
    )


def test_a_repeated_key_is_named_and_the_first_one_kept():
    document = parse_yaml("weight: 30\ntitle: x\nweight: 40", "file.yml")
    assert document.value == {"weight": 30, "title": "x"}
    assert str(document.problems[0]).startswith("file.yml, row 3: found the key 'weight' a second time")


@pytest.mark.parametrize("text", ["a: &x 1", "a: &x 1\nb: *x", "a: *nowhere"])
def test_anchors_and_aliases_are_refused(text):
    assert "an anchor or alias" in problem(text)


@pytest.mark.parametrize("text", ["a: !tag b", "a: !!python/object:os.system {}", "a: !!timestamp never"])
def test_tags_never_make_anything_but_plain_values(text):
    document = parse_yaml(text, "file.yml")
    assert document.value in ({"a": None}, {"a": {}}, {"a": "never"})


def test_nesting_without_end_is_refused_and_does_not_stop_the_program():
    assert "values nested too deep" in problem("[" * 100_000)


@pytest.mark.parametrize("text", ["a: b: c", "a:\n\t- b", "a: 'b", "---\na: 1\n---\nb: 2", "a: \x07"])
def test_broken_syntax_is_named(text):
    assert "expected valid YAML" in problem(text)


def test_lines_of_values_are_known_and_unknown_paths_get_the_nearest():
    document = parse_yaml("id: x\nsections:\n  - id: A\n    criteria:\n      - id: A1", "file.yml")
    assert document.line(("sections", 0, "criteria", 0, "id")) == 5
    assert document.line(("sections", 0, "weight")) == 3
    assert document.line(("nothing",)) == 1


def test_all_traps_of_a_document_are_named_together():
    document = parse_yaml("a: yes\nb: 010\na: 1\n1: x", "file.yml")
    assert [p.row for p in document.problems] == [1, 2, 3, 4]


@given(st.text(alphabet="ab:-[]{}&*!?|>#%@'\"\n\t 01.,~ü\x00\u2028"))
def test_no_text_makes_the_reader_fail(text):
    parse_yaml(text, "file.yml")
