"""Rule 1: counting answers, the same on every kind of table."""

from __future__ import annotations

import dask.dataframe as dd
import duckdb
import narwhals as nw
import pandas as pd
import pandas.testing as pdt
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.method.questions import count_answers

VALUES = {
    "excellent": 1.0,
    "sufficient": 1.0,
    "half": 0.5,
    "insufficient": 0.0,
    "poor": 0.0,
    "not applicable": None,
}
COUNTS = ["relevant", "positive", "not_applicable", "unanswered", "unknown"]

KINDS = {
    "pandas": lambda table: table,
    "pandas objects": lambda table: table.astype(object),
    "pandas categories": lambda table: table.astype({"question": "category", "judgement": "category"}),
    "Polars": pl.from_pandas,
    "Polars lazy": lambda table: pl.from_pandas(table).lazy(),
    "PyArrow": pa.Table.from_pandas,
    "DuckDB": lambda table: duckdb.from_arrow(pa.Table.from_pandas(table)),
}


def answers(*words: str | None, question: str = "B1.1") -> pd.DataFrame:
    return pd.DataFrame({"question": question, "judgement": pd.Series(words, dtype="str")})


def counts(table: object, **options: object) -> dict[str, list[float]]:
    """Question to its counts, whatever kind of table comes back."""
    counted = nw.from_native(count_answers(table, VALUES, **options))
    eager = counted.collect(backend="pandas") if isinstance(counted, nw.LazyFrame) else counted
    frame = eager.to_pandas()
    return {str(row["question"]): [float(row[name]) for name in COUNTS] for row in frame.to_dict("records")}


def test_excellent_and_sufficient_count_one_and_insufficient_and_poor_nought():
    table = answers("excellent", "sufficient", "insufficient", "poor")
    assert counts(table) == {"B1.1": [4, 2, 0, 0, 0]}


def test_not_applicable_leaves_the_case_out_of_the_denominator():
    assert counts(answers("sufficient", "not applicable", "not applicable")) == {"B1.1": [1, 1, 2, 0, 0]}


def test_blank_and_null_answers_are_unanswered_and_not_taken_as_not_applicable():
    assert counts(answers("sufficient", "", None)) == {"B1.1": [1, 1, 0, 2, 0]}


def test_an_answer_may_be_worth_a_part_of_one():
    assert counts(answers("excellent", "half", "half", "poor")) == {"B1.1": [4, 2, 0, 0, 0]}


@pytest.mark.parametrize("kind", KINDS)
def test_where_no_answer_is_worth_anything_the_positive_ones_are_nought_and_not_missing(kind):
    counted = nw.from_native(count_answers(KINDS[kind](answers("poor")), {"poor": 0.0}))
    eager = counted.collect(backend="pandas") if isinstance(counted, nw.LazyFrame) else counted
    assert eager["positive"].to_list() == [0.0]


def test_any_other_word_is_counted_as_unknown_and_as_nothing_else():
    assert counts(answers("sufficient", "Sufficient", " poor", "nan")) == {"B1.1": [1, 1, 0, 0, 3]}


def test_a_question_without_rows_has_no_row_in_the_counts():
    assert counts(answers("poor").iloc[:0]) == {}


def test_answers_may_be_counted_by_area_and_question():
    table = pd.concat(
        [answers("poor").assign(area="North"), answers("sufficient", "excellent").assign(area="South")]
    )
    counted = count_answers(table, VALUES, by=("area", "question"))
    assert counted.set_index("area")["positive"].to_dict() == {"North": 0, "South": 2}


def test_values_that_are_all_nought_or_all_not_applicable_can_be_counted():
    table = answers("no", "never")
    assert count_answers(table, {"no": 0.0, "never": 0.0})["positive"].tolist() == [0]
    assert count_answers(table, {"no": None, "never": None})["relevant"].tolist() == [0]


def test_the_table_of_answers_is_not_changed():
    table = answers("sufficient", "", None)
    before = table.copy()
    count_answers(table, VALUES)
    pdt.assert_frame_equal(table, before)


@pytest.mark.parametrize("kind", KINDS)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["B1.1", "B1.10", "B1.2"]), st.sampled_from([*VALUES, "", "odd", None])),
        min_size=1,
    )
)
def test_every_kind_of_table_gives_the_same_counts(kind, rows):
    table = pd.DataFrame(rows, columns=["question", "judgement"]).astype("str")
    assert counts(KINDS[kind](table)) == counts(table)


def test_a_dask_table_gives_the_same_counts():
    table = pd.concat(
        [answers("sufficient", None, "poor"), answers("", "odd", question="B1.2")], ignore_index=True
    )
    assert counts(dd.from_pandas(table, npartitions=2)) == counts(table)
