"""The chart of performance: each measure against its target and the national figure, on its own scale."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.targets import compare_performance
from esi_toolkit.present.charts.bars import Bar, Mark, draw_bars
from esi_toolkit.present.numbers import is_missing, with_unit
from esi_toolkit.present.style import DARK_BLUE, TURQUOISE


def draw_performance(performance: pd.DataFrame, area_name: str) -> go.Figure:
    """Each measure as a bar, its target as a line across it and the national figure as a diamond.

    Parameters
    ----------
    performance : DataFrame
        As in the area folder.
    area_name : str
        For the source.

    Returns
    -------
    Figure
        Measures have different units and directions, so each bar has its own scale from zero; the words say
        which direction is better.
    """
    compared = compare_performance(performance)
    rows = to_rows(compared)
    bars = [_measure_bar(row) for row in rows]
    title = say_performance(compared)
    alt = f"Bars for {len(bars)} measures with target and national figure. {title}. " + " ".join(
        f"{row['indicator']}: {say_outcome(row)}." for row in rows
    )
    note = (
        f"Source: {area_name}, national performance data. Line across the bar: target. Diamond: national "
        "figure. Each bar has a scale of its own that starts at zero. Lighter bars: lower is better."
    )
    return draw_bars(bars, title=title, alt=alt, note=note, limit=1.0, percent_axis=False)


def say_performance(compared: pd.DataFrame) -> str:
    """How many targets are met and how many national figures beaten.

    Parameters
    ----------
    compared : DataFrame
        As `method.targets.compare_performance` gives it.

    Examples
    --------
    >>> rows = {"better": ["higher", "lower"], "target": [90, 9], "area": [94, 10.2], "national": [76, 12.1]}
    >>> say_performance(compare_performance(pd.DataFrame(rows)))
    '1 of 2 targets met; 2 of 2 better than the national figure'
    """
    met, beats = compared["met"].dropna(), compared["beats_national"].dropna()
    parts = []
    if len(met):
        parts.append(f"{int(met.sum())} of {len(met)} targets met")
    if len(beats):
        parts.append(f"{int(beats.sum())} of {len(beats)} better than the national figure")
    return "; ".join(parts) or "Performance measures"


def say_outcome(row: dict) -> str:
    """Target and national figure in words, for one measure."""
    parts = []
    if not pd.isna(row["met"]):
        lead = "at most " if row["better"] == "lower" else ""
        parts.append(f"target {lead}{_short(row, 'target')} {'met' if row['met'] else 'not met'}")
    if not pd.isna(row["beats_national"]):
        verdict = "better" if row["beats_national"] else "not better"
        parts.append(f"{verdict} than national {_short(row, 'national')}")
    return ", ".join(parts) or "nothing to compare with"


def _short(row: dict, key: str) -> str:
    """A figure whose unit is already known from the measure: 64%, not 64% of target."""
    return with_unit(row[key], "percent" if row["unit"].startswith("percent") else row["unit"])


def _measure_bar(row: dict) -> Bar:
    known = [value for value in (row["area"], row["target"], row["national"]) if not is_missing(value)]
    end = max((*known, 0.0)) * 1.04
    if not end:
        return Bar(f"{row['indicator']}: not known")
    marks = tuple(
        Mark(row[key] / end, kind, f"{kind} {with_unit(row[key], row['unit'])}")
        for key, kind in (("target", "target"), ("national", "national"))
        if not is_missing(row[key])
    )
    shown = with_unit(row["area"], row["unit"])
    colour = TURQUOISE if row["better"] == "lower" else DARK_BLUE
    return Bar(row["indicator"], row["area"] / end, shown, say_outcome(row), colour, marks=marks)
