"""The parts of the comparison report: family groups first, then everything area by area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from esi_toolkit.data.framework import Display, Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.comparison import draw_group, draw_heat_map, say_group
from esi_toolkit.present.charts.funnel import draw_funnel
from esi_toolkit.present.html import Block, details, facts, heading, paragraph
from esi_toolkit.present.numbers import UNRELIABLE, points
from esi_toolkit.present.tables import comparison as tables
from esi_toolkit.present.tables.all_areas import has_ratings, tabulate_rating_counts
from esi_toolkit.statistics.compare_areas import Comparison
from esi_toolkit.statistics.funnel import INSIDE

MOST_QUESTIONS = 8
CLEAR_BELOW = 0.05
MORE_THAN_CHANCE = "The areas differ by more than chance makes them differ"
MAYBE_CHANCE = (
    "The areas differ somewhat more than chance makes them differ on average, which may be chance too"
)
ONE_APART = (
    "Most areas differ no more than chance would make them differ; those outside the limits stand apart."
)


def show_groups(comparison: Comparison, framework: Framework) -> Iterator[Block]:
    """Each family group: overall scores with their uncertainty, best first; nothing where none is scored."""
    for group, areas in comparison.areas.groupby("group", sort=False):
        if areas["score"].notna().any():
            yield heading(2, f"Family group: {group}")
            yield draw_group(areas)
            if areas["standard_error"].notna().sum() > 1:
                yield draw_funnel(areas, title=say_group(areas))
                yield paragraph(say_dispersion(areas))
            yield tables.tabulate_group(areas, str(group), framework.display)


def say_dispersion(areas: pd.DataFrame) -> str:
    """Whether areas differ more than chance makes them, and who is outside with that allowed for.

    Parameters
    ----------
    areas : DataFrame
        Rows of `Comparison.areas` of one group.
    """
    known = areas[areas["standard_error"].notna()]
    tau, clear = float(known["tau"].iloc[0]), float(known["by_chance"].iloc[0]) < CLEAR_BELOW
    if not tau:
        return ONE_APART if clear else "The areas differ no more than chance alone would make them differ."
    allowing = known[known["outside_allowing"] != INSIDE]
    left = f"still outside: {join_words(allowing['name'].tolist())}" if len(allowing) else "none is outside"
    said = MORE_THAN_CHANCE if clear else MAYBE_CHANCE
    return (
        f"{said} (a standard deviation between areas of {points(tau, sign=False)} points; from {len(known)}"
        f" areas, a rough figure). Allowing for that, {left}."
    )


def show_criteria(
    comparison: Comparison, together: Scorecard, scorecards: Sequence[Scorecard]
) -> list[Block]:
    """Sections and criteria by area, all areas below them; as a heat map, with the table behind it."""
    criteria = comparison.scores[comparison.scores["level"] == "criterion"]
    if not criteria["score"].notna().any():
        return []
    return [
        heading(2, "Sections and criteria by area", "criteria"),
        tables.tabulate_scores(comparison, together, scorecards, "section"),
        draw_heat_map(criteria, name_areas(comparison, together.framework.display), together.framework),
        details(
            "The criteria as a table", tables.tabulate_scores(comparison, together, scorecards, "criterion")
        ),
    ]


def name_areas(comparison: Comparison, display: Display) -> dict[str, str]:
    """Areas by their id, those with few cases marked."""
    return {
        row.area: f"{row.name} {UNRELIABLE}" if row.cases < display.unreliable_below else row.name
        for row in comparison.areas.itertuples(index=False)
    }


def show_ratings(comparison: Comparison, together: Scorecard) -> list[Block]:
    """Ratings in words: how many areas have each, and each area's own."""
    if not has_ratings(comparison):
        return []
    return [
        heading(2, "Ratings by area"),
        tabulate_rating_counts(comparison, together),
        tables.tabulate_ratings(comparison, together.framework, comparison.areas),
    ]


def show_measures(comparison: Comparison, inspections: Sequence[Inspection]) -> list[Block]:
    """Performance measures by area."""
    by_id = {inspection.area.id: inspection for inspection in inspections}
    tables_by_name = {
        name: by_id[area].performance
        for area, name in zip(comparison.areas["area"], comparison.areas["name"], strict=True)
    }
    if all(table is None for table in tables_by_name.values()):
        return []
    return [
        heading(2, "Performance measures by area"),
        tables.tabulate_targets(tables_by_name),
        details("Every area's figures", tables.tabulate_measures(tables_by_name)),
    ]


def show_questions(comparison: Comparison, framework: Framework) -> Iterator[Block]:
    """What each group does well and badly: its best and poorest questions, pooled over its areas."""
    reliable = comparison.questions["relevant"] >= framework.display.unreliable_below
    for group, questions in comparison.questions[reliable].groupby("group", sort=False):
        ordered = questions.sort_values(["score", "question"], ascending=[False, True])
        yield heading(2, f"What is done well and badly: {group}")
        yield paragraph(
            "All relevant cases of the group's areas taken together; questions with fewer than "
            f"{framework.display.unreliable_below} relevant cases are left out."
        )
        yield tables.tabulate_questions(ordered.head(MOST_QUESTIONS), "Done best")
        yield tables.tabulate_questions(ordered.tail(MOST_QUESTIONS).iloc[::-1], "Done least well")


def show_making(comparison: Comparison, framework: Framework, version: str, hashes: pd.Series) -> list[Block]:
    """What the page was made from."""
    drawn = comparison.areas["standard_error"].notna().any()
    said = f"{comparison.replicates} replicates, seed {comparison.seed}"
    resampling = [("Resampling", said)] if drawn else []
    pairs = [
        ("Toolkit", f"esi_toolkit {version}"),
        ("Framework", f"{framework.id} {framework.version}"),
        ("Fingerprint of its rules", framework.fingerprint),
        *resampling,
        *((f"Fingerprint of the files of {name}", value) for name, value in hashes.items()),
    ]
    return [heading(2, "How this page was made"), facts(pairs)]
