"""What a what-if makes of a framework and an inspection, and how it refuses what cannot be."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.score import score
from esi_toolkit.method.what_if import LEFT_OUT, WhatIf, apply, check_changes, rescore

YES, NO = "sufficient", "poor"
EVIDENCE = ["criterion", "item", "level", "responsibility"]


@pytest.fixture
def framework(make_framework) -> Framework:
    return make_framework(
        {"A": {}, "B": {"B1": {"B1.1": 1, "B1.2": 2}, "B2": {"B2.1": 1}}, "C": {"C1": {"C1.1": 1}}},
        weights={"B": 25, "C": 75},
        important=["B2"],
        rated={"A": {"A1": ["A1.1", "A1.2"], "A2": ["A2.1"]}},
    )


@pytest.fixture
def inspection(framework, inspect) -> Inspection:
    cases = pd.DataFrame(
        {"case_id": ["C1", "C2", "C3"], "gender": ["m", "f", "f"], "age": ["18", "18", "25"]}
    )
    evidence = pd.DataFrame(
        [("A1", "A1.1", "strong", "NPD", "seen"), ("A2", "A2.1", "", "area", "")], columns=[*EVIDENCE, "note"]
    )
    answers = {"B1.1": [YES, YES, NO], "B1.2": [YES, NO, NO], "B2.1": [NO, NO, NO], "C1.1": [YES, YES, YES]}
    return inspect(framework, answers, cases=cases, evidence=evidence.astype("str"))


def changed_evidence(framework: Framework, inspection: Inspection, levels: dict[str, str]) -> pd.DataFrame:
    return apply(framework, inspection, WhatIf(levels=levels))[1].evidence


def test_a_changed_level_keeps_the_rest_of_its_row_and_new_items_are_added_below(framework, inspection):
    changed = changed_evidence(framework, inspection, {"A1.2": "good", "A1.1": "satisfactory"})
    expected = pd.DataFrame(
        [
            ("A1", "A1.1", "satisfactory", "NPD", "seen"),
            ("A2", "A2.1", "", "area", ""),
            ("A1", "A1.2", "good", "", None),
        ],
        columns=[*EVIDENCE, "note"],
    )
    pdt.assert_frame_equal(changed, expected.astype("str"), check_dtype=False)
    assert changed.index.tolist() == [0, 1, 2]


def test_a_level_can_be_taken_away_or_given_where_none_was(framework, inspection):
    changed = changed_evidence(framework, inspection, {"A1.1": "", "A2.1": "good"})
    assert changed["level"].tolist() == ["", "good"]


def test_without_evidence_a_table_of_the_new_items_comes_about(framework, inspection):
    bare = replace(inspection, evidence=None)
    changed = changed_evidence(framework, bare, {"A2.1": "good", "A1.1": "strong"})
    rows = [("A2", "A2.1", "good", ""), ("A1", "A1.1", "strong", "")]
    pdt.assert_frame_equal(changed, pd.DataFrame(rows, columns=EVIDENCE, dtype="str"))


def test_what_is_not_named_stays_the_same_in_the_framework(framework, inspection):
    changes = WhatIf(
        question_weights={"B1.1": 5.0},
        importance={"B1": "important"},
        importance_weights={"important": 3.0},
        section_weights={"C": 10.0},
    )
    changed, same = apply(framework, inspection, changes)
    weights = {question.id: question.weight for question in changed.questions}
    assert weights == {"B1.1": 5, "B1.2": 2, "B2.1": 1, "C1.1": 1}
    words = {criterion.id: criterion.importance for criterion in changed.criteria}
    assert words == {"A1": None, "A2": None, "B1": "important", "B2": "important", "C1": "critical"}
    assert changed.importance == {"critical": 2, "important": 3}
    assert {section.id: section.weight for section in changed.sections} == {"A": None, "B": 25, "C": 10}
    assert (changed.id, changed.title, changed.ratings) == (framework.id, framework.title, framework.ratings)
    texts = [question.text for question in framework.questions]
    assert [question.text for question in changed.questions] == texts
    pdt.assert_frame_equal(same.evidence, inspection.evidence)
    pdt.assert_frame_equal(same.judgements, inspection.judgements)


def test_what_is_left_out_weighs_nothing_whatever_weight_it_is_given(framework, inspection):
    changes = WhatIf(
        left_out=frozenset({"B1.1", "B2"}), question_weights={"B1.1": 5.0}, importance={"B2": "critical"}
    )
    changed, _ = apply(framework, inspection, changes)
    assert changed.question("B1.1").weight == 0
    assert changed.criterion("B2").importance == LEFT_OUT == "left out"
    assert changed.importance == {"critical": 2, "important": 1, LEFT_OUT: 0}
    only_a_question, _ = apply(framework, inspection, WhatIf(left_out=frozenset({"B1.1"})))
    assert LEFT_OUT not in only_a_question.importance


def test_a_criterion_that_is_left_out_no_longer_moves_its_section(framework, inspection):
    card = rescore(framework, inspection, WhatIf(left_out=frozenset({"B1"})))
    assert card.sections.set_index("section")["score"].dropna().to_dict() == {"B": 0, "C": 100}


def test_cases_are_left_out_with_their_answers(framework, inspection):
    changes = WhatIf(cases_left_out={"gender": frozenset({"m"}), "age": frozenset({"25"})})
    _, changed = apply(framework, inspection, changes)
    assert changed.cases["case_id"].tolist() == ["C2"]
    # Only case 2: B1 = (1 · 100 + 2 · 0) / 3, B = 2/3 of it
    card = rescore(framework, inspection, changes)
    assert card.overall.score == pytest.approx(0.25 * 2 / 3 * 100 / 3 + 75)


def test_leaving_cases_out_where_there_are_none_changes_nothing_but_the_fingerprint(framework, inspect):
    empty = replace(inspect(framework), cases=None)
    with pytest.raises(InputError, match="a column of the cases"):
        apply(framework, empty, WhatIf(cases_left_out={"gender": frozenset({"m"})}))
    assert apply(framework, empty, WhatIf(levels={"A1.1": "good"}))[1].cases is None


def test_every_what_if_has_a_fingerprint_of_its_own_whatever_the_order(framework, inspection):
    def hashed(asked: Inspection = inspection, **changes: object) -> str:
        return apply(framework, asked, WhatIf(**changes))[1].input_hash

    different = [
        hashed(levels={"A1.1": "good"}),
        hashed(levels={"A1.1": "satisfactory"}),
        hashed(levels={"A1.2": "good"}),
        hashed(replace(inspection, input_hash="other"), levels={"A1.1": "good"}),
        hashed(question_weights={"B1.1": 3.0}),
        hashed(left_out=frozenset({"B1.1"})),
        hashed(left_out=frozenset({"B1"})),
        hashed(cases_left_out={"gender": frozenset({"m"})}),
        hashed(cases_left_out={"gender": frozenset({"m", "f"})}),
    ]
    assert len(set(different)) == len(different)
    assert all(len(one) == 64 for one in different)
    one = hashed(cases_left_out={"gender": frozenset({"m", "f"}), "age": frozenset({"25"})})
    assert one == hashed(cases_left_out={"age": frozenset({"25"}), "gender": frozenset({"f", "m"})})


def test_a_fingerprint_is_made_of_the_changes_in_one_order_in_every_process(framework, inspection):
    changes = WhatIf(left_out=frozenset({"B1"}), cases_left_out={"gender": frozenset({"m", "f", "x"})})
    said = "hash [('cases_left_out', 'gender', ['f', 'm', 'x']), ('left_out', 'B1')]"
    made = apply(framework, inspection, changes)[1].input_hash
    assert made == hashlib.sha256(said.encode("utf-8")).hexdigest()


def test_everything_unknown_is_refused_with_what_was_expected_and_what_to_do(framework, inspection):
    wrong = WhatIf(
        levels={"A1.9": "good", "A2.1": "goood"},
        left_out=frozenset({"A1", "X"}),
        question_weights={"?": 1.0},
        importance={"!": "crucial"},
        importance_weights={"%": 1.0},
        section_weights={"A": 1.0, "B": -0.5},
        cases_left_out={"case_id": frozenset({"C1"})},
    )
    question, scored = "a question of the framework", "a criterion that is scored by judgements"
    word, name = "a word for importance", "check the name"
    assert list(check_changes(framework, inspection, wrong)) == [
        Problem("what-if", "'A1.9'", "an evidence item of the framework", "did you mean 'A1.2'?"),
        Problem("what-if", "'goood'", "a level of the framework", "did you mean 'good'?"),
        Problem("what-if", "'A1'", "a question or a criterion that is scored", name),
        Problem("what-if", "'X'", "a question or a criterion that is scored", name),
        Problem("what-if", "'?'", question, name),
        Problem("what-if", "'!'", scored, name),
        Problem("what-if", "'crucial'", word, "did you mean 'critical'?"),
        Problem("what-if", "'%'", word, name),
        Problem("what-if", "'A'", "a section that has a weight", name),
        Problem("what-if", "'case_id'", "a column of the cases", name),
        Problem("what-if", "the weight -0.5 for B", "0 or more", "give another weight"),
    ]


@pytest.mark.parametrize("kind", ["question_weights", "importance_weights", "section_weights"])
def test_a_weight_of_nought_can_be_asked_for_and_one_below_cannot(framework, inspection, kind):
    code = {"question_weights": "B1.1", "importance_weights": "critical", "section_weights": "B"}[kind]
    assert list(check_changes(framework, inspection, WhatIf(**{kind: {code: 0.0}}))) == []
    for weight in (-0.001, float("inf"), float("nan")):
        [problem] = check_changes(framework, inspection, WhatIf(**{kind: {code: weight}}))
        assert problem.found == f"the weight {weight:g} for {code}"


def test_every_kind_of_change_alone_is_a_change(framework, inspection):
    assert WhatIf().is_empty
    kinds = {
        "levels": {"A1.1": "good"},
        "left_out": frozenset({"B1"}),
        "question_weights": {"B1.1": 2.0},
        "importance": {"B1": "important"},
        "importance_weights": {"critical": 3.0},
        "section_weights": {"B": 1.0},
        "cases_left_out": {"gender": frozenset({"m"})},
    }
    official = score(framework, inspection)
    for kind, value in kinds.items():
        assert not WhatIf(**{kind: value}).is_empty
        assert rescore(framework, inspection, WhatIf(**{kind: value})).input_hash != official.input_hash
