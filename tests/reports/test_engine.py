"""The engine without a kernel gives the notebook that a kernel gives."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import nbformat
from entrypoints import get_single
from nbformat.v4 import new_code_cell, new_notebook

from esi_toolkit.reports.engine.engine import NAME, WarmEngine
from tests.reports.conftest import NOTEBOOKS

KERNELSPEC = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
RUN = """
import sys, papermill
from esi_toolkit.reports.engine.engine import register
register()
source, target, folder, engine = sys.argv[1:]
options = {"engine_name": engine if engine == "esi" else None, "progress_bar": False, "cwd": folder}
try:
    papermill.execute_notebook(source, target, {"area": "Leeds"}, **options)
except papermill.PapermillExecutionError as error:
    print(error.exec_count, error.ename)
"""


def python(*arguments):
    """Run Python and return what it prints."""
    # A kernel that sees pytest's variable leaves its file descriptors alone and loses what C prints.
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(source, engine, folder):
    """Run a notebook in a process of its own; return it, and what was said, also where it fails."""
    target = folder / f"{engine}.ipynb"
    said = python("-c", RUN, source, target, folder, engine)
    return json.loads(target.read_text(encoding="utf-8")), said


def run_in_a_kernel(source, folder, expected):
    """The same by a real kernel, in up to three tries: it may lose what a descriptor carries at the end."""
    for attempt in range(3):
        try:
            theirs, said = run(source, "jupyter", folder)
        except subprocess.TimeoutExpired:
            if attempt == 2:
                raise
            continue
        if normalised(theirs) == expected:
            break
    return theirs, said


def run_cells(folder, *sources):
    """The cells of a notebook that the engine has run."""
    path = folder / "cells.ipynb"
    cells = [new_code_cell("area = ''", metadata={"tags": ["parameters"]}), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells, metadata=KERNELSPEC), path)
    return run(path, "esi", folder)[0]["cells"][2:]


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
    """A kernel sends its streams off by the clock: what counts is each stream's text between displays."""
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
    text = re.sub(r"/[^\s\"]*?ipykernel_\d+/\d+\.py", "CELL", text)
    return re.sub(r"0x[0-9a-f]+", "ADDRESS", text)


def test_awkward_cells_come_out_as_from_a_kernel(tmp_path):
    source = NOTEBOOKS / "awkward_cells.ipynb"
    ours, said = run(source, "esi", tmp_path)
    theirs, said_there = run_in_a_kernel(source, tmp_path, normalised(ours))
    for mine, other in zip(normalised(ours)[0], normalised(theirs)[0], strict=True):
        assert mine == other
    assert normalised(ours) == normalised(theirs)
    assert said.splitlines()[-1] == said_there.splitlines()[-1] == "39 ValueError"


def test_the_awkward_cells_show_what_they_are_meant_to_show(tmp_path):
    cells, widgets, _ = normalised(run(NOTEBOOKS / "awkward_cells.ipynb", "esi", tmp_path)[0])
    shown = json.dumps([*(outputs for *_, outputs in cells), widgets])
    for sign in (
        "from C",
        "from a program",
        "from bash",
        "third",
        "inside the widget",
        "plotly",
        "widget-view",
        "awaited",
        "StdinNotImplementedError",
        "be warned",
        "ZeroDivisionError",
    ):
        assert sign in shown
    assert cells[-1][2:] == [None, []], "what follows an error does not run"


def test_what_python_c_and_programs_print_stays_in_order(tmp_path):
    source = """import ctypes, os
libc = ctypes.CDLL(None)
for number in range(3):
    print("Python", number)
    libc.printf(b"C %d\\n", number); libc.fflush(None)
    os.system(f"echo program {number}")
display("then a display")
print("and text")"""
    [cell] = run_cells(tmp_path, source)
    words = "".join(f"{who} {number}\n" for number in range(3) for who in ("Python", "C", "program"))
    assert ["".join(output.get("text", "display")) for output in cell["outputs"]] == [
        words,
        "display",
        "and text\n",
    ]


IN_ONE_PROCESS = """
import builtins, sys, threading
import papermill
from nbformat.v4 import new_code_cell, new_notebook
from esi_toolkit.reports.engine.engine import register
register()

def state():
    return sys.stdout, sys.stderr, sys.displayhook, sys.modules["__main__"], hasattr(builtins, "get_ipython")

def run(*sources):
    notebook = new_notebook(cells=[new_code_cell(s) for s in sources], metadata={"kernelspec":
        {"name": "python3", "language": "python", "display_name": "Python 3"}})
    done = papermill.execute_notebook(notebook, None, engine_name="esi", progress_bar=False)
    return [(cell.execution_count, [o.get("text") for o in cell.outputs]) for cell in done.cells]

before = state()
first = run("secret = 1",
            "async def tick():\\n    import asyncio\\n    while True: await asyncio.sleep(0.01)\\n"
            "import asyncio; task = asyncio.ensure_future(tick())", "print('first')")
assert state() == before, state()
assert threading.active_count() == 1, threading.enumerate()
second = run("print('secret' in globals(), len(In), 'task' in globals())")
assert second == [(1, ["False 2 False\\n"])], second
assert first[-1] == (3, ["first\\n"]), first
print("as before")
"""


def test_notebooks_run_one_after_another_in_a_process_see_nothing_of_each_other():
    assert python("-c", IN_ONE_PROCESS).endswith("as before\n")


def test_a_process_that_has_a_kernel_is_left_alone():
    code = """
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
from esi_toolkit.reports.engine.kernel import in_process_kernel
try:
    with in_process_kernel():
        pass
except RuntimeError as error:
    print(error)
"""
    assert "a process of its own" in python("-c", code)


def test_papermill_finds_the_engine_by_its_name():
    assert get_single("papermill.engine", NAME).load() is WarmEngine
