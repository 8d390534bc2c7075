"""What may be shown of groups of cases: the same everywhere, and nothing that can be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.statistics.disclosure.control import _hide_no_score_alone, control_groups
from esi_toolkit.statistics.disclosure.disclosure_check import as_printed, find_recoverable
from esi_toolkit.statistics.resampling.recompute import score_weights
from tests.statistics.conftest import make_framework

TWO = make_framework(
    {"B": (30, {"B1": ("critical", [1]), "B2": ("critical", [1])}), "C": (70, {"C1": ("critical", [1])})}
)
QUESTIONS = [question.id for question in TWO.questions]


def make_inspection(
    groups: dict[str, tuple[int, int]], *, area: str = "a", judged: bool = True
) -> Inspection:
    """Cases from {group: (answered well, cases)}; every question has the same answers."""
    rows = [
        (name, "sufficient" if i < positive else "poor")
        for name, (positive, size) in groups.items()
        for i in range(size)
    ]
    cases = pd.DataFrame(rows, columns=["gender", "judgement"])
    cases["case_id"] = [f"c{i}" for i in range(len(cases))]
    answers = cases[["case_id", "judgement"]].merge(pd.DataFrame({"question": QUESTIONS}), how="cross")
    judgements = answers.assign(counts=True) if judged else None
    details = Area(id=area, name=area, framework=TWO.id)
    return Inspection(details, TWO.id, "0" * 64, cases=cases[["case_id", "gender"]], judgements=judgements)


def shown(groups: dict[str, tuple[int, int]], framework: Framework = TWO) -> dict[str, int | None]:
    table = control_groups(framework, {"a": make_inspection(groups)}, ["gender"]).shown_cases("gender", "a")
    return {row.group: None if row.cases is pd.NA else row.cases for row in table.itertuples()}


def withheld(groups: dict[str, tuple[int, int]]) -> set[tuple[str, str]]:
    control = control_groups(TWO, {"a": make_inspection(groups)}, ["gender"])
    codes = ["overall", "B", "C", "B1", "B2", "C1"]
    scores = pd.DataFrame(
        [(group, code, 50.0) for group in groups for code in codes], columns=["group", "code", "score"]
    )
    table = control.withhold(scores, "gender", "a")
    assert (table["score"].isna() == table["withheld"]).all()
    return set(table.loc[table["withheld"], ["group", "code"]].itertuples(index=False, name=None))


def test_a_small_group_is_hidden_with_the_next_smallest():
    assert shown({"women": (2, 4), "men": (20, 40), "not said": (4, 8)}) == {
        "men": 40,
        "not said": None,
        "women": None,
    }


def test_a_score_that_is_withheld_of_the_area_is_withheld_of_every_group():
    # A single group holds all cases: its score of B would be the area's.
    control = control_groups(TWO, {"a": make_inspection({"men": (20, 40)})}, ["gender"])
    scores = pd.DataFrame({"group": "men", "code": ["overall", "B", "C"], "score": 50.0})
    before = control.withhold(scores, "gender", "a")["withheld"]
    after = control.also_without({"B", "B1.1"}).withhold(scores, "gender", "a")["withheld"]
    assert before.tolist() == [False, False, False]
    assert after.tolist() == [False, True, False]


def test_groups_of_five_are_shown():
    assert shown({"women": (0, 5), "men": (20, 40)}) == {"men": 40, "women": 5}


def test_a_limit_of_nought_hides_nothing():
    display = TWO.display.model_copy(update={"suppress_below": 0})
    assert shown({"women": (1, 1), "men": (20, 40)}, TWO.model_copy(update={"display": display})) == {
        "men": 40,
        "women": 1,
    }


def test_groups_that_a_question_is_asked_of_do_not_give_one_of_them_away():
    # Women and those who did not say are asked together: their counts, 14, stand in the table of questions.
    groups = {"women": (5, 10), "men": (20, 40), "not said": (2, 4), "other": (3, 6)}
    some = TWO.model_copy(deep=True).model_dump()
    some["sections"][1]["criteria"][0]["questions"][0]["asked_of"] = {"gender": ("women", "not said")}
    asked = Framework.model_validate({key: value for key, value in some.items() if value})
    assert shown(groups) == {"men": 40, "women": 10, "not said": None, "other": None}
    assert shown(groups, asked) == {"men": 40, "women": None, "not said": None, "other": 6}


def test_nothing_is_shown_of_a_hidden_group():
    assert {group for group, _ in withheld({"women": (2, 4), "men": (20, 40), "not said": (10, 20)})} == {
        "women",
        "not said",
    }


def test_a_score_of_nearly_all_or_nearly_none_is_withheld_with_another_groups():
    # One question behind B1: four of twenty men were failed; behind the overall stand three times as many.
    found = withheld({"women": (10, 20), "men": (16, 20), "not said": (14, 28)})
    assert {("men", "B1"), ("women", "B1"), ("men", "C"), ("women", "C")} <= found
    assert ("men", "overall") not in found
    assert not [group for group, _ in found if group == "not said"]


def test_no_score_is_withheld_alone_in_any_sum():
    rng = np.random.default_rng(5)
    for _ in range(20):
        sizes = rng.integers(5, 30, 3)
        groups = {
            name: (int(rng.integers(0, size + 1)), int(size)) for name, size in zip("abc", sizes, strict=True)
        }
        found = withheld(groups)
        for code in ("overall", "B", "C", "B1", "B2", "C1"):
            assert sum(one == code for _, one in found) != 1
        for group in groups:
            codes = {code for name, code in found if name == group}
            assert len(codes & {"B", "C"}) != 1
            assert len(codes & {"B1", "B2"}) != 1


def test_hiding_one_score_for_anothers_sake_goes_on_until_none_is_alone():
    frame = make_framework({"B": (1, {name: ("critical", [1]) for name in ("B1", "B2", "B3", "B4")})})
    rng, weights, sums = np.random.default_rng(1), score_weights(frame), [[2, 3, 4, 5]]
    for _ in range(300):
        must, fewer = rng.random((4, 6)) < 0.15, rng.integers(0, 40, (4, 6)).astype(float)
        hidden = _hide_no_score_alone(must, fewer, weights)
        assert (hidden >= must).all()
        assert not (hidden.sum(axis=0) == 1).any()
        assert not any((hidden[:, places].sum(axis=1) == 1).any() for places in sums)


def test_without_judgements_the_cases_are_known_and_every_score_is_withheld():
    control = control_groups(TWO, {"a": make_inspection({"women": (5, 10)}, judged=False)}, ["gender"])
    assert control.shown_cases("gender", "a")["cases"].tolist() == [10]
    scores = pd.DataFrame({"group": ["women"], "code": ["overall"], "score": [50.0]})
    assert control.withhold(scores, "gender", "a")["withheld"].tolist() == [True]


def test_an_area_without_a_list_of_cases_has_no_groups():
    area = Inspection(Area(id="a", name="A", framework=TWO.id), TWO.id, "0" * 64)
    assert control_groups(TWO, {"a": area}, ["gender"]).shown_cases("gender", "a").empty


@pytest.mark.parametrize("pooled", [False, True])
@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=4), min_size=1, max_size=3))
def test_no_hidden_number_of_cases_can_be_worked_out(pooled, sizes):
    inspections = {
        f"a{i}": make_inspection({f"g{j}": (0, size) for j, size in enumerate(own)}, area=f"a{i}")
        for i, own in enumerate(sizes)
        if sum(own)
    }
    decision = control_groups(TWO, inspections, ["gender"], pooled=pooled).disclosure
    if len(decision.cells):
        assert find_recoverable(as_printed(decision.cells), decision.relations).empty


def test_what_an_area_hides_does_not_depend_on_the_others():
    one, other = (
        make_inspection({"women": (2, 4), "men": (20, 40)}),
        make_inspection({"men": (9, 9)}, area="b"),
    )
    alone = control_groups(TWO, {"a": one}, ["gender"]).shown_cases("gender", "a")
    together = control_groups(TWO, {"a": one, "b": other}, ["gender"], pooled=True).shown_cases("gender", "a")
    pd.testing.assert_frame_equal(alone, together)
