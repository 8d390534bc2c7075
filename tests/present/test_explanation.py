"""What `esi explain` shows: figures as an inspector writes them, and no text cut short."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from esi_toolkit.method.explain import Explanation
from esi_toolkit.present.explanation import explanation_lines

LONG = "Assessment drew on MAPPA, other agencies and earlier probation assessments"


def lines(table: pd.DataFrame, width: int | None = None) -> list[str]:
    return list(explanation_lines(Explanation("B1", "Words.", table), width))


@pytest.fixture
def questions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "question": ["B1.1", "B1.10"],
            "text": [LONG, "Plan made"],
            "weight": [1.0, 0.5],
            "relevant": [36.0, 0.0],
            "positive": [20.5, 0.0],
            "missing": [0.0, 12.0],
            "score": [100 * 20.5 / 36, math.nan],
        }
    )


def test_counts_are_whole_and_scores_have_one_decimal(questions):
    assert [line.split() for line in lines(questions)[2:]] == [
        ["question", "text", "weight", "relevant", "positive", "not", "answered", "score"],
        ["B1.1", *LONG.split(), "1", "36", "20.5", "0", "56.9%"],
        ["B1.10", "Plan", "made", "0.5", "0", "0", "12", "no", "score"],
    ]


def test_without_a_width_every_text_stands_whole_on_one_line(questions):
    shown = lines(questions)
    assert shown[:2] == ["Words.", ""]
    assert len(shown) == 5
    assert LONG in shown[3]


def test_a_narrow_terminal_breaks_long_texts_and_loses_no_word(questions):
    shown = lines(questions, width=90)[2:]
    assert max(map(len, shown)) <= 90
    assert [line.split("  ")[0] for line in shown if line[0] != " "] == ["question", "B1.1", "B1.10"]
    assert [word for word in LONG.split() if word not in " ".join(shown).split()] == []


def test_counts_that_are_not_known_are_not_shown_as_nought(questions):
    assert "not known" in lines(questions.assign(missing=math.nan))[3]


def test_what_is_said_of_no_row_is_left_out_and_what_is_said_of_one_is_shown():
    sections = pd.DataFrame(
        {"section": ["B", "D"], "score": [84.5, 72.0], "incomplete": [False, True], "missing": ["", "D2"]}
    )
    assert lines(sections)[2].split() == ["section", "score", "incomplete", "without"]
    assert lines(sections)[4].split() == ["D", "72.0%", "yes", "D2"]
    assert lines(sections[:1])[2].split() == ["section", "score"]


def test_a_figure_without_parts_has_no_table():
    assert lines(pd.DataFrame()) == ["Words."]
