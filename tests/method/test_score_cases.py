"""Scoring many inspections at once is the same arithmetic as scoring one, on every kind of table."""

from fractions import Fraction

import dask.dataframe as dd
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.errors import InputError
from esi_toolkit.method.score import score
from esi_toolkit.method.score_cases import add_counts, aggregate_counts, count_cases, score_cases

ESI = load_framework("esi")
AREAS = ("Alder", "Birch")


def _answers(seed: int, cases: int = 30) -> pd.DataFrame:
    """Random answers to every question about every case; some blank, B1.1 relevant to nobody in Birch."""
    random = np.random.default_rng(seed)
    words = [*ESI.judgements, ""]
    questions = [question.id for question in ESI.questions]
    rows = [(area, str(case), q) for area in AREAS for case in range(cases) for q in questions]
    table = pd.DataFrame(rows, columns=["area", "case_id", "question"]).astype("str")
    table["judgement"] = pd.Series(random.choice(words, len(table)), dtype="str")
    nobody = (table["area"] == "Birch") & (table["question"] == "B1.1")
    table.loc[nobody, "judgement"] = "not applicable"
    return table


def _inspection(answers: pd.DataFrame, area: str) -> Inspection:
    own = answers[answers["area"] == area]
    cases = pd.DataFrame({"case_id": own["case_id"].unique()})
    return Inspection(
        Area(id=area, name=area, framework="esi"), "esi", "", cases=cases, judgements=own.assign(counts=True)
    )


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return _answers(7)


@pytest.fixture(scope="module")
def scores(answers) -> pd.DataFrame:
    return score_cases(ESI, answers)


@pytest.mark.parametrize("area", AREAS)
def test_each_area_scores_as_it_does_alone(answers, scores, area):
    card = score(ESI, _inspection(answers, area)).to_json()
    own = scores[scores["area"] == area].set_index("code")["score"]
    for part in ("questions", "criteria", "sections"):
        for code, figures in card[part].items():
            alone = figures.get("score")
            if code in own.index:
                assert own[code] == pytest.approx(
                    float("nan") if alone is None else alone, abs=1e-9, nan_ok=True
                )
    assert own["overall"] == pytest.approx(card["overall"]["score"], abs=1e-9)


def test_a_question_nobody_was_relevant_for_has_no_score(scores):
    row = scores[(scores["area"] == "Birch") & (scores["code"] == "B1.1")].iloc[0]
    assert np.isnan(row["score"])
    assert row["relevant"] == 0


def test_scores_equal_exact_fractions(answers, scores):
    criterion = ESI.criterion("B2")
    total, weights = Fraction(0), Fraction(0)
    for question in criterion.questions:
        given = answers[(answers["area"] == "Alder") & (answers["question"] == question.id)]["judgement"]
        values = [ESI.judgements[word] for word in given if word]
        relevant = [Fraction(value) for value in values if value is not None]
        if relevant and question.weight:
            total += Fraction(question.weight) * 100 * sum(relevant) / len(relevant)
            weights += Fraction(question.weight)
    calculated = scores[(scores["area"] == "Alder") & (scores["code"] == "B2")]["score"].item()
    assert abs(Fraction(calculated) - total / weights) < Fraction(1, 10**9)


def _relation(table: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.register("answers", table)
    return connection.sql("SELECT * FROM answers")


def _dask(table: pd.DataFrame):
    return dd.from_pandas(table, npartitions=3)


@pytest.mark.parametrize(
    "convert",
    [pl.from_pandas, pa.Table.from_pandas, _relation, _dask],
    ids=["polars", "pyarrow", "duckdb", "dask"],
)
@pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")
def test_every_kind_of_table_gives_the_same_scores(answers, scores, convert):
    pd.testing.assert_frame_equal(score_cases(ESI, convert(answers)), scores, check_dtype=False)


def test_order_of_rows_is_irrelevant(answers, scores):
    pd.testing.assert_frame_equal(score_cases(ESI, answers.sample(frac=1, random_state=3)), scores)


def test_counts_of_parts_add_up_to_the_whole(answers, scores):
    halves = [count_cases(ESI, answers.iloc[::2]), count_cases(ESI, answers.iloc[1::2])]
    together = aggregate_counts(ESI, add_counts(halves), ["area"])
    pd.testing.assert_frame_equal(together, scores)


def test_answers_and_questions_of_another_framework_are_refused_at_once(answers):
    strange = answers.replace({"judgement": {"poor": "dreadful"}, "question": {"B1.2": "Z9.9"}})
    with pytest.raises(InputError) as caught:
        score_cases(ESI, strange)
    assert "Z9.9" in str(caught.value)
    assert "another wording" in str(caught.value)


def test_a_framework_without_section_weights_has_no_overall(answers):
    sections = tuple(section.model_copy(update={"weight": None}) for section in ESI.sections)
    unweighted = ESI.model_copy(update={"sections": sections})
    assert "overall" not in set(score_cases(unweighted, answers)["level"])
