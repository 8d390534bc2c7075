"""Finished reports of every kind, made once for all tests that look at what comes out."""

from __future__ import annotations

import csv
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.real_parts import needs_browser

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"

AWKWARD_NAME = """Smith & "Sons" <b>bold</b> =1+1"""
"""What an area could be called by somebody who means harm, or by nobody at all."""
FORMULAS = ("=HYPERLINK(1)", "+44 191", "-2 points", "@SUM(A1)", "[a](b) [c](d)", "$$note$$", "???")
PAGES = ("county-durham", "dunholt", "awkward", "comparison", "thematic-esi-dv")
"""Folders of finished reports: everything; criterion scores and draft findings; hardly anything; several
areas; a theme."""


def finished_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports with an index, each with its PDF and the areas' with their tables.

    Made once in a run, by whichever of its processes comes first: nobody may change anything in it.
    """
    needs_browser()
    folder = _folder_of_the_run(tmp_path_factory) / "finished"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "out").is_dir():
            shutil.rmtree(folder, ignore_errors=True)  # what a failed attempt has left
            folder.mkdir()
            _make(folder, folder / "being-made").rename(folder / "out")
    return folder / "out"


def _folder_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of a run share; each has one of its own in it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


def _make(folder: Path, out: Path) -> Path:
    from esi_toolkit.reports.draft import write_drafts
    from esi_toolkit.reports.running.batch import run_batch
    from esi_toolkit.reports.running.run import run_comparison

    drafted = Path(shutil.copytree(SAMPLE / "dunholt", folder / "areas" / "dunholt"))
    write_drafts(drafted)
    areas = [SAMPLE / "county-durham", drafted, write_awkward_area(folder / "areas" / "awkward")]
    made = run_batch(areas, out, formats=("pdf", "spreadsheet"), workers=2)
    assert [one.message for one in made.of_status("failed")] == []
    for framework in ("esi", "esi-dv"):
        run_comparison(SAMPLE, out, framework=framework, pdf=True)
    return out


def write_awkward_area(folder: Path) -> Path:
    """An area with one case, a hostile name, no findings and no management evidence, and formulas as text."""
    folder.mkdir(parents=True)
    (folder / "area.yml").write_text(
        f"id: awkward\nname: '{AWKWARD_NAME}'\nframework: esi\nsynthetic: true\nstatus: draft\n",
        encoding="utf-8",
    )
    for name in ("cases.csv", "judgements.csv"):
        rows = list(csv.reader((SAMPLE / "county-durham" / name).read_text(encoding="utf-8").splitlines()))
        first = next(row[0] for row in rows[1:])
        kept = [row for number, row in enumerate(rows) if number == 0 or row[0] == first]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(kept)
    measures = "".join(f'"{text}",1,2,,2003\n' for text in FORMULAS)
    (folder / "context.csv").write_text(f"measure,area,national,unit,period\n{measures}", encoding="utf-8")
    return folder


def wait_until(page: Any, expression: str, patience: float = 30) -> None:
    """Until something is true of a page; Playwright's way needs `eval`, which a page's policy forbids."""
    until = time.monotonic() + patience
    while not page.evaluate(expression):
        assert time.monotonic() < until, f"it does not come to {expression}"
        time.sleep(0.05)
