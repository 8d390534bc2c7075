"""The lead inspector's decisions in a report: what was calculated, what was decided, by whom, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from esi_toolkit.data.decision import SNAPSHOT, Decision
from esi_toolkit.method.moderate import takes_back
from esi_toolkit.method.scorecard import Considered, Scorecard
from esi_toolkit.present.blocks import Data
from esi_toolkit.present.html import Block, Table, box, heading, paragraph
from esi_toolkit.present.numbers import percent
from esi_toolkit.present.words import say_state, say_time


def show_decisions(scorecards: Sequence[Scorecard]) -> list[Block]:
    """Every decision with its reason; nothing to read where there are none.

    Parameters
    ----------
    scorecards : sequence of Scorecard
        Of the area and its thematic elements.

    Returns
    -------
    list of blocks
        Last of all, out of sight on a page, the decisions as data, from which the report can be made again
        without the register.
    """
    decided = [card for card in scorecards if card.decisions]
    blocks: list[Block] = []
    if decided:
        blocks = [
            heading(2, "Decisions of the lead inspector", "decisions"),
            paragraph(
                "The lead inspector may decide otherwise than the rules given other findings or the "
                "context. Nothing is overwritten: a later decision supersedes an earlier one. A decision "
                "on figures that have changed since is not applied until it is confirmed."
            ),
        ]
    return [*blocks, *(tabulate_decisions(card) for card in decided), snapshot_decisions(scorecards)]


def tabulate_decisions(scorecard: Scorecard) -> Table:
    """The decisions on one scorecard, in the order of the register.

    Parameters
    ----------
    scorecard : Scorecard
        From `moderate`.

    Returns
    -------
    Table
        Decision (its number and criterion), Calculated, Adjusted, Reason, Author and time, State.
    """
    codes = scorecard.criteria.set_index("criterion")
    rows = [_row(one, codes, scorecard) for one in scorecard.decisions]
    columns = ["Decision", "Calculated", "Adjusted", "Reason", "Author and time", "State"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return Table(f"Decisions on {scorecard.framework.title}, {scorecard.area_name}", frame)


def _row(one: Considered, criteria: pd.DataFrame, scorecard: Scorecard) -> list[str]:
    decision, code = one.decision, one.decision.criterion
    name = f"{code} {criteria.loc[code, 'title']}" if code in criteria.index else code
    adjusted = say_value(decision.adjusted, code, scorecard)
    return [
        name if decision.number is None else f"{decision.number}. {name}",
        say_value(decision.calculated, code, scorecard),
        f"{adjusted} (as calculated)" if takes_back(decision) else adjusted,
        decision.reason,
        _sign(decision),
        say_state(one),
    ]


def say_value(value: str, criterion: str, scorecard: Scorecard) -> str:
    """A rating as it is, a score as a percentage; words where there was none."""
    if criterion in scorecard.traces or not value:
        return value or "no rating or score"
    try:
        return percent(float(value))
    except ValueError:
        return value


def _sign(decision: Decision) -> str:
    return ", ".join(part for part in (decision.author, say_time(decision.decided_at)) if part)


def show_decided(scorecard: Scorecard, criterion: str) -> list[Block]:
    """The latest decision on one criterion, for its part of the report; nothing where there is none.

    Parameters
    ----------
    scorecard : Scorecard
        From `moderate`.
    criterion : str
        Code.
    """
    own = [one for one in scorecard.decisions if one.decision.criterion == criterion]
    if not own:
        return []
    decision = own[-1].decision
    before = say_value(decision.calculated, criterion, scorecard)
    after = say_value(decision.adjusted, criterion, scorecard)
    what = f"{after}, as calculated" if takes_back(decision) else f"{after} in place of {before}"
    title = f"Decision of the lead inspector, {say_state(own[-1])}: {what}"
    return [box(title, f"{decision.reason}\n{_sign(decision)}", "finding")]


def snapshot_decisions(scorecards: Sequence[Scorecard]) -> Data:
    """The decisions as data, with what became of each, for whoever makes the report again.

    Parameters
    ----------
    scorecards : sequence of Scorecard
        Of the area and its thematic elements.
    """
    rows: list[dict[str, Any]] = [
        {**asdict(one.decision), "state": one.state} for card in scorecards for one in card.decisions
    ]
    return Data(SNAPSHOT, {"decisions": rows})
