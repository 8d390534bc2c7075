"""The only door to the disk: what comes in is checked, and what leaves is whole or is not there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError

from esi_toolkit.data.checks import check_inspection
from esi_toolkit.data.formats import parse_table
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.framework_checks import build_framework, validation_problems
from esi_toolkit.data.inspection import Area, Findings, Inspection, Recommendations
from esi_toolkit.data.strict_yaml import YamlDocument, parse_yaml
from esi_toolkit.data.tables import TABLES, check_columns, to_typed
from esi_toolkit.errors import EsiError, FrameworkError, InputError, NotFoundError, Problem, suggest

ENDINGS = (".csv", ".parquet", ".xlsx")
SHARED_WITH_THEMATIC = ("cases",)
"""Tables that a thematic element takes from the area's own folder."""

_FRAMEWORKS = package_files("esi_toolkit") / "frameworks"
_DEFAULTS = "defaults.yml"
_TEXTS: dict[str, type[BaseModel]] = {"findings": Findings, "recommendations": Recommendations}
_KNOWN_FILES = {"area.yml", "register.sqlite", "decisions.csv", "readme.md"}


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
    defaults = parse_yaml((_FRAMEWORKS / _DEFAULTS).read_text("utf-8"), _DEFAULTS).value
    name = str(framework)
    if name in list_frameworks():
        text, where = (_FRAMEWORKS / f"{name}.yml").read_text("utf-8"), f"{name}.yml"
    else:
        text, where = _framework_text(Path(framework)), Path(framework).name
    return build_framework(parse_yaml(text, where), defaults, where)


def _framework_text(path: Path) -> str:
    if not path.is_file():
        known = list_frameworks()
        expected = "a framework file, or one of " + ", ".join(known)
        raise NotFoundError(
            Problem(str(path), "nothing", expected, suggest(str(path), known, "check the name"))
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FrameworkError(
            Problem(path.name, "letters that are not UTF-8", "UTF-8 text", "save it as UTF-8")
        ) from None
    except OSError as error:
        raise FrameworkError(
            Problem(path.name, str(error.strerror), "a readable file", "check its permissions")
        ) from None


def load_area(folder: str | Path) -> Area:
    """Read ``area.yml`` alone.

    Raises
    ------
    NotFoundError
        The folder or its ``area.yml`` is not there.
    InputError
        Every problem of the file at once.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotFoundError(Problem(str(folder), "nothing", "an area folder", "check the path"))
    if not (folder / "area.yml").is_file():
        fix = "name an area folder, or make one with 'esi new'"
        raise NotFoundError(Problem(str(folder), "no area.yml", "an area folder with area.yml", fix))
    return _read_model(_Folder(folder), "area.yml", Area)


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
    area = load_area(folder)
    if framework is None:
        framework = load_framework(area.framework)
    reader = _Folder(Path(folder), on_progress)
    is_thematic = framework.id in area.thematic
    own = _Folder(Path(folder) / framework.id, on_progress) if is_thematic else reader
    if is_thematic and not own.path.is_dir():
        fix = f"add the subfolder, or take {framework.id} out of 'thematic'"
        raise NotFoundError(
            Problem(f"{area.id}/{framework.id}", "nothing", "the thematic element's folder", fix)
        )
    tables = {stem: (reader if stem in SHARED_WITH_THEMATIC else own).table(stem) for stem in TABLES}
    texts = {stem: own.text(stem, model) for stem, model in _TEXTS.items()}
    problems = [*reader.problems, *(own.problems if is_thematic else [])]
    warnings = own.unknown_files({*area.thematic, framework.id})
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    digest = hashlib.sha256()
    for part in (reader, own) if is_thematic else (reader,):
        for name, hashed in sorted(part.hashes.items()):
            digest.update(f"{part.path.name if part is own else ''}/{name} {hashed}\n".encode())
    inspection = Inspection(area, framework.id, digest.hexdigest(), **tables, **texts)
    return check_inspection(framework, inspection, warnings, {**reader.names, **own.names})


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
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        shutil.copytree(project_folder("templates") / "area", beside, dirs_exist_ok=True)
        beside.chmod(0o755)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return folder


def write_whole(path: str | Path, content: bytes | str) -> Path:
    """Write a file beside its place, then rename it: it appears whole or not at all.

    Parameters
    ----------
    path : str or Path
        Where it goes; folders are made.
    content : bytes or str
        Text is written as UTF-8 with the line ends it has.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return path


class _Folder:
    """One folder's files, read once each, with every problem and hash noted."""

    def __init__(self, path: Path, on_progress: Callable[[str], None] | None = None):
        self.path = path
        self.problems: list[Problem] = []
        self.hashes: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._on_progress = on_progress or (lambda name: None)

    def content(self, name: str) -> bytes | None:
        path = self.path / name
        if not path.is_file():
            return None
        self._on_progress(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            self.problems.append(
                Problem(name, str(error.strerror), "a readable file", "check its permissions")
            )
            return None
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        return content

    def table(self, stem: str) -> pd.DataFrame | None:
        spec = TABLES[stem]
        names = [stem + ending for ending in ENDINGS if (self.path / (stem + ending)).exists()]
        if len(names) > 1:
            self.problems.append(
                Problem(stem, " and ".join(names), "one file for each table", "keep one of them")
            )
        content = self.content(names[0]) if names else None
        if content is None:
            return None
        self.names[stem] = names[0]
        table, problems = parse_table(content, names[0], spec.text_columns)
        if table is not None and not problems:
            problems = check_columns(table, spec, names[0])
        if table is not None and not problems:
            table, problems = to_typed(table, spec, names[0])
        self.problems += problems
        return table

    def text(self, stem: str, model: type[BaseModel]) -> Any:
        content = self.content(f"{stem}.yml")
        if content is None:
            return None
        try:
            return _validated(content, f"{stem}.yml", model)
        except EsiError as error:
            self.problems += error.problems
            return None

    def unknown_files(self, folders: set[str]) -> list[Problem]:
        known = {
            *_KNOWN_FILES,
            *(stem + e for stem in TABLES for e in ENDINGS),
            *(stem + ".yml" for stem in _TEXTS),
        }
        found = sorted(p.name for p in self.path.iterdir() if not p.name.startswith((".", "~$")))
        return [
            Problem(
                name,
                "a file or folder that is not part of an area",
                "only the files of an area folder",
                suggest(name, known, "it is left out; move it elsewhere if that is meant"),
                severity="warning",
            )
            for name in found
            if name.lower() not in known and name not in folders and not name.startswith("register.sqlite")
        ]


def _read_model(folder: _Folder, name: str, model: type[BaseModel]) -> Any:
    content = folder.content(name)
    if content is None:
        raise InputError(
            folder.problems or [Problem(name, "nothing", "a readable file", "check its permissions")]
        )
    return _validated(content, name, model)


def _validated(content: bytes, name: str, model: type[BaseModel]) -> Any:
    try:
        document: YamlDocument = parse_yaml(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise InputError(
            Problem(name, "letters that are not UTF-8", "UTF-8 text", "save it as UTF-8")
        ) from None
    if document.problems:
        raise InputError(document.problems)
    try:
        return model.model_validate(document.value if document.value is not None else {})
    except ValidationError as error:
        raise InputError(validation_problems(error, document, name, model)) from None
