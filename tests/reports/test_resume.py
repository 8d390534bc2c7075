"""A report is made again when, and only when, something that it depends on has changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from esi_toolkit.reports.running import resume
from esi_toolkit.reports.running.batch import run_batch
from tests.reports.conftest import TEMPLATE, contents, write_area

HEAVY = ("IPython", "jinja2", "nbconvert", "nbformat", "numpy", "pandas", "papermill", "plotly")
AGAIN = """
import json, sys, time
began = time.perf_counter()
from esi_toolkit.reports.running.batch import run_batch
areas, out, template = sys.argv[1:]
result = run_batch(areas, out, template=template)
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([time.perf_counter() - began, len(result.of_status("skipped")), loaded]))
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with a template, two areas and their reports."""
    folder = tmp_path_factory.mktemp("finished")
    shutil.copy(TEMPLATE, folder / "template.ipynb")
    for name in ("leeds", "york"):
        write_area(folder / "areas" / name)
    assert make(folder) == ["leeds", "york"]
    return folder


@pytest.fixture
def made(finished, tmp_path):
    """A copy of it, and a way to run the batch again that names what was made."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    assert make(tmp_path) == [], "where the folders stand does not matter"
    return lambda **options: make(tmp_path, **options)


def make(folder, **options):
    """Run the batch in a folder; the areas whose reports were made."""
    options = {"template": folder / "template.ipynb", "workers": 2, **options}
    result = run_batch(folder / "areas", folder / "out", **options)
    assert not result.of_status("failed"), result
    return [one.area_id for one in result.of_status("done")]


def test_only_the_area_whose_data_changed_is_made_again(made, tmp_path):
    scores = tmp_path / "areas/leeds/scores.csv"
    scores.write_text(scores.read_text(encoding="utf-8").replace("72", "73"), encoding="utf-8")
    assert made() == ["leeds"]
    assert made() == []


def test_a_new_file_and_a_renamed_one_are_changes_and_a_touched_one_is_not(made, tmp_path):
    (tmp_path / "areas/york/scores.csv").touch()
    (tmp_path / "areas/york/.DS_Store").write_text("x", encoding="utf-8")
    assert made() == []
    (tmp_path / "areas/york/more.csv").write_text("", encoding="utf-8")
    assert made() == ["york"]
    (tmp_path / "areas/york/more.csv").rename(tmp_path / "areas/york/other.csv")
    assert made() == ["york"]


def test_a_changed_template_parameter_engine_or_decision_is_a_change(made, tmp_path):
    template = tmp_path / "template.ipynb"
    template.write_text(
        template.read_text(encoding="utf-8").replace("## Words", "## More words"), encoding="utf-8"
    )
    assert made() == ["leeds", "york"]
    assert made(parameters={"note": "other"}) == ["leeds", "york"]
    assert made(parameters={"note": "other"}) == []
    decisions = {"leeds": "A1 moved", "york": ""}
    assert made(parameters={"note": "other"}, decisions=decisions.get) == ["leeds"]
    assert made(parameters={"note": "other"}, decisions=decisions.get) == []


def test_a_framework_file_counts_by_its_content(made, tmp_path):
    framework = tmp_path / "own.yml"
    framework.write_text("id: own\n", encoding="utf-8")
    assert made(framework=framework) == ["leeds", "york"]
    assert made(framework=framework) == []
    framework.write_text("id: own  # changed\n", encoding="utf-8")
    assert made(framework=framework) == ["leeds", "york"]


def test_another_toolkit_is_a_change(made, monkeypatch):
    before = resume.toolkit_key()
    monkeypatch.setattr(resume, "__version__", "99")
    assert resume.toolkit_key() != before
    assert made() == ["leeds", "york"]


@pytest.mark.parametrize("name", ["report.html", "report.ipynb", "scorecard.json", "built.json"])
def test_a_report_with_a_lost_or_altered_file_is_made_again(made, tmp_path, name):
    path = tmp_path / "out/leeds" / name
    before = contents(tmp_path / "out")
    if name.endswith("html"):
        path.unlink()
    else:
        path.write_text("{}", encoding="utf-8")
    assert made() == ["leeds"]
    assert contents(tmp_path / "out") == before


def test_what_has_failed_is_tried_again_though_nothing_changed(made, tmp_path):
    (tmp_path / "out/york/failed.txt").write_text("This report could not be made.\n", encoding="utf-8")
    assert made() == ["york"]
    assert not (tmp_path / "out/york/failed.txt").exists()


def test_fresh_makes_everything_again_to_the_same_bytes(made, tmp_path):
    before = contents(tmp_path / "out")
    assert made(fresh=True) == ["leeds", "york"]
    assert contents(tmp_path / "out") == before


def test_with_nothing_to_do_forty_two_areas_take_no_time_and_load_nothing_heavy(tmp_path):
    for number in range(42):
        write_area(tmp_path / "areas" / f"area-{number:02d}")
    run_batch(tmp_path / "areas", tmp_path / "out", template=TEMPLATE)
    arguments = [sys.executable, "-c", AGAIN, tmp_path / "areas", tmp_path / "out", TEMPLATE]
    printed = subprocess.check_output([str(argument) for argument in arguments], text=True, cwd=Path.cwd())
    seconds, skipped, loaded = json.loads(printed)
    assert skipped == 42
    assert set(loaded).isdisjoint(HEAVY)
    assert seconds < 1
