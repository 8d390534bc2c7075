"""The worked examples that inspectors read and sign, run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.method.explain import explain
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

FOLDER = Path(__file__).resolve().parents[1] / "worked_examples"
FILES = sorted(path for path in FOLDER.glob("*.yml") if path.name != "framework.yml")
PERFORMANCE = ["better", "target", "area", "national"]


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text("utf-8"))


def _examples() -> list[Any]:
    return [
        pytest.param(example, id=f"{path.stem}: {example['name']}")
        for path in FILES
        for example in _read(path)["examples"]
    ]


def _framework(example: dict[str, Any]) -> Framework:
    name = example.get("framework", "framework.yml")
    return load_framework(FOLDER / name if name.endswith(".yml") else name)


def _tables(example: dict[str, Any]) -> dict[str, Any]:
    """Everything of an example that is a table of its own."""
    tables: dict[str, Any] = {}
    if "rows" in example:
        tables["rows"] = [tuple(row) for row in example["rows"]]
        tables["cases"] = pd.DataFrame({"case_id": sorted({row[0] for row in example["rows"]})})
    if "cases" in example:
        tables["cases"] = pd.DataFrame(example["cases"])
        tables["cases"].insert(0, "case_id", [f"C{i}" for i in range(1, 1 + len(example["cases"]))])
    if "counts" in example:
        counts = {code: text.split(" of ") for code, text in example["counts"].items()}
        rows = [(code, float(relevant), float(positive)) for code, (positive, relevant) in counts.items()]
        tables["question_counts"] = pd.DataFrame(rows, columns=["question", "relevant", "positive"])
    if "criterion_scores" in example:
        scores = example["criterion_scores"]
        values = {"criterion": list(scores), "score": [float(value) for value in scores.values()]}
        tables["criterion_scores"] = pd.DataFrame(values)
    if "evidence" in example:
        tables["evidence"] = _evidence(example["evidence"])
    if "performance" in example:
        measures = pd.DataFrame(example["performance"], columns=PERFORMANCE).assign(counts_for="A1")
        tables["performance"] = measures.astype(dict.fromkeys(PERFORMANCE[1:], float))
    return tables


def _evidence(levels: dict[str, Any]) -> pd.DataFrame:
    rows = []
    for item, level in levels.items():
        word, whose = level if isinstance(level, list) else (level, "area")
        rows.append((item.partition(".")[0], item, word, whose))
    return pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility"])


def _figures(card: Scorecard, code: str) -> dict[str, Any]:
    """Everything that can be expected of a code, in the words of the examples."""
    if code == "overall":
        overall = card.overall
        found: dict[str, Any] = {
            "score": overall.score,
            "incomplete": overall.incomplete,
            "missing": overall.missing,
        }
        return {**found, "words": explain(card, code).words}
    tables = {"question": card.questions, "criterion": card.criteria, "section": card.sections}
    found = next(
        rows.iloc[0].to_dict() for name, table in tables.items() if len(rows := table[table[name] == code])
    )
    if isinstance(found["missing"], str):
        found["missing"] = re.findall(r"[^; ]+", found["missing"])
    if trace := card.traces.get(code):
        found |= {"because": trace.clause, "held_back": list(trace.held_back), "lift": trace.lift}
    return {**found, "words": explain(card, code).words}


def _agrees(key: str, expected: Any, found: dict[str, Any]) -> bool:
    value = found["score" if key == "printed" else key]
    if key in ("score", "pooled"):
        rounded = round_half_up(value, 2)
        return str(rounded).lower() == expected
    if key == "printed":
        return int(round_half_up(value)) == expected
    if key in ("because", "words"):
        return expected in value
    if expected == "none":
        return value is None
    if key == "missing" and isinstance(expected, list):
        return list(value) == expected
    return value == expected


@pytest.mark.parametrize("example", _examples())
def test_a_worked_example_comes_out_as_it_says(example, inspect):
    framework = _framework(example)
    inspection = inspect(framework, example.get("answers"), **_tables(example))
    card = score(framework, inspection, reading=example.get("reading"))
    for code, expected in example["expect"].items():
        found = _figures(card, code)
        wrong = {
            key: (value, found.get(key)) for key, value in expected.items() if not _agrees(key, value, found)
        }
        assert wrong == {}, f"{code}: expected and found"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_names_its_rule_and_has_room_for_a_signature(path):
    document = _read(path)
    assert set(document) == {"title", "rule", "signed_off", "examples"}
    assert all(example["expect"] for example in document["examples"])
