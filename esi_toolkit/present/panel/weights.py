"""What if sections, importance or criteria weighed differently, or a criterion were left out?"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from esi_toolkit.data.framework import Criterion, Section
from esi_toolkit.present.html import escape
from esi_toolkit.present.panel.look import GROW, ROW, heading, html, paragraph, set_value
from esi_toolkit.present.panel.state import PanelState

_WORDS = widgets.Layout(width="225px", flex="0 0 auto")
_TICK = widgets.Layout(width="130px", flex="0 0 auto")
_HEAVIEST = 1000.0


class WeightsView(widgets.VBox):
    """Weights of sections and of the words for importance; importance of each criterion, or leave it out."""

    def __init__(self, state: PanelState):
        self._state = state
        framework = state.framework
        sections = [
            WeightRow(state, "section_weights", s.id, _name(s), s.weight)
            for s in framework.sections
            if s.weight
        ]
        words = [
            WeightRow(state, "importance_weights", word, f"criteria that are {word}", weight)
            for word, weight in framework.importance.items()
        ]
        criteria = [CriterionRow(state, one) for one in framework.criteria if one.scored_by == "judgements"]
        self._rows: list[WeightRow | CriterionRow] = [*sections, *words, *criteria]
        super().__init__(
            [
                html(heading(3, "What if: weights") + heading(4, "Sections in the overall")),
                *sections,
                html(heading(4, "What importance weighs")),
                *words,
                html(heading(4, "Criteria") + paragraph("Another importance, or left out of its section.")),
                *criteria,
            ]
        )

    def show(self) -> None:
        """Bring the view up to what the state says."""
        for row in self._rows:
            row.show()


def _name(section: Section) -> str:
    return f"{section.id} {section.title}"


class WeightRow(widgets.HBox):
    """One weight, with the official one beside it."""

    def __init__(self, state: PanelState, field: str, code: str, name: str, official: float):
        self._state, self._field, self._code, self._official = state, field, code, official
        self._weight = widgets.BoundedFloatText(
            official, min=0, max=_HEAVIEST, step=1, description=name, layout=widgets.Layout(width="330px")
        )
        self._weight.style.description_width = "230px"
        self._beside = html(layout=GROW)
        super().__init__([self._weight, self._beside], layout=ROW)
        self._weight.observe(state.on_user(self._weigh), names="value")

    def _weigh(self, event: Any) -> None:
        weights = {**getattr(self._state.changes, self._field), self._code: event["new"]}
        if event["new"] == self._official:
            del weights[self._code]
        self._state.change(**{self._field: weights})

    def show(self) -> None:
        """Bring the row up to what the state says."""
        weight = getattr(self._state.changes, self._field).get(self._code, self._official)
        set_value(self._weight, weight)
        set_value(
            self._beside,
            "" if weight == self._official else f"<strong>◆ official {self._official:g}</strong>",
        )


class CriterionRow(widgets.VBox):
    """One criterion's importance, and a tick to leave it out."""

    def __init__(self, state: PanelState, criterion: Criterion):
        self._state, self._criterion = state, criterion
        words = list(state.framework.importance)
        self._importance = widgets.Dropdown(
            options=words,
            value=criterion.importance,
            description=f"importance of {criterion.id}",
            layout=_WORDS,
            style={"description_width": "115px"},
        )
        self._out = widgets.Checkbox(description=f"leave {criterion.id} out", indent=False, layout=_TICK)
        self._text = html()
        super().__init__([self._text, widgets.HBox([self._out, self._importance], layout=ROW)])
        self.add_class("line")
        self._importance.observe(state.on_user(self._weigh), names="value")
        self._out.observe(state.on_user(self._leave_out), names="value")

    def _weigh(self, event: Any) -> None:
        importance = {**self._state.changes.importance, self._criterion.id: event["new"]}
        if event["new"] == self._criterion.importance:
            del importance[self._criterion.id]
        self._state.change(importance=importance)

    def _leave_out(self, event: Any) -> None:
        others = self._state.changes.left_out - {self._criterion.id}
        self._state.change(left_out=others | ({self._criterion.id} if event["new"] else set()))

    def show(self) -> None:
        """Bring the row up to what the state says."""
        changes, code = self._state.changes, self._criterion.id
        importance = changes.importance.get(code, self._criterion.importance)
        set_value(self._importance, importance)
        set_value(self._out, code in changes.left_out)
        mark = ""
        if code in changes.left_out:
            mark = "◆ left out"
        elif importance != self._criterion.importance:
            mark = f"◆ official {self._criterion.importance}"
        text = f"<p><strong>{escape(code)}</strong> {escape(self._criterion.title)}"
        set_value(self._text, f"{text}{f' <strong>{escape(mark)}</strong>' if mark else ''}</p>")
