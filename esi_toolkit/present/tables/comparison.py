"""Tables of areas side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from esi_toolkit.data.framework import Display, Framework
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.method.targets import compare_performance
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import NOT_AVAILABLE, is_missing, percent, percent_of_cases, with_unit
from esi_toolkit.present.tables.scores import explain_marks, show_score
from esi_toolkit.statistics.all_areas import ALL_AREAS
from esi_toolkit.statistics.compare_areas import Comparison

MOST_TITLED = 4
"""Columns up to which each is headed by code and title; more are headed by codes, with the titles below."""
_LEVELS = {"question counts": "from published counts", "criterion scores": "from published scores"}


def tabulate_group(areas: pd.DataFrame, group: str, display: Display) -> Table:
    """The overall scores of a family group, with interval, rank and its range, and the funnel's verdict.

    Parameters
    ----------
    areas : DataFrame
        Rows of `Comparison.areas` of one group.
    group : str
        Its name, for the caption.
    display : Display
        The framework's limits for few cases.
    """
    ordered = areas.sort_values(["score", "name"], ascending=[False, True])
    rows = [
        (
            row["name"] + (" (incomplete)" if row["incomplete"] else ""),
            percent_of_cases(row["score"], row["cases"], display),
            _range(row["low"], row["high"]),
            _rank(row),
            _verdict(row),
            NOT_AVAILABLE if is_missing(row["cases"]) else f"{row['cases']:.0f}",
            _LEVELS.get(row["level"], "from judgements"),
        )
        for row in ordered.to_dict("records")
    ]
    columns = [
        "Area",
        "Overall",
        "95% interval",
        "Rank (and its range)",
        "Against the group",
        "Cases",
        "Scored",
    ]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    notes = (
        "Rank: place among the areas whose single answers are known; the range in brackets is where"
        " resampling puts it in 95 of 100 draws.",
        "Against the group: outside the 95% or 99.8% limits of a funnel around the group's mean; inside them,"
        " a difference may be chance. Of areas that do not differ, one in 20 lies outside the 95% limits by"
        " chance alone, one in 500 outside the 99.8% limits.",
        *explain_marks(frame, display),
    )
    return Table(f"Overall scores: {group}", frame, tuple(columns[1:3]), notes=notes)


def tabulate_scores(
    comparison: Comparison, together: Scorecard, scorecards: Sequence[Scorecard], level: str
) -> Table:
    """Scores of sections or of criteria, one row an area, all areas together below them.

    Parameters
    ----------
    comparison : Comparison
        Any.
    together : Scorecard
        From `statistics.all_areas.score_all_areas`.
    scorecards : sequence of Scorecard
        The areas', for what they withhold.
    level : {"section", "criterion"}
        What the columns are.
    """
    framework, display = together.framework, together.framework.display
    own = comparison.scores[comparison.scores["level"] == level]
    codes, scores = list(dict.fromkeys(own["code"])), own.set_index(["area", "code"])["score"]
    nodes = framework.sections if level == "section" else framework.criteria
    titles = {node.id: node.title for node in nodes if node.id in codes}
    cards = {card.area_id: card for card in scorecards}
    rows = [
        (
            row.name,
            *(show_score(code, scores.get((row.area, code)), row.cases, cards[row.area]) for code in codes),
        )
        for row in comparison.areas.itertuples(index=False)
    ]
    table = together.sections if level == "section" else together.criteria
    over = table.set_index(level)["score"]
    rows.append((ALL_AREAS, *(percent_of_cases(over[code], together.cases, display) for code in codes)))
    few = len(codes) <= MOST_TITLED
    heads = [f"{code} {titles[code]}" for code in codes] if few else codes
    frame = pd.DataFrame(rows, columns=["Area", *heads], dtype="str")
    notes = [*([] if few else [say_titles(titles)]), *explain_marks(frame, display)]
    caption = f"Scores of {'sections' if level == 'section' else 'criteria'} by area"
    return Table(caption, frame, tuple(heads), totals=(len(rows) - 1,), notes=tuple(notes))


def tabulate_ratings(comparison: Comparison, framework: Framework, areas: pd.DataFrame) -> Table:
    """Ratings in words, one row an area; adjusted ones are marked."""
    ratings = comparison.ratings.set_index(["area", "criterion"])
    titles = {c.id: c.title for c in framework.criteria if c.scored_by == "evidence"}
    rows = [
        (row.name, *(_rating(ratings.loc[(row.area, code)]) for code in titles))
        for row in areas.itertuples(index=False)
    ]
    notes = [say_titles(titles)]
    if comparison.ratings["adjusted"].any():
        notes.append("(adjusted): decided by the lead inspector; the area's report gives the reason.")
    return Table(
        "Ratings in words by area", pd.DataFrame(rows, columns=["Area", *titles]), notes=tuple(notes)
    )


def say_titles(titles: dict[str, str]) -> str:
    """What codes stand for, in one line."""
    return "; ".join(f"{code} {title}" for code, title in titles.items()) + "."


def tabulate_targets(performance: dict[str, pd.DataFrame | None]) -> Table:
    """Each performance measure: its target, how many areas meet it, and the areas at either end.

    Parameters
    ----------
    performance : dict of str to DataFrame or None
        See `tabulate_measures`.
    """
    known = [
        compare_performance(table).assign(name=name)
        for name, table in performance.items()
        if table is not None
    ]
    rows = [_target_row(own) for _, own in pd.concat(known).groupby("indicator", sort=False)]
    columns = ["Measure", "Target", "Met by", "Best area", "Poorest area"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return Table("Areas that meet each target", frame, ("Target", "Met by"))


def _target_row(own: pd.DataFrame) -> tuple[str, ...]:
    first = own.iloc[0]
    same = len(set(own["target"].dropna())) <= 1
    known = own.dropna(subset="area").sort_values(["area", "name"], ascending=first["better"] == "lower")
    ends = [known.iloc[0], known.iloc[-1]] if len(known) else []
    shown = [f"{with_unit(row['area'], row['unit'])} {row['name']}" for row in ends] or [NOT_AVAILABLE] * 2
    tested = own["met"].notna().sum()
    return (
        f"{first['indicator']}{' (lower is better)' if first['better'] == 'lower' else ''}",
        with_unit(first["target"], first["unit"]) if same else "differs",
        f"{own['met'].sum()} of {tested}" if tested else NOT_AVAILABLE,
        *shown,
    )


def tabulate_measures(performance: dict[str, pd.DataFrame | None]) -> Table:
    """Performance measures, one row an area below the targets.

    Parameters
    ----------
    performance : dict of str to DataFrame or None
        Name of the area to its performance table; areas without one are left out.
    """
    known = {name: table.set_index("indicator") for name, table in performance.items() if table is not None}
    described: dict[str, pd.Series] = {}
    for table in known.values():
        for indicator, row in table.iterrows():
            described.setdefault(str(indicator), row)
    target = ("Target", *(with_unit(row["target"], row["unit"]) for row in described.values()))
    rows = [target] + [
        (name, *(_measure(table, indicator, row["unit"]) for indicator, row in described.items()))
        for name, table in known.items()
    ]
    frame = pd.DataFrame(rows, columns=["Area", *described])
    return Table("Performance measures by area", frame, tuple(described), totals=(0,))


def _measure(table: pd.DataFrame, indicator: str, unit: str) -> str:
    return with_unit(table.loc[indicator, "area"], unit) if indicator in table.index else NOT_AVAILABLE


def tabulate_questions(questions: pd.DataFrame, caption: str) -> Table:
    """Questions pooled over a group, with k of n."""
    rows = [
        (
            f"{row['question']} {row['text']}",
            f"{row['positive']:g} of {row['relevant']:g}",
            percent(row["score"]),
            str(row["areas"]),
        )
        for row in questions.to_dict("records")
    ]
    columns = ["Question", "Met, of relevant cases", "Score", "Areas"]
    return Table(caption, pd.DataFrame(rows, columns=columns), tuple(columns[1:]))


def _range(low: float, high: float) -> str:
    return NOT_AVAILABLE if is_missing(low) else f"{percent(low)} to {percent(high)}"


def _rank(row: dict) -> str:
    if is_missing(row["rank"]):
        return NOT_AVAILABLE
    return f"{row['rank']:.0f} of {row['ranked']:.0f} ({row['rank_low']:.0f} to {row['rank_high']:.0f})"


def _verdict(row: dict) -> str:
    if row["outside"] == "no score":
        return NOT_AVAILABLE
    return "within what chance allows" if row["outside"] == "inside" else f"{row['outside']} limits"


def _rating(row: pd.Series) -> str:
    rating = row["rating"] if isinstance(row["rating"], str) else NOT_AVAILABLE
    return f"{rating} (adjusted)" if row["adjusted"] else rating
