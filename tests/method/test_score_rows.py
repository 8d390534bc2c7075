"""Rows of a scorecard that depend on which tables an inspection has and on how a criterion is rated."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.score import rate_all, score

YES, NO = "sufficient", "poor"


def evidence(*rows: tuple[str, str, str]) -> pd.DataFrame:
    columns = ["criterion", "item", "level", "responsibility"]
    return pd.DataFrame([(*row, "area") for row in rows], columns=columns, dtype="str")


def row_of(card, criterion: str) -> dict:
    return card.criteria.set_index("criterion").loc[criterion].to_dict()


def test_performance_suggests_a_level_for_its_own_criterion_alone(esi, durham):
    levels = durham.evidence["level"].mask(durham.evidence["item"] == "A1.5", "")
    asked = replace(durham, evidence=durham.evidence.assign(level=levels))
    traces = rate_all(esi, asked)
    suggested = {code: trace.suggestion for code, trace in traces.items() if trace.suggestion}
    assert suggested == {
        "A1": "3 of 8 targets met and 6 of 8 national figures beaten suggest the level strong."
    }
    assert traces["A1"].items.set_index("item").loc["A1.5", ["level", "suggested"]].tolist() == [
        "strong",
        True,
    ]
    assert score(esi, asked).traces["A1"].suggestion == suggested["A1"]


def test_answers_are_preferred_to_published_criterion_scores(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    published = pd.DataFrame({"criterion": ["B1"], "score": [72.0]})
    card = score(framework, inspect(framework, {"B1.1": [YES, NO]}, criterion_scores=published))
    assert (card.level, row_of(card, "B1")["score"]) == ("judgements", 50)


def test_figures_are_numbers_with_a_point_even_where_all_are_whole(make_framework, inspect):
    framework = make_framework({"B": {"B1": {"B1.1": 1}}})
    card = score(framework, inspect(framework, {"B1.1": [YES, NO]}))
    numbers = card.criteria[["importance_weight", "score", "pooled", "cases"]]
    assert numbers.to_numpy().tolist() == [[2, 50, 50, 2]]
    assert (numbers.dtypes == "float64").all()
    assert (card.sections[["weight", "score"]].dtypes == "float64").all()


def with_importance(framework: Framework, word: str) -> Framework:
    [section] = framework.sections
    criteria = tuple(one.model_copy(update={"importance": word}) for one in section.criteria)
    return framework.model_copy(update={"sections": (section.model_copy(update={"criteria": criteria}),)})


def test_a_rated_criterion_keeps_its_importance_and_is_complete_with_all_its_levels(make_framework, inspect):
    framework = with_importance(make_framework({"A": {}}, rated={"A": {"A1": ["A1.1"]}}), "important")
    card = score(framework, inspect(framework, evidence=evidence(("A1", "A1.1", "strong"))))
    row = row_of(card, "A1")
    assert (row["importance"], row["rating"]) == ("important", "Well met")
    assert (row["incomplete"], row["missing"], row["adjusted"]) == (False, "", False)
