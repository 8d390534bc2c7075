"""Decisions from the command line and for reports: the register's words applied to an area's scorecard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from esi_toolkit.data.decision import Decision
from esi_toolkit.data.files import load_area, load_framework, load_inspection, write_whole
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.data.register import find_register, open_register
from esi_toolkit.data.register_export import csv_to_rows, rows_to_csv
from esi_toolkit.errors import ModerationError, NotFoundError, Problem, RegisterError
from esi_toolkit.method.moderate import check_decision, moderate, propose_decision
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard


@dataclass(frozen=True)
class Scored:
    """An inspection, what it scored by itself, and what it scores after the lead inspector's decisions."""

    inspection: Inspection
    calculated: Scorecard
    scorecard: Scorecard


def score_area(folder: str | Path, framework: str | None = None) -> Scored:
    """Load and score an area, and apply the decisions in its register.

    Parameters
    ----------
    folder : str or Path
        Area folder; its register is the one that `data.register.find_register` names.
    framework : str, optional
        Id or file; default: the area's own.

    Returns
    -------
    Scored

    Raises
    ------
    EsiError
        The area or framework cannot be read, the register does not verify, or a decision is not allowed.
    """
    rules = load_framework(framework or load_area(folder).framework)
    inspection = load_inspection(folder, rules)
    calculated = score(rules, inspection)
    register = open_register(find_register(folder))
    decisions = register.decisions(calculated.area_id, rules.id)
    return Scored(inspection, calculated, moderate(calculated, decisions))


def record_decision(
    folder: str | Path,
    criterion: str,
    adjusted: str,
    *,
    reason: str,
    author: str,
    framework: str | None = None,
) -> tuple[Decision, tuple[Decision, ...]]:
    """Check a decision and add it to the area's register.

    Parameters
    ----------
    folder : str or Path
        Area folder.
    criterion, adjusted : str
        Code, and the rating in words (or score) to take its place.
    reason, author : str
        Why, and who decides.
    framework : str, optional
        Id or file; default: the area's own.

    Returns
    -------
    recorded : Decision
        With its number and time.
    earlier : tuple of Decision
        Decisions about the same criterion that it supersedes.

    Raises
    ------
    ModerationError
        The framework does not allow it; nothing is recorded.
    """
    calculated = score_area(folder, framework).calculated
    decision = propose_decision(calculated, criterion, adjusted, reason=reason, author=author)
    if problems := check_decision(calculated, decision):
        raise ModerationError(problems)
    done = open_register(find_register(folder)).record(decision, seen=0)
    return done.decision, done.meanwhile


def verify_register(folder: str | Path) -> list[Problem]:
    """Every changed, missing or reordered row of the area's register."""
    return open_register(find_register(folder)).verify()


def export_register(folder: str | Path, path: str | Path) -> int:
    """Write the whole register to a CSV file that git can keep; returns how many decisions."""
    rows = open_register(find_register(folder)).export_rows()
    write_whole(path, rows_to_csv(rows))
    return len(rows)


def import_register(folder: str | Path, path: str | Path) -> int:
    """Add the decisions of an export that the area's register lacks; returns how many.

    Raises
    ------
    NotFoundError
        There is no such file.
    RegisterError
        It is no export, was changed, or does not go on from the register.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(Problem(str(path), "nothing", "an export of a register", "check the path"))
    try:
        content = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise RegisterError(
            Problem(path.name, "letters that are not UTF-8", "an export", "export it again")
        ) from None
    return open_register(find_register(folder)).import_rows(csv_to_rows(content))
