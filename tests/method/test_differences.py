"""Two scorecards side by side, and changes in words: everything that stands there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.differences import COLUMNS, compare_scorecards, describe_changes
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.method.what_if import WhatIf, rescore

YES, NO = "sufficient", "poor"


@pytest.fixture
def framework(make_framework) -> Framework:
    """A is rated in words; B1 of two questions is the only score."""
    return make_framework(
        {"A": {}, "B": {"B1": {"B1.1": 1, "B1.2": 1}}},
        weights={"B": 25},
        rated={"A": {"A1": ["A1.1", "A1.2"]}},
    )


@pytest.fixture
def inspection(framework, inspect) -> Inspection:
    """B1.1 is 100 and B1.2 is 50: B1, B and the overall are 75. A1 is well met, of one item."""
    cases = pd.DataFrame(
        {"case_id": ["C1", "C2"], "risk_of_harm": ["low", "low"], "order_type": ["", "order"]}
    )
    evidence = pd.DataFrame(
        [("A1", "A1.1", "strong", "area")],
        columns=["criterion", "item", "level", "responsibility"],
        dtype="str",
    )
    return inspect(framework, {"B1.1": [YES, YES], "B1.2": [YES, NO]}, cases=cases, evidence=evidence)


@pytest.fixture
def official(framework, inspection) -> Scorecard:
    return score(framework, inspection)


def test_every_figure_stands_in_the_table_with_what_it_is(framework, inspection, official):
    answer = rescore(framework, inspection, WhatIf(left_out=frozenset({"B1.2"}), levels={"A1.1": ""}))
    table = compare_scorecards(official, answer)
    assert list(table.columns) == COLUMNS
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [
        ["overall", "overall", "Overall", 75, 100, 25, None, None, True],
        ["section", "A", "Section A", None, None, None, None, None, False],
        ["section", "B", "Section B", 75, 100, 25, None, None, True],
        ["criterion", "A1", "Criterion A1", None, None, None, "Well met", None, True],
        ["criterion", "B1", "Criterion B1", 75, 100, 25, None, None, True],
        ["question", "B1.1", "Question B1.1", 100, 100, 0, None, None, False],
        ["question", "B1.2", "Question B1.2", 50, 50, 0, None, None, False],
    ]
    assert (table[["official", "what_if", "difference"]].dtypes == "float64").all()


def test_a_rating_that_is_not_there_is_none_and_not_missing_in_another_way(framework, inspection, official):
    bare = score(framework, replace(inspection, evidence=None))
    table = compare_scorecards(bare, official).set_index("code")
    assert table.loc["A1", ["official_rating", "what_if_rating"]].tolist() == [None, "Well met"]
    assert table.loc["A1", "changed"]


def test_a_score_that_appears_or_goes_is_a_change(framework, inspection, inspect, official):
    unanswered = score(framework, inspect(framework, {"B1.1": [YES, YES]}, evidence=inspection.evidence))
    for pair in ((official, unanswered), (unanswered, official)):
        table = compare_scorecards(*pair).set_index("code")
        assert table.loc[["B1.1", "B1.2"], "changed"].tolist() == [False, True]


def test_a_difference_as_small_as_the_noise_of_sums_is_no_change(official):
    def shifted(by: float) -> bool:
        other = official.questions.assign(score=official.questions["score"] + by)
        table = compare_scorecards(official, replace(official, questions=other)).set_index("code")
        return bool(table.loc["B1.2", "changed"])

    assert [shifted(by) for by in (5e-10, -5e-10, 2e-9, -2e-9)] == [False, False, True, True]


def test_cases_left_out_are_counted_and_said_with_what_was_recorded(inspection, official):
    changes = WhatIf(
        cases_left_out={"risk_of_harm": frozenset({"low", "high"}), "order_type": frozenset({""})}
    )
    assert describe_changes(official, inspection, changes) == [
        "without 1 case (order type: not recorded)",
        "without 0 cases (risk of harm: high)",
        "without 2 cases (risk of harm: low)",
    ]


def test_without_cases_none_is_left_out(inspection, official):
    changes = WhatIf(cases_left_out={"risk_of_harm": frozenset({"low"})})
    described = describe_changes(official, replace(inspection, cases=None), changes)
    assert described == ["without 0 cases (risk of harm: low)"]


def test_an_item_that_nobody_judged_is_said_to_be_so(inspection, official):
    changes = WhatIf(levels={"A1.2": "good"})
    assert describe_changes(official, inspection, changes) == ["A1.2 good (official not judged)"]


def test_changes_of_one_kind_are_said_in_the_order_of_their_codes(inspection, official):
    changes = WhatIf(
        question_weights={"B1.2": 0.0, "B1.1": 2.5},
        levels={"A1.2": "good", "A1.1": "good"},
        left_out=frozenset({"B1.2", "B1.1", "B1"}),
    )
    assert describe_changes(official, inspection, changes) == [
        "A1.1 good (official strong)",
        "A1.2 good (official not judged)",
        "B1 left out",
        "B1.1 left out",
        "B1.2 left out",
        "B1.1 with weight 2.5 (official 1)",
        "B1.2 with weight 0 (official 1)",
    ]
