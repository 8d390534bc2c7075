"""Tables of what surrounds the scores: context, performance, factors, feedback, reconviction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Display
from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.targets import compare_performance
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import CONFIDENTIAL, NOT_AVAILABLE, number, percent_of_cases, with_unit
from esi_toolkit.present.tables.scores import explain_marks

FEW_PEOPLE = "confidential: withheld because it would tell about a few people"
NATIONAL = "England & Wales"
_LARGE_NUMBER = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,])")


def tabulate_context(context: pd.DataFrame, area_name: str) -> Table:
    """The area beside the country.

    Parameters
    ----------
    context : DataFrame
        measure, area, national, unit, period.
    area_name : str
        Heads the area's column.
    """
    rows = to_rows(context)
    frame = pd.DataFrame(
        {
            "Measure": [_with_unit_name(row["measure"], row["unit"]) for row in rows],
            area_name: [_bare(row["area"], row["unit"]) for row in rows],
            NATIONAL: [_bare(row["national"], row["unit"]) for row in rows],
            "Period": [row["period"] or NOT_AVAILABLE for row in rows],
        },
        dtype="str",
    )
    return Table("The area in context", frame, (area_name, NATIONAL), notes=_marks(frame))


def tabulate_performance(performance: pd.DataFrame, area_name: str) -> Table:
    """Each measure against its target and the national figure, with the outcome in words.

    Parameters
    ----------
    performance : DataFrame
        As in the area folder.
    area_name : str
        Heads the area's column.
    """
    rows = to_rows(compare_performance(performance))
    usual = performance["period"].mode()
    frame = pd.DataFrame(
        {
            "Measure": [_measure_name(row, usual[0] if len(usual) else "") for row in rows],
            "Target": [_target(row) for row in rows],
            area_name: [with_unit(row["area"], row["unit"]) for row in rows],
            NATIONAL: [with_unit(row["national"], row["unit"]) for row in rows],
            "Target met": [_yes_or_no(row["met"]) for row in rows],
            "Better than national": [_yes_or_no(row["beats_national"]) for row in rows],
        },
        dtype="str",
    )
    counted = [row["indicator"] for row in rows if row["counts_for"]]
    notes = [f"Period {usual[0]}, unless another is named."] if len(usual) and usual[0] else []
    if any(row["better"] == "lower" for row in rows):
        notes.append("“At most”: lower is better.")
    if counted:
        codes = sorted({row["counts_for"] for row in rows if row["counts_for"]})
        notes.append(f"Counted for {', '.join(codes)}: {'; '.join(counted)}.")
    numbers = ("Target", area_name, NATIONAL)
    return Table(
        "Performance against targets and the national figure", frame, numbers, notes=(*notes, *_marks(frame))
    )


def is_withheld(row: Mapping[str, Any]) -> bool:
    """Whether a row's figures were taken out for resting on too few people."""
    return bool(row.get("withheld", False))


def tabulate_factors(factors: pd.DataFrame) -> Table:
    """Criminogenic factors, in the order they were given in (the report's Table A).

    Parameters
    ----------
    factors : DataFrame
        factor, percent_of_cases; and ``withheld`` where some are.
    """
    rows = to_rows(factors)
    frame = pd.DataFrame(
        {
            "Factor": [row["factor"] for row in rows],
            "Share of cases": [
                CONFIDENTIAL if is_withheld(row) else _as_given(row["percent_of_cases"]) for row in rows
            ],
        },
        dtype="str",
    )
    notes = ("A case may have several factors, so the shares do not add up to 100%.", *_marks(frame))
    return Table("Table A: criminogenic factors", frame, ("Share of cases",), notes=notes)


def tabulate_progress(reassessment: pd.DataFrame) -> Table:
    """Reassessment and progress during supervision.

    Parameters
    ----------
    reassessment : DataFrame
        measure, percent.
    """
    frame = pd.DataFrame(
        {
            "Measure": reassessment["measure"].to_numpy(),
            "Share": reassessment["percent"].map(_as_given).to_numpy(),
        },
        dtype="str",
    )
    return Table("Reassessment and progress", frame, ("Share",), notes=_marks(frame))


def tabulate_feedback(feedback: pd.DataFrame, display: Display) -> Table:
    """What offenders answered.

    Parameters
    ----------
    feedback : DataFrame
        question, percent_positive, respondents; and ``withheld`` where some are.
    display : Display
        The framework's limits for small numbers.
    """
    rows = to_rows(feedback)
    frame = pd.DataFrame(
        {
            "Statement": [row["question"] for row in rows],
            "Agreed": [
                CONFIDENTIAL
                if is_withheld(row)
                else percent_of_cases(row["percent_positive"], row["respondents"], display)
                for row in rows
            ],
            "Offenders asked": [
                CONFIDENTIAL if is_withheld(row) else number(row["respondents"]) for row in rows
            ],
        },
        dtype="str",
    )
    return Table(
        "Offenders' answers", frame, ("Agreed", "Offenders asked"), notes=tuple(explain_marks(frame, display))
    )


def tabulate_reconviction(reconviction: pd.DataFrame) -> Table:
    """Two-year reconviction, actual against predicted.

    Parameters
    ----------
    reconviction : DataFrame
        place, actual_percent, predicted_percent, cohort.
    """
    rows = to_rows(reconviction)
    frame = pd.DataFrame(
        {
            "Place": [row["place"] for row in rows],
            "Actual": [_as_given(row["actual_percent"]) for row in rows],
            "Predicted": [_as_given(row["predicted_percent"]) for row in rows],
            "Cohort": [row["cohort"] or NOT_AVAILABLE for row in rows],
        },
        dtype="str",
    )
    return Table("Two-year reconviction", frame, ("Actual", "Predicted"), notes=_marks(frame))


def _marks(frame: pd.DataFrame) -> tuple[str, ...]:
    cells = set(frame.to_numpy().ravel())
    meanings = {CONFIDENTIAL: FEW_PEOPLE, NOT_AVAILABLE: "not available"}
    found = [f"{mark} {meaning}" for mark, meaning in meanings.items() if mark in cells]
    return ("; ".join(found) + ".",) if found else ()


def _as_given(value: float) -> str:
    """A percentage from outside, with the decimals it came with."""
    return with_unit(value, "percent")


def _with_unit_name(measure: str, unit: str) -> str:
    spoken = unit and unit != "percent" and not unit.startswith("GBP")
    return f"{measure} ({_LARGE_NUMBER.sub(_group_digits, unit)})" if spoken else measure


def _group_digits(digits: re.Match[str]) -> str:
    """``per 100000 population`` as it is printed, with thousands set apart."""
    return number(int(digits.group()))


def _bare(value: float, unit: str) -> str:
    """The unit stands beside the measure's name, but % and £ stay with the number."""
    return with_unit(value, unit) if unit == "percent" or unit.startswith("GBP") else number(value)


def _measure_name(row: dict, usual_period: str) -> str:
    period = row["period"] if row["period"] != usual_period else ""
    aside = ", ".join(part for part in (row["reference"], period) if part)
    return f"{row['indicator']} ({aside})" if aside else row["indicator"]


def _target(row: dict) -> str:
    text = with_unit(row["target"], row["unit"])
    return f"at most {text}" if row["better"] == "lower" and text != NOT_AVAILABLE else text


def _yes_or_no(value: object) -> str:
    return NOT_AVAILABLE if pd.isna(value) else "yes" if value else "no"
