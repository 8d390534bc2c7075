"""The head of the panel: overall and section scores, official and what if, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.html import escape
from esi_toolkit.present.numbers import count_of
from esi_toolkit.present.panel.look import BUTTON, ROW, heading, html, paragraph, set_value
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import say_difference, say_score


class ScoreBoard(widgets.VBox):
    """Overall and sections, official above what if; what is being asked, and *Back to official*."""

    def __init__(self, state: PanelState):
        self._state = state
        self._table = html()
        self._asked = html()
        self._back = widgets.Button(description="Back to official", icon="undo", layout=BUTTON)
        self._back.tooltip = "Forget the what-if and show the official figures"
        self._back.on_click(state.on_user(lambda _: state.back_to_official()))
        asked = widgets.HBox([self._asked, self._back], layout=ROW)
        super().__init__([html(_title(state)), self._table, asked])
        state.watch(self._show)

    def _show(self) -> None:
        set_value(self._table, _scores_html(self._state))
        set_value(self._asked, _asked_html(self._state.words))
        self._back.disabled = self._state.changes.is_empty


def _title(state: PanelState) -> str:
    area, card = state.inspection.area, state.official
    made_from = f"from {count_of(card.cases, 'case')}" if card.level == "judgements" else f"from {card.level}"
    synthetic = ", synthetic data" if card.synthetic else ""
    title = heading(2, f"{area.name}: the lead inspector's panel")
    return title + paragraph(f"{card.framework.title}, {made_from}{synthetic}.", "quiet")


def _scores_html(state: PanelState) -> str:
    columns = list(_score_columns(state))
    heads = "".join(f'<th scope="col">{escape(column["name"])}</th>' for column in columns)
    official = "".join(f"<td>{column['official']}</td>" for column in columns)
    marks = {True: ' class="changed"', False: ""}
    what_if = "".join(f"<td{marks[column['changed']]}>{escape(column['what_if'])}</td>" for column in columns)
    return (
        f'<table class="scores"><caption>Scores</caption><thead><tr><td></td>{heads}</tr></thead><tbody>'
        f'<tr><th scope="row">Official</th>{official}</tr>'
        f'<tr><th scope="row">What if</th>{what_if}</tr></tbody></table>'
    )


def _score_columns(state: PanelState) -> Iterator[dict[str, Any]]:
    rows = state.answer.differences
    rows = rows[
        rows["level"].isin(["overall", "section"]) & (rows["official"].notna() | rows["what_if"].notna())
    ]
    for row in rows.to_dict("records"):
        code, changed = row["code"], bool(row["changed"])
        words = say_difference(row["official"], row["what_if"], changed)
        yield {
            "name": row["title"] if code == "overall" else f"{code} {row['title']}",
            "official": _large(say_score(row["official"])),
            "what_if": (f"{say_score(row['what_if'])} {words}" if changed else words) + _lacks(state, code),
            "changed": changed,
        }


def _large(score: str) -> str:
    """HTML of a score whose published figure stands out."""
    published, _, exact = score.partition(" (")
    return f"<strong>{escape(published)}</strong>" + (f" ({escape(exact)}" if exact else "")


def _lacks(state: PanelState, code: str) -> str:
    card = state.answer.scorecard
    missing = {row.section: row.missing for row in card.sections.itertuples()}
    missing["overall"] = join_words(card.overall.missing) if card.overall.missing else ""
    return f", incomplete: without {missing[code]}" if missing[code] else ""


def _asked_html(words: list[str]) -> str:
    if not words:
        text = "No what-if: change something below and see what would follow. Nothing is recorded by it."
        return f'<div class="note" role="status">{escape(text)}</div>'
    return (
        f'<div class="asking" role="status"><strong>What if: {escape(join_words(words))}.</strong>'
        " Nothing of this is recorded.</div>"
    )
