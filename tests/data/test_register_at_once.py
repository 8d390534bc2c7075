"""Several who decide at once, and processes that die while they decide."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Place, make_decision

ROOT = Path(__file__).resolve().parents[2]


def test_the_second_of_two_is_told_of_the_first(place: Place) -> None:
    first, second = place.open(), place.open()
    first.record(make_decision(criterion="A1"))
    seen = max(one.number or 0 for one in second.decisions())
    told = first.record(make_decision(author="Ann"), seen=seen)
    first.record(make_decision(criterion="A3"), seen=seen)
    after = second.record(make_decision(author="Bob"), seen=seen)
    assert told.meanwhile == ()
    assert [(one.number, one.author) for one in after.meanwhile] == [(2, "Ann")]
    assert [one.author for one in place.open().decisions(criterion="A2")] == ["Ann", "Bob"]


RECORD = """
import signal, sys
from dataclasses import replace
from esi_toolkit.data.register import open_register
from tests.data.conftest import make_decision
register = open_register(sys.argv[1])
"""


def start(code: str, *arguments: object) -> subprocess.Popen:
    """A process of its own that has a register open."""
    command = [sys.executable, "-c", RECORD + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_fifty_decisions_from_eight_processes_at_once_are_all_kept(place: Place) -> None:
    code = """
print("ready", flush=True)
input()
for number in range(int(sys.argv[3])):
    register.record(make_decision(reason=f"{sys.argv[2]}.{number}"))
"""
    shares = [7, 7, 6, 6, 6, 6, 6, 6]
    processes = [start(code, place.address, name, share) for name, share in enumerate(shares)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait(timeout=60) for process in processes] == [0] * 8
    for process in processes:
        process.communicate()
    assert place.open().verify() == []
    decisions = place.open().decisions()
    assert [one.number for one in decisions] == list(range(1, 51))
    assert len({one.reason for one in decisions}) == 50


def test_readers_never_see_half_of_what_others_record(place: Place) -> None:
    place.open().record(make_decision())
    writer = start("for _ in range(60): register.record(make_decision())", place.address)
    reads = 0
    while writer.poll() is None:
        assert place.open().verify() == []
        reads += 1
    writer.communicate()
    assert writer.returncode == 0
    assert reads > 5
    assert len(place.open().decisions()) == 61


DIE = """
import os
from sqlalchemy import Engine, event
moment, left = sys.argv[2], int(sys.argv[3])
@event.listens_for(Engine, moment)
def count(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
register.record(make_decision(reason="half or whole"))
"""
MOMENTS = [("before_cursor_execute", 1), ("before_cursor_execute", 3), ("before_cursor_execute", 9),
           ("after_cursor_execute", 2), ("after_cursor_execute", 5), ("after_cursor_execute", 14),
           ("commit", 1), ("close", 1)]  # fmt: skip


@pytest.mark.parametrize("before", [0, 1])
def test_a_process_killed_while_recording_leaves_the_whole_decision_or_none(
    place: Place, before: int
) -> None:
    for _ in range(before):
        place.open().record(make_decision())
    killed = 0
    for moment, nth in MOMENTS:
        had = len(place.open().decisions())
        process = start(DIE, place.address, moment, nth)
        process.communicate(timeout=30)
        assert process.returncode in (0, -signal.SIGKILL)
        killed += process.returncode != 0
        added = place.open().decisions()[had:]
        assert [one.reason for one in added] in ([], ["half or whole"])
        assert place.open().verify() == []
    assert killed >= 5
    number = len(place.open().decisions())
    assert place.open().record(make_decision()).decision.number == number + 1


def test_what_was_said_to_be_recorded_outlives_a_kill_at_any_moment(place: Place) -> None:
    code = "while True: print(register.record(make_decision()).decision.number, flush=True)"
    for lines in (1, 4, 9):
        process = start(code, place.address)
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(lines)]
        process.kill()
        process.communicate()
        assert place.open().verify() == []
        assert len(place.open().decisions()) >= said[-1]
