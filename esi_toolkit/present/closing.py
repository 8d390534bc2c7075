"""The last parts of a report: how to read it, its terms, what is missing, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from esi_toolkit import __version__
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.html import Block, facts, heading, listing, paragraph
from esi_toolkit.present.numbers import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    UNRELIABLE,
    count_of,
    explain_confidential,
)
from esi_toolkit.present.words import find_terms

LEFT_OUT = {
    "cases": "the make-up of the sample",
    "evidence": "ratings in words",
    "context": "the area in context",
    "performance": "performance against targets",
    "criminogenic_factors": "criminogenic factors",
    "oasys_reassessment": "reassessment and progress",
    "feedback": "what offenders said",
    "reconviction": "reconviction",
    "findings": "strengths, areas for improvement and good practice",
    "recommendations": "recommendations",
}


def show_reading(scorecard: Scorecard) -> list[Block]:
    """How to read the figures."""
    display = scorecard.framework.display
    lines = [
        "A score is the share of relevant work that was good enough, 0% to 100%. Halves are rounded up.",
        "Every score stands beside the number of cases it rests on. “Not applicable” cases are left out; "
        "cases without an answer are counted as not answered, never as poor.",
        f"{UNRELIABLE} marks figures from fewer than {display.unreliable_below} cases: a few cases more or "
        f"less would change them much. A question with fewer than {display.few_below} relevant cases has its "
        "count, but no percentage.",
        *([f"{CONFIDENTIAL} means {explain_confidential(display)}."] if display.suppress_below else []),
        f"{NOT_AVAILABLE} means not available, {NOT_APPLICABLE} not applicable.",
        "What has no score leaves its weight to the others, and the result is called incomplete.",
    ]
    return [heading(2, "How to read the figures", "reading"), listing(lines)]


def show_glossary(texts: Iterable[str]) -> list[Block]:
    """The terms that a report uses; nothing where it uses none."""
    terms = find_terms(texts)
    return (
        [heading(2, "Glossary"), facts(sorted(terms.items(), key=lambda pair: pair[0].lower()))]
        if terms
        else []
    )


def show_missing(inspection: Inspection, thematic: Sequence[Inspection]) -> list[Block]:
    """What the area lacks, and what was odd in its files."""
    absent = [f"{what} ({name})" for name, what in LEFT_OUT.items() if getattr(inspection, name) is None]
    blocks: list[Block] = [heading(2, "What is missing", "missing")]
    if absent:
        blocks += [
            paragraph("The area's folder does not hold these files, so this report is without:"),
            listing(absent),
        ]
    for one in (inspection, *thematic):
        if one.warnings:
            name = one.framework_id
            blocks.append(paragraph(f"Found missing or odd when the files for {name} were read:"))
            blocks.append(
                listing(f"{problem.where}: {problem.found}; {problem.fix}." for problem in one.warnings)
            )
    if len(blocks) == 1:
        blocks.append(
            paragraph("Nothing: every question asked is answered and every part of the report is there.")
        )
    return blocks


def show_reproducibility(scorecards: Sequence[Scorecard], parameters: Mapping[str, str]) -> list[Block]:
    """What this page was made from, so that it can be made again."""
    pairs = list_origins(scorecards, parameters)
    return [heading(2, "How this page was made", "reproducibility"), facts(pairs)]


def list_origins(scorecards: Sequence[Scorecard], parameters: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and values of all that a report was made from.

    Parameters
    ----------
    scorecards : sequence of Scorecard
        Of the area and its thematic elements.
    parameters : mapping of str to str
        What was asked for; "" means the default.
    """
    pairs = [("Toolkit", f"esi_toolkit {__version__}")]
    for card in scorecards:
        framework = card.framework
        pairs += [
            ("Framework", f"{framework.id} {framework.version}"),
            ("Fingerprint of its rules", framework.fingerprint),
            (f"Fingerprint of the files read for {framework.id}", card.input_hash),
            (
                f"Decisions of the lead inspector for {framework.id}",
                count_of(len(card.decisions), "decision"),
            ),
        ]
    return pairs + [(f"Parameter {name}", value or "(default)") for name, value in parameters.items()]
