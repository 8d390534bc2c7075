"""``esi`` end to end, as somebody types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from esi_toolkit import load_framework, load_inspection, score
from esi_toolkit.present.plain import scorecard_lines

ROOT = Path(__file__).resolve().parents[1]
DURHAM = ROOT / "data" / "sample" / "county-durham"
PUBLISHED = ROOT / "data" / "sample" / "published"
COMMANDS = ["check", "score", "explain", "draft-findings", "report", "batch", "simulate", "new", "lab"]


def esi(*words: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "esi_toolkit.cli", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )


def scored(*words: object) -> dict:
    """The one document that ``esi score --json`` prints."""
    answer = esi("score", *words, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def test_help_names_every_command():
    answer = esi("--help")
    assert answer.returncode == 0
    assert [command for command in COMMANDS if f" {command} " not in answer.stdout] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the time a child process used is not told on Windows")
def test_help_starts_in_under_half_a_second():
    import resource

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        esi("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    assert min(seconds() for _ in range(4)) < 0.5


def test_help_loads_neither_tables_nor_charts():
    code = (
        "import sys; from esi_toolkit import cli; sys.argv = ['esi', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'numpy', 'plotly', 'papermill', 'yaml', 'pydantic'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert answer.stdout.splitlines()[-1] == "[]"


def test_without_a_command_the_help_is_shown():
    assert "Usage" in esi().stdout + esi().stderr


@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_every_published_figure_of_county_durham_is_met_at_printed_precision(framework):
    card = scored(DURHAM, "--framework", framework)
    rows = pd.read_csv(PUBLISHED / "criteria.csv", dtype=str, keep_default_na=False)
    got, expected = {}, {}
    for row in rows[rows["framework"] == framework].to_dict("records"):
        code = row["criterion"] or row["section"] or "overall"
        expected[code] = row["published"]
        if row["kind"] == "rating":
            got[code] = card["criteria"][code]["rating"]
            assert card["criteria"][code]["calculated"] == got[code]
        else:
            part = {**card["sections"], **card["criteria"], "overall": card["overall"]}[code]
            got[code] = str(Decimal(part["score"]).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert len(expected) >= 19
    assert got == expected


def test_the_json_says_what_the_contract_says():
    card = scored(DURHAM)
    assert (card["area"], card["framework"]) == ("county-durham", "esi")
    assert 84 < card["overall"]["score"] < 84.5
    assert card["overall"]["incomplete"] is False
    assert card["sections"]["B"].items() >= {"weight": 30, "incomplete": False}.items()
    assert card["criteria"]["B1"]["importance"] == "critical"
    assert card["criteria"]["A1"]["decided_by"].startswith("Well met: every item at least strong.")
    assert card["questions"]["B1.1"] == {
        "relevant": 100,
        "positive": 82,
        "not_applicable": 0,
        "missing": 0,
        "score": 82.0,
    }


def test_scores_are_shown_as_the_summary_sheet():
    lines = esi("score", DURHAM).stdout.splitlines()
    assert (
        lines[0]
        == "County Durham: Effective Supervision Inspection (from judgements, 100 cases, SYNTHETIC DATA)"
    )
    assert [line.split() for line in lines if "B1:" in line or "A4:" in line] == [
        ["A4:", "Partnership/contracting", "out", "Satisfactorily", "met"],
        ["B1:", "Assessment", "of", "risk", "of", "harm", "72%"],
    ]
    assert lines[-1].split() == ["OVERALL", "84%"]


def test_the_summary_sheet_fits_a_narrow_terminal_and_loses_no_word():
    framework = load_framework("esi")
    card = score(framework, load_inspection(DURHAM, framework))
    wide, narrow = list(scorecard_lines(card)), list(scorecard_lines(card, 80))
    assert max(map(len, narrow[1:])) <= 80
    assert len(narrow) > len(wide)
    assert sorted(" ".join(narrow).split()) == sorted(" ".join(wide).split())
    assert len(list(scorecard_lines(card, 200))) == len(wide)


def test_an_overall_that_could_not_be_made_is_no_score_with_its_reason(own):
    (own / "area" / "judgements.csv").write_text("case_id,question,judgement\n", "utf-8")
    line = esi("score", own / "area", "--framework", own / "own.yml").stdout.splitlines()[-1]
    assert " ".join(line.split()) == (
        "OVERALL no score because no section that counts towards it has a score"
    )


def test_a_framework_without_section_weights_has_no_line_for_an_overall(own):
    rules = MINIMAL.replace("    weight: 70\n", "").replace("    weight: 30\n", "")
    (own / "own.yml").write_text(rules, "utf-8")
    assert "OVERALL" not in esi("score", own / "area", "--framework", own / "own.yml").stdout


def test_check_says_that_the_published_figures_are_met():
    answer = esi("check", DURHAM)
    assert answer.returncode == 0
    assert "County Durham, esi: 74 of 74 published figures are met at printed precision" in answer.stdout
    assert "County Durham, esi-dv: 59 of 59 published figures are met at printed precision" in answer.stdout


def test_warnings_are_counted_by_score_and_listed_by_check():
    area = ROOT / "data" / "sample" / "brackenfold"
    assert f"warnings; 'esi check {area}' lists them" in esi("score", area).stderr
    answer = esi("check", area, "--framework", "esi")
    assert answer.returncode == 0
    assert "warning: judgements.csv: found unanswered questions" in answer.stderr


def test_explain_shows_words_and_the_table_behind_them():
    answer = esi("explain", DURHAM, "B")
    assert answer.stdout.startswith(
        "B Quality of Assessment: the mean of B1 (weight 2), B2 (weight 2), B3 (weight 2) and B4 (weight 1)"
        " is 87%.\n"
    )
    assert "Documentation" in answer.stdout


MINIMAL = """\
id: own
title: An inspection of our own
version: "1"
judgements: {full: 1, partial: 0.5, none: 0, not asked: null}
importance: {main: 3, other: 1}
ratings:
  levels: [excellent, strong, good, fair, weak]
  scale: [outstanding, very good, good, fair, weak, failing]
sections:
  - id: S1
    title: Work
    weight: 70
    criteria:
      - id: K1
        title: Plans
        importance: main
        scored_by: judgements
        questions:
          - {id: K1.1, text: Made, weight: 2}
          - {id: K1.10, text: Kept, weight: 1}
      - id: K2
        title: Records
        importance: other
        scored_by: judgements
        questions: [{id: K2.1, text: Clear, weight: 1}]
  - id: S2
    title: Results
    weight: 30
    criteria:
      - id: K3
        title: Change
        importance: other
        scored_by: judgements
        questions: [{id: K3.1, text: Seen, weight: 1}]
  - id: S3
    title: Leadership
    criteria:
      - id: K4
        title: Direction
        scored_by: evidence
        items: [{id: K4.1, text: Clear, weight: 1}, {id: K4.2, text: Shared, weight: 1}]
"""
FILES = {
    "area.yml": "id: ownshire\nname: Ownshire\nframework: own\n",
    "cases.csv": (
        "case_id,order_type,risk_of_harm,assessor\n1,order,low,inspector\n01,order,high,inspector\n001,,,\n"
    ),
    "judgements.csv": (
        "case_id,question,judgement\n1,K1.1,full\n01,K1.1,partial\n001,K1.1,none\n"
        "1,K1.10,full\n01,K1.10,not asked\n1,K2.1,none\n01,K2.1,full\n001,K2.1,full\n1,K3.1,partial\n"
    ),
    "evidence.csv": "criterion,item,level,responsibility\nK4,K4.1,strong,area\nK4,K4.2,good,area\n",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A minimal framework and an area with the four files that a score needs at most."""
    (tmp_path / "area").mkdir()
    (tmp_path / "own.yml").write_text(MINIMAL, "utf-8")
    for name, text in FILES.items():
        (tmp_path / "area" / name).write_text(text, "utf-8")
    return tmp_path


def test_a_minimal_framework_and_area_score_as_exact_arithmetic_does(own):
    card = scored(own / "area", "--framework", own / "own.yml")
    k1 = (2 * Fraction(1, 2) + 1) / 3
    s1 = (3 * k1 + Fraction(2, 3)) / 4
    expected = {
        ("questions", "K1.1"): Fraction(1, 2),
        ("questions", "K1.10"): Fraction(1),
        ("criteria", "K1"): k1,
        ("criteria", "K2"): Fraction(2, 3),
        ("criteria", "K3"): Fraction(1, 2),
        ("sections", "S1"): s1,
        ("sections", "S2"): Fraction(1, 2),
    }
    for (level, code), share in expected.items():
        assert abs(Fraction(card[level][code]["score"]) - 100 * share) < Fraction(1, 10**9)
    overall = (70 * s1 + 30 * Fraction(1, 2)) / 100
    assert abs(Fraction(card["overall"]["score"]) - 100 * overall) < Fraction(1, 10**9)
    assert card["questions"]["K1.1"]["positive"] == 1.5
    assert card["questions"]["K1.10"] == {
        "relevant": 1,
        "positive": 1,
        "not_applicable": 1,
        "missing": 1,
        "score": 100.0,
    }
    assert card["sections"]["S3"] == {"score": None, "weight": None, "incomplete": False, "missing": []}
    assert card["criteria"]["K4"]["rating"] == "fair"
    assert not card["overall"]["incomplete"]


@pytest.mark.parametrize(
    ("name", "text", "exit_code", "says"),
    [
        ("area/judgements.csv", "case_id,question,judgement\n9,K1.1,full\n", 2, "column case_id: found '9'"),
        ("area/evidence.csv", "", 2, "evidence.csv: found an empty file"),
        (
            "own.yml",
            MINIMAL.replace("weight: 70", "weight: -70"),
            3,
            "own.yml, row 12, column sections.0.weight",
        ),
    ],
)
def test_a_broken_file_ends_with_its_exit_code_and_no_traceback(own, name, text, exit_code, says):
    (own / name).write_text(text, "utf-8")
    before = sorted(own.rglob("*"))
    answer = esi("score", own / "area", "--framework", own / "own.yml", "--json", cwd=own)
    assert answer.returncode == exit_code
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""
    assert sorted(own.rglob("*")) == before


def test_an_area_folder_that_is_not_there_ends_with_its_exit_code():
    answer = esi("score", "nowhere", "--json")
    assert (answer.returncode, answer.stdout) == (4, "")
    assert answer.stderr == "error: nowhere: found nothing, expected an area folder; check the path\n"


def test_a_theme_that_the_area_does_not_have_is_not_scored_from_its_other_files():
    answer = esi("score", ROOT / "data" / "sample" / "dunholt", "--framework", "esi-dv", "--json")
    assert (answer.returncode, answer.stdout) == (4, "")
    assert answer.stderr == (
        "error: area.yml, column thematic: found no thematic element esi-dv, expected 'thematic: [esi-dv]'"
        " and its folder; leave --framework out: the area's files are about esi\n"
    )


@pytest.mark.parametrize(
    "words", [["scoer"], ["score", DURHAM, "--jsno"], ["score"], ["simulate", "--areas", "0"]]
)
def test_a_mistyped_command_is_told_how_to_go_on(words):
    answer = esi(*words)
    assert answer.returncode == 2
    assert "Usage" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_more_problems_than_fit_the_screen_are_counted(own):
    rows = "".join(f"x{i},K1.1,full\n" for i in range(250))
    (own / "area" / "judgements.csv").write_text("case_id,question,judgement\n" + rows, "utf-8")
    lines = esi("score", own / "area", "--framework", own / "own.yml").stderr.splitlines()
    assert len(lines) == 101
    assert lines[-1] == "and 150 more"


def test_letters_that_the_console_does_not_know_stop_nothing(own):
    (own / "area" / "area.yml").write_text("id: x\nname: Mön\nframework: own\n", "utf-8")
    answer = esi(
        "score", own / "area", "--framework", own / "own.yml", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert answer.returncode == 0
    assert answer.stdout.startswith("Mön: An inspection of our own")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise on Windows")
def test_a_reader_that_stops_early_sees_no_traceback():
    command = f'"{sys.executable}" -m esi_toolkit.cli score "{DURHAM}" --json | head -c 10'
    answer = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT, check=False)
    assert "Traceback" not in answer.stderr


def test_a_new_area_can_be_checked_at_once_and_is_not_made_twice(tmp_path):
    folder = tmp_path / "my-area"
    assert esi("new", folder).returncode == 0
    assert (folder / "area.yml").is_file()
    assert esi("check", folder).returncode == 0
    again = esi("new", folder)
    assert (again.returncode, "found something of that name" in again.stderr) == (2, True)


def test_a_place_that_cannot_be_written_to_is_said_without_a_traceback(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    answer = esi("new", tmp_path / "file" / "area")
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: ")
    assert "Traceback" not in answer.stderr


def test_simulated_areas_can_be_scored_and_the_same_seed_gives_the_same_bytes(tmp_path):
    contents = []
    for name in ("first", "second"):
        assert esi("simulate", "--areas", 2, "--seed", 7, "--out", tmp_path / name).returncode == 0
        paths = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in paths})
    assert contents[0] == contents[1]
    areas = sorted(path.parent for path in (tmp_path / "first").glob("*/area.yml"))
    assert len(areas) == 2
    assert scored(areas[0])["synthetic"] is True
