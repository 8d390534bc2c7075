"""What an area sent, held against its framework: whose answer counts, who is asked, what is missing."""

from __future__ import annotations

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.checks import check_inspection, find_asked
from esi_toolkit.data.files import load_inspection
from esi_toolkit.errors import InputError

CASES = pd.DataFrame(
    {"case_id": ["C1", "C2", "C3"], "dv": ["yes", "no", ""], "risk": ["high", "high", "low"]}
)


@pytest.mark.parametrize(
    ("asked_of", "asked"),
    [
        ({}, [True, True, True]),
        ({"dv": ("yes",)}, [True, False, False]),
        ({"dv": ("yes", "no")}, [True, True, False]),
        ({"dv": ("yes", "no"), "risk": ("high",)}, [True, True, False]),
        ({"dv": ("no",), "risk": ("low",)}, [False, False, False]),
        ({"victim": ("yes",)}, [True, True, True]),
    ],
    ids=["everybody", "one value", "either", "both must hold", "nobody", "no such column"],
)
def test_a_question_is_asked_of_the_cases_for_which_all_columns_hold(asked_of, asked):
    assert find_asked(asked_of, CASES).tolist() == asked


def test_the_first_named_assessor_counts_and_the_second_is_kept(sound_area, small):
    text = "case_id,question,judgement,assessor_id\nC1,B1.1,poor,X\nC2,B1.1,poor,X\nC1,B1.1,excellent,Y\n"
    (sound_area / "judgements.csv").write_text(text, "utf-8")
    judgements = load_inspection(sound_area, small).judgements
    assert judgements["counts"].tolist() == [True, True, False]
    assert judgements["assessor_id"].tolist() == ["X", "X", "Y"]


def test_an_answer_left_blank_is_missing_and_no_error(sound_area, small):
    judgements = sound_area / "judgements.csv"
    judgements.write_text(judgements.read_text("utf-8").replace("C1,B1.1,excellent", "C1,B1.1,"), "utf-8")
    warnings = load_inspection(sound_area, small).warnings
    assert [str(warning) for warning in warnings] == [
        "judgements.csv: found unanswered questions, with the number of cases: B1.1 (1),"
        " expected an answer for each case asked; shown as missing"
    ]


def test_a_sound_area_has_no_warnings(sound_area, small):
    assert load_inspection(sound_area, small).warnings == ()


def test_the_item_suggested_by_performance_is_not_missed(sound_area, small):
    evidence = sound_area / "evidence.csv"
    evidence.write_text("criterion,item,level,responsibility\nA1,A1.1,strong,area\n", "utf-8")
    assert load_inspection(sound_area, small).warnings == ()


def test_a_fault_on_every_row_is_found_on_every_row(sound_area, small):
    rows = "\n".join(f"X{i},B1.1,sufficient" for i in range(3000))
    (sound_area / "judgements.csv").write_text(f"case_id,question,judgement\n{rows}\n", "utf-8")
    with pytest.raises(InputError) as raised:
        load_inspection(sound_area, small)
    assert [problem.row for problem in raised.value.problems] == list(range(2, 3002))


def test_what_an_inspection_holds_is_not_changed_by_checking_it(sound_area, small):
    inspection = load_inspection(sound_area, small)
    before = inspection.judgements.copy()
    check_inspection(small, inspection)
    pdt.assert_frame_equal(inspection.judgements, before)
