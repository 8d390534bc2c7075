"""Reconviction on the page: what cannot be tested is said so, and cases followed up are."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import pandas as pd

from esi_toolkit import load_framework, load_inspection
from esi_toolkit.present.reconviction import say_observed, say_untestable, show_reconviction
from esi_toolkit.statistics.reconviction import observed_against_expected

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ESI = load_framework("esi")


def _text(area: str, **changes) -> str:
    inspection = replace(load_inspection(SAMPLE / area, ESI), **changes)
    blocks = show_reconviction(inspection, ESI)
    return unescape(" ".join(str(getattr(block, "content", block)) for block in blocks))


def test_the_published_difference_is_not_testable_and_needs_334_cases():
    text = _text("county-durham")
    assert "not testable" in text
    assert "at least 334 cases for County Durham" in text


def test_equal_rates_need_no_number_of_cases():
    rates = pd.DataFrame({"place": ["Here"], "actual_percent": [58.0], "predicted_percent": [58.0]})
    assert "at least" not in say_untestable(rates)
    certain = rates.assign(predicted_percent=100.0)
    assert "at least" not in say_untestable(certain)


def test_cases_followed_up_are_tested():
    text = _text("aldermoor")
    assert "Of 96 cases followed for two years, 59 were reconvicted" in text
    assert "51.5 were to be expected. The difference may be chance." in text


def test_more_or_fewer_than_chance_allows_is_said():
    more, fewer = ([1] * 30 + [0] * 10, [1] * 2 + [0] * 38)
    assert "That is more than chance allows." in say_observed(observed_against_expected(more, [0.5] * 40))
    assert "That is fewer than chance allows." in say_observed(observed_against_expected(fewer, [0.5] * 40))


def test_without_printed_rates_the_cases_alone_are_shown():
    text = _text("aldermoor", reconviction=None)
    assert "not testable" not in text
    assert "Reconvictions observed and expected" in text


def test_bands_and_all_cases_stand_in_one_table():
    inspection = load_inspection(SAMPLE / "aldermoor", ESI)
    *_, table = show_reconviction(inspection, ESI)
    assert table.frame["Cases"].tolist() == [
        "Predicted 0-40%",
        "Predicted 40-60%",
        "Predicted 60-100%",
        "All",
    ]
    assert table.frame.iloc[-1].tolist()[1:4] == ["96", "59", "51.5"]
    bands = table.frame.iloc[:-1]
    assert bands["Followed"].astype(int).sum() == 96
    assert bands["Reconvicted"].astype(int).sum() == 59
