"""Decisions from the command line: recorded, listed, verified, exported, imported, found in the scores."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from esi_toolkit import cli
from esi_toolkit.data.register import open_register
from esi_toolkit.method.moderate import propose_decision
from esi_toolkit.reports.decide import score_area

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample" / "county-durham"
REASON = "\"quotes\" 'and'\nlines\r\n<script>alert(1)</script> $x$ 🙂"


@pytest.fixture
def area(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of County Durham, where A2 is calculated as Very well met."""
    monkeypatch.delenv("ESI_REGISTER", raising=False)
    return Path(shutil.copytree(SAMPLE, tmp_path / "county-durham"))


@pytest.fixture
def esi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    """Run ``esi`` here; gives exit code, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["esi", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def decide(
    esi, area: Path, rating: str = "Well met", reason: str = "Because", by: str = "Ann", criterion="A2"
):
    return esi("moderate", area, criterion, rating, "--reason", reason, "--by", by)


def test_a_decision_is_recorded_said_and_found_in_the_scores(esi, area):
    code, out, err = decide(esi, area)
    assert (code, err) == (0, "")
    assert out == "Recorded as decision 1: A2 calculated Very well met, decided Well met.\n"
    card = json.loads(esi("score", area, "--json")[1])
    assert card["criteria"]["A2"]["rating"] == "Well met"
    assert card["criteria"]["A2"]["calculated"] == "Very well met"
    assert card["criteria"]["A2"]["adjusted"] is True
    assert [(one["number"], one["reason"], one["state"]) for one in card["decisions"]] == [
        (1, "Because", "applied")
    ]
    line = next(line for line in esi("score", area)[1].splitlines() if line.startswith("  A2"))
    assert line.endswith("Well met  calculated Very well met")


def test_what_the_framework_does_not_allow_is_refused_all_at_once_and_nothing_is_recorded(esi, area):
    code, out, err = decide(esi, area, "Poor", reason=" ", by="")
    assert (code, out) == (5, "")
    assert len(err.splitlines()) == 3
    assert "column reason" in err
    assert "column author" in err
    assert "at most 1 step from Very well met" in err
    assert decide(esi, area, criterion="A9")[0] == 5
    assert decide(esi, area, rating="72", criterion="B1")[0] == 5
    assert not (area / "register.sqlite").exists()


def test_whoever_decides_second_is_told_of_the_first(esi, area):
    decide(esi, area, reason="The first reason", by="Ann")
    code, out, _ = decide(esi, area, "Very well met", by="Bob")
    assert code == 0
    assert "supersedes decision 1 " in out
    assert "by Ann" in out
    assert "because The first reason" in out


def test_decisions_are_listed_with_what_became_of_them(esi, area):
    assert "no decisions" in esi("decisions", area)[1]
    decide(esi, area, by="Ann")
    decide(esi, area, "Very well met", reason="Two\nlines \x1b[31m", by="Bob")
    decide(esi, area, "Partly met", criterion="A4", by="Cat")
    evidence = area / "evidence.csv"
    text = evidence.read_text(encoding="utf-8")
    evidence.write_text(text.replace("A4,A4.1,satisfactory", "A4,A4.1,strong"), encoding="utf-8")
    out = esi("decisions", area)[1]
    assert "Ann: A2 calculated Very well met, decided Well met (superseded by a later decision)" in out
    assert "Bob: A2 calculated Very well met, decided Very well met (applied)" in out
    assert "   Two\n   lines \\x1b[31m\n" in out
    assert "(stale: not applied because the figures have changed since)" in out
    assert "esi-dv: no decisions" in out


def test_the_register_is_verified_and_a_changed_row_is_named_and_not_applied(esi, area):
    assert esi("decisions", area, "--verify")[:2] == (0, "The register is as it was recorded: 0 decisions.\n")
    decide(esi, area)
    assert "1 decision." in esi("decisions", area, "--verify")[1]
    with sqlite3.connect(area / "register.sqlite") as connection:
        connection.execute("DROP TRIGGER decisions_no_update")
        connection.execute("UPDATE decisions SET adjusted = 'Poor'")
    connection.close()
    code, out, err = esi("decisions", area, "--verify")
    assert (code, out) == (6, "")
    assert "register.sqlite, row 1: found decision 1 with other words than were recorded" in err
    assert "the guard decisions_no_update off" in err
    for command in (("score", area), ("decisions", area), ("report", area, "--out", area.parent / "out")):
        code, _, err = esi(*command)
        assert code == 6, command
        assert "decision 1 with other words" in err, command
    assert decide(esi, area)[0] == 6


def test_a_mistyped_folder_is_no_register_without_decisions(esi, area):
    for options in (["--verify"], ["--export", area / "x.csv"], ["--import", area / "evidence.csv"]):
        assert esi("decisions", area.parent / "durhum", *options)[0] == 4


def test_an_export_is_imported_elsewhere_letter_for_letter(esi, area, tmp_path):
    decide(esi, area, reason=REASON, by="=1+1")
    decide(esi, area, "Very well met", reason="'quoted", by="@Ann")
    export = tmp_path / "decisions.csv"
    assert esi("decisions", area, "--export", export)[1] == f"2 decisions in {export}\n"
    other = shutil.copytree(SAMPLE, tmp_path / "other")
    assert esi("decisions", other, "--import", export)[1] == "2 decisions added\n"
    assert esi("decisions", other, "--import", export)[1] == "0 decisions added\n"
    cards = [json.loads(esi("score", folder, "--json")[1]) for folder in (area, other)]
    assert cards[0]["decisions"] == cards[1]["decisions"]
    assert cards[1]["decisions"][0]["reason"] == REASON
    assert cards[1]["decisions"][0]["author"] == "=1+1"
    again = tmp_path / "again.csv"
    esi("decisions", other, "--export", again)
    assert again.read_bytes() == export.read_bytes()


def test_an_export_is_written_over_an_earlier_one_of_the_register_and_over_nothing_else(esi, area, tmp_path):
    decide(esi, area)
    export = tmp_path / "decisions.csv"
    assert esi("decisions", area, "--export", export)[0] == 0
    lost = shutil.copytree(SAMPLE, tmp_path / "lost")
    esi("decisions", lost, "--import", export)
    decide(esi, area, "Very well met")
    assert esi("decisions", area, "--export", export)[1] == f"2 decisions in {export}\n"
    both = export.read_bytes()
    for folder, name in ((lost, export), (area, lost / "area.yml"), (area, lost)):
        code, out, err = esi("decisions", folder, "--export", name)
        assert (code, out) == (6, "")
        assert "move away what is there" in err
    assert export.read_bytes() == both
    assert (lost / "area.yml").read_bytes() == (SAMPLE / "area.yml").read_bytes()


@pytest.mark.parametrize("content", [b"no,export\n1,2\n", b"\xff\xfe", b""])
def test_what_is_no_export_is_refused(esi, area, tmp_path, content):
    (tmp_path / "bad.csv").write_bytes(content)
    assert esi("decisions", area, "--import", tmp_path / "bad.csv")[0] == 6
    assert esi("decisions", area, "--import", tmp_path / "missing.csv")[0] == 4
    assert not (area / "register.sqlite").exists()


def test_a_thematic_element_has_decisions_of_its_own(esi, area):
    card = json.loads(esi("score", area, "--framework", "esi-dv", "--json")[1])
    criterion, rating = next(
        (code, one["rating"]) for code, one in card["criteria"].items() if one.get("rating")
    )
    code, _, err = esi(
        "moderate", area, criterion, rating, "--reason", "x", "--by", "Ann", "--framework", "esi-dv"
    )
    assert (code, err) == (0, "")
    assert "County Durham, esi: no decisions" in esi("decisions", area)[1]
    assert "(applied)" in esi("decisions", area, "--framework", "esi-dv")[1]
    assert "Ann" in esi("decisions", area)[1]


def test_a_decision_that_is_not_allowed_can_be_superseded_and_stops_the_scores_until_then(esi, area):
    card = score_area(area).scorecard
    too_far = propose_decision(card, "A2", "Poor", reason="x", author="Ann")
    open_register(area / "register.sqlite").record(too_far)
    code, _, err = esi("score", area)
    assert code == 5
    assert "decision 1 on A2" in err
    assert decide(esi, area)[0] == 0
    assert esi("score", area)[0] == 0


def test_the_command_says_what_it_has_to_say_in_a_process_of_its_own(area):
    command = [sys.executable, "-m", "esi_toolkit.cli", "moderate", str(area), "A2", "Poor"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=dict(os.environ)
    )
    assert done.returncode == 5
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
