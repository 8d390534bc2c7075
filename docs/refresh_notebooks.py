"""Run the notebooks for people again and store what they show: ``python docs/refresh_notebooks.py [FILE …]``.

`make test` compares each notebook with its stored outputs, so a change of what they show ends with this. The
same is done by "Run all cells" and "Save" in JupyterLab; here nothing is kept that differs at each run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def refresh(path: Path) -> None:
    """Run one notebook in its own folder, and write it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, record_timing=False, resources=place).execute()
    _leave_out_what_differs_at_each_run(notebook)
    nbformat.write(notebook, path)


def _leave_out_what_differs_at_each_run(notebook: NotebookNode) -> None:
    """Python's version, and references to widgets that live only as long as the kernel."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


if __name__ == "__main__":
    for one in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        print(one.name, flush=True)
        refresh(one)
