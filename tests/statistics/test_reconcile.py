"""Published figures held against calculated ones, at the precision at which they were printed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.method.score import score
from esi_toolkit.statistics.reconcile import reconcile


@pytest.fixture(scope="module")
def card():
    from esi_toolkit.data.files import load_framework
    from esi_toolkit.data.inspection import Area, Inspection

    esi = load_framework("esi")
    counts = pd.DataFrame({"question": ["B2.1", "B2.2"], "relevant": [36.0, 20.0], "positive": [21.0, 17.0]})
    evidence = pd.DataFrame(
        [("A2", f"A2.{i}", "strong", "area") for i in range(1, 5)],
        columns=["criterion", "item", "level", "responsibility"],
    )
    area = Area(id="x", name="X", framework="esi")
    return score(esi, Inspection(area, "esi", "hash", question_counts=counts, evidence=evidence))


def published(**values: str) -> pd.DataFrame:
    rows = [(code.replace("_", "."), value) for code, value in values.items()]
    return pd.DataFrame(rows, columns=["code", "value"], index=pd.RangeIndex(2, 2 + len(rows), name="row"))


@pytest.mark.parametrize("printed", ["58", "58%", "58.3", "58.33", "21/36", "21 / 36"])
def test_a_figure_agrees_at_the_precision_at_which_it_was_printed(card, printed):
    result = reconcile(card, published(B2_1=printed))
    assert result.agrees
    assert result.problems == ()


@pytest.mark.parametrize("printed", ["59", "58.4", "58.0", "21/35", "20/36", "Well met"])
def test_a_figure_that_differs_is_named_with_its_row(card, printed):
    result = reconcile(card, published(B2_2="85", B2_1=printed), where="esi-dv/published.csv")
    assert result.table["agrees"].tolist() == [True, False]
    errors = [problem for problem in result.problems if problem.severity == "error"]
    assert [(error.where, error.row, error.column) for error in errors] == [
        ("esi-dv/published.csv", 3, "value")
    ]


def test_a_rating_is_compared_as_the_lead_inspector_left_it(card):
    adjusted = card.criteria["rating"].mask(card.criteria["criterion"] == "A2", "Very well met")
    after = replace(card, criteria=card.criteria.assign(rating=adjusted))
    assert reconcile(card, published(A2="Well met")).agrees
    assert reconcile(after, published(A2="Very well met")).agrees
    assert not reconcile(after, published(A2="Well met")).agrees


def test_what_was_published_and_cannot_be_calculated_does_not_agree(card):
    result = reconcile(card, published(C="87", A3="Poor", C1_1="1/2"))
    assert result.table["calculated"].tolist() == ["", "", ""]
    assert "C calculated as nothing" in str(result.problems[0])


def test_a_percentage_that_no_count_gives_is_warned_of(card):
    warnings = [p for p in reconcile(card, published(B2_2="82")).problems if p.severity == "warning"]
    assert [str(warning) for warning in warnings] == [
        "published.csv, row 2, column value: found B2.2 as 82% of 20 relevant cases,"
        " expected a percentage that some count of them gives; check it, or how many were relevant"
    ]


def test_where_answers_may_be_worth_a_part_any_percentage_is_possible(card):
    framework = card.framework.model_copy(update={"judgements": {"full": 1.0, "half": 0.5, "none": 0.0}})
    problems = reconcile(replace(card, framework=framework), published(B2_2="82")).problems
    assert [problem.severity for problem in problems] == ["error"]


def test_nothing_published_agrees_with_everything(card):
    empty = published().astype("str")
    assert reconcile(card, empty).agrees
    assert np.isnan(card.questions["score"]).any()
