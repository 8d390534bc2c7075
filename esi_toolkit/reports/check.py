"""All that can be said about an area before a report is made: what is wrong, missing, or not as published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from esi_toolkit.data.files import load_area
from esi_toolkit.errors import EsiError, Problem, PublishedMismatchError
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.reports.decide import Scored, score_area
from esi_toolkit.reports.written import check_withheld, check_written, refuse_drafts
from esi_toolkit.statistics.reconcile import Reconciliation, reconcile


@dataclass(frozen=True)
class Checked:
    """One framework's part of an area.

    Attributes
    ----------
    scorecard : Scorecard
        With the lead inspector's decisions.
    reconciliation : Reconciliation or None
        None where the area has no ``published.csv``.
    warnings : tuple of Problem
        What is missing or odd.
    findings : tuple of Problem
        Figures in the findings that are not those of the questions named (errors), edited drafts, and figures
        that reports withhold.
    """

    scorecard: Scorecard
    reconciliation: Reconciliation | None
    warnings: tuple[Problem, ...]
    findings: tuple[Problem, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether what was published, and what the findings say, is what is calculated."""
        met = self.reconciliation is None or self.reconciliation.agrees
        return met and not any(problem.severity == "error" for problem in self.findings)


@dataclass(frozen=True)
class AreaCheck:
    """What `check_area` found, the area's own framework first, then its thematic ones."""

    parts: tuple[Checked, ...]
    errors: tuple[Problem, ...] = ()
    error_code: int = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All errors and warnings, in the order of the parts."""
        found = [*self.errors]
        for part in self.parts:
            found += part.warnings
            found += part.reconciliation.problems if part.reconciliation else ()
            found += part.findings
        return tuple(found)

    @property
    def exit_code(self) -> int:
        """0 when all is well, else the code of the first kind of error."""
        if self.errors:
            return self.error_code
        return 0 if all(part.agrees for part in self.parts) else PublishedMismatchError.exit_code


def check_area(folder: str | Path, framework: str | None = None) -> AreaCheck:
    """Check one area with its own framework and its thematic ones.

    Parameters
    ----------
    folder : str or Path
        Area folder.
    framework : str, optional
        Framework id or file; then only this one.

    Returns
    -------
    AreaCheck
        Errors of all frameworks together, where there are any.

    Raises
    ------
    NotFoundError
        The area folder is not there.
    """
    area = load_area(folder)
    names = [framework] if framework else [area.framework, *area.thematic]
    parts: list[Checked] = []
    errors: dict[Problem, int] = {}
    for name in names:
        try:
            scored = score_area(folder, name)
            parts.append(_check_part(scored, area.thematic))
            refuse_drafts([scored])
        except EsiError as error:
            errors |= dict.fromkeys(error.problems, error.exit_code)
    return AreaCheck(tuple(parts), tuple(errors), next(iter(errors.values()), 0))


def _check_part(scored: Scored, thematic: tuple[str, ...]) -> Checked:
    # What was published is what the lead inspector decided.
    published = scored.inspection.published
    inside = f"{scored.scorecard.framework.id}/" if scored.scorecard.framework.id in thematic else ""
    where = f"{inside}published.csv"
    reconciliation = None if published is None else reconcile(scored.scorecard, published, where=where)
    warnings = scored.inspection.warnings
    return Checked(
        scored.scorecard, reconciliation, warnings, (*check_written(scored), *check_withheld(scored))
    )
