"""Rules read the other way."""

from __future__ import annotations

import pandas as pd
import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.statistics.readings import other_readings, pooled_reading
from tests.statistics.conftest import card_of, make_framework


def test_pooling_lets_a_question_about_many_cases_count_more():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1])})})
    counts = pd.DataFrame({"question": ["B1.1", "B1.2"], "relevant": [90, 10], "positive": [81, 5]})
    table = pooled_reading(card_of(framework, question_counts=counts)).set_index("code")
    assert table.loc["overall", ["score", "pooled", "change"]].tolist() == pytest.approx([70, 86, 16])
    assert table["changed"].all()


def test_a_change_that_is_not_printed_is_no_change():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1])})})
    counts = pd.DataFrame({"question": ["B1.1", "B1.2"], "relevant": [100, 99], "positive": [82, 80]})
    table = pooled_reading(card_of(framework, question_counts=counts))
    assert (table["change"] != 0).all()
    assert not table["changed"].any()


def with_levels(framework, levels: list[str]) -> Inspection:
    criterion = next(
        c for c in framework.criteria if c.scored_by == "evidence" and len(c.items) >= len(levels)
    )
    evidence = pd.DataFrame(
        {
            "criterion": criterion.id,
            "item": [item.id for item in criterion.items[: len(levels)]],
            "level": levels,
            "responsibility": "area",
            "note": "",
        }
    )
    return Inspection(
        Area(id="a", name="A", framework=framework.id), framework.id, "0" * 64, evidence=evidence
    )


def test_the_literal_reading_lowers_a_rating_that_the_frameworks_own_does_not():
    framework = load_framework("esi")
    # One item good, one unsatisfactory: "at best only satisfactory" is not true of it, read literally.
    table = other_readings(framework, with_levels(framework, ["good", "unsatisfactory"]))
    row = table[table["rating"].notna()].iloc[0]
    assert (row["reading"], row["rating"], row["other"], row["changed"]) == (
        "literal",
        "Not met",
        "Poor",
        True,
    )
    assert table["changed"].sum() == 1


def test_a_framework_without_alternatives_has_no_other_readings(small):
    inspection = Inspection(Area(id="a", name="A", framework="small"), "small", "0" * 64)
    assert other_readings(small, inspection).empty
