"""What is accidental goes from a notebook, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path, PureWindowsPath

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from esi_toolkit.reports.running.tidy import replace_paths, tidy_notebook

PLOTLY = "application/vnd.plotly.v1+json"
KERNEL = {"name": "python3", "display_name": "Python 3"}


def tidied(*outputs, names=None, **metadata):
    cell = new_code_cell("x", outputs=list(outputs), metadata=metadata)
    notebook = new_notebook(cells=[cell], metadata={"papermill": {"start_time": "now"}, "kernelspec": KERNEL})
    return json.loads(tidy_notebook(notebook, names or {})), notebook


def test_times_and_random_ids_go_and_tags_stay():
    found, notebook = tidied(papermill={"duration": 1}, execution={"x": "now"}, tags=["parameters"])
    assert found["cells"][0]["metadata"] == {"tags": ["parameters"]}
    assert found["cells"][0]["id"] == "cell-01"
    assert found["metadata"] == {"kernelspec": KERNEL}
    assert notebook.metadata.papermill == {"start_time": "now"}, "what was given is left as it was"
    assert tidied(tags=[])[0]["cells"][0]["metadata"] == {}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (Path("/data/leeds"), "read /data/leeds/cases.csv", "read leeds/cases.csv"),
        (Path("/data/leeds"), "'/data/leeds'", "'leeds'"),
        (Path("/data/leeds"), "\n/data/leeds\n", "\nleeds\n"),
        (Path("/data/leeds"), "/data/leeds-2 /data/leeds.csv", "/data/leeds-2 /data/leeds.csv"),
        (Path("/a"), "and/a or w/a", "and/a or w/a"),
        (PureWindowsPath(r"C:\data\leeds"), r"C:\data\leeds\cases.csv", r"leeds\cases.csv"),
        (PureWindowsPath(r"C:\data\leeds"), repr(r"C:\data\leeds"), "'leeds'"),
        (PureWindowsPath(r"C:\data\leeds"), "C:/data/leeds/cases.csv", "leeds/cases.csv"),
    ],
)
def test_a_path_turns_into_its_name_only_where_it_stands_whole(path, text, expected):
    assert replace_paths(text, {path: "leeds"}) == expected
    in_json = replace_paths(json.dumps([text]), {path: "leeds"}, in_json=True)
    assert json.loads(in_json) == [expected]


def test_the_longest_path_comes_first():
    names = {Path("/data"): ".", Path("/data/in/leeds"): "leeds"}
    assert replace_paths("/data/in/leeds/a and /data/b", names) == "leeds/a and ./b"


def test_the_number_of_a_kernels_process_does_not_stay():
    warning = "/tmp/ipykernel_4711/1234.py:2: UserWarning"
    found, _ = tidied(new_output("stream", name="stderr", text=warning))
    assert found["cells"][0]["outputs"][0]["text"] == ["cell:2: UserWarning"]


def test_a_chart_stands_on_one_line_and_is_what_it_was():
    charts = [{"data": [{"y": [1.5, None], "text": "<é> \\ \0"}], "layout": {"b": 1, "a": 2}}, {"data": []}]
    outputs = [new_output("display_data", data={PLOTLY: chart, "text/plain": "x"}) for chart in charts]
    found, notebook = tidied(*outputs)
    assert [one["data"][PLOTLY] for one in found["cells"][0]["outputs"]] == charts
    assert [one.data[PLOTLY] for one in notebook.cells[0].outputs] == charts, "what was given is left"
    lines = [line.strip() for line in tidy_notebook(notebook, {}).splitlines()]
    assert f'"{PLOTLY}": {{"data": []}},' in lines
