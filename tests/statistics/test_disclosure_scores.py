"""Printed scores of groups give no hidden count away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.disclosure.disclosure import decide_disclosure
from esi_toolkit.statistics.disclosure.disclosure_scores import decide_group_scores
from esi_toolkit.statistics.disclosure.linked_counts import count_groups
from esi_toolkit.statistics.groups import score_groups
from tests.statistics.conftest import make_cases, make_framework


def decide(framework, cases, judgements, by="gender", **options) -> pd.DataFrame:
    cells = count_groups(framework, cases, judgements, [by], area="a")
    disclosure = decide_disclosure({"a": cells}, threshold=5)
    scores = score_groups(framework, cases, judgements, by, seed=1, replicates=20)
    table = decide_group_scores(framework, disclosure, scores.assign(area="a", characteristic=by), **options)
    return table.set_index(["group", "code"])


def make_groups(
    framework, *, women: int, positive: dict[str, tuple[int, int]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """100 cases; {question: (positive answers of women, of men)}, everything relevant."""
    ids = [f"c{i:03d}" for i in range(100)]
    cases = pd.DataFrame(
        {"case_id": ids, "risk_of_harm": "low", "gender": ["women"] * women + ["men"] * (100 - women)}
    )
    rows = []
    for question, (of_women, of_men) in positive.items():
        yes = [i < of_women for i in range(women)] + [i < of_men for i in range(100 - women)]
        rows += [(case, question, "sufficient" if y else "poor") for case, y in zip(ids, yes, strict=True)]
    return cases, pd.DataFrame(rows, columns=["case_id", "question", "judgement"])


def test_the_score_of_a_criterion_with_one_hidden_question_would_give_it_away():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1]), "B2": ("critical", [1])})})
    table = decide(
        framework,
        *make_groups(framework, women=30, positive={"B1.1": (28, 40), "B1.2": (15, 40), "B2.1": (15, 40)}),
    )
    assert table.loc[("women", "B1"), "hidden"]
    assert not table.loc[("women", "B2"), "hidden"]


def test_scores_over_several_hidden_questions_can_be_printed():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1, 1])})})
    counts = {"B1.1": (28, 60), "B1.2": (27, 60), "B1.3": (28, 50)}
    table = decide(framework, *make_groups(framework, women=30, positive=counts))
    assert not table["hidden"].any()


def test_a_group_of_which_nothing_is_shown_has_no_score():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1])})})
    table = decide(framework, *make_groups(framework, women=3, positive={"B1.1": (2, 50), "B1.2": (1, 50)}))
    assert table["hidden"].all()


def test_where_nothing_is_hidden_every_score_can_be_printed():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1])})})
    table = decide(
        framework, *make_groups(framework, women=40, positive={"B1.1": (20, 40), "B1.2": (25, 30)})
    )
    assert not table["hidden"].any()


def test_a_group_without_a_score_has_nothing_to_hide():
    framework = make_framework({"B": (1, {"B1": ("critical", [1])}), "C": (1, {"C1": ("critical", [1])})})
    cases, judgements = make_groups(framework, women=40, positive={"B1.1": (20, 40)})
    table = decide(framework, cases, judgements)
    assert not table.loc[("women", "C1"), "hidden"]


def test_a_score_printed_to_more_places_tells_more():
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1])})})
    # 28 of 30 and 27 of 29: one answer more here and one less there leaves the whole percent as it is, but as
    # the numbers of relevant cases differ, not the sixth place.
    cases, judgements = make_groups(framework, women=30, positive={"B1.1": (28, 60), "B1.2": (27, 60)})
    judgements = judgements.drop(
        judgements.index[(judgements["question"] == "B1.2") & (judgements["case_id"] == "c029")]
    )
    assert not decide(framework, cases, judgements)["hidden"].any()
    assert decide(framework, cases, judgements, places=6).loc[("women", "B1"), "hidden"]


@pytest.mark.parametrize("seed", range(3))
def test_overall_scores_of_larger_groups_can_be_printed(durham_shape, seed):
    cases, judgements = make_cases(durham_shape, np.random.default_rng(seed))
    table = decide(durham_shape, cases, judgements, by="assessor")
    assert not table.loc[[("inspector", "overall"), ("area assessor", "overall")], "hidden"].any()
