"""The parts of the comparison report: family groups first, then everything area by area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.present.charts.comparison import draw_group, draw_heat_map
from esi_toolkit.present.html import Block, details, facts, heading, notice, paragraph
from esi_toolkit.present.numbers import count_of, percent
from esi_toolkit.present.tables import comparison as tables
from esi_toolkit.statistics.compare_areas import Comparison

MOST_QUESTIONS = 8


def show_title(comparison: Comparison, framework: Framework) -> list[Block]:
    """Title, how many areas, and the notice where data are synthetic."""
    areas = comparison.areas
    words = f"{count_of(len(areas), 'area')} in {count_of(areas['group'].nunique(), 'family group')}"
    blocks: list[Block] = [
        heading(1, f"Areas compared: {framework.title}", "report"),
        paragraph(words, "status"),
    ]
    if areas["synthetic"].any():
        which = "all" if areas["synthetic"].all() else "some"
        blocks.append(
            notice(
                f"Synthetic data. The records of {which} of these areas are wholly or partly invented.",
                "synthetic",
            )
        )
    return blocks


def show_groups(comparison: Comparison) -> Iterator[Block]:
    """Each family group: overall scores with their uncertainty, best first."""
    for group, areas in comparison.areas.groupby("group", sort=False):
        yield heading(2, f"Family group: {group}")
        if areas["score"].notna().any():
            yield draw_group(areas)
        yield tables.tabulate_group(areas, str(group))


def show_criteria(comparison: Comparison, framework: Framework) -> list[Block]:
    """Heat map of criteria by area, with the table behind it."""
    criteria = comparison.scores[comparison.scores["level"] == "criterion"]
    if not criteria["score"].notna().any():
        return []
    names = dict(zip(comparison.areas["area"], comparison.areas["name"], strict=True))
    table = tables.tabulate_criteria(comparison, framework, comparison.areas)
    return [
        heading(2, "Criteria by area"),
        draw_heat_map(criteria, names),
        details("The figures as a table", table),
    ]


def show_ratings(comparison: Comparison, framework: Framework) -> list[Block]:
    """Ratings in words by area."""
    table = tables.tabulate_ratings(comparison, framework, comparison.areas)
    return [heading(2, "Ratings by area"), table] if len(table.frame) else []


def show_measures(comparison: Comparison, inspections: Sequence[Inspection]) -> list[Block]:
    """Performance measures by area."""
    by_id = {inspection.area.id: inspection for inspection in inspections}
    tables_by_name = {
        name: by_id[area].performance
        for area, name in zip(comparison.areas["area"], comparison.areas["name"], strict=True)
    }
    if all(table is None for table in tables_by_name.values()):
        return []
    return [heading(2, "Performance measures by area"), tables.tabulate_measures(tables_by_name)]


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


def show_national(comparison: Comparison) -> list[Block]:
    """All areas together, in a few figures."""
    scored = comparison.areas[comparison.areas["score"].notna()]
    if scored.empty:
        return []
    ratings = comparison.ratings["rating"].dropna()
    pairs = [
        ("Areas with an overall score", f"{len(scored)} of {len(comparison.areas)}"),
        ("Cases inspected", f"{comparison.areas['cases'].sum():.0f}"),
        ("Median overall score", percent(scored["score"].median())),
        ("Lowest and highest", f"{percent(scored['score'].min())} to {percent(scored['score'].max())}"),
        *(
            (f"Rated {word}", f"{count} of {len(ratings)} ratings")
            for word, count in ratings.value_counts().items()
        ),
    ]
    return [heading(2, "All areas together"), facts(pairs)]


def show_making(comparison: Comparison, framework: Framework, version: str, hashes: pd.Series) -> list[Block]:
    """What the page was made from."""
    pairs = [
        ("Toolkit", f"esi_toolkit {version}"),
        ("Framework", f"{framework.id} {framework.version}"),
        ("Fingerprint of its rules", framework.fingerprint),
        ("Resampling", f"{comparison.replicates} replicates, seed {comparison.seed}"),
        *((f"Fingerprint of the files of {name}", value) for name, value in hashes.items()),
    ]
    return [heading(2, "How this page was made"), facts(pairs)]
