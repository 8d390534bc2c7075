"""A full disk, a folder that may not be written, a clock that jumps back, two batches at once."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from esi_toolkit import cli
from esi_toolkit.data import register as register_module
from esi_toolkit.data.register import open_register
from esi_toolkit.data.register_export import csv_to_rows, rows_to_csv
from esi_toolkit.data.samples import write_simulated_areas
from tests.data.conftest import make_decision
from tests.data.test_register import as_somebody_else
from tests.reports.conftest import TEMPLATE, contents, write_area

COMMANDS = {
    "simulate": "simulate --areas 1 --seed 9 --out {out}/areas",
    "archive": "archive {areas} --out {out}/archive",
    "score an archive": "score --archive {archive} --out {out}/scores.parquet",
    "draw": "draw {caseload} --out {out}/drawn",
    "export": "decisions {area} --export {out}/register.csv",
    "report": "report {area} --out {out}/reports",
    "batch": "batch {areas} --out {out}/reports",
    "compare": "compare {areas} --out {out}/reports",
    "new": "new {out}/area",
}
"""Commands that write, with places to be filled in."""
LOADED_LATE = ("rich.console", "rich.progress", "plotly.io", "esi_toolkit.present.plain", "duckdb")
# Every file of theirs is longer; no file of Python's own is.
SMALL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
sys.dont_write_bytecode = True
from esi_toolkit.cli import main
main()
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> dict[str, str]:
    """An area, its archive and a caseload."""
    folder = tmp_path_factory.mktemp("inputs")
    [area] = write_simulated_areas(folder / "areas", count=1, seed=3)
    from esi_toolkit.reports.archive import archive_areas

    archive_areas(folder / "areas", folder / "archive")
    rows = [f"{number},licence,{'high' if number % 5 == 0 else 'low'}\n" for number in range(200)]
    (folder / "caseload.csv").write_text("case_id,order_type,risk_of_harm\n" + "".join(rows))
    open_register(area / "register.sqlite").record(make_decision(reason="long enough " * 50))
    names = {"areas": folder / "areas", "archive": folder / "archive", "caseload": folder / "caseload.csv"}
    return {name: str(path) for name, path in {**names, "area": area}.items()}


@pytest.fixture
def run(inputs, tmp_path, monkeypatch, capsys) -> Callable[[str], tuple[int, str]]:
    """Run one of `COMMANDS` in this process: its exit code and what it says on its error stream."""

    def run_command(name: str) -> tuple[int, str]:
        words = [word.format(out=tmp_path / "out", **inputs) for word in COMMANDS[name].split()]
        monkeypatch.setattr(sys, "argv", ["esi", *words])
        try:
            cli.main()
        except SystemExit as left:
            return int(left.code or 0), capsys.readouterr().err
        return 0, capsys.readouterr().err

    return run_command


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as Unix does")
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("report", "compare")])
def test_a_full_disk_is_said_in_a_line_and_leaves_nothing_half_written(name, inputs, tmp_path):
    words = [word.format(out=tmp_path / "out", **inputs) for word in COMMANDS[name].split()]
    done = subprocess.run([sys.executable, "-c", SMALL_DISK, *words], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("error: "), done.stderr
    assert "file too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".")] == []
    assert all(path.stat().st_size < 300 for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as Unix does")
def test_a_disk_too_full_for_a_decision_keeps_the_register_as_it_was(inputs, tmp_path):
    area = Path(shutil.copytree(inputs["area"], tmp_path / "area"))
    before = (area / "register.sqlite").read_bytes()
    words = ["moderate", str(area), "A1", "Well met", "--reason", "x" * 9000, "--by", "lead"]
    done = subprocess.run([sys.executable, "-c", SMALL_DISK, *words], capture_output=True, text=True)
    assert done.returncode == 6, done.stderr
    assert "nothing was recorded" in done.stderr
    assert "Traceback" not in done.stderr
    assert (area / "register.sqlite").read_bytes() == before
    assert len(open_register(area / "register.sqlite").decisions()) == 1
    open_register(area / "register.sqlite").record(make_decision())
    assert open_register(area / "register.sqlite").verify() == []
    assert contents(area).keys() == contents(Path(inputs["area"])).keys()


@pytest.mark.skipif(os.name != "posix", reason="Windows protects folders in another way")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_may_not_be_written_is_said_in_a_line(name, run, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o555)
    # Somebody else may not read the place where Python itself stands.
    for module in LOADED_LATE:
        importlib.import_module(module)
    with as_somebody_else(tmp_path):
        code, said = run(name)
    assert code == 1
    assert said.startswith("error: ")
    assert "permission denied" in said
    assert said.count("\n") == 1
    assert list(out.iterdir()) == []


class Clock(datetime):
    """A clock that is put back by a day each time somebody looks."""

    looked = 0

    @classmethod
    def now(cls, tz=None):
        cls.looked += 1
        return datetime(2026, 3, 28 - cls.looked, 1, 30, tzinfo=tz)


def test_the_order_of_decisions_does_not_hang_on_the_clock(tmp_path, monkeypatch):
    monkeypatch.setattr(register_module, "datetime", Clock)
    register = open_register(tmp_path / "register.sqlite")
    for reason in ("first", "second", "third"):
        register.record(make_decision(reason=reason))
    decisions = register.decisions()
    assert [one.reason for one in decisions] == ["first", "second", "third"]
    times = [one.decided_at for one in decisions]
    assert times == sorted(times, reverse=True)
    assert register.verify() == []
    other = open_register(tmp_path / "other.sqlite")
    other.import_rows(csv_to_rows(rows_to_csv(register.export_rows())))
    assert other.decisions() == decisions
    assert Clock.now(UTC).tzinfo is UTC


TWO = """
import sys
from esi_toolkit.reports.running.batch import run_batch
sys.stdin.readline()
sys.exit(run_batch(sys.argv[1], sys.argv[2], template=sys.argv[3], workers=2, fresh=True).exit_code)
"""


def test_two_batches_into_one_folder_at_once_both_end_well_and_every_file_is_whole(tmp_path):
    for number in range(4):
        write_area(tmp_path / "areas" / f"area-{number}")
    words = [sys.executable, "-c", TWO, tmp_path / "areas"]
    alone = subprocess.run([*words, tmp_path / "alone", TEMPLATE], input="\n", text=True)
    both = [
        subprocess.Popen([*words, tmp_path / "out", TEMPLATE], stdin=subprocess.PIPE, text=True) for _ in "ab"
    ]
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in both:
        process.communicate(timeout=120)
    assert [alone.returncode, *(process.returncode for process in both)] == [0, 0, 0]
    assert contents(tmp_path / "out") == contents(tmp_path / "alone")
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []
