"""Tables: the same text out of CSV, Parquet and Excel, with the row numbers that a spreadsheet shows."""

from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pandas.testing as pdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.formats import parse_table

CSV = b"question,relevant\nB1.1,4\nB1.10,7\n"


def read(content: bytes, name: str = "table.csv", text_columns: frozenset[str] = frozenset()) -> pd.DataFrame:
    table, problems = parse_table(content, name, text_columns)
    assert problems == []
    assert table is not None
    return table


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(columns: dict[str, list[object]]) -> bytes:
    return pd.DataFrame(columns).to_parquet()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + CSV,
        CSV.replace(b"\n", b"\r\n"),
        CSV.replace(b"\n", b"\r"),
        CSV.rstrip(b"\n"),
        CSV.replace(b"question,relevant", b'"question", relevant '),
        CSV.replace(b"\n", b",,\n"),
        CSV + b"\n,\n",
    ],
    ids=[
        "BOM",
        "Windows lines",
        "old Mac lines",
        "no last line end",
        "quotes",
        "empty columns",
        "blank rows",
    ],
)
def test_harmless_differences_between_csv_files_make_none(content):
    pdt.assert_frame_equal(read(content), read(CSV))


def test_csv_parquet_and_workbook_give_the_same_table():
    rows = {"question": ["B1.1", "B1.10"], "relevant": [4, 7]}
    sheet = [list(rows), *map(list, zip(*rows.values(), strict=True))]
    codes = frozenset({"question"})
    pdt.assert_frame_equal(read(parquet(rows), "table.parquet", codes), read(CSV))
    pdt.assert_frame_equal(read(workbook(sheet), "table.xlsx", codes), read(CSV))


def test_nothing_is_guessed():
    words = ["1.10", "007", "n/a", "None", "NaN", "TRUE", "1e3", "2004-03-01", " x "]
    table = read("\n".join(["word,other", *(f"{word},y" for word in words)]).encode())
    assert table["word"].tolist() == words
    assert table["word"].dtype == "str"


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    assert read(b'note,x\n"over\nthree\nlines",1\n\nnext,2\n').index.tolist() == [2, 6]
    assert read(workbook([["a", "b"], [None, None], ["x", "y"]]), "t.xlsx").index.tolist() == [3]


def test_a_cell_may_hold_commas_quotes_and_lines():
    assert read(b'note,x\n"a, ""b""\nc",1\n')["note"].tolist() == ['a, "b"\nc']


def test_an_empty_cell_is_empty_text_in_every_format():
    assert read(b"a,b\n,1\n")["a"].tolist() == [""]
    assert read(workbook([["a", "b"], [None, "x"]]), "t.xlsx")["a"].tolist() == [""]
    columns = {"a": [None, float("nan"), 1.5], "b": ["x", None, "y"]}
    assert read(parquet(columns), "t.parquet").values.tolist() == [["", "x"], ["", ""], ["1.5", "y"]]


def test_numbers_of_a_workbook_become_plain_text():
    sheet = [["n"], [4.0], [0.1], [True], [123456789012]]
    assert read(workbook(sheet), "t.xlsx")["n"].tolist() == ["4", "0.1", "true", "123456789012"]


@pytest.mark.parametrize(
    ("shown_as", "refused"),
    [("0%", True), ("0.0%;-0.0%", True), ("General", False), ('0"%"', False), ("0\\%", False)],
)
def test_a_percentage_of_a_workbook_is_not_taken_for_its_hundredth(shown_as, refused):
    book = openpyxl.Workbook()
    for row in (["criterion", "score"], ["B1", 0.87]):
        book.active.append(row)
    book.active["B2"].number_format = shown_as
    stream = io.BytesIO()
    book.save(stream)
    _, problems = parse_table(stream.getvalue(), "t.xlsx")
    assert [(problem.row, problem.found) for problem in problems] == (
        [(2, "a number shown as a percentage in B2")] if refused else []
    )


def test_a_heading_alone_is_a_table_without_rows():
    assert read(b"case_id,question\n").shape == (0, 2)


def test_every_ragged_row_is_named():
    _, problems = parse_table(b"a,b\n1\n1,2\n1,2,3\n", "t.csv")
    assert [problem.row for problem in problems] == [2, 4]


def test_every_number_among_codes_is_named():
    sheet = workbook([["question", "n"], ["B1.1", 1], [1.1, 1], [None, 1], [7, 1]])
    _, problems = parse_table(sheet, "t.xlsx", frozenset({"question"}))
    assert [(problem.row, problem.column) for problem in problems] == [(3, "question"), (5, "question")]


@given(st.binary(max_size=200), st.sampled_from(["t.csv", "t.parquet", "t.xlsx"]))
def test_no_bytes_make_the_reader_fail(content, name):
    table, problems = parse_table(content, name)
    assert (table is None) == bool(problems)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2),
        max_size=5,
    )
)
def test_what_is_written_as_csv_is_read_back(rows):
    wanted = [row for row in rows if any(cell.strip() for cell in row)]
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    assert read(stream.getvalue().encode("utf-8")).values.tolist() == wanted


@pytest.mark.parametrize("quoted", ["B1.1", '"B1.1"', '"B1\n.1"'])
def test_rows_are_numbered_by_their_lines_also_after_a_cell_of_two(quoted):
    table = read(f"question,relevant\n\n{quoted},4\n , \nB1.10,7\n".encode())
    further = quoted.count("\n")
    assert table.index.tolist() == [3, 5 + further]
    assert table["relevant"].tolist() == ["4", "7"]


@pytest.mark.parametrize("before", ["B1.1,4\n", '"B1\n.1",4\n'])
def test_a_quote_that_is_wrong_is_found_on_its_line(before):
    table, problems = parse_table(f'question,relevant\n{before}"B1"2,7\n'.encode(), "table.csv")
    assert table is None
    assert [problem.row for problem in problems] == [2 + before.count("\n")]
