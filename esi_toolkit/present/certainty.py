"""The part of a report that says how sure its figures are, plain words first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts import draw_contributions
from esi_toolkit.present.charts.ranges import Range, draw_ranges
from esi_toolkit.present.html import Block, heading, paragraph
from esi_toolkit.present.numbers import count_of, percent
from esi_toolkit.present.tables.certainty import tabulate_assessors, tabulate_intervals, tabulate_readings
from esi_toolkit.statistics.certainty import Certainty, is_clear, says_nothing

INTRODUCTION = (
    "These figures stand beside the official ones and change none of them. The inspected cases are a sample:"
    " other cases would have given other scores."
)
DIFFERENT = (
    "The cases read by the area's own assessors score differently from the inspectors', by more than chance."
)
NOT_DIFFERENT = (
    "The cases read by the area's own assessors do not score differently by more than chance allows."
)


def show_certainty(certainty: Certainty, scorecard: Scorecard) -> Iterator[Block]:
    """How sure the scores are, who assessed, and what would move them.

    Parameters
    ----------
    certainty : Certainty
        Of the scorecard.
    scorecard : Scorecard
        The area's.

    Yields
    ------
    Block
        Nothing where nothing can be said.
    """
    if says_nothing(certainty):
        return
    framework = scorecard.framework
    yield heading(2, "How sure are the figures?")
    yield paragraph(INTRODUCTION)
    if certainty.intervals is None:
        yield paragraph("The answers about single cases are not known, so no interval can be given.")
    else:
        yield from _show_intervals(certainty, framework)
    yield from _show_assessors(certainty, framework)
    yield from _show_what_moves(certainty, scorecard)


def _show_intervals(certainty: Certainty, framework: Framework) -> Iterator[Block]:
    table = certainty.intervals
    if table is None:
        return
    shown = table[table["level"].isin(["overall", "section"]) & table["score"].notna()]
    if shown.empty:
        return
    first = shown.iloc[0].to_dict()
    name = "The overall score" if first["level"] == "overall" else f"The score of section {first['code']}"
    words = f"{name} of {percent(first['score'])} could by chance have been {_say_span(first)}"
    yield paragraph(f"{words}, in 95 of 100 samples like this one.")
    titles = {
        "overall": "Overall",
        **{section.id: f"{section.id} {section.title}" for section in framework.sections},
    }
    ranges = [
        Range(
            titles[row["code"]], percent(row["score"]), _say_span(row), row["score"], row["low"], row["high"]
        )
        for row in shown.to_dict("records")
    ]
    yield draw_ranges(
        ranges, title=words, alt=f"Scores with 95% intervals. {words}.", note="Bar: 95% interval."
    )
    yield tabulate_intervals(certainty, framework)


def _say_span(row: Mapping[str, float]) -> str:
    return f"{percent(row['low'])} to {percent(row['high'])}"


def _show_assessors(certainty: Certainty, framework: Framework) -> Iterator[Block]:
    found = certainty.assessors
    if found is not None:
        yield heading(3, "Inspectors and area assessors")
        table = found.table[found.table["level"] != "criterion"]
        figures = table[["adjusted", "adjusted_low", "adjusted_high"]].to_numpy()
        clear = any(is_clear(*row) for row in figures)
        yield paragraph(DIFFERENT if clear else NOT_DIFFERENT)
        yield tabulate_assessors(found, framework)
    agreement = certainty.agreement
    if agreement is not None:
        words = (
            f"{count_of(agreement.pairs, 'answer')} were given twice, by two assessors of the same case:"
            f" {percent(agreement.percent)} count the same"
            f" (Gwet's AC1 {agreement.ac1:.2f}, 95% interval {agreement.ac1_low:.2f} to"
            f" {agreement.ac1_high:.2f}; Cohen's kappa {agreement.kappa:.2f})."
        )
        yield paragraph(words)
        if len(certainty.disagreed):
            most = ", ".join(certainty.disagreed["question"].head(5))
            yield paragraph(f"Most often answered differently: {most}.")


def _show_what_moves(certainty: Certainty, scorecard: Scorecard) -> Iterator[Block]:
    if certainty.effects is None or certainty.weights is None:
        return
    yield heading(3, "What would move the overall score")
    low, high = certainty.weights
    yield paragraph(
        "If every weight were up to a quarter smaller or larger, the overall score would lie between"
        f" {percent(low)} and {percent(high)}."
    )
    yield draw_contributions(certainty.effects, scorecard)
    table = tabulate_readings(certainty, scorecard.framework)
    if len(table.frame):
        yield table
    else:
        yield paragraph("Read the other way, or with equal weights, every printed figure stays as it is.")
