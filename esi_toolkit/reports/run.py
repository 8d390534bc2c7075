"""One area's report: made in a process of its own, and put in place whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from esi_toolkit import errors
from esi_toolkit.errors import EsiError, Problem, RunError
from esi_toolkit.reports.assets import share_script
from esi_toolkit.reports.index import write_index
from esi_toolkit.reports.job import plan_job
from esi_toolkit.reports.place import FAILED, TIME_LIMIT, ReportResult, clear_leftovers, settle
from esi_toolkit.reports.pool import Ended, Pool
from esi_toolkit.reports.resume import toolkit_key, with_key

__all__ = ["ReportResult", "run_report"]


def run_report(
    area_folder: str | Path,
    out_dir: str | Path,
    *,
    template: str | Path | None = None,
    framework: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    engine: str = "esi",
    embed: bool = False,
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
    template, framework, parameters, engine, embed
        See `esi_toolkit.reports.job.plan_job`.
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
    say = on_progress or (lambda _: None)
    job = plan_job(
        area_folder, template=template, framework=framework, parameters=parameters, engine=engine, embed=embed
    )
    job = with_key(job, toolkit_key())
    out = Path(out_dir).resolve()
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
