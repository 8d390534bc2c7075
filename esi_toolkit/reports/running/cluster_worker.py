"""The worker's side of a batch on a cluster: one area after another, each in a process of its own.

No cell runs in the Dask worker itself, so that an area that crashes, or never ends, takes no worker with it.
The warm process that makes an area stays for the next one, until the batch is over.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from esi_toolkit.errors import RunError
from esi_toolkit.reports.running.cluster import Surroundings, find_differences
from esi_toolkit.reports.running.job import Job, area_files
from esi_toolkit.reports.running.pool import Ended, Pool


@dataclass(frozen=True)
class Order:
    """An area to be made, and where.

    Attributes
    ----------
    job : Job
        What to make; its files lie on the shared file store.
    batch : str
        The batch's own folder there, in which each attempt gets a folder of its own.
    time_limit : float
        Seconds that it may take.
    expected : Surroundings
        Those of whoever ordered it: a worker that came later has not been asked for them.
    """

    job: Job
    batch: str
    time_limit: float
    expected: Surroundings


class _Pools:
    """The warm processes of this worker: those at rest by batch, and how many are at work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_rest: list[tuple[str, Pool]] = []
        self.at_work: Counter[str] = Counter()
        self._over: set[str] = set()

    def take(self, order: Order) -> Pool:
        """One at rest or a new one; those of other batches end, since theirs may have been killed."""
        with self._lock:
            self.at_work[order.batch] += 1
            own = [pool for batch, pool in self._at_rest if batch == order.batch]
            others = [pool for batch, pool in self._at_rest if batch != order.batch]
            self._at_rest = [(order.batch, pool) for pool in own[1:]]
        _end(others)
        if own:
            return own[0]
        return Pool(Path(order.batch), order.job.template, workers=1, time_limit=order.time_limit)

    def give_back(self, batch: str, pool: Pool, *, usable: bool) -> None:
        """Keep it for the next area, or end it; only then does it no longer count as at work."""
        with self._lock:
            keep = usable and batch not in self._over
            if keep:
                self._at_rest.append((batch, pool))
        if not keep:
            _end([pool])
        with self._lock:
            self.at_work[batch] -= 1

    def end(self, batch: str) -> None:
        """End those at rest, and keep none that comes back."""
        with self._lock:
            self._over.add(batch)
            own = [pool for known, pool in self._at_rest if known == batch]
            self._at_rest = [pair for pair in self._at_rest if pair[0] != batch]
        _end(own)


def _end(pools: list[Pool]) -> None:
    for pool in pools:
        pool.__exit__()


_POOLS = _Pools()


def make_report(order: Order) -> tuple[str, float, dict[str, Any]]:
    """The task: make one report in a folder of its own.

    Parameters
    ----------
    order : Order
        What and where.

    Returns
    -------
    tuple of str, float, dict
        Folder, seconds and result, as `esi_toolkit.reports.running.pool.Ended` holds them.

    Raises
    ------
    RunError
        This worker is not fit for it.
    """
    differences = find_differences(order.expected, [order.batch, *area_files(order.job)])
    if differences:
        raise RunError(differences)
    pool, usable = _POOLS.take(order), False
    try:
        ended = _run(pool, order.job)
        usable = ended is not None
    finally:
        _POOLS.give_back(order.batch, pool, usable=usable)
    if ended is None:
        raise asyncio.CancelledError
    result = {key: value for key, value in ended.result.items() if key != "modules"}
    return str(ended.folder), ended.seconds, result


def _run(pool: Pool, job: Job) -> Ended | None:
    """Make one report; None when nobody wants it any more."""
    pool.start(job)
    while _is_wanted():
        for ended in pool.ended():
            return ended
    return None


def _is_wanted() -> bool:
    """Whether the scheduler still waits for this task: not after Ctrl-C, nor when the batch was killed."""
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    return task is not None and task.state == "executing"


async def end_batch(batch: str) -> None:
    """Wait until nothing of a batch runs on this worker any more, and keep nothing for it."""
    await asyncio.to_thread(_POOLS.end, batch)
    while _POOLS.at_work[batch]:
        await asyncio.sleep(0.05)
