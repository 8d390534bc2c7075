"""The only door to the disk: what comes in is checked, and what leaves is whole or is not there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from esi_toolkit.data.area_folder import TEXTS, AreaFolder, not_utf8
from esi_toolkit.data.beside import whole_folder
from esi_toolkit.data.checks import check_inspection
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.framework_checks import build_framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.data.tables import TABLES
from esi_toolkit.errors import FrameworkError, InputError, NotFoundError, Problem, suggest

SHARED_WITH_THEMATIC = ("cases",)
"""Tables that a thematic element takes from the area's own folder."""

_FRAMEWORKS = package_files("esi_toolkit") / "frameworks"
_DEFAULTS = "defaults.yml"
_OTHER_FRAMEWORK = "check the name; a framework of your own is named by its file, with --framework FILE"


def list_frameworks() -> list[str]:
    """Ids of the frameworks that come with the toolkit.

    Examples
    --------
    >>> "esi" in list_frameworks()
    True
    """
    names = (entry.name for entry in _FRAMEWORKS.iterdir())
    return sorted(name[:-4] for name in names if name.endswith(".yml") and name != _DEFAULTS)


def load_framework(framework: str | Path) -> Framework:
    """Read a framework by its id, or from a file.

    Parameters
    ----------
    framework : str or Path
        An id such as ``esi``, or the path of a YAML file.

    Returns
    -------
    Framework

    Raises
    ------
    NotFoundError
        No such id and no such file.
    FrameworkError
        Every problem of the file at once.

    Examples
    --------
    >>> load_framework("esi").criterion("B1").importance
    'critical'
    """
    name = str(framework)
    if name in list_frameworks():
        text, where = (_FRAMEWORKS / f"{name}.yml").read_text("utf-8"), f"{name}.yml"
    else:
        text, where = _framework_text(Path(framework)), Path(framework).name
    defaults = (_FRAMEWORKS / _DEFAULTS).read_text("utf-8")
    # Everybody gets a copy, so that no change to one can reach another.
    return _build_framework(text, where, defaults).model_copy(deep=True)


@lru_cache(maxsize=8)
def _build_framework(text: str, where: str, defaults: str) -> Framework:
    """A framework from the text of its file; an area asks for the same one several times."""
    return build_framework(parse_yaml(text, where), parse_yaml(defaults, _DEFAULTS).value, where)


def _framework_text(path: Path) -> str:
    if not path.is_file():
        known = list_frameworks()
        expected = "a framework file, or one of " + ", ".join(known)
        found = "no file" if path.exists() else "nothing"
        fix = suggest(str(path), known, _OTHER_FRAMEWORK)
        raise NotFoundError(Problem(str(path), found, expected, fix))
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FrameworkError(not_utf8(path.name)) from None
    except OSError as error:
        found, fix = str(error.strerror).lower(), "check its permissions"
        raise FrameworkError(Problem(path.name, found, "a readable file", fix)) from None


def load_area(folder: str | Path) -> Area:
    """Read ``area.yml`` alone.

    Raises
    ------
    NotFoundError
        The folder or its ``area.yml`` is not there.
    InputError
        Every problem of the file at once.
    """
    return _open_area(folder)[1]


def _open_area(
    folder: str | Path, on_progress: Callable[[str], None] | None = None
) -> tuple[AreaFolder, Area]:
    reader = AreaFolder(Path(folder), on_progress=on_progress)
    if not reader.path.is_dir():
        raise NotFoundError(Problem(str(folder), "nothing", "an area folder", "check the path"))
    if not (reader.path / "area.yml").is_file():
        fix = "name an area folder, or make one with 'esi new'"
        raise NotFoundError(Problem(str(folder), "no area.yml", "an area folder with area.yml", fix))
    area = reader.area()
    if area is None or reader.problems:
        raise InputError(reader.problems)
    return reader, area


def list_areas(root: str | Path) -> list[Path]:
    """Area folders directly below a folder, by name; the folder itself when it is one.

    Raises
    ------
    NotFoundError
        The folder is not there or holds no area.
    """
    root = Path(root)
    if not root.is_dir():
        raise NotFoundError(Problem(str(root), "nothing", "a folder of area folders", "check the path"))
    areas = [root] if (root / "area.yml").is_file() else sorted(p.parent for p in root.glob("*/area.yml"))
    if not areas:
        raise NotFoundError(Problem(str(root), "no area.yml below it", "area folders", "check the path"))
    return areas


def load_inspection(
    folder: str | Path,
    framework: Framework | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Inspection:
    """Read an area folder, checked against its framework.

    Parameters
    ----------
    folder : str or Path
        Area folder; only ``area.yml`` is compulsory.
    framework : Framework, optional
        Default: the one that ``area.yml`` names. For a framework that the area lists as thematic, judgements,
        evidence and findings come from the subfolder of that name, over the area's own cases.
    on_progress : callable, optional
        Called with the name of each file as it is read.

    Returns
    -------
    Inspection
        ``warnings`` holds what is missing or odd.

    Raises
    ------
    NotFoundError
        The folder is not there.
    InputError
        Every error of every file at once; nothing is scored from half an inspection.
    """
    reader, area = _open_area(folder, on_progress)
    if framework is None:
        framework = load_framework(area.framework)
    own = reader
    if framework.id in area.thematic:
        own = AreaFolder(reader.path / framework.id, f"{framework.id}/", on_progress)
        if not own.path.is_dir():
            found, expected = "no folder of that name", "the thematic element's folder"
            fix = f"add it to the area folder, or take {framework.id} out of 'thematic'"
            raise NotFoundError(Problem(own.inside, found, expected, fix))
    owner = {stem: reader if stem in SHARED_WITH_THEMATIC else own for stem in TABLES}
    tables: dict[str, Any] = {stem: owner[stem].table(stem) for stem in TABLES}
    texts: dict[str, Any] = {stem: own.text(stem) for stem in TEXTS}
    own.note_strange_files({*area.thematic, framework.id})
    problems = [*reader.problems, *(own.problems if own is not reader else ())]
    names = {stem: owner[stem].names[stem] for stem in TABLES}
    names["findings.yml"] = f"{own.inside}findings.yml"
    unread = {stem for stem in TABLES if stem in owner[stem].unread}
    lines = own.lines.get("findings.yml", {})
    hashed = _hash_all(reader, own)
    inspection = Inspection(area, framework.id, hashed, **tables, **texts, finding_lines=lines)
    return check_inspection(framework, inspection, problems, names, unread)


def _hash_all(*folders: AreaFolder) -> str:
    lines = {
        f"{folder.inside}{name} {hashed}\n" for folder in folders for name, hashed in folder.hashes.items()
    }
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def project_folder(name: str) -> Path:
    """A folder of the project that stands beside the package, such as ``templates`` or ``data/sample``.

    Raises
    ------
    NotFoundError
        The package was installed without the project around it.
    """
    folder = Path(__file__).resolve().parents[2] / name
    if not folder.is_dir():
        fix = "install from a clone of the project with 'pip install -e .'"
        raise NotFoundError(Problem(name, "nothing", "the project's own folder", fix))
    return folder


def new_area(folder: str | Path) -> Path:
    """Make an empty area folder to fill in, whole or not at all.

    Raises
    ------
    InputError
        Something of that name is there already.
    """
    folder = Path(folder)
    if folder.exists():
        raise InputError(
            Problem(str(folder), "something of that name", "a new folder", "choose another name")
        )
    with whole_folder(folder) as beside:
        shutil.copytree(project_folder("templates") / "area", beside, dirs_exist_ok=True)
    return folder
