"""The panel's one chart: ratings and scores, official and what if, and what moves the overall.

It is built once; a change only moves its marks, in one message to the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pandas as pd

from esi_toolkit.present.figure import CONFIG
from esi_toolkit.present.numbers import percent
from esi_toolkit.present.panel.chart_frame import POINTS, Line, empty_traces, make_frame, make_layout
from esi_toolkit.present.panel.figures import NOT_RATED
from esi_toolkit.present.panel.late_figure import LateFigure
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import DOWN, OTHER, UP, say_difference, say_rating_change
from esi_toolkit.present.style import plain_text

_SAME = 1e-9


class PanelChart:
    """The chart and what moves in it.

    Attributes
    ----------
    figure : FigureWidget
        Official figures are circles; where the what-if differs, a diamond and a sign in the label say so.
    """

    def __init__(self, state: PanelState):
        self._state = state
        self._frame = make_frame(state.framework)
        self.figure = LateFigure(data=empty_traces(self._frame), layout=make_layout(self._frame))
        self.figure._config = {**CONFIG}
        self._traces = {trace.name: trace for trace in self.figure.data}
        state.watch(self._show)
        self.figure.open_filled()

    def _show(self) -> None:
        with self.figure.batch_update():
            self._show_ratings(self._state.answer.differences)
            self._show_scores(self._state.answer.differences)
            self._show_effects(self._state.answer.effects)
        self._remember()

    def _remember(self) -> None:
        """Let a browser that joins later draw what is shown now.

        Plotly sends it what the figure was made with; where that is set as other traits are, all of it would
        be sent to every browser with each change.
        """
        now = {"_widget_data": self.figure._data, "_widget_layout": self.figure._layout_obj._props}
        self.figure._trait_values.update(deepcopy(now))

    def _show_ratings(self, differences: pd.DataFrame) -> None:
        ratings, scale = self._state.framework.ratings, self._frame.scale
        official, what_if, hover, names = [], [], [], []
        for line in self._frame.rated:
            row = differences.loc[line.code]
            before, after = row["official_rating"], row["what_if_rating"]
            words = say_rating_change(before, after, ratings)
            official.append(_place(before, scale))
            what_if.append(_place(after, scale) if row["changed"] else None)
            hover.append(plain_text(f"{line.code} {line.title}: official {before or NOT_RATED}, {words}"))
            names.append(_name(line, f" {words}" if row["changed"] else ""))
        self._move("ratings", official, what_if, hover)
        self.figure.layout.yaxis.ticktext = names

    def _show_scores(self, differences: pd.DataFrame) -> None:
        official, what_if, hover, names = [], [], [], []
        for line in self._frame.scored:
            row = differences.loc[line.code]
            words = say_difference(row["official"], row["what_if"], row["changed"])
            official.append(_number(row["official"]))
            what_if.append(_number(row["what_if"]) if row["changed"] else None)
            hover.append(
                plain_text(f"{line.code} {line.title}: official {percent(row['official'], 1)}, {words}")
            )
            names.append(_name(line, f" {_figures(row)}"))
        self._move("scores", official, what_if, hover)
        self.figure.layout.yaxis2.ticktext = names
        self.figure.layout.xaxis2.range = _score_range([*official, *what_if])

    def _move(
        self, name: str, official: Sequence[float | None], what_if: Sequence[float | None], hover: list[str]
    ) -> None:
        self._traces[f"{name} official"].update(x=official, customdata=hover)
        self._traces[f"{name} what if"].update(x=what_if, customdata=hover)
        links = [
            (a, b, None) if a is not None and b is not None else (None, None, None)
            for a, b in zip(official, what_if, strict=True)
        ]
        self._traces[f"{name} links"].x = [x for link in links for x in link]

    def _show_effects(self, effects: pd.DataFrame) -> None:
        codes = [line.code for line in self._frame.scored if not line.is_sum]
        points = (POINTS * effects.reindex(codes)).fillna(0.0)
        rows = list(zip(points["official"], points["what_if"], strict=True))
        self._traces["effects official"].update(
            x=[a for a, _ in rows], text=[_effect_words(*row) for row in rows]
        )
        self._traces["effects what if"].x = [b if abs(a - b) > _SAME else None for a, b in rows]


def _name(line: Line, figures: str) -> str:
    text = plain_text(("Overall" if line.code == "overall" else line.code) + figures)
    return f"<b>{text}</b>" if line.is_sum else text


def _figures(row: Any) -> str:
    official, what_if = (percent(row[name], 1).removesuffix("%") for name in ("official", "what_if"))
    if not row["changed"]:
        return official
    if pd.isna(row["official"]) or pd.isna(row["what_if"]):
        return f"{official} {OTHER} {what_if}"
    return f"{official} {UP if row['difference'] > 0 else DOWN} {what_if}"


def _effect_words(official: float, what_if: float) -> str:
    if abs(official - what_if) <= _SAME:
        return f"{official:.2f}"
    return f"{official:.2f} {UP if what_if > official else DOWN} {what_if:.2f}"


def _place(rating: str | None, scale: Sequence[str]) -> int | None:
    return scale.index(rating) if rating in scale else None


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _score_range(scores: Sequence[float | None]) -> list[float]:
    """From below the lowest score to 100, so that small changes are seen."""
    known = [score for score in scores if score is not None]
    lowest = POINTS * (min(known, default=0.0) // POINTS)
    return [max(0.0, lowest - POINTS / 2), 102.0]
