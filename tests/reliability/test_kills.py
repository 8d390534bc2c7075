"""The long check `benchmarks.kills`, in short; and that it finds what it looks for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import kills
from benchmarks.kills import BY_NAME, COMMANDS, Command, Round, kill_often
from benchmarks.reliability_page import read_parts, write_part
from benchmarks.victims import MARK, Killed, find_marked, wait_for_silence
from esi_toolkit.data.register import open_register
from tests.data.conftest import make_decision

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")


@pytest.mark.parametrize("name", ["simulate", "moderate"])
def test_a_few_kills_lose_nothing_and_leave_nothing(name, tmp_path):
    template = kills.make_place(tmp_path / "template")
    rounds = list(kill_often(BY_NAME[name], 2, 1, template, tmp_path))
    assert len(rounds) == 2
    assert [line for attempt in rounds for line in attempt.found] == []


def test_the_shares_of_the_commands_add_up_and_a_row_leaves_the_others_alone(tmp_path):
    assert sum(command.share for command in COMMANDS) == 100
    page = tmp_path / "page.md"
    for name, count in (("draw", 10), ("batch", 5), ("draw", 12)):
        write_part("Kills", kills.add_row(name, count, 0, page), page)
    text = page.read_text(encoding="utf-8")
    assert "| batch | 5 | 0 |\n| draw | 12 | 0 |\n" in text
    assert "17 kills" in text


def test_what_a_kill_leaves_behind_spoils_or_loses_is_found(tmp_path):
    usual = {"a.csv": b"1", "b.csv": b"2"}
    now = {"a.csv": b"9", ".b.csv.12-x.part": b""}
    assert kills._differences(now, usual) == [
        "left behind: .b.csv.12-x.part", "missing: b.csv", "not the same: a.csv",
    ]  # fmt: skip


def test_a_confirmed_decision_that_is_not_in_the_register_is_found(tmp_path):
    area = tmp_path / "areas" / "leeds"
    area.mkdir(parents=True)
    attempt = Round(Command("moderate", "new {place}/other", 1), 7, tmp_path)
    kills._decide_again(attempt, Killed("Recorded as decision 1", True, 0))
    assert "a decision that was confirmed is not in the register" in attempt.found
    for _ in "ab":
        open_register(area / "register.sqlite").record(make_decision(reason="kill-7"))
    attempt.found.clear()
    kills._decide_again(attempt, Killed("", True, 0))
    assert attempt.found == ["the register does not verify or holds the decision more than once"]


def test_a_process_that_outlives_a_kill_is_found_and_ended(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env=os.environ | {MARK: "x1"}
    )
    while not find_marked("x1"):
        pass
    assert wait_for_silence("x1", 0.1) == 1
    assert process.wait(10) == -9


def test_each_part_of_the_page_is_written_by_itself(tmp_path):
    page = tmp_path / "page.md"
    write_part("Fuzzing", "none", page)
    write_part("Kills", "200 kills", page)
    write_part("Kills", "201 kills", page)
    text = page.read_text(encoding="utf-8")
    assert list(read_parts(page)) == ["Kills", "Fuzzing"]
    assert "200 kills" not in text
    assert text.index("## Kills") < text.index("201 kills") < text.index("## Fuzzing") < text.index("none")
    assert text.count("# Reliability: last figures") == 1
