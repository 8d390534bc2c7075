"""The first parts of a report: title, result at a glance, summary, recommendations, summary sheet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection, Recommendations
from esi_toolkit.data.rows import group_rows, to_rows
from esi_toolkit.method.moderate import as_calculated
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts import draw_criteria
from esi_toolkit.present.charts.findings import say_extremes
from esi_toolkit.present.html import Block, Html, escape, facts, heading, listing, notice, paragraph
from esi_toolkit.present.numbers import NOT_AVAILABLE, count_of, is_missing, percent_of_cases
from esi_toolkit.present.tables import tabulate_summary
from esi_toolkit.present.tables.scores import show_calculated, show_result, show_score
from esi_toolkit.present.words import add_months, load_words

SYNTHETIC = (
    "Synthetic data. What stands behind this page is wholly or partly invented; no real person is meant."
)
DRAFT = "Draft. Not yet published; figures and words may still change."


def show_title(area: Area, framework: Framework) -> list[Block]:
    """Title, status and the notices that nobody should miss."""
    status = {"published": f"Published {area.published}" if area.published else "Published", "draft": "Draft"}
    parts = [status[area.status]]
    if area.fieldwork:
        parts.append(f"fieldwork {area.fieldwork}")
    if area.family_group:
        parts.append(f"family group: {area.family_group}")
    blocks: list[Block] = [
        heading(1, f"{area.name}: {framework.title}", "report"),
        paragraph(" · ".join(parts), "status"),
    ]
    if area.synthetic:
        own = f" {area.note}" if area.note else ""
        blocks.append(notice(SYNTHETIC + own, "synthetic"))
    if area.status == "draft":
        blocks.append(notice(DRAFT, "draft"))
    return blocks


def show_glance(scorecard: Scorecard) -> list[Block]:
    """The overall score, the sections and the ratings, on one screen."""
    before = as_calculated(scorecard)
    overall = _overall_card(scorecard, before)
    sections = "".join(_section_cards(scorecard, before))
    rated = (row for row in to_rows(scorecard.criteria) if row["scored_by"] == "evidence")
    ratings = "".join(_rating_line(row, scorecard) for row in rated)
    lists = (f'<ul class="sections">{sections}</ul>' if sections else "") + (
        f'<ul class="ratings">{ratings}</ul>' if ratings else ""
    )
    blocks: list[Block] = [heading(2, "At a glance"), Html(f'<div class="glance">{overall}{lists}</div>')]
    return [*blocks, *show_incomplete(scorecard)]


def _card(label: str, figure: str, detail: str) -> str:
    return (
        f'<span class="label">{escape(label)}</span> <span class="figure">{escape(figure)}</span> '
        f'<span class="detail">{escape(detail)}</span>'
    )


def _say_before(score: float | None, before: float | None, scorecard: Scorecard) -> str:
    """The score by the rules alone, where a decision has moved it."""
    if score == before or is_missing(before):
        return ""
    return f"calculated {percent_of_cases(before, scorecard.cases, scorecard.framework.display)}"


def _overall_card(scorecard: Scorecard, before: Scorecard) -> str:
    shares = [
        f"{row['section']} {row['weight']:g}" for row in to_rows(scorecard.sections) if row["weight"] > 0
    ]
    if not shares:
        return ""
    made_of = join_words(shares)
    state = ", incomplete" if scorecard.overall.incomplete else ""
    figure = show_score("overall", scorecard.overall.score, scorecard.cases, scorecard)
    detail = "no score" if figure == NOT_AVAILABLE else f"sections weighted {made_of}{state}"
    moved = _say_before(scorecard.overall.score, before.overall.score, scorecard)
    detail = "; ".join(part for part in (moved, detail) if part)
    return f'<div class="overall">{_card("Overall score", figure, detail)}</div>'


def _section_cards(scorecard: Scorecard, before: Scorecard) -> Iterator[str]:
    """One for each section with a criterion that is scored."""
    criteria = group_rows(scorecard.criteria, "section")
    calculated = {row["section"]: row["score"] for row in to_rows(before.sections)}
    for row in to_rows(scorecard.sections):
        own = criteria.get(row["section"], [])
        if any(one["scored_by"] == "judgements" for one in own):
            moved = _say_before(row["score"], calculated[row["section"]], scorecard)
            yield _section_card(row, own, moved, scorecard)


def _section_card(row: dict[str, Any], own: list[dict[str, Any]], moved: str, scorecard: Scorecard) -> str:
    figure = show_score(row["section"], row["score"], scorecard.cases, scorecard)
    extremes = _say_extremes({one["criterion"]: one for one in own}, scorecard)
    detail = "; ".join(part for part in (moved, extremes) if part)
    label = f"{row['section']} {row['title']}"
    return f"<li>{_card(label, figure, detail)}</li>"


def _rating_line(row: dict[str, Any], scorecard: Scorecard) -> str:
    scale = list(reversed(scorecard.framework.ratings.scale))
    word = show_result(row, scorecard)
    reached = scale.index(word) if word in scale else -1
    steps = "".join('<i class="on"></i>' if step <= reached else "<i></i>" for step in range(len(scale)))
    before = show_calculated(row, scorecard)
    aside = f' <span class="aside">(calculated: {escape(before)})</span>' if before else ""
    return (
        f'<li><span class="label">{escape(row["criterion"])} {escape(row["title"])}</span> '
        f'<span class="steps" aria-hidden="true">{steps}</span> '
        f'<span class="word">{escape(word)}{aside}</span></li>'
    )


def show_incomplete(scorecard: Scorecard) -> list[Block]:
    """A notice that names what has no score or rating; nothing where all is there."""
    lacking = [
        row["criterion"]
        for row in to_rows(scorecard.criteria)
        if is_missing(row["score"])
        and is_missing(row["rating"])
        and row["criterion"] not in scorecard.withheld
    ]
    if not lacking:
        return []
    text = f"Incomplete: {join_words(lacking)} {'has' if len(lacking) == 1 else 'have'} no score or rating."
    scored = scorecard.overall.score is not None and scorecard.overall.incomplete
    return [
        notice(
            text + (" The weight of what has no score goes to the others." if scored else ""), "incomplete"
        )
    ]


def show_summary(scorecard: Scorecard, inspection: Inspection) -> list[Block]:
    """For each section its figures in a sentence, and the inspectors' words where they wrote some."""
    return [heading(2, "Summary"), *list_summary(scorecard, inspection, level=3, prefix="summary")]


def list_summary(scorecard: Scorecard, inspection: Inspection, *, level: int, prefix: str) -> list[Block]:
    """What stands in a summary below its heading.

    Parameters
    ----------
    scorecard, inspection
        Of the whole inspection or of a thematic element.
    level : int
        Of the sections' headings.
    prefix : str
        Goes before their ids.
    """
    words = inspection.findings.summary if inspection.findings else {}
    blocks: list[Block] = []
    criteria = group_rows(scorecard.criteria, "section")
    for row in to_rows(scorecard.sections):
        blocks.append(heading(level, row["title"], f"{prefix}-{row['section'].lower()}"))
        blocks.append(paragraph(_say_section(row, criteria.get(row["section"], []), scorecard)))
        if row["section"] in words:
            blocks.append(paragraph(words[row["section"]]))
    if not words:
        blocks.append(paragraph("The inspectors' key findings have not been written yet.", "note"))
    return blocks


def _say_section(row: dict[str, Any], own: list[dict[str, Any]], scorecard: Scorecard) -> str:
    sentences = []
    if not is_missing(row["score"]):
        score = show_score(row["section"], row["score"], scorecard.cases, scorecard)
        extremes = _say_extremes({f"{one['criterion']} {one['title']}": one for one in own}, scorecard)
        sentences.append(f"Scores {score}: {extremes}." if extremes else f"Scores {score}.")
    said = _say_ratings(own, scorecard)
    if said:
        sentences.append(f"Rated in words: {'; '.join(said)}.")
    if sentences and row["incomplete"] and row["missing"]:
        sentences.append(f"Without {row['missing'].replace(';', ',')}.")
    codes = [row["section"], *(one["criterion"] for one in own)]
    if not sentences and not scorecard.withheld.isdisjoint(codes):
        return "The figures of this section rest on too few cases and are withheld."
    return " ".join(sentences) or "Nothing in this section has a score or rating."


def _say_ratings(own: list[dict[str, Any]], scorecard: Scorecard) -> list[str]:
    """Which of a section's criteria have each rating, best first."""
    rated = [one for one in own if one["scored_by"] == "evidence"]
    by_word = {
        word: [_with_calculated(one) for one in rated if one["rating"] == word]
        for word in scorecard.framework.ratings.scale
    }
    return [f"{join_words(codes)} {word.lower()}" for word, codes in by_word.items() if codes]


def _say_extremes(named: dict[str, dict[str, Any]], scorecard: Scorecard) -> str:
    """The lowest and the highest of a section's criteria, marked where they rest on few cases."""
    return say_extremes(
        [(name, row["score"], show_result(row, scorecard)) for name, row in named.items()], otherwise=""
    )


def _with_calculated(row: dict[str, Any]) -> str:
    name = f"{row['criterion']} {row['title']}"
    return f"{name} (calculated {row['calculated'].lower()})" if row["adjusted"] else name


def show_recommendations(recommendations: Recommendations | None, area: Area) -> list[Block]:
    """What should be done, by whom and by when; nothing where there are no recommendations."""
    if recommendations is None or not recommendations.recommendations:
        return []
    blocks: list[Block] = [heading(2, "Recommendations"), *list_recommendations(recommendations)]
    return [*blocks, *_next_steps(area)]


def list_recommendations(recommendations: Recommendations) -> list[Block]:
    """Recommendations under who should act on them, numbered in the order in which they were written."""
    blocks: list[Block] = []
    first = 1
    for responsible, group in groupby(recommendations.recommendations, key=lambda one: one.responsible):
        texts = [one.text for one in group]
        if responsible:
            blocks.append(paragraph(f"To the {responsible}:"))
        blocks.append(listing(texts, "recommendations", first_number=first))
        first += len(texts)
    return blocks


def _next_steps(area: Area) -> list[Block]:
    steps = load_words()["next_steps"]
    plan, done = steps["action_plan_months"], steps["implementation_months"]
    due = [add_months(area.published, months) if area.published else None for months in (plan, done)]
    pairs = [
        ("Action plan due from the area", due[0] or f"{count_of(plan, 'month')} after publication"),
        (
            "Recommendations normally carried out",
            f"by {due[1]}" if due[1] else f"within {count_of(done, 'month')}",
        ),
    ]
    return [heading(3, "Next steps"), facts(pairs)]


def show_sheet(scorecard: Scorecard) -> list[Block]:
    """The scoring summary sheet, with the chart of scores; the ratings stand at a glance above."""
    blocks: list[Block] = [heading(2, "Scoring summary sheet"), tabulate_summary(scorecard)]
    if scorecard.criteria["score"].notna().any():
        blocks.append(draw_criteria(scorecard))
    return blocks
