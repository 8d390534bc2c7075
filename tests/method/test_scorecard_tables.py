"""What stands in a scorecard's tables: every column of questions, criteria and sections."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest

from esi_toolkit.method.score import score
from tests.method.conftest import criterion, question, section

GOOD, BAD = "sufficient", "poor"
COUNTS = ["asked", "relevant", "positive", "not_applicable", "missing", "score"]


@pytest.fixture
def full_card(make_framework, inspect):
    """Three criteria of which each lacks something, and a section without any answer."""
    framework = make_framework(
        {"B": {"B1": {"B1.1": 2, "B1.2": 1, "B1.3": 1}}, "C": {"C1": {"C1.1": 1}, "C2": {"C2.1": 1}}},
        weights={"B": 60, "C": 40},
        important=("B1",),
        rated={"B": {"B2": ["B2.1", "B2.2", "B2.3"], "B3": ["B3.1"]}},
    )
    evidence = [("B2", "B2.1", "strong", "area")]
    table = pd.DataFrame(evidence, columns=["criterion", "item", "level", "responsibility"], dtype="str")
    return score(framework, inspect(framework, {"B1.1": [GOOD, BAD]}, evidence=table))


def test_a_scorecard_says_whose_it_is_and_of_how_many_cases(full_card, esi, inspect):
    card = full_card
    named = (card.area_id, card.area_name, card.level, card.input_hash, card.synthetic, card.cases)
    assert named == ("smallshire", "Smallshire", "judgements", "hash", False, 2)
    assert set(card.traces) == {"B2", "B3"}
    without_cases = dataclasses.replace(inspect(esi, {}), cases=None)
    assert score(esi, without_cases).cases is None


def test_the_table_of_questions_describes_and_counts_each(full_card):
    described = ["question", "criterion", "section", "text", "weight", "published"]
    assert list(full_card.questions.columns) == described + COUNTS
    assert (full_card.questions[COUNTS].dtypes == "float64").all()
    first = full_card.questions.iloc[0].to_dict()
    assert first == {
        "question": "B1.1", "criterion": "B1", "section": "B", "text": "Question B1.1", "weight": 2.0,
        "published": True, "asked": 2, "relevant": 2, "positive": 1, "not_applicable": 0, "missing": 0,
        "score": 50,
    }  # fmt: skip
    unanswered = question(full_card, "B1.2")
    assert [unanswered[name] for name in COUNTS[:5]] == [2, 0, 0, 0, 2]


def test_the_table_of_criteria_says_what_decided_and_what_is_missing(full_card):
    scored, rated, unrated = (criterion(full_card, code) for code in ("B1", "B2", "B3"))
    assert (scored["title"], scored["scored_by"], scored["importance"]) == (
        "Criterion B1", "judgements", "important",
    )  # fmt: skip
    assert (scored["incomplete"], scored["missing"], scored["cases"], scored["score"]) == (
        True, "B1.2; B1.3", 2, 50,
    )  # fmt: skip
    assert (rated["rating"], rated["calculated"]) == ("Well met", "Well met")
    assert pd.isna(rated["importance"])
    assert rated["decided_by"] == full_card.traces["B2"].words
    assert (rated["incomplete"], rated["missing"]) == (True, "B2.2; B2.3")
    assert (full_card.traces["B3"].rating, unrated["incomplete"]) == (None, True)
    assert pd.isna(unrated["rating"])
    assert pd.isna(unrated["decided_by"])
    assert math.isnan(rated["cases"])
    numbers = full_card.criteria[["importance_weight", "score", "pooled", "cases"]]
    assert (numbers.dtypes == "float64").all()


def test_the_table_of_sections_names_all_that_is_missing(full_card):
    assert section(full_card, "C") | {"score": None} == {
        "title": "Section C", "weight": 40.0, "score": None, "incomplete": True, "missing": "C1; C2",
    }  # fmt: skip
    assert full_card.overall.missing == ("C",)
