"""Do groups of offenders score differently? One short part of a report, and of a comparison."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.html import Block, heading, paragraph
from esi_toolkit.present.numbers import count_of, points
from esi_toolkit.present.tables.groups import (
    name_characteristic,
    tabulate_characteristics,
    tabulate_pooled_groups,
)
from esi_toolkit.statistics.group_findings import GroupFindings

SCREENED = "Of what a screening marks, about one in twenty may be chance."


def show_characteristics(findings: GroupFindings | None, framework: Framework) -> Iterator[Block]:
    """The groups of one area's cases.

    Parameters
    ----------
    findings : GroupFindings or None
        Nothing is shown where there are none.
    framework : Framework
        For names and limits.

    Yields
    ------
    Block
    """
    if findings is None:
        return
    yield heading(3, "Groups of offenders")
    yield paragraph(say_differences(findings, "the overall score"))
    yield tabulate_characteristics(findings, framework)


def show_pooled_groups(findings: GroupFindings | None, framework: Framework) -> Iterator[Block]:
    """Groups of cases over all areas.

    Parameters
    ----------
    findings : GroupFindings or None
        Nothing is shown where there are none or no group could be compared.
    framework : Framework
        For the limits.

    Yields
    ------
    Block
    """
    if findings is None or findings.differences.table.empty:
        return
    yield heading(2, "Groups of offenders, all areas together")
    yield paragraph(say_differences(findings, "the overall score, area by area"))
    yield tabulate_pooled_groups(findings, framework)


def say_differences(findings: GroupFindings, what: str) -> str:
    """In one or two sentences, which groups differ by more than chance.

    Parameters
    ----------
    findings : GroupFindings
        Of one area or pooled.
    what : str
        What is compared, for example "the overall score".
    """
    table = findings.differences.table
    if table.empty:
        return "No group has enough cases to be compared with another."
    compared = f"{count_of(len(table), 'comparison')} of {what} by {_characteristics(table)}"
    clear = table[table["clear"]]
    if clear.empty:
        return f"No difference is more than chance allows, in {compared}."
    pairs = [
        f"{row['group']} against {row['reference']} ({name_characteristic(row['characteristic']).lower()}),"
        f" {points(row['difference'])} points, 95% interval {points(row['low'])} to {points(row['high'])}"
        for row in to_rows(clear)
    ]
    many = f"{count_of(len(clear), 'difference')} {'is' if len(clear) == 1 else 'are'}"
    if findings.differences.method == "benjamini-hochberg":
        return f"{many} marked in a screening of {compared}: {'; '.join(pairs)}. {SCREENED}"
    return f"{many} more than chance allows, in {compared}: {'; '.join(pairs)}."


def _characteristics(table: pd.DataFrame) -> str:
    return join_words([name_characteristic(name).lower() for name in dict.fromkeys(table["characteristic"])])
