"""A Dask scheduler and its workers as separate processes, started as the README says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

SECONDS_TO_START = 60


class DaskCluster:
    """A scheduler with some workers of one thread each; ``folder`` holds what they say.

    Examples
    --------
    ``with DaskCluster(folder, workers=2) as cluster: run_batch(…, scheduler=cluster.address)``
    """

    def __init__(self, folder: Path, workers: int):
        self._folder = folder
        self._processes: list[subprocess.Popen] = []
        note = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(note))
        self.address = json.loads(self._wait_for(note))["address"]
        self.workers = [self.start_worker() for _ in range(workers)]
        self.wait_for_workers(workers)

    def __enter__(self) -> DaskCluster:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()

    def start_worker(self, **settings: str) -> subprocess.Popen:
        """One more worker, with settings of its own for the environment."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", **settings)

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many have joined and none more is known."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=SECONDS_TO_START)
            while len(client.nthreads()) > count:
                time.sleep(0.05)

    def _start(self, *words: str, **settings: str) -> subprocess.Popen:
        log = (self._folder / f"log-{len(self._processes)}.txt").open("wb")
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        with log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | settings, cwd=self._folder
            )
        self._processes.append(process)
        return process

    def _wait_for(self, path: Path) -> str:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if path.is_file() and (text := path.read_text(encoding="utf-8")).endswith("}"):
                return text
            time.sleep(0.05)
        raise TimeoutError((self._folder / "log-0.txt").read_text(encoding="utf-8"))
