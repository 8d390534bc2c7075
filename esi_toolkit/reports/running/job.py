"""What it takes to make one report: an area, a template, and parameters that fit it, checked before anything
runs.

This module is light: it is what a batch needs to find out that there is nothing to do.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.errors import InputError, NotFoundError, Problem, RunError, suggest
from esi_toolkit.reports.pages.assets import ASSETS, INDEX, is_over_several

ENGINES = ("esi", "jupyter")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""What no folder can be called on Windows, whatever follows a dot."""
_OWN_PARAMETERS = ("area_folder", "framework", "out_folder")


@dataclass(frozen=True)
class Job:
    """One report to be made.

    Attributes
    ----------
    area_id, area_folder : str
        The area, and its folder as an absolute path.
    template : str
        The notebook, as an absolute path.
    parameters : dict
        What is written below the template's parameters cell, apart from the folder for side files.
    engine : {"esi", "jupyter"}
        Who runs the cells.
    embed : bool
        Whether the page carries Plotly's script in itself in place of sharing it.
    formats : tuple of str
        What is made beside the page, see `esi_toolkit.reports.files.formats`.
    key : str
        Fingerprint of everything that the report depends on; "" when it is not kept.
    """

    area_id: str
    area_folder: str
    template: str
    parameters: dict[str, Any] = field(default_factory=dict)
    engine: str = "esi"
    embed: bool = False
    formats: tuple[str, ...] = ()
    key: str = ""


def plan_job(
    area_folder: str | Path,
    *,
    template: str | Path | None = None,
    framework: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    engine: str = "esi",
    embed: bool = False,
    formats: Sequence[str] = (),
) -> Job:
    """Check what a report is to be made from.

    Parameters
    ----------
    area_folder : path
        Folder with ``area.yml``.
    template : path, optional
        Notebook with a cell tagged ``parameters``; default: the area report.
    framework : str or path, optional
        Id or file; default: the one that ``area.yml`` names.
    parameters : mapping, optional
        Further parameters of the template.
    engine : {"esi", "jupyter"}
        Without or with a kernel.
    embed : bool
        One file that needs no other.
    formats : sequence of str
        "pdf" and "spreadsheet" make these beside the page.

    Raises
    ------
    NotFoundError
        The area or the template is not there.
    InputError
        ``area.yml`` names no area.
    RunError
        The template takes no parameters, or not these.
    """
    folder = Path(area_folder).resolve()
    notebook = Path(template).resolve() if template else find_template("area_report.ipynb")
    given = {"framework": _whole_path(framework)} if framework else {}
    given |= dict(parameters or {})
    if given.get("decisions"):
        given["decisions"] = _whole_path(given["decisions"])
    _check_parameters(notebook, given)
    if engine not in ENGINES:
        fix = suggest(engine, ENGINES, "leave it out")
        raise RunError(Problem("engine", f"'{engine}'", " or ".join(ENGINES), fix))
    return Job(read_area_id(folder), str(folder), str(notebook), given, engine, embed, tuple(formats))


def find_template(name: str) -> Path:
    """A template that comes with the project, by its file name.

    Raises
    ------
    NotFoundError
        The package was installed without the project around it.
    """
    path = Path(__file__).resolve().parents[3] / "templates" / name
    if not path.is_file():
        fix = "name a template, or install from a clone of the project"
        raise NotFoundError(Problem(f"templates/{name}", "nothing", "the report's template", fix))
    return path


def read_area_id(folder: Path) -> str:
    """The id in an area folder's ``area.yml``, which names the folder of its report.

    Raises
    ------
    NotFoundError
        There is no such folder, or no ``area.yml`` in it.
    InputError
        It holds no id that could name a folder.
    """
    path = folder / "area.yml"
    if not path.is_file():
        raise NotFoundError(
            Problem(str(folder), "no area.yml", "an area folder with area.yml", "check the path")
        )
    try:
        document = parse_yaml(path.read_text(encoding="utf-8-sig"), "area.yml")
    except UnicodeDecodeError as error:
        fix = "save the file as UTF-8"
        raise InputError(Problem("area.yml", "bytes that are not UTF-8", "text in UTF-8", fix)) from error
    if document.problems:
        raise InputError(document.problems)
    found = document.value.get("id") if isinstance(document.value, dict) else None
    if not isinstance(found, str) or not _SAFE_NAME.fullmatch(found) or found.endswith("."):
        expected = "letters, digits, '-', '_' or '.', at most 40, in quotes if all are digits"
        raise InputError(Problem("area.yml", f"{found!r}", expected, "give the area an id", column="id"))
    if found.casefold() in (ASSETS, INDEX) or is_over_several(found.casefold()) or _DEVICE.fullmatch(found):
        fix = "choose one that is neither a name of ours nor a device on Windows"
        raise InputError(Problem("area.yml", f"'{found}'", "another id", fix, column="id"))
    return found


def area_files(job: Job) -> list[str]:
    """The ``area.yml`` of a job's area, or of every area that a report over several is about.

    Where there is none, as on a machine that does not see the files: the one that should be there.
    """
    folder = Path(job.area_folder)
    own = folder / "area.yml"
    found = [own] if own.is_file() else sorted(folder.glob("*/area.yml"))
    return [str(path) for path in found or [own]]


def _whole_path(name: str | Path) -> str:
    """A file as an absolute path, since the notebook runs in another folder; an id as it is."""
    path = Path(name)
    return str(path.resolve()) if path.is_file() else str(name)


def _check_parameters(template: Path, given: Mapping[str, Any]) -> None:
    known = template_parameters(template)
    problems = [
        Problem(
            template.name,
            f"parameter '{name}'",
            f"one of {', '.join(known)}",
            suggest(name, known, "leave it out"),
        )
        for name in given
        if name not in known
    ]
    if "area_folder" not in known:
        fix = "add area_folder = '' to the cell tagged 'parameters'"
        problems.append(Problem(template.name, "no parameter 'area_folder'", "a template of an area", fix))
    problems += [
        Problem(
            template.name,
            f"{type(value).__name__} for '{name}'",
            "text, a number, a list or a mapping",
            "pass the value as one of these",
        )
        for name, value in given.items()
        if not _is_plain(value)
    ]
    if problems:
        raise RunError(problems)


def _is_plain(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError):
        return False


def template_parameters(template: Path) -> tuple[str, ...]:
    """Names assigned in the template's cell tagged ``parameters``, in order.

    Raises
    ------
    NotFoundError
        There is no such file.
    RunError
        It is no notebook, or has no such cell.
    """
    if not template.is_file():
        raise NotFoundError(Problem(str(template), "nothing", "a template notebook", "check the path"))
    try:
        cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
        tree = ast.parse("".join(tagged[0]["source"])) if tagged else None
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        fix = "open and save it in JupyterLab"
        raise RunError(Problem(template.name, type(error).__name__, "a notebook of format 4", fix)) from error
    if tree is None:
        fix = "tag the cell that holds area_folder = '' as 'parameters'"
        raise RunError(Problem(template.name, "no cell tagged 'parameters'", "a parameterised notebook", fix))
    return tuple(_assigned(tree))


def _assigned(tree: ast.Module) -> list[str]:
    targets: list[ast.expr] = []
    for node in tree.body:
        targets += node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def run_parameters(job: Job) -> dict[str, Any]:
    """All parameters of a job's template; side files go where the notebook runs."""
    known = template_parameters(Path(job.template))
    own = {"area_folder": job.area_folder, "framework": "", "out_folder": "."}
    return {name: own[name] for name in _OWN_PARAMETERS if name in known} | job.parameters
