"""Frameworks and inspections small enough to check on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from esi_toolkit.data.checks import check_inspection
from esi_toolkit.data.files import load_framework, load_inspection
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.framework_checks import build_framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.data.strict_yaml import YamlDocument
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

Answers = Mapping[str, Sequence[str]]
MakeFramework = Callable[..., Framework]
MakeInspection = Callable[..., Inspection]


@pytest.fixture(scope="session")
def esi() -> Framework:
    return load_framework("esi")


@pytest.fixture(scope="session")
def durham(esi: Framework) -> Inspection:
    """County Durham 2004, from the sample."""
    return load_inspection(Path(__file__).parents[2] / "data" / "sample" / "county-durham", esi)


@pytest.fixture(scope="session")
def make_framework(esi: Framework) -> MakeFramework:
    """Build a framework from {section: {criterion: {question: weight}}}, the rest as in esi."""
    rest = esi.model_dump(exclude={"sections"})

    def make(
        sections: Mapping[str, Mapping[str, Mapping[str, float]]],
        *,
        weights: Mapping[str, float] | None = None,
        important: Sequence[str] = (),
        rated: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        **others: Any,
    ) -> Framework:
        parts = []
        for section, criteria in sections.items():
            scored = [_scored(code, questions, important) for code, questions in criteria.items()]
            words = [_rated(code, items) for code, items in (rated or {}).get(section, {}).items()]
            part = {"id": section, "title": f"Section {section}", "criteria": tuple(scored + words)}
            parts.append({**part, **({"weight": weights[section]} if weights and section in weights else {})})
        values = {**rest, "id": "small", "title": "A small inspection", **others}
        values["sections"] = tuple(parts)
        return build_framework(YamlDocument(values), values, "small.yml")

    return make


def _scored(code: str, questions: Mapping[str, float], important: Sequence[str]) -> dict[str, Any]:
    asked = tuple(
        {"id": name, "text": f"Question {name}", "weight": float(weight)}
        for name, weight in questions.items()
    )
    word = "important" if code in important else "critical"
    return {
        "id": code,
        "title": f"Criterion {code}",
        "importance": word,
        "scored_by": "judgements",
        "questions": asked,
    }


def _rated(code: str, items: Sequence[str]) -> dict[str, Any]:
    texts = tuple({"id": item, "text": f"Item {item}"} for item in items)
    return {"id": code, "title": f"Criterion {code}", "scored_by": "evidence", "items": texts}


@pytest.fixture(scope="session")
def inspect() -> MakeInspection:
    """Build an inspection of C1, C2, … from {question: one answer for each case}; None for no row at all."""

    def make(
        framework: Framework,
        answers: Answers | None = None,
        *,
        cases: Any = None,
        rows: Any = None,
        **tables: Any,
    ) -> Inspection:
        judged = answers is not None or rows is not None
        answers = answers or {}
        numbers = range(1, 1 + max((len(given) for given in answers.values()), default=0))
        if cases is None:
            cases = pd.DataFrame({"case_id": [f"C{i}" for i in numbers]}, dtype="str")
        if rows is None:
            rows = [
                (f"C{i}", question, word, "")
                for question, given in answers.items()
                for i, word in enumerate(given, 1)
                if word is not None
            ]
        table = pd.DataFrame(rows, columns=["case_id", "question", "judgement", "assessor_id"], dtype="str")
        for column in ("risk_of_harm", "assessor"):
            cases = cases if column in cases else cases.assign(**{column: ""})
        area = Area(id="smallshire", name="Smallshire", framework=framework.id)
        judgements = table if judged else None
        inspection = Inspection(area, framework.id, "hash", cases=cases, judgements=judgements, **tables)
        return check_inspection(framework, inspection)

    return make


@pytest.fixture(scope="session")
def score_answers(make_framework: MakeFramework, inspect: MakeInspection) -> Callable[..., Scorecard]:
    """Score answers to the questions of one criterion B1; weights are 1 unless given."""

    def make(answers: Answers, weights: Mapping[str, float] | None = None) -> Scorecard:
        framework = make_framework({"B": {"B1": {name: (weights or {}).get(name, 1) for name in answers}}})
        return score(framework, inspect(framework, answers))

    return make


def question(card, code: str) -> dict:
    return card.questions.set_index("question").loc[code].to_dict()


def criterion(card, code: str = "B1") -> dict:
    return card.criteria.set_index("criterion").loc[code].to_dict()


def section(card, code: str) -> dict:
    return card.sections.set_index("section").loc[code].to_dict()
