"""Decisions out of a finished report, so that it can be made again without the register."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from esi_toolkit.data.decision import RECORDED_FIELDS, Decision
from esi_toolkit.errors import InputError, NotFoundError, Problem
from esi_toolkit.present.decisions import SNAPSHOT


def read_snapshot(path: str | Path) -> tuple[Decision, ...]:
    """The decisions that a report was made with.

    Parameters
    ----------
    path : str or Path
        An executed notebook (``report.ipynb``), or the ``scorecard.json`` beside it.

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
    """
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(Problem(str(path), "nothing", "report.ipynb or scorecard.json", "check the path"))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = {row["number"]: _decision(row) for rows in _snapshots(content) for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _no_snapshot(path) from None
    return tuple(found[number] for number in sorted(found))


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
    fix = "name the executed notebook or the scorecard.json of a report"
    return InputError(Problem(path.name, "no decisions that can be read", "those of a report", fix))
