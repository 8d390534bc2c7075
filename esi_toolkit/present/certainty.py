"""The part of a report that says how sure its figures are, plain words first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.ranges import Range, draw_ranges
from esi_toolkit.present.groups import show_characteristics
from esi_toolkit.present.html import Block, details, heading, paragraph
from esi_toolkit.present.moves import show_what_moves
from esi_toolkit.present.numbers import count_of, is_missing, percent, say_chance
from esi_toolkit.present.tables.certainty import part_names, tabulate_assessors, tabulate_intervals
from esi_toolkit.statistics.certainty import Certainty, says_nothing
from esi_toolkit.statistics.group_findings import GroupFindings
from esi_toolkit.statistics.groups import GroupComparison
from esi_toolkit.statistics.resampling.recompute import OVERALL

INTRODUCTION = (
    "These figures stand beside the official ones and change none of them. The inspected cases are a sample:"
    " other cases would have given other scores."
)
HOLDS = "of 100 intervals made like this one, about 95 hold that score."
DIFFERENT = (
    "The cases read by the area's own assessors score differently from the inspectors', by more than chance"
)
TOO_FEW = "Inspectors or area assessors read too few of the cases to say whether their scores differ."
NOT_DIFFERENT = (
    "The cases read by the area's own assessors do not score differently by more than chance allows."
)


def show_certainty(
    certainty: Certainty, scorecard: Scorecard, groups: GroupFindings | None = None
) -> Iterator[Block]:
    """How sure the scores are, what would move them, how groups of cases differ, and who assessed.

    Parameters
    ----------
    certainty : Certainty
        Of the scorecard.
    scorecard : Scorecard
        The area's.
    groups : GroupFindings, optional
        Groups of its cases.

    Yields
    ------
    Block
        Nothing where nothing can be said.
    """
    if says_nothing(certainty) and groups is None:
        return
    framework = scorecard.framework
    yield heading(2, "How sure are the figures?")
    yield paragraph(INTRODUCTION)
    if "scores" in framework.certainty.parts:
        yield from _show_intervals(certainty, framework)
    yield from show_what_moves(certainty, scorecard)
    yield from show_characteristics(groups, framework)
    yield from _show_assessors(certainty, framework)


def _show_intervals(certainty: Certainty, framework: Framework) -> Iterator[Block]:
    if certainty.intervals is None:
        yield paragraph("The answers about single cases are not known, so no interval can be given.")
        return
    shown = certainty.intervals[certainty.intervals["score"].notna()]
    if shown.empty:
        return
    names = part_names(framework)
    known = to_rows(shown.dropna(subset=["low", "high"]))
    if known:
        words = say_interval(known[0], names)
        yield paragraph(f"{words}: {HOLDS}{_say_threshold(certainty, framework)}")
    if certainty.weighted is not None:
        yield from _say_weighted(certainty.weighted, shown["code"].iloc[0], names)
    if known:
        yield _draw_intervals(to_rows(shown), known, names)
    yield details("Scores and intervals as a table", tabulate_intervals(certainty, framework))


def _draw_intervals(
    rows: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]], names: dict[str, str]
) -> Block:
    """All scores; those whose interval is known lead the words."""
    ranges = [_range(names[row["code"]], row) for row in rows]
    title = say_least_sure(known, names)
    alt = f"{len(ranges)} scores with 95% intervals. {say_interval(known[0], names)}. {title}."
    return draw_ranges(ranges, title=title, alt=alt, note="Point: official score. Bar: 95% interval.")


def say_interval(row: dict[str, Any], names: dict[str, str]) -> str:
    """A score and where that of all cases lies, as far as a sample can tell."""
    name = "The overall score" if row["level"] == "overall" else f"The score of {names[row['code']]}"
    return (
        f"{name}, {percent(row['score'])}, is that of a sample; over all the cases that it stands for it most"
        f" likely lies between {percent(row['low'])} and {percent(row['high'])}"
    )


def say_least_sure(rows: Sequence[dict[str, Any]], names: dict[str, str]) -> str:
    """Which of several scores has the widest interval.

    Examples
    --------
    >>> rows = [{"code": "B1", "low": 66.0, "high": 77.0}, {"code": "B2", "low": 94.0, "high": 99.0}]
    >>> say_least_sure(rows, {"B1": "B1 Risk", "B2": "B2 Likelihood"})
    'Least sure is B1 Risk, 66% to 77%'
    """
    widest = max(rows, key=lambda row: row["high"] - row["low"])
    return f"Least sure is {names[widest['code']]}, {_say_span(widest)}"


def _say_threshold(certainty: Certainty, framework: Framework) -> str:
    threshold = framework.certainty.threshold
    if threshold is None or math.isnan(certainty.above):
        return ""
    chance = say_chance(certainty.above)
    return f" The chance that another such sample comes out above {percent(threshold)} is {chance}."


def _say_weighted(weighted: pd.DataFrame, code: str, names: dict[str, str]) -> Iterator[Block]:
    own = weighted[weighted["code"] == code]
    if own.empty or own["weighted"].isna().all():
        return
    row = own.iloc[0]
    official, other = percent(row["score"]), percent(row["weighted"])
    beside = "the same as the official one" if official == other else f"officially it is {official}"
    name = "overall score" if code == OVERALL else f"score of {names[code]}"
    yield paragraph(
        "Cases of high risk of harm are sampled more often than others. With every case weighing as it does"
        f" in the caseload, the {name} would be {other}, {beside}."
    )


def _say_span(row: dict[str, Any]) -> str:
    return f"{percent(row['low'])} to {percent(row['high'])}"


def _range(name: str, row: dict[str, Any]) -> Range:
    aside = "" if is_missing(row["low"]) else _say_span(row)
    return Range(name, percent(row["score"]), aside, row["score"], row["low"], row["high"])


def say_assessors(found: GroupComparison, framework: Framework) -> str:
    """Whether the cases of inspectors and of area assessors score differently by more than chance.

    Parameters
    ----------
    found : GroupComparison
        As it may be shown.
    framework : Framework
        For names, and for how few cases are too few to say.
    """
    if min(found.cases_first, found.cases_second) < framework.display.few_below:
        return TOO_FEW
    table = found.table[(found.table["level"] != "criterion") & found.table["difference"].notna()]
    names, clear = part_names(framework), table[table["clear"]]
    if clear.empty:
        return NOT_DIFFERENT
    return f"{DIFFERENT}: {'; '.join(names[code] for code in clear['code'])}."


def _show_assessors(certainty: Certainty, framework: Framework) -> Iterator[Block]:
    found = certainty.assessors
    if found is not None:
        yield heading(3, "Inspectors and area assessors")
        yield paragraph(say_assessors(found, framework))
        yield tabulate_assessors(found, framework)
    agreement = certainty.agreement
    if agreement is not None:
        ends = f"{agreement.ac1_low:.2f} to {agreement.ac1_high:.2f}"
        span = "" if is_missing(agreement.ac1_low) else f", 95% interval {ends}"
        words = (
            f"{count_of(agreement.pairs, 'answer')} were given twice, by two assessors of the same case:"
            f" {percent(agreement.percent)} count the same"
            f" (Gwet's AC1 {agreement.ac1:.2f}{span}; Cohen's kappa {agreement.kappa:.2f})."
        )
        yield paragraph(words)
        if len(certainty.disagreed):
            most = ", ".join(certainty.disagreed["question"].head(5))
            yield paragraph(f"Most often answered differently: {most}.")
