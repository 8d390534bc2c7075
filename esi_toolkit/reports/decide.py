"""Decisions from the command line and for reports: the register's words applied to an area's scorecard."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.decision import Decision
from esi_toolkit.data.files import load_area, load_framework, load_inspection
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.data.register_export import csv_to_rows, rows_to_csv
from esi_toolkit.data.register_place import find_register, may_hold_decisions
from esi_toolkit.errors import EsiError, ModerationError, NotFoundError, Problem, RegisterError
from esi_toolkit.method.moderate import check_decision, moderate, propose_decision
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.disclosure.control_figures import withhold_figures
from esi_toolkit.statistics.disclosure.control_inspection import withhold_surroundings

if TYPE_CHECKING:
    from esi_toolkit.data.register import Register


@dataclass(frozen=True)
class Scored:
    """An inspection, what it scored by itself, and what it scores after the lead inspector's decisions."""

    inspection: Inspection
    calculated: Scorecard
    scorecard: Scorecard


def score_area(
    folder: str | Path, framework: str | None = None, *, decisions: Iterable[Decision] | None = None
) -> Scored:
    """Load and score an area, and apply the decisions in its register.

    Parameters
    ----------
    folder : str or Path
        Area folder; its register is the one that `data.register.find_register` names.
    framework : str, optional
        Id or file; default: the area's own.
    decisions : iterable of Decision, optional
        In place of the register, which is then not looked at.

    Returns
    -------
    Scored

    Raises
    ------
    EsiError
        The area or framework cannot be read, the register does not verify, or a decision is not allowed.
    """
    inspection, calculated = _calculate(folder, framework)
    if decisions is None:
        decisions = _recorded_decisions(folder, calculated)
    return Scored(inspection, calculated, moderate(calculated, decisions))


def _recorded_decisions(folder: str | Path, calculated: Scorecard) -> list[Decision]:
    """Decisions in the area's register; most areas have none, and then no database need be loaded."""
    if not may_hold_decisions(find_register(folder)):
        return []
    return _open_register(folder).decisions(calculated.area_id, calculated.framework.id)


def _open_register(folder: str | Path) -> Register:
    from esi_toolkit.data.register import open_register

    return open_register(find_register(folder))


def _calculate(folder: str | Path, framework: str | None) -> tuple[Inspection, Scorecard]:
    rules = load_framework(framework or load_area(folder).framework)
    if rules.asked_of and framework == rules.id:
        _check_theme(load_area(folder), rules.id)
    inspection = load_inspection(folder, rules)
    return inspection, score(rules, inspection)


def _check_theme(area: Area, theme: str) -> None:
    """Themes have the codes of the area's own framework: its files would be scored by rules of another."""
    if theme not in (area.framework, *area.thematic):
        found, expected = f"no thematic element {theme}", f"'thematic: [{theme}]' and its folder"
        fix = f"leave --framework out: the area's files are about {area.framework}"
        raise NotFoundError(Problem("area.yml", found, expected, fix, column="thematic"))


def score_with_elements(
    folder: str | Path, framework: str | None = None, *, decisions: Iterable[Decision] | None = None
) -> tuple[Scored, ...]:
    """An area by its own framework, then by those of its thematic elements; or by one that is named.

    Parameters
    ----------
    folder, framework, decisions
        See `score_area`.

    Returns
    -------
    tuple of Scored
        Only the first where another framework than the area's own is named.
    """
    area = load_area(folder)
    given = None if decisions is None else tuple(decisions)
    main = score_area(folder, framework or area.framework, decisions=given)
    others = area.thematic if main.scorecard.framework.id == area.framework else ()
    return main, *(score_area(folder, name, decisions=given) for name in others)


def withhold(scored: Scored) -> Scored:
    """What of an inspection and its final scorecard may go out.

    Figures that stand in ``published.csv`` are public already and stay.

    Parameters
    ----------
    scored : Scored
        As it was scored.
    """
    published = scored.inspection.published
    public = () if published is None else published["code"].tolist()
    return replace(
        scored,
        inspection=withhold_surroundings(scored.inspection, scored.scorecard.framework.display),
        scorecard=withhold_figures(scored.scorecard, public),
    )


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
    RegisterError
        The register cannot be written, or does not verify.
    """
    # Without the decisions before: one that is not allowed any more has to be superseded like any other.
    calculated = _calculate(folder, framework)[1]
    decision = propose_decision(calculated, criterion, adjusted, reason=reason, author=author)
    if problems := check_decision(calculated, decision):
        raise ModerationError(problems)
    done = _open_register(folder).record(decision, seen=0)
    return done.decision, done.meanwhile


def _register_of(folder: str | Path) -> Register:
    """The area's register; a mistyped folder must not pass for one without decisions."""
    load_area(folder)
    return _open_register(folder)


def verify_register(folder: str | Path) -> int:
    """Check the register that holds an area's decisions.

    Returns
    -------
    int
        How many decisions it holds, on any area.

    Raises
    ------
    RegisterError
        With every changed, missing, added or reordered row.
    """
    register = _register_of(folder)
    if problems := register.verify():
        raise RegisterError(problems)
    return len(register.decisions())


def export_register(folder: str | Path, path: str | Path) -> int:
    """Write the whole register to a CSV file that git can keep; returns how many decisions.

    Raises
    ------
    RegisterError
        What stands in the file is no earlier export of this register, and would be lost; or the register
        does not verify.
    """
    rows = _register_of(folder).export_rows()
    _keep_other_exports(Path(path), rows)
    write_whole(path, rows_to_csv(rows))
    return len(rows)


def _keep_other_exports(path: Path, rows: list[dict[str, Any]]) -> None:
    """Refuse to write over a file unless the register's rows go on from those in it."""
    if not os.path.lexists(path):
        return
    try:
        earlier = [row["row_hash"] for row in read_export(path)]
    except EsiError:
        found = "something else of that name"
    else:
        if earlier == [row["row_hash"] for row in rows[: len(earlier)]]:
            return
        found = "decisions that this register does not have"
    fix = "give the export another name, or move away what is there"
    raise RegisterError(Problem(str(path), found, "a new file, or an earlier export of this register", fix))


def import_register(folder: str | Path, path: str | Path) -> int:
    """Add the decisions of an export that the area's register lacks; returns how many.

    Raises
    ------
    NotFoundError
        There is no such file.
    RegisterError
        It is no export, was changed, or does not go on from the register.
    """
    return _register_of(folder).import_rows(read_export(path))


def read_export(path: str | Path) -> list[dict[str, Any]]:
    """The rows of an exported register.

    Raises
    ------
    NotFoundError
        There is no such file.
    RegisterError
        It is no export.
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
    return csv_to_rows(content)
