"""How a figure came about, in words that can be read out in a meeting."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from esi_toolkit.errors import InputError
from esi_toolkit.method.explain import explain
from esi_toolkit.method.score import score

GOOD, BAD, NOT_APPLICABLE = "sufficient", "poor", "not applicable"


@pytest.fixture(scope="module")
def card(make_framework, inspect):
    """Section B with B1 (critical) and B2 (important, nobody concerned), D with D1 and the rating D3."""
    framework = make_framework(
        {
            "B": {"B1": {"B1.1": 2, "B1.2": 1, "B1.3": 0}, "B2": {"B2.1": 1}},
            "D": {"D1": {"D1.1": 1}},
            "E": {},
        },
        weights={"B": 30, "D": 70},
        important=["B2"],
        rated={"D": {"D3": ["D3.1", "D3.2"]}, "E": {"E1": ["E1.1"]}},
    )
    evidence = pd.DataFrame(
        [("D3", "D3.1", "good", "area")], columns=["criterion", "item", "level", "responsibility"]
    )
    answers = {
        "B1.1": [GOOD, GOOD, BAD, NOT_APPLICABLE],
        "B1.2": [BAD, GOOD, None, ""],
        "B1.3": [BAD] * 4,
        "B2.1": [NOT_APPLICABLE] * 4,
        "D1.1": [GOOD] * 4,
    }
    return score(framework, inspect(framework, answers, evidence=evidence))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "overall",
            "Overall: the mean of B (weight 30) and D (weight 70) is 88%.",
        ),
        (
            "B",
            "B Section B: the mean of B1 (weight 2) is 61%."
            " B2 had no score and left its weight to the others.",
        ),
        ("D", "D Section D: the mean of D1 (weight 2) is 100%. D3, rated in words, stays out."),
        ("E", "E Section E: its criteria are rated in words, so it has no score."),
        (
            "B1",
            "B1 Criterion B1 (critical): the mean of B1.1 (weight 2) and B1.2 (weight 1) is 61%."
            " B1.3 is reported, not scored.",
        ),
        ("B2", "B2 Criterion B2 (important): no score, because nothing it is made of has one."),
        (
            "D3",
            "D3 Criterion D3: Partly met: at least one item at least good, all others at least satisfactory."
            " Strong on D3.1 would make it Well met. Without a level: D3.2.",
        ),
        (
            "E1",
            "E1 Criterion E1: No item of the area has a level, so there is no rating. Without a level: E1.1.",
        ),
        ("B1.1", "B1.1 Question B1.1: 2 of 3 relevant cases, 67%. Not applicable in 1."),
        ("B1.2", "B1.2 Question B1.2: 1 of 2 relevant cases, 50%. Not answered in 2."),
        ("B2.1", "B2.1 Question B2.1: 0 of 0 relevant cases, no score. Not applicable in 4."),
    ],
)
def test_every_figure_is_explained_in_words(card, code, words):
    assert str(explain(card, code)) == words


def test_the_table_behind_a_criterion_holds_its_questions_unrounded(card):
    table = explain(card, "B1").table
    assert table["question"].tolist() == ["B1.1", "B1.2", "B1.3"]
    assert table["score"].tolist() == [pytest.approx(200 / 3), 50, 0]


def test_the_table_behind_the_overall_holds_the_weighted_sections(card):
    assert explain(card, "overall").table["section"].tolist() == ["B", "D"]


def test_the_table_behind_a_rating_holds_its_items(card):
    assert explain(card, "D3").table["level"].tolist() == ["good", ""]


def test_every_code_of_a_real_scorecard_can_be_explained(esi, durham):
    scorecard = score(esi, durham)
    for code in ("overall", *esi.codes):
        explanation = explain(scorecard, code)
        assert explanation.words.startswith("Overall" if code == "overall" else code)
        assert not explanation.table.empty


def test_published_criterion_scores_are_explained_as_published(esi, inspect):
    scores = pd.DataFrame({"criterion": ["B1"], "score": [72.0]})
    card = score(esi, inspect(esi, criterion_scores=scores))
    assert explain(card, "B1").words == (
        "B1 Assessment of risk of harm (critical): 72%, as published; the answers behind it are not known."
    )
    assert explain(card, "B1.1").words.endswith("no answers are known.")


def test_a_suggested_level_is_explained(esi, durham):
    evidence = durham.evidence[durham.evidence["item"] != "A1.5"]
    words = explain(score(esi, replace(durham, evidence=evidence)), "A1").words
    assert (
        "No level is recorded for A1.5; 3 of 8 targets met and 6 of 8 national figures beaten suggest"
        in words
    )


def test_an_adjustment_is_said_beside_what_was_calculated(card):
    adjusted = card.criteria["criterion"] == "D3"
    criteria = card.criteria.assign(
        rating=card.criteria["rating"].mask(adjusted, "Well met"), adjusted=adjusted
    )
    words = explain(replace(card, criteria=criteria), "D3").words
    assert "Partly met: at least one item" in words
    assert "The lead inspector adjusted it to Well met." in words


def test_a_framework_without_section_weights_says_why_there_is_no_overall(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    card = score(framework, inspect(framework, {"B1.1": [GOOD]}))
    words = explain(card, "overall").words
    assert words == "A small inspection has no section weights, so there is no overall score."


def test_an_unknown_code_is_refused_with_the_nearest_known_one(card):
    with pytest.raises(
        InputError, match=r"found 'B1\.11', expected a code of the framework; did you mean 'B1\.1'\?"
    ):
        explain(card, "B1.11")
