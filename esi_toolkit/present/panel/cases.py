"""What if some cases were left out? And how do the scores stand without each kind of assessor?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from esi_toolkit.method.differences import compare_scorecards
from esi_toolkit.method.what_if import WhatIf, rescore
from esi_toolkit.present.html import escape
from esi_toolkit.present.numbers import count_of, percent
from esi_toolkit.present.panel.look import WIDE, heading, html, paragraph, set_value, table
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import say_difference

COLUMNS = ("assessor", "order_type", "risk_of_harm")
ASSESSOR = COLUMNS[0]


class CasesView(widgets.VBox):
    """Ticks for the cases that count, and the scores without each kind of assessor."""

    def __init__(self, state: PanelState):
        self._state = state
        self._ticks: dict[tuple[str, str], widgets.Checkbox] = {}
        self._count = html()
        intro = "Cases that are ticked count. Take a tick away to see the scores without those cases."
        super().__init__(
            [
                html(heading(3, "What if: cases") + paragraph(intro)),
                self._count,
                *(part for column in COLUMNS for part in self._column(column)),
                html(assessors_html(state)),
            ]
        )

    def _column(self, column: str) -> list[widgets.Widget]:
        own = {}
        for value, count in count_values(self._state, column).items():
            words = f"{value or 'not recorded'} ({count_of(count, 'case')})"
            own[column, value] = widgets.Checkbox(True, description=words, indent=False, layout=WIDE)
            own[column, value].observe(self._state.on_user(self._choose), names="value")
        self._ticks |= own
        title = html(heading(4, column.replace("_", " ").capitalize()))
        return [title, widgets.VBox(list(own.values()))] if own else []

    def _choose(self, _: Any) -> None:
        left_out: dict[str, frozenset[str]] = {}
        for (column, value), tick in self._ticks.items():
            if not tick.value:
                left_out[column] = left_out.get(column, frozenset()) | {value}
        self._state.change(cases_left_out=left_out)

    def show(self) -> None:
        """Bring the view up to what the state says."""
        left_out = self._state.changes.cases_left_out
        for (column, value), tick in self._ticks.items():
            set_value(tick, value not in left_out.get(column, frozenset()))
        every = count_of(self._state.official.cases, "case")
        words = (
            f"{self._state.answer.scorecard.cases} of {every} count." if left_out else f"All {every} count."
        )
        set_value(self._count, f"<p><strong>{escape(words)}</strong></p>")


def count_values(state: PanelState, column: str) -> dict[str, int]:
    """The values of a column of the cases with their numbers, in the framework's order where it has one.

    Parameters
    ----------
    state : PanelState
        For the cases.
    column : str
        Of cases.csv; none are found where it is not there.
    """
    cases = state.inspection.cases
    if cases is None or column not in cases.columns:
        return {}
    order: Sequence[str] = getattr(state.framework.cases, column, ())
    counts = {str(value): int(count) for value, count in cases[column].value_counts(sort=False).items()}
    by_place = sorted(counts, key=lambda value: order.index(value) if value in order else len(order))
    return {value: counts[value] for value in by_place}


def assessors_html(state: PanelState) -> str:
    """The scores with the cases of each kind of assessor left out, beside the official ones.

    Parameters
    ----------
    state : PanelState
        For the official scorecard and the inspection.

    Returns
    -------
    str
        A heading and a table; only words where there is one kind of assessor.
    """
    kinds = count_values(state, ASSESSOR)
    title = heading(3, "Without each kind of assessor")
    if len(kinds) < 2:
        only = "All cases were assessed by one kind of assessor, so there is nothing to compare."
        return title + paragraph(only)
    # The framework names inspectors first; what is asked most is how the scores stand without the others.
    without = {kind: _without(state, kind) for kind in reversed(kinds)}
    heads = [
        f"Without {kind} ({count_of(sum(kinds.values()) - kinds[kind], 'case')} left)" for kind in without
    ]
    caption = "Scores with the cases of one kind of assessor left out"
    return title + table(caption, ["Figure", "Official", *heads], _assessor_rows(list(without.values())))


def _without(state: PanelState, kind: str) -> pd.DataFrame:
    changes = WhatIf(cases_left_out={ASSESSOR: frozenset({kind})})
    found = compare_scorecards(state.official, rescore(state.framework, state.inspection, changes))
    wanted = found["level"].isin(["overall", "section", "criterion"]) & found["official"].notna()
    return found[wanted].set_index("code", drop=False)


def _assessor_rows(without: list[pd.DataFrame]) -> Iterator[tuple[list[str], bool]]:
    for row in without[0].to_dict("records"):
        name = row["title"] if row["code"] == "overall" else f"{row['code']} {row['title']}"
        others = [found.loc[row["code"]] for found in without]
        cells = [
            f"{percent(one['what_if'], 1)} {say_difference(one['official'], one['what_if'], one['changed'])}"
            for one in others
        ]
        yield [name, percent(row["official"], 1), *cells], False
