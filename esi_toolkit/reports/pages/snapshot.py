"""Decisions out of a finished report or an export: a report can be made again without the register."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from esi_toolkit.data.decision import RECORDED_FIELDS, SNAPSHOT, Decision
from esi_toolkit.data.register_chain import check_chain
from esi_toolkit.errors import InputError, NotFoundError, Problem, RegisterError
from esi_toolkit.reports.decide import read_export


def read_snapshot(path: str | Path) -> tuple[Decision, ...]:
    """The decisions that a report was made with, or that a register held when it was exported.

    Parameters
    ----------
    path : str or Path
        An executed notebook (``report.ipynb``), the ``scorecard.json`` beside it, or an export (``.csv``).

    Returns
    -------
    tuple of Decision
        In the order of the register.

    Raises
    ------
    NotFoundError
        There is no such file.
    InputError
        It holds no snapshot.
    RegisterError
        The export was changed.
    """
    path = Path(path)
    if not path.is_file():
        expected = "report.ipynb, scorecard.json or an export"
        raise NotFoundError(Problem(str(path), "nothing", expected, "check the path"))
    if is_export(path):
        return tuple(_decision(row) for row in _verified(read_export(path), path.name))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = {row["number"]: _decision(row) for rows in _snapshots(content) for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _no_snapshot(path) from None
    return tuple(found[number] for number in sorted(found))


def refuse_other_area(path: str | Path, decisions: Iterable[Decision], area: str) -> None:
    """Refuse the report of another area, whose decisions would pass for none.

    Parameters
    ----------
    path : str or Path
        Where the decisions come from; an export may be about any areas.
    decisions : iterable of Decision
        What it holds.
    area : str
        The area that is reported.

    Raises
    ------
    InputError
        There are decisions, and all are about other areas.
    """
    areas = {one.area for one in decisions}
    if areas and area not in areas and not is_export(path):
        found = f"decisions about {', '.join(sorted(areas))}"
        fix = "name a report of this area, or an export"
        raise InputError(Problem(Path(path).name, found, f"decisions about {area}", fix))


def is_export(path: str | Path) -> bool:
    """Whether a file is an export of a register, which may hold decisions about many areas.

    Examples
    --------
    >>> is_export("decisions.CSV"), is_export("report.ipynb")
    (True, False)
    """
    return Path(path).suffix.lower() == ".csv"


def _verified(rows: list[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    if problems := check_chain(rows, where):
        raise RegisterError(problems)
    return rows


def _snapshots(content: Any) -> Iterator[list[dict[str, Any]]]:
    """Lists of decisions, at least one, wherever they stand in a notebook or a scorecard."""
    if "cells" not in content:
        yield content["decisions"]
        for element in content["thematic"].values():
            yield element["decisions"]
        return
    bundles = [
        output["data"][SNAPSHOT]
        for cell in content["cells"]
        for output in cell.get("outputs", ())
        if SNAPSHOT in output.get("data", ())
    ]
    if not bundles:
        raise KeyError(SNAPSHOT)
    yield from (bundle["decisions"] for bundle in bundles)


def _decision(row: dict[str, Any]) -> Decision:
    values = {name: row[name] for name in RECORDED_FIELDS}
    if any(not isinstance(value, int if name == "number" else str) for name, value in values.items()):
        raise TypeError("a field of another kind")
    return Decision(**values)


def _no_snapshot(path: Path) -> InputError:
    fix = "name the executed notebook or the scorecard.json of a report, or an export"
    return InputError(Problem(path.name, "no decisions that can be read", "those of a report", fix))
