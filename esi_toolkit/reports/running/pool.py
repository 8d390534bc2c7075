"""The parent's side of the warm processes: gives them jobs, hears how each ended, and ends what takes too
long.

The parent itself imports nothing heavy, runs no cell and is never forked; it may be a notebook's kernel.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from esi_toolkit.errors import Problem, RunError
from esi_toolkit.reports.running.build import path_names, read_cell
from esi_toolkit.reports.running.job import Job
from esi_toolkit.reports.running.place import BUILDING, failure, remove_folder
from esi_toolkit.reports.running.tidy import replace_paths
from esi_toolkit.reports.running.warm import CAN_FORK
from esi_toolkit.reports.running.worker import START, Worker

_LONGEST_WAIT = 0.5
"""Seconds after which the parent looks up, since on Windows nothing else lets Ctrl-C through."""


@dataclass(frozen=True)
class Ended:
    """How one job ended.

    Attributes
    ----------
    job : Job
        Which.
    folder : Path
        Its build folder, with ``report/`` in it when it is done.
    seconds : float
        How long it took.
    result : dict
        status, and for a failure cell, line, message, details, kind and problems.
    """

    job: Job
    folder: Path
    seconds: float
    result: dict[str, Any]


@dataclass
class _Running:
    job: Job
    folder: Path
    process: Worker
    started: float
    late: bool = False


class Pool:
    """Warm processes that make reports of one template.

    Parameters
    ----------
    out : Path
        Where reports go; build folders stand beside them, on the same disk.
    template : str
        The notebook that all jobs use.
    workers : int
        Jobs at once.
    time_limit : float
        Seconds that a job may take.
    fork : bool, optional
        One process that forks, or a process for each worker; default: as the system allows.

    Examples
    --------
    ``with Pool(out, template, workers=2, time_limit=600) as pool: …`` ends every process it has started,
    whatever happens inside.
    """

    def __init__(
        self, out: Path, template: str, *, workers: int, time_limit: float, fork: bool | None = None
    ):
        self._out = out
        self._limit = time_limit
        self._inbox: queue.SimpleQueue[tuple[Worker, dict[str, Any] | None]] = queue.SimpleQueue()
        self._fork = fork = CAN_FORK if fork is None else fork
        self._command = [sys.executable, "-P", "-c", START, template] + ["--no-fork"] * (not fork)
        self._running: dict[int, _Running] = {}
        self._count = 0
        self._capacity = workers if fork else 1
        self._processes = [Worker(self._command, self._inbox) for _ in range(1 if fork else workers)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.close()
        for running in self._running.values():
            remove_folder(running.folder)

    @property
    def free(self) -> bool:
        """Whether another job can start now."""
        return self._idle() is not None

    @property
    def busy(self) -> bool:
        """Whether any job is running."""
        return bool(self._running)

    def _idle(self) -> Worker | None:
        load = dict.fromkeys(self._processes, 0)
        for running in self._running.values():
            load[running.process] += 1
        return next((process for process, jobs in load.items() if jobs < self._capacity), None)

    def start(self, job: Job) -> None:
        """Start a job; there must be room for it."""
        process = self._idle()
        assert process is not None
        self._count += 1
        folder = Path(tempfile.mkdtemp(prefix=f"{BUILDING}{job.area_id}-{os.getpid()}-", dir=self._out))
        self._running[self._count] = _Running(job, folder, process, time.monotonic())
        process.send({"id": self._count, "folder": str(folder.resolve()), "job": asdict(job)})

    def ended(self) -> Iterator[Ended]:
        """Wait a moment for jobs to end, and end those that are out of time; may yield none."""
        try:
            process, message = self._inbox.get(timeout=min(self._next_deadline(), _LONGEST_WAIT))
        except queue.Empty:
            self._end_late_jobs()
            return
        if message is None:
            yield from self._lost(process)
        elif "ready" in message:
            process.is_ready = True
            for running in self._running.values():
                # Loading is not the area's fault.
                running.started = time.monotonic() if running.process is process else running.started
        elif message["ended"] in self._running:
            yield self._finish(message["ended"], message["code"])

    def _next_deadline(self) -> float:
        ends = [
            one.started + self._limit
            for one in self._running.values()
            if one.process.is_ready and not one.late
        ]
        return max(0.0, min(ends) - time.monotonic()) if ends else _LONGEST_WAIT

    def _end_late_jobs(self) -> None:
        for number, running in self._running.items():
            if running.process.is_ready and time.monotonic() >= running.started + self._limit:
                running.late = True
                running.process.end_job(number, forked=self._fork)

    def _lost(self, process: Worker) -> Iterator[Ended]:
        """A warm process has ended: its jobs have ended with it, and another takes its place."""
        code = process.close()
        numbers = [number for number, running in self._running.items() if running.process is process]
        if not process.is_ready:
            fix = f"see whether '{sys.executable} -c \"import esi_toolkit.reports.running.warm\"' says more"
            raise RunError(Problem("reports", f"{_say_code(code)}: {process.last_words}", "a start", fix))
        position = self._processes.index(process)
        self._processes[position] = Worker(self._command, self._inbox)
        for number in numbers:
            yield self._finish(number, code)

    def _finish(self, number: int, code: int) -> Ended:
        running = self._running.pop(number)
        reason = f"still running after {self._limit:g} seconds" if running.late else _say_code(code)
        result = None if running.late else _read_result(running.folder)
        if result is None:
            result = _unfinished(running.job, running.folder, reason)
        return Ended(running.job, running.folder, time.monotonic() - running.started, result)


def _read_result(folder: Path) -> dict[str, Any] | None:
    try:
        return json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _unfinished(job: Job, folder: Path, reason: str) -> dict[str, Any]:
    cell, line = read_cell(folder)
    log = folder / "log.txt"
    details = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    # After a crash Python lists every library it has loaded, which helps nobody.
    details = details.partition("\nExtension modules:")[0].strip()
    return failure(reason, cell, line, replace_paths(details, path_names(job, folder / "report")))


def _say_code(code: int) -> str:
    if code >= 0:
        return f"the process ended itself with code {code}"
    with contextlib.suppress(ValueError):
        number = signal.Signals(-code)
        return f"the process was ended by {number.name} ({signal.strsignal(number)})"
    return f"the process was ended by signal {-code}"
