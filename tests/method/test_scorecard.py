"""The scorecard as plain values: every key, in its order and kind, as other tools read it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from esi_toolkit.data.decision import Decision
from esi_toolkit.data.inspection import Area
from esi_toolkit.method.moderate import hash_figures, moderate
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

YES, NO, HALF, NOT_APPLICABLE = "sufficient", "poor", "half", "not applicable"


@pytest.fixture
def card(make_framework, inspect) -> Scorecard:
    """A is rated in words, B and C are scored, E has no weight; B2, C1.2 and C1.3 have no answers."""
    framework = make_framework(
        {
            "A": {},
            "B": {"B1": {"B1.1": 1}, "B2": {"B2.1": 1}},
            "C": {"C1": {"C1.1": 1, "C1.2": 1, "C1.3": 1}},
            "E": {"E1": {"E1.1": 1}},
        },
        weights={"B": 30, "C": 12.5},
        important=["B2"],
        rated={"A": {"A1": ["A1.1", "A1.2"], "A2": ["A2.1"]}},
        judgements={YES: 1, NO: 0, HALF: 0.5, NOT_APPLICABLE: None},
        moderation={"ratings": 1, "scores": 10.0},
        version="7",
    )
    evidence = pd.DataFrame(
        [("A1", "A1.1", "strong", "area")], columns=["criterion", "item", "level", "responsibility"]
    )
    answers = {"B1.1": [YES, HALF, NO, NOT_APPLICABLE], "C1.1": [YES, YES, NO, None], "E1.1": [YES] * 4}
    inspection = inspect(framework, answers, evidence=evidence)
    area = Area(id="smallshire", name="Smallshire", framework="small", synthetic=True)
    return score(framework, replace(inspection, area=area))


def question(relevant: int, positive: float, not_applicable: int, score: float | None) -> dict[str, Any]:
    """One of four cases; the others were not answered."""
    missing = 4 - relevant - not_applicable
    counts = {"relevant": relevant, "positive": positive, "not_applicable": not_applicable}
    return {**counts, "missing": missing, "score": score}


def same_text(document: Any, expected: Any) -> bool:
    """Whether two documents are written alike: 2 is not 2.0, and the order of keys counts."""
    return json.dumps(document) == json.dumps(expected)


def test_the_whole_scorecard_is_told_in_plain_values(card):
    document = card.to_json()
    assert list(document) == [
        "area", "name", "framework", "framework_version", "synthetic", "level", "cases", "input_hash",
        "overall", "sections", "criteria", "questions", "decisions",
    ]  # fmt: skip
    about = [document[key] for key in list(document)[:8]]
    assert same_text(about, ["smallshire", "Smallshire", "small", "7", True, "judgements", 4, "hash"])
    # B is B1, 50; C is C1, 66.7: (30 · 50 + 12.5 · 66.7) / 42.5
    expected = {"score": pytest.approx(54.90196), "incomplete": True, "missing": ["B2"]}
    assert document["overall"] == expected
    assert document["decisions"] == []


def test_a_section_tells_its_score_its_weight_and_all_that_it_lacks(card):
    sections = card.to_json()["sections"]
    assert same_text(
        sections,
        {
            "A": {"score": None, "weight": None, "incomplete": False, "missing": []},
            "B": {"score": 50.0, "weight": 30, "incomplete": True, "missing": ["B2"]},
            "C": {"score": 100 * 2 / 3, "weight": 12.5, "incomplete": False, "missing": []},
            "E": {"score": 100.0, "weight": None, "incomplete": False, "missing": []},
        },
    )


def test_a_criterion_tells_its_score_or_its_rating_and_how_it_was_decided(card):
    criteria = card.to_json()["criteria"]
    decided_by = "Well met: every item at least strong. Very strong on A1.1 would make it Very well met."
    assert same_text(
        criteria["A1"],
        {
            "rating": "Well met",
            "calculated": "Well met",
            "decided_by": decided_by,
            "adjusted": False,
            "incomplete": True,
            "missing": ["A1.2"],
        },
    )
    assert criteria["A2"] == {
        "rating": None, "calculated": None, "decided_by": None,
        "adjusted": False, "incomplete": True, "missing": ["A2.1"],
    }  # fmt: skip
    assert same_text(
        criteria["B1"],
        {
            "score": 50.0, "importance": "critical", "pooled": 50.0, "cases": 3,
            "incomplete": False, "missing": [],
        },
    )  # fmt: skip
    assert same_text(
        criteria["B2"],
        {
            "score": None, "importance": "important", "pooled": None, "cases": None,
            "incomplete": True, "missing": ["B2.1"],
        },
    )  # fmt: skip
    assert criteria["C1"]["missing"] == ["C1.2", "C1.3"]


def test_a_question_tells_its_counts_whole_where_they_are_whole(card):
    questions = card.to_json()["questions"]
    assert same_text(questions["B1.1"], question(3, 1.5, 1, 50.0))
    assert same_text(questions["C1.1"], question(3, 2, 0, 100 * 2 / 3))
    assert same_text(questions["C1.2"], question(0, 0, 0, None))


def test_an_adjusted_score_is_told_with_the_calculated_one_and_the_decision(card):
    figures = hash_figures(card, "B1")
    decision = Decision("smallshire", "small", "B1", "50.0", "55", "Seen on site", "Ann", figures, number=1)
    document = moderate(card, [decision]).to_json()
    b1 = document["criteria"]["B1"]
    assert (b1["score"], b1["calculated"]) == (55, 50)
    assert document["decisions"] == [
        {
            "area": "smallshire", "framework": "small", "criterion": "B1", "calculated": "50.0",
            "adjusted": "55", "reason": "Seen on site", "author": "Ann", "figures_hash": figures, "number": 1,
            "decided_at": "", "state": "applied",
        }
    ]  # fmt: skip


def test_counts_that_were_not_published_are_told_as_none(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    counts = pd.DataFrame({"question": ["B1.1"], "relevant": [4.0], "positive": [1.0]})
    document = score(framework, inspect(framework, question_counts=counts)).to_json()
    assert same_text(
        document["questions"]["B1.1"],
        {"relevant": 4, "positive": 1, "not_applicable": None, "missing": None, "score": 25.0},
    )
