"""Figures in findings against the answers: wrong ones are named, other numbers are let be."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.files import load_framework, load_inspection
from esi_toolkit.data.inspection import Findings
from esi_toolkit.method.score import score
from esi_toolkit.statistics.claims import check_claims, find_claims

ESI = load_framework("esi")
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def as_printed(part: int, whole: int, places: int) -> str:
    """The percentage, half up, from exact numbers."""
    exact = Fraction(100 * part, whole)
    digits = Decimal(exact.numerator * 10**places) / Decimal(exact.denominator)
    return str(digits.quantize(Decimal(1), ROUND_HALF_UP).scaleb(-places))


def holds(text: str, positive: float, relevant: float) -> list[bool]:
    """For each claim in a text whether it is that of a question with these counts."""
    return [claim.holds(positive, relevant) for claim in find_claims(text)]


@pytest.fixture(scope="module")
def durham():
    return score(ESI, load_inspection("data/sample/county-durham", ESI))


def problems_of(scorecard, text, questions=("B1.1",), **keys):
    entry = {"text": text, "questions": list(questions), **keys}
    findings = Findings.model_validate({"criteria": {"B1": {"strengths": [entry]}}})
    return check_claims(scorecard, findings, lines={"criteria.B1.strengths.0": 7})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Assessed in 82% of cases.", ["82%"]),
        ("Assessed in 82.5 per cent; 17 percent were not.", ["82.5 per cent", "17 percent"]),
        ("In 34 of 41 cases, or 34 out of the 41 relevant ones.", ["34 of 41", "34 out of the 41"]),
        ("Eleven of 22, and six of\n  twelve.", ["Eleven of 22", "six of twelve"]),
        ("None of the 12 was.", ["None of the 12"]),
        ("1,234 of 2,000 cases (61.7%).", ["1,234 of 2,000", "61.7%"]),
        ("More than 80% were.", ["More than 80%"]),
    ],
)
def test_percentages_and_counts_are_claims(text, words):
    assert [claim.words for claim in find_claims(text)] == words


@pytest.mark.parametrize(
    "text",
    [
        "20 offenders in 12 months of 2004.",
        "Plans were reviewed every 16 weeks, within 5 days of the start.",
        "Half the cases, a quarter of them, four in five, nine in 10.",
        "Up by 3 percentage points, or 5% points, or 60-70% in all.",
        "£3 of 5, 1/2 of 3, B1.1 of 3, someone of 5, the 1 of 3rd, 12 of May 2004.",
        "One of the best; all of them.",
    ],
)
def test_other_numbers_are_let_be(text):
    assert list(find_claims(text)) == []


@given(COUNTS, st.integers(0, 3))
def test_what_the_counts_give_is_right_at_every_precision_and_so_is_the_rest(counts, places):
    part, whole = counts
    for text in (f"{as_printed(part, whole, places)}%", f"{as_printed(whole - part, whole, places)} per cent",
                 f"{part} of {whole}", f"{whole - part} out of the {whole}"):  # fmt: skip
        assert holds(f"Done in {text} of them.", part, whole) == [True], text


@given(COUNTS, st.integers(0, 100))
def test_a_percentage_that_neither_the_cases_nor_the_rest_give_is_wrong(counts, claimed):
    part, whole = counts
    given_by_them = {as_printed(part, whole, 0), as_printed(whole - part, whole, 0)}
    assert holds(f"{claimed}%", part, whole) == [str(claimed) in given_by_them]


@given(COUNTS, COUNTS)
def test_a_count_is_right_only_when_both_numbers_are(counts, claimed):
    (part, whole), (said, of) = counts, claimed
    assert holds(f"{said} of {of}", part, whole) == [of == whole and said in (part, whole - part)]


@pytest.mark.parametrize(
    ("text", "right"),
    [("over 80%", True), ("over 90%", False), ("fewer than 20%", True), ("no more than 10%", False),
     ("at least 80 of 100", True), ("at least 90 of 100", False), ("about 10%", True)],
)  # fmt: skip
def test_a_bound_is_checked_as_a_bound_and_an_estimate_not_at_all(text, right):
    assert holds(text, 82, 100) == [right]


def test_nothing_can_be_claimed_of_no_case():
    assert holds("100% and 0 of 0", 0, 0) == [False, False]


def test_a_wrong_figure_is_named_with_its_place_and_the_right_one(durham):
    (problem,) = problems_of(durham, "Risk was assessed in 79% of cases.")
    assert str(problem) == (
        "findings.yml, row 7, column criteria.B1.strengths.0: found '79%' about B1.1, expected "
        "B1.1: 82 of 100 (82%), not met 18 (18%); correct the figure, or name the question that it is about; "
        "list it in other_figures if it is none"
    )
    assert problem.severity == "error"


def test_the_right_figure_is_said_as_precisely_as_the_wrong_one(durham):
    (problem,) = problems_of(durham, "Right in 58.4%.", ["B1.4"])
    assert "(58.3%), not met 15 (41.7%)" in problem.expected


def test_a_figure_of_any_question_named_is_right(durham):
    assert problems_of(durham, "82% assessed and 96% right.", ["B1.1", "B1.2"]) == ()
    assert len(problems_of(durham, "82% assessed and 96% right.", ["B1.1"])) == 1


def test_a_question_may_be_named_in_the_text(durham):
    assert [problem.found for problem in problems_of(durham, "79% (B1.1)", [])] == ["'79%' about B1.1"]


def test_a_finding_that_names_no_question_is_not_checked(durham):
    assert problems_of(durham, "79% of a budget.", []) == ()


def test_a_figure_about_something_else_can_be_exempted_and_the_others_not(durham):
    text = "82%, where the national figure was 79%."
    assert problems_of(durham, text, other_figures=["79%"]) == ()
    assert len(problems_of(durham, text.replace("82", "83"), other_figures=["79%"])) == 1


def test_an_exempted_figure_exempts_no_other_that_holds_it(durham):
    assert len(problems_of(durham, "9% here, 79% there", other_figures=["9%"])) == 1


def test_figures_that_cannot_be_checked_are_said_to_be_so(durham):
    unknown = durham.questions.assign(relevant=float("nan"), positive=float("nan"))
    (problem,) = problems_of(replace(durham, questions=unknown), "79% and 3 of 4.")
    assert problem.severity == "warning"
    assert problem.found == "'79%' and '3 of 4' about B1.1"


@pytest.mark.parametrize("part", ["", "esi-dv"])
def test_the_sample_says_in_its_findings_what_its_answers_give(part):
    framework = load_framework(part or "esi")
    inspection = load_inspection("data/sample/county-durham", framework)
    scorecard = score(framework, inspection)
    named = [one for _, one in inspection.findings.walk() if one.questions]
    assert len(named) >= 27
    assert check_claims(scorecard, inspection.findings) == ()
    moved = scorecard.questions.assign(positive=scorecard.questions["positive"] + 0.6)
    assert len(check_claims(replace(scorecard, questions=moved), inspection.findings)) >= len(named)
