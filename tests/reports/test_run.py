"""One report: whole or not at all, the same bytes from the same inputs, and a reason where there is none."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from esi_toolkit.errors import InputError, NotFoundError, RunError
from esi_toolkit.reports.running.run import run_report
from tests.reports.conftest import TEMPLATE, contents, write_area


def report(area, out, **options):
    return run_report(area, out, **{"template": TEMPLATE, **options})


def write_template(path, *cells):
    nodes = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path.write_text(json.dumps(new_notebook(cells=nodes, metadata=kernel)), encoding="utf-8")
    return path


def parameters_cell(text="area_folder = ''"):
    return new_code_cell(text, metadata={"tags": ["parameters"]})


def dead_process():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_report_is_a_notebook_a_page_and_a_scorecard(make_area, tmp_path):
    told = []
    result = report(make_area("leeds"), tmp_path / "out", on_progress=told.append)
    assert (result.area_id, result.status, result.message, result.cell) == ("leeds", "done", "", None)
    assert result.seconds > 0
    assert {key: path.name for key, path in result.files.items()} == {
        "html": "report.html",
        "notebook": "report.ipynb",
        "scorecard": "scorecard.json",
    }
    assert sorted(contents(tmp_path / "out" / "leeds")) == [
        "built.json",
        "report.html",
        "report.ipynb",
        "scorecard.json",
    ]
    assert '<a href="leeds/report.html">Leeds</a>' in (tmp_path / "out/index.html").read_text(
        encoding="utf-8"
    )
    assert told == ["loading", "running"]


def test_the_same_inputs_give_the_same_bytes_wherever_and_whenever(tmp_path, monkeypatch):
    trouble = (
        "import random, warnings, numpy\n"
        "print(random.random(), numpy.random.rand(), {'a', 'b', 'c', 'd', 'e'}, hash('a'))\n"
        "print(folder, Path.cwd()); warnings.warn('be warned')"
    )
    first = report(write_area(tmp_path / "here" / "leeds", trouble=trouble), tmp_path / "one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", str(random.randrange(1, 1000)))
    second = report(write_area(tmp_path / "elsewhere/deeper" / "leeds", trouble=trouble), "two")
    assert first.status == second.status == "done"
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_both_engines_give_the_same_bytes(make_area, tmp_path):
    area = make_area("leeds", trouble="print('said'); display(scores); scores")
    report(area, tmp_path / "esi")
    report(area, tmp_path / "jupyter", engine="jupyter")
    ours, theirs = contents(tmp_path / "esi"), contents(tmp_path / "jupyter")
    assert ours.pop("leeds/built.json") != theirs.pop("leeds/built.json"), "the engine is part of the key"
    assert ours == theirs


def test_no_path_of_this_machine_and_no_time_stands_in_a_report(make_area, tmp_path):
    trouble = (
        "import warnings, sys\nprint(folder, Path.cwd(), Path.home(), json.__file__, pd.__file__)\n"
        "warnings.warn('be warned')"
    )
    report(make_area("leeds", trouble=trouble), tmp_path / "out")
    for name in ("report.ipynb", "report.html", "scorecard.json", "built.json"):
        text = (tmp_path / "out/leeds" / name).read_text(encoding="utf-8")
        for word in (
            str(tmp_path),
            str(Path.home()),
            sys.prefix,
            sys.base_prefix,
            "start_time",
            '"duration"',
        ):
            assert word not in text, (name, word)
    notebook = (tmp_path / "out/leeds/report.ipynb").read_text(encoding="utf-8")
    assert "be warned" in notebook
    assert "leeds . ~ python/json/__init__.py site-packages/pandas/__init__.py" in notebook


def test_parameters_reach_the_notebook_as_names_and_values(make_area, tmp_path):
    result = report(make_area("leeds"), tmp_path / "out", parameters={"note": "a <b>bold</b> note"})
    cells = json.loads(result.files["notebook"].read_text(encoding="utf-8"))["cells"]
    [injected] = [cell for cell in cells if cell["metadata"].get("tags") == ["injected-parameters"]]
    assert "".join(injected["source"]).splitlines() == [
        "# Parameters",
        'area_folder = "leeds"',
        'framework = ""',
        'out_folder = "."',
        'note = "a <b>bold</b> note"',
    ]
    assert "a &lt;b&gt;bold&lt;/b&gt; note" in result.files["html"].read_text(encoding="utf-8")


def test_a_framework_file_is_found_from_wherever_the_notebook_runs(make_area, tmp_path, monkeypatch):
    (tmp_path / "own.yml").write_text("id: own\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    area = make_area("leeds", trouble="print(Path(framework).read_text(), framework)")
    result = report(area, "out", framework="own.yml")
    text = result.files["notebook"].read_text(encoding="utf-8")
    assert '"id: own\\n",\n      " own.yml\\n"' in text
    assert 'framework = \\"own.yml\\"' in text


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"not": "x"}, "did you mean 'note'"),
        ({"note": object()}, "object for 'note'"),
        ({"note": float("nan")}, "float for 'note'"),
    ],
)
def test_parameters_that_the_template_cannot_take_are_refused(make_area, tmp_path, parameters, said):
    with pytest.raises(RunError, match=said):
        report(make_area("leeds"), tmp_path / "out", parameters=parameters)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["area_folder = ''"], "no cell tagged 'parameters'"),
        ([parameters_cell("x = 1")], "no parameter 'area_folder'"),
        ([parameters_cell("x =")], "SyntaxError"),
    ],
)
def test_a_template_that_takes_no_area_is_refused(make_area, tmp_path, cells, said):
    template = write_template(tmp_path / "own.ipynb", *cells)
    with pytest.raises(RunError, match=said):
        report(make_area("leeds"), tmp_path / "out", template=template)
    assert not (tmp_path / "out").exists()


def test_what_is_no_template_no_area_or_no_engine_is_refused(make_area, tmp_path):
    area, out = make_area("leeds"), tmp_path / "out"
    (tmp_path / "words.ipynb").write_text("words", encoding="utf-8")
    with pytest.raises(RunError, match="a notebook of format 4"):
        report(area, out, template=tmp_path / "words.ipynb")
    with pytest.raises(NotFoundError, match="a template notebook"):
        report(area, out, template=tmp_path / "none.ipynb")
    with pytest.raises(NotFoundError, match=r"no area\.yml"):
        report(tmp_path / "nowhere", out)
    with pytest.raises(RunError, match="did you mean 'jupyter'"):
        report(area, out, engine="jupiter")
    assert not out.exists()


@pytest.mark.parametrize(
    "text", ["name: Leeds", "id: ../leeds", "id: assets", "- leeds", "id: [", "id: 'a.'", ""]
)
def test_an_area_without_an_id_that_could_name_a_folder_is_refused(make_area, tmp_path, text):
    area = make_area("leeds")
    (area / "area.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        report(area, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_area_file_that_is_not_utf_8_is_named(make_area, tmp_path):
    area = make_area("leeds")
    (area / "area.yml").write_bytes("id: leeds\nname: Kirkleatham Caf\xe9".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        report(area, tmp_path / "out")


def test_a_failure_leaves_the_earlier_report_standing_and_says_why(make_area, tmp_path):
    area, out = make_area("leeds"), tmp_path / "out"
    report(area, out)
    before = contents(out / "leeds")
    (area / "trouble.py").write_text("raise ValueError('a word that is not there')", encoding="utf-8")
    with pytest.raises(RunError, match=r"leeds, cell 10: found ValueError: a word that is not there"):
        report(area, out)
    after = contents(out / "leeds")
    said = after.pop("failed.txt").decode()
    assert after == before
    assert said.startswith(
        "This report could not be made.\n\nValueError: a word that is not there\n\nCell 10 "
    )
    assert "are from an earlier run" in said
    assert str(tmp_path) not in said
    assert "Failed; the report here is an earlier one:" in (out / "index.html").read_text(encoding="utf-8")
    (area / "trouble.py").unlink()
    report(area, out)
    assert contents(out / "leeds") == before
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_where_there_was_no_report_a_failure_leaves_only_its_reason(make_area, tmp_path):
    with pytest.raises(RunError):
        report(make_area("leeds", trouble="1 / 0"), tmp_path / "out")
    assert list(contents(tmp_path / "out" / "leeds")) == ["failed.txt"]


def test_an_error_of_ours_in_the_notebook_keeps_its_kind_and_all_its_problems(make_area, tmp_path):
    trouble = (
        "from esi_toolkit.errors import InputError, Problem\n"
        "raise InputError([Problem('judgements.csv', \"'yess'\", 'an answer', 'mend it', row=7),\n"
        "                  Problem('cases.csv', 'nothing', 'cases', 'add some')])"
    )
    with pytest.raises(InputError) as caught:
        report(make_area("leeds", trouble=trouble), tmp_path / "out")
    assert caught.value.exit_code == InputError.exit_code
    assert [(one.where, one.row) for one in caught.value.problems] == [
        ("judgements.csv", 7),
        ("cases.csv", None),
    ]
    said = (tmp_path / "out/leeds/failed.txt").read_text(encoding="utf-8")
    assert "judgements.csv, row 7: found 'yess'" in said
    assert "cases.csv: found nothing" in said


@pytest.mark.parametrize("trouble", ["sys.exit(0)", "exit()", "raise KeyboardInterrupt", "raise SystemExit"])
def test_a_notebook_that_stops_early_is_no_report(make_area, tmp_path, trouble):
    with pytest.raises(RunError, match="cell 10"):
        report(make_area("leeds", trouble=trouble), tmp_path / "out")


def test_an_error_that_the_template_allows_still_fails_the_report(make_area, tmp_path):
    allowed = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    template = write_template(tmp_path / "own.ipynb", parameters_cell(), allowed, "print('went on')")
    with pytest.raises(RunError, match="ZeroDivisionError"):
        report(make_area("leeds"), tmp_path / "out", template=template)


def test_html_that_could_run_something_fails_the_report(make_area, tmp_path):
    template = write_template(
        tmp_path / "own.ipynb",
        parameters_cell(),
        new_markdown_cell("## A heading"),
        "from IPython.display import HTML\nHTML('<p>fine</p><script>alert(1)</script>')",
    )
    with pytest.raises(RunError, match="<script>"):
        report(make_area("leeds"), tmp_path / "out", template=template)
    assert list(contents(tmp_path / "out" / "leeds")) == ["failed.txt"]


def test_files_that_a_cell_writes_go_with_the_report_and_nowhere_else(make_area, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    area = make_area("leeds", trouble="Path('table.csv').write_text('a,b'); Path('parts').mkdir()")
    before = contents(area)
    report(area, tmp_path / "out")
    assert "table.csv" in contents(tmp_path / "out" / "leeds")
    assert contents(area) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["areas", "out"]


def test_one_file_can_hold_everything(make_area, tmp_path):
    page = report(make_area("leeds"), tmp_path / "out", embed=True).files["html"].read_text(encoding="utf-8")
    assert 4_000_000 < len(page) < 6_000_000
    assert "<script src=" not in page
    assert page.count("<script") == page.count("</script>")


def test_a_page_is_small_and_finds_the_shared_script_and_the_index(make_area, tmp_path):
    html = report(make_area("leeds"), tmp_path / "out").files["html"]
    page = html.read_text(encoding="utf-8")
    [source] = [part.partition('"')[0] for part in page.split('<script src="')[1:]]
    assert (html.parent / source).stat().st_size > 4_000_000
    assert '<a href="../index.html">' in page
    assert (html.parent / "../index.html").is_file()
    assert len(page) < 100_000


def test_leftovers_of_an_interrupted_run_are_cleared_away(make_area, tmp_path):
    area, out = make_area("leeds"), tmp_path / "out"
    report(area, out)
    before, dead = contents(out), dead_process()
    (out / f".building-leeds-{dead}-abc").mkdir()
    (out / f".building-leeds-{os.getppid()}-abc").mkdir()
    (out / f".replaced-leeds-{dead}").mkdir()
    report(area, out)
    assert contents(out) == before
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == [
        f".building-leeds-{os.getppid()}-abc"
    ], "what a running process builds is let alone"


def test_a_report_that_was_moved_aside_comes_back(make_area, tmp_path):
    area, out = make_area("leeds"), tmp_path / "out"
    report(area, out)
    before = contents(out / "leeds")
    (out / "leeds").rename(out / f".replaced-leeds-{dead_process()}")
    (area / "trouble.py").write_text("1 / 0", encoding="utf-8")
    with pytest.raises(RunError):
        report(area, out)
    after = contents(out / "leeds")
    del after["failed.txt"]
    assert after == before


def test_a_report_can_be_made_from_within_a_notebook(make_area, tmp_path):
    area, out = str(make_area("leeds")), str(tmp_path / "out")
    code = f"""
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()
from esi_toolkit.reports.running.run import run_report
print(run_report({area!r}, {out!r}, template={str(TEMPLATE)!r}).status)
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60) == "done\n"
