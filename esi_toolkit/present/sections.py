"""The sections of a report: each criterion with its result, what it asks, the evidence and the findings."""

from __future__ import annotations

from typing import Any

from esi_toolkit.data.framework import Criterion, Section
from esi_toolkit.data.inspection import CriterionFindings, Inspection
from esi_toolkit.data.rows import group_rows
from esi_toolkit.method.moderate import as_calculated
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.scores import draw_answers
from esi_toolkit.present.decisions import show_decided
from esi_toolkit.present.drafting import FINDING_TITLES, say_finding
from esi_toolkit.present.html import Block, box, details, heading, listing, make_id, paragraph, result_line
from esi_toolkit.present.numbers import is_missing, percent_of_cases
from esi_toolkit.present.tables.scores import (
    say_cases,
    show_calculated,
    show_result,
    show_score,
    tabulate_answers,
    tabulate_items,
)
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
    title = f"Section {section.id}: {section.title}"
    blocks: list[Block] = [heading(level, title, make_id(prefix, "section", section.id))]
    blocks += _show_section_score(scorecard, section)
    if section.description:
        blocks.append(paragraph(section.description, "description"))
    rows, questions = (group_rows(table, "criterion") for table in (scorecard.criteria, scorecard.questions))
    for criterion in section.criteria:
        row, own = rows[criterion.id][0], questions.get(criterion.id, [])
        blocks += _show_criterion(scorecard, inspection, criterion, row, own, level=level + 1, prefix=prefix)
    return blocks


def _show_section_score(scorecard: Scorecard, section: Section) -> list[Block]:
    score = _section_score(scorecard, section)
    if is_missing(score) and section.id not in scorecard.withheld:
        return []
    aside = f"score for section {section.id}" + (
        f", weight {section.weight:g} in the overall" if section.weight else ""
    )
    before = _section_score(as_calculated(scorecard), section)
    if not is_missing(score) and before != score:
        calculated = percent_of_cases(before, scorecard.cases, scorecard.framework.display)
        aside += f"; calculated {calculated}"
    return [result_line(show_score(section.id, score, scorecard.cases, scorecard), aside)]


def _section_score(scorecard: Scorecard, section: Section) -> float:
    sections = scorecard.sections
    scores = dict(zip(sections["section"].tolist(), sections["score"].tolist(), strict=True))
    return scores[section.id]


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
    row = group_rows(scorecard.criteria, "criterion")[criterion.id][0]
    own = group_rows(scorecard.questions, "criterion").get(criterion.id, [])
    return _show_criterion(scorecard, inspection, criterion, row, own, level=level, prefix=prefix)


def _show_criterion(
    scorecard: Scorecard,
    inspection: Inspection,
    criterion: Criterion,
    row: dict[str, Any],
    own: list[dict[str, Any]],
    *,
    level: int,
    prefix: str,
) -> list[Block]:
    """One criterion from its row and those of its questions."""
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
        blocks += _show_answers(scorecard, row, own, caseload)
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
    scorecard: Scorecard, row: dict[str, Any], own: list[dict[str, Any]], caseload: int | None
) -> list[Block]:
    codes = [question["question"] for question in own]
    if all(is_missing(question["relevant"]) for question in own) and scorecard.withheld.isdisjoint(codes):
        said = (
            "The answers behind this score are not known."
            if not is_missing(row["score"])
            else "No answer is known."
        )
        return [paragraph(said, "note")]
    enough = scorecard.framework.display.unreliable_below
    table = tabulate_answers(own, scorecard, row["criterion"], caseload)
    if sum(question["relevant"] >= enough for question in own) < FEWEST_BARS:
        return [table]
    return [
        draw_answers(row, own, scorecard),
        details(f"Answers to the questions of {row['criterion']} as a table", table),
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
