"""Answers as positions in a grid of cases and questions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.answers import AnswerGrid, find_asked, find_worth, lay_out_answers
from esi_toolkit.data.framework import Framework
from esi_toolkit.method.questions import count_answers

CASES, CODES, NOBODY = ("C1", "C2", "C3"), ("B1.1", "B1.2", "C1.1"), "Z9.9"


@pytest.fixture(scope="module")
def framework(make_framework) -> Framework:
    return make_framework({"B": {"B1": {"B1.1": 1, "B1.2": 2}}, "C": {"C1": {"C1.1": 1}}})


def laid_out(framework: Framework, *rows: tuple[str, str, str, bool]) -> AnswerGrid:
    table = pd.DataFrame(rows, columns=["case_id", "question", "judgement", "counts"])
    return lay_out_answers(framework, table.astype({"counts": bool}))


def test_only_answers_that_count_and_are_not_blank_have_a_place(framework):
    yes = next(iter(framework.judgements))
    grid = laid_out(
        framework, ("C2", "B1.2", yes, True), ("C1", "B1.1", "", True), ("C3", "B1.1", yes, False)
    )
    assert list(grid.case_ids) == ["C2"]
    assert grid.find_answered(CASES).tolist() == [[False] * 3, [False, True, False], [False] * 3]


def test_words_and_questions_that_the_framework_does_not_know_are_counted_nowhere(framework):
    yes = next(iter(framework.judgements))
    grid = laid_out(framework, ("C1", NOBODY, yes, True), ("C2", "B1.1", "perhaps", True))
    assert grid.count_words().sum() == 0
    assert not grid.find_relevant(framework).any()
    assert grid.find_answered(CASES).tolist() == [[False] * 3, [True, False, False], [False] * 3]


def test_where_nothing_is_answered_the_grid_is_empty(framework):
    grid = laid_out(framework)
    assert grid.count_words().shape == (len(CODES), len(framework.judgements))
    assert not grid.find_answered(CASES).any()
    assert grid.find_relevant(framework).shape == (0, len(CODES))


def test_a_column_that_the_cases_lack_restricts_nothing():
    cases = pd.DataFrame({"case_id": CASES, "gender": ["f", "m", "f"]}, index=[4, 2, 9])
    asked = find_asked({"gender": ("f",), "risk": ("high",)}, cases)
    assert asked.to_dict() == {4: True, 2: False, 9: True}


@given(data=st.data())
def test_the_grid_counts_as_any_large_table_is_counted(framework, data):
    words = st.sampled_from([*framework.judgements, ""])
    places = [(case, code) for case in CASES for code in (*CODES, NOBODY)]
    rows = [
        (*place, data.draw(words), data.draw(st.booleans()))
        for place in data.draw(st.lists(st.sampled_from(places), unique=True, min_size=1))
    ]
    grid = laid_out(framework, *rows)
    table = pd.DataFrame([row[:3] for row in rows if row[3]], columns=["case_id", "question", "judgement"])
    counted = count_answers(table.astype("str"), framework.judgements).set_index("question")
    counted = counted.reindex(list(CODES), fill_value=0)
    relevant = ~np.isnan(find_worth(framework))
    assert grid.count_words()[:, relevant].sum(axis=1).tolist() == counted["relevant"].tolist()
    assert grid.count_words()[:, ~relevant].sum(axis=1).tolist() == counted["not_applicable"].tolist()
    assert grid.find_relevant(framework).sum(axis=0).tolist() == counted["relevant"].tolist()
