"""Whether a report is still the one that would be made now.

Beside each report stands ``built.json``: a fingerprint of everything that went in, and one of every file that
came out. Nothing heavy is imported here, so that a batch with nothing to do is done at once.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from esi_toolkit import __version__
from esi_toolkit.reports.running.decided import shared_decisions
from esi_toolkit.reports.running.job import Job

BUILT = "built.json"
_DRAWN_BY = ("pandas", "plotly")
"""Packages whose version shows in a report."""


def with_key(job: Job, toolkit: str, decisions: str = "") -> Job:
    """A job with the fingerprint of what its report depends on.

    Parameters
    ----------
    job : Job
        What is to be made.
    toolkit : str
        From `toolkit_key`, asked once for all areas of a run.
    decisions : str
        The area's decisions as text, where the caller keeps them; those in a register outside the area's
        folder are looked up here.

    Returns
    -------
    Job
        The same with ``key``: SHA-256 over the area's files, the framework and template files, the
        parameters, the decisions and the toolkit.
    """
    digest = hashlib.sha256()
    _add(digest, "toolkit", toolkit)
    _add(digest, "decisions", decisions or shared_decisions(job.area_id))
    _add(digest, "engine", f"{job.engine} {job.embed}")
    _add(digest, "formats", " ".join(job.formats))
    _add(digest, "parameters", json.dumps(_without_paths(job), sort_keys=True))
    _add(digest, "template", hash_file(Path(job.template)))
    folder = Path(job.area_folder)
    _add(digest, "area", folder.name)
    for path in area_files(folder):
        _add(digest, path.relative_to(folder).as_posix(), hash_file(path))
    return replace(job, key=digest.hexdigest())


def area_files(folder: Path) -> list[Path]:
    """The files of an area folder in the same order everywhere; hidden ones are not its data."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    visible = [
        path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(visible, key=lambda path: path.relative_to(folder).as_posix())


def _without_paths(job: Job) -> dict[str, object]:
    """Parameters with the content of a framework or of a snapshot of decisions in place of its path."""
    paths = {name: Path(str(job.parameters.get(name, ""))) for name in ("framework", "decisions")}
    contents = {
        name: f"{path.name} {hash_file(path)}"
        for name, path in paths.items()
        if path.is_absolute() and path.is_file()
    }
    return {**job.parameters, **contents}


def toolkit_key() -> str:
    """SHA-256 over the toolkit's own files, and over the Python and the packages that show in a report."""
    digest = hashlib.sha256()
    _add(digest, "code", code_fingerprint())
    _add(digest, "python", ".".join(map(str, sys.version_info[:3])))
    for package in _DRAWN_BY:
        _add(digest, package, version(package))
    return digest.hexdigest()


def code_fingerprint() -> str:
    """SHA-256 over the toolkit's version, code, frameworks and page templates."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    _add(digest, "version", __version__)
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            _add(digest, path.relative_to(root).as_posix(), hash_file(path))
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(digest: hashlib._Hash, name: str, value: str) -> None:
    """Add a named value so that no other names and values could give the same bytes."""
    digest.update(json.dumps([name, value]).encode())


def write_built(folder: Path, key: str) -> None:
    """Write down what a finished report was made from, and what its files are."""
    files = {path.relative_to(folder).as_posix(): hash_file(path) for path in _outputs(folder)}
    text = json.dumps({"key": key, "files": files}, indent=1, sort_keys=True)
    (folder / BUILT).write_text(text + "\n", encoding="utf-8", newline="\n")


def is_current(folder: Path, key: str) -> bool:
    """Whether a folder holds a report made from the same things, every file as it was written."""
    try:
        built = json.loads((folder / BUILT).read_text(encoding="utf-8"))
        if built["key"] != key or "report.ipynb" not in built["files"]:
            return False
        found = {path.relative_to(folder).as_posix(): hash_file(path) for path in _outputs(folder)}
        return bool(found == built["files"])
    except (OSError, ValueError, KeyError, TypeError):
        # Whatever cannot be read is no report that could be kept.
        return False


def _outputs(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / BUILT)
