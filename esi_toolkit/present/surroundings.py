"""What stands around the scores: criminogenic factors and progress, offenders' feedback."""

from __future__ import annotations

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.present.charts import draw_factors, draw_feedback
from esi_toolkit.present.html import Block, details, heading
from esi_toolkit.present.tables import (
    tabulate_factors,
    tabulate_feedback,
    tabulate_progress,
)


def show_factors(inspection: Inspection) -> list[Block]:
    """Criminogenic factors and progress on them; nothing where neither is known."""
    blocks: list[Block] = []
    if inspection.criminogenic_factors is not None and len(inspection.criminogenic_factors):
        factors = inspection.criminogenic_factors
        blocks.append(draw_factors(factors, inspection.area.name))
        blocks.append(details("The factors as a table", tabulate_factors(factors)))
    if inspection.oasys_reassessment is not None and len(inspection.oasys_reassessment):
        blocks.append(tabulate_progress(inspection.oasys_reassessment))
    return [heading(2, "Criminogenic factors and progress", "factors"), *blocks] if blocks else []


def show_feedback(inspection: Inspection, framework: Framework) -> list[Block]:
    """What offenders said; nothing where nobody was asked."""
    feedback = inspection.feedback
    if feedback is None or feedback.empty:
        return []
    return [
        heading(2, "What offenders said", "feedback"),
        draw_feedback(feedback, inspection.area.name, framework.display),
        details("The answers as a table", tabulate_feedback(feedback, framework.display)),
    ]
