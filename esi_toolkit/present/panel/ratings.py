"""A criterion rated in words: its rating and why, its items, and what another level would do."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from esi_toolkit.data.framework import Criterion
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import RatingTrace
from esi_toolkit.present.html import escape
from esi_toolkit.present.panel.figures import NOT_RATED
from esi_toolkit.present.panel.look import GROW, ROW, heading, html, paragraph, set_value
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import OTHER, say_rating_change

NOT_JUDGED = "not judged"
_LEVEL = widgets.Layout(width="175px", flex="0 0 auto")


class RatingsView(widgets.VBox):
    """The criterion that is looked at; the level of an item can be changed to see what would follow.

    Parameters
    ----------
    state : PanelState
        ``state.criterion`` is the one looked at.
    form : Widget
        Stands below the items.
    """

    def __init__(self, state: PanelState, form: widgets.Widget):
        self._state = state
        self._rows: dict[str, list[ItemRow]] = {}
        rated = [one for one in state.framework.criteria if one.scored_by == "evidence"]
        names = [(f"{one.id} {one.title}", one.id) for one in rated]
        self._criterion = widgets.Dropdown(options=names, description="Criterion", layout=GROW)
        self._rating, self._about, self._items = html(), html(), widgets.VBox()
        title = html(heading(3, "Evidence and rating"))
        super().__init__([title, self._criterion, self._rating, self._about, self._items, form])
        self._criterion.observe(state.on_user(lambda event: state.look_at(event["new"])), names="value")

    def show(self) -> None:
        """Bring the view up to what the state says."""
        code = self._state.criterion
        set_value(self._criterion, code)
        set_value(self._rating, rating_html(self._state, code))
        set_value(self._about, _about_html(self._state.framework.criterion(code)))
        if code not in self._rows:
            items = self._state.official.traces[code].items.to_dict("records")
            self._rows[code] = [ItemRow(self._state, item) for item in items]
        if self._items.children != tuple(self._rows[code]):
            self._items.children = self._rows[code]
        for row in self._rows[code]:
            row.show()


class ItemRow(widgets.HBox):
    """One item and its level.

    Parameters
    ----------
    state : PanelState
        For the changes.
    item : dict
        A row of `RatingTrace.items` of the official scorecard.
    """

    def __init__(self, state: PanelState, item: dict[str, Any]):
        self._state, self._item = state, item
        self._level = widgets.Dropdown(
            options=[(word or NOT_JUDGED, word) for word in self._choices()],
            value=item["level"],
            description=item["item"],
            disabled=not item["counts"],
            layout=_LEVEL,
            style={"description_width": "40px"},
        )
        self._text = html(layout=GROW)
        super().__init__([self._level, self._text], layout=ROW)
        self._level.observe(state.on_user(self._choose), names="value")

    def _choices(self) -> list[str]:
        levels = list(self._state.framework.ratings.levels)
        # An item without a recorded level gets the suggested one again, so "not judged" would change nothing.
        return levels if self._item["suggested"] else [*levels, ""]

    def _choose(self, event: Any) -> None:
        levels = {**self._state.changes.levels, self._item["item"]: event["new"]}
        if event["new"] == self._item["level"]:
            del levels[self._item["item"]]
        self._state.change(levels=levels)

    def show(self) -> None:
        """Bring the row up to what the state says."""
        level = self._state.changes.levels.get(self._item["item"], self._item["level"])
        set_value(self._level, level)
        set_value(self._text, f"<p>{escape(self._item['text'])}{self._notes(level)}</p>")

    def _notes(self, level: str) -> str:
        notes = []
        if self._item["weight"] != 1:
            notes.append(f"weight {self._item['weight']:g}")
        if not self._item["counts"]:
            notes.append(f"responsibility of {self._item['responsibility']}, stays out of the rating")
        if self._item["suggested"]:
            notes.append("suggested by performance")
        quiet = f' <span class="quiet">({escape("; ".join(notes))})</span>' if notes else ""
        if level == self._item["level"]:
            return quiet
        return f"{quiet} <strong>{OTHER} official {escape(self._item['level'] or NOT_JUDGED)}</strong>"


def rating_html(state: PanelState, code: str) -> str:
    """The calculated rating and its trace, and what the what-if makes of it."""
    official, asked = state.official.traces[code], state.answer.scorecard.traces[code]
    final = state.official.criteria.set_index("criterion").loc[code]
    decided = f"Decided: {final['rating']}. " if final["adjusted"] else ""
    content = heading(4, f"{decided}Calculated: {official.rating or NOT_RATED}")
    content += paragraph(_trace_words(official))
    if (asked.rating, asked.words) != (official.rating, official.words):
        change = say_rating_change(official.rating, asked.rating, state.framework.ratings)
        words = f"What if: {asked.rating or NOT_RATED} ({change}). {_trace_words(asked)}"
        content += f'<div class="asking" role="status">{escape(words)}</div>'
    return content


def _trace_words(trace: RatingTrace) -> str:
    words = " ".join(part for part in (trace.words, trace.suggestion) if part)
    return f"{words} Without a level: {join_words(trace.unjudged)}." if trace.unjudged else words


def _about_html(criterion: Criterion) -> str:
    about = paragraph(criterion.description, "quiet") if criterion.description else ""
    asked = "Change a level to see what would follow; that is a question, and is not recorded."
    return heading(4, "Items and levels") + about + paragraph(asked)
