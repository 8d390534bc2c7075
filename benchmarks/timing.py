"""How long commands and functions take, and how much memory; ways that are compared take turns."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
_BETWEEN_LOOKS = 0.1


@dataclass(frozen=True)
class Run:
    """What a command took: seconds, and MiB where it was watched (what processes share counts once)."""

    seconds: float
    mib: float = 0.0


def run(*words: str | Path, watched: bool = False) -> Run:
    """Run a program of this Python's environment to its end, with this project's code.

    Raises
    ------
    RuntimeError
        It failed; with what it said.
    """
    program = PROGRAMS / str(words[0])
    command = [str(program if program.exists() else words[0]), *map(str, words[1:])]
    settings = os.environ | {"PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    peak = _Peak(process.pid) if watched else None
    said, _ = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{said[-2000:]}")
    return Run(seconds, peak.stop() if peak else 0.0)


class _Peak:
    """Watches the memory of a process and of all that it starts."""

    def __init__(self, number: int):
        self._number = number
        self._most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(_BETWEEN_LOOKS):
            self._most = max(self._most, _proportional_mib(self._number))

    def stop(self) -> float:
        """The most that there was at any look."""
        self._over.set()
        self._thread.join()
        return self._most


def _proportional_mib(number: int) -> float:
    import psutil

    total = 0
    try:
        parent = psutil.Process(number)
        processes = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


def median_seconds(ways: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The median time of each way, which take turns so that a slow moment of the machine meets all."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(times):
        for name, way in ways.items():
            gc.collect()
            began = time.perf_counter()
            way()
            took[name].append(time.perf_counter() - began)
    return {name: median(seconds) for name, seconds in took.items()}
