"""The two frameworks that come along say what the report of 2004 says, and where each value comes from."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from esi_toolkit.data.files import load_framework, load_inspection
from esi_toolkit.data.framework import Framework

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "data" / "sample" / "published"
BOTH = pytest.mark.parametrize("name", ["esi", "esi-dv"])


def read_published(table: str, framework: str) -> pd.DataFrame:
    rows = pd.read_csv(PUBLISHED / f"{table}.csv", dtype=str, keep_default_na=False)
    return rows[rows["framework"] == framework]


def published_percentages(framework: str) -> dict[str, Fraction]:
    rows = read_published("questions", framework)
    codes = rows["criterion"] + "." + (rows.groupby("criterion").cumcount() + 1).astype(str)
    values = {}
    for code, row in zip(codes, rows.itertuples(), strict=True):
        if row.n_relevant:
            values[code] = Fraction(100 * int(row.n_positive), int(row.n_relevant))
        elif row.percent_positive:
            values[code] = Fraction(row.percent_positive)
    return values


@BOTH
def test_sections_and_criteria_are_those_of_the_report(name):
    framework = load_framework(name)
    rows = read_published("criteria", name)
    printed = rows[rows["criterion"] != ""].set_index("criterion")
    assert [c.id for c in framework.criteria] == list(printed.index)
    for criterion in framework.criteria:
        row = printed.loc[criterion.id]
        scored_by = {"score": "judgements", "rating": "evidence"}[row["kind"]]
        got = (
            criterion.title,
            criterion.importance or "",
            criterion.scored_by,
            framework.section_of(criterion.id).id,
        )
        assert got == (row["title"], row["importance"], scored_by, row["section"])


def test_section_weights_are_those_of_the_report():
    weights = {section.id: section.weight for section in load_framework("esi").sections}
    assert weights == {"A": None, "B": 30, "C": 40, "D": 30}


def test_critical_criteria_weigh_twice_the_important_ones():
    for name in ("esi", "esi-dv"):
        importance = load_framework(name).importance
        assert importance["critical"] == 2 * importance["important"]


def test_the_thematic_element_has_no_section_weights_no_d2_no_d4_and_only_dv_cases():
    framework = load_framework("esi-dv")
    assert {section.weight for section in framework.sections} == {None}
    assert not {"D2", "D4"} & {criterion.id for criterion in framework.criteria}
    assert framework.asked_of == {"dv": ("yes",)}


@BOTH
def test_every_question_of_the_report_is_there_and_says_whether_its_figure_was_printed(name):
    framework, rows = load_framework(name), read_published("questions", name)
    printed = published_percentages(name)
    codes = rows["criterion"] + "." + (rows.groupby("criterion").cumcount() + 1).astype(str)
    assert set(codes) <= {question.id for question in framework.questions}
    opposite = {"esi": {"D1.8"}, "esi-dv": set()}[name]  # printed as "deterioration in 4%"
    published = {question.id for question in framework.questions if question.published}
    assert published == set(printed) | opposite


@BOTH
def test_every_value_says_where_it_comes_from(name):
    framework = load_framework(name)
    parts = [*framework.sections, *framework.criteria, *framework.questions]
    parts += [item for criterion in framework.criteria for item in criterion.items]
    assert [part.id for part in parts if not (part.source or part.reading)] == []


@BOTH
def test_whatever_was_not_printed_is_called_a_reading(name):
    framework = load_framework(name)
    unexplained = [
        question.id for question in framework.questions if not question.published and not question.reading
    ]
    items = [item for criterion in framework.criteria for item in criterion.items]
    assert unexplained + [item.id for item in items if not item.reading] == []


@BOTH
def test_question_weights_are_one_apart_from_a_few_that_are_explained(name):
    framework = load_framework(name)
    unusual = {question.id: question.weight for question in framework.questions if question.weight != 1}
    expected = {
        "esi": {"B3.7": 0},
        "esi-dv": {"B1.7": 2, "B1.8": 2, "B3.2": 0, "B3.3": 0, "B3.4": 0, "C5.4": 2, "C5.6": 0, "C5.7": 2},
    }
    assert unusual == expected[name]


def test_the_targets_of_a1_weigh_twice_and_are_suggested_by_performance():
    items = [item for criterion in load_framework("esi").criteria for item in criterion.items]
    assert [(item.id, item.weight) for item in items if item.suggested_by] == [("A1.5", 2)]
    assert {item.weight for item in items if not item.suggested_by} == {1}


def test_four_to_six_items_stand_behind_each_rating():
    criteria = [criterion for criterion in load_framework("esi").criteria if criterion.items]
    assert {criterion.id: 4 <= len(criterion.items) <= 6 for criterion in criteria} == dict.fromkeys(
        ["A1", "A2", "A3", "A4", "A5", "D3"], True
    )


@pytest.mark.parametrize("code", ["B3", "B4", "C1", "C3", "D4"])
def test_equal_weights_over_the_printed_percentages_give_the_printed_score(code):
    framework, printed = load_framework("esi"), published_percentages("esi")
    scored = [question for question in framework.criterion(code).questions if question.id in printed]
    assert {question.weight for question in scored} == {1}
    mean = sum(printed[question.id] for question in scored) / len(scored)
    score = read_published("criteria", "esi").set_index("criterion").loc[code, "published"]
    assert int(mean + Fraction(1, 2)) == int(score)


def test_both_frameworks_rate_by_the_same_rules():
    main, element = load_framework("esi").ratings, load_framework("esi-dv").ratings
    assert (main.levels, main.scale, main.rules, main.alternatives, main.responsibility) == (
        element.levels,
        element.scale,
        element.rules,
        element.alternatives,
        element.responsibility,
    )


@BOTH
def test_whom_a_question_is_asked_of_is_a_column_of_the_sample(name):
    framework: Framework = load_framework(name)
    cases = load_inspection(ROOT / "data" / "sample" / "county-durham", framework).cases
    wanted = [framework.asked_of, *(question.asked_of for question in framework.questions)]
    for column, value in [(c, v) for asked_of in wanted for c, values in asked_of.items() for v in values]:
        assert value in set(cases[column]), f"{column}: {value}"


def test_the_framework_shown_in_the_guide_can_be_loaded(tmp_path):
    guide = (ROOT / "esi_toolkit" / "frameworks" / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL)
    path = tmp_path / "hostels.yml"
    path.write_text("\n".join(line[3:] for line in block.splitlines()), "utf-8")
    framework = load_framework(path)
    assert (framework.id, framework.question("S1.2").weight, len(framework.ratings.rules)) == (
        "hostels",
        2,
        6,
    )
