"""What a run leaves behind for others to read, in print, notes or temporary files, names no case or person.

The reports themselves are looked through by `esi publish-check`.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.finished_reports import ROOT, SAMPLE

CASE, ASSESSOR, WORDS = "CASE-7Q4X", "assessor-ZK9", "MARKED-FREE-TEXT"
SECRETS = (CASE, ASSESSOR, WORDS)
"""Marks in an area: a case's id, an assessor's name, and what somebody wrote about a case."""


@pytest.fixture(scope="module")
def areas(tmp_path_factory) -> Path:
    """A folder with a marked area."""
    root = tmp_path_factory.mktemp("marked")
    area = Path(shutil.copytree(SAMPLE / "county-durham", root / "county-durham"))
    _mark(area / "cases.csv", "case_id", "CD001", CASE)
    for path in (area / "judgements.csv", area / "esi-dv" / "judgements.csv"):
        _mark(path, "case_id", "CD001", CASE)
        _mark(path, "assessor_id", "inspector-6", ASSESSOR)
    _mark(area / "cases.csv", "gender", "male", WORDS)
    marked = "".join(path.read_text(encoding="utf-8") for path in area.glob("*.csv"))
    assert [name for name in SECRETS if name not in marked] == []
    return root


def _mark(path: Path, column: str, old: str, new: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, column: new if row[column] == old else row[column]} for row in rows)


def esi(*arguments: object, cwd: Path, temporary: Path) -> subprocess.CompletedProcess:
    """A command as a server would run it: no terminal, and temporary files where they can be looked at."""
    temporary.mkdir(exist_ok=True)
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    settings = {"PYTHONPATH": path} | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    return subprocess.run(
        [sys.executable, "-m", "esi_toolkit.cli", *map(str, arguments)], capture_output=True, text=True,
        cwd=cwd, env=os.environ | settings, timeout=180, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def leaks(done: subprocess.CompletedProcess, *folders: Path) -> Iterator[str]:
    """Every mark that was printed, or stands in a file's name or content."""
    for name in SECRETS:
        if name in done.stdout + done.stderr:
            yield f"{name} was printed"
        for folder in folders:
            for path in folder.rglob("*"):
                if name in path.name or (path.is_file() and name.encode() in path.read_bytes()):
                    yield f"{name} is in {path.relative_to(folder)}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "AREA"), ("score", "AREA"), ("score", "AREA", "--json"), ("explain", "AREA", "B1"),
        ("decisions", "AREA"), ("moderate", "AREA", "A2", "Poor", "--reason", "r", "--by", "b"),
    ],
)  # fmt: skip
def test_no_command_prints_a_case_or_a_person(areas, tmp_path, arguments):
    given = [str(areas / "county-durham") if word == "AREA" else word for word in arguments]
    done = esi(*given, cwd=tmp_path, temporary=tmp_path / "temporary")
    assert done.stdout or done.stderr
    assert list(leaks(done, tmp_path / "temporary")) == []


def test_a_batch_leaves_no_case_and_no_person_in_anything_it_writes(areas, tmp_path):
    done = esi(
        "batch", areas, "--out", "out", "--spreadsheet", cwd=tmp_path, temporary=tmp_path / "temporary"
    )
    assert "1 made" in done.stdout, done
    assert list(leaks(done, tmp_path / "temporary")) == []
    # A report counts the cases of each gender, so what is written there is shown.
    assert [line for line in leaks(done, tmp_path / "out") if WORDS not in line] == []
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_error_in_the_data_does_not_print_another_cases_row(areas, tmp_path):
    root = Path(shutil.copytree(areas, tmp_path / "areas"))
    with (root / "county-durham" / "judgements.csv").open("a", encoding="utf-8") as file:
        file.write("CD002,B1.1,suficient,inspector-1\n")
    done = esi("batch", root, "--out", "out", cwd=tmp_path, temporary=tmp_path / "temporary")
    assert done.returncode == 7
    assert "did you mean 'sufficient'?" in done.stdout
    assert list(leaks(done, tmp_path / "temporary", tmp_path / "out")) == []
