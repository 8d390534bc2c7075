"""Whoever writes an area's texts, names its folder or sends it can run nothing and reach nothing else."""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from esi_toolkit.errors import InputError
from esi_toolkit.reports.running.job import read_area_id
from esi_toolkit.reports.running.run import run_comparison, run_report
from tests.finished_reports import ROOT, wait_until
from tests.hostile import HARM, write_hostile_area, write_hostile_rules
from tests.real_parts import needs_browser
from tests.reports.conftest import TEMPLATE

PAGES = (
    "out/county-durham/report.html",
    "ruled/county-durham/report.html",
    "out/comparison/report.html",
    "out/index.html",
    "plain/report.html",
)
"""By its own rules, by hostile ones, the comparison, the index, and what Jupyter makes of the notebook."""

LOOK = """harm => {
  const every = [...document.querySelectorAll("*")], attributes = every.flatMap(one => [...one.attributes]);
  return {
    ran: String(window.pwned),
    elements: document.querySelectorAll('img[src="x"], svg[onload]').length,
    scripts: [...document.scripts].filter(one => one.textContent.trim() === "window.pwned=1").length,
    links: attributes.filter(one => /^\\s*javascript:/i.test(one.value)).length,
    handlers: attributes.filter(one => /^on/i.test(one.name)).length,
    typed: document.body.textContent.split(harm).length - 1,
  };
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """Reports in every format of an area, and by rules, whose every text means harm."""
    needs_browser()
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "areas").mkdir()
    area = write_hostile_area(folder / "areas" / "county-durham")
    run_report(area, folder / "out", formats=["spreadsheet"])
    rules = write_hostile_rules(folder / "rules.yml")
    run_report(area, folder / "ruled", framework=rules, formats=["pdf"], embed=True)
    run_comparison(folder / "areas", folder / "out")
    notebook = folder / "ruled" / "county-durham" / "report.ipynb"
    convert = [
        sys.executable,
        "-m",
        "jupyter",
        "nbconvert",
        "--to",
        "html",
        "--output-dir",
        str(folder / "plain"),
    ]
    subprocess.run([*convert, str(notebook)], check=True, capture_output=True, timeout=180)
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_no_text_runs_or_becomes_an_element_on_a_page(hostile, browser, name):
    page = browser.new_page(bypass_csp=True)  # what is escaped needs no policy to be harmless
    page.goto((hostile / name).as_uri())
    if not name.startswith(("plain", "out/index")):
        wait_until(page, "document.querySelectorAll('.plot:not([data-drawn])').length === 0")
    for plot in page.locator(".plot").all()[:4]:
        plot.hover(force=True)
    found = page.evaluate(LOOK, HARM)
    assert found.pop("typed") > 0, "the text is shown as it was typed"
    assert found == {"ran": "undefined", "elements": 0, "scripts": 0, "links": 0, "handlers": 0}
    page.close()


@pytest.mark.parametrize("name", PAGES[:4])
def test_what_got_past_all_that_would_still_not_run(hostile, browser, tmp_path, name):
    """The page's own security policy: a script that is planted in the finished page stays dead."""
    planted = "<script>window.pwned=1</script><img src=x onerror='pwned=1'><svg onload='pwned=1'></svg>"
    source = hostile / name
    target = source.with_name("planted.html")
    target.write_text(
        source.read_text(encoding="utf-8").replace("</main>", f"{planted}</main>"), encoding="utf-8"
    )
    page = browser.new_page()
    page.goto(target.as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("[document.querySelectorAll('svg[onload]').length, String(window.pwned)]") == [
        1,
        "undefined",
    ]
    page.close()
    target.unlink()


def test_no_cell_of_the_spreadsheet_or_of_a_csv_file_does_anything(hostile):
    report = hostile / "out" / "county-durham"
    book = openpyxl.load_workbook(report / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    outside = {cell.hyperlink.target for cell in cells if cell.hyperlink} - {None}
    assert outside == set()
    assert any("<img src=x onerror=window.pwned=1>" in str(cell.value) for cell in cells)
    for path in (report / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            values = [value for row in csv.reader(file) for value in row]
        assert [value for value in values if re.match(r"[=+@\t\r]|-\D", value)] == []


def test_the_pdf_holds_no_script_and_no_link_to_anywhere_else(hostile):
    reader = PdfReader(hostile / "ruled" / "county-durham" / "report.pdf")
    actions = [
        note.get_object().get("/A", {}) for page in reader.pages for note in page.get("/Annots", []) or []
    ]
    assert {str(action.get("/URI", "")) for action in actions if action} <= {""}
    assert {"/JavaScript", "/OpenAction", "/AA"} & {
        *reader.trailer["/Root"],
        *reader.trailer["/Root"].get("/Names", {}),
    } == set()


@pytest.mark.parametrize(
    "name",
    [
        '"; open("pwned", "w") #',
        "'; open('pwned', 'w') #",
        '""" + open("pwned", "w").name + """',
        "{__import__('os')}",
        "a\\nb",
        "a\\",
        "${x}",
        "%pwd",
        "!touch pwned",
        "tab\there",
        "line\nopen('pwned', 'w')",
        "\u202egnp.sdeel",
        "ｌeeds",
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_no_name_of_an_area_folder_is_taken_for_code(make_area, tmp_path, name):
    area = make_area("leeds").rename(tmp_path / "areas" / name)
    run_report(area, tmp_path / "out", template=TEMPLATE)
    notebook = json.loads((tmp_path / "out/leeds/report.ipynb").read_text(encoding="utf-8"))
    (cell,) = [
        cell for cell in notebook["cells"] if "injected-parameters" in cell["metadata"].get("tags", ())
    ]
    given = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse("".join(cell["source"])).body
        if isinstance(node, ast.Assign)
    }
    assert set(given) == {"area_folder", "out_folder"} | (set(given) & {"framework"})
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "..",
        ".",
        "/etc",
        "a/b",
        "a\\b",
        "C:x",
        "C:\\x",
        "nul",
        "CON.txt",
        "com1",
        "Lpt9.a",
        "a\0b",
        "a" * 41,
        "ｌeeds",
        "l\u0435eds",
        "leeds\u200b",
        "leeds.",
        " leeds",
        "leeds\n",
        "-rf",
        ".hidden",
        "assets",
        "Comparison",
        "",
    ],
)
def test_no_id_leads_out_of_the_folder_of_reports_or_looks_like_another(tmp_path, name):
    (tmp_path / "area.yml").write_text(
        f"id: {json.dumps(name)}\nname: Leeds\nframework: esi\n", encoding="utf-8"
    )
    with pytest.raises(InputError):
        read_area_id(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("fifo", "a link that leads nowhere, or a device"),
        ("loop", "a link that leads nowhere, or a device"),
        ("dangling", "a link that leads nowhere, or a device"),
        ("device", "a link that leads nowhere, or a device"),
        ("outside", "a link that leads out of the area folder"),
    ],
)
@pytest.mark.parametrize("name", ["judgements.csv", "findings.yml"])
def test_a_special_file_in_an_area_is_refused_not_waited_for_and_not_read(tmp_path, name, kind, said):
    from esi_toolkit.data.files import load_framework, load_inspection

    secret = tmp_path / "secret.txt"
    secret.write_text("summary: {A: the reader's own secret}\n", encoding="utf-8")
    area = tmp_path / "area"
    area.mkdir()
    (area / "area.yml").write_text("id: leeds\nname: Leeds\nframework: esi\n", encoding="utf-8")
    path = area / name
    os.mkfifo(path) if kind == "fifo" else path.symlink_to(
        {"loop": path, "dangling": "nowhere", "device": "/dev/zero", "outside": secret}[kind]
    )
    with pytest.raises(InputError) as told:
        load_inspection(area, load_framework("esi"))
    assert f"{name}: found {said}, expected a file; put the file itself there" in str(told.value)
    assert "secret" not in str(told.value).replace("secret.txt", "")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_stays_in_the_area_is_read(tmp_path):
    from esi_toolkit.data.files import load_inspection

    (tmp_path / "area.yml").write_text("id: leeds\nname: Leeds\nframework: esi\n", encoding="utf-8")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "scores.csv").write_text("criterion,score\nB1,72\n", encoding="utf-8")
    (tmp_path / "criterion_scores.csv").symlink_to("notes/scores.csv")
    assert len(load_inspection(tmp_path).criterion_scores) == 1


def test_a_batch_runs_no_notebook_that_came_with_an_area(make_area, tmp_path):
    code = "from pathlib import Path\nPath('pwned').touch()\nPath(area_folder, 'pwned').touch()"
    tagged = {
        "cell_type": "code",
        "source": "area_folder = ''",
        "metadata": {"tags": ["parameters"]},
        "outputs": [],
    }
    sent = {
        "cells": [
            {**tagged, "execution_count": None, "id": "a"},
            {**tagged, "source": code, "metadata": {}, "execution_count": None, "id": "b"},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    area = make_area("leeds")
    (area / "area.yml").write_text("id: leeds\nname: Leeds\nframework: esi\n", encoding="utf-8")
    for place in (area, tmp_path / "areas", tmp_path / "areas" / "templates", tmp_path / "out" / "leeds"):
        place.mkdir(parents=True, exist_ok=True)
        for name in ("area_report.ipynb", "report.ipynb"):
            (place / name).write_text(json.dumps(sent), encoding="utf-8")
    (tmp_path / "out" / "leeds" / "built.json").write_text("{}", encoding="utf-8")  # as if made earlier
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", "esi_toolkit.cli", "batch", ".", "--out", "../out"],
        cwd=tmp_path / "areas",
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert "1 made" in done.stdout, done
    assert list(tmp_path.rglob("pwned")) == []


def test_jupyterlab_is_reached_from_this_machine_alone_and_keeps_its_token(monkeypatch):
    from typer.testing import CliRunner

    from esi_toolkit.cli import app

    commands = []
    monkeypatch.setattr(subprocess, "call", lambda command: commands.append(command) or 0)
    assert CliRunner().invoke(app, ["lab"]).exit_code == 0
    recipe = re.search(r"^lab:.*\n\t(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    for command in (commands[0], recipe.split()):
        assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.allow_remote_access=False"} <= set(command)
        assert not [word for word in command if "token" in word.lower() or "password" in word.lower()]


UNSAFE = {
    "pickle",
    "cPickle",
    "dill",
    "joblib",
    "shelve",
    "marshal",
    "cloudpickle",
    "jsonpickle",
    "read_pickle",
    "to_pickle",
    "unsafe_load",
    "full_load",
    "UnsafeLoader",
    "FullLoader",
    "eval",
    "exec",
}
"""What turns data into code. Dask has a serialisation of its own, between machines that trust each other."""


def unsafe_uses(source: str) -> Iterator[str]:
    """Names in a piece of Python that turn data into code."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name.split(".")[0] for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [(node.module or "").split(".")[0], *(alias.name for alias in node.names)]
        if isinstance(node, ast.Call):
            called = node.func
            names = [called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")]
            names = [name for name in names if name not in ("eval", "exec") or isinstance(called, ast.Name)]
            if ast.unparse(called) == "yaml.load":
                names.append("yaml.load")
            names += ["allow_pickle" for word in node.keywords if word.arg == "allow_pickle"]
        yield from (name for name in names if name in {*UNSAFE, "yaml.load", "allow_pickle"})


def test_nothing_in_the_project_turns_data_into_code():
    found = {}
    for path in [*(ROOT / "esi_toolkit").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]:
        found[path.name] = [*unsafe_uses(path.read_text(encoding="utf-8"))]
    for path in [*(ROOT / "templates").glob("*.ipynb"), *(ROOT / "notebooks").glob("*.ipynb")]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        found[path.name] = [name for one in sources if "%" not in one[:1] for name in unsafe_uses(one)]
    assert {name: uses for name, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "pandas.read_pickle('x')",
        "numpy.load('x', allow_pickle=True)",
        "yaml.load(text, Loader)",
        "eval(text)",
        "from yaml import UnsafeLoader",
    ],
)
def test_what_turns_data_into_code_would_be_found(source):
    assert list(unsafe_uses(source)) != []
