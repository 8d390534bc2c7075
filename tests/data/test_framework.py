"""A framework of one's own: what may be left out, what it gets then, and what it can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.errors import FrameworkError

COMPULSORY = """
id: own
title: An inspection of our own
version: "1"
judgements: {done: 1, half done: 0.5, not done: 0}
importance: {main: 3, other: 1}
ratings:
  levels: [a, b, c, d, e]
  scale: [first, second, third, fourth, fifth, sixth]
sections:
  - id: S1
    title: Work
    criteria:
      - id: K1
        title: Done
        importance: main
        scored_by: judgements
        questions: [{id: K1.1, text: Was it done?, weight: 1}]
"""


@pytest.fixture
def load(tmp_path: Path):
    def from_text(text: str, encoding: str = "utf-8") -> Framework:
        path = tmp_path / "own.yml"
        path.write_text(text, encoding=encoding)
        return load_framework(path)

    return from_text


def test_the_compulsory_keys_are_enough(load):
    own = load(COMPULSORY)
    assert own.question("K1.1").asked_of == {}
    assert own.sections[0].weight is None
    assert (own.moderation.ratings, own.moderation.scores) == (1, 0)
    assert own.display.suppress_below == 5
    assert own.cases.assessor == ("inspector", "area assessor")
    assert own.ratings.responsibility == {"area": True, "NPD": False}


def test_the_built_in_rating_rules_take_the_words_of_the_framework(load):
    rules = load(COMPULSORY).ratings.rules
    assert [rule.rating for rule in rules] == ["first", "second", "third", "fourth", "fifth", "sixth"]
    assert (rules[2].more_than_half, rules[2].others) == ("b", "d")
    assert (rules[3].some, rules[3].others, rules[4].some) == ("c", "d", "d")
    assert rules[5].otherwise


def test_the_built_in_rules_are_those_of_the_published_framework(load):
    esi = load_framework("esi").ratings
    text = COMPULSORY.replace("[a, b, c, d, e]", str(list(esi.levels)))
    text = text.replace("[first, second, third, fourth, fifth, sixth]", str(list(esi.scale)))
    assert load(text).ratings.rules == esi.rules


def test_a_framework_without_ratings_in_words_needs_no_rules(load):
    own = load(COMPULSORY.replace("[a, b, c, d, e]", "[a, b]"))
    assert own.ratings.rules == ()


def test_a_part_of_an_optional_key_leaves_the_other_parts_at_their_defaults(load):
    own = load(COMPULSORY + "display: {few_below: 20}\nmoderation: {scores: 2}\n")
    assert (own.display.suppress_below, own.display.few_below) == (5, 20)
    assert (own.moderation.ratings, own.moderation.scores) == (1, 2)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(load):
    assert load(COMPULSORY.replace("\n", "\r\n"), "utf-8-sig") == load(COMPULSORY)


def test_source_reading_and_note_may_stand_at_every_level(load):
    said = "source: a report\n{0}reading: ours\n{0}note: more\n"
    text = COMPULSORY + said.format("")
    text = text.replace("    title: Work\n", "    title: Work\n    " + said.format("    "))
    text = text.replace("weight: 1}", "weight: 1, source: s, reading: r, note: n}")
    assert load(text).question("K1.1").reading == "r"


def test_a_framework_cannot_be_changed(load):
    own = load(COMPULSORY)
    with pytest.raises(ValidationError):
        own.sections[0].weight = 10


def test_what_is_done_to_one_framework_reaches_no_other_that_is_loaded(load):
    load(COMPULSORY).judgements["done"] = 0.0
    load_framework("esi").importance["critical"] = 9.0
    assert load(COMPULSORY).judgements["done"] == 1
    assert load_framework("esi").importance["critical"] == 2


def test_parts_are_found_by_their_codes(load):
    own = load(COMPULSORY)
    assert own.criterion("K1").title == "Done"
    assert own.question("K1.1").text == "Was it done?"
    assert own.section_of("K1").id == "S1"
    assert own.codes == ("S1", "K1", "K1.1")
    with pytest.raises(KeyError):
        own.criterion("K2")


def test_the_fingerprint_changes_with_any_rule_and_with_nothing_else(load):
    own = load(COMPULSORY).fingerprint
    assert load("# a remark\n" + COMPULSORY).fingerprint == own
    assert load(COMPULSORY.replace("main: 3", "main: 2")).fingerprint != own
    assert load(COMPULSORY + "display: {few_below: 20}\n").fingerprint != own


def test_faults_of_spelling_and_of_shape_are_named_together(load):
    broken = COMPULSORY.replace("weight: 1", "weight: -1").replace("title: Work", "title: Work\n    title: x")
    with pytest.raises(FrameworkError) as raised:
        load(broken)
    assert [problem.row for problem in raised.value.problems] == [13, 19]


def test_contradictions_in_several_places_are_named_together(load):
    broken = COMPULSORY.replace("done: 1, half done: 0.5", "done: 0").replace("id: K1\n", "id: S1\n")
    broken = broken.replace("importance: main", "importance: man")
    with pytest.raises(FrameworkError) as raised:
        load(broken)
    found = " / ".join(problem.found for problem in raised.value.problems)
    assert (
        found == "the code 'S1' 2 times / the code 'S1' 2 times / no positive answer / importance 'man' of S1"
    )
