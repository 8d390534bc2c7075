"""An archive of many inspections: written from area folders, scored through DuckDB or a Dask cluster."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from esi_toolkit import load_framework, load_inspection, score
from esi_toolkit.cli import app
from esi_toolkit.errors import InputError, NotFoundError
from esi_toolkit.reports.archive import archive_areas, score_archive

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
AREAS = ("county-durham", "brackenfold")


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("areas")
    for name in AREAS:
        shutil.copytree(SAMPLE / name, root / name)
    folder = tmp_path_factory.mktemp("archive")
    archive_areas(root, folder)
    return folder


@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
@pytest.mark.parametrize("area", AREAS)
def test_the_archive_scores_as_the_area_folder_does(archive, tmp_path, area, framework):
    rules = load_framework(framework)
    scores = score_archive(str(archive), tmp_path / "scores.parquet", framework=framework)
    own = scores[scores["area"] == area].set_index("code")
    card = score(rules, load_inspection(SAMPLE / area, rules))
    for row in card.criteria[card.criteria["scored_by"] == "judgements"].itertuples():
        assert own.loc[row.criterion, "score"] == pytest.approx(row.score, abs=1e-9, nan_ok=True)
    for row in card.questions.itertuples():
        assert own.loc[row.question, "unanswered"] == row.missing
    if card.overall.score is not None:
        assert own.loc["overall", "score"] == pytest.approx(card.overall.score, abs=1e-9)


def test_what_is_written_is_what_is_returned(archive, tmp_path):
    scores = score_archive(str(archive / "**" / "*.parquet"), tmp_path / "scores.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "scores.parquet"), scores, check_dtype=False)
    assert [path.name for path in tmp_path.iterdir()] == ["scores.parquet"]


def test_a_cluster_gives_the_same_scores(archive, cluster, tmp_path):
    score_archive(str(archive), tmp_path / "here.csv")
    words = ["score", "--archive", str(archive), "--out", str(tmp_path / "there.csv")]
    result = CliRunner().invoke(app, [*words, "--scheduler", cluster.address])
    assert result.output == f"2 inspections scored in {tmp_path / 'there.csv'}\n"
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()


def test_nothing_found_is_said(tmp_path):
    with pytest.raises(NotFoundError, match="no file"):
        score_archive(str(tmp_path / "*.parquet"), tmp_path / "scores.parquet")


def test_a_broken_file_is_said_and_nothing_is_written(archive, tmp_path):
    whole = next(archive.rglob("*.parquet")).read_bytes()
    (tmp_path / "half.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="not whole Parquet"):
        score_archive(str(tmp_path / "half.parquet"), tmp_path / "scores.csv")
    assert not (tmp_path / "scores.csv").exists()


def test_a_column_whose_name_is_no_text_is_said(tmp_path):
    path = tmp_path / "one.parquet"
    pd.DataFrame({"framework": ["esi"], "remark": ["x"]}).to_parquet(path)
    path.write_bytes(path.read_bytes().replace(b"remark", b"r\x80mark"))
    with pytest.raises(InputError, match="archive: found a file that is not whole Parquet"):
        score_archive(str(path), tmp_path / "scores.csv")
    assert not (tmp_path / "scores.csv").exists()


def test_a_missing_column_is_named(tmp_path):
    pd.DataFrame({"area": ["a"], "case_id": ["1"]}).to_parquet(tmp_path / "part.parquet")
    with pytest.raises(InputError) as caught:
        score_archive(str(tmp_path / "part.parquet"), tmp_path / "scores.csv")
    assert "'question'" in str(caught.value)
    assert "'judgement'" in str(caught.value)


def test_a_file_that_is_damaged_inside_is_said(archive, tmp_path):
    whole = bytearray(next(archive.rglob("*.parquet")).read_bytes())
    whole[10 : len(whole) // 2] = bytes(len(whole) // 2 - 10)
    (tmp_path / "damaged.parquet").write_bytes(whole)
    with pytest.raises(InputError, match="not whole Parquet"):
        score_archive(str(tmp_path / "damaged.parquet"), tmp_path / "scores.csv")


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        ("framework", [True], "BOOLEAN in the column 'framework'"),
        ("question", [1.1], "DOUBLE in the column 'question'"),
        ("judgement", [["poor"]], r"VARCHAR\[\] in the column 'judgement'"),
        ("year", [b"2004"], "BLOB in the column 'year'"),
    ],
)
def test_a_column_that_holds_no_text_is_named(tmp_path, column, values, found):
    sound = {name: ["x"] for name in ("framework", "area", "year", "case_id", "question", "judgement")}
    pd.DataFrame(sound | {column: values}).to_parquet(tmp_path / "part.parquet")
    with pytest.raises(InputError, match=found):
        score_archive(str(tmp_path / "part.parquet"), tmp_path / "scores.csv")


def test_years_may_be_numbers(archive, tmp_path):
    rows = pd.read_parquet(next(archive.rglob("framework=esi/area=brackenfold/*.parquet")))
    rows.assign(year=2003).to_parquet(tmp_path / "part.parquet")
    scores = score_archive(str(tmp_path / "part.parquet"), tmp_path / "scores.csv")
    assert set(scores["year"]) == {2003}


def test_what_does_not_fit_into_the_memory_is_said(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("esi_toolkit.data.archive.MEMORY_LIMIT", "1KB")
    with pytest.raises(InputError, match="no room or no access"):
        score_archive(str(archive), tmp_path / "scores.csv")


def test_the_same_areas_give_the_same_bytes(archive, tmp_path):
    again = tmp_path / "again"
    root = tmp_path / "areas"
    for name in AREAS:
        shutil.copytree(SAMPLE / name, root / name)
    archive_areas(root, again)
    first = {path.relative_to(archive): path.read_bytes() for path in archive.rglob("*.parquet")}
    assert first == {path.relative_to(again): path.read_bytes() for path in again.rglob("*.parquet")}
