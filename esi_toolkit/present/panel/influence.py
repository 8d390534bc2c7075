"""Which criteria move the overall most, in words: the bars of the chart as a table, sorted."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets as widgets
import pandas as pd

from esi_toolkit.present.numbers import percent
from esi_toolkit.present.panel.chart_frame import POINTS
from esi_toolkit.present.panel.look import heading, html, paragraph, set_value, table
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.panel.words import say_points
from esi_toolkit.statistics.sensitivity import drop_one, effects

_HEADS = ("Criterion", "Score", f"{POINTS} points more add", "100% would add", "Left out, it moves by")


class InfluenceView(widgets.VBox):
    """What more points in a criterion would add to the overall, and what leaving it out would do."""

    def __init__(self, state: PanelState):
        self._state = state
        self._table = html()
        super().__init__([self._table])

    def show(self) -> None:
        """Bring the view up to what the state says."""
        set_value(self._table, influence_html(self._state))


def influence_html(state: PanelState) -> str:
    """A heading, the finding, and the table; follows the what-if where there is one."""
    title = heading(3, "What moves the overall")
    card = state.answer.scorecard
    if card.overall.score is None:
        return title + paragraph("There is no overall score, so nothing can move it.")
    parts = effects(card)
    parts = parts[(parts["level"] == "criterion") & parts["effect"].notna()]
    parts = parts.sort_values(["effect", "room"], ascending=False, kind="stable")
    without = drop_one(card).set_index("code")["change"]
    caption = "Points of the overall, most influential first"
    whose = "" if state.changes.is_empty else paragraph("Worked out with the what-if named above.")
    return title + paragraph(_finding(parts)) + whose + table(caption, _HEADS, _rows(state, parts, without))


def _finding(parts: pd.DataFrame) -> str:
    most = parts.loc[parts["room"].idxmax()]
    return (
        f"Most is to be gained in {most['code']}: a score of 100% there would add {say_points(most['room'])}"
        " to the overall. All of this follows exactly from the weights; nothing is estimated."
    )


def _rows(
    state: PanelState, parts: pd.DataFrame, without: pd.Series
) -> Iterator[tuple[tuple[str, ...], bool]]:
    titles = {one.id: one.title for one in state.framework.criteria}
    for row in parts.itertuples():
        left_out = f"{without[row.code]:+.2f}" if row.code in without.index else "no score left"
        name = f"{row.code} {titles[row.code]}"
        yield (name, percent(row.score, 1), f"{POINTS * row.effect:.2f}", f"{row.room:.2f}", left_out), False
