"""The long check `benchmarks.load`, in short; and that it finds what it looks for."""

from __future__ import annotations

import os
import re

import pytest

from benchmarks import load
from benchmarks.reliability_page import write_part
from tests.real_parts import needs_postgresql

pytestmark = pytest.mark.skipif(os.name != "posix", reason="measures memory as Unix does")


def test_a_small_crowd_at_the_register_loses_nothing(tmp_path):
    needs_postgresql()
    said = load.load_register(tmp_path, readers=4, seconds=1)
    found = re.match(
        r"4 readers and 8 writers .* for 1 s: ([\d,]+) decisions .* verified; ([\d,]+) reads", said
    )
    assert found is not None, said
    assert int(found[1].replace(",", "")) >= 8
    assert int(found[2].replace(",", "")) >= 4


def test_a_small_file_of_wrong_rows_is_refused_and_measured(tmp_path):
    assert load.load_rows(tmp_path, 50).startswith("A file with 50 wrong rows, refused: ")


def test_a_reader_that_sees_a_gap_is_found():
    class Gap:
        def decisions(self):
            return [load._decision("first")]

    with pytest.raises(AssertionError, match="a reader saw a gap"):
        load._read(Gap(), "", {"reads": 0})


def test_a_line_of_the_page_leaves_the_others_alone(tmp_path):
    page = tmp_path / "page.md"
    for name, text in (("areas", "500 areas"), ("register", "lost"), ("register", "nothing lost")):
        write_part("Load", load.add_line(name, text, page), page)
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    assert [line.partition(" (")[0] for line in lines] == ["- register: nothing lost", "- areas: 500 areas"]
