"""The panel's controls by their labels, and what is written and drawn in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import ipywidgets as widgets

from esi_toolkit.present.widgets import ModerationPanel


def walk(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def control(panel: ModerationPanel, label: str) -> widgets.Widget:
    """The control with a label, in the tab that holds it, which is opened."""
    for index, tab in enumerate(panel.tabs.children):
        panel.tabs.selected_index = index
        hidden = {id(one) for other in panel.tabs.children if other is not tab for one in walk(other)}
        for one in walk(panel):
            if getattr(one, "description", "") == label and id(one) not in hidden:
                return one
    raise AssertionError(f"no control is labelled {label!r}")


def markup(panel: ModerationPanel) -> str:
    """All HTML of the panel but its style sheet."""
    return "\n".join(
        one.value for one in walk(panel) if isinstance(one, widgets.HTML) and "<style>" not in one.value
    )


def words(panel: ModerationPanel) -> str:
    """What can be read in the panel."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup(panel))).split())


def drawn(panel: ModerationPanel, name: str, axis: str = "x") -> list:
    return list(next(trace for trace in panel.chart.figure.data if trace.name == name)[axis])
