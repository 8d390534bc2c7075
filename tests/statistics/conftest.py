"""A small framework and made-up inspections for the statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

RATINGS = {
    "levels": ("good", "bad"),
    "scale": ("Met", "Not met"),
    "rules": ({"rating": "Met", "every": "good"}, {"rating": "Not met", "otherwise": True}),
    "responsibility": {"area": True},
}


def make_framework(sections: dict[str, tuple[float | None, dict[str, tuple[str, list[float]]]]]) -> Framework:
    """Build a framework from {section: (weight, {criterion: (importance, [question weights])})}."""
    return Framework.model_validate(
        {
            "id": "small",
            "title": "A small framework",
            "version": "1",
            "judgements": {
                "excellent": 1,
                "sufficient": 1,
                "insufficient": 0,
                "poor": 0,
                "not applicable": None,
            },
            "importance": {"critical": 2.0, "important": 1.0},
            "ratings": RATINGS,
            "moderation": {"ratings": 1, "scores": 0},
            "display": {"suppress_below": 5, "few_below": 10, "unreliable_below": 30},
            "cases": {
                "risk_of_harm": ("low", "high"),
                "high_risk": ("high",),
                "assessor": ("inspector", "area assessor"),
            },
            "drafting": load_framework("esi").drafting,
            "certainty": {
                "parts": ("scores", "assessors", "groups", "weights", "reconviction"),
                "groups": ("assessor",),
                "score_bands": (),
            },
            "sections": tuple(_section(code, *rest) for code, rest in sections.items()),
        }
    )


def _section(code: str, weight: float | None, criteria: dict[str, tuple[str, list[float]]]) -> dict:
    return {
        "id": code,
        "title": code,
        "weight": weight,
        "criteria": tuple(
            {
                "id": name,
                "title": name,
                "importance": importance,
                "scored_by": "judgements",
                "questions": tuple(
                    {"id": f"{name}.{i}", "text": "?", "weight": float(w)} for i, w in enumerate(weights, 1)
                ),
            }
            for name, (importance, weights) in criteria.items()
        ),
    }


def make_cases(
    framework: Framework,
    rng: np.random.Generator,
    *,
    cases: int = 100,
    high: int = 20,
    positive: float = 0.85,
    relevant: float = 0.8,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Invent cases and judgements; cases differ in quality, so that answers about one case go together."""
    ids = [f"c{i:04d}" for i in range(cases)]
    risk = np.array(["high"] * high + ["low"] * (cases - high))
    assessor = np.where(rng.random(cases) < 1 / 3, "area assessor", "inspector")
    table = pd.DataFrame({"case_id": ids, "risk_of_harm": risk, "assessor": assessor})
    lift = rng.normal(0, 0.1, cases) - 0.1 * (risk == "high")
    rows = []
    for question in framework.questions:
        yes = rng.random(cases) < np.clip(positive + lift, 0, 1)
        asked = rng.random(cases) < relevant
        words = np.where(asked, np.where(yes, "sufficient", "insufficient"), "not applicable")
        rows.append(pd.DataFrame({"case_id": ids, "question": question.id, "judgement": words}))
    return table, pd.concat(rows, ignore_index=True).assign(counts=True)


@pytest.fixture
def small() -> Framework:
    """Two sections, three criteria, six questions."""
    return make_framework(
        {
            "B": (30, {"B1": ("critical", [1, 2]), "B2": ("important", [1])}),
            "C": (70, {"C1": ("critical", [1, 1, 0])}),
        }
    )


@pytest.fixture
def durham_shape() -> Framework:
    """Sections and criteria of 2003, three questions a criterion."""
    three = [1.0, 1.0, 1.0]
    return make_framework(
        {
            "B": (
                30,
                {
                    c: (w, three)
                    for c, w in zip("B1 B2 B3 B4".split(), 3 * ["critical"] + ["important"], strict=True)
                },
            ),
            "C": (
                40,
                {
                    c: ("important" if c == "C4" else "critical", three)
                    for c in ("C1", "C2", "C3", "C4", "C5")
                },
            ),
            "D": (30, {c: ("important" if c == "D2" else "critical", three) for c in ("D1", "D2", "D4")}),
        }
    )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20040501)


PUBLISHED = {
    "B1": 72, "B2": 96, "B3": 88, "B4": 97, "C1": 94, "C2": 84, "C3": 84, "C4": 86, "C5": 86,
    "D1": 67, "D2": 83, "D4": 87,
}  # fmt: skip


def card_of(framework: Framework, **tables: pd.DataFrame) -> Scorecard:
    """Score an inspection that has only these tables."""
    area = Area(id="a", name="A", framework=framework.id)
    return score(framework, Inspection(area, framework.id, "0" * 64, **tables))


@pytest.fixture
def published(durham_shape: Framework) -> Scorecard:
    """The scorecard of 2004, from its criterion scores."""
    scores = pd.DataFrame({"criterion": list(PUBLISHED), "score": [float(v) for v in PUBLISHED.values()]})
    return card_of(durham_shape, criterion_scores=scores)


@pytest.fixture
def judged(durham_shape: Framework, rng: np.random.Generator) -> Scorecard:
    """The scorecard of made-up judgements."""
    cases, judgements = make_cases(durham_shape, rng)
    return card_of(durham_shape, cases=cases, judgements=judgements.assign(assessor_id=""))
