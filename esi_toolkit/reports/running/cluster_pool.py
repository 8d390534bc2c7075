"""A batch's areas on a Dask cluster: what `running.pool.Pool` does here, workers do elsewhere.

An area that a lost worker had is given to another one. Each attempt has a folder of its own, and only the
batch moves a report into its place, so no area is there twice or in parts.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esi_toolkit.errors import EsiError, Problem, RunError
from esi_toolkit.reports.running.cluster import check_workers, surroundings
from esi_toolkit.reports.running.cluster_worker import Order, end_batch, make_report
from esi_toolkit.reports.running.job import Job, area_files
from esi_toolkit.reports.running.place import BUILDING, failure, remove_folder
from esi_toolkit.reports.running.pool import Ended

if TYPE_CHECKING:
    from distributed import Client, Future

_LONGEST_WAIT = 0.5
_SECONDS_WITHOUT_WORKER = 60.0


class ClusterPool:
    """The workers of a cluster, used as `esi_toolkit.reports.running.pool.Pool` is.

    Parameters
    ----------
    out : Path
        Where reports go, on a file store that all workers see under the same path.
    jobs : sequence of Job
        All that will be started; each area's folder has to be seen by every worker.
    client : distributed.Client
        The cluster.
    workers : int, optional
        Areas at once; default: one for each thread of the workers.
    time_limit : float
        Seconds that a job may take.

    Raises
    ------
    RunError
        A worker does not see these files.
    """

    def __init__(
        self, out: Path, jobs: Sequence[Job], *, client: Client, workers: int | None, time_limit: float
    ):
        self._client = client
        self._limit = time_limit
        self._most = workers
        self._inbox: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._running: dict[Any, tuple[Job, Future]] = {}
        self._folder = Path(tempfile.mkdtemp(prefix=f"{BUILDING}batch-{os.getpid()}-", dir=out)).resolve()
        try:
            files = dict.fromkeys(path for job in jobs for path in area_files(job))
            check_workers(client, [self._folder, *files])
            self._look_at_workers()
        except BaseException:
            remove_folder(self._folder)
            raise

    def __enter__(self) -> ClusterPool:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # where the cluster is lost nothing runs that could be ended
            self._client.cancel([future for _, future in self._running.values()])
            self._client.run(end_batch, str(self._folder), on_error="ignore")
        remove_folder(self._folder)

    @property
    def free(self) -> bool:
        """Whether another job can start now."""
        return len(self._running) < min(self._threads, self._most or self._threads)

    @property
    def busy(self) -> bool:
        """Whether any job is running."""
        return bool(self._running)

    def start(self, job: Job) -> None:
        """Start a job; there must be room for it."""
        order = Order(self._with_copies(job), str(self._folder), self._limit, surroundings())
        future = self._client.submit(make_report, order, pure=False)
        self._running[future.key] = job, future
        future.add_done_callback(self._inbox.put)

    def _with_copies(self, job: Job) -> Job:
        """The same job with its single files beside the build folders, where every worker sees them."""
        single = {
            name: self._copy(value, name)
            for name in ("framework", "decisions")
            if Path(value := str(job.parameters.get(name, ""))).is_absolute()
        }
        template = self._copy(job.template, "template")
        return replace(job, template=template, parameters={**job.parameters, **single})

    def _copy(self, path: str, kind: str) -> str:
        copy = self._folder / kind / Path(path).name
        if not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
        return str(copy)

    def ended(self) -> Iterator[Ended]:
        """Wait a moment for jobs to end; may yield none."""
        if time.monotonic() > self._looked + _LONGEST_WAIT:
            self._look_at_workers()
        with contextlib.suppress(queue.Empty):
            yield self._finish(self._inbox.get(timeout=_LONGEST_WAIT))

    def _look_at_workers(self) -> None:
        """Count the workers' threads, and give up without a scheduler, or any for long."""
        try:
            self._threads = sum(self._client.nthreads().values())
        except Exception as error:
            raise _lost("no scheduler any more") from error
        self._looked = time.monotonic()
        if self._threads:
            self._seen = self._looked
        elif self._looked > self._seen + _SECONDS_WITHOUT_WORKER:
            raise _lost(f"no worker for {_SECONDS_WITHOUT_WORKER:.0f} seconds")

    def _finish(self, future: Future) -> Ended:
        job, _ = self._running.pop(future.key)
        if future.status == "finished":
            folder, seconds, result = future.result()
            return Ended(job, Path(folder), seconds, result)
        if future.status != "error":
            raise _lost(f"a task that was {future.status}")
        return Ended(job, self._folder / "none", 0.0, _say_failure(future.exception()))


def _lost(found: str) -> RunError:
    fix = "see to it and run again: what is done stays done"
    return RunError(Problem("cluster", found, "a scheduler with workers", fix))


def _say_failure(error: Any) -> dict[str, Any]:
    """What is wrong with the area; with a worker itself, the batch cannot go on."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return failure(f"{error.allowed_failures + 1} workers ended, one after another, while they made it")
    if isinstance(error, EsiError):
        raise error
    fix = "install the same toolkit on every worker"
    raise RunError(Problem("worker", f"{type(error).__name__}: {error}", "a report", fix))
