"""How often each question was asked, answered and answered well, where cases are not all asked the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.question_scores import COUNT_COLUMNS, find_answers, score_questions

YES, NO, NOT_APPLICABLE = "sufficient", "poor", "not applicable"


@pytest.fixture
def framework(make_framework) -> Framework:
    """B1.2 is asked of high risk only, C1.1 of women only, C1.2 of everybody; B2 is rated in words."""
    framework = make_framework(
        {"B": {"B1": {"B1.1": 1, "B1.2": 2}}, "C": {"C1": {"C1.1": 1, "C1.2": 0}}},
        rated={"B": {"B2": ["B2.1"]}},
    )
    asked_of = {"B1.2": {"risk": ("high",)}, "C1.1": {"gender": ("f",)}}
    return change_questions(
        framework,
        lambda question: question.model_copy(
            update={"asked_of": asked_of.get(question.id, {}), "published": question.id != "C1.2"}
        ),
    )


def change_questions(framework: Framework, change: Callable) -> Framework:
    sections = []
    for section in framework.sections:
        criteria = [
            criterion.model_copy(update={"questions": tuple(change(one) for one in criterion.questions)})
            for criterion in section.criteria
        ]
        sections.append(section.model_copy(update={"criteria": tuple(criteria)}))
    return framework.model_copy(update={"sections": tuple(sections)})


CASES = pd.DataFrame(
    {
        "case_id": ["C1", "C2", "C3"],
        "risk": ["high", "low", "high"],
        "gender": ["m", "f", "f"],
        "dv": ["yes", "yes", "no"],
    },
    dtype="str",
)


def inspected(*rows: tuple, cases: pd.DataFrame | None = CASES, **tables) -> Inspection:
    """Answers that all count, unless a fourth entry says otherwise."""
    table = pd.DataFrame(
        [(*row, True)[:4] for row in rows],
        columns=["case_id", "question", "judgement", "counts"],
    )
    area = Area(id="smallshire", name="Smallshire", framework="small")
    return Inspection(area, "small", "hash", cases=cases, judgements=table, **tables)


def questions_of(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    return score_questions(framework, inspection, find_answers(framework, inspection))


def counted(framework: Framework, inspection: Inspection) -> dict[str, list[float]]:
    table = questions_of(framework, inspection).set_index("question")
    return {
        str(code): row
        for code, row in zip(table.index, table[COUNT_COLUMNS].to_numpy().tolist(), strict=True)
    }


def test_questions_are_described_in_the_order_of_the_framework(framework):
    table = questions_of(framework, inspected(("C1", "B1.1", YES)))
    described = table[["question", "criterion", "section", "text", "weight", "published"]]
    assert described.to_numpy().tolist() == [
        ["B1.1", "B1", "B", "Question B1.1", 1, True],
        ["B1.2", "B1", "B", "Question B1.2", 2, True],
        ["C1.1", "C1", "C", "Question C1.1", 1, True],
        ["C1.2", "C1", "C", "Question C1.2", 0, False],
    ]
    assert table.columns.tolist()[6:] == [*COUNT_COLUMNS, "score"]
    assert table["score"].fillna(-1).tolist() == [100, -1, -1, -1]


def test_each_question_is_counted_over_the_cases_that_it_is_asked_of(framework):
    answers = [("C1", "B1.1", YES), ("C1", "B1.2", NO), ("C2", "C1.1", NOT_APPLICABLE), ("C3", "C1.2", YES)]
    # asked, relevant, positive, not applicable, missing
    assert counted(framework, inspected(*answers)) == {
        "B1.1": [3, 1, 1, 0, 2],
        "B1.2": [2, 1, 0, 0, 1],
        "C1.1": [2, 0, 0, 1, 1],
        "C1.2": [3, 1, 1, 0, 2],
    }


def test_an_answer_that_was_not_asked_for_is_counted_and_fills_no_gap(framework):
    answers = [("C2", "B1.2", YES), ("C1", "C1.1", NO), ("C9", "B1.1", YES), ("C1", "Z1.1", YES)]
    assert counted(framework, inspected(*answers)) == {
        "B1.1": [3, 1, 1, 0, 3],
        "B1.2": [2, 1, 1, 0, 2],
        "C1.1": [2, 1, 0, 0, 2],
        "C1.2": [3, 0, 0, 0, 3],
    }


def test_blank_answers_and_second_ones_are_not_counted(framework):
    answers = [("C1", "B1.1", NO, True), ("C1", "B1.1", YES, False), ("C2", "B1.1", "", True)]
    assert counted(framework, inspected(*answers))["B1.1"] == [3, 1, 0, 0, 2]


def test_cases_that_the_framework_does_not_concern_are_asked_nothing(framework):
    thematic = framework.model_copy(update={"asked_of": {"dv": ("yes",)}})
    found = counted(thematic, inspected(("C1", "B1.1", YES), ("C3", "B1.1", YES)))
    assert found["B1.1"] == [2, 2, 2, 0, 1]
    assert found["C1.1"] == [1, 0, 0, 0, 1]


def test_answers_without_a_table_of_cases_are_counted_and_nothing_is_missed(framework):
    found = counted(framework, inspected(("C1", "B1.1", YES), ("C2", "B1.1", NO), cases=None))
    assert found["B1.1"] == [0, 2, 1, 0, 0]
    assert found["C1.2"] == [0, 0, 0, 0, 0]


def test_the_order_of_cases_and_their_row_numbers_are_irrelevant(framework):
    answers = [("C1", "B1.1", YES), ("C3", "B1.2", NO)]
    other = CASES.iloc[::-1].set_axis([7, 7, 9], axis=0)
    assert counted(framework, inspected(*answers, cases=other)) == counted(framework, inspected(*answers))


COUNTS = pd.DataFrame({"question": ["C1.2", "B1.1"], "relevant": [8.0, 0.0], "positive": [2.0, 0.0]})


def test_published_counts_are_taken_as_they_are_and_what_they_do_not_say_is_not_known(framework):
    inspection = replace(inspected(), judgements=None, question_counts=COUNTS)
    table = questions_of(framework, inspection).set_index("question")
    assert table.loc["C1.2", ["relevant", "positive", "score"]].tolist() == [8, 2, 25]
    assert table.loc["B1.1", ["relevant", "positive"]].tolist() == [0, 0]
    assert pd.isna(table.loc["B1.1", "score"])
    assert table[["asked", "not_applicable", "missing"]].isna().all(axis=None)
    assert table.loc[["B1.2", "C1.1"], COUNT_COLUMNS].isna().all(axis=None)


def test_answers_are_preferred_to_published_counts(framework):
    answers = [("C1", "B1.1", YES)]
    both = questions_of(framework, inspected(*answers, question_counts=COUNTS))
    pdt.assert_frame_equal(both, questions_of(framework, inspected(*answers)))


@pytest.mark.parametrize("judgements", ["none", "empty"])
def test_where_only_criterion_scores_are_known_no_question_has_a_figure(framework, judgements):
    scores = pd.DataFrame({"criterion": ["B1"], "score": [72.0]})
    inspection = inspected(criterion_scores=scores)
    inspection = replace(inspection, judgements=None) if judgements == "none" else inspection
    assert inspection.level == "criterion scores"
    table = questions_of(framework, inspection)
    assert table["question"].tolist() == ["B1.1", "B1.2", "C1.1", "C1.2"]
    figures = table[[*COUNT_COLUMNS, "score"]]
    assert figures.isna().all(axis=None)
    assert (figures.dtypes == "float64").all()


def test_a_framework_without_questions_has_an_empty_table(make_framework):
    framework = make_framework({"A": {}}, rated={"A": {"A1": ["A1.1"]}})
    table = questions_of(framework, inspected())
    assert (len(table), table.columns.tolist()[-1]) == (0, "score")
