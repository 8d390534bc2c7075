"""What if a question were left out, or weighed more or less within its criterion?"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from esi_toolkit.data.framework import Question
from esi_toolkit.present.html import escape
from esi_toolkit.present.numbers import UNRELIABLE, show_share
from esi_toolkit.present.panel.look import GROW, ROW, heading, html, paragraph, set_value
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import say_difference, say_score

_WEIGHT = widgets.Layout(width="175px", flex="0 0 auto")
_TICK = widgets.Layout(width="150px", flex="0 0 auto")
_HEAVIEST = 1000.0


class QuestionsView(widgets.VBox):
    """The questions of one criterion: leave out, or another weight."""

    def __init__(self, state: PanelState):
        self._state = state
        self._rows: dict[str, list[QuestionRow]] = {}
        scored = [one for one in state.framework.criteria if one.questions]
        self._criterion = widgets.Dropdown(
            options=[(f"{one.id} {one.title}", one.id) for one in scored],
            description="Questions of",
            layout=GROW,
        )
        self._result = html()
        self._box = widgets.VBox()
        few = state.framework.display.unreliable_below
        intro = (
            "Leave a question out, or give it another weight within its criterion. The answers stay."
            f" {UNRELIABLE} marks a percentage of fewer than {few} cases."
        )
        super().__init__(
            [
                html(heading(3, "What if: questions") + paragraph(intro)),
                self._criterion,
                self._result,
                self._box,
            ]
        )
        self._criterion.observe(state.on_user(lambda _: self._choose()), names="value")
        self._choose()

    def _choose(self) -> None:
        code = self._criterion.value
        if code not in self._rows:
            questions = self._state.framework.criterion(code).questions
            self._rows[code] = [QuestionRow(self._state, question) for question in questions]
        self._box.children = self._rows[code]
        self.show()

    def show(self) -> None:
        """Bring the view up to what the state says."""
        row = self._state.answer.differences.loc[self._criterion.value]
        change = say_difference(row["official"], row["what_if"], row["changed"])
        official, what_if = say_score(row["official"]), say_score(row["what_if"])
        words = f"{row['code']}: official {official}, what if {what_if}, {change}."
        set_value(self._result, paragraph(words))
        for one in self._rows[self._criterion.value]:
            one.show()


class QuestionRow(widgets.VBox):
    """One question with its figures, a tick to leave it out, and its weight."""

    def __init__(self, state: PanelState, question: Question):
        self._state = state
        self._question = question
        self._text = html()
        self._out = widgets.Checkbox(description=f"leave {question.id} out", indent=False, layout=_TICK)
        self._weight = widgets.BoundedFloatText(
            question.weight, min=0, max=_HEAVIEST, step=0.5, description=f"weight of {question.id}",
            layout=_WEIGHT, style={"description_width": "105px"},
        )  # fmt: skip
        super().__init__([self._text, widgets.HBox([self._out, self._weight], layout=ROW)])
        self.add_class("line")
        self._out.observe(state.on_user(self._leave_out), names="value")
        self._weight.observe(state.on_user(self._weigh), names="value")

    def _leave_out(self, event: Any) -> None:
        others = self._state.changes.left_out - {self._question.id}
        self._state.change(left_out=others | ({self._question.id} if event["new"] else set()))

    def _weigh(self, event: Any) -> None:
        weights = {**self._state.changes.question_weights, self._question.id: event["new"]}
        if event["new"] == self._question.weight:
            del weights[self._question.id]
        self._state.change(question_weights=weights)

    def show(self) -> None:
        """Bring the row up to what the state says."""
        changes, code = self._state.changes, self._question.id
        weight = changes.question_weights.get(code, self._question.weight)
        set_value(self._out, code in changes.left_out)
        set_value(self._weight, weight)
        set_value(self._text, self._words(code in changes.left_out, weight))

    def _words(self, left_out: bool, weight: float) -> str:
        table = self._state.answer.scorecard.questions
        row = table[table["question"] == self._question.id].iloc[0]
        share = show_share(row["positive"], row["relevant"], self._state.framework.display)
        marks = "◆ left out" if left_out else "◆ other weight" if weight != self._question.weight else ""
        text = f"<strong>{escape(self._question.id)}</strong> {escape(self._question.text)}"
        figures = f' <span class="quiet">{escape(share.count)}, {escape(share.percent)}</span>'
        return f"<p>{text}{figures}{f' <strong>{marks}</strong>' if marks else ''}</p>"
