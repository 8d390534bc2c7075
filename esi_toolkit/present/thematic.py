"""A thematic element within an area's report: its own result, sections and findings."""

from __future__ import annotations

from typing import Any

from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.html import Block, heading, make_id, paragraph
from esi_toolkit.present.numbers import count_of
from esi_toolkit.present.opening import list_recommendations, list_summary, show_incomplete
from esi_toolkit.present.sections import show_section
from esi_toolkit.present.tables import tabulate_summary


def show_thematic(scorecard: Scorecard, inspection: Inspection) -> list[Block]:
    """One thematic element.

    Parameters
    ----------
    scorecard, inspection
        Of the element, read from the subfolder named after its framework.
    """
    framework = scorecard.framework
    prefix = make_id(framework.id)
    title = (
        framework.title if "thematic" in framework.title.lower() else f"Thematic element: {framework.title}"
    )
    blocks: list[Block] = [heading(2, title, prefix), _about(scorecard)]
    blocks += [tabulate_summary(scorecard), *show_incomplete(scorecard)]
    blocks.append(heading(3, "Summary", f"{prefix}-summary"))
    blocks += list_summary(scorecard, inspection, level=4, prefix=f"{prefix}-summary")
    if inspection.recommendations and inspection.recommendations.recommendations:
        blocks.append(heading(3, "Recommendations", f"{prefix}-recommendations"))
        blocks += list_recommendations(inspection.recommendations)
    for section in framework.sections:
        blocks += show_section(scorecard, inspection, section, level=3, prefix=prefix)
    return blocks


def _about(scorecard: Scorecard) -> Any:
    cases = (
        "" if scorecard.cases is None else f" It rests on {count_of(scorecard.cases, 'case')} of the sample."
    )
    overall = "" if scorecard.overall.score is not None else " It has no overall score."
    return paragraph(f"The element has its own questions, rules and results.{cases}{overall}")
