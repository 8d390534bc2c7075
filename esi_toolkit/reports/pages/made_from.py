"""What a report was made from, carried by the report itself: toolkit, parameters and decisions.

The executed notebook holds all of it; its page repeats it as data out of sight, so that a page that has come
by mail can be verified like the whole folder.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from esi_toolkit import __version__
from esi_toolkit.data.decision import SNAPSHOT
from esi_toolkit.errors import InputError, NotFoundError, Problem
from esi_toolkit.reports.running.resume import code_fingerprint

STAMP = "esi_toolkit"
"""Key of the notebook's metadata under which the toolkit names itself."""
DATA_ID = "made-from"
"""Id of the element in which a page holds the same."""
_DATA = re.compile(rf'<script type="application/json" id="{DATA_ID}">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class MadeFrom:
    """What a report was made from.

    Attributes
    ----------
    toolkit : dict of str to str
        Its ``version`` and the ``fingerprint`` of its own files.
    parameters : dict
        Of the template; paths without the folders above them.
    given : list of str
        Those of them that were not left to the template.
    decisions : list of dict
        The lead inspector's decisions, as recorded, with what became of each.
    """

    toolkit: Mapping[str, str]
    parameters: Mapping[str, Any]
    given: list[str]
    decisions: list[dict[str, Any]]

    @property
    def is_comparison(self) -> bool:
        """Whether it compares areas in place of reporting one."""
        return "root_folder" in self.parameters

    @property
    def folder(self) -> str:
        """Name of the folder that it was made from."""
        return str(self.parameters["root_folder" if self.is_comparison else "area_folder"])


@cache
def stamp() -> dict[str, str]:
    """The toolkit that runs here, asked once for a process."""
    return {"version": __version__, "fingerprint": code_fingerprint()}


def collect_origins(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """What an executed notebook was made from, as plain values.

    Parameters
    ----------
    notebook : mapping
        As nbformat or JSON reads it.

    Returns
    -------
    dict
        The attributes of `MadeFrom`.
    """
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    usual, given = (_parameters(cells, tag) for tag in ("parameters", "injected-parameters"))
    bundles = [output.get("data", {}).get(SNAPSHOT) for cell in cells for output in cell["outputs"]]
    decisions = [row for bundle in bundles if bundle for row in bundle["decisions"]]
    return {
        "toolkit": notebook["metadata"].get(STAMP, {}),
        "parameters": usual | given,
        "given": list(given),
        "decisions": decisions,
    }


def _parameters(cells: list[Any], tag: str) -> dict[str, Any]:
    """Names and plain values assigned in the cells of a tag; nothing is run."""
    sources = ["".join(cell["source"]) for cell in cells if tag in cell["metadata"].get("tags", ())]
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for source in sources
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def read_made_from(path: Path) -> MadeFrom:
    """What a finished report says that it was made from.

    Parameters
    ----------
    path : Path
        The executed notebook, or the page.

    Raises
    ------
    NotFoundError
        There is no such file.
    InputError
        It says nothing of the kind.
    """
    if not path.is_file():
        raise NotFoundError(Problem(path.name, "nothing", "a report's page or notebook", "check the path"))
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".ipynb" else json.loads(_DATA.findall(text)[0])
        made = MadeFrom(**(collect_origins(found) if path.suffix == ".ipynb" else found))
        if not (isinstance(made.folder, str) and made.toolkit["version"] and made.toolkit["fingerprint"]):
            raise KeyError(STAMP)
        return made
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError):
        fix = "name the page or the executed notebook of a report of this toolkit"
        expected = "a report that says what it was made from"
        raise InputError(Problem(path.name, "no word of its origin", expected, fix)) from None
