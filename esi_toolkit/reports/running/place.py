"""Where reports go: a folder for each area, swapped in whole, and a note where there is no newer one."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from esi_toolkit.data.beside import is_at_work, write_whole
from esi_toolkit.errors import Problem, RunError

BUILDING = ".building-"
"""Build folders begin like this: with the area's id, the number of the process that made them, and chance."""
FAILED = "failed.txt"
TIME_LIMIT = 600.0
"""Seconds that one area may take, unless said otherwise."""
_REPLACED = ".replaced-"
_MOMENT = 0.01
_TRIES = 20
_NAMES = {"html": "report.html", "notebook": "report.ipynb", "scorecard": "scorecard.json"}
_MARKS = ("built.json", FAILED, "report.html")
"""What shows that a folder is a report's."""
_NAMES |= {"pdf": "report.pdf", "spreadsheet": "tables.xlsx"}


@dataclass(frozen=True)
class ReportResult:
    """What became of one area's report.

    Attributes
    ----------
    area_id : str
        The area; the name of its folder where ``area.yml`` names no area.
    status : {"done", "failed", "skipped"}
        Skipped: the report that is there is the one that would be made.
    seconds : float
        How long it took.
    message : str
        Why it failed; "" otherwise.
    cell : int or None
        The cell in which it failed, as its brackets in the notebook number it.
    files : dict of str to Path
        html, notebook, scorecard: those that are there.
    """

    area_id: str
    status: str
    seconds: float = 0.0
    message: str = ""
    cell: int | None = None
    files: Mapping[str, Path] = field(default_factory=dict)


def refuse_others(target: Path) -> None:
    """Keep a report from taking the place of anything but a report: it would be lost, an area's inputs too.

    Parameters
    ----------
    target : Path
        The folder that a report is to stand in.

    Raises
    ------
    RunError
        Something else stands there.
    """
    ours = not (target / "area.yml").exists() and any((target / name).exists() for name in _MARKS)
    if ours or not os.path.lexists(target) or (target.is_dir() and not any(target.iterdir())):
        return
    found, fix = "something that is no report", "name another folder with --out, or move away what is there"
    raise RunError(Problem(str(target), found, "an earlier report, or nothing", fix))


def clear_leftovers(out: Path) -> None:
    """Clear away what an interrupted run has left, and bring back a report that it had moved aside."""
    for left in [*out.glob(f"{BUILDING}*"), *out.glob(f"{_REPLACED}*")]:
        if _is_running(left):
            continue
        target = out / left.name.removeprefix(_REPLACED).rpartition("-")[0]
        if left.name.startswith(_REPLACED) and not target.exists():
            left.rename(target)
        else:
            remove_folder(left)


def remove_folder(folder: Path) -> None:
    """Remove a folder; one that something goes on writing into is left for the next run to clear away."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        # A process that is being ended may have put a file into it meanwhile.
        time.sleep(_MOMENT)


def _is_running(folder: Path) -> bool:
    """Whether the process whose number a folder's name holds is another one that still runs."""
    number = re.search(r"-(\d+)(-[^-]*)?$", folder.name)
    return number is not None and is_at_work(int(number[1]))


def settle(target: Path, built: Path, result: Mapping[str, Any], seconds: float) -> ReportResult:
    """Put a finished report in its place, or write down why there is none.

    Parameters
    ----------
    target : Path
        The area's folder among the reports.
    built : Path
        The build folder, which is gone afterwards.
    result : mapping
        How the job ended, as `esi_toolkit.reports.running.build` writes it down.
    seconds : float
        How long it took.
    """
    if result["status"] == "done":
        try:
            _move_into_place(built / "report", target)
        except OSError as error:
            reason = f"the report could not be put in place ({error.strerror}); is one of its files open?"
            result = failure(reason)
    remove_folder(built)
    if result["status"] == "failed":
        write_failure(target, result)
        return ReportResult(
            target.name, "failed", seconds, result["message"], result["cell"], existing_files(target)
        )
    return ReportResult(target.name, "done", seconds, files=existing_files(target))


def failure(message: str, cell: int | None = None, line: str = "", details: str = "") -> dict[str, Any]:
    """The result of a job that could not say itself how it ended."""
    return {
        "status": "failed",
        "message": message,
        "cell": cell,
        "line": line,
        "details": details,
        "kind": "",
        "problems": [],
    }


def _move_into_place(report: Path, target: Path) -> None:
    """Swap a whole folder for another; `clear_leftovers` mends a swap that was cut short."""
    report.chmod(0o755)
    old = target.with_name(f"{_REPLACED}{target.name}-{os.getpid()}")
    # Another batch may swap the same area's folder at the same time; the last one stands.
    while not _swap(report, target, old):
        time.sleep(_MOMENT)
    remove_folder(old)


def _swap(report: Path, target: Path, old: Path) -> bool:
    """Whether a folder could take the place of another; False where somebody else's came in between."""
    with contextlib.suppress(FileNotFoundError):
        target.rename(old)
    try:
        report.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            remove_folder(old)
            return False
        if old.exists():
            old.rename(target)
        raise
    return True


def existing_files(folder: Path) -> dict[str, Path]:
    """The files of a report that are there."""
    return {key: folder / name for key, name in _NAMES.items() if (folder / name).is_file()}


def write_failure(folder: Path, result: Mapping[str, Any]) -> None:
    """Say beside an earlier report, or in place of one, why there is no newer one."""
    folder.mkdir(exist_ok=True)
    # The reason is one paragraph, the second: the index reads it there.
    reason = [line for line in result["message"].splitlines() if line.strip()]
    lines = ["This report could not be made.", "", *reason]
    if result["cell"] is not None:
        lines += ["", f"Cell {result['cell']} of the notebook: {result['line']}"]
    if existing_files(folder):
        lines += ["", "The other files in this folder are from an earlier run."]
    if result["details"]:
        lines += ["", "Details, for whoever looks after the template:", "", result["details"]]
    write_whole(folder / FAILED, "\n".join(lines) + "\n")
