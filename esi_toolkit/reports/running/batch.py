"""Many areas: one warm process, a copy of it for each area, and nothing done twice.

A broken area leaves the others standing. What has not changed since its report was made is not made again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esi_toolkit.errors import InputError, NotFoundError, Problem, RunError
from esi_toolkit.reports.files.formats import check_formats
from esi_toolkit.reports.pages.assets import share_script
from esi_toolkit.reports.pages.index import write_index
from esi_toolkit.reports.running.job import Job, find_template, plan_job, template_parameters
from esi_toolkit.reports.running.place import (
    TIME_LIMIT,
    ReportResult,
    clear_leftovers,
    existing_files,
    failure,
    refuse_others,
    settle,
    write_failure,
)
from esi_toolkit.reports.running.resume import is_current, toolkit_key, with_key
from esi_toolkit.reports.running.tally import BatchEvent, BatchResult, Tally, batch_lines

if TYPE_CHECKING:
    from distributed import Client

    from esi_toolkit.reports.running.cluster_pool import ClusterPool
    from esi_toolkit.reports.running.pool import Pool

__all__ = ["BatchEvent", "BatchResult", "batch_lines", "run_batch"]


def run_batch(
    areas: str | Path | Sequence[str | Path],
    out_dir: str | Path,
    *,
    template: str | Path | None = None,
    framework: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    engine: str = "esi",
    formats: Sequence[str] = (),
    compare: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    fresh: bool = False,
    fail_fast: bool = False,
    time_limit: float | None = None,
    decisions: Callable[[str], str] | None = None,
    on_progress: Callable[[BatchEvent], None] | None = None,
) -> BatchResult:
    """Make the reports of many areas, and the index.

    Parameters
    ----------
    areas : path or sequence of paths
        A folder of area folders, or the area folders.
    out_dir : path
        Gets a folder for each area, the page's script and ``index.html``.
    template, framework, parameters, engine, formats
        See `esi_toolkit.reports.running.job.plan_job`; the same for all.
    compare : bool
        Also compare the areas, and make a report over all of them for each theme; only for a folder of areas.
    workers : int, optional
        Areas at once; default: one for each core, or for each thread of a cluster's workers.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the reports; areas and ``out_dir`` lie on a file store
        that they see under the same path. Default: this machine.
    fresh : bool
        Also make again what has not changed.
    fail_fast : bool
        Start no further area once one has failed.
    time_limit : float, optional
        Seconds after which an area counts as failed; default: ten minutes.
    decisions : callable, optional
        Gives an area's decisions as text, where they are kept outside its folder.
    on_progress : callable, optional
        Told of each event.

    Returns
    -------
    BatchResult

    Raises
    ------
    NotFoundError, RunError
        There are no areas, the template does not fit the parameters, or the cluster is not there or not
        fit. A single area that fails raises nothing.
    KeyboardInterrupt
        After everything that was running has been ended and cleared away.
    """
    folders = _area_folders(areas)
    notebook = Path(template) if template else find_template("area_report.ipynb")
    template_parameters(notebook)
    out = Path(out_dir).resolve()
    options = {
        "template": notebook,
        "framework": framework,
        "parameters": parameters,
        "engine": engine,
        "formats": check_formats(formats),
    }
    for folder in folders:
        # Here, too, a note may have to stand that says why an area has no report.
        refuse_others(out / folder.name)
    toolkit = toolkit_key()
    several = _plan_several(areas, toolkit, engine, formats) if compare else []
    tally = Tally(len(folders) + len(several), on_progress or (lambda _: None))
    with _cluster(scheduler) as client:
        out.mkdir(parents=True, exist_ok=True)
        clear_leftovers(out)
        share_script(out)
        todo = list(_plan(folders, out, options, decisions or (lambda _: ""), toolkit, fresh, tally))
        todo += _still_to_do(enumerate(several, start=len(folders)), out, fresh, tally)
        if todo and not (fail_fast and tally.count("failed")):
            with _open_pool(out, [job for _, job in todo], workers, time_limit or TIME_LIMIT, client) as pool:
                _run(todo, out, pool, fail_fast, tally)
    return BatchResult(tally.in_order(), tally.total, tally.seconds, write_index(out))


def _cluster(scheduler: str | None) -> AbstractContextManager[Client | None]:
    """The cluster, which is asked for before anything is written; None for this machine."""
    if scheduler is None:
        return nullcontext()
    from esi_toolkit.reports.running.cluster import connect

    return connect(scheduler)


def _area_folders(areas: str | Path | Sequence[str | Path]) -> list[Path]:
    if not isinstance(areas, str | Path):
        return [Path(area) for area in areas]
    root = Path(areas)
    found = (
        [root] if (root / "area.yml").is_file() else sorted(path.parent for path in root.glob("*/area.yml"))
    )
    if not found:
        what = "no area.yml below it" if root.is_dir() else "nothing"
        raise NotFoundError(Problem(str(root), what, "a folder of area folders", "check the path"))
    return found


def _plan(
    folders: Sequence[Path],
    out: Path,
    options: Mapping[str, Any],
    decisions: Callable[[str], str],
    toolkit: str,
    fresh: bool,
    tally: Tally,
) -> Iterator[tuple[int, Job]]:
    """The jobs that have to be done, with the position of their area; the others are settled here."""
    known: dict[str, Path] = {}
    broken: list[tuple[Path, str]] = []
    for position, folder in enumerate(folders):
        try:
            job = plan_job(folder, **options)
            _refuse_twin(job, known)
        except (InputError, NotFoundError) as error:
            tally.ended(position, ReportResult(folder.name, "failed", message=str(error)), was_running=False)
            broken.append((folder, str(error)))
            continue
        job = with_key(job, toolkit, decisions(job.area_id))
        yield from _still_to_do([(position, job)], out, fresh, tally)
    for folder, reason in broken:
        # It has no id, or another area's: its folder's name has to do, where that is no other area's id.
        if folder.name.casefold() not in known:
            write_failure(out / folder.name, failure(reason))


def _still_to_do(
    jobs: Iterable[tuple[int, Job]], out: Path, fresh: bool, tally: Tally
) -> Iterator[tuple[int, Job]]:
    """Jobs whose report is not there as it would be made now; the others are settled here."""
    for position, job in jobs:
        target = out / job.area_id
        refuse_others(target)
        if not fresh and is_current(target, job.key):
            result = ReportResult(job.area_id, "skipped", files=existing_files(target))
            tally.ended(position, result, was_running=False)
        else:
            yield position, job


def _plan_several(
    areas: str | Path | Sequence[str | Path], toolkit: str, engine: str, formats: Sequence[str]
) -> list[Job]:
    from esi_toolkit.reports.running.several import plan_comparisons

    if not isinstance(areas, str | Path):
        fix = "give the folder that holds the area folders"
        raise RunError(Problem("areas", "a list of folders", "one folder to compare", fix))
    return plan_comparisons(areas, toolkit, engine=engine, formats=formats)


def _refuse_twin(job: Job, known: dict[str, Path]) -> None:
    """Two areas of one id would overwrite each other; on some disks also where only the case differs."""
    folder = Path(job.area_folder)
    other = known.setdefault(job.area_id.casefold(), folder)
    if other != folder:
        fix = f"change the id here or in {other.name}"
        raise InputError(
            Problem(f"{folder.name}/area.yml", f"'{job.area_id}'", "an id of its own", fix, column="id")
        )


def _open_pool(
    out: Path, jobs: Sequence[Job], workers: int | None, limit: float, client: Client | None
) -> Pool | ClusterPool:
    """Where the areas run."""
    if client is None:
        from esi_toolkit.reports.running.pool import Pool

        at_once = min(workers or os.cpu_count() or 1, len(jobs))
        return Pool(out, jobs[0].template, workers=at_once, time_limit=limit)
    from esi_toolkit.reports.running.cluster_pool import ClusterPool

    return ClusterPool(out, jobs, client=client, workers=workers, time_limit=limit)


def _run(
    todo: Sequence[tuple[int, Job]], out: Path, pool: Pool | ClusterPool, fail_fast: bool, tally: Tally
) -> None:
    waiting = list(reversed(todo))
    positions = {job.area_id: position for position, job in todo}
    while waiting or pool.busy:
        if fail_fast and tally.count("failed"):
            waiting.clear()
        while waiting and pool.free:
            job = waiting.pop()[1]
            pool.start(job)
            tally.started(job.area_id)
        for ended in pool.ended():
            result = settle(out / ended.job.area_id, ended.folder, ended.result, ended.seconds)
            tally.ended(positions[ended.job.area_id], result, was_running=True)
