"""What a decision rests on, and every word with which one is refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.decision import Decision
from esi_toolkit.errors import ModerationError, Problem
from esi_toolkit.method.moderate import (
    as_calculated,
    check_decision,
    current_calculated,
    hash_figures,
    moderate,
    propose_decision,
    takes_back,
)
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

YES, NO = "sufficient", "poor"


@pytest.fixture
def card(make_framework, inspect) -> Scorecard:
    """A1 is well met, of one of two items and one of the NPD; B1 is a third, B2 has no answers."""
    framework = make_framework(
        {"A": {}, "B": {"B1": {"B1.1": 1}, "B2": {"B2.1": 1}, "B3": {"B3.1": 1}}},
        weights={"B": 1},
        rated={"A": {"A1": ["A1.1", "A1.2", "A1.3"], "A2": ["A2.1"]}},
        moderation={"ratings": 1, "scores": 10.0},
    )
    rows = [("A1", "A1.1", "strong", "area"), ("A1", "A1.3", "good", "NPD")]
    evidence = pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility"], dtype="str")
    answers = {"B1.1": [YES, NO, NO], "B3.1": [YES, YES, YES]}
    return score(framework, inspect(framework, answers, evidence=evidence))


def decide(card: Scorecard, criterion: str, adjusted: str) -> Decision:
    return propose_decision(card, criterion, adjusted, reason="Seen on site", author="Ann")


def values(table: pd.DataFrame) -> list[list]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def without_points(card: Scorecard) -> Scorecard:
    moderation = card.framework.moderation.model_copy(update={"scores": 0.0})
    return replace(card, framework=card.framework.model_copy(update={"moderation": moderation}))


SCALE = '["Very well met", "Well met", "Satisfactorily met", "Partly met", "Not met", "Poor"]'


@pytest.mark.parametrize(
    ("criterion", "figures"),
    [
        ("A1", f'["small", "A1", "Well met", [["A1.1", "strong", 1.0], ["A1.2", "", 1.0]], {SCALE}, 1]'),
        ("A2", f'["small", "A2", null, [["A2.1", "", 1.0]], {SCALE}, 1]'),
        ("B1", '["small", "B1", 33.333333333, [["B1.1", 3.0, 1.0, 1.0]], 10.0]'),
        ("B2", '["small", "B2", null, [["B2.1", 0.0, 0.0, 1.0]], 10.0]'),
    ],
)
def test_a_fingerprint_is_the_one_that_decisions_in_registers_were_recorded_with(card, criterion, figures):
    # Another one would make every decision that was ever recorded stale.
    assert hash_figures(card, criterion) == hashlib.sha256(figures.encode("utf-8")).hexdigest()


def test_an_item_that_does_not_weigh_is_no_part_of_a_fingerprint(card):
    trace = card.traces["A1"]
    weightless = replace(trace, items=trace.items.assign(weight=[1.0, 0.0, 1.0]))
    figures = f'["small", "A1", "Well met", [["A1.1", "strong", 1.0]], {SCALE}, 1]'
    without = replace(card, traces={**card.traces, "A1": weightless})
    assert hash_figures(without, "A1") == hashlib.sha256(figures.encode("utf-8")).hexdigest()


def test_all_that_speaks_against_several_decisions_is_said_at_once(card):
    decisions = [decide(card, "A1", "Poor"), decide(card, "B1", "44"), decide(card, "B3", "95")]
    with pytest.raises(ModerationError) as told:
        moderate(card, decisions)
    assert [problem.where for problem in told.value.problems] == ["decision on A1", "decision on B1"]


def test_codes_beyond_ascii_have_a_fingerprint_all_the_same(card):
    framework = card.framework.model_copy(update={"id": "größe"})
    figures = '["gr\\u00f6\\u00dfe", "B1", 33.333333333, [["B1.1", 3.0, 1.0, 1.0]], 10.0]'
    assert (
        hash_figures(replace(card, framework=framework), "B1") == hashlib.sha256(figures.encode()).hexdigest()
    )


def test_a_score_that_differs_in_its_last_digits_is_the_same_figure(card):
    def hashed(by: float) -> tuple[str, str]:
        criteria = card.criteria.assign(score=card.criteria["score"] + by)
        other = replace(card, criteria=criteria)
        return hash_figures(other, "B1"), current_calculated(other, "B1")

    assert hashed(1e-12) == hashed(0.0) == (hash_figures(card, "B1"), "33.333333333")
    assert hashed(1e-9)[0] != hash_figures(card, "B1")


def test_what_is_calculated_is_said_as_text_or_not_at_all(card):
    assert [current_calculated(card, code) for code in ("A1", "A2", "B1", "B2", "B3")] == [
        "Well met", "", "33.333333333", "", "100.0",
    ]  # fmt: skip
    adjusted = moderate(card, [decide(card, "B3", "95")])
    assert current_calculated(adjusted, "B3") == "100.0"


def test_a_proposed_decision_holds_what_it_was_given(card):
    assert decide(card, "A1", "Very well met") == Decision(
        "smallshire", "small", "A1", "Well met", "Very well met", "Seen on site", "Ann",
        hash_figures(card, "A1"), number=None, decided_at="",
    )  # fmt: skip


OTHER_CRITERIA = "use a code of the framework; a framework with other criteria needs an id of its own"


def test_a_criterion_that_is_unknown_is_refused_with_what_to_do(card):
    with pytest.raises(ModerationError) as told:
        decide(card, "?", "Met")
    expected = "a criterion of the framework"
    assert list(told.value.problems) == [Problem("decision", "'?'", expected, OTHER_CRITERIA)]
    recorded = replace(decide(card, "A1", "Well met"), criterion="?", number=3)
    assert check_decision(card, recorded) == [Problem("decision 3 on ?", "'?'", expected, OTHER_CRITERIA)]


def test_a_decision_of_elsewhere_is_refused_with_where_it_belongs(card):
    foreign = replace(decide(card, "A1", "Well met"), area="elsewhere", framework="esi")
    assert check_decision(card, foreign) == [
        Problem("decision on A1", "elsewhere, esi", "smallshire, small", "decide on the area's own figures")
    ]


def test_what_is_no_text_is_refused_before_anything_is_looked_up(card):
    for field in ("criterion", "adjusted"):
        [problem] = check_decision(card, replace(decide(card, "B1", "35"), **{field: 35.0}))
        assert problem.column == field


@pytest.mark.parametrize(
    ("criterion", "adjusted", "found", "expected", "fix"),
    [
        ("A2", "Well met", "no calculated rating", "a rating to adjust", "judge its items first"),
        (
            "A1", "Poor", "'Poor'", "at most 1 step from Well met",
            "choose among Very well met, Well met and Satisfactorily met",
        ),
        (
            "A1", "?", "'?'", "a rating of the framework",
            "use Very well met, Well met and Satisfactorily met",
        ),
        ("A1", "Weel met", "'Weel met'", "a rating of the framework", "did you mean 'Well met'?"),
        ("B2", "50", "no calculated score", "a score to adjust", "judge its cases first"),
        ("B1", "many", "'many'", "a number from 0 to 100", "write the plain number"),
        ("B3", "100.1", "'100.1'", "a number from 0 to 100", "write the plain number"),
        ("B1", "44", "'44'", "at most 10 points from 33.3", "choose a score nearer to it"),
        ("B1", "23", "'23'", "at most 10 points from 33.3", "choose a score nearer to it"),
    ],
)  # fmt: skip
def test_what_may_not_be_decided_is_refused_with_what_may(card, criterion, adjusted, found, expected, fix):
    refused = check_decision(card, decide(card, criterion, adjusted))
    assert refused == [Problem(f"decision on {criterion}", found, expected, fix)]


@pytest.mark.parametrize(
    ("criterion", "adjusted"),
    [("B3", "100"), ("B3", "90"), ("B1", "43.333333333"), ("B1", "23.333333333"), ("A1", "Well met")],
)
def test_what_may_just_be_decided_is_not_refused(card, criterion, adjusted):
    assert check_decision(card, decide(card, criterion, adjusted)) == []


def test_scores_that_may_not_be_adjusted_are_refused_with_what_to_do(card):
    fixed = without_points(card)
    assert check_decision(fixed, decide(fixed, "B1", "35")) == [
        Problem(
            "decision on B1",
            "a score to adjust",
            "a rating: the framework lets no score be adjusted",
            "adjust a criterion that is rated in words, or correct the judgements",
        )
    ]


def test_several_steps_are_said_in_the_plural(card):
    moderation = card.framework.moderation.model_copy(update={"ratings": 2})
    wider = replace(card, framework=card.framework.model_copy(update={"moderation": moderation}))
    [problem] = check_decision(wider, decide(wider, "A1", "Poor"))
    assert problem.expected == "at most 2 steps from Well met"


@pytest.mark.parametrize(("criterion", "calculated"), [("A1", "Well met"), ("A2", "nothing")])
def test_figures_of_another_day_are_refused_with_todays(card, criterion, calculated):
    decision = replace(decide(card, criterion, "Well met"), figures_hash="another")
    assert check_decision(card, decision)[0] == Problem(
        f"decision on {criterion}",
        "figures that are not those of today",
        f"a decision on what is calculated: {calculated}",
        "look at the figures and decide anew",
    )


@pytest.mark.parametrize(
    ("calculated", "adjusted", "back"),
    [
        ("72.0", "72", True),
        ("72.0", "72.1", False),
        ("Well met", "Well met", True),
        ("Well met", "Poor", False),
        ("", "50", False),
    ],
)
def test_a_decision_for_what_is_calculated_takes_back(calculated, adjusted, back):
    decision = Decision("smallshire", "small", "B1", calculated, adjusted, "Seen on site", "Ann", "")
    assert takes_back(decision) is back


def test_a_score_that_is_decided_as_calculated_is_not_adjusted(card):
    final = moderate(card, [decide(card, "B3", "100")])
    pdt.assert_frame_equal(final.criteria, card.criteria)
    assert [one.state for one in final.decisions] == ["applied"]


def test_ratings_and_scores_that_were_adjusted_all_come_back_as_calculated(card):
    decisions = [decide(card, "A1", "Very well met"), decide(card, "B1", "40"), decide(card, "B3", "90")]
    final = moderate(card, decisions)
    assert final.criteria["adjusted"].tolist() == [True, False, True, False, True]
    assert final.criteria["rating"].tolist()[0] == "Very well met"
    assert final.sections["score"].tolist()[1] == final.overall.score == pytest.approx(65)
    back = as_calculated(final)
    assert values(back.criteria) == values(card.criteria)
    assert back.criteria["score"].dtype == "float64"
    pdt.assert_frame_equal(back.sections, card.sections)
    assert (back.overall, back.decisions) == (card.overall, ())
    assert final.criteria["adjusted"].tolist() == [True, False, True, False, True]


def test_a_rating_alone_comes_back_as_calculated_and_leaves_the_scores(card):
    back = as_calculated(moderate(card, [decide(card, "A1", "Very well met")]))
    assert values(back.criteria) == values(card.criteria)
    assert (back.overall, back.decisions) == (card.overall, ())


def test_a_card_that_was_never_moderated_is_as_calculated(card):
    final = moderate(card, [decide(card, "A1", "Well met")])
    assert len(final.decisions) == 1
    assert as_calculated(final).decisions == ()
    pdt.assert_frame_equal(as_calculated(card).criteria, card.criteria)


def test_the_decision_after_one_that_is_superseded_or_stale_is_still_applied(card):
    stale = replace(decide(card, "B1", "40"), figures_hash="another")
    decisions = [
        decide(card, "A1", "Well met"),
        stale,
        decide(card, "A1", "Very well met"),
        decide(card, "B3", "95"),
    ]
    final = moderate(card, decisions)
    assert [one.state for one in final.decisions] == ["superseded", "stale", "applied", "applied"]
    assert [one.decision for one in final.decisions] == decisions
    assert final.criteria["adjusted"].tolist() == [True, False, False, False, True]
