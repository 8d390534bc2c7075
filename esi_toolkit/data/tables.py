"""What each table of an area folder must look like, and the step from text to numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from esi_toolkit.errors import Problem, suggest


@dataclass(frozen=True)
class Column:
    """One column: what its cells hold and whether it must be there and filled in."""

    name: str
    holds: str = "text"  # text, code, number, count, percent
    needed: bool = True
    may_be_blank: bool = False


@dataclass(frozen=True)
class Table:
    """One file: its columns, what makes a row unique, and whether further columns are welcome."""

    stem: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    further_columns: bool = False

    @property
    def text_columns(self) -> frozenset[str]:
        """Columns that hold codes or words, never numbers."""
        return frozenset(column.name for column in self.columns if column.holds in ("text", "code"))


def _text(name: str, *, blank: bool = False, needed: bool = True) -> Column:
    return Column(name, "text", needed, blank)


def _number(name: str, holds: str = "number", *, blank: bool = True) -> Column:
    return Column(name, holds, True, blank)


_CODE = {name: Column(name, "code") for name in ("case_id", "question", "criterion", "item", "code")}

TABLES: Mapping[str, Table] = {
    table.stem: table
    for table in (
        Table(
            "cases",
            (
                _CODE["case_id"],
                _text("order_type", blank=True),
                _text("risk_of_harm", blank=True),
                _text("assessor", blank=True),
            ),
            ("case_id",),
            further_columns=True,
        ),
        Table(
            "judgements",
            (
                _CODE["case_id"],
                _CODE["question"],
                _text("judgement", blank=True),
                Column("assessor_id", "code", needed=False, may_be_blank=True),
            ),
            ("case_id", "question", "assessor_id"),
        ),
        Table(
            "question_counts",
            (_CODE["question"], _number("relevant", "count", blank=False), _number("positive", blank=False)),
            ("question",),
        ),
        Table("criterion_scores", (_CODE["criterion"], _number("score", "percent")), ("criterion",)),
        Table(
            "evidence",
            (
                _CODE["criterion"],
                _CODE["item"],
                _text("level", blank=True),
                _text("responsibility"),
                _text("note", blank=True, needed=False),
            ),
            ("criterion", "item"),
        ),
        Table(
            "performance",
            (
                _text("indicator"),
                _text("reference", blank=True),
                _text("better"),
                _text("unit", blank=True),
                _number("target"),
                _number("area"),
                _number("national"),
                _text("period", blank=True),
                Column("counts_for", "code", True, True),
            ),
            ("indicator",),
        ),
        Table(
            "context",
            (
                _text("measure"),
                _number("area"),
                _number("national"),
                _text("unit", blank=True),
                _text("period", blank=True),
            ),
            ("measure", "period"),
        ),
        Table("criminogenic_factors", (_text("factor"), _number("percent_of_cases", "percent")), ("factor",)),
        Table(
            "feedback",
            (_text("question"), _number("percent_positive", "percent"), _number("respondents", "count")),
            ("question",),
        ),
        Table("oasys_reassessment", (_text("measure"), _number("percent", "percent")), ("measure",)),
        Table(
            "reconviction",
            (
                _text("place"),
                _number("actual_percent", "percent"),
                _number("predicted_percent", "percent"),
                _text("cohort", blank=True),
            ),
            ("place",),
        ),
        Table(
            "reconviction_cases",
            (
                _CODE["case_id"],
                _number("predicted_percent", "percent", blank=False),
                _text("reconvicted"),
            ),
            ("case_id",),
        ),
        Table("published", (_CODE["code"], _text("value")), ("code",)),
    )
}

RECONVICTED = ("yes", "no")
"""What can have become of a case that was followed up."""

BETTER = ("higher", "lower")
"""The two directions a performance indicator can have."""


def check_columns(table: pd.DataFrame, spec: Table, name: str) -> list[Problem]:
    """Missing and unknown columns of a table of text."""
    known = [column.name for column in spec.columns]
    problems = [
        Problem(
            name,
            "no such column",
            f"the column '{column.name}'",
            "add it to the heading",
            row=1,
            column=column.name,
        )
        for column in spec.columns
        if column.needed and column.name not in table.columns
    ]
    if not spec.further_columns:
        problems += [
            Problem(
                name,
                f"the unknown column '{column}'",
                "only " + ", ".join(known),
                suggest(column, known, "delete the column"),
                row=1,
            )
            for column in table.columns
            if column not in known
        ]
    return problems


def to_typed(table: pd.DataFrame, spec: Table, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Check every cell and turn number columns into floats (NaN where blank).

    Parameters
    ----------
    table : DataFrame of str
        As `formats.parse_table` gives it, with the columns of ``spec``.
    spec : Table
        What it should look like.
    name : str
        File name for the problems.

    Returns
    -------
    table : DataFrame
        A new one; text columns stay text, optional columns that are absent are added as empty text.
    problems : list of Problem
        Blank cells, numbers that are none, spaces around codes, repeated rows.
    """
    typed, problems = table.copy(), []
    for column in spec.columns:
        if column.name not in typed.columns:
            typed[column.name] = pd.Series("", index=typed.index, dtype="str")
        cells = typed[column.name]
        problems += _blank_problems(cells, column, name)
        if column.holds == "code":
            problems += _space_problems(cells, column, name)
        elif column.holds != "text":
            typed[column.name], more = _numbers(cells, column, name)
            problems += more
    return typed, problems + _repeated_rows(typed, spec, name, table.columns)


_KINDS = {
    "text": "a word",
    "code": "a code",
    "number": "a number",
    "count": "a whole number, 0 or more",
    "percent": "a number from 0 to 100",
}


def _blank_problems(cells: pd.Series, column: Column, name: str) -> list[Problem]:
    if column.may_be_blank:
        return []
    return [
        Problem(name, "an empty cell", _KINDS[column.holds], "fill it in", row=row, column=column.name)
        for row, _ in find_cells(cells, lambda value: not value.strip())
    ]


def _space_problems(cells: pd.Series, column: Column, name: str) -> list[Problem]:
    return [
        Problem(
            name,
            f"'{value}'",
            "a code without spaces around it",
            "delete the spaces",
            row=row,
            column=column.name,
        )
        for row, value in find_cells(cells, lambda value: value != value.strip())
    ]


def find_cells(cells: pd.Series, is_wanted: Callable[[str], bool]) -> list[tuple[Any, str]]:
    """Row and value of the cells that something holds of; asked once for each different value.

    Examples
    --------
    >>> find_cells(pd.Series(["a", "B", "a"], index=[2, 3, 4]), str.islower)
    [(2, 'a'), (4, 'a')]
    """
    wanted = [value for value in cells.unique() if is_wanted(value)]
    return list(cells[cells.isin(wanted)].items()) if wanted else []


def _numbers(cells: pd.Series, column: Column, name: str) -> tuple[pd.Series, list[Problem]]:
    values, problems = [], []
    for row, text in cells.items():
        value, fits = _number_of(text, column.holds)
        values.append(value)
        if not fits:
            fix = "write the plain number, without sign, unit or thousands separator"
            found, expected = f"'{text[:40]}'", _KINDS[column.holds]
            problems.append(Problem(name, found, expected, fix, row=row, column=column.name))
    return pd.Series(values, index=cells.index, dtype="float64"), problems


def _number_of(text: str, holds: str) -> tuple[float, bool]:
    """The number in a cell (NaN if blank or none), and whether the cell may hold it."""
    if not text.strip():
        return math.nan, True
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return math.nan, False
    if not math.isfinite(value):
        return math.nan, False
    fits = {"count": value >= 0 and value.is_integer(), "percent": 0 <= value <= 100}.get(holds, True)
    return (value, True) if fits else (math.nan, False)


def _repeated_rows(table: pd.DataFrame, spec: Table, name: str, columns: Collection[str]) -> list[Problem]:
    repeated = table[table.duplicated(list(spec.unique), keep="first")] if spec.unique else table.iloc[:0]
    key = " and ".join(column for column in spec.unique if column in columns)
    return [
        Problem(name, f"the same {key} a second time", "each once", "delete one of the two rows", row=row)
        for row in repeated.index
    ]
