"""What must hold for any framework and any answers, tried on many."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esi_toolkit.data.framework import Criterion, Item
from esi_toolkit.method.ratings import rate_criterion
from esi_toolkit.method.score import score

ANSWERS = ["excellent", "sufficient", "insufficient", "poor", "not applicable", ""]
WORTH = {"excellent": 1, "sufficient": 1, "insufficient": 0, "poor": 0}
CODES = {"B": {"B1": ["B1.1", "B1.2", "B1.10"], "B2": ["B2.1"]}, "C": {"C1": ["C1.1", "C1.2"]}}
QUESTIONS = [code for criteria in CODES.values() for codes in criteria.values() for code in codes]

weights = st.sampled_from([0.1, 0.3, 0.7, 1.0, 2.0, 3.0, 30.0])
framework_settings = st.fixed_dictionaries(
    {
        "questions": st.fixed_dictionaries(dict.fromkeys(QUESTIONS, weights)),
        "sections": st.fixed_dictionaries(dict.fromkeys(CODES, weights)),
        "important": st.sets(st.sampled_from(["B1", "B2", "C1"])),
        "importance": st.fixed_dictionaries({"critical": weights, "important": weights}),
    }
)
answer_rows = st.dictionaries(
    st.tuples(st.integers(1, 6), st.sampled_from(QUESTIONS)), st.sampled_from(ANSWERS), max_size=30
)
CASES = pd.DataFrame({"case_id": [f"C{i}" for i in range(1, 7)]}, dtype="str")


@pytest.fixture(scope="module")
def score_any(make_framework, inspect):
    def make(chosen: dict[str, Any], answers: dict[tuple[int, str], str]):
        sections = {
            section: {
                criterion: {code: chosen["questions"][code] for code in codes}
                for criterion, codes in criteria.items()
            }
            for section, criteria in CODES.items()
        }
        framework = make_framework(
            sections,
            weights=chosen["sections"],
            important=chosen["important"],
            importance=chosen["importance"],
        )
        rows = [(f"C{case}", question, word, "") for (case, question), word in answers.items()]
        return score(framework, inspect(framework, cases=CASES, rows=rows))

    return make


def exact_scores(chosen: dict[str, Any], answers: dict[tuple[int, str], str]) -> dict[str, Fraction | None]:
    """The method once more, in fractions and without a table."""

    def mean(parts: list[tuple[Fraction | None, float]]) -> Fraction | None:
        known = [(value, Fraction(str(weight))) for value, weight in parts if value is not None]
        total = sum((weight for _, weight in known), Fraction(0))
        return sum((value * weight for value, weight in known), Fraction(0)) / total if known else None

    scores: dict[str, Fraction | None] = {}
    for question in QUESTIONS:
        given_ = [WORTH[word] for (_, code), word in answers.items() if code == question and word in WORTH]
        scores[question] = Fraction(100 * sum(given_), len(given_)) if given_ else None
    for section, criteria in CODES.items():
        for criterion, codes in criteria.items():
            scores[criterion] = mean([(scores[code], chosen["questions"][code]) for code in codes])
        kind = {code: "important" if code in chosen["important"] else "critical" for code in criteria}
        scores[section] = mean([(scores[code], chosen["importance"][kind[code]]) for code in criteria])
    scores["overall"] = mean([(scores[code], chosen["sections"][code]) for code in CODES])
    return scores


def scores_of(card: Any) -> dict[str, float | None]:
    document = card.to_json()
    levels = (document["questions"], document["criteria"], document["sections"])
    return {code: row["score"] for level in levels for code, row in level.items()} | {
        "overall": document["overall"]["score"]
    }


@given(chosen=framework_settings, answers=answer_rows)
def test_every_score_equals_exact_arithmetic(score_any, chosen, answers):
    expected = exact_scores(chosen, answers)
    got = scores_of(score_any(chosen, answers))
    assert got.keys() == expected.keys()
    for code, value in expected.items():
        if value is None:
            assert got[code] is None
        else:
            assert abs(Fraction(got[code]) - value) <= Fraction(1, 10**9)


@settings(max_examples=50)  # each scores twice
@given(chosen=framework_settings, answers=answer_rows, data=st.data())
def test_a_better_judgement_never_lowers_a_score(score_any, chosen, answers, data):
    bad = sorted(place for place, word in answers.items() if WORTH.get(word) == 0)
    if not bad:
        return
    improved = {**answers, data.draw(st.sampled_from(bad)): "excellent"}
    before, after = scores_of(score_any(chosen, answers)), scores_of(score_any(chosen, improved))
    for code, value in before.items():
        assert value is None or after[code] >= value - 1e-9


@settings(max_examples=50)  # each scores twice
@given(chosen=framework_settings, answers=answer_rows, data=st.data())
def test_the_order_of_rows_changes_nothing(score_any, chosen, answers, data):
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert scores_of(score_any(chosen, shuffled)) == scores_of(score_any(chosen, answers))


@settings(max_examples=50)  # each scores twice
@given(chosen=framework_settings, answers=answer_rows)
def test_doubling_all_weights_changes_nothing(score_any, chosen, answers):
    def double(part: dict[str, float]) -> dict[str, float]:
        return {name: 2 * weight for name, weight in part.items()}

    keys = ("questions", "sections", "importance")
    doubled = {**chosen, **{key: double(chosen[key]) for key in keys}}
    assert scores_of(score_any(doubled, answers)) == pytest.approx(
        scores_of(score_any(chosen, answers)), abs=1e-9
    )


@given(chosen=framework_settings, answers=answer_rows)
def test_scores_lie_between_0_and_100_and_criteria_within_their_questions(score_any, chosen, answers):
    got = scores_of(score_any(chosen, answers))
    assert all(0 <= value <= 100 for value in got.values() if value is not None)
    for criteria in CODES.values():
        for criterion, codes in criteria.items():
            parts = [got[code] for code in codes if got[code] is not None]
            assert got[criterion] is None if not parts else min(parts) <= got[criterion] <= max(parts)


@given(chosen=framework_settings, answers=answer_rows)
def test_relevant_not_applicable_and_missing_are_all_cases(score_any, chosen, answers):
    questions = score_any(chosen, answers).questions
    assert (questions["relevant"] + questions["not_applicable"] + questions["missing"]).eq(len(CASES)).all()


@given(chosen=framework_settings, answers=answer_rows)
def test_what_has_no_score_is_named_and_nothing_else(score_any, chosen, answers):
    card, expected = score_any(chosen, answers), exact_scores(chosen, answers)
    for section, criteria in CODES.items():
        row = card.sections.set_index("section").loc[section]
        missing = [code for code in criteria if expected[code] is None]
        assert (row["missing"], row["incomplete"]) == ("; ".join(missing), bool(missing))


# --- ratings


@pytest.fixture(scope="module")
def ratings(esi):
    return esi.ratings


LEVELS = ["very strong", "strong", "good", "satisfactory", "unsatisfactory"]
judged_items = st.lists(st.tuples(st.sampled_from(LEVELS), weights), min_size=1, max_size=6)


def rate(ratings: Any, items: list[tuple[str, float]], reading: str | None = None) -> Any:
    parts = tuple(Item(id=f"A1.{i}", text="?", weight=weight) for i, (_, weight) in enumerate(items, 1))
    rows = [("A1", f"A1.{i}", level, "area") for i, (level, _) in enumerate(items, 1)]
    evidence = pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility"])
    criterion = Criterion(id="A1", title="?", scored_by="evidence", items=parts)
    return rate_criterion(criterion, evidence, ratings, reading=reading)


@given(items=judged_items, data=st.data())
def test_a_better_item_never_lowers_a_rating(ratings, items, data):
    position = data.draw(st.integers(0, len(items) - 1))
    level, weight = items[position]
    better = data.draw(st.sampled_from(LEVELS[: LEVELS.index(level) + 1]))
    improved = [*items[:position], (better, weight), *items[position + 1 :]]
    scale = ratings.scale
    before, after = rate(ratings, items).rating, rate(ratings, improved).rating
    assert scale.index(after) <= scale.index(before)


def test_the_literal_reading_lets_a_better_item_lower_the_rating(ratings):
    worse = [("satisfactory", 1.0), ("unsatisfactory", 1.0)]
    better = [("good", 1.0), ("unsatisfactory", 1.0)]
    assert rate(ratings, worse, "literal").rating == "Not met"
    assert rate(ratings, better, "literal").rating == "Poor"


@given(items=judged_items)
def test_the_order_of_evidence_changes_no_rating(ratings, items):
    assert rate(ratings, items[::-1]).rating == rate(ratings, items).rating


@given(items=judged_items)
def test_doubling_all_item_weights_changes_no_rating(ratings, items):
    doubled = [(level, 2 * weight) for level, weight in items]
    assert rate(ratings, doubled).rating == rate(ratings, items).rating


def read_lift(lift: str) -> tuple[dict[int, str], str]:
    """Which item is asked to reach which level, and the rating that is promised for it."""
    match = re.fullmatch(r"(.*) would make it (.*)\.", lift)
    assert match is not None
    asked = {}
    lists = rf"({'|'.join(LEVELS)}) on ((?:A1\.\d+(?:, | and )?)+)"
    for level, codes in re.findall(lists, match[1], re.IGNORECASE):
        asked |= {int(number): level.lower() for number in re.findall(r"A1\.(\d+)", codes)}
    return asked, match[2]


def lifted(items: list[tuple[str, float]], asked: dict[int, str]) -> list[tuple[str, float]]:
    return [(asked.get(i, level), weight) for i, (level, weight) in enumerate(items, 1)]


@pytest.mark.parametrize("reading", [None, "literal"])
@given(items=judged_items)
def test_doing_what_the_lift_says_gives_the_rating_that_it_names(ratings, reading, items):
    trace = rate(ratings, items, reading)
    if not trace.lift:
        assert trace.next_rating is None or reading == "literal"
        return
    asked, promised = read_lift(trace.lift)
    assert tuple(f"A1.{i}" for i in sorted(asked)) == trace.held_back
    reached = rate(ratings, lifted(items, asked), reading).rating
    assert reached == promised
    assert ratings.scale.index(reached) < ratings.scale.index(trace.rating)


@given(items=judged_items)
def test_leaving_out_any_part_of_the_lift_does_not_reach_the_next_rating(ratings, items):
    trace = rate(ratings, items)
    asked = read_lift(trace.lift)[0] if trace.lift else {}
    for left_out in asked:
        rest = {i: level for i, level in asked.items() if i != left_out}
        assert rate(ratings, lifted(items, rest)).rating == trace.rating
