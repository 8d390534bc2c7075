"""Charts of what surrounds the scores: criminogenic factors and what offenders said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from esi_toolkit.data.framework import Display
from esi_toolkit.data.rows import to_rows
from esi_toolkit.present.charts.bars import Bar, draw_bars
from esi_toolkit.present.numbers import CONFIDENTIAL, count_of, percent, percent_of_cases
from esi_toolkit.present.tables.area import is_withheld


def draw_factors(factors: pd.DataFrame, area_name: str) -> go.Figure:
    """Criminogenic factors by the share of cases that have them, most frequent first.

    Parameters
    ----------
    factors : DataFrame
        factor, percent_of_cases.
    area_name : str
        For the source.

    Returns
    -------
    Figure
        A case may have several factors, so the bars are never parts of a whole.
    """
    ranked = factors.sort_values("percent_of_cases", ascending=False, kind="stable", na_position="last")
    figures = ranked.set_index("factor")["percent_of_cases"]
    rows = to_rows(ranked)
    bars = [
        Bar(
            str(row["factor"]),
            row["percent_of_cases"],
            CONFIDENTIAL if is_withheld(row) else percent(row["percent_of_cases"]),
        )
        for row in rows
    ]
    known = figures.dropna()
    title = "Criminogenic factors"
    if len(known):
        title = f"Most frequent factor: {known.index[0]}, in {percent(known.iloc[0])} of cases"
    alt = f"Bar chart of {len(bars)} criminogenic factors. {title}. " + _listed(bars)
    note = f"Source: {area_name}, inspected cases. A case may have several factors."
    return draw_bars(bars, title=title, alt=alt, note=note)


def draw_feedback(feedback: pd.DataFrame, area_name: str, display: Display) -> go.Figure:
    """Offenders' answers, in the order of the questions.

    Parameters
    ----------
    feedback : DataFrame
        question, percent_positive, respondents.
    area_name : str
        For the source.
    display : Display
        The framework's limits for small numbers.

    Returns
    -------
    Figure
    """
    rows = to_rows(feedback)
    bars = [
        Bar(
            str(row["question"]),
            row["percent_positive"],
            CONFIDENTIAL
            if is_withheld(row)
            else percent_of_cases(row["percent_positive"], row["respondents"], display),
            hollow=row["respondents"] < display.unreliable_below,
        )
        for row in rows
    ]
    figures = feedback.set_index("question")["percent_positive"]
    title = _most_and_least(figures)
    most = feedback["respondents"].max()
    respondents = "" if pd.isna(most) else f" {count_of(most, 'offender')} answered."
    alt = f"Bar chart of offenders' answers to {len(rows)} questions. " + _listed(bars)
    note = f"Source: {area_name}, interviews with offenders.{respondents} Share of positive answers."
    return draw_bars(bars, title=title, alt=alt, note=note)


def _most_and_least(figures: pd.Series) -> str:
    known = figures.dropna()
    if len(known) < 2:
        return "What offenders said"
    most, least = known.idxmax(), known.idxmin()
    return f"Most agreed: {most} ({percent(known[most])}). Fewest: {least} ({percent(known[least])})"


def _listed(bars: Sequence[Bar]) -> str:
    shown = [CONFIDENTIAL if bar.shown == CONFIDENTIAL else percent(bar.value) for bar in bars]
    return "; ".join(f"{bar.label} {text}" for bar, text in zip(bars, shown, strict=True)) + "."
