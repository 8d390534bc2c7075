"""The lead inspector's panel, for JupyterLab: explore, decide, and see at once what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import ipywidgets as widgets

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.present.panel.cases import CasesView
from esi_toolkit.present.panel.chart import PanelChart
from esi_toolkit.present.panel.chart_frame import WIDTH
from esi_toolkit.present.panel.figures import FiguresView
from esi_toolkit.present.panel.influence import InfluenceView
from esi_toolkit.present.panel.look import PANEL, box, heading, html, set_value, style_sheet
from esi_toolkit.present.panel.questions import QuestionsView
from esi_toolkit.present.panel.ratings import RatingsView
from esi_toolkit.present.panel.scores import ScoreBoard
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.weights import WeightsView

_SIDES = widgets.Layout(flex_flow="row wrap", align_items="flex-start", width="100%")
_SIDE = widgets.Layout(flex="1 1 420px", min_width="0", width="auto")
_CHART_SIDE = widgets.Layout(flex=f"0 0 {WIDTH}px", width=f"{WIDTH}px", padding="0 0 0 8px")


class ModerationPanel(widgets.VBox):
    """Explore and moderate one inspection.

    Parameters
    ----------
    inspection : Inspection
        Never changed.
    framework : Framework, optional
        Default: the one with the inspection's framework id.
    """

    def __init__(self, inspection: Inspection, framework: Framework | None = None):
        state = PanelState(framework or load_framework(inspection.framework_id), inspection)
        self.state = state
        self._problem = html()
        state.watch(self._show_problem)
        self.chart = PanelChart(state)
        self.tabs = LazyTabs(state, choose_views(state))
        right = widgets.VBox([html(_chart_head()), self.chart.figure], layout=_CHART_SIDE)
        left = widgets.VBox([self.tabs], layout=_SIDE)
        sides = widgets.HBox([left, right], layout=_SIDES)
        super().__init__([html(style_sheet()), ScoreBoard(state), self._problem, sides])
        self.add_class(PANEL)

    def _show_problem(self) -> None:
        problem = self.state.problem
        set_value(self._problem, box(problem, "problem", "alert") if problem else "")


def choose_views(state: PanelState) -> dict[str, Callable[[PanelState], View]]:
    """The tabs that make sense for what an inspection holds, by title."""
    criteria, level = state.framework.criteria, state.official.level
    views: dict[str, tuple[bool, Callable[[PanelState], View]]] = {
        "Ratings": (bool(state.official.traces), RatingsView),
        "Questions": (level in ("judgements", "question counts"), QuestionsView),
        "Weights": (any(one.scored_by == "judgements" for one in criteria), WeightsView),
        "Cases": (level == "judgements", CasesView),
        "Influence": (state.official.overall.score is not None, InfluenceView),
        "All figures": (True, FiguresView),
    }
    return {title: view for title, (is_wanted, view) in views.items() if is_wanted}


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


def _chart_head() -> str:
    legend = "○ official &nbsp; ◆ what if, drawn only where it differs &nbsp; ▬ effect on the overall"
    return heading(3, "Official and what if") + f'<p class="quiet">{legend}</p>'
