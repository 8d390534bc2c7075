"""Words: from evidence items to a rating, with the clause that decided and what would lift it."""

from __future__ import annotations

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.framework import Criterion, Item, RatingRule
from esi_toolkit.method.ratings import describe_rule, find_changes, holds, join_words, rate_criterion
from esi_toolkit.method.targets import Suggestion

VERY, STRONG, GOOD, SATISFACTORY, UNSATISFACTORY = (
    "very strong",
    "strong",
    "good",
    "satisfactory",
    "unsatisfactory",
)


@pytest.fixture
def rate(esi):
    """Rate a criterion from one level for each item; item i has the i-th weight."""

    def make(*levels: str, weights=None, npd=(), reading=None, suggestion=None, ratings=esi.ratings):
        weights = weights or [1] * len(levels)
        items = tuple(
            Item(
                id=f"A1.{i}",
                text="?",
                weight=weight,
                suggested_by="performance" if suggestion and i == 1 else None,
            )
            for i, weight in enumerate(weights, 1)
        )
        criterion = Criterion(id="A1", title="Leadership", scored_by="evidence", items=items)
        rows = [
            ("A1", f"A1.{i}", level, "NPD" if i in npd else "area")
            for i, level in enumerate(levels, 1)
            if level
        ]
        evidence = pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility"], dtype="str")
        return rate_criterion(criterion, evidence, ratings, suggestion=suggestion, reading=reading)

    return make


@pytest.mark.parametrize(
    ("levels", "rating"),
    [
        ([VERY, VERY, VERY], "Very well met"),
        ([VERY, VERY, STRONG], "Well met"),
        ([STRONG, STRONG, STRONG], "Well met"),
        ([STRONG, STRONG, SATISFACTORY], "Satisfactorily met"),
        ([VERY, STRONG, GOOD], "Satisfactorily met"),
        ([STRONG, STRONG, UNSATISFACTORY], "Not met"),
        ([STRONG, SATISFACTORY], "Partly met"),
        ([GOOD, SATISFACTORY, SATISFACTORY], "Partly met"),
        ([GOOD, GOOD, GOOD], "Partly met"),
        ([SATISFACTORY, SATISFACTORY], "Not met"),
        ([VERY, UNSATISFACTORY], "Not met"),
        ([SATISFACTORY, UNSATISFACTORY], "Not met"),
        ([UNSATISFACTORY, UNSATISFACTORY], "Poor"),
    ],
)
def test_the_first_rule_that_holds_gives_the_rating(rate, levels, rating):
    assert rate(*levels).rating == rating


def test_exactly_half_at_least_strong_is_not_more_than_half(rate):
    assert rate(STRONG, GOOD).rating == "Partly met"
    assert rate(STRONG, GOOD, weights=[0.3, 0.3]).rating == "Partly met"
    assert rate(GOOD, STRONG, STRONG, weights=[0.3, 0.1, 0.2]).rating == "Partly met"


def test_more_than_half_is_by_weight(rate):
    assert rate(STRONG, GOOD, GOOD, weights=[3, 1, 1]).rating == "Satisfactorily met"
    assert rate(STRONG, STRONG, GOOD, weights=[1, 1, 3]).rating == "Partly met"


def test_items_of_the_national_directorate_are_left_out(rate):
    trace = rate(STRONG, STRONG, UNSATISFACTORY, npd=[3])
    assert trace.rating == "Well met"
    assert trace.items.set_index("item")["counts"].to_dict() == {"A1.1": True, "A1.2": True, "A1.3": False}


def test_a_criterion_without_local_items_has_no_rating(rate):
    trace = rate(STRONG, npd=[1])
    assert trace.rating is None
    assert trace.words == "No item of the area has a level, so there is no rating."


def test_an_item_without_a_level_is_named_and_not_taken_as_bad(rate):
    trace = rate(STRONG, "", STRONG)
    assert trace.rating == "Well met"
    assert trace.unjudged == ("A1.2",)


def test_an_item_of_weight_nought_neither_counts_nor_is_missed(rate):
    trace = rate(STRONG, UNSATISFACTORY, "", weights=[1, 0, 0])
    assert trace.rating == "Well met"
    assert trace.unjudged == ()


def test_the_trace_names_the_clause_the_items_and_the_lift(rate):
    trace = rate(STRONG, STRONG, SATISFACTORY, GOOD, STRONG)
    assert trace.clause == (
        "Satisfactorily met: more than half of the items (by weight) at least strong,"
        " all others at least satisfactory."
    )
    assert trace.held_back == ("A1.3", "A1.4")
    assert trace.next_rating == "Well met"
    assert trace.lift == "Strong on A1.3 and A1.4 would make it Well met."


def test_the_lift_names_the_rating_that_is_really_reached(rate):
    trace = rate(GOOD)
    assert trace.next_rating == "Satisfactorily met"
    assert trace.lift == "Strong on A1.1 would make it Well met."


def test_the_lift_asks_for_no_item_too_many(rate):
    trace = rate(STRONG, GOOD, SATISFACTORY, weights=[4, 1, 5])
    assert trace.held_back == ("A1.3",)
    assert trace.lift == "Strong on A1.3 would make it Satisfactorily met."


def test_the_lift_may_ask_for_different_levels(rate):
    trace = rate(GOOD, UNSATISFACTORY, SATISFACTORY)
    assert trace.rating == "Not met"
    assert trace.lift == "Satisfactory on A1.2 would make it Partly met."
    trace = rate(SATISFACTORY, UNSATISFACTORY)
    assert trace.lift == "Good on A1.1 and satisfactory on A1.2 would make it Partly met."


def test_the_best_rating_has_nothing_above_it(rate):
    trace = rate(VERY)
    assert (trace.next_rating, trace.lift, trace.held_back) == (None, "", ())


def test_items_are_named_in_the_order_of_the_framework(rate):
    trace = rate(*[GOOD] * 11)
    assert trace.lift.startswith("Strong on A1.1, A1.2, A1.3, A1.4, A1.5 and A1.6 would")


def test_read_literally_a_better_item_lowers_the_rating(rate):
    worse, better = (
        rate(SATISFACTORY, UNSATISFACTORY, reading="literal"),
        rate(GOOD, UNSATISFACTORY, reading="literal"),
    )
    assert (worse.rating, better.rating) == ("Not met", "Poor")
    assert rate(SATISFACTORY, UNSATISFACTORY).rating == rate(GOOD, UNSATISFACTORY).rating == "Not met"


def test_where_better_items_cannot_reach_the_next_rating_the_one_after_is_named(rate):
    trace = rate(GOOD, UNSATISFACTORY, reading="literal")
    assert trace.next_rating == "Not met"
    assert trace.lift == "Satisfactory on A1.2 would make it Partly met."


def test_two_clauses_for_one_rating_are_no_step(rate, esi):
    rules = (
        RatingRule(rating="Well met", every=STRONG),
        RatingRule(rating="Partly met", every=GOOD),
        RatingRule(rating="Partly met", some=STRONG),
        RatingRule(rating="Poor", otherwise=True),
    )
    ratings = esi.ratings.model_copy(update={"rules": rules})
    trace = rate(STRONG, SATISFACTORY, ratings=ratings)
    assert (trace.rating, trace.next_rating) == ("Partly met", "Well met")
    assert trace.lift == "Strong on A1.2 would make it Well met."


def test_a_suggested_level_counts_where_none_is_recorded(rate):
    trace = rate("", STRONG, weights=[2, 1], suggestion=Suggestion(GOOD, "because"))
    assert trace.rating == "Partly met"
    assert trace.suggestion == "because"
    assert trace.items["suggested"].tolist() == [True, False]


def test_a_recorded_level_stands_against_the_suggestion(rate):
    trace = rate(VERY, VERY, suggestion=Suggestion(UNSATISFACTORY, "because"))
    assert trace.rating == "Very well met"
    assert trace.suggestion == ""


@pytest.mark.parametrize(
    "npd", [(), (2,)], ids=["nothing is judged", "only the directorate's item is judged"]
)
def test_a_suggestion_alone_makes_no_rating(rate, npd):
    trace = rate("", STRONG if npd else "", npd=npd, suggestion=Suggestion(GOOD, "because"))
    assert trace.rating is None


def test_evidence_is_not_changed(esi, durham):
    before = durham.evidence.copy(deep=True)
    rate_criterion(esi.criterion("A1"), durham.evidence, esi.ratings)
    pdt.assert_frame_equal(durham.evidence, before)


def test_a_criterion_without_evidence_has_no_rating_and_misses_every_item(esi):
    trace = rate_criterion(esi.criterion("A2"), None, esi.ratings)
    assert trace.rating is None
    assert trace.unjudged == ("A2.1", "A2.2", "A2.3", "A2.4")


def test_every_rule_can_be_said_in_words(esi):
    words = [describe_rule(rule, esi.ratings) for rule in esi.ratings.alternatives["literal"]]
    assert words == [
        "every item very strong",
        "every item at least strong",
        "more than half of the items (by weight) at least strong, all others at least satisfactory",
        "at least one item at least good, all others at least satisfactory",
        "at least one item at least satisfactory, no item better than satisfactory",
        "no better rule holds",
    ]


def test_no_change_is_proposed_where_better_items_cannot_help(esi):
    rule = RatingRule(rating="Not met", every=SATISFACTORY, at_best=SATISFACTORY)
    judged = {"A1.1": (GOOD, 1.0), "A1.2": (UNSATISFACTORY, 1.0)}
    assert not holds(rule, judged, esi.ratings)
    assert find_changes(rule, judged, esi.ratings) == {}


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_people_do(words, joined):
    assert join_words(words) == joined


def test_without_a_rating_the_trace_still_shows_the_items_and_what_performance_suggests(rate):
    trace = rate("", STRONG, npd=[2], suggestion=Suggestion("", "no level can be suggested"))
    assert (trace.held_back, trace.lift, trace.next_rating, trace.suggestion) == ((), "", None, "")
    assert trace.items["item"].tolist() == ["A1.1", "A1.2"]
    assert trace.items["text"].tolist() == ["?", "?"]
    assert trace.items["responsibility"].tolist() == ["", "NPD"]
    assert trace.unjudged == ("A1.1",)


def test_an_item_of_nobody_in_particular_is_the_areas_own(esi):
    items = tuple(
        Item(id=f"A1.{i}", text="?", suggested_by="performance" if i == 1 else None) for i in (1, 2)
    )
    criterion = Criterion(id="A1", title="Leadership", scored_by="evidence", items=items)
    evidence = pd.DataFrame(
        {"criterion": ["A1"], "item": ["A1.2"], "level": [STRONG], "responsibility": ["somebody"]}
    )
    trace = rate_criterion(criterion, evidence, esi.ratings, suggestion=Suggestion(GOOD, "because"))
    assert (trace.rating, trace.suggestion) == ("Partly met", "because")


def test_where_one_item_is_enough_the_nearest_is_to_be_lifted(esi):
    judged = {"A1.1": (UNSATISFACTORY, 1.0), "A1.2": (SATISFACTORY, 1.0)}
    rule = RatingRule(rating="Partly met", some=GOOD)
    assert find_changes(rule, judged, esi.ratings) == {"A1.2": GOOD}


def test_of_items_equally_near_the_heaviest_are_to_be_lifted(esi):
    judged = {"A1.1": (GOOD, 2.0), "A1.2": (GOOD, 3.0), "A1.3": (GOOD, 2.0)}
    rule = RatingRule(rating="Satisfactorily met", more_than_half=STRONG)
    assert find_changes(rule, judged, esi.ratings) == {"A1.1": STRONG, "A1.2": STRONG}


def test_an_item_without_which_it_would_be_just_half_is_not_left_out(esi):
    judged = {"A1.1": (GOOD, 1.0), "A1.2": (SATISFACTORY, 2.0), "A1.3": (UNSATISFACTORY, 1.0)}
    rule = RatingRule(rating="Satisfactorily met", more_than_half=STRONG)
    assert find_changes(rule, judged, esi.ratings) == {"A1.1": STRONG, "A1.2": STRONG}


def test_a_suggestion_for_an_item_that_does_not_weigh_is_said_and_makes_no_rating(rate):
    trace = rate("", STRONG, weights=[0, 0], suggestion=Suggestion(GOOD, "because"))
    assert (trace.rating, trace.suggestion, trace.unjudged) == (None, "because", ())
    assert trace.items["level"].tolist() == [GOOD, STRONG]
