"""One folder of an inspection, read file by file, with everything that is wrong noted instead of raised."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError

from esi_toolkit.data.formats import parse_table
from esi_toolkit.data.framework_checks import validation_problems
from esi_toolkit.data.inspection import Area, Findings, Recommendations
from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.data.tables import TABLES, check_columns, to_typed
from esi_toolkit.errors import Problem, suggest

ENDINGS = (".csv", ".parquet", ".xlsx")
TEXTS: dict[str, type[BaseModel]] = {"findings": Findings, "recommendations": Recommendations}

_AREA = "area.yml"
DRAFT_BESIDE = "findings.draft.yml"
"""Where drafts go that found a ``findings.yml``; it is for people to copy from, and never read."""
_BESIDE = {"register.sqlite", "decisions.csv", DRAFT_BESIDE}
_KNOWN = {
    _AREA,
    *_BESIDE,
    *(stem + ending for stem in TABLES for ending in ENDINGS),
    *(f"{stem}.yml" for stem in TEXTS),
}


class AreaFolder:
    """A folder's files, each read once.

    Parameters
    ----------
    path : Path
        The folder.
    inside : str, optional
        What to put before file names in problems, for a thematic element's subfolder (``esi-dv/``).
    on_progress : callable, optional
        Called with the name of each file as it is read.

    Attributes
    ----------
    problems : list of Problem
        What was wrong so far.
    hashes : dict of str to str
        File to its SHA-256.
    names : dict of str to str
        Table to the file that it was read from, as shown in problems.
    unread : set of str
        Tables that are there and could not be used.
    lines : dict of str to dict
        Name of a YAML file to the line of each path in it, such as ``criteria.B1.strengths.0``.
    """

    def __init__(self, path: Path, inside: str = "", on_progress: Callable[[str], None] | None = None):
        self.path, self.inside = path, inside
        self.problems: list[Problem] = []
        self.hashes: dict[str, str] = {}
        self.names = {stem: f"{inside}{stem}.csv" for stem in TABLES}
        self.unread: set[str] = set()
        self.lines: dict[str, dict[str, int]] = {}
        self._on_progress = on_progress or (lambda name: None)

    def area(self) -> Area | None:
        """``area.yml``; None with a problem when it cannot be used."""
        area: Area | None = self._model(_AREA, Area)
        return area

    def text(self, stem: str) -> Any:
        """``findings.yml`` or ``recommendations.yml``; None where absent or with a problem."""
        return self._model(f"{stem}.yml", TEXTS[stem])

    def table(self, stem: str) -> pd.DataFrame | None:
        """A table in whatever format it is kept; None where absent or with a problem."""
        names = [stem + ending for ending in ENDINGS if os.path.lexists(self.path / (stem + ending))]
        if len(names) > 1:
            found, where = " and ".join(names), f"{self.inside}{stem}"
            self.problems.append(Problem(where, found, "one file for each table", "keep one of them"))
        content = self._content(names[0]) if names else None
        if names:
            self.names[stem] = self.inside + names[0]
        table = None if content is None else self._parsed(content, stem)
        if names and table is None:
            self.unread.add(stem)
        return table

    def _parsed(self, content: bytes, stem: str) -> pd.DataFrame | None:
        spec, name = TABLES[stem], self.names[stem]
        table, problems = parse_table(content, name, spec.text_columns)
        if table is not None and not problems:
            problems = check_columns(table, spec, name)
        self.problems += problems
        if table is None or problems:
            return None
        if table.empty:
            fix = "fill it in, or delete the file"
            self.problems.append(Problem(name, "a heading and no rows", "rows", fix, severity="warning"))
        typed, problems = to_typed(table, spec, name)
        self.problems += problems
        return typed

    def note_strange_files(self, folders: Collection[str]) -> None:
        """Note what is not part of an area, and what is but could be overlooked.

        Parameters
        ----------
        folders : collection of str
            Subfolders that belong to it.
        """
        names = sorted(entry.name for entry in self.path.iterdir())
        for name in names:
            plain = name.lower()
            if name in _KNOWN or name in folders or plain == "readme.md" or name.startswith((".", "~$")):
                continue
            if any(name.startswith(kept) for kept in _BESIDE):
                continue
            if plain in _KNOWN:
                # Windows would read it and Linux would not: the same folder must score the same everywhere.
                found, fix = "a name with capitals", f"rename it to {plain}"
                self.problems.append(Problem(self.inside + name, found, f"the name {plain}", fix))
                continue
            found, expected = (
                "a file or folder that is not part of an area",
                "only the files of an area folder",
            )
            fix = suggest(name, sorted(_KNOWN), "it is left out; move it elsewhere if that is meant")
            self.problems.append(Problem(self.inside + name, found, expected, fix, severity="warning"))

    def _content(self, name: str) -> bytes | None:
        path, where = self.path / name, self.inside + name
        if refused := self._refuse(path):
            self.problems.append(Problem(where, *refused))
        if refused or not path.is_file():
            return None
        self._on_progress(where)
        try:
            content = path.read_bytes()
        except OSError as error:
            found = str(error.strerror).lower()
            self.problems.append(Problem(where, found, "a readable file", "check its permissions"))
            return None
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        return content

    def _refuse(self, path: Path) -> tuple[str, str, str] | None:
        """What is there in place of a file of the area's own: found, expected, and what to do."""
        area = self.path.parent if self.inside else self.path
        if path.is_dir():
            return "a folder", "a file", "rename or move the folder"
        if os.path.lexists(path) and not path.is_file():
            found = "a link that leads nowhere, or a device"
        elif Path(os.path.realpath(path)).is_relative_to(os.path.realpath(area)):
            return None
        else:
            # Whoever sends an area must not have another file of the reader's own read and shown.
            found = "a link that leads out of the area folder"
        return found, "a file", "put the file itself there"

    def _model(self, name: str, model: type[BaseModel]) -> Any:
        content, where = self._content(name), self.inside + name
        if content is None:
            return None
        try:
            document = parse_yaml(content.decode("utf-8-sig"), where)
        except UnicodeDecodeError:
            self.problems.append(not_utf8(where))
            return None
        self.problems += document.problems
        self.lines[name] = {".".join(map(str, path)): line for path, line in document.lines.items()}
        if document.value is None and document.problems:
            return None
        try:
            return model.model_validate(document.value if document.value is not None else {})
        except ValidationError as error:
            self.problems += validation_problems(error, document, where, model)
            return None


def not_utf8(where: str) -> Problem:
    """A text file in another encoding."""
    return Problem(where, "letters that are not UTF-8", "UTF-8 text", "save it again as UTF-8")
