"""Text that Plotly prints letter by letter, and lines that fit."""

from __future__ import annotations

import subprocess
import sys
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.present.style import plain_text, wrap_text


@given(st.text())
def test_no_text_from_data_can_become_markup_or_a_formula(text):
    safe = plain_text(text)
    assert not set("<>$") & set(safe)
    assert unescape(safe).split() == text.split()


@given(st.text(alphabet="abc &<", max_size=200), st.integers(5, 60))
def test_wrapping_keeps_every_word(text, width):
    assert "".join(unescape(" ".join(wrap_text(text, width))).split()) == "".join(text.split())


def test_lines_are_no_longer_than_asked_for_even_when_escaping_makes_them_longer():
    lines = wrap_text("one & two & three & four & five", 12)
    assert all(len(unescape(line)) <= 12 for line in lines)
    assert lines[0] == "one &amp; two &amp;"


def test_the_first_line_leaves_room_for_the_figure_before_it():
    assert wrap_text("aaa bbb ccc", 11) == ["aaa bbb ccc"]
    assert wrap_text("aaa bbb ccc", 11, first_indent=5) == ["aaa", "bbb ccc"]


def test_a_word_that_does_not_fit_beside_the_figure_goes_to_the_next_line_whole():
    assert wrap_text("A4 Partnership/contracting out", 30, first_indent=20) == [
        "A4",
        "Partnership/contracting out",
    ]
    assert wrap_text("Partnership", 14, first_indent=6) == ["", "Partnership"]


def test_charts_do_not_put_plotlys_script_into_a_notebook():
    code = (
        "import plotly.io as pio; pio.renderers.default = 'plotly_mimetype+notebook'; "
        "import esi_toolkit.present.style; print(pio.renderers.default)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "plotly_mimetype"


def test_a_renderer_that_someone_chose_is_left_alone():
    code = (
        "import plotly.io as pio; pio.renderers.default = 'json'; "
        "import esi_toolkit.present.style; print(pio.renderers.default)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "json"
