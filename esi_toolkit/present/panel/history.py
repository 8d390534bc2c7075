"""What has been decided about a criterion: who, when, why, and whether it is in force."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from esi_toolkit.data.decision import Decision
from esi_toolkit.method.moderate import APPLIED, STALE, SUPERSEDED
from esi_toolkit.method.scorecard import Considered
from esi_toolkit.present.html import escape
from esi_toolkit.present.panel.look import heading, html, paragraph, set_value
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.words import say_time

_STATES = {
    APPLIED: "✔ in force",
    STALE: "◆ stale: its figures have changed since, so it is not applied until it is confirmed",
    SUPERSEDED: "superseded by a later decision",
}


class HistoryView(widgets.VBox):
    """The decisions about the criterion that is looked at, newest first.

    Parameters
    ----------
    state : PanelState
        For the decisions.
    on_confirm : callable
        Called with a stale decision that the user wants to confirm.
    """

    def __init__(self, state: PanelState, on_confirm: Callable[[Decision], None]):
        self._state = state
        self._stale: Decision | None = None
        self._entries = html()
        self._confirm = widgets.Button(description="Confirm", layout=widgets.Layout(width="auto"))
        self._on_confirm = on_confirm
        self._confirm.on_click(state.on_user(lambda _: self._confirm_stale()))
        super().__init__([self._entries, self._confirm])
        state.watch(self._show)

    def _confirm_stale(self) -> None:
        if self._stale is not None:
            self._on_confirm(self._stale)

    def _show(self) -> None:
        considered = self._state.official.decisions
        own = [one for one in considered if one.decision.criterion == self._state.criterion]
        stale = [one.decision for one in own if one.state == STALE]
        self._stale = stale[-1] if stale else None
        set_value(self._entries, history_html(self._state.criterion, own, len(self._state.decisions)))
        self._confirm.layout.display = "" if stale else "none"
        if self._stale is not None:
            self._confirm.description = f"Confirm decision {self._stale.number}"


def history_html(criterion: str, considered: list[Considered], in_register: int) -> str:
    """The decisions about one criterion as a list, newest first.

    Parameters
    ----------
    criterion : str
        Code.
    considered : list of Considered
        In the order of the register.
    in_register : int
        How many decisions there are about any criterion.
    """
    title = heading(3, f"Decisions on {criterion}")
    if not considered:
        return title + paragraph(f"None so far. The register holds {in_register} on this area.", "quiet")
    return title + "".join(_entry(one) for one in reversed(considered))


def _entry(one: Considered) -> str:
    decision = one.decision
    head = f"{decision.number}. {say_decision(decision)}"
    signed = f"{decision.author}, {say_time(decision.decided_at)}"
    return (
        f'<div class="entry"><strong>{escape(head)}</strong><br>{escape(_STATES[one.state])}<br>'
        f'<span class="as-written">{escape(decision.reason)}</span><br>'
        f'<span class="quiet">{escape(signed)}</span></div>'
    )


def say_decision(decision: Decision) -> str:
    """What a decision says.

    Examples
    --------
    >>> say_decision(Decision("durham", "esi", "A2", "Well met", "Very well met", "Board", "Ann", ""))
    'A2: Very well met (calculated: Well met)'
    """
    if decision.adjusted == decision.calculated:
        return f"{decision.criterion}: {decision.adjusted}, as calculated"
    return f"{decision.criterion}: {decision.adjusted} (calculated: {decision.calculated})"
