"""The sections of a report: each criterion with its result, what it asks, the evidence and the findings."""

from __future__ import annotations

from typing import Any

from esi_toolkit.data.framework import Criterion, Section
from esi_toolkit.data.inspection import CriterionFindings, Inspection
from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.moderate import as_calculated
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts import draw_questions
from esi_toolkit.present.decisions import show_decided
from esi_toolkit.present.drafting import FINDING_TITLES, say_finding
from esi_toolkit.present.html import Block, box, details, heading, listing, make_id, paragraph, result_line
from esi_toolkit.present.numbers import is_missing, percent_of_cases
from esi_toolkit.present.tables import tabulate_items, tabulate_questions
from esi_toolkit.present.tables.scores import say_cases, show_calculated, show_result, show_score
from esi_toolkit.statistics.certainty import whole_caseload

FEWEST_BARS = 5
"""A chart says more than its table from about this many questions with enough cases."""


def show_section(
    scorecard: Scorecard, inspection: Inspection, section: Section, *, level: int = 2, prefix: str = ""
) -> list[Block]:
    """One section with all its criteria.

    Parameters
    ----------
    scorecard : Scorecard
        Any.
    inspection : Inspection
        For the findings.
    section : Section
        Of the scorecard's framework.
    level : int
        Of the section's heading; its criteria stand one below.
    prefix : str
        Goes before the ids of headings where a page holds more than one framework.
    """
    row = scorecard.sections.set_index("section").loc[section.id]
    title = f"Section {section.id}: {section.title}"
    blocks: list[Block] = [heading(level, title, make_id(prefix, "section", section.id))]
    if not is_missing(row["score"]) or section.id in scorecard.withheld:
        aside = f"score for section {section.id}" + (
            f", weight {section.weight:g} in the overall" if section.weight else ""
        )
        score = show_score(section.id, row["score"], scorecard.cases, scorecard)
        before = as_calculated(scorecard).sections.set_index("section").loc[section.id, "score"]
        if not is_missing(row["score"]) and before != row["score"]:
            calculated = percent_of_cases(before, scorecard.cases, scorecard.framework.display)
            aside += f"; calculated {calculated}"
        blocks.append(result_line(score, aside))
    if section.description:
        blocks.append(paragraph(section.description, "description"))
    for criterion in section.criteria:
        blocks += show_criterion(scorecard, inspection, criterion, level=level + 1, prefix=prefix)
    return blocks


def show_criterion(
    scorecard: Scorecard, inspection: Inspection, criterion: Criterion, *, level: int = 3, prefix: str = ""
) -> list[Block]:
    """One criterion: result, description, evidence, findings.

    Parameters
    ----------
    scorecard, inspection, level, prefix
        See `show_section`.
    criterion : Criterion
        Of the scorecard's framework.
    """
    row = to_rows(scorecard.criteria[scorecard.criteria["criterion"] == criterion.id])[0]
    name = f"{criterion.id} {criterion.title}"
    blocks: list[Block] = [heading(level, name, make_id(prefix, criterion.id))]
    blocks.append(result_line(show_result(row, scorecard), _aside(row, scorecard)))
    blocks += show_decided(scorecard, criterion.id)
    if criterion.description:
        blocks.append(paragraph(" ".join(criterion.description.split()), "description"))
    if criterion.scored_by == "evidence":
        blocks += _show_rating(scorecard, criterion, row)
    else:
        caseload = whole_caseload(scorecard.framework, inspection)
        blocks += _show_answers(scorecard, criterion, row, caseload)
    found = inspection.findings.criteria.get(criterion.id) if inspection.findings else None
    return [*blocks, *_show_findings(found, level + 1, make_id(prefix, criterion.id))]


def _aside(row: dict[str, Any], scorecard: Scorecard) -> str:
    parts = [say_cases(row, scorecard)]
    if row["adjusted"]:
        before = show_calculated(row, scorecard)
        parts.insert(0, f"adjusted by the lead inspector from {before}")
    if row["incomplete"] and row["missing"]:
        parts.append(f"incomplete, without {row['missing'].replace(';', ',')}")
    return "; ".join(part for part in parts if part)


def _show_answers(
    scorecard: Scorecard, criterion: Criterion, row: dict[str, Any], caseload: int | None
) -> list[Block]:
    own = scorecard.questions[scorecard.questions["criterion"] == criterion.id]
    if own["relevant"].isna().all() and not scorecard.withheld.intersection(own["question"]):
        said = (
            "The answers behind this score are not known."
            if not is_missing(row["score"])
            else "No answer is known."
        )
        return [paragraph(said, "note")]
    reliable = own["relevant"] >= scorecard.framework.display.unreliable_below
    table = tabulate_questions(scorecard, criterion.id, caseload)
    if reliable.sum() < FEWEST_BARS:
        return [table]
    return [
        draw_questions(scorecard, criterion.id),
        details(f"Answers to the questions of {criterion.id} as a table", table),
    ]


def _show_rating(scorecard: Scorecard, criterion: Criterion, row: dict[str, Any]) -> list[Block]:
    trace = scorecard.traces[criterion.id]
    words = f"Calculated {row['calculated']}. {trace.words}" if row["adjusted"] else trace.words
    blocks: list[Block] = [paragraph(words)]
    if not (trace.items["level"] != "").any():
        return blocks
    return [*blocks, tabulate_items(trace, criterion.id, criterion.title)]


def _show_findings(found: CriterionFindings | None, level: int, prefix: str) -> list[Block]:
    if found is None:
        return []
    blocks: list[Block] = []
    for kind, title in FINDING_TITLES.items():
        said = [say_finding(finding) for finding in getattr(found, kind)]
        if said and kind == "good_practice":
            blocks += [box(_with_state(title, state), text, "good-practice") for text, state in said]
        elif said:
            blocks += [heading(level, title, make_id(prefix, title)), listing(said, "findings")]
    return blocks


def _with_state(title: str, state: str) -> str:
    return f"{title} [{state}]" if state else title
