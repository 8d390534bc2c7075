"""Tables of areas side by side."""

from __future__ import annotations

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import is_missing, percent, with_unit
from esi_toolkit.statistics.compare_areas import Comparison

NOT_AVAILABLE = "[x]"
_LEVELS = {"question counts": "from published counts", "criterion scores": "from published scores"}


def tabulate_group(areas: pd.DataFrame, group: str) -> Table:
    """The overall scores of a family group, with interval, rank and its range, and the funnel's verdict.

    Parameters
    ----------
    areas : DataFrame
        Rows of `Comparison.areas` of one group.
    group : str
        Its name, for the caption.
    """
    ordered = areas.sort_values(["score", "name"], ascending=[False, True])
    rows = [
        (
            row["name"] + (" (incomplete)" if row["incomplete"] else ""),
            _score(row["score"]),
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
    notes = (
        "Rank: place among the areas whose single answers are known; the range in brackets is where"
        " resampling puts it in 95 of 100 draws.",
        "Against the group: outside the 95% or 99.8% limits of a funnel around the group's mean; inside them,"
        " a difference may be chance.",
        "[x] not available.",
    )
    return Table(
        f"Overall scores: {group}", pd.DataFrame(rows, columns=columns), tuple(columns[1:3]), notes=notes
    )


def tabulate_criteria(comparison: Comparison, framework: Framework, areas: pd.DataFrame) -> Table:
    """Scores of sections and criteria, one row an area."""
    scores = comparison.scores.set_index(["area", "code"])["score"]
    known = set(comparison.scores["code"])
    titles: dict[str, str] = {}
    for section in framework.sections:
        titles |= {section.id: section.title, **{one.id: one.title for one in section.criteria}}
    titles = {code: title for code, title in titles.items() if code in known}
    rows = [
        (row.name, *(_score(scores.get((row.area, code))) for code in titles))
        for row in areas.itertuples(index=False)
    ]
    frame = pd.DataFrame(rows, columns=["Area", *titles])
    return Table("Scores of sections and criteria by area", frame, tuple(titles), notes=(_key(titles),))


def tabulate_ratings(comparison: Comparison, framework: Framework, areas: pd.DataFrame) -> Table:
    """Ratings in words, one row an area; adjusted ones are marked."""
    ratings = comparison.ratings.set_index(["area", "criterion"])
    titles = {c.id: c.title for c in framework.criteria if c.scored_by == "evidence"}
    rows = [
        (row.name, *(_rating(ratings.loc[(row.area, code)]) for code in titles))
        for row in areas.itertuples(index=False)
    ]
    notes = [_key(titles)]
    if comparison.ratings["adjusted"].any():
        notes.append("(adjusted): decided by the lead inspector; the area's report gives the reason.")
    return Table(
        "Ratings in words by area", pd.DataFrame(rows, columns=["Area", *titles]), notes=tuple(notes)
    )


def _key(titles: dict[str, str]) -> str:
    return "; ".join(f"{code} {title}" for code, title in titles.items()) + "."


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


def _score(value: float | None) -> str:
    return NOT_AVAILABLE if is_missing(value) else percent(value)


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
