"""An area and rules in which every text that a person can write means harm."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from esi_toolkit.reports.decide import record_decision
from tests.finished_reports import ROOT, SAMPLE

HARM = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>${x}$y$[a](javascript:alert(1))"
"""Runs where text is taken for HTML, Markdown, a template or a formula; `window.pwned` tells of it."""
HARM_BESIDE = """</script><!--<svg onload=window.pwned=1>' " `""" + HARM
_TEXTS = {
    "context": ("measure", "unit", "period"),
    "criminogenic_factors": ("factor",),
    "evidence": ("note",),
    "feedback": ("question",),
    "oasys_reassessment": ("measure",),
    "performance": ("indicator", "reference", "period"),
    "reconviction": ("place", "cohort"),
    "cases": ("order_type", "gender", "ethnicity", "age_group", "disability"),
}
_OF_AREA = ("name", "family_group", "fieldwork", "published", "source", "note")
_NOT_TEXT = ("id", "framework", "thematic", "importance", "scored_by", "suggested_by")


def write_hostile_area(folder: Path) -> Path:
    """County Durham with harm in each of its texts, a decision's reason and author among them."""
    area = Path(shutil.copytree(SAMPLE / "county-durham", folder))
    for part in (area, area / "esi-dv"):
        for stem, columns in _TEXTS.items():
            if (part / f"{stem}.csv").is_file():
                _spoil_table(part / f"{stem}.csv", columns)
        for name in ("findings.yml", "recommendations.yml"):
            _spoil_yaml(part / name, _spoil_words)
    _spoil_yaml(area / "area.yml", _spoil_area)
    record_decision(area, "A2", "Very well met", reason=HARM_BESIDE, author=HARM)
    return area


def write_hostile_rules(path: Path) -> Path:
    """The toolkit's own framework with harm in every title, text and note."""
    rules = yaml.safe_load((ROOT / "esi_toolkit" / "frameworks" / "esi.yml").read_text(encoding="utf-8"))
    rules["title"] += f" {HARM}"
    rules["sections"] = _spoil_words(rules["sections"])
    path.write_text(yaml.safe_dump(rules, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _spoil_table(path: Path, columns: tuple[str, ...]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {name: f"{row[name]} {HARM_BESIDE}" for name in columns if row.get(name)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _spoil_yaml(path: Path, spoil: Any) -> None:
    content = spoil(yaml.safe_load(path.read_text(encoding="utf-8")))
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _spoil_area(area: Mapping[str, Any]) -> dict[str, Any]:
    return {**area, **{key: f"{area[key]} {HARM_BESIDE}" for key in _OF_AREA}, "lead_inspector": HARM}


def _spoil_words(value: Any, key: str = "") -> Any:
    """Harm behind each text of a document, wherever it stands; codes and words of the rules stay."""
    if key == "asked_of":
        return value
    if isinstance(value, Mapping):
        return {name: _spoil_words(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_spoil_words(inner, key) for inner in value]
    return f"{value} {HARM}" if isinstance(value, str) and key not in _NOT_TEXT and " " in value else value
