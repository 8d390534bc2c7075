"""Make an executed notebook depend on its inputs alone: same inputs, same bytes, on any machine and in any
folder.

What goes: times, durations, random cell ids, and the paths of this machine, which turn into the names they
end in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CELL_FILE = re.compile(r"(?:[A-Za-z]:\\+|/)(?:[^\s\\/\"':<>]+[\\/]+){0,12}ipykernel_\d+[\\/]+\d+\.py")
"""The name under which a kernel compiles a cell, with the number of its process; a warning prints it."""
_PLOTLY = "application/vnd.plotly.v1+json"
_CELL_KEYS = ("papermill", "execution")
_NOTEBOOK_KEYS = ("kernelspec", "language_info", "title", "widgets", "esi_toolkit")


def tidy_notebook(notebook: Any, names: Mapping[Path, str]) -> str:
    """Write a notebook as text that holds nothing accidental.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook; it is not changed.
    names : mapping of Path to str
        Paths that may stand in it, and what shall stand there instead.

    Returns
    -------
    str
        The notebook as JSON, ready to be written.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("area_folder = '/home/me/leeds'", metadata={"papermill": {"duration": 0.1}})
    >>> text = tidy_notebook(new_notebook(cells=[cell]), {Path("/home/me/leeds"): "leeds"})
    >>> json.loads(text)["cells"][0]["source"], json.loads(text)["cells"][0]["metadata"]
    (["area_folder = 'leeds'"], {})
    """
    import nbformat

    cells = [_tidy_cell(cell, number) for number, cell in enumerate(notebook.cells, 1)]
    metadata = {key: notebook.metadata[key] for key in _NOTEBOOK_KEYS if key in notebook.metadata}
    whole = nbformat.from_dict({**notebook, "cells": cells, "metadata": metadata, "nbformat_minor": 5})
    return replace_paths(_write(whole), names, in_json=True) + "\n"


def _write(notebook: Any) -> str:
    """A notebook as nbformat writes it, but each chart on one line: indented, it takes ten times as long."""
    from nbformat import v4

    charts: list[str] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if _PLOTLY in output.get("data", {}):
                charts.append(json.dumps(output.data[_PLOTLY], sort_keys=True, ensure_ascii=False))
                output.data[_PLOTLY] = _place_of(len(charts) - 1)
    text = v4.writes(notebook)
    for number, chart in enumerate(charts):
        text = text.replace(json.dumps(_place_of(number)), chart, 1)
    return text


def _place_of(number: int) -> str:
    return f"\0chart {number}\0"


def _tidy_cell(cell: Any, number: int) -> dict[str, Any]:
    metadata = {key: value for key, value in cell.metadata.items() if key not in _CELL_KEYS}
    if not metadata.get("tags", True):
        del metadata["tags"]
    return {**cell, "id": f"cell-{number:02d}", "metadata": metadata}


def replace_paths(text: str, names: Mapping[Path, str], in_json: bool = False) -> str:
    """Put names in place of paths, the longest path first, however the path is written.

    Parameters
    ----------
    text : str
        Any text, or JSON when ``in_json``.
    names : mapping of Path to str
        Path to the name that replaces it; a path that is only the beginning of a longer word stays.
    in_json : bool
        Whether the text is JSON, where a backslash is written twice.

    Examples
    --------
    >>> replace_paths("open /data/in/a.csv and/or /data/information", {Path("/data/in"): "in"})
    'open in/a.csv and/or /data/information'
    """
    for path, name in sorted(names.items(), key=lambda pair: -len(str(pair[0]))):
        # As it is, as Python's code writes it, and with slashes.
        ways = {str(path): name, _doubled(str(path)): _doubled(name)} | {path.as_posix(): name}
        for pair in ways.items():
            found, put = (json.dumps(one, ensure_ascii=False)[1:-1] if in_json else one for one in pair)
            if found in text:
                whole = re.compile(rf"(?:(?<![\w/.~-])|(?<=\\[nrt])){re.escape(found)}(?![\w.-])")
                text = whole.sub(_doubled(put), text)
    return _CELL_FILE.sub("cell", text) if "ipykernel_" in text else text


def _doubled(text: str) -> str:
    """Text as it stands between quotes in code."""
    return text.replace("\\", "\\\\")
