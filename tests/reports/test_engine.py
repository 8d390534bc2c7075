"""The engine without a kernel gives the notebook that a kernel gives."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parent / "notebooks"
RUN = """
import sys, papermill
from esi_toolkit.reports.engine import register
register()
source, target, folder, engine = sys.argv[1:]
options = {"engine_name": engine if engine == "esi" else None, "progress_bar": False, "cwd": folder}
try:
    papermill.execute_notebook(source, target, {"area": "Leeds"}, **options)
except papermill.PapermillExecutionError as error:
    print(error.exec_count, error.ename)
"""


def run(source, engine, tmp_path):
    """Run a notebook in a process of its own; return it, and what was said, also where it fails."""
    target = tmp_path / f"{engine}.ipynb"
    # A kernel that sees pytest's variable leaves its file descriptors alone and loses what C prints.
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, source, target, tmp_path, engine],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(target.read_text(encoding="utf-8")), done.stdout


def normalised(notebook):
    """Cells and widget states without what is random or timed, ready to be compared."""
    cells = [
        (
            cell["cell_type"],
            "".join(cell["source"]),
            cell.get("execution_count"),
            join_streams(cell.get("outputs", [])),
        )
        for cell in notebook["cells"]
    ]
    widgets = notebook["metadata"].get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {})
    known = expanded(widgets.get("state", {}))
    return json.loads(without_chance(json.dumps([cells, known, notebook["metadata"]["language_info"]])))


def expanded(models):
    """Widget models without their random ids: a model stands where it is referred to."""

    def whole(value):
        if isinstance(value, str) and value.startswith("IPY_MODEL_"):
            return whole(models[value.removeprefix("IPY_MODEL_")])
        if isinstance(value, dict):
            return {key: whole(inner) for key, inner in value.items()}
        return [whole(inner) for inner in value] if isinstance(value, list) else value

    return sorted(
        (whole(model) for model in models.values()), key=lambda model: json.dumps(model, sort_keys=True)
    )


def join_streams(outputs):
    """A kernel sends its streams off by the clock: what counts is each stream's text between two displays."""
    joined, waiting = [], {}
    for output in [*outputs, None]:
        if output and output["output_type"] == "stream":
            waiting[output["name"]] = waiting.get(output["name"], "") + "".join(output["text"])
            continue
        joined += [(name, waiting[name]) for name in ("stdout", "stderr") if name in waiting]
        waiting = {}
        if output:
            joined.append(output)
    return joined


def without_chance(text):
    """Number the random ids in the order in which they appear; drop the file names given to cells."""
    found = {}
    text = re.sub(
        r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])",
        lambda hit: found.setdefault(hit[0], f"id{len(found)}"),
        text,
    )
    text = re.sub(r"/[^\s\"]*?ipykernel_\d+/\d+\.py|\bcell \d+(?=:)", "CELL", text)
    return re.sub(r"0x[0-9a-f]+", "ADDRESS", text)


def test_awkward_cells_come_out_as_from_a_kernel(tmp_path):
    source = NOTEBOOKS / "awkward_cells.ipynb"
    ours, said = run(source, "esi", tmp_path)
    theirs, said_there = run(source, "jupyter", tmp_path)
    for mine, other in zip(normalised(ours)[0], normalised(theirs)[0], strict=True):
        assert mine == other
    assert normalised(ours) == normalised(theirs)
    assert said.splitlines()[-1] == said_there.splitlines()[-1] == "39 ValueError"
