"""How a figure came about, as lines for a terminal: the words, then the table behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from esi_toolkit.method.explain import Explanation
from esi_toolkit.present.numbers import is_missing, number, percent

_GAP = "  "
_NARROWEST = 24
_HEADINGS = {"importance_weight": "weight", "not_applicable": "not applicable"}
_ONLY_WHERE_SAID = ("suggested", "incomplete", "without")
_TEXTS = ("text", "title")


def explanation_lines(explanation: Explanation, width: int | None = None) -> Iterator[str]:
    """An explanation's words and the table behind it.

    Parameters
    ----------
    explanation : Explanation
        Of any code.
    width : int, optional
        Columns of the terminal: long texts are then broken over several lines; default: never.

    Yields
    ------
    str
        Counts as whole numbers, scores to one decimal, no text cut short.
    """
    yield explanation.words
    if not explanation.table.empty:
        yield ""
        yield from _table_lines(explanation.table, width)


def _table_lines(table: pd.DataFrame, width: int | None) -> Iterator[str]:
    missing = "not answered" if "question" in table else "without"
    shown = table.rename(columns={**_HEADINGS, "missing": missing})
    silent = [name for name in _ONLY_WHERE_SAID if name in shown and not shown[name].any()]
    shown = shown.drop(columns=silent)
    columns = {name: [name, *_cells(shown[name])] for name in shown}
    widths = {name: max(map(len, cells)) for name, cells in columns.items()}
    if width is not None:
        widths = _fit(widths, width)
    right = {name for name in shown if is_numeric_dtype(shown[name]) and not is_bool_dtype(shown[name])}
    for row in zip(*columns.values(), strict=True):
        yield from _row_lines(dict(zip(columns, row, strict=True)), widths, right)


def _fit(widths: dict[str, int], width: int) -> dict[str, int]:
    """The same widths with the long texts made narrower."""
    others = sum(wide + len(_GAP) for name, wide in widths.items() if name not in _TEXTS)
    room = max(_NARROWEST, width - others)
    return {name: min(wide, room) if name in _TEXTS else wide for name, wide in widths.items()}


def _cells(column: pd.Series) -> list[str]:
    if is_bool_dtype(column):
        return ["yes" if value else "no" for value in column]
    if not is_numeric_dtype(column):
        return ["" if is_missing(value) else " ".join(str(value).split()) for value in column]
    if column.name == "score":
        return ["no score" if is_missing(value) else percent(value, 1) for value in column]
    return ["not known" if is_missing(value) else number(value) for value in column]


def _row_lines(cells: dict[str, str], widths: dict[str, int], right: set[str]) -> Iterator[str]:
    """One row; the cells of a broken text stand below each other."""
    broken = {name: textwrap.wrap(cell, widths[name]) or [""] for name, cell in cells.items()}
    for line in range(max(map(len, broken.values()))):
        parts = []
        for name, pieces in broken.items():
            piece = pieces[line] if line < len(pieces) else ""
            parts.append(piece.rjust(widths[name]) if name in right else piece.ljust(widths[name]))
        yield _GAP.join(parts).rstrip()
