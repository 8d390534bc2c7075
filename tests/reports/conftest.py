"""Small areas, some of them in trouble, a small template for them, and a browser."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from esi_toolkit.reports.running.run import run_report
from tests.finished_reports import SAMPLE
from tests.real_parts import NO_NETWORK, open_browser
from tests.reports.dask_cluster import DaskCluster

NOTEBOOKS = Path(__file__).parent / "notebooks"
TEMPLATE = NOTEBOOKS / "small_report.ipynb"

MakeArea = Callable[..., Path]


def write_area(folder: Path, *, trouble: str = "", **about: str) -> Path:
    """An area folder that the small template can report; ``trouble`` is Python that its tenth cell runs."""
    folder.mkdir(parents=True)
    about = {"id": folder.name, "name": folder.name.title(), "framework": "small", **about}
    lines = [f'{key}: "{value}"' for key, value in about.items()]
    (folder / "area.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "scores.csv").write_text("criterion,score\nB1,72\nB2,96\nB3,88\n", encoding="utf-8")
    if trouble:
        (folder / "trouble.py").write_text(trouble, encoding="utf-8")
    return folder


@pytest.fixture
def make_area(tmp_path: Path) -> MakeArea:
    """Write areas side by side in ``tmp_path/areas``."""
    return lambda name, **about: write_area(tmp_path / "areas" / name, **about)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its name there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def hidden(folder: Path) -> list[str]:
    """What an undisturbed batch leaves none of: build folders and reports moved aside."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def is_running(number: int) -> bool:
    """Whether a process runs, and is not merely waiting to be buried."""
    try:
        status = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler and two workers, for all tests; whoever kills a worker starts another."""
    with DaskCluster(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for which every host on the network is unknown."""
    with open_browser("--disable-gpu", NO_NETWORK) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of one area that withholds figures."""
    out = tmp_path_factory.mktemp("made")
    run_report(SAMPLE / "coldermere", out, formats=("spreadsheet",))
    return out


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of them, to change."""
    return Path(shutil.copytree(made, tmp_path / "out"))
