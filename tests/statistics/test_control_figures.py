"""Official figures from few cases stay in the house, and do not follow from the scores that go out."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esi_toolkit.data.framework import Display
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.agreement import measure_agreement
from esi_toolkit.statistics.certainty import assess_certainty
from esi_toolkit.statistics.compare_areas import compare_areas
from esi_toolkit.statistics.disclosure.control import control_groups
from esi_toolkit.statistics.disclosure.control_certainty import withhold_certainty
from esi_toolkit.statistics.disclosure.control_figures import withhold_figures
from esi_toolkit.statistics.disclosure.control_inspection import shown_caseload, withhold_surroundings
from tests.statistics.conftest import card_of, make_cases, make_framework

WEIGHTS = {"B1": [1, 2, 1], "B2": [1, 1], "C1": [1, 1]}
TWO = make_framework(
    {
        "B": (30, {"B1": ("critical", WEIGHTS["B1"]), "B2": ("important", WEIGHTS["B2"])}),
        "C": (70, {"C1": ("critical", WEIGHTS["C1"])}),
    }
)
QUESTIONS = [question.id for question in TWO.questions]
LIMITS = Display(suppress_below=5, few_below=10, unreliable_below=30)


def card(counts: dict[str, tuple[int, int]]) -> Scorecard:
    """A scorecard from {question: (positive, relevant)}; the others are 20 of 40."""
    rows = [(code, *counts.get(code, (20, 40))) for code in QUESTIONS]
    return card_of(TWO, question_counts=pd.DataFrame(rows, columns=["question", "positive", "relevant"]))


def test_a_question_of_few_cases_has_neither_counts_nor_score():
    shown = withhold_figures(card({"B1.1": (2, 4)}))
    row = shown.questions.set_index("question").loc[
        "B1.1", ["relevant", "positive", "not_applicable", "score"]
    ]
    assert row.isna().all()
    assert "B1.1" in shown.withheld


def test_nothing_is_withheld_from_five_cases_on_or_with_a_limit_of_nought():
    enough = card({"B1.1": (0, 5)})
    assert withhold_figures(enough) is enough
    few = card({"B1.1": (1, 1)})
    off = TWO.model_copy(update={"display": TWO.display.model_copy(update={"suppress_below": 0})})
    assert not withhold_figures(Scorecard(**{**vars(few), "framework": off})).withheld


def test_what_is_public_already_stays():
    assert withhold_figures(card({"B1.1": (2, 4)}), ["B1.1"]).withheld == frozenset()


def test_the_scores_above_a_withheld_question_are_as_printed_and_the_others_unrounded():
    full = card({"B1.1": (2, 4), "C1.1": (1, 7)})
    shown = withhold_figures(full)
    assert shown.criteria.set_index("criterion").loc["B1", "score"] == 50
    assert shown.criteria.set_index("criterion")["pooled"].isna().to_dict() == {
        "B1": True,
        "B2": False,
        "C1": False,
    }
    before, after = (one.criteria.set_index("criterion").loc["C1", "score"] for one in (full, shown))
    assert before == after != round(before)
    assert shown.overall.score == float(round_half_up(full.overall.score))


def test_an_area_with_few_cases_in_all_shows_no_score():
    cases = pd.DataFrame({"case_id": ["a", "b", "c"], "risk_of_harm": "low", "assessor": "inspector"})
    answers = cases[["case_id"]].merge(pd.DataFrame({"question": QUESTIONS}), how="cross")
    judged = card_of(
        TWO, cases=cases, judgements=answers.assign(judgement="poor", counts=True, assessor_id="")
    )
    shown = withhold_figures(judged)
    assert (shown.cases, shown.overall.score) == (None, None)
    assert shown.criteria["score"].isna().all()
    assert shown.sections["score"].isna().all()


def test_one_question_alone_takes_the_scores_with_it_that_would_tell():
    alone = make_framework({"B": (1, {"B1": ("critical", [1])})})
    counts = pd.DataFrame({"question": ["B1.1"], "positive": [1], "relevant": [3]})
    assert withhold_figures(card_of(alone, question_counts=counts)).withheld == {"B1.1", "B1", "B", "overall"}


def test_a_withheld_criterion_takes_another_with_it_and_leaves_the_overall():
    frame = make_framework({"B": (1, {name: ("critical", [1]) for name in ("B1", "B2", "B3")})})
    rows = [("B1.1", 1, 3), ("B2.1", 20, 40), ("B3.1", 8, 16)]
    counts = pd.DataFrame(rows, columns=["question", "positive", "relevant"])
    shown = withhold_figures(card_of(frame, question_counts=counts))
    assert shown.withheld == {"B1.1", "B1", "B2.1", "B2"}
    assert shown.overall.score is not None


def scores(questions: dict[str, Fraction]) -> dict[str, Fraction]:
    """The nested means on paper, in exact fractions, of the framework above."""
    found = {}
    for criterion, weights in WEIGHTS.items():
        own = [questions[f"{criterion}.{i}"] * weight for i, weight in enumerate(weights, 1)]
        found[criterion] = sum(own) / sum(weights)
    found["B"] = (2 * found["B1"] + found["B2"]) / 3
    found["C"] = found["C1"]
    found["overall"] = Fraction(3, 10) * found["B"] + Fraction(7, 10) * found["C"]
    return found


def whole(score: Fraction) -> int:
    return (200 * score.numerator + score.denominator) // (2 * score.denominator)


@settings(max_examples=40, deadline=None)
@given(
    data=st.data(),
    small=st.sampled_from([("B1.1",), ("B1.2",), ("B2.1",), ("C1.1",), ("B1.1", "B1.3"), ("B1.1", "C1.2")]),
)
def test_nobody_who_tries_every_count_can_tell_a_small_one(data, small):
    counts = {}
    for code in QUESTIONS:
        relevant = data.draw(st.integers(1, 4) if code in small else st.integers(5, 30))
        counts[code] = (data.draw(st.integers(0, relevant)), relevant)
    refuse_to_tell(counts, small)


def test_a_possibility_that_would_be_rounded_up_is_none():
    # With 1 of 2 and 23 of 23 the overall would be 10.5 and print as 11, so that 2 of 3 alone would be left.
    noughts = dict.fromkeys(["B1.1", "B2.1", "C1.1", "C1.2"], (0, 5))
    refuse_to_tell({"B1.2": (2, 3), "B1.3": (15, 23), "B2.2": (1, 10), **noughts}, ["B1.2"])


def refuse_to_tell(counts, small):
    """Try every count that could stand behind the printed scores: two at least must be left of each kind."""
    shown = withhold_figures(card(counts))
    assert set(small) <= shown.withheld
    printed = scores({code: Fraction(k, n) for code, (k, n) in counts.items()})
    printed = {code: whole(score) for code, score in printed.items() if code not in shown.withheld}
    hidden = [code for code in QUESTIONS if code in shown.withheld]
    choices = [
        [(k, n) for n in range(1, 5) for k in range(n + 1)]
        if code in small
        else [(k, counts[code][1]) for k in range(counts[code][1] + 1)]
        for code in hidden
    ]
    if math.prod(map(len, choices)) >= 20_000:
        return  # too many to try in a test
    possible = []
    for guess in product(*choices):
        table = counts | dict(zip(hidden, guess, strict=True))
        found = scores({code: Fraction(k, n) for code, (k, n) in table.items()})
        if all(whole(found[code]) == value for code, value in printed.items()):
            possible.append(table)
    for code in small:
        assert len({table[code][0] for table in possible}) > 1, (code, counts)
        assert len({table[code][1] for table in possible}) > 1, (code, counts)


def test_factors_of_few_cases_and_answers_of_few_offenders_are_withheld():
    few = Inspection(
        Area(id="a", name="A", framework=TWO.id), TWO.id, "0" * 64,
        cases=pd.DataFrame({"case_id": [f"c{i}" for i in range(100)]}),
        criminogenic_factors=pd.DataFrame(
            {"factor": list("abcde"), "percent_of_cases": [0.0, 4, 5, 96, 100]}
        ),
        feedback=pd.DataFrame(
            {"question": ["p", "q"], "percent_positive": [50.0, 60], "respondents": [4, 5]}
        ),
    )  # fmt: skip
    shown = withhold_surroundings(few, LIMITS)
    assert shown.criminogenic_factors["withheld"].tolist() == [False, True, False, True, False]
    assert shown.criminogenic_factors["percent_of_cases"].isna().tolist() == [False, True, False, True, False]
    assert shown.feedback["withheld"].tolist() == [True, False]
    assert shown.feedback["respondents"].isna().tolist() == [True, False]


def test_without_a_list_of_cases_a_share_tells_no_number():
    factors = pd.DataFrame({"factor": ["a"], "percent_of_cases": [1.0]})
    bare = Inspection(
        Area(id="a", name="A", framework=TWO.id), TWO.id, "0" * 64, criminogenic_factors=factors
    )
    assert not withhold_surroundings(bare, LIMITS).criminogenic_factors["withheld"].any()


def test_a_small_part_of_the_caseload_is_withheld_with_another():
    assert shown_caseload({"low": 40, "high": 9, "very high": 2}, LIMITS) == {
        "low": 40,
        "high": None,
        "very high": None,
    }
    assert shown_caseload({}, LIMITS) == {}


def judged_area(name: str, cases: int, rng) -> Inspection:
    table, judgements = make_cases(TWO, rng, cases=cases, high=cases // 5)
    if cases > 20:
        few = judgements["case_id"].isin(table["case_id"].head(3))
        judgements = judgements[(judgements["question"] != "B1.1") | few]
    area = Area(id=name, name=name, framework=TWO.id)
    return Inspection(area, TWO.id, "0" * 64, cases=table, judgements=judgements.assign(assessor_id=""))


def test_a_comparison_is_of_the_areas_that_show_a_score_and_of_what_they_show(rng):
    inspections = [judged_area("large", 60, rng), judged_area("tiny", 4, rng), judged_area("even", 15, rng)]
    full = [score(TWO, one) for one in inspections]
    shown = [withhold_figures(one) for one in full]
    whole, out = (
        compare_areas(full, inspections, shown=cards, replicates=50).areas.set_index("area")
        for cards in (None, shown)
    )
    assert out.loc["large", "score"] == round(whole.loc["large", "score"]) != whole.loc["large", "score"]
    assert (out.loc["large", ["low", "high"]] % 1 == 0).all()
    assert out.loc["tiny", ["score", "cases", "low", "high", "rank"]].isna().all()
    assert out.loc["tiny", "outside"] == "no score"
    pd.testing.assert_series_equal(
        out.loc["even", ["score", "low", "high"]], whole.loc["even", ["score", "low", "high"]]
    )
    without = compare_areas([full[0], full[2]], [inspections[0], inspections[2]], replicates=50).areas
    ranks = ["rank", "rank_low", "rank_high", "ranked", "target", "tau"]
    for area, row in without.set_index("area")[ranks].iterrows():
        assert out.loc[area, ranks].tolist() == row.tolist()
    pooled = compare_areas(full, inspections, shown=shown, replicates=50).questions.set_index("question")
    assert pooled.loc["B1.1", "relevant"] == full[2].questions.set_index("question").loc["B1.1", "relevant"]


@pytest.fixture
def few_answered(rng):
    """An inspection in which B1.1 was relevant to three cases, and its scorecard."""
    cases, judgements = make_cases(TWO, rng, cases=60, high=12)
    keep = (judgements["question"] != "B1.1") | judgements["case_id"].isin(cases["case_id"].head(3))
    area = Inspection(
        Area(id="a", name="A", framework=TWO.id), TWO.id, "0" * 64, cases=cases,
        judgements=judgements[keep].assign(assessor_id=""),
    )  # fmt: skip
    return area, card_of(TWO, cases=cases, judgements=area.judgements)


@pytest.fixture
def whole_certainty(few_answered):
    area, full = few_answered
    return assess_certainty(full, area, replicates=50)


@pytest.fixture
def certain(few_answered, whole_certainty):
    area, full = few_answered
    groups = control_groups(TWO, {"a": area}, ["assessor"])
    shown = withhold_figures(full)
    return shown, withhold_certainty(whole_certainty, shown, groups)


def test_what_stands_beside_the_scores_tells_no_more_than_they(certain):
    shown, certainty = certain
    assert {"B1.1"} < shown.withheld
    intervals = certainty.intervals.set_index("code")
    for code in ("overall", "B", "B1"):
        figures = intervals.loc[code, ["score", "low", "high"]]
        assert (figures == figures.round()).all()
    assert not (intervals.loc["C1", ["low", "high"]] % 1 == 0).all()
    from_answers = certainty.otherwise[certainty.otherwise["way"].isin(["pooled", "questions"])]
    assert "C1" in set(from_answers["code"])
    assert not {"B1", "B", "overall"} & set(from_answers["code"])
    criterion = certainty.effects.set_index("code")
    assert criterion.loc["B1", "room"] == pytest.approx(
        criterion.loc["B1", "effect"] * (100 - intervals.loc["B1", "score"])
    )


def test_what_moves_the_score_is_what_moves_the_whole_one(certain, whole_certainty):
    shown, certainty = certain
    whole = whole_certainty.effects.set_index("code")["effect"]
    assert certainty.effects.set_index("code")["effect"].to_dict() == pytest.approx(
        whole.drop(list(shown.withheld & set(whole.index))).to_dict()
    )
    assert certainty.weights == tuple(map(round, whole_certainty.weights))


def test_leaving_one_out_is_not_said_where_the_largest_change_would_tell(certain, whole_certainty):
    shown, _ = certain
    full = whole_certainty.without
    swapped = full.assign(code=full["code"].replace({"B1.3": "C1.1", "C1.1": "B1.3"}))
    groups = control_groups(TWO, {}, ["assessor"])
    for table in (full, swapped):
        largest = table[table["level"] == "question"].iloc[0]
        own = withhold_certainty(replace(whole_certainty, without=table), shown, groups).without
        kept = own[own["level"] == "question"]
        assert kept.empty == largest["code"].startswith("B1")
        if len(kept):
            assert kept.iloc[0]["change"] == largest["change"]


def test_a_question_asked_of_few_and_relevant_to_none_does_not_say_of_how_many():
    full = card({"B1.1": (0, 0), "B1.2": (0, 0)})
    asked = full.questions.assign(not_applicable=[3.0, 5.0, 7, 7, 7, 7, 7], missing=[1.0, 0, 0, 0, 0, 0, 0])
    shown = withhold_figures(replace(full, questions=asked)).questions
    assert math.isnan(shown["not_applicable"][0])
    assert shown["not_applicable"][1:].tolist() == [5, 7, 7, 7, 7, 7]
    assert asked["not_applicable"][0] == 3


@pytest.mark.parametrize(("twice", "shown"), [(4, False), (5, True)])
def test_what_two_assessors_answered_differently_is_said_only_of_enough_cases(certain, twice, shown):
    answers = pd.DataFrame({"question": ["B1.1"], "pairs": [300], "disagreed": [1]})
    agreement = measure_agreement(["p"] * 300, ["p"] * 299 + ["n"])
    card_shown, certainty = certain
    known = replace(certainty, agreement=agreement, assessed_twice=twice, disagreed=answers)
    area = Inspection(Area(id="a", name="A", framework=TWO.id), TWO.id, "0" * 64)
    found = withhold_certainty(known, card_shown, control_groups(TWO, {"a": area}, ["assessor"]))
    assert (found.agreement is not None) == shown
    assert len(found.disagreed) == shown


def test_the_scorecard_without_them_is_plain_json():
    text = json.dumps(withhold_figures(card({"B1.1": (2, 4)})).to_json(), allow_nan=False)
    assert '"B1.1": {"relevant": null, "positive": null' in text
