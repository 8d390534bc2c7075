"""The scorecards of the sample areas, figure by figure, as they were last looked over by eye."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture(scope="module")
def scorecards() -> dict[str, dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("regenerate", GOLDEN / "regenerate.py")
    regenerate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(regenerate)
    return regenerate.sample_scorecards()


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Every place where two documents differ; numbers may differ by the last digits of a float."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = dict.fromkeys([*expected, *found])
        nothing = object()
        pairs = ((expected.get(key, nothing), found.get(key, nothing), f"{place}/{key}") for key in keys)
        return [line for pair in pairs for line in differences(*pair)]
    if type(expected) is float and isinstance(found, (int, float)):
        return (
            []
            if found == pytest.approx(expected, abs=1e-9, rel=0)
            else [f"{place}: {expected} is now {found}"]
        )
    return [] if expected == found else [f"{place}: {expected} is now {found}"]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_sample_scorecard_is_what_it_was(path, scorecards):
    expected = json.loads(path.read_text("utf-8"))
    assert differences(expected, scorecards[path.name]) == []


def test_every_sample_area_has_its_golden_scorecard(scorecards):
    assert sorted(scorecards) == sorted(path.name for path in GOLDEN.glob("*.json"))


def test_the_sample_holds_every_level_of_evidence_and_gaps(scorecards):
    cards = scorecards.values()
    assert {card["level"] for card in cards} == {"judgements", "question counts", "criterion scores"}
    assert {card["overall"]["incomplete"] for card in cards if card["framework"] == "esi"} == {True, False}


def test_a_difference_is_found_and_named():
    expected, found = {"a": {"score": 1.5, "rating": "Poor"}}, {"a": {"score": 1.6}}
    assert len(differences(expected, found)) == 2
    assert differences({"score": 87.0}, {"score": 87.0 + 1e-12}) == []
