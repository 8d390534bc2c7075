"""Tables of all areas together: who was inspected, every criterion and question, how ratings spread."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import (
    NOT_AVAILABLE,
    is_missing,
    number,
    percent,
    percent_of_cases,
    show_share,
)
from esi_toolkit.present.tables.scores import explain_marks
from esi_toolkit.statistics.compare_areas import Comparison


def tabulate_inspected(scorecards: Sequence[Scorecard], inspections: Sequence[Inspection]) -> Table:
    """Which areas are on the page, how many cases of each, and how far its report is."""
    rows = [
        (
            card.area_name,
            inspection.area.family_group or NOT_AVAILABLE,
            inspection.area.fieldwork or NOT_AVAILABLE,
            inspection.area.status,
            NOT_AVAILABLE if card.cases is None else number(card.cases),
            card.level,
        )
        for card, inspection in zip(scorecards, inspections, strict=True)
    ]
    columns = ["Area", "Family group", "Fieldwork", "Report", "Cases", "Scored from"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    notes = explain_marks(frame, scorecards[0].framework.display)
    return Table("Areas on this page", frame, ("Cases",), notes=tuple(notes))


def tabulate_spread(together: Scorecard, comparison: Comparison) -> Table:
    """Every section and criterion over all areas, with the lowest and the highest area beside it.

    Parameters
    ----------
    together : Scorecard
        From `statistics.all_areas.score_all_areas`.
    comparison : Comparison
        The same areas apart.
    """
    display = together.framework.display
    names = comparison.areas.set_index("area")["name"]
    rows: list[tuple[str, ...]] = []
    totals: list[int] = []
    for part in _scored_parts(together):
        own = comparison.scores[comparison.scores["code"] == part["code"]]
        own = own.assign(name=own["area"].map(names)).dropna(subset="score").sort_values(["score", "name"])
        if part["total"]:
            totals.append(len(rows))
        shown = percent_of_cases(part["score"], together.cases, display)
        rows.append((part["section"], part["name"], shown, *_ends(own), number(len(own))))
    columns = ["Section", "Criterion", "All areas", "Lowest area", "Highest area", "Areas"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    notes = (
        "All areas: the answers about all cases of all areas added up, and scored by the same rules."
        " An area whose answers are not known is among the lowest and highest only; a question that it"
        " withholds is left out.",
        *explain_marks(frame, display),
    )
    return Table(
        "Scores over all areas", frame, ("All areas", "Areas"), "Section", tuple(totals), notes=notes
    )


def _scored_parts(together: Scorecard) -> list[dict]:
    """Criteria that are scored, each section's after its criteria."""
    parts: list[dict] = []
    scored = together.criteria[together.criteria["scored_by"] == "judgements"]
    for section in together.sections.itertuples():
        title = f"Section {section.section}: {section.title}"
        own = scored[scored["section"] == section.section]
        parts += [
            {"section": title, "code": row.criterion, "name": f"{row.criterion} {row.title}",
             "score": row.score, "total": False}
            for row in own.itertuples()
        ]  # fmt: skip
        if len(own):
            name = f"Score for section {section.section}"
            parts.append(
                {"section": title, "code": section.section, "name": name,
                 "score": section.score, "total": True}
            )  # fmt: skip
    return parts


def _ends(ordered: pd.DataFrame) -> tuple[str, str]:
    if ordered.empty:
        return NOT_AVAILABLE, NOT_AVAILABLE
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return f"{percent(low['score'])} {low['name']}", f"{percent(high['score'])} {high['name']}"


def tabulate_answers(together: Scorecard, scorecards: Sequence[Scorecard], section: str) -> Table:
    """Every question of a section over all areas: k of n, percentage, and how many areas had such cases."""
    display = together.framework.display
    titles = {criterion.id: f"{criterion.id} {criterion.title}" for criterion in together.framework.criteria}
    own = together.questions[together.questions["section"] == section]
    counts = pd.concat([card.questions[["question", "relevant"]] for card in scorecards])
    areas = counts[counts["relevant"] > 0].groupby("question").size()
    rows = []
    for row in own.to_dict("records"):
        share = show_share(row["positive"], row["relevant"], display)
        name = f"{row['question']} {row['text']}"
        known = number(areas.get(row["question"], 0))
        rows.append((titles[row["criterion"]], name, share.count, share.percent, known))
    columns = ["Criterion", "Question", "Met, of relevant cases", "Score", "Areas"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    caption = f"Questions of section {section}, all areas together"
    return Table(caption, frame, tuple(columns[2:]), "Criterion", notes=tuple(explain_marks(frame, display)))


def tabulate_rating_counts(comparison: Comparison, together: Scorecard) -> Table:
    """How many areas have each rating, one row a criterion, best rating first."""
    framework = together.framework
    rated = [criterion for criterion in framework.criteria if criterion.scored_by == "evidence"]
    ratings = comparison.ratings.groupby(["criterion", "rating"], dropna=True).size()
    areas = len(comparison.areas)
    rows = []
    for criterion in rated:
        counts = [int(ratings.get((criterion.id, word), 0)) for word in framework.ratings.scale]
        name = f"{criterion.id} {criterion.title}"
        rows.append((name, *map(str, counts), str(areas - sum(counts))))
    columns = ["Criterion", *framework.ratings.scale, "Not rated"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return Table("How many areas have each rating", frame, tuple(columns[1:]))


def has_ratings(comparison: Comparison) -> bool:
    """Whether any area has a rating in words."""
    return any(not is_missing(rating) for rating in comparison.ratings["rating"])
