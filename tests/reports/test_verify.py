"""A report is made again from its inputs: nothing changed by hand goes unseen, wherever it was changed."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from esi_toolkit.errors import InputError, NotFoundError
from esi_toolkit.reports.decide import record_decision
from esi_toolkit.reports.pages.made_from import read_made_from
from esi_toolkit.reports.running.run import run_comparison, run_report
from esi_toolkit.reports.verifying.file_differences import Wording
from esi_toolkit.reports.verifying.remake import find_inputs, remake
from esi_toolkit.reports.verifying.verify import Verification, compare_reports, verify_report
from tests.finished_reports import SAMPLE

ROOT = SAMPLE.parents[1]
BAD_INPUTS = ROOT / "tests" / "bad_inputs"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """County Durham with a decision: its report, its inputs, and the report made again."""
    folder = tmp_path_factory.mktemp("verify")
    area = shutil.copytree(SAMPLE / "county-durham", folder / "county-durham")
    record_decision(area, "A2", "Very well met", reason="The board acts on what it finds.", author="Ann Lead")
    report = folder / "out" / "county-durham"
    run_report(area, report.parent, formats=["spreadsheet"])
    (folder / "scratch").mkdir()
    again = remake(read_made_from(report / "report.ipynb"), area, folder / "scratch", like=report)
    return report, area, again


@pytest.fixture
def copy(made, tmp_path):
    """The report, to be tampered with."""
    return Path(shutil.copytree(made[0], tmp_path / "county-durham"))


@pytest.fixture
def check(made):
    """Compares a tampered report with the one made again, as `verify_report` does."""

    def compare(report: Path) -> Verification:
        origin = read_made_from(report / "report.ipynb" if report.is_dir() else report)
        return compare_reports(report, made[2], origin, Wording.of(origin, made[1]))

    return compare


def lines_of(verified: Verification) -> list[str]:
    return [str(one) for one in verified.differences]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_a_report_that_nobody_touched_is_the_same(check, copy):
    verified = check(copy)
    assert (lines_of(verified), verified.exit_code) == ([], 0)
    assert verified.origins == (
        "inputs: the same",
        "framework (esi 2003, esi-dv 2003): the same",
        "rules: the same",
        "toolkit (esi_toolkit 0.1.0): the same",
        "decisions (1): the same",
    )
    assert verified.compared["report.html"] > 1000 < verified.compared["report.ipynb"]
    assert {"scorecard.json", "tables.xlsx", "tables/scores.csv"} <= set(verified.compared)


def test_a_digit_changed_on_the_page_is_named_with_its_question(check, copy):
    page = copy / "report.html"
    cells = r'<th scope="row">(B1\.1 [^<]*)</th>(?:<td[^>]*>[^<]*</td>)*?<td class="num">(\d\d)%</td>'
    found = re.search(cells, page.read_text(encoding="utf-8"))
    change(page, found[0], found[0].replace(f">{found[2]}%", ">99%"))
    (line,) = lines_of(check(copy))
    assert line.startswith("B1.1 ")
    assert f": printed 99%, recomputed {found[2]}% (report.html)" in line
    assert check(copy).exit_code == 8


def test_a_lone_page_is_verified_as_well(check, copy, tmp_path):
    page = Path(shutil.copy(copy / "report.html", tmp_path / "mailed.html"))
    assert lines_of(check(page)) == []
    change(page, '<span class="figure">84%</span>', '<span class="figure">94%</span>')
    assert lines_of(check(page)) == ["Overall score, At a glance: printed 94%, recomputed 84% (mailed.html)"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"y":[', '"y":[1,'),
        ('<i class="on"></i><i></i>', '<i class="on"></i><i class="on"></i>'),
        ('aria-label="', 'aria-label="99% '),
        ("</footer>", "</footer><script>document.title = 'x'</script>"),
        ("</style>", ".figure::after { content: '9' }</style>"),
        ("</p>", "</p ><!-- 99% -->"),
        ("</p>", "</p >"),
    ],
)
def test_nothing_on_the_page_can_be_changed_unseen(check, copy, old, new):
    change(copy / "report.html", old, new)
    assert check(copy).exit_code == 8


@pytest.mark.parametrize("digit", range(3))
def test_a_digit_changed_in_the_scores_is_named_with_its_code(check, copy, digit):
    path = copy / "scorecard.json"
    card = json.loads(path.read_text())
    score = card["criteria"]["B1"]["score"]
    card["criteria"]["B1"]["score"] = score + 10.0 ** -(10 - digit)
    path.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n")
    (line,) = lines_of(check(copy))
    assert line.startswith("criteria B1 score: printed ")
    assert line.endswith(f"recomputed {score} (scorecard.json)")


def test_a_digit_changed_in_the_notebooks_output_is_named_with_its_cell(check, copy):
    change(copy / "report.ipynb", r"<span class=\"figure\">84%</span>", r"<span class=\"figure\">48%</span>")
    (line,) = lines_of(check(copy))
    assert line == "cell 5, Overall score, At a glance: printed 48%, recomputed 84% (report.ipynb)"


def test_a_number_changed_in_a_chart_of_the_notebook_is_seen(check, copy):
    path = copy / "report.ipynb"
    notebook = json.loads(path.read_text())
    kinds = [o["data"] for c in notebook["cells"] for o in c.get("outputs", ()) if "data" in o]
    figure = next(data for data in kinds if "application/vnd.plotly.v1+json" in data)
    figure["application/vnd.plotly.v1+json"]["data"][0]["x"] = [1]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    assert any("data application/vnd.plotly.v1+json data 0 x" in line for line in lines_of(check(copy)))


def test_a_cell_changed_in_the_spreadsheet_is_named(check, copy):
    path = copy / "tables.xlsx"
    book = openpyxl.load_workbook(path)
    cell = next(cell for row in book["Questions"].iter_rows() for cell in row if isinstance(cell.value, int))
    before, cell.value = cell.value, cell.value + 1
    book.save(path)
    found = [line for line in lines_of(check(copy)) if cell.coordinate in line]
    assert f"cell {cell.coordinate} of sheet Questions: printed {before + 1}" in found[0]


def test_a_format_changed_in_the_spreadsheet_is_seen(check, copy):
    path = copy / "tables.xlsx"
    with zipfile.ZipFile(path) as archive:
        members = {one.filename: archive.read(one) for one in archive.infolist()}
    members["xl/styles.xml"] = members["xl/styles.xml"].replace(b"numFmtId", b"numfmtid", 1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    assert [one.file for one in check(copy).differences][:1] == ["tables.xlsx"]


def test_a_figure_changed_in_a_csv_file_is_named(check, copy):
    path = copy / "tables" / "scores.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text("\ufeff" + text.replace("84", "48"), encoding="utf-8", newline="\n")
    lines = lines_of(check(copy))
    assert lines
    assert all("printed 48, recomputed 84 (tables/scores.csv)" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scorecard.json", None, "printed nothing, recomputed a file"),
        ("extra.csv", b"1", "printed a file, recomputed nothing"),
        ("scorecard.json", b"{", "printed what cannot be read, recomputed a whole file"),
        ("tables.xlsx", b"PK", "printed what cannot be read, recomputed a whole file"),
    ],
)
def test_a_file_lost_added_or_broken_is_named(check, copy, name, content, said):
    (copy / name).unlink(missing_ok=True) if content is None else (copy / name).write_bytes(content)
    assert lines_of(check(copy)) == [f"the file: {said} ({name})"]


def test_a_note_that_a_later_run_failed_is_no_part_of_the_report(check, copy):
    (copy / "failed.txt").write_text("This report could not be made.\n")
    (copy / "built.json").unlink()
    assert check(copy).exit_code == 0


def test_another_version_of_the_toolkit_is_said_and_only_what_is_printed_is_compared(check, copy):
    for name in ("report.html", "report.ipynb"):
        path = copy / name
        text = path.read_text(encoding="utf-8")
        origin = read_made_from(path).toolkit
        text = text.replace(origin["fingerprint"], "0" * 64).replace("esi_toolkit 0.1.0", "esi_toolkit 0.0.9")
        text = text.replace('"version": "0.1.0"', '"version": "0.0.9"').replace(
            '"version":"0.1.0"', '"version":"0.0.9"'
        )
        path.write_text(text.replace("</style>", "p { color: red }</style>"), encoding="utf-8", newline="\n")
    shutil.rmtree(copy / "tables")
    for name in ("tables.xlsx", "scorecard.json"):
        (copy / name).unlink()
    verified = check(copy)
    assert "toolkit (esi_toolkit 0.0.9): different code; here runs 0.1.0" in verified.origins
    assert {one.file for one in verified.differences} == {"scorecard.json", "tables.xlsx"} | {
        name for name in verified.compared if name.startswith("tables/")
    }


def esi(*arguments: object, cwd: Path) -> subprocess.CompletedProcess:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "esi_toolkit.cli", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env=os.environ | {"PYTHONPATH": path}, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def small_report(tmp_path_factory):
    """A folder with a small area, rules of its own, and its report."""
    folder = tmp_path_factory.mktemp("small")
    area = Path(shutil.copytree(BAD_INPUTS / "sound_area", folder / "in" / "smallshire"))
    shutil.copy(BAD_INPUTS / "sound_framework.yml", folder / "in")
    run_report(area, folder / "out", framework=folder / "in" / "sound_framework.yml")
    return folder


@pytest.fixture
def small(small_report, tmp_path):
    """A copy of it, to change: report, area and rules."""
    for name in ("in", "out"):
        shutil.copytree(small_report / name, tmp_path / name)
    return (
        tmp_path / "out" / "smallshire",
        tmp_path / "in" / "smallshire",
        tmp_path / "in" / "sound_framework.yml",
    )


def test_the_command_finds_inputs_and_rules_below_the_folder_it_is_called_from(small, tmp_path):
    report, area, _ = small
    done = esi("verify", report, cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "the same", "")
    assert str(tmp_path) not in done.stdout
    assert {one.name for one in area.iterdir()} == {one.name for one in (BAD_INPUTS / "sound_area").iterdir()}


def test_a_changed_input_file_shows_in_the_inputs_and_in_the_figures(made):
    report, area, _ = made
    elsewhere = Path(shutil.copytree(area, report.parents[1] / "changed" / "county-durham"))
    change(elsewhere / "judgements.csv", ",B1.1,sufficient", ",B1.1,insufficient")
    verified = verify_report(report / "report.html", elsewhere)
    assert "inputs: different" in verified.origins
    assert "rules: the same" in verified.origins
    assert any(re.match(r"B1\.1 .*printed 8\d%, recomputed 8\d%", line) for line in lines_of(verified))


def test_the_command_ends_with_8_where_anything_differs(small, tmp_path):
    report, area, _ = small
    change(area / "area.yml", "name: Smallshire", "name: Little Smallshire")
    done = esi("verify", report / "report.ipynb", "--area", area.parent, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (8, "")
    assert "printed Smallshire: A small inspection, recomputed Little Smallshire: A small" in done.stdout
    assert done.stdout.endswith("DIFFERENT\n")


def test_changed_rules_under_the_same_version_are_seen(small, tmp_path):
    report, _, rules = small
    change(rules, "title:", "note: changed\ntitle:")
    verified = verify_report(report / "report.html", tmp_path / "in", rules)
    assert verified.origins[0] == "inputs: the same"
    assert "rules: different" in verified.origins
    assert verified.exit_code == 8


def test_a_decision_taken_after_the_report_is_seen(made):
    report, area, _ = made
    elsewhere = Path(shutil.copytree(area, report.parents[1] / "later" / "county-durham"))
    record_decision(elsewhere, "A3", "Well met", reason="Seen in both weeks.", author="Ann Lead")
    verified = verify_report(report / "report.html", elsewhere)
    assert "decisions (1): different; the register gives 2" in verified.origins
    assert "inputs: the same" in verified.origins
    assert "A3, decision 2: printed not applied, recomputed in the register (decisions)" in lines_of(verified)


def test_a_register_that_was_lost_is_seen(made):
    report, area, _ = made
    elsewhere = Path(shutil.copytree(area, report.parents[1] / "bare" / "county-durham"))
    for path in elsewhere.glob("register.sqlite*"):
        path.unlink()
    verified = verify_report(report / "report.html", elsewhere)
    assert "A2, decision 1: printed applied, recomputed not in the register (decisions)" in lines_of(verified)
    assert verified.exit_code == 8


def test_a_report_made_with_the_decisions_of_an_earlier_one_is_verified_by_those(made, tmp_path):
    report = made[0]
    bare = Path(shutil.copytree(SAMPLE / "county-durham", tmp_path / "in" / "county-durham"))
    run_report(bare, tmp_path / "out", parameters={"decisions": str(report / "report.ipynb"), "seed": 7})
    again = tmp_path / "out" / "county-durham"
    assert str(report.parent) not in (again / "report.ipynb").read_text()
    assert lines_of(verify_report(again, bare)) == []


def test_a_comparison_is_verified_like_a_report(tmp_path):
    areas = tmp_path / "areas"
    for name in ("county-durham", "dunholt"):
        shutil.copytree(SAMPLE / name, areas / name)
    run_comparison(areas, tmp_path / "out", seed=3)
    report = tmp_path / "out" / "comparison"
    assert lines_of(verify_report(report, areas)) == []
    change(report / "report.html", ">84%<", ">48%<")
    (line,) = lines_of(verify_report(report / "report.html", areas))
    assert "printed 48%, recomputed 84% (report.html)" in line


def test_inputs_are_found_by_folder_or_id_and_never_guessed(made, tmp_path):
    report, area, _ = made
    origin = read_made_from(report / "report.html")
    inside = tmp_path / "a" / "b" / "renamed"
    shutil.copytree(area, inside)
    assert find_inputs(origin, inside) == inside, "named by itself"
    assert find_inputs(origin, tmp_path) == inside, "by the area's id"
    shutil.copytree(area, tmp_path / "county-durham")
    with pytest.raises(NotFoundError, match="2 folders of that name"):
        find_inputs(origin, tmp_path)
    with pytest.raises(NotFoundError, match="found none, expected the inputs 'county-durham'"):
        find_inputs(origin, inside.parent / "nowhere")


@pytest.mark.parametrize(("given", "code"), [("nothing.html", 4), ("out/smallshire", 4), ("other.html", 2)])
def test_what_is_not_there_and_what_is_no_report_have_codes_of_their_own(tmp_path, given, code, small):
    (tmp_path / "other.html").write_text("<p>84%</p>")
    shutil.rmtree(tmp_path / "in")
    done = esi("verify", given, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["{}", "[]", '{"cells": [], "metadata": {}}', "", "\0"])
def test_no_file_makes_the_reader_of_origins_fail(tmp_path, text):
    for name in ("report.ipynb", "report.html"):
        path = tmp_path / name
        page = f'<script type="application/json" id="made-from">{text}</script>'
        path.write_text(text if name.endswith("ipynb") else page, encoding="utf-8")
        with pytest.raises(InputError, match="no word of its origin"):
            read_made_from(path)
