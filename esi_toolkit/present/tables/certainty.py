"""Tables of what stands beside the official figures: intervals, other weights, other assessors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Display, Framework
from esi_toolkit.data.rows import to_rows
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import (
    CONFIDENTIAL,
    NOT_AVAILABLE,
    is_missing,
    percent,
    percent_of_cases,
    points,
)
from esi_toolkit.present.tables.scores import explain_marks
from esi_toolkit.statistics.certainty import Certainty
from esi_toolkit.statistics.conclusions import POOLED
from esi_toolkit.statistics.groups import GroupComparison
from esi_toolkit.statistics.sensitivity import rank_gains

SIDES = ("first", "second")
ASSESSORS_NOTE = (
    "Interval: of the difference with the same mix of risk of harm. More than chance: with all rows of this"
    " table read together (Holm)."
)


def tabulate_intervals(certainty: Certainty, framework: Framework) -> Table:
    """Every score with its 95% interval and, where the caseload is known, re-weighted to it."""
    names = part_names(framework)
    table = certainty.intervals if certainty.intervals is not None else pd.DataFrame()
    weighted = (
        {} if certainty.weighted is None else certainty.weighted.set_index("code")["weighted"].to_dict()
    )
    shown = table[table["score"].notna()]
    rows = [
        (names[row["code"]], percent(row["score"]), _say_interval(row))
        + ((percent(weighted[row["code"]]),) if weighted else ())
        for row in to_rows(shown)
    ]
    columns = ["Score of", "Official", "95% interval", *(["Re-weighted to the caseload"] if weighted else [])]
    notes = [
        f"Interval: whole cases drawn anew {certainty.replicates} times within their level of risk of harm"
        f" (seed {certainty.seed}); the middle 95% of the scores."
        + (" Allows for the size of the caseload." if certainty.caseload_known else "")
    ]
    if shown["score"].isin([0.0, 100.0]).any():
        notes.append("Where every answer is the same, drawing anew tells nothing: Wilson's interval instead.")
    if weighted:
        notes.append(
            "Re-weighted: high risk of harm cases are sampled more often than others; this undoes it."
        )
    frame = pd.DataFrame(rows, columns=columns)
    notes += explain_marks(frame, framework.display)
    return Table("How far chance could have moved each score", frame, tuple(columns[1:]), notes=tuple(notes))


def _say_interval(row: dict[str, Any]) -> str:
    if is_missing(row["low"]):
        return NOT_AVAILABLE
    return f"{percent(row['low'])} to {percent(row['high'])}"


def tabulate_assessors(comparison: GroupComparison, framework: Framework) -> Table:
    """Scores of the cases that inspectors and area assessors read, and the difference."""
    names = part_names(framework)
    table = comparison.table[comparison.table["level"] != "criterion"]
    table = table[table["difference"].notna() | table.get("withheld", False)]
    rows = [
        (names[row["code"]], *_assessor_figures(row, comparison, framework.display)) for row in to_rows(table)
    ]
    first, second = (f"By {name}s" for name in (comparison.first, comparison.second))
    columns = [
        "Score of",
        first,
        second,
        "Difference, points",
        "With the same mix of risk",
        "95% interval",
        "More than chance",
    ]
    cases = (
        f"{comparison.cases_first} cases by {comparison.first}s, {comparison.cases_second} by"
        f" {comparison.second}s."
    )
    frame = pd.DataFrame(rows, columns=columns)
    notes = (cases, ASSESSORS_NOTE, *explain_marks(frame, framework.display))
    return Table("Inspectors and area assessors", frame, tuple(columns[1:6]), notes=notes)


def _assessor_figures(row: dict[str, Any], found: GroupComparison, display: Display) -> tuple[str, ...]:
    if row.get("withheld", False):
        return (CONFIDENTIAL,) * 6
    sizes = found.cases_first, found.cases_second
    scores = [percent_of_cases(row[side], n, display) for side, n in zip(SIDES, sizes, strict=True)]
    if is_missing(row["adjusted"]):
        return *scores, points(row["difference"]), *((NOT_AVAILABLE,) * 3)
    return (
        *scores,
        points(row["difference"]),
        points(row["adjusted"]),
        f"{points(row['adjusted_low'])} to {points(row['adjusted_high'])}",
        "yes" if row["clear"] else "no",
    )


def tabulate_gains(effects: pd.DataFrame, framework: Framework) -> Table:
    """What each criterion brings to the overall score and leaves to gain in it, most first."""
    names = part_names(framework)
    rows = [
        (
            names[row["code"]],
            percent(row["score"]),
            points(row["contribution"], sign=False),
            points(row["room"]),
        )
        for row in to_rows(rank_gains(effects))
    ]
    columns = ["Criterion", "Score", "Brings, points", "Leaves to gain, points"]
    notes = ("Points of the overall score. Leaves to gain: at a score of 100%.",)
    frame = pd.DataFrame(rows, columns=columns)
    return Table("What each criterion leaves to gain", frame, tuple(columns[1:]), notes=notes)


def tabulate_readings(certainty: Certainty, framework: Framework) -> Table:
    """Figures that would be printed otherwise if the method were read or weighted otherwise."""
    names = part_names(framework)
    rows = [(names[code], *figures) for code, *figures in _read_otherwise(certainty)]
    frame = pd.DataFrame(rows, columns=["Figure", "Official", "Otherwise", "If read as"])
    return Table("Figures that would be printed otherwise", frame)


def _read_otherwise(certainty: Certainty) -> Iterator[tuple[str, str, str, str]]:
    """Code, official figure, the other figure and why, where another would be printed."""
    for row in to_rows(certainty.readings):
        if row["changed"]:
            yield row["criterion"], row["rating"], row["other"], say_way(row["reading"])
    for row in to_rows(certainty.otherwise):
        official, other = percent(row["score"]), percent(row["other"])
        if other != official and (row["level"] != "criterion" or row["way"] == POOLED):
            yield row["code"], official, other, say_way(row["way"])


def say_way(way: str) -> str:
    """In words, what was weighed or read otherwise."""
    if way == POOLED:
        return "all answers pooled"
    if way in ("questions", "importance", "sections"):
        return f"equal weights of {way}"
    return f"{way} reading of the rules"


def part_names(framework: Framework) -> dict[str, str]:
    """Code of overall, section or criterion to its name."""
    names = {"overall": "Overall"}
    for section in framework.sections:
        names[section.id] = f"Section {section.id}: {section.title}"
        names |= {criterion.id: f"{criterion.id} {criterion.title}" for criterion in section.criteria}
    return names
