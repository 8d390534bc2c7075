"""Tables of groups of cases: scores of each group, and how far it differs from the largest of its kind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.rows import to_rows
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    UNRELIABLE,
    number,
    percent_of_cases,
    points,
)
from esi_toolkit.present.tables.certainty import part_names
from esi_toolkit.present.tables.scores import explain_marks
from esi_toolkit.statistics.group_findings import GroupFindings
from esi_toolkit.statistics.resampling.recompute import OVERALL

LARGEST = "compared with"
METHODS = {"holm": "Holm", "benjamini-hochberg": "Benjamini and Hochberg"}


def name_characteristic(column: str) -> str:
    """A column of cases.csv as a heading."""
    return column.replace("_", " ").capitalize()


def tabulate_characteristics(findings: GroupFindings, framework: Framework) -> Table:
    """Scores of every group, and its difference in the overall from the largest group of its kind.

    Parameters
    ----------
    findings : GroupFindings
        Of one area.
    framework : Framework
        For names and limits.
    """
    parts = findings.scores.loc[findings.scores["level"] != "criterion", "code"].drop_duplicates().tolist()
    scores = {(*_key(row), row["code"]): row for row in to_rows(findings.scores)}
    differences = {_key(row): row for row in to_rows(findings.differences.table)}
    rows = [
        (
            *_group_cells(row),
            *(_score(scores[*_key(row), code], row["cases"], framework) for code in parts),
            *_difference(row, scores, differences),
        )
        for row in to_rows(findings.sizes)
    ]
    names = {code: code if code != OVERALL else "Overall" for code in parts}
    columns = ["Characteristic", "Group", "Cases", *names.values(), *_DIFFERENCE]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    known = part_names(framework)
    notes = [*_notes(findings), f"{'; '.join(known[code] for code in parts[1:])}."]
    notes += explain_marks(frame, framework.display)
    numbers = tuple(columns[2:-1])
    return Table("Scores by group of cases", frame, numbers, "Characteristic", notes=tuple(notes))


_DIFFERENCE = ("Difference in the overall, points", "95% interval", "More than chance")


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["characteristic"], row["group"]


def _group_cells(row: dict[str, Any]) -> tuple[str, str, str]:
    cases = CONFIDENTIAL if pd.isna(row["cases"]) else number(row["cases"])
    return name_characteristic(row["characteristic"]), row["group"], cases


def _score(score: dict[str, Any], cases: Any, framework: Framework) -> str:
    if score["withheld"]:
        return CONFIDENTIAL
    display = framework.display
    return UNRELIABLE if cases < display.few_below else percent_of_cases(score["score"], cases, display)


def _difference(
    row: dict[str, Any],
    scores: dict[tuple[str, str, str], dict[str, Any]],
    differences: dict[tuple[str, str], dict[str, Any]],
) -> tuple[str, str, str]:
    if any((name, one["reference"]) == _key(row) for (name, _), one in differences.items()):
        return LARGEST, NOT_APPLICABLE, NOT_APPLICABLE
    if _key(row) in differences:
        return _difference_cells(differences[_key(row)])
    overall = scores.get((*_key(row), OVERALL))
    return (CONFIDENTIAL if overall and overall["withheld"] else NOT_AVAILABLE,) * 3


def _difference_cells(row: dict[str, Any]) -> tuple[str, str, str]:
    span = f"{points(row['low'])} to {points(row['high'])}"
    return points(row["difference"]), span, "yes" if row["clear"] else "no"


def _notes(findings: GroupFindings) -> list[str]:
    made = findings.differences
    return [
        f"Difference: from the largest group, marked “{LARGEST}”. Groups of too few cases are not compared.",
        f"More than chance: with all {len(made.table)} comparisons read together ({METHODS[made.method]});"
        " the interval is that of the one difference (Newcombe). Other characteristics are not allowed for.",
    ]


def tabulate_pooled_groups(findings: GroupFindings, framework: Framework) -> Table:
    """Differences between groups over all areas, each area compared with itself.

    Parameters
    ----------
    findings : GroupFindings
        Pooled.
    framework : Framework
        For the limits.
    """
    rows = [
        (
            name_characteristic(row["characteristic"]),
            f"{row['group']} against {row['reference']}",
            *_difference_cells(row),
            number(row["areas"]),
            _agreement(row["homogeneity"]),
        )
        for row in to_rows(findings.differences.table)
    ]
    columns = ["Characteristic", "Groups", *_DIFFERENCE, "Areas with both", "Do the areas agree?"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    made = findings.differences
    notes = (
        "Each area is compared with itself and the differences are averaged (Mantel-Haenszel): a group is"
        " not called worse because it lives where work is worse.",
        f"More than chance: a screening of {len(made.table)} comparisons ({METHODS[made.method]}); of those"
        " marked, about one in twenty may be chance. Areas agree unless the Breslow-Day test says otherwise.",
        *explain_marks(frame, framework.display),
    )
    numbers = (*_DIFFERENCE[:2], columns[-2])
    return Table("Groups of cases, all areas together", frame, numbers, "Characteristic", notes=notes)


def _agreement(p_value: float) -> str:
    if pd.isna(p_value):
        return NOT_AVAILABLE
    return "yes" if p_value >= 0.05 else "no"
