"""Many inspections at once: every figure of a table small enough to check on paper."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.score_cases import COLUMNS, add_counts, aggregate_counts, count_cases, score_cases

YES, NO, NOT_APPLICABLE, BLANK = "sufficient", "poor", "not applicable", ""
KEYS = ["area", "year"]


@pytest.fixture
def framework(make_framework):
    """A is rated in words; B1 and B2 weigh 2 and 1, B1.10 nothing; E has no weight."""
    return make_framework(
        {
            "A": {},
            "B": {"B1": {"B1.2": 1, "B1.1": 3, "B1.10": 0}, "B2": {"B2.1": 1}},
            "C": {"C1": {"C1.1": 1}},
            "E": {"E1": {"E1.1": 1}},
        },
        weights={"B": 30, "C": 10},
        important=["B2"],
        rated={"A": {"A1": ["A1.1"]}},
    )


@pytest.fixture
def answers() -> pd.DataFrame:
    """South in 2004 has answers to all, North in 2003 to B1.1 alone; in an order of no meaning."""
    south = {
        "E1.1": [NO],
        "C1.1": [NO],
        "B2.1": [NO, BLANK],
        "B1.10": [NO],
        "B1.2": [NO, YES, NOT_APPLICABLE],
    }
    rows = [("South", 2004, question, word) for question, words in south.items() for word in words]
    rows += [("North", 2003, "B1.1", NO), ("South", 2004, "B1.1", YES), ("North", 2003, "B1.1", YES)]
    return pd.DataFrame(rows, columns=[*KEYS, "question", "judgement"])


def listed(table: pd.DataFrame) -> list[list]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


# B1 = (1 · 50 + 3 · 100) / 4 = 87.5, B = (2 · 87.5 + 0) / 3, overall = 30 · B / 40
SOUTH = [
    ["section", "B", 175 / 3, 30, 0],
    ["criterion", "B1", 87.5, 2, 0],
    ["question", "B1.2", 50, 1, None],
    ["question", "B1.1", 100, 3, None],
    ["question", "B1.10", 0, 0, None],
    ["criterion", "B2", 0, 1, 0],
    ["question", "B2.1", 0, 1, None],
    ["section", "C", 0, 10, 0],
    ["criterion", "C1", 0, 2, 0],
    ["question", "C1.1", 0, 1, None],
    ["section", "E", 0, None, 0],
    ["criterion", "E1", 0, 2, 0],
    ["question", "E1.1", 0, 1, None],
    ["overall", "overall", 43.75, None, 0],
]
NORTH = [
    ["section", "B", 50, 30, 1],
    ["criterion", "B1", 50, 2, 1],
    ["question", "B1.2", None, 1, None],
    ["question", "B1.1", 50, 3, None],
    ["question", "B1.10", None, 0, None],
    ["criterion", "B2", None, 1, 1],
    ["question", "B2.1", None, 1, None],
    ["section", "C", None, 10, 1],
    ["criterion", "C1", None, 2, 1],
    ["question", "C1.1", None, 1, None],
    ["section", "E", None, None, 1],
    ["criterion", "E1", None, 2, 1],
    ["question", "E1.1", None, 1, None],
    ["overall", "overall", 50, None, 1],
]


def test_every_level_of_every_inspection_stands_in_the_order_of_the_framework(framework, answers):
    table = score_cases(framework, answers, by=KEYS)
    assert list(table.columns) == [*KEYS, *COLUMNS]
    expected = [["North", 2003, *row] for row in NORTH] + [["South", 2004, *row] for row in SOUTH]
    figures = table[[*KEYS, "level", "code", "score", "weight", "missing"]]
    for found, row in zip(listed(figures), expected, strict=True):
        assert found == pytest.approx(row, abs=1e-9)
    assert table.index.tolist() == list(range(len(expected)))
    assert table["code"].dtype == "str"
    assert (table[COLUMNS[2:]].dtypes == "float64").all()


def test_the_counts_of_a_question_stand_beside_its_score_and_nowhere_else(framework, answers):
    table = score_cases(framework, answers, by=("area",)).set_index(["area", "code"])
    counts = table[["relevant", "positive", "not_applicable", "unanswered"]]
    assert counts.loc[("South", "B1.2")].tolist() == [2, 1, 1, 0]
    assert counts.loc[("South", "B2.1")].tolist() == [1, 0, 0, 1]
    assert counts.loc[("North", "C1.1")].tolist() == [0, 0, 0, 0]
    assert counts[table["level"] != "question"].isna().all(axis=None)


def test_areas_are_told_apart_by_the_column_area_unless_others_are_named(framework, answers):
    assert list(score_cases(framework, answers).columns) == ["area", *COLUMNS]
    counted = count_cases(framework, answers)
    assert counted.columns.tolist() == [
        "area", "question", "relevant", "positive", "not_applicable", "unanswered", "unknown",
    ]  # fmt: skip
    assert (counted.dtypes.iloc[2:] == "float64").all()
    assert add_counts([counted, counted])["relevant"].tolist() == (2 * counted["relevant"]).tolist()


def test_a_lazy_table_is_read_to_the_end(framework, answers):
    lazy = pl.from_pandas(answers).lazy()
    pd.testing.assert_frame_equal(
        score_cases(framework, lazy, by=KEYS), score_cases(framework, answers, by=KEYS), check_dtype=False
    )


def test_counts_are_added_up_in_the_order_in_which_they_come(framework):
    rows = {"area": ["South", "North"], "question": ["B1.1", "B1.1"], "relevant": [1.0, 2.0]}
    parts = [pd.DataFrame(rows), pd.DataFrame(rows).iloc[:1].assign(relevant=5.0)]
    together = add_counts(parts)
    assert listed(together) == [["South", "B1.1", 6], ["North", "B1.1", 2]]
    assert together.index.tolist() == [0, 1]


def test_everything_strange_is_refused_at_once_and_at_most_twenty_questions_are_named(framework, answers):
    strange = pd.DataFrame(
        {"area": "South", "question": [f"Z{i:02}" for i in range(22, 0, -1)], "judgement": YES}
    )
    wording = pd.DataFrame({"area": "South", "question": "B1.1", "judgement": ["Yes", "yes"]})
    with pytest.raises(InputError) as told:
        score_cases(framework, pd.concat([answers, strange, wording]))
    *named, wording_problem = told.value.problems
    assert named == [
        Problem(
            "archive", f"the question 'Z{i:02}'", "a question of the framework small", "check the archive"
        )
        for i in range(1, 21)
    ]
    assert wording_problem == Problem(
        "archive",
        "2 answers of another wording",
        "one of excellent, sufficient, insufficient, poor, not applicable",
        "check the archive",
    )


def test_one_strange_answer_is_enough_to_refuse(framework):
    counts = pd.DataFrame({"area": ["South"], "question": ["B1.1"], "unknown": [1.0]})
    counts = counts.assign(relevant=0.0, positive=0.0, not_applicable=0.0, unanswered=0.0)
    with pytest.raises(InputError, match="1 answers of another wording"):
        aggregate_counts(framework, counts, ["area"])


def test_without_any_section_weight_there_is_no_overall(make_framework, answers):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    own = answers[answers["question"] == "B1.1"]
    assert score_cases(framework, own)["level"].tolist() == ["section", "criterion", "question"] * 2
