"""What-if questions: an inspection small enough to score on paper."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.errors import InputError
from esi_toolkit.method.differences import compare_scorecards, describe_changes
from esi_toolkit.method.score import score
from esi_toolkit.method.what_if import WhatIf, apply, rescore

ESI = load_framework("esi")
FRAMEWORK = Framework.model_validate(
    {
        "id": "small",
        "title": "A small framework",
        "version": "1",
        "judgements": {"good": 1, "poor": 0, "not applicable": None},
        "importance": {"critical": 2.0, "important": 1.0},
        "ratings": {
            "levels": ("strong", "fair", "weak"),
            "scale": ("Met", "Partly met", "Not met"),
            "rules": (
                {"rating": "Met", "every": "strong"},
                {"rating": "Partly met", "some": "fair"},
                {"rating": "Not met", "otherwise": True},
            ),
            "responsibility": {"area": True, "NPD": False},
        },
        "moderation": {"ratings": 1, "scores": 0.0},
        "display": {"suppress_below": 5, "few_below": 10, "unreliable_below": 30},
        "cases": {"risk_of_harm": ("low", "high"), "assessor": ("inspector", "area assessor")},
        "drafting": ESI.drafting,
        "certainty": ESI.certainty,
        "sections": (
            {
                "id": "A",
                "title": "Management",
                "criteria": (
                    {
                        "id": "A1",
                        "title": "Leadership",
                        "scored_by": "evidence",
                        "items": ({"id": "A1.1", "text": "Direction"}, {"id": "A1.2", "text": "Planning"}),
                    },
                ),
            },
            {
                "id": "B",
                "title": "Assessment",
                "weight": 25.0,
                "criteria": (
                    {
                        "id": "B1",
                        "title": "Risk",
                        "importance": "critical",
                        "scored_by": "judgements",
                        "questions": ({"id": "B1.1", "text": "Assessed"}, {"id": "B1.2", "text": "Planned"}),
                    },
                    {
                        "id": "B2",
                        "title": "Need",
                        "importance": "important",
                        "scored_by": "judgements",
                        "questions": ({"id": "B2.1", "text": "Asked"},),
                    },
                ),
            },
            {
                "id": "C",
                "title": "Interventions",
                "weight": 75.0,
                "criteria": (
                    {
                        "id": "C1",
                        "title": "Delivery",
                        "importance": "critical",
                        "scored_by": "judgements",
                        "questions": ({"id": "C1.1", "text": "Delivered"},),
                    },
                ),
            },
        ),
    }
)
CASES = pd.DataFrame(
    {
        "case_id": ["1", "2", "3", "4"],
        "order_type": ["licence", "licence", "order", "order"],
        "risk_of_harm": ["low", "low", "low", "high"],
        "assessor": ["inspector", "inspector", "inspector", "area assessor"],
    },
    dtype="str",
)
# Of the cases 1 to 4: g is good, p is poor.
ANSWERS = {"B1.1": "gggg", "B1.2": "gpgp", "B2.1": "gggp", "C1.1": "ggpp"}
EVIDENCE = pd.DataFrame(
    [("A1", "A1.1", "strong", "area", ""), ("A1", "A1.2", "fair", "area", "")],
    columns=["criterion", "item", "level", "responsibility", "note"],
    dtype="str",
)
# On paper: B1 = (100 + 50) / 2 = 75, B2 = 75, B = 75, C1 = C = 50, overall = (25·75 + 75·50) / 100 = 56.25
OFFICIAL = 56.25


def judgements() -> pd.DataFrame:
    words = {"g": "good", "p": "poor"}
    rows = [
        (case, question, words[letter])
        for question, letters in ANSWERS.items()
        for case, letter in zip(CASES["case_id"], letters, strict=True)
    ]
    return pd.DataFrame(rows, columns=["case_id", "question", "judgement"], dtype="str").assign(counts=True)


@pytest.fixture
def inspection() -> Inspection:
    area = Area(id="small-town", name="Small Town", framework="small", synthetic=True)
    return Inspection(area, "small", "hash", cases=CASES, judgements=judgements(), evidence=EVIDENCE)


def overall(inspection: Inspection, **changes) -> float | None:
    return rescore(FRAMEWORK, inspection, WhatIf(**changes)).overall.score


def test_without_changes_every_figure_is_the_official_one(inspection):
    official, answer = score(FRAMEWORK, inspection), rescore(FRAMEWORK, inspection, WhatIf())
    assert official.overall.score == OFFICIAL
    assert_frame_equal(answer.criteria, official.criteria)
    assert apply(FRAMEWORK, inspection, WhatIf()) == (FRAMEWORK, inspection)
    assert not compare_scorecards(official, answer)["changed"].any()


def test_a_question_left_out_leaves_its_weight_to_the_others(inspection):
    # B1 = 100, B = (2·100 + 75) / 3 = 91.666…
    assert overall(inspection, left_out=frozenset({"B1.2"})) == pytest.approx(25 * 275 / 300 + 37.5)


def test_a_criterion_left_out_leaves_its_weight_to_the_others(inspection):
    left = rescore(FRAMEWORK, inspection, WhatIf(left_out=frozenset({"B1"})))
    row = left.criteria.set_index("criterion").loc["B1"]
    assert row[["importance", "importance_weight", "score"]].tolist() == ["left out", 0.0, 75.0]
    assert left.sections.set_index("section").loc["B", "score"] == 75.0
    assert not left.overall.incomplete


def test_a_section_without_criteria_leaves_its_weight_to_the_others_and_is_named(inspection):
    card = rescore(FRAMEWORK, inspection, WhatIf(left_out=frozenset({"C1"})))
    assert (card.overall.score, card.overall.missing) == (75.0, ("C",))


def test_a_question_weighs_as_much_as_is_said(inspection):
    # B1 = (3·100 + 1·50) / 4 = 87.5, B = (2·87.5 + 75) / 3 = 83.333…
    assert overall(inspection, question_weights={"B1.1": 3.0}) == pytest.approx(25 * 250 / 300 + 37.5)


def test_the_changed_framework_remembers_nothing_of_the_official_one(inspection):
    assert FRAMEWORK.question("B1.1").weight == 1
    changed, _ = apply(FRAMEWORK, inspection, WhatIf(question_weights={"B1.1": 3.0}))
    assert changed.question("B1.1").weight == 3


def test_a_criterion_gets_another_importance(inspection):
    answers = judgements()
    answers.loc[answers["question"] == "B2.1", "judgement"] = "poor"
    lower = replace(inspection, judgements=answers)
    # B = (1·75 + 1·0) / 2 in place of (2·75 + 0) / 3
    assert overall(lower) == pytest.approx(25 * 0.50 + 37.5)
    assert overall(lower, importance={"B1": "important"}) == pytest.approx(25 * 0.375 + 37.5)


def test_a_word_for_importance_weighs_as_much_as_is_said(inspection):
    answers = judgements()
    answers.loc[answers["question"] == "B2.1", "judgement"] = "poor"
    lower = replace(inspection, judgements=answers)
    # B = (4·75 + 0) / 5 = 60
    assert overall(lower, importance_weights={"critical": 4.0}) == pytest.approx(25 * 0.60 + 37.5)


def test_a_section_weighs_as_much_as_is_said(inspection):
    assert overall(inspection, section_weights={"B": 75.0}) == pytest.approx((75 * 75 + 75 * 50) / 150)


def test_cases_are_left_out_by_who_assessed_them(inspection):
    # Cases 1 to 3: B1 = (100 + 66.7) / 2, B2 = 100, C1 = 66.7
    expected = 0.25 * (2 * (100 + 200 / 3) / 2 + 100) / 3 + 0.75 * 200 / 3
    card = rescore(FRAMEWORK, inspection, WhatIf(cases_left_out={"assessor": frozenset({"area assessor"})}))
    assert card.overall.score == pytest.approx(expected)
    assert card.cases == 3


def test_cases_named_in_two_columns_are_left_out_by_either(inspection):
    leave = {"order_type": frozenset({"licence"}), "risk_of_harm": frozenset({"high"})}
    assert rescore(FRAMEWORK, inspection, WhatIf(cases_left_out=leave)).cases == 1


def test_without_any_case_there_is_no_score_and_not_zero(inspection):
    leave = {"risk_of_harm": frozenset({"low", "high"})}
    card = rescore(FRAMEWORK, inspection, WhatIf(cases_left_out=leave))
    assert card.overall.score is None
    assert compare_scorecards(score(FRAMEWORK, inspection), card).set_index("code").loc["overall", "changed"]


def test_a_level_changes_the_rating_and_nothing_else(inspection):
    official = score(FRAMEWORK, inspection)
    card = rescore(FRAMEWORK, inspection, WhatIf(levels={"A1.2": "strong"}))
    changed = compare_scorecards(official, card).query("changed")
    assert changed[["code", "official_rating", "what_if_rating"]].to_numpy().tolist() == [
        ["A1", "Partly met", "Met"]
    ]


def test_an_item_that_was_not_recorded_gets_a_level(inspection):
    bare = replace(inspection, evidence=None)
    assert score(FRAMEWORK, bare).traces["A1"].rating is None
    assert rescore(FRAMEWORK, bare, WhatIf(levels={"A1.1": "strong"})).traces["A1"].rating == "Met"
    one = replace(inspection, evidence=EVIDENCE.iloc[:1])
    assert rescore(FRAMEWORK, one, WhatIf(levels={"A1.2": "weak"})).traces["A1"].rating == "Partly met"


def test_an_item_can_be_taken_as_not_judged(inspection):
    trace = rescore(FRAMEWORK, inspection, WhatIf(levels={"A1.2": ""})).traces["A1"]
    assert (trace.rating, trace.unjudged) == ("Met", ("A1.2",))


def test_an_answer_to_a_what_if_cannot_be_taken_for_the_official_figures(inspection):
    changes = WhatIf(levels={"A1.2": "strong", "A1.1": "weak"}, section_weights={"B": 30.0})
    card = rescore(FRAMEWORK, inspection, changes)
    assert card.input_hash != inspection.input_hash
    assert card.framework.fingerprint != FRAMEWORK.fingerprint
    same = WhatIf(section_weights={"B": 30.0}, levels={"A1.1": "weak", "A1.2": "strong"})
    assert rescore(FRAMEWORK, inspection, same).input_hash == card.input_hash


def test_everything_unknown_is_named_at_once(inspection):
    wrong = WhatIf(
        levels={"A1.9": "strong", "A1.1": "stong"},
        left_out=frozenset({"B9", "A1"}),
        question_weights={"B1.1": -1.0},
        importance={"B1": "vital"},
        importance_weights={"vital": 2.0},
        section_weights={"A": 1.0, "B": float("nan"), "C": float("inf")},
        cases_left_out={"asessor": frozenset({"inspector"})},
    )
    with pytest.raises(InputError) as error:
        rescore(FRAMEWORK, inspection, wrong)
    found = [(problem.found, problem.fix) for problem in error.value.problems]
    assert [text for text, _ in found] == [
        "'A1.9'", "'stong'", "'A1'", "'B9'", "'vital'", "'vital'", "'A'", "'asessor'",
        "the weight -1 for B1.1", "the weight nan for B", "the weight inf for C",
    ]  # fmt: skip
    assert ("'stong'", "did you mean 'strong'?") in found
    assert ("'asessor'", "did you mean 'assessor'?") in found


def some(keys: str, values: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return st.dictionaries(st.sampled_from(keys.split()), values)


def words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


ANY_WEIGHT = st.floats(min_value=0, max_value=100)
ANY_CHANGES = st.builds(
    WhatIf,
    levels=some("A1.1 A1.2", words("strong weak") | st.just("")),
    left_out=st.frozensets(words("B1 B2 C1 B1.1 B1.2 B2.1 C1.1")),
    question_weights=some("B1.1 B1.2", ANY_WEIGHT),
    importance=some("B1 B2", words("critical important")),
    importance_weights=some("critical important", ANY_WEIGHT),
    section_weights=some("B C", ANY_WEIGHT),
    cases_left_out=some("risk_of_harm", st.frozensets(words("low high"))),
)


@settings(max_examples=40)
@given(ANY_CHANGES)
def test_no_what_if_changes_what_it_was_asked_about(changes):
    area = Area(id="small-town", name="Small Town", framework="small")
    asked = Inspection(
        area, "small", "hash", cases=CASES.copy(), judgements=judgements(), evidence=EVIDENCE.copy()
    )
    fingerprint = FRAMEWORK.fingerprint
    before = score(FRAMEWORK, asked)
    card = rescore(FRAMEWORK, asked, changes)
    assert_frame_equal(asked.cases, CASES)
    assert_frame_equal(asked.judgements, judgements())
    assert_frame_equal(asked.evidence, EVIDENCE)
    assert Framework.model_validate(FRAMEWORK.model_dump()).fingerprint == fingerprint
    assert_frame_equal(score(FRAMEWORK, asked).criteria, before.criteria)
    assert card.overall.score is None or 0 <= card.overall.score <= 100


def test_changes_are_said_in_words_with_the_official_value_beside(inspection):
    changes = WhatIf(
        levels={"A1.2": "strong", "A1.1": ""},
        left_out=frozenset({"B1.2", "B2"}),
        question_weights={"B1.1": 2.5},
        importance={"B1": "important"},
        importance_weights={"critical": 3.0},
        section_weights={"B": 30.0},
        cases_left_out={"risk_of_harm": frozenset({"high"})},
    )
    assert describe_changes(score(FRAMEWORK, inspection), inspection, changes) == [
        "A1.1 not judged (official strong)",
        "A1.2 strong (official fair)",
        "B1.2 left out",
        "B2 left out",
        "B1.1 with weight 2.5 (official 1)",
        "B1 important (official critical)",
        "critical criteria with weight 3 (official 2)",
        "section B with weight 30 (official 25)",
        "without 1 case (risk of harm: high)",
    ]


def test_differences_name_every_figure_in_the_order_of_the_framework(inspection):
    official = score(FRAMEWORK, inspection)
    table = compare_scorecards(official, rescore(FRAMEWORK, inspection, WhatIf(left_out=frozenset({"B1.2"}))))
    assert table["code"].tolist() == [
        "overall",
        "A",
        "B",
        "C",
        "A1",
        "B1",
        "B2",
        "C1",
        "B1.1",
        "B1.2",
        "B2.1",
        "C1.1",
    ]
    assert table.loc[table["changed"], "code"].tolist() == ["overall", "B", "B1"]
    assert table.set_index("code").loc["B1", ["official", "what_if", "difference"]].tolist() == [75, 100, 25]
