"""Every figure, official and what if, as a table: what the chart shows, for reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets
import pandas as pd

from esi_toolkit.data.framework import Ratings
from esi_toolkit.present.numbers import percent
from esi_toolkit.present.panel.look import html, set_value, table
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import say_difference, say_rating_change

_HEADS = ("Figure", "Official", "What if", "Change")
NOT_RATED = "not rated"


class FiguresView(widgets.VBox):
    """All sections and criteria, then the questions that changed."""

    def __init__(self, state: PanelState):
        self._state = state
        self._table = html()
        super().__init__([self._table])

    def show(self) -> None:
        """Bring the view up to what the state says."""
        differences, ratings = self._state.answer.differences, self._state.framework.ratings
        is_question = differences["level"] == "question"
        rows = figure_rows(without_questions(differences), ratings)
        content = table("Overall, sections and criteria", _HEADS, rows)
        changed = differences[is_question & differences["changed"]]
        if len(changed):
            content += table("Questions that changed", _HEADS, figure_rows(changed, ratings))
        set_value(self._table, content)


def without_questions(differences: pd.DataFrame) -> pd.DataFrame:
    """Overall, criteria, and the sections that can have a score at all."""
    is_rated_only = (
        (differences["level"] == "section") & differences["official"].isna() & ~differences["changed"]
    )
    return differences[(differences["level"] != "question") & ~is_rated_only]


def figure_rows(differences: pd.DataFrame, ratings: Ratings) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Rows of `compare_scorecards` in words, each with whether it changed.

    Parameters
    ----------
    differences : DataFrame
        See `compare_scorecards`.
    ratings : Ratings
        For the order of the words.
    """
    for row in differences.to_dict("records"):
        name = row["title"] if row["level"] == "overall" else f"{row['code']} {row['title']}"
        official, what_if = _rating(row["official_rating"]), _rating(row["what_if_rating"])
        if official or what_if:
            change = say_rating_change(official, what_if, ratings)
            yield (name, official or NOT_RATED, what_if or NOT_RATED, change), row["changed"]
        else:
            change = say_difference(row["official"], row["what_if"], row["changed"])
            yield (name, percent(row["official"], 1), percent(row["what_if"], 1), change), row["changed"]


def _rating(value: Any) -> str | None:
    return value if isinstance(value, str) else None
