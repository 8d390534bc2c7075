"""Drafts say what the figures say, as many as the framework wants, in sentences that pass the check."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.files import load_framework, load_inspection
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Finding, Findings
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.drafting import draft_findings, find_edited_drafts, say_share
from esi_toolkit.statistics.claims import check_claims

ESI = load_framework("esi")
DURHAM = score(ESI, load_inspection("data/sample/county-durham", ESI))


def with_drafting(framework: Framework, **keys: float) -> Framework:
    return framework.model_copy(update={"drafting": framework.drafting.model_copy(update=keys)})


def with_answers(**counts: tuple[float, float]) -> Scorecard:
    """County Durham with other counts (positive, relevant) for B1.1, B1.2 …; no other question has any."""
    table = DURHAM.questions.set_index("question").assign(positive=0.0, relevant=0.0, score=float("nan"))
    for name, (positive, relevant) in counts.items():
        code = name.replace("_", ".")
        table.loc[code, ["positive", "relevant"]] = positive, relevant
        table.loc[code, "score"] = 100 * positive / relevant if relevant else float("nan")
    return replace(DURHAM, questions=table.reset_index())


def said(scorecard: Scorecard, kind: str = "strengths", criterion: str = "B1") -> list[str]:
    found = draft_findings(scorecard).criteria.get(criterion)
    return [finding.text for finding in getattr(found, kind)] if found else []


def test_a_draft_has_its_question_its_counts_and_its_percentage():
    found = draft_findings(with_answers(B1_1=(90, 100), B1_4=(21, 36))).criteria["B1"]
    assert found.strengths == (
        Finding(
            text="Risk of harm satisfactorily assessed at the start of supervision: in 90 of 100 relevant "
            "cases (90%).",
            questions=("B1.1",),
            draft=True,
        ),
    )
    assert [one.text for one in found.areas_for_improvement] == [
        "Risk of harm reassessed after a significant incident: in only 21 of 36 relevant cases (58%)."
    ]


@pytest.mark.parametrize(
    ("positive", "relevant", "words"),
    [
        (29, 29, "in all 29 relevant cases (29 of 29)."),
        (30, 30, "in all 30 relevant cases (30 of 30, 100%)."),
        (0, 12, "in none of the 12 relevant cases (0 of 12)."),
        (28, 29, "in 28 of 29 relevant cases."),
        (1000, 1200, "in 1,000 of 1,200 relevant cases (83%)."),
    ],
)
def test_all_none_and_few_cases_are_said_in_their_own_way(positive, relevant, words):
    row = {"text": "Plan made.", "positive": positive, "relevant": relevant}
    assert say_share(row, DURHAM) == f"Plan made: {words}"


def test_a_question_that_asks_is_answered():
    row = {"text": "Was a plan made?", "positive": 21, "relevant": 36}
    assert say_share(row, DURHAM, little=True) == "Was a plan made? In only 21 of 36 relevant cases (58%)."


def test_limits_are_those_of_the_framework_and_count_themselves():
    at_the_limits = with_answers(B1_1=(85, 100), B1_2=(84, 100), B1_3=(70, 100), B1_4=(71, 100))
    assert [text.split(":")[0] for text in said(at_the_limits)] == [ESI.question("B1.1").text]
    low = said(at_the_limits, "areas_for_improvement")
    assert [text.split(":")[0] for text in low] == [ESI.question("B1.3").text]
    stricter = with_drafting(ESI, strength_from=86.0, improvement_up_to=69.0)
    assert said(replace(at_the_limits, framework=stricter)) == []
    assert said(replace(at_the_limits, framework=stricter), "areas_for_improvement") == []


def test_the_clearest_come_first_and_only_so_many():
    card = with_answers(B1_1=(90, 100), B1_2=(95, 100), B1_3=(95, 100), B1_4=(99, 100))
    card = replace(card, framework=with_drafting(ESI, most_of_each=3))
    order = [text.split(":")[0] for text in said(card)]
    assert order == [ESI.question(code).text for code in ("B1.4", "B1.2", "B1.3")]


@pytest.mark.parametrize(("fewest", "suppress", "drafted"), [(10, 5, True), (11, 5, False), (0, 11, False)])
def test_too_few_cases_give_no_draft(fewest, suppress, drafted):
    framework = with_drafting(ESI, fewest_cases=fewest)
    display = framework.display.model_copy(update={"suppress_below": suppress})
    framework = framework.model_copy(update={"display": display})
    assert bool(said(replace(with_answers(B1_1=(10, 10)), framework=framework))) is drafted


def test_what_has_no_figure_gives_no_draft():
    unknown = DURHAM.questions.assign(relevant=float("nan"), positive=float("nan"), score=float("nan"))
    drafted = draft_findings(replace(DURHAM, questions=unknown)).criteria
    assert set(drafted) == {"A1", "A2", "A3", "A4", "A5", "D3"}
    assert draft_findings(with_answers()).criteria.keys() == drafted.keys()


def test_items_are_drafted_from_their_levels_when_they_count():
    table = DURHAM.traces["A2"].items
    levels = ["strong", "very strong", "good", "unsatisfactory"]
    items = table.assign(level=levels, counts=[True, True, True, True])
    card = replace(DURHAM, traces={**DURHAM.traces, "A2": replace(DURHAM.traces["A2"], items=items)})
    assert [text.rpartition(": ")[2] for text in said(card, criterion="A2")] == [
        "judged very strong on the evidence.",
        "judged strong on the evidence.",
    ]
    assert [text.rpartition(": ")[2] for text in said(card, "areas_for_improvement", "A2")] == [
        "judged unsatisfactory on the evidence."
    ]
    satisfactory = items.assign(level=["satisfactory"] * 4, counts=[True, False, True, True],
                                suggested=[False, False, True, False])  # fmt: skip
    card = replace(DURHAM, traces={**DURHAM.traces, "A2": replace(DURHAM.traces["A2"], items=satisfactory)})
    low = said(card, "areas_for_improvement", "A2")
    assert [text.split(":")[0] for text in low] == [table["text"][0], table["text"][3]]
    assert all(text.endswith("judged no better than satisfactory on the evidence.") for text in low)


@given(st.lists(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
                min_size=4, max_size=4))  # fmt: skip
def test_whatever_the_figures_every_draft_passes_the_check_and_counts_as_unedited(counts):
    card = with_answers(**{f"B1_{number}": pair for number, pair in enumerate(counts, 1)})
    drafts = draft_findings(card)
    assert check_claims(card, drafts) == ()
    assert list(find_edited_drafts(card, drafts)) == []
    assert all(one.draft for _, one in drafts.walk())


def test_no_question_is_a_strength_and_an_area_for_improvement():
    for found in draft_findings(DURHAM).criteria.values():
        both = [code for one in (*found.strengths, *found.areas_for_improvement) for code in one.questions]
        assert len(both) == len(set(both))


def test_a_draft_that_was_edited_or_has_gone_stale_is_found():
    drafts = draft_findings(with_answers(B1_1=(90, 100)))
    path = "criteria.B1.strengths.0"
    assert [place for place, _ in find_edited_drafts(with_answers(B1_1=(91, 100)), drafts)] == [path]
    own = drafts.model_dump()
    own["criteria"]["B1"]["strengths"][0]["text"] = "Risk of harm was well assessed in 90% of cases."
    assert (path, "Risk of harm was well assessed in 90% of cases.") in [
        (place, one.text) for place, one in find_edited_drafts(DURHAM, Findings.model_validate(own))
    ]
    own["criteria"]["B1"]["strengths"][0]["draft"] = False
    edited = find_edited_drafts(DURHAM, Findings.model_validate(own))
    assert path not in [place for place, _ in edited]


def test_drafting_changes_nothing_that_it_is_given():
    before = DURHAM.questions.copy()
    draft_findings(DURHAM)
    pd.testing.assert_frame_equal(DURHAM.questions, before)
