"""The lead inspector's discretion: what may be decided, what is applied, and what has gone stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esi_toolkit.data.decision import Decision
from esi_toolkit.errors import ModerationError
from esi_toolkit.method.moderate import (
    allowed_ratings,
    as_calculated,
    check_decision,
    hash_figures,
    moderate,
    propose_decision,
)
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

YES, NO = "sufficient", "insufficient"
MakeCard = Callable[..., Scorecard]


@pytest.fixture(scope="module")
def make_card(make_framework, inspect) -> MakeCard:
    """A1 is "Well met" from two strong items; B1 is 50 and B2 100, which makes 75 of B and of the overall."""

    def make(
        levels: tuple[str, str] = ("strong", "strong"),
        answers: tuple[str, ...] = (YES, NO),
        points: float = 0,
        steps: int = 1,
        **others: object,
    ) -> Scorecard:
        framework = make_framework(
            {"A": {}, "B": {"B1": {"B1.1": 1, "B1.2": 1}, "B2": {"B2.1": 1}}},
            weights={"B": 1.0},
            rated={"A": {"A1": ["A1.1", "A1.2", "A1.3"]}},
            moderation={"ratings": steps, "scores": float(points)},
            **others,
        )
        return score(framework, inspect(framework, _answers(answers), evidence=_evidence(*levels)))

    return make


def _answers(b1: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {"B1.1": b1, "B1.2": b1[::-1], "B2.1": (YES,) * len(b1)}


def _evidence(first: str, second: str, excluded: str = "good") -> pd.DataFrame:
    rows = [("A1", "A1.1", first, "area"), ("A1", "A1.2", second, "area"), ("A1", "A1.3", excluded, "NPD")]
    return pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility"], dtype="str")


def decide(card: Scorecard, criterion: str = "A1", adjusted: str = "Very well met", **texts: str) -> Decision:
    return propose_decision(
        card, criterion, adjusted, **({"reason": "Seen on site", "author": "Ann"} | texts)
    )


def row_of(card: Scorecard, criterion: str) -> dict:
    return card.criteria.set_index("criterion").loc[criterion].to_dict()


def states(card: Scorecard) -> list[str]:
    return [one.state for one in card.decisions]


def messages(card: Scorecard, decision: Decision) -> list[str]:
    return [str(problem) for problem in check_decision(card, decision)]


def test_the_final_rating_stands_beside_the_calculated_one(make_card):
    card = make_card()
    final = row_of(moderate(card, [decide(card)]), "A1")
    assert (final["rating"], final["calculated"], final["adjusted"]) == ("Very well met", "Well met", True)


def test_nothing_is_changed_by_no_decisions_and_nothing_ever_in_the_scorecard_that_was_given(make_card):
    card = make_card()
    before = card.criteria.copy(deep=True)
    moderate(card, [decide(card)])
    pd.testing.assert_frame_equal(card.criteria, before)
    same = moderate(card, [])
    pd.testing.assert_frame_equal(same.criteria, before)
    pd.testing.assert_frame_equal(same.sections, card.sections)
    assert (same.overall, same.decisions) == (card.overall, ())


def test_a_decision_says_on_what_it_was_taken(make_card):
    decision = decide(make_card())
    assert (decision.area, decision.framework, decision.criterion) == ("smallshire", "small", "A1")
    assert (decision.calculated, decision.adjusted) == ("Well met", "Very well met")
    assert decision.figures_hash == hash_figures(make_card(), "A1")


def test_a_rating_leaves_sections_and_the_overall_as_they_are(make_card):
    card = make_card()
    final = moderate(card, [decide(card)])
    pd.testing.assert_frame_equal(final.sections, card.sections)
    assert final.overall == card.overall


@pytest.mark.parametrize(
    ("calculated", "steps", "allowed"),
    [
        ("Very well met", 1, ("Very well met", "Well met")),
        ("Well met", 1, ("Very well met", "Well met", "Satisfactorily met")),
        ("Poor", 1, ("Not met", "Poor")),
        ("Well met", 2, ("Very well met", "Well met", "Satisfactorily met", "Partly met")),
        ("Well met", 0, ("Well met",)),
        ("", 1, ()),
    ],
)
def test_a_rating_moves_as_many_steps_as_the_framework_says_and_not_off_the_scale(
    make_card, calculated, steps, allowed
):
    assert allowed_ratings(make_card(steps=steps).framework, calculated) == allowed


def test_a_step_too_far_is_refused_with_what_may_be_chosen(make_card):
    card = make_card()
    too_far = decide(card, adjusted="Partly met")
    assert messages(card, too_far) == [
        "decision on A1: found 'Partly met', expected at most 1 step from Well met;"
        " choose among Very well met, Well met and Satisfactorily met"
    ]
    with pytest.raises(ModerationError, match="at most 1 step from Well met"):
        moderate(card, [too_far])
    wider = make_card(steps=2)
    assert messages(wider, decide(wider, adjusted="Partly met")) == []


def test_a_word_that_is_no_rating_is_refused_with_the_nearest_one(make_card):
    card = make_card()
    [problem] = messages(card, decide(card, adjusted="very wel met"))
    assert problem.endswith("expected a rating of the framework; did you mean 'Very well met'?")


def test_everything_that_speaks_against_decisions_is_said_at_once(make_card):
    card = make_card()
    wrong = [
        decide(card, adjusted="Poor", reason=" \n", author=""),
        replace(decide(card), criterion="A9"),
        decide(card, "B1", "75"),
    ]
    with pytest.raises(ModerationError) as told:
        moderate(card, wrong)
    found = [problem.found for problem in told.value.problems]
    assert found == ["no reason", "no author", "'Poor'", "'A9'", "a score to adjust"]
    assert told.value.exit_code == 5


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\u200b", "\ufeff \u2060", None])
@pytest.mark.parametrize("field", ["reason", "author"])
def test_a_reason_and_an_author_that_nobody_can_see_are_missing(make_card, field, nothing):
    card = make_card()
    assert messages(card, replace(decide(card), **{field: nothing})) == [
        f"decision on A1, column {field}: found no {field}, expected "
        + {"reason": "a reason; say why", "author": "an author; say who decides"}[field]
    ]


@pytest.mark.parametrize("short", ["x", "ok.", "☂", "是"])
def test_a_reason_may_be_short(make_card, short):
    card = make_card()
    assert messages(card, decide(card, reason=short)) == []


def test_what_is_no_text_is_refused_in_words(make_card):
    card = make_card(points=10)
    assert messages(card, replace(decide(card, "B1", "55"), adjusted=55.0)) == [
        "decision on B1, column adjusted: found something that is no text, expected text; put it in quotes"
    ]


def test_an_unknown_criterion_is_refused_when_proposed_checked_and_applied(make_card):
    card = make_card()
    unknown = replace(decide(card), criterion="a1")
    with pytest.raises(ModerationError, match="found 'Z9', expected a criterion of the framework"):
        decide(card, "Z9")
    assert messages(card, unknown)[0].endswith("a criterion of the framework; did you mean 'A1'?")
    with pytest.raises(ModerationError, match="decision on a1"):
        moderate(card, [unknown])


def test_a_decision_of_another_area_or_framework_is_passed_over_and_cannot_be_recorded_here(make_card):
    card = make_card()
    for others in ({"area": "elsewhere"}, {"framework": "esi-dv"}):
        foreign = replace(decide(card), **others)
        assert moderate(card, [foreign]).decisions == ()
        assert messages(card, foreign)[0].endswith("decide on the area's own figures")


def test_a_later_decision_supersedes_an_earlier_one_and_both_are_shown(make_card):
    card = make_card()
    final = moderate(card, [decide(card), decide(card, adjusted="Satisfactorily met")])
    assert states(final) == ["superseded", "applied"]
    assert row_of(final, "A1")["rating"] == "Satisfactorily met"


def test_deciding_for_the_calculated_rating_takes_an_adjustment_back(make_card):
    card = make_card()
    final = moderate(card, [decide(card), decide(card, adjusted="Well met")])
    assert states(final) == ["superseded", "applied"]
    assert (row_of(final, "A1")["rating"], row_of(final, "A1")["adjusted"]) == ("Well met", False)


def test_a_superseded_decision_need_not_be_allowed_any_more(make_card):
    card = make_card()
    assert states(moderate(card, [decide(card, adjusted="Poor"), decide(card)])) == ["superseded", "applied"]


def test_a_decision_on_figures_that_have_changed_is_shown_and_not_applied_until_confirmed(make_card):
    before, after = make_card(), make_card(levels=("very strong", "strong"))
    taken = decide(before)
    assert row_of(after, "A1")["rating"] == "Well met"  # the rating is the same, what it rests on is not
    stale = moderate(after, [taken])
    assert states(stale) == ["stale"]
    assert (row_of(stale, "A1")["rating"], row_of(stale, "A1")["adjusted"]) == ("Well met", False)
    confirmed = moderate(after, [taken, decide(after)])
    assert states(confirmed) == ["superseded", "applied"]
    assert row_of(confirmed, "A1")["rating"] == "Very well met"


def test_a_stale_decision_does_not_bring_the_one_before_it_back(make_card):
    first, second = make_card(), make_card(levels=("very strong", "strong"))
    both = [decide(first), decide(second, adjusted="Satisfactorily met")]
    assert states(moderate(first, both)) == ["superseded", "stale"]


def test_figures_that_come_back_make_a_decision_hold_again(make_card):
    taken = decide(make_card())
    assert states(moderate(make_card(levels=("good", "strong")), [taken])) == ["stale"]
    assert states(moderate(make_card(), [taken])) == ["applied"]


def test_a_stale_decision_stops_nothing_even_where_it_would_not_be_allowed_today(make_card):
    taken = decide(make_card(), adjusted="Very well met")
    worse = make_card(levels=("unsatisfactory", "unsatisfactory"))
    assert states(moderate(worse, [taken])) == ["stale"]
    assert states(moderate(make_card(steps=0), [taken])) == ["stale"]


@pytest.mark.parametrize("others", [{"version": "2"}, {"title": "Another title"}, {"source": "Elsewhere"}])
def test_what_a_decision_does_not_rest_on_makes_it_no_staler(make_card, others):
    assert states(moderate(make_card(**others), [decide(make_card())])) == ["applied"]


def test_an_item_that_does_not_count_and_the_answers_to_questions_leave_a_rating_as_it_is(make_card, inspect):
    card = make_card()
    other = inspect(card.framework, _answers((NO, NO)), evidence=_evidence("strong", "strong", "very strong"))
    assert hash_figures(score(card.framework, other), "A1") == hash_figures(card, "A1")


def test_the_same_score_from_other_answers_is_another_figure(make_card):
    few, many = make_card(points=10), make_card(points=10, answers=(YES, NO, YES, NO))
    assert row_of(few, "B1")["score"] == row_of(many, "B1")["score"] == 50
    assert states(moderate(many, [decide(few, "B1", "55")])) == ["stale"]


def test_a_decision_cannot_be_recorded_on_figures_other_than_todays(make_card):
    old, today = make_card(levels=("very strong", "strong")), make_card()
    for decision in (decide(old), replace(decide(today), calculated="Very well met")):
        assert messages(today, decision) == [
            "decision on A1: found figures that are not those of today, expected a decision on what is"
            " calculated: Well met; look at the figures and decide anew"
        ]


def test_a_recorded_decision_is_named_by_its_number(make_card):
    card = make_card()
    with pytest.raises(ModerationError, match="decision 7 on A1: found 'Poor'"):
        moderate(card, [replace(decide(card, adjusted="Poor"), number=7)])


def test_a_criterion_without_a_rating_cannot_be_adjusted(make_card):
    card = make_card(levels=("", ""))
    assert decide(card).calculated == ""
    assert messages(card, decide(card)) == [
        "decision on A1: found no calculated rating, expected a rating to adjust; judge its items first"
    ]


def test_scores_stay_as_they_are_unless_the_framework_allows_points(make_card):
    card = make_card()
    [problem] = messages(card, decide(card, "B1", "50"))
    assert "the framework lets no score be adjusted" in problem


def test_an_adjusted_score_moves_its_section_and_the_overall(make_card):
    card = make_card(points=10)
    final = moderate(card, [decide(card, "B1", "58")])
    b1 = row_of(final, "B1")
    assert (b1["score"], b1["calculated"], b1["adjusted"]) == (58, 50, True)
    # B1 and B2 weigh the same: (58 + 100) / 2
    assert final.sections.set_index("section").loc["B", "score"] == 79
    assert (final.overall.score, card.overall.score) == (79, 75)
    assert final.to_json()["criteria"]["B1"]["calculated"] == 50


@pytest.mark.parametrize(
    ("adjusted", "allowed"), [("40", True), ("60", True), ("60.0", True), ("60.1", False)]
)
def test_a_score_moves_by_at_most_the_framework_s_points(make_card, adjusted, allowed):
    card = make_card(points=10)
    expected = [] if allowed else [
        "decision on B1: found '60.1', expected at most 10 points from 50.0; choose a score nearer to it"
    ]  # fmt: skip
    assert messages(card, decide(card, "B1", adjusted)) == expected


@pytest.mark.parametrize("text", ["", "nan", "inf", "-1", "101", "5_0", "5e1", " 50", "٥٠", "50%", "high"])
def test_an_adjusted_score_is_a_plain_number_from_0_to_100(make_card, text):
    card = make_card(points=100)
    assert "expected a number from 0 to 100" in messages(card, decide(card, "B1", text))[0]


def test_a_criterion_without_a_score_cannot_be_adjusted(make_card):
    card = make_card(points=10, answers=("not applicable",))
    assert "no calculated score" in messages(card, decide(card, "B1", "50"))[0]


def test_decisions_applied_before_make_no_difference(make_card):
    card = make_card(points=10)
    moderated = moderate(card, [decide(card), decide(card, "B1", "58")])
    again = moderate(moderated, [decide(moderated, "B1", "45")])
    assert row_of(again, "A1")["rating"] == "Well met"
    assert (row_of(again, "B1")["score"], row_of(again, "B1")["calculated"]) == (45, 50)
    assert hash_figures(moderated, "B1") == hash_figures(card, "B1")
    back = as_calculated(moderated)
    assert back.criteria["score"].equals(card.criteria["score"])
    assert (back.overall, back.decisions) == (card.overall, ())


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["A1", "A2", "A4", "D3"]), st.integers(-1, 1)), max_size=12))
def test_the_last_decision_on_each_criterion_is_the_one_in_force(durham_card, taken):
    scale = durham_card.framework.ratings.scale
    calculated = {code: trace.rating for code, trace in durham_card.traces.items()}
    moves = [(code, scale.index(calculated[code]) + step) for code, step in taken]
    moves = [(code, scale[place]) for code, place in moves if 0 <= place < len(scale)]
    final = moderate(durham_card, [decide(durham_card, code, rating) for code, rating in moves])
    rows = final.criteria.set_index("criterion").loc[list(calculated)]
    assert rows["rating"].to_dict() == {**calculated, **dict(moves)}
    assert rows["calculated"].to_dict() == calculated
    assert (rows["adjusted"] == (rows["rating"] != rows["calculated"])).all()


@pytest.fixture(scope="session")
def durham_card(esi, durham) -> Scorecard:
    return score(esi, durham)
