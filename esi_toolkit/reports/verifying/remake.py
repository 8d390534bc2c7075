"""A report made again from what it says that it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from esi_toolkit.data.files import list_frameworks
from esi_toolkit.errors import EsiError, NotFoundError, Problem
from esi_toolkit.reports.files.browser_path import find_browser
from esi_toolkit.reports.files.formats import FORMATS, PDF, SPREADSHEET, list_files
from esi_toolkit.reports.pages.assets import ASSETS
from esi_toolkit.reports.pages.export import to_page
from esi_toolkit.reports.pages.made_from import MadeFrom
from esi_toolkit.reports.running.job import Job, plan_job, read_area_id
from esi_toolkit.reports.running.resume import toolkit_key
from esi_toolkit.reports.running.run import run_job
from esi_toolkit.reports.running.several import plan_comparison

_OWN = ("area_folder", "out_folder", "root_folder", "framework")
"""Parameters that are set anew; the others are handed on as they were."""
_DEEPEST = 3
"""Folders below the one that is searched for inputs."""


def find_inputs(made: MadeFrom, given: str | Path | None, also: str = "") -> Path:
    """The folder that a report was made from.

    Parameters
    ----------
    made : MadeFrom
        What the report says.
    given : str or Path, optional
        An area folder (for a comparison: the folder of areas) or a folder above it; default: the current one.
    also : str
        Another name that the area may go by: its id.

    Raises
    ------
    NotFoundError
        It is not there, or more than one could be meant.
    """
    root = Path(given or ".")
    if given and ((root / "area.yml").is_file() or (made.is_comparison and any(root.glob("*/area.yml")))):
        return root
    wanted = {name for name in (made.folder, also) if name}
    found = sorted({path for path in _folders(root, made.is_comparison) if wanted & _names(path, made)})
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} folders of that name" if found else "none"
    fix = "name the folder that the report was made from with --area"
    raise NotFoundError(Problem(str(root), what, f"the inputs '{made.folder}'", fix))


def _folders(root: Path, is_comparison: bool) -> Iterator[Path]:
    """Folders that hold an area, or areas; hidden ones are nobody's inputs."""
    for depth in range(_DEEPEST + 1):
        for path in root.glob("/".join(["*"] * depth + ["area.yml"])):
            if not any(part.startswith(".") for part in path.relative_to(root).parts):
                yield path.parent.parent if is_comparison else path.parent


def _names(folder: Path, made: MadeFrom) -> set[str]:
    names = {folder.resolve().name}
    if not made.is_comparison:
        with suppress(EsiError):  # an area in trouble is no obstacle to finding another
            names.add(read_area_id(folder))
    return names


def remake(
    made: MadeFrom, folder: Path, scratch: Path, *, framework: str | Path | None = None, like: Path
) -> Path:
    """Make a report again, in a folder of its own.

    Parameters
    ----------
    made : MadeFrom
        What it says that it was made from.
    folder : Path
        Its inputs.
    scratch : Path
        An empty folder to work in.
    framework : str or Path, optional
        File of the rules, where they were one's own.
    like : Path
        The report's folder, or its page or notebook alone: the same formats are made, the same links set.

    Returns
    -------
    Path
        The folder of the new report.
    """
    rules = _find_rules(str(made.parameters.get("framework", "")), framework, folder)
    formats = _formats_of(like)
    if made.is_comparison:
        seed = int(made.parameters["seed"])
        job = plan_comparison(folder, rules, toolkit_key(), seed=seed, formats=formats)
    else:
        job = _plan_area(made, folder, rules, scratch, formats)
    out = scratch / "out"
    run_job(job, out)
    report = out / job.area_id
    _link_like(report, like)
    return report


def _plan_area(made: MadeFrom, folder: Path, rules: str, scratch: Path, formats: list[str]) -> Job:
    further = {name: made.parameters[name] for name in made.given if name not in _OWN}
    if further.get("decisions"):
        # It was made with those of an earlier report, and carries them.
        snapshot = scratch / Path(str(further["decisions"])).name
        content = {"decisions": made.decisions, "thematic": {}}
        snapshot.write_text(json.dumps(content), encoding="utf-8")
        further["decisions"] = str(snapshot)
    return plan_job(folder, framework=rules or None, parameters=further, formats=formats)


def _find_rules(printed: str, given: str | Path | None, folder: Path) -> str:
    """An id as it is; a file of one's own wherever it is named or lies near."""
    if given:
        return str(given)
    if not printed or printed in list_frameworks():
        return printed
    name = Path(printed).name
    for place in (Path(), folder, folder.parent):
        if (place / name).is_file():
            return str(place / name)
    fix = "name the file with --framework"
    raise NotFoundError(Problem(name, "nothing", "the rules that the report was made by", fix))


def _formats_of(like: Path) -> list[str]:
    """Formats to make again; a PDF only where this machine can print one."""
    there = {PDF: "report.pdf", SPREADSHEET: "tables.xlsx"}
    wanted = [name for name in FORMATS if like.is_dir() and (like / there[name]).is_file()]
    try:
        find_browser()
    except NotFoundError:
        return [name for name in wanted if name != PDF]
    return wanted


def _link_like(report: Path, like: Path) -> None:
    """Write the page anew, with the script and the links of the printed one."""
    import nbformat

    printed = like / "report.html" if like.is_dir() else like
    if printed.suffix != ".html" or not printed.is_file():
        return
    text = printed.read_text(encoding="utf-8", errors="replace")
    linked = [name for name, file in list_files(FORMATS).items() if f'<a href="{file}">{name}</a>' in text]
    files = {name: file for name, file in list_files(FORMATS).items() if name in linked}
    assets = f"../{ASSETS}/" if f'<script src="../{ASSETS}/' in text else ""
    notebook = nbformat.v4.reads((report / "report.ipynb").read_text(encoding="utf-8"))
    page = to_page(notebook, assets=assets, index="../index.html", files=files)
    (report / "report.html").write_text(page, encoding="utf-8", newline="\n")
