"""One area's report: made in a process of its own, and put in place whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from esi_toolkit import errors
from esi_toolkit.errors import EsiError, Problem, RunError
from esi_toolkit.reports.files.formats import PDF, check_formats
from esi_toolkit.reports.pages.assets import share_script
from esi_toolkit.reports.pages.index import write_index
from esi_toolkit.reports.running.job import Job, plan_job
from esi_toolkit.reports.running.place import (
    FAILED,
    TIME_LIMIT,
    ReportResult,
    clear_leftovers,
    refuse_others,
    settle,
)
from esi_toolkit.reports.running.pool import Ended, Pool
from esi_toolkit.reports.running.resume import toolkit_key, with_key
from esi_toolkit.reports.running.several import plan_comparison

__all__ = ["ReportResult", "run_comparison", "run_report"]


def run_report(
    area_folder: str | Path,
    out_dir: str | Path,
    *,
    template: str | Path | None = None,
    framework: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    engine: str = "esi",
    embed: bool = False,
    formats: Sequence[str] = (),
    time_limit: float | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> ReportResult:
    """Make the report of one area: executed notebook, page and scores in ``<out_dir>/<area id>/``.

    Parameters
    ----------
    area_folder : path
        Folder with ``area.yml``.
    out_dir : path
        Made when it is not there. Shared by all reports: it also gets the page's script and an index.
    template, framework, parameters, engine, embed, formats
        See `esi_toolkit.reports.running.job.plan_job`.
    time_limit : float, optional
        Seconds after which it counts as failed; default: ten minutes.
    on_progress : callable, optional
        Told in a few words what is being done.

    Returns
    -------
    ReportResult
        With status "done".

    Raises
    ------
    NotFoundError, InputError, RunError
        It cannot be made, as `plan_job` says.
    EsiError
        It was not made. The kind is that of the error in the notebook where that was one of ours, else
        `RunError`; whatever stood in the folder before stands there still, with the reason in ``failed.txt``.
    """
    job = plan_job(
        area_folder,
        template=template,
        framework=framework,
        parameters=parameters,
        engine=engine,
        embed=embed,
        formats=check_formats(formats),
    )
    return run_job(with_key(job, toolkit_key()), out_dir, time_limit=time_limit, on_progress=on_progress)


def run_comparison(
    root: str | Path,
    out_dir: str | Path,
    *,
    framework: str = "esi",
    seed: int = 1,
    engine: str = "esi",
    pdf: bool = False,
    on_progress: Callable[[str], None] | None = None,
) -> ReportResult:
    """Make the comparison report of all areas below a folder, or a theme's report over them.

    Parameters
    ----------
    root : path
        Folder of area folders.
    out_dir : path
        Made when it is not there; gets ``comparison/``, or ``thematic-<id>/`` for a theme.
    framework : str
        Id or file; one that is not about all cases is a theme.
    seed : int
        Of the resampling that intervals and ranks rest on.
    engine : {"esi", "jupyter"}
        Without or with a kernel.
    pdf : bool
        Also print it.
    on_progress : callable, optional
        Told in a few words what is being done.

    Raises
    ------
    EsiError
        No areas, or one that cannot be read; the comparison that stood there before stands there still.
    """
    formats = check_formats([PDF] if pdf else [])
    job = plan_comparison(root, framework, toolkit_key(), seed=seed, engine=engine, formats=formats)
    return run_job(job, out_dir, on_progress=on_progress)


def run_job(
    job: Job,
    out_dir: str | Path,
    *,
    time_limit: float | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> ReportResult:
    """Make one report in a process of its own, put it in place whole, and bring the index up to date.

    Raises
    ------
    EsiError
        It was not made; see `run_report`.
    """
    say = on_progress or (lambda _: None)
    out = Path(out_dir).resolve()
    refuse_others(out / job.area_id)
    out.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out)
    share_script(out)
    say("loading")
    with Pool(out, job.template, workers=1, time_limit=time_limit or TIME_LIMIT) as pool:
        pool.start(job)
        say("running")
        ended: list[Ended] = []
        while not ended:
            ended = list(pool.ended())
    result = settle(out / job.area_id, ended[0].folder, ended[0].result, ended[0].seconds)
    write_index(out)
    if result.status == "failed":
        raise _as_error(ended[0])
    return result


def _as_error(ended: Ended) -> EsiError:
    """The error that stopped a notebook, as one that a caller can tell apart."""
    result = ended.result
    kind = getattr(errors, result["kind"], None)
    if kind is not None and result["problems"]:
        return kind(Problem(**problem) for problem in result["problems"])
    place = ended.job.area_id if result["cell"] is None else f"{ended.job.area_id}, cell {result['cell']}"
    fix = f"see {FAILED} in the area's folder"
    return RunError(Problem(place, result["message"], "a report", fix))
