"""Tables of the sample itself: which cases were inspected, and what is missing."""

from __future__ import annotations

import pandas as pd

from esi_toolkit.data.answers import find_asked
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import CONFIDENTIAL, NOT_AVAILABLE, number
from esi_toolkit.present.tables.scores import explain_marks
from esi_toolkit.statistics.disclosure.control import GroupControl
from esi_toolkit.statistics.disclosure.linked_counts import NOT_RECORDED

COLUMNS = {"risk_of_harm": "Risk of harm", "order_type": "Order or licence", "assessor": "Assessed by"}


def tabulate_sample(framework: Framework, cases: pd.DataFrame, groups: GroupControl | None = None) -> Table:
    """The inspected cases by risk of harm, order type and assessor.

    Parameters
    ----------
    framework : Framework
        For whose cases it is about, and the order of its words.
    cases : DataFrame
        As in the area folder.
    groups : GroupControl, optional
        Of this area alone: what may be shown. Without it every number is shown, which is for the
        inspectorate's own eyes.

    Returns
    -------
    Table
        Characteristic, Group, Cases.
    """
    concerned = cases[find_asked(framework.asked_of, cases)]
    orders = {"risk_of_harm": framework.cases.risk_of_harm, "assessor": framework.cases.assessor}
    few = groups is not None and len(concerned) < framework.display.suppress_below
    rows = []
    for column, title in COLUMNS.items():
        counts = _count(concerned[column], orders.get(column, ()))
        shown = None if groups is None else groups.shown_groups(column)
        for word, count in zip(counts.index.tolist(), counts.tolist(), strict=True):
            group = word or NOT_RECORDED
            withheld = few or (shown is not None and group not in shown)
            rows.append((title, group, CONFIDENTIAL if withheld else number(count)))
    frame = pd.DataFrame(rows, columns=["Characteristic", "Group", "Cases"], dtype="str")
    caption = "The inspected cases" if few else f"The {number(len(concerned))} inspected cases"
    return Table(
        caption, frame, ("Cases",), "Characteristic", notes=tuple(explain_marks(frame, framework.display))
    )


def _count(values: pd.Series, order: tuple[str, ...]) -> pd.Series:
    """Cases for each word, in the framework's order; words it does not name follow, most frequent first."""
    counts = values.value_counts()
    known = [word for word in order if word in counts.index]
    return counts.reindex([*known, *(word for word in counts.index if word not in order)])


def tabulate_missing(inspection: Inspection) -> Table:
    """Everything the loaders and checks found missing or odd.

    Parameters
    ----------
    inspection : Inspection
        With its warnings.

    Returns
    -------
    Table
        Where, Found, Expected, What is done; no rows where nothing is missing.
    """
    rows = [
        (problem.where, problem.column or NOT_AVAILABLE, problem.found, problem.expected, problem.fix)
        for problem in inspection.warnings
    ]
    frame = pd.DataFrame(
        rows, columns=["File", "Column", "Found", "Expected", "What to do, or what was done"], dtype="str"
    )
    if (frame["Column"] == NOT_AVAILABLE).all():
        frame = frame.drop(columns="Column")
    return Table("Found missing or odd when the files were read", frame)
