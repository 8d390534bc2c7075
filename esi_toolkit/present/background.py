"""How the inspection was done and where: arrangements, scoring approach, overview of the area."""

from __future__ import annotations

from collections.abc import Sequence

from esi_toolkit.data.framework import Display, Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts import draw_performance
from esi_toolkit.present.html import Block, Html, details, facts, heading, listing, paragraph
from esi_toolkit.present.numbers import CONFIDENTIAL, count_of, number
from esi_toolkit.present.tables import (
    tabulate_context,
    tabulate_importance,
    tabulate_performance,
    tabulate_rating_rules,
    tabulate_sample,
    tabulate_weights,
)
from esi_toolkit.statistics.disclosure.control import GroupControl
from esi_toolkit.statistics.disclosure.control_inspection import shown_caseload

MADE_FROM = {
    "judgements": "The scores are made from inspectors' judgements of single cases.",
    "question counts": "The scores are made from published counts for each question, not from judgements.",
    "criterion scores": "The scores are those published for each criterion; the answers are not known.",
    "nothing": "There are no judgements, counts or scores, so nothing is scored.",
}


def show_arrangements(
    inspection: Inspection,
    scorecard: Scorecard,
    thematic: Sequence[Scorecard],
    groups: GroupControl | None = None,
) -> list[Block]:
    """What was inspected, from the sample itself.

    Parameters
    ----------
    inspection, scorecard
        The area's.
    thematic : sequence of Scorecard
        Of its thematic elements.
    groups : GroupControl, optional
        What may be shown of groups of cases; None for the inspectorate's own eyes.
    """
    blocks: list[Block] = [heading(2, "Inspection arrangements"), paragraph(MADE_FROM[scorecard.level])]
    for element in thematic:
        cases = "" if element.cases is None else f" on {count_of(element.cases, 'case')} of the sample"
        blocks.append(paragraph(f"Thematic element: {element.framework.title}, inspected{cases}."))
    pairs = _arrangement_facts(inspection.area, scorecard.framework.display)
    if pairs:
        blocks.append(facts(pairs))
    if inspection.cases is not None:
        blocks.append(tabulate_sample(scorecard.framework, inspection.cases, groups))
    return blocks


def _arrangement_facts(area: Area, display: Display) -> list[tuple[str, str]]:
    counts = shown_caseload(area.caseload, display)
    caseload = ", ".join(f"{_number_shown(count, 0)} {word}" for word, count in counts.items())
    asked = area.offenders_interviewed
    interviewed = "" if asked is None else _number_shown(asked, display.suppress_below)
    pairs = [
        ("Fieldwork", area.fieldwork),
        ("Lead inspector", area.lead_inspector),
        ("Family group", area.family_group),
        ("Offenders interviewed", interviewed),
        ("Caseload by risk of harm", caseload),
    ]
    return [(name, value) for name, value in pairs if value]


def _number_shown(count: int | None, limit: int) -> str:
    return CONFIDENTIAL if count is None or 0 < count < limit else number(count)


def show_approach(framework: Framework) -> list[Block]:
    """The rules of scoring, read out of the framework."""
    blocks: list[Block] = [heading(2, "Scoring approach")]
    if any(criterion.scored_by == "judgements" for criterion in framework.criteria):
        blocks += [heading(3, "Scores in percent", "approach-scores"), listing(_say_scores(framework))]
        blocks += [tabulate_importance(framework)]
        if any(section.weight for section in framework.sections):
            blocks.append(tabulate_weights(framework))
    if any(criterion.scored_by == "evidence" for criterion in framework.criteria):
        blocks += [heading(3, "Ratings in words", "approach-ratings"), listing(_say_ratings(framework))]
        blocks.append(tabulate_rating_rules(framework))
    readings = _readings(framework)
    if readings:
        silent = "Where the published method is silent: the readings used here"
        blocks.append(details(silent, Html(_say_source(framework) + listing(readings).content)))
    return blocks


def _say_scores(framework: Framework) -> list[str]:
    by_value: dict[float | None, list[str]] = {}
    for word, value in framework.judgements.items():
        by_value.setdefault(value, []).append(word)
    counts = [
        f"{join_words([f'“{word}”' for word in words])} {_verb(words, value)}"
        for value, words in by_value.items()
    ]
    sentences = [
        f"Each question is answered for each case it is asked of: {'; '.join(counts)}.",
        "A question's score is the share of relevant cases that met it; unanswered cases are shown apart.",
        "A criterion's score is the weighted mean of its questions, a section's that of its criteria.",
    ]
    if any(section.weight for section in framework.sections):
        sentences.append(
            "The overall score is the weighted mean of the sections. Figures are rounded only when shown."
        )
    return sentences


def _verb(words: list[str], value: float | None) -> str:
    ending = "" if len(words) > 1 else "s"
    return f"leave{ending} the case out" if value is None else f"count{ending} {value:g}"


def _say_ratings(framework: Framework) -> list[str]:
    ratings = framework.ratings
    left_out = [word for word, counts in ratings.responsibility.items() if not counts]
    *better, worst = ratings.levels
    sentences = [f"Each evidence item is judged {', '.join(better)} or {worst}."]
    if left_out:
        sentences.append(f"Items that are the responsibility of {join_words(left_out)} are left out.")
    steps = framework.moderation.ratings
    if steps:
        sentences.append(
            f"The lead inspector may move a rating by at most {count_of(steps, 'step')}; both ratings and "
            "the reason are then printed."
        )
    return sentences


def _say_source(framework: Framework) -> str:
    """Which report the readings speak of."""
    source = framework.source
    return paragraph(f"Source of the rules: {source.rstrip('.')}.").content if source else ""


def _readings(framework: Framework) -> list[str]:
    parts = {
        "In general": framework.reading,
        "Ratings in words": framework.ratings.reading,
        "Decisions of the lead inspector": framework.moderation.reading,
        "Small numbers": framework.display.reading,
        **{criterion.id: criterion.reading for criterion in framework.criteria},
    }
    return [f"{name}: {' '.join(text.split())}" for name, text in parts.items() if text]


def show_overview(inspection: Inspection) -> list[Block]:
    """The area beside the country, and its performance; nothing where neither is known."""
    name = inspection.area.name
    blocks: list[Block] = []
    if inspection.context is not None and len(inspection.context):
        blocks.append(tabulate_context(inspection.context, name))
    if inspection.performance is not None and len(inspection.performance):
        blocks.append(heading(3, "Performance"))
        blocks += [
            draw_performance(inspection.performance, name),
            tabulate_performance(inspection.performance, name),
        ]
    return [heading(2, "Overview of the area"), *blocks] if blocks else []
