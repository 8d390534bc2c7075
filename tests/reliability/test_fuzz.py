"""The long check `benchmarks.fuzz`, in short; and that it finds what it looks for."""

from __future__ import annotations

import os

import pytest

from benchmarks import fuzz
from benchmarks.fuzz import TARGETS, Tally
from benchmarks.reliability_page import write_part
from esi_toolkit.errors import InputError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends what takes too long as Unix does")


@pytest.mark.parametrize("target", TARGETS)
def test_a_few_spoilt_files_give_a_result_or_problems(target):
    tally = fuzz.fuzz(target, 15, 1)
    assert tally.examples >= 15
    assert tally.refused > 0


def _gives_up(data, folder):
    raise InputError([])


FINDINGS = {
    "an error that is none of ours": lambda data, folder: 1 / 0,
    "an error without a place": _gives_up,
    "an example without an end": lambda data, folder: [0 for _ in iter(int, 1)],
}


@pytest.mark.parametrize("what", FINDINGS)
def test_what_is_neither_a_result_nor_a_problem_is_found(what, monkeypatch):
    monkeypatch.setitem(TARGETS, what, FINDINGS[what])
    monkeypatch.setattr(fuzz, "LONGEST", 1)
    number = os.fork()
    if number == 0:
        try:
            fuzz.fuzz(what, 5, 1)
        except BaseException:
            os._exit(3)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    assert status == (-14 if "end" in what else 3)


def test_a_row_of_the_page_leaves_the_others_alone(tmp_path):
    page = tmp_path / "page.md"
    for name, examples in (("archive", 10), ("caseload", 5000), ("archive", 20)):
        write_part("Fuzzing", fuzz.add_row(name, Tally(examples, 5, 0.1, 90), page), page)
    text = page.read_text(encoding="utf-8")
    assert "| archive | 20 | 25% | 0.1 s | 90 MiB |\n| caseload | 5,000 | 0% | 0.1 s | 90 MiB |" in text
