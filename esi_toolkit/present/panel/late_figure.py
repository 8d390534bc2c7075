"""Plotly's FigureWidget for browsers that take their time: it opens filled, and misses no change."""

from __future__ import annotations

from importlib.resources import files

import plotly.graph_objects as go
import traitlets


class LateFigure(go.FigureWidget):
    """A chart that a browser hears of only once it is filled, and that follows from then on.

    Plotly tells the browser of an empty chart at once and sends what is in it afterwards; one that draws in
    between never draws the rest. And anywidget passes on no change to a widget whose script took longer than
    two seconds to start, which Plotly's does on a busy machine: a small script starts in its place, and
    Plotly's comes as data (``late_figure.js``).
    """

    _esm = (files("esi_toolkit.present.panel") / "late_figure.js").read_text("utf-8")
    _plotly = traitlets.Unicode().tag(sync=True)

    _is_filled = False

    @traitlets.default("_plotly")
    def _read_plotly(self) -> str:
        return str(go.FigureWidget._esm)

    def open(self) -> None:
        """Tell the browser, where there is something to tell."""
        if self._is_filled:
            super().open()

    def open_filled(self) -> None:
        """Tell the browser, with everything that is in the chart now."""
        self._is_filled = True
        self.open()
