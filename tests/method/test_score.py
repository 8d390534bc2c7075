"""Rules 2 to 7: from counted answers to question, criterion, section and overall scores."""

from __future__ import annotations

import json
import math

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.errors import InputError
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.score import Part, score, weighted_mean
from tests.method.conftest import criterion, question, section

GOOD, BAD, NOT_APPLICABLE, BLANK = "sufficient", "poor", "not applicable", ""
PUBLISHED = {
    "B1": 72, "B2": 96, "B3": 88, "B4": 97,
    "C1": 94, "C2": 84, "C3": 84, "C4": 86, "C5": 86,
    "D1": 67, "D2": 83, "D4": 87,
}  # fmt: skip
"""Criterion scores of County Durham 2004, as printed."""


@pytest.fixture
def score_criteria(esi, inspect):
    """Score the framework esi from criterion scores alone."""

    def make(scores: dict[str, float], framework=esi):
        table = pd.DataFrame(
            {"criterion": list(scores), "score": [float(value) for value in scores.values()]}
        )
        return score(framework, inspect(framework, criterion_scores=table))

    return make


# --- questions


def test_a_question_score_is_positive_over_relevant(score_answers):
    card = score_answers({"B1.1": [GOOD, "excellent", BAD, "insufficient", NOT_APPLICABLE]})
    assert question(card, "B1.1")["score"] == 50
    assert question(card, "B1.1")["relevant"] == 4


def test_a_question_relevant_to_no_case_has_no_score_and_never_nought(score_answers):
    card = score_answers({"B1.1": [NOT_APPLICABLE, NOT_APPLICABLE], "B1.2": [GOOD, BAD]})
    assert math.isnan(question(card, "B1.1")["score"])
    assert criterion(card)["score"] == 50


def test_a_missing_answer_is_counted_as_missing_and_not_as_not_applicable(score_answers):
    card = score_answers({"B1.1": [GOOD, BLANK, None, NOT_APPLICABLE, BAD]})
    counted = question(card, "B1.1")
    assert (counted["missing"], counted["not_applicable"], counted["relevant"]) == (2, 1, 2)
    assert counted["score"] == 50


def test_an_answer_outside_the_cases_asked_counts_and_hides_no_missing_one(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    asked = framework.sections[0].criteria[0].questions[0].model_copy(update={"asked_of": {"dv": ("yes",)}})
    framework = _with_question(framework, asked)
    cases = pd.DataFrame({"case_id": ["C1", "C2", "C3", "C4"], "dv": ["yes", "yes", "no", "no"]})
    card = score(framework, inspect(framework, {"B1.1": [GOOD, None, BAD]}, cases=cases))
    assert question(card, "B1.1")["asked"] == 2
    assert question(card, "B1.1")["missing"] == 1
    assert question(card, "B1.1")["score"] == 50


def _with_question(framework, changed):
    section_ = framework.sections[0]
    criterion_ = section_.criteria[0].model_copy(update={"questions": (changed,)})
    return framework.model_copy(
        update={"sections": (section_.model_copy(update={"criteria": (criterion_,)}),)}
    )


def test_only_the_first_named_assessor_counts(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    rows = [("C1", "B1.1", GOOD, "X"), ("C1", "B1.1", BAD, "Y"), ("C2", "B1.1", BAD, "Y")]
    cases = pd.DataFrame({"case_id": ["C1", "C2"]})
    card = score(framework, inspect(framework, cases=cases, rows=rows))
    assert (question(card, "B1.1")["positive"], question(card, "B1.1")["relevant"]) == (1, 2)


# --- criteria


def test_a_criterion_score_is_the_mean_of_its_questions_not_of_its_answers(score_answers):
    card = score_answers({"B1.1": [GOOD] * 4, "B1.2": [BAD, None, None, None]})
    assert criterion(card)["score"] == 50
    assert criterion(card)["pooled"] == 80


def test_question_weights_weigh(score_answers):
    card = score_answers({"B1.1": [GOOD], "B1.2": [BAD]}, {"B1.1": 3})
    assert criterion(card)["score"] == 75


def test_a_question_of_weight_nought_is_reported_and_not_scored(score_answers):
    card = score_answers({"B1.1": [GOOD], "B1.2": [BAD]}, {"B1.2": 0})
    assert question(card, "B1.2")["score"] == 0
    assert criterion(card)["score"] == 100
    assert criterion(card)["pooled"] == 100


def test_a_question_that_nobody_answered_leaves_its_weight_and_marks_the_criterion(score_answers):
    card = score_answers({"B1.1": [GOOD, BAD], "B1.2": [BLANK, BLANK]})
    assert criterion(card)["score"] == 50
    assert criterion(card)["incomplete"]
    assert criterion(card)["missing"] == "B1.2"


def test_a_question_that_concerned_nobody_leaves_the_criterion_complete(score_answers):
    card = score_answers({"B1.1": [GOOD, BAD], "B1.2": [NOT_APPLICABLE, NOT_APPLICABLE]})
    assert not criterion(card)["incomplete"]


def test_the_cases_of_a_criterion_are_those_with_a_relevant_answer_to_a_scored_question(score_answers):
    answers = {"B1.1": [GOOD, NOT_APPLICABLE, BLANK, None], "B1.2": [BAD, NOT_APPLICABLE, None, GOOD]}
    card = score_answers({**answers, "B1.3": [GOOD] * 4}, {"B1.3": 0})
    assert criterion(card)["cases"] == 2


# --- sections and overall


@pytest.mark.parametrize(
    ("code", "exact", "printed"), [("B", "87.0", 87), ("C", "86.9", 87), ("D", "78.2", 78)]
)
def test_the_published_sections_follow_from_the_published_criteria(score_criteria, code, exact, printed):
    value = section(score_criteria(PUBLISHED), code)["score"]
    assert str(round_half_up(value, 1)) == exact
    assert round_half_up(value) == printed


def test_the_published_overall_follows_from_the_published_criteria(score_criteria):
    overall = score_criteria(PUBLISHED).overall
    assert str(round_half_up(overall.score, 1)) == "84.3"
    assert not overall.incomplete


@pytest.mark.parametrize(("code", "printed"), [("B", 48), ("C", 56), ("D", 38)])
def test_the_published_thematic_ratings_follow_by_the_same_weights(score_criteria, code, printed):
    scores = {
        "B1": 40,
        "B2": 60,
        "B3": 38,
        "B4": 59,
        "C1": 74,
        "C2": 62,
        "C3": 60,
        "C4": 51,
        "C5": 31,
        "D1": 38,
    }
    card = score_criteria(scores, load_framework("esi-dv"))
    assert round_half_up(section(card, code)["score"]) == printed
    assert card.overall.score is None


def test_a_critical_criterion_weighs_twice_an_important_one(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}, "B2": {"B2.1": 1}}}, important=["B2"])
    card = score(framework, inspect(framework, {"B1.1": [GOOD], "B2.1": [BAD]}))
    assert section(card, "B")["score"] == pytest.approx(200 / 3)


def test_a_criterion_rated_in_words_stays_out_of_the_scores(make_framework, inspect):
    framework = make_framework({"D": {"D1": {"D1.1": 1}}}, weights={"D": 1}, rated={"D": {"D3": ["D3.1"]}})
    evidence = pd.DataFrame([("D3", "D3.1", "unsatisfactory", "area")], columns=_EVIDENCE)
    card = score(framework, inspect(framework, {"D1.1": [GOOD]}, evidence=evidence))
    assert card.overall.score == 100
    assert criterion(card, "D3")["rating"] == "Poor"
    assert math.isnan(criterion(card, "D3")["score"])


_EVIDENCE = ["criterion", "item", "level", "responsibility"]


def test_section_weights_weigh_and_a_section_without_weight_stays_out(make_framework, inspect):
    sections = {"B": {"B1": {"B1.1": 1}}, "C": {"C1": {"C1.1": 1}}, "E": {"E1": {"E1.1": 1}}}
    framework = make_framework(sections, weights={"B": 30, "C": 10})
    card = score(framework, inspect(framework, {"B1.1": [GOOD], "C1.1": [BAD], "E1.1": [BAD]}))
    assert card.overall.score == 75
    assert section(card, "E")["score"] == 0


def test_a_framework_without_section_weights_has_no_overall_score(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    card = score(framework, inspect(framework, {"B1.1": [GOOD]}))
    assert card.overall.score is None
    assert not card.overall.incomplete


def test_a_missing_criterion_leaves_its_weight_to_the_others_and_is_named(score_criteria):
    scores = {code: value for code, value in PUBLISHED.items() if code != "D2"}
    card = score_criteria(scores)
    assert section(card, "D")["score"] == 77
    assert (section(card, "D")["incomplete"], section(card, "D")["missing"]) == (True, "D2")
    assert (card.overall.incomplete, card.overall.missing) == (True, ("D2",))
    assert not section(card, "B")["incomplete"]


def test_a_missing_section_leaves_its_weight_to_the_others_and_is_named(score_criteria):
    card = score_criteria({"B1": 80, "B2": 80, "B3": 80, "B4": 80, "D1": 50, "D2": 50, "D4": 50})
    assert card.overall.score == 65
    assert card.overall.missing == ("C",)
    assert math.isnan(section(card, "C")["score"])


def test_an_area_without_any_judgement_has_no_score_anywhere(esi, inspect):
    card = score(esi, inspect(esi))
    assert card.level == "nothing"
    assert card.overall.score is None
    assert card.criteria["score"].isna().all()
    assert card.criteria["rating"].isna().all()
    assert card.overall.incomplete


def test_a_heading_without_answers_is_unanswered_and_not_nought(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}}, weights={"B": 1})
    card = score(framework, inspect(framework, {"B1.1": [None, None]}))
    assert card.overall.score is None
    assert question(card, "B1.1")["missing"] == 2


# --- levels


def test_question_counts_give_the_same_scores_as_the_answers_they_count(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1, "B1.2": 2}}}, weights={"B": 1})
    answers = {"B1.1": [GOOD, GOOD, BAD], "B1.2": [BAD, GOOD, NOT_APPLICABLE]}
    counts = pd.DataFrame({"question": ["B1.1", "B1.2"], "relevant": [3.0, 2.0], "positive": [2.0, 1.0]})
    by_answers = score(framework, inspect(framework, answers))
    by_counts = score(framework, inspect(framework, question_counts=counts))
    assert by_counts.level == "question counts"
    assert by_counts.overall == by_answers.overall
    assert pd.isna(question(by_counts, "B1.1")["missing"])


def test_a_question_without_counts_leaves_its_weight_and_marks_the_criterion(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1, "B1.2": 1}}})
    counts = pd.DataFrame({"question": ["B1.1"], "relevant": [4.0], "positive": [1.0]})
    card = score(framework, inspect(framework, question_counts=counts))
    assert criterion(card)["score"] == 25
    assert criterion(card)["missing"] == "B1.2"


def test_the_level_that_was_used_is_said(esi, inspect, score_criteria):
    assert score_criteria(PUBLISHED).level == "criterion scores"
    assert score(esi, inspect(esi, {"B2.1": [GOOD]})).level == "judgements"


# --- as a whole


def test_an_inspection_read_for_another_framework_is_refused(esi, inspect):
    with pytest.raises(InputError, match="an inspection read for esi, expected one read for esi-dv"):
        score(load_framework("esi-dv"), inspect(esi))


def test_scoring_changes_nothing_that_it_was_given(esi, durham):
    tables = {name: value for name, value in vars(durham).items() if isinstance(value, pd.DataFrame)}
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    rules = esi.model_dump_json()
    score(esi, durham)
    for name, table in tables.items():
        pdt.assert_frame_equal(table, before[name])
    assert esi.model_dump_json() == rules


def test_a_mean_of_full_marks_is_full_marks_and_not_a_hair_more():
    parts = [Part(str(i), 100.0, weight) for i, weight in enumerate([0.1, 0.7, 1.3])]
    assert weighted_mean(parts).score == 100


def test_parts_of_weight_nought_neither_count_nor_are_missed():
    assert weighted_mean([Part("a", 50, 1), Part("b", math.nan, 0)]) == (50, ())
    assert math.isnan(weighted_mean([Part("a", 50, 0)]).score)


def test_the_json_keeps_the_contract(esi, durham):
    card = score(esi, durham).to_json()
    assert json.loads(json.dumps(card, allow_nan=False)) == card
    assert (card["area"], card["framework"]) == ("county-durham", "esi")
    assert set(card["overall"]) >= {"score", "incomplete"}
    assert card["sections"]["B"]["weight"] == 30
    assert card["sections"]["A"]["score"] is None
    assert card["criteria"]["B1"]["importance"] == "critical"
    assert set(card["criteria"]["A1"]) >= {"rating", "calculated", "decided_by"}
    assert set(card["questions"]["B1.1"]) >= {"relevant", "positive", "missing", "score"}
    assert isinstance(card["questions"]["B1.1"]["relevant"], int)


def test_the_json_says_null_where_there_is_no_score_or_rating(esi, inspect):
    card = score(esi, inspect(esi)).to_json()
    assert card["overall"]["score"] is None
    assert card["criteria"]["B1"]["score"] is None
    assert card["criteria"]["A1"]["rating"] is None
    assert card["questions"]["B1.1"]["relevant"] is None


def test_the_overall_names_what_is_missing_in_every_section(score_criteria):
    card = score_criteria({code: value for code, value in PUBLISHED.items() if code not in ("B4", "D2")})
    assert card.overall.missing == ("B4", "D2")


def test_one_case_for_which_a_question_does_not_apply_makes_it_complete(score_answers):
    assert criterion(score_answers({"B1.1": [GOOD], "B1.2": [NOT_APPLICABLE]}))["missing"] == ""
    assert criterion(score_answers({"B1.1": [GOOD], "B1.2": [BLANK]}))["missing"] == "B1.2"


def test_published_counts_of_no_relevant_case_are_complete(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1, "B1.2": 1}}})
    table = pd.DataFrame({"question": ["B1.1", "B1.2"], "relevant": [10.0, 0.0], "positive": [5.0, 0.0]})
    card = score(framework, inspect(framework, question_counts=table))
    assert (criterion(card)["score"], criterion(card)["pooled"], criterion(card)["missing"]) == (50, 50, "")


def test_a_framework_without_questions_is_scored_all_the_same(make_framework, inspect):
    framework = make_framework({"A": {}}, rated={"A": {"A1": ["A1.1"]}})
    card = score(framework, inspect(framework, cases=pd.DataFrame({"case_id": ["C1"]}, dtype="str")))
    assert len(card.questions) == 0
    assert card.overall.score is None


def test_another_reading_of_the_rules_reaches_the_ratings(make_framework, inspect):
    framework = make_framework({"A": {}}, rated={"A": {"A1": ["A1.1", "A1.2"]}})
    rows = [("A1", "A1.1", "good", "area"), ("A1", "A1.2", "unsatisfactory", "area")]
    evidence = pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility"], dtype="str")
    inspection = inspect(framework, evidence=evidence)
    assert criterion(score(framework, inspection), "A1")["rating"] == "Not met"
    assert criterion(score(framework, inspection, reading="literal"), "A1")["rating"] == "Poor"


def test_what_to_do_about_another_framework_is_said(esi, inspect):
    with pytest.raises(InputError) as raised:
        score(load_framework("esi-dv"), inspect(esi, {}))
    [problem] = raised.value.problems
    assert (problem.where, problem.fix) == ("smallshire", "load it with this framework")
