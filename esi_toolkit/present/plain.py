"""Scorecards, checks and decisions as plain lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Overall, Scorecard
from esi_toolkit.present.words import say_state

if TYPE_CHECKING:
    from esi_toolkit.data.decision import Decision
    from esi_toolkit.statistics.reconcile import Reconciliation


_NAMES = 78
_SHORTEST_NAMES = 30
_RESULTS = 20
"""Columns of the summary sheet."""


def scorecard_lines(scorecard: Scorecard, width: int | None = None) -> Iterator[str]:
    """The scoring summary sheet, a line each.

    Parameters
    ----------
    scorecard : Scorecard
        Any.
    width : int, optional
        Columns of the terminal: long titles are then broken over several lines; default: never.

    Yields
    ------
    str
        Sections, criteria, overall, with what is missing.
    """
    for name, result, aside in _sheet(scorecard):
        if not result:
            yield name
            continue
        room = _NAMES if width is None else max(_SHORTEST_NAMES, min(_NAMES, width - _RESULTS - 3))
        first, *more = [name] if width is None else textwrap.wrap(name, room, subsequent_indent="    ")
        yield f"  {first:<{room}} {result:>{_RESULTS}}{aside}"
        yield from (f"  {rest}" for rest in more)


def _sheet(scorecard: Scorecard) -> Iterator[tuple[str, str, str]]:
    """Name, result and what is said beside it; a line without result is a heading."""
    cases = "" if scorecard.cases is None else f", {scorecard.cases} cases"
    synthetic = ", SYNTHETIC DATA" if scorecard.synthetic else ""
    title = f"{scorecard.area_name}: {scorecard.framework.title}"
    yield f"{title} (from {scorecard.level}{cases}{synthetic})", "", ""
    for section in scorecard.sections.to_dict("records"):
        yield "", "", ""
        yield f"Section {section['section']}: {section['title']}", "", ""
        own = scorecard.criteria[scorecard.criteria["section"] == section["section"]]
        for row in own.to_dict("records"):
            aside = _lacks(row["incomplete"], row["missing"]) + _calculated(row)
            yield f"{row['criterion']}: {row['title']}", _result(row), aside
        if not pd.isna(section["score"]):
            aside = _lacks(section["incomplete"], section["missing"])
            yield f"Score for section {section['section']}", _percent(section["score"]), aside
    if any(section.weight for section in scorecard.framework.sections):
        yield "", "", ""
        yield "OVERALL", _percent(scorecard.overall.score), _overall_aside(scorecard.overall)


def _overall_aside(overall: Overall) -> str:
    if overall.score is None:
        return "  because no section that counts towards it has a score"
    return _lacks(overall.incomplete, ", ".join(overall.missing))


def reconciliation_lines(scorecard: Scorecard, reconciliation: Reconciliation | None) -> Iterator[str]:
    """How many published figures are met, and which are not."""
    name = f"{scorecard.area_name}, {scorecard.framework.id}"
    if reconciliation is None:
        yield f"{name}: nothing published to compare with"
        return
    table = reconciliation.table
    met = int(table["agrees"].sum())
    yield f"{name}: {met} of {len(table)} published figures are met at printed precision"
    for row in table[~table["agrees"]].to_dict("records"):
        yield f"  {row['code']}: published {row['published']}, calculated {row['calculated'] or 'nothing'}"


def decision_lines(scorecard: Scorecard) -> Iterator[str]:
    """The lead inspector's decisions and what became of each."""
    if not scorecard.decisions:
        yield f"{scorecard.area_name}, {scorecard.framework.id}: no decisions"
    for one in scorecard.decisions:
        decision = one.decision
        signed = f"{decision.decided_at} {decision.author}"
        yield f"{decision.number}. {signed}: {_change(decision)} ({say_state(one)})"
        yield from (f"   {line}" for line in decision.reason.split("\n"))


def recorded_lines(recorded: Decision, earlier: Sequence[Decision]) -> Iterator[str]:
    """What has just been recorded, and what it supersedes."""
    yield f"Recorded as decision {recorded.number}: {_change(recorded)}."
    if earlier:
        last = earlier[-1]
        yield (
            f"It supersedes decision {last.number} of {last.decided_at} by {last.author}: "
            f"{_change(last)}, because {last.reason}"
        )


def _change(decision: Decision) -> str:
    return f"{decision.criterion} calculated {decision.calculated}, decided {decision.adjusted}"


def _lacks(incomplete: bool, missing: str) -> str:
    return f"  incomplete{f', without {missing}' if missing else ''}" if incomplete else ""


def _result(row: dict) -> str:
    if row["scored_by"] == "evidence":
        return row["rating"] if isinstance(row["rating"], str) else "not rated"
    return _percent(row["score"])


def _calculated(row: dict) -> str:
    if not row["adjusted"]:
        return ""
    return f"  calculated {_result({**row, 'rating': row['calculated'], 'score': row['calculated']})}"


def _percent(value: float | None) -> str:
    rounded = round_half_up(value)
    return "no score" if rounded is None else f"{rounded}%"
