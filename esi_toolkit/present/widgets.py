"""The lead inspector's panel, for JupyterLab: explore, decide, and see at once what follows."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets as widgets

from esi_toolkit.data.decision import Decision
from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.data.register import ENVIRONMENT, Register, open_register
from esi_toolkit.present.panel.cases import CasesView
from esi_toolkit.present.panel.chart import PanelChart
from esi_toolkit.present.panel.chart_frame import WIDTH
from esi_toolkit.present.panel.decide import DecisionForm
from esi_toolkit.present.panel.figures import FiguresView, figure_rows, without_questions
from esi_toolkit.present.panel.history import HistoryView
from esi_toolkit.present.panel.influence import InfluenceView
from esi_toolkit.present.panel.look import PANEL, box, heading, html, paragraph, set_value, style_sheet, table
from esi_toolkit.present.panel.questions import QuestionsView
from esi_toolkit.present.panel.ratings import RatingsView
from esi_toolkit.present.panel.scores import ScoreBoard
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.weights import WeightsView

_SIDES = widgets.Layout(flex_flow="row wrap", align_items="flex-start", width="100%")
_SIDE = widgets.Layout(flex="1 1 400px", min_width="0", width="auto")
_CHART_SIDE = widgets.Layout(
    flex=f"0 0 {WIDTH}px", width=f"{WIDTH}px", overflow="visible", margin="0 0 0 8px"
)


class ModerationPanel(widgets.VBox):
    """Explore and moderate one inspection.

    Parameters
    ----------
    inspection : Inspection
        Never changed.
    framework : Framework, optional
        Default: the one with the inspection's framework id.
    register : Register, optional
        Where decisions are recorded. Default: the one that the environment variable ESI_REGISTER names;
        without either, the panel answers what-if questions and records nothing.
    """

    def __init__(
        self,
        inspection: Inspection,
        framework: Framework | None = None,
        *,
        register: Register | None = None,
    ):
        if register is None and os.environ.get(ENVIRONMENT):
            register = open_register(os.environ[ENVIRONMENT])
        state = PanelState(framework or load_framework(inspection.framework_id), inspection, register)
        self.state = state
        self._problem = html()
        state.watch(self._show_problem)
        self.chart = PanelChart(state)
        self._form = DecisionForm(state) if state.official.traces else None
        self.tabs = LazyTabs(state, self._choose_views())
        right = [html(_chart_head()), self.chart.figure]
        if self._form is not None:
            right.append(HistoryView(state, self._confirm))
        left = widgets.VBox([self.tabs], layout=_SIDE)
        beside = widgets.VBox(right, layout=_CHART_SIDE)
        beside.add_class("beside")
        sides = widgets.HBox([left, beside], layout=_SIDES)
        super().__init__([html(style_sheet()), ScoreBoard(state), self._problem, sides])
        self.add_class(PANEL)

    def _confirm(self, stale: Decision) -> None:
        if self._form is not None:
            self.tabs.selected_index = 0  # the form stands in the first tab
            self._form.confirm(stale)

    def _choose_views(self) -> dict[str, Callable[[PanelState], View]]:
        """The tabs that make sense for what the inspection holds, by title."""
        criteria, level, form = self.state.framework.criteria, self.state.official.level, self._form
        views: dict[str, tuple[bool, Callable[[PanelState], View]]] = {
            "Ratings": (form is not None, lambda state: RatingsView(state, form)),
            "Questions": (level in ("judgements", "question counts"), QuestionsView),
            "Weights": (any(one.scored_by == "judgements" for one in criteria), WeightsView),
            "Cases": (level == "judgements", CasesView),
            "Influence": (self.state.official.overall.score is not None, InfluenceView),
            "All figures": (True, FiguresView),
        }
        return {title: view for title, (is_wanted, view) in views.items() if is_wanted}

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The panel, and for a notebook that is opened before it is run, its figures as plain HTML."""
        plain = f"The lead inspector's panel for {self.state.inspection.area.name}"
        return {
            **super()._repr_mimebundle_(**kwargs),
            "text/plain": plain,
            "text/html": saved_html(self.state),
        }

    def _show_problem(self) -> None:
        problem = "\n".join(filter(None, (self.state.register_problem, self.state.problem)))
        set_value(self._problem, box(problem, "problem", "alert") if problem else "")


class View(Protocol):
    """What a tab holds: a widget that can be brought up to what the state says."""

    def show(self) -> None:
        """Bring the view up to what the state says."""


class LazyTabs(widgets.Tab):
    """Tabs whose contents are made when they are first opened, and kept up while they are seen."""

    def __init__(self, state: PanelState, views: dict[str, Callable[[PanelState], View]]):
        self._state, self._makers = state, list(views.values())
        self._views: dict[int, View] = {}
        super().__init__(children=[widgets.VBox() for _ in views], titles=list(views), selected_index=0)
        self.observe(state.on_user(lambda _: state.tell()), names="selected_index")
        state.watch(self._show)

    def _show(self) -> None:
        index = self.selected_index
        if index not in self._views:
            self._views[index] = self._makers[index](self._state)
            self.children[index].children = [self._views[index]]
        self._views[index].show()


def saved_html(state: PanelState) -> str:
    """What a saved notebook shows in place of the panel until it is run."""
    area = state.inspection.area.name
    how = "This is the panel as it was saved. To use it, choose Run, then Run All Cells."
    rows = figure_rows(without_questions(state.answer.differences), state.framework.ratings)
    official = ((cells[:2], False) for cells, _ in rows)
    figures = table("Official figures", ("Figure", "Official"), official)
    return heading(2, f"{area}: the lead inspector's panel") + paragraph(how) + figures


def _chart_head() -> str:
    legend = "○ official &nbsp; ◆ what if, drawn only where it differs &nbsp; ▬ effect on the overall"
    return heading(3, "Official and what if") + f'<p class="quiet">{legend}</p>'
