"""One report made in a folder of its own, inside the process that runs its cells.

The folder holds ``report/`` (what will be moved into place, and where the cells run), ``cell`` (how far it
has come, for whoever has to say where it stopped) and ``result.json`` (how it ended).
"""

from __future__ import annotations

import json
import random
import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from esi_toolkit.errors import EsiError
from esi_toolkit.reports.engine.engine import NAME, register
from esi_toolkit.reports.engine.sockets import kernel_sockets
from esi_toolkit.reports.files.formats import list_files, write_formats
from esi_toolkit.reports.pages.assets import ASSETS
from esi_toolkit.reports.pages.made_from import STAMP, stamp
from esi_toolkit.reports.running.job import Job, run_parameters
from esi_toolkit.reports.running.resume import write_built
from esi_toolkit.reports.running.tidy import replace_paths, tidy_notebook

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST_LINE = 120
_KERNEL_START = 300
"""Seconds that a kernel may take to start on a busy machine; one that dies is noticed at once."""


def build_report(job: Job, folder: Path) -> None:
    """Make a report and write down how it ended.

    Parameters
    ----------
    job : Job
        What to make.
    folder : Path
        An empty folder.
    """
    report = folder / "report"
    report.mkdir()
    _seed()
    names = path_names(job, report)
    sys.last_value = None
    try:
        notebook = _execute(job, report, _Progress(folder / "cell"))
        notebook.metadata[STAMP] = stamp()
        _write_pages(job, report, tidy_notebook(notebook, names))
        write_built(report, job.key)
        result: dict[str, Any] = {"status": "done"}
    except Exception as error:
        result = _describe(error, folder / "cell", names)
    result["modules"] = sorted(sys.modules)
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def _seed() -> None:
    """Give code that asks for chance without a seed the same one in every run."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)


class _Progress:
    """Writes down which cell is about to run: its number in the notebook, and its first line."""

    def __init__(self, path: Path):
        self._path = path
        self._count = 0

    def __call__(self, cell: Any, **_: Any) -> None:
        self._count += 1
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.startswith("#")]
        first = lines[0].strip()[:_LONGEST_LINE] if lines else ""
        self._path.write_text(f"{self._count}\t{first}", encoding="utf-8")


def read_cell(folder: Path) -> tuple[int | None, str]:
    """Number and first line of the cell that ran last in a build folder; None when none did."""
    path = folder / "cell"
    if not path.is_file():
        return None, ""
    number, _, line = path.read_text(encoding="utf-8").partition("\t")
    return (int(number), line) if number else (None, "")


def _execute(job: Job, report: Path, on_cell: _Progress) -> Any:
    from papermill import PapermillExecutionError, execute_notebook
    from papermill.engines import papermill_engines

    register()
    engine = NAME if job.engine == NAME else None
    prepared = execute_notebook(
        load_template(job.template), None, run_parameters(job), engine_name=engine, prepare_only=True
    )
    # In two steps, since papermill would otherwise write out the whole notebook once more, to nowhere.
    with chdir(report), _kernel_options(job.engine) as options:
        done = papermill_engines.execute_notebook_with_engine(
            engine,
            prepared,
            papermill_engines.nb_kernel_name(engine, prepared),
            progress_bar=False,
            autosave_cell_every=0,
            on_cell_execute=on_cell,
            record_timing=False,
            **options,
        )
    # An exit by a cell counts as an error too, even sys.exit(0): the cells after it have not run.
    for index, cell in enumerate(done.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise PapermillExecutionError(
                    index, cell.execution_count, cell.source, output.ename, output.evalue, output.traceback
                )
    return done


@contextmanager
def _kernel_options(engine: str) -> Iterator[dict[str, Any]]:
    """How a kernel is started and ended; none is where the cells run in this process."""
    if engine == NAME:
        yield {}
        return
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield {
            "config": Config(KernelManager=kernel_sockets(folder, "kernel")),
            # Nobody's own start-up files run in the kernel, as none do in this process.
            "extra_arguments": [f"--ipython-dir={folder}"],
            "start_timeout": _KERNEL_START,
            "shutdown_kernel": "immediate",
        }


def load_template(path: str) -> Any:
    """A copy of a template notebook, read and checked once in each process."""
    from copy import deepcopy

    return deepcopy(_read_notebook(path))


@cache
def _read_notebook(path: str) -> Any:
    import nbformat

    with Path(path).open(encoding="utf-8") as file:
        return nbformat.read(file, as_version=4)


def _write_pages(job: Job, report: Path, text: str) -> None:
    """Write the executed notebook, and the page and further formats made from what was written."""
    import nbformat

    from esi_toolkit.reports.pages.export import to_page

    (report / "report.ipynb").write_text(text, encoding="utf-8", newline="\n")
    notebook = nbformat.v4.reads(text)
    assets = "" if job.embed else f"../{ASSETS}/"
    page = to_page(notebook, assets=assets, index="../index.html", files=list_files(job.formats))
    (report / "report.html").write_text(page, encoding="utf-8", newline="\n")
    chosen = {name: str(job.parameters.get(name, "")) for name in ("framework", "decisions")}
    write_formats(job.formats, notebook, report, area_folder=job.area_folder, **chosen)


def path_names(job: Job, report: Path) -> dict[Path, str]:
    """What stands in a report in place of the paths of this machine."""
    folder, template = Path(job.area_folder), Path(job.template)
    names = {
        folder: folder.name,
        folder.parent: ".",
        report: ".",
        report.resolve(): ".",
        template.parent: "templates",
        Path(__file__).parents[2]: "esi_toolkit",
        Path(sysconfig.get_path("purelib")): "site-packages",
        Path(sysconfig.get_path("stdlib")): "python",
        Path.home(): "~",
    }
    for name in ("framework", "decisions"):
        given = Path(str(job.parameters.get(name, "")))
        if given.is_absolute():
            names |= {given.parent: ".", given: given.name}
    return {path: name for path, name in names.items() if path != path.parent}


def _describe(error: Exception, cell: Path, names: dict[Path, str]) -> dict[str, Any]:
    """Say why a report failed: the cell, the reason, and details for whoever mends the template."""
    import traceback

    from papermill import PapermillExecutionError

    number, line = read_cell(cell.parent)
    result: dict[str, Any] = {"status": "failed", "cell": number, "line": line, "problems": [], "kind": ""}
    if isinstance(error, PapermillExecutionError):
        reason = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        details = "\n".join(error.traceback)
    else:
        reason = f"{type(error).__name__}: {error}"
        details = "".join(traceback.format_exception(error))
    known = next((one for one in (error, sys.last_value) if isinstance(one, EsiError)), None)
    if known is not None:
        reason = str(known)
        result |= {"kind": type(known).__name__, "problems": [asdict(problem) for problem in known.problems]}
    cleaned = {"message": reason, "details": _ANSI.sub("", details)}
    return result | {key: replace_paths(text, names).strip() for key, text in cleaned.items()}
