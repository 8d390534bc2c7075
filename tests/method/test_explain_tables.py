"""What stands behind an explanation, and its words where several things are named at once."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.explain import explain
from esi_toolkit.method.moderate import moderate, propose_decision
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

YES, NO = "sufficient", "poor"


@pytest.fixture
def card(make_framework, inspect) -> Scorecard:
    """A and B of two ratings each, B with B1; B1.3 and B1.4 are unanswered, B1.5 and B1.6 not scored."""
    framework = make_framework(
        {"A": {}, "B": {"B1": {"B1.1": 1, "B1.2": 0.5, "B1.3": 1, "B1.4": 1, "B1.5": 0, "B1.6": 0}}},
        weights={"B": 0.5},
        rated={"A": {"A1": ["A1.1", "A1.2"], "A2": ["A2.1"]}, "B": {"B2": ["B2.1"], "B3": ["B3.1"]}},
        moderation={"ratings": 1, "scores": 10.0},
    )
    evidence = pd.DataFrame(
        [("A2", "A2.1", "strong", "area")], columns=["criterion", "item", "level", "responsibility"]
    )
    answers = {"B1.1": [YES, YES], "B1.2": [YES, NO], "B1.5": [YES, NO], "B1.6": [NO, NO]}
    return score(framework, inspect(framework, answers, evidence=evidence))


def decided(card: Scorecard, criterion: str, adjusted: str) -> Scorecard:
    decision = propose_decision(card, criterion, adjusted, reason="Seen on site", author="Ann")
    return moderate(card, [decision])


def test_several_parts_without_a_score_or_a_weight_are_named_together(card):
    # (1 · 100 + 0.5 · 50) / 1.5
    assert explain(card, "B1").words == (
        "B1 Criterion B1 (critical): the mean of B1.1 (weight 1) and B1.2 (weight 0.5) is 83%."
        " B1.3 and B1.4 had no score and left their weight to the others."
        " B1.5 and B1.6 are reported, not scored."
    )
    assert explain(card, "B").words == (
        "B Section B: the mean of B1 (weight 2) is 83%. B2 and B3, rated in words, stay out."
    )


def test_several_items_without_a_level_are_named_together(card):
    assert explain(card, "A1").words == (
        "A1 Criterion A1: No item of the area has a level, so there is no rating."
        " Without a level: A1.1 and A1.2."
    )


def test_an_adjusted_score_is_explained_as_calculated_with_the_adjustment_after_it(card):
    words = explain(decided(card, "B1", "90"), "B1").words
    assert "(weight 0.5) is 83%. B1.3 and B1.4 had no score" in words
    assert "to the others. The lead inspector adjusted it to 90%. B1.5 and B1.6 are reported" in words


def test_an_adjusted_score_that_was_published_is_explained_by_both(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}}, moderation={"ratings": 1, "scores": 10.0})
    scores = pd.DataFrame({"criterion": ["B1"], "score": [72.0]})
    card = decided(score(framework, inspect(framework, criterion_scores=scores)), "B1", "75")
    assert explain(card, "B1").words == (
        "B1 Criterion B1 (critical): 72%, as published; the answers behind it are not known."
        " The lead inspector adjusted it to 75%."
    )
    assert explain(card, "B1").code == "B1"
    assert list(explain(card, "B1").table["question"]) == ["B1.1"]


def test_an_adjusted_rating_is_explained_with_the_adjustment_after_the_clause(card):
    assert explain(decided(card, "A2", "Very well met"), "A2").words == (
        "A2 Criterion A2: Well met: every item at least strong."
        " Very strong on A2.1 would make it Very well met. The lead inspector adjusted it to Very well met."
    )


@pytest.mark.parametrize(
    ("code", "columns", "parts"),
    [
        ("overall", ["section", "title", "weight", "score", "incomplete", "missing"], ["B"]),
        ("A", ["criterion", "title", "rating"], ["A1", "A2"]),
        ("B", ["criterion", "title", "importance", "importance_weight", "score"], ["B1"]),
        (
            "B1",
            ["question", "text", "weight", "relevant", "positive", "missing", "score"],
            ["B1.1", "B1.2", "B1.3", "B1.4", "B1.5", "B1.6"],
        ),
        (
            "B1.2",
            [
                "question", "text", "weight", "asked", "relevant", "positive", "not_applicable", "missing",
                "score",
            ],
            ["B1.2"],
        ),
        (
            "A1",
            ["item", "text", "weight", "level", "responsibility", "counts", "suggested"],
            ["A1.1", "A1.2"],
        ),
    ],
)  # fmt: skip
def test_the_table_behind_a_figure_has_its_parts_in_rows_that_count_from_nought(card, code, columns, parts):
    table = explain(card, code).table
    assert list(table.columns) == columns
    assert table.iloc[:, 0].tolist() == parts
    assert table.index.tolist() == list(range(len(parts)))
    assert explain(card, code).code == code


def test_a_question_whose_answers_are_not_known_has_a_table_all_the_same(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1, "B1.2": 1}}})
    scores = pd.DataFrame({"criterion": ["B1"], "score": [72.0]})
    found = explain(score(framework, inspect(framework, criterion_scores=scores)), "B1.2")
    assert (found.code, found.words) == ("B1.2", "B1.2 Question B1.2: no answers are known.")
    assert found.table["question"].tolist() == ["B1.2"]


def test_counts_of_a_question_are_said_from_one_on(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1, "B1.2": 1}}})
    card = score(framework, inspect(framework, {"B1.1": [YES, None], "B1.2": [YES, "not applicable"]}))
    assert explain(card, "B1.1").words == (
        "B1.1 Question B1.1: 1 of 1 relevant cases, 100%. Not answered in 1."
    )
    assert explain(card, "B1.2").words == (
        "B1.2 Question B1.2: 1 of 1 relevant cases, 100%. Not applicable in 1."
    )


def test_an_overall_that_cannot_be_has_an_empty_table(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    found = explain(score(framework, inspect(framework, {"B1.1": [YES]})), "overall")
    assert (found.code, len(found.table)) == ("overall", 0)


@pytest.mark.parametrize(("code", "fix"), [("ovrall", "did you mean 'overall'?"), ("?", "check the code")])
def test_an_unknown_code_is_refused_with_what_to_do(card, code, fix):
    with pytest.raises(InputError) as told:
        explain(card, code)
    assert list(told.value.problems) == [Problem("explain", f"'{code}'", "a code of the framework", fix)]


def test_a_suggested_level_is_said_after_the_rating_that_it_led_to(esi, durham):
    evidence = durham.evidence[durham.evidence["item"] != "A1.5"]
    words = explain(score(esi, replace(durham, evidence=evidence)), "A1").words
    assert words.startswith("A1 Leadership and planning: Well met: ")
    assert words.endswith(
        " No level is recorded for A1.5; 3 of 8 targets met and 6 of 8 national figures beaten suggest the"
        " level strong."
    )
