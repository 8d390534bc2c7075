"""The rules for notebooks: `python -m tests.notebook_rules [FILE …]` prints what breaks them.

A template (templates/) is filled by machine: it holds no outputs, has one parameters cell, defines no
function and does no arithmetic. A notebook for people (notebooks/) keeps its outputs and execution counts,
because nbval compares nothing in a cell without them. No notebook stores an error.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CALCULATION = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

Notebook = dict[str, Any]


def repository_notebooks() -> list[Path]:
    """The templates and the notebooks for people, in order."""
    return [path for folder in ("templates", "notebooks") for path in sorted((ROOT / folder).glob("*.ipynb"))]


def broken_rules(path: Path) -> list[str]:
    """Every rule that the notebook at `path` breaks, one line each; an empty list when it keeps them all."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    of_its_kind = _template if path.parent.name == "templates" else _for_people
    rules = [*_general(notebook), *of_its_kind(notebook)]
    return [f"{path.parent.name}/{path.name}{rule}" for rule in rules]


def _general(notebook: Notebook) -> Iterator[str]:
    for number, cell in _code_cells(notebook):
        if any(output["output_type"] == "error" for output in cell["outputs"]):
            yield f", cell {number}: stores an error; run the notebook again and save it"
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield ": its kernel is not 'python3', the one that every installation has"


def _template(notebook: Notebook) -> Iterator[str]:
    tagged = [n for n, cell in _code_cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1:
        yield f": has {len(tagged)} cells tagged 'parameters'; papermill needs exactly one"
    for number, cell in _code_cells(notebook):
        if cell["outputs"] or cell["execution_count"] is not None:
            yield f", cell {number}: holds an output or an execution count; clear all outputs and save"
        tree = _parse(_source(cell))
        if any(isinstance(node, DEFINITION) for node in ast.walk(tree)):
            yield f", cell {number}: defines a function or class; that belongs into the package"
        if any(isinstance(getattr(node, "op", None), CALCULATION) for node in ast.walk(tree)):
            yield f", cell {number}: calculates; that belongs into the package"


def _for_people(notebook: Notebook) -> Iterator[str]:
    for number, cell in _code_cells(notebook):
        if _source(cell).strip() and cell["execution_count"] is None:
            yield f", cell {number}: has no execution count, so nothing is compared; run all cells and save"


def _code_cells(notebook: Notebook) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((n, cell) for n, cell in enumerate(notebook["cells"], start=1) if cell["cell_type"] == "code")


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])  # the format allows one string and a list of lines


def _parse(source: str) -> ast.Module:
    return ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))  # magics are no Python


def main(names: list[str]) -> int:
    paths = [Path(name).resolve() for name in names] or repository_notebooks()
    broken = [line for path in paths for line in broken_rules(path)]
    print("\n".join(broken) or f"{len(paths)} notebooks keep the rules")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
