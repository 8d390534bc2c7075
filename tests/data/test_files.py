"""The door to the disk: what an area folder may hold."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pandas.testing as pdt
import pytest

from esi_toolkit.data.files import (
    list_areas,
    list_frameworks,
    load_area,
    load_framework,
    load_inspection,
    new_area,
)
from esi_toolkit.data.tables import TABLES
from esi_toolkit.errors import InputError, NotFoundError

TEXTS = ["findings", "recommendations"]


def test_the_frameworks_that_come_along_are_listed_without_the_defaults():
    assert list_frameworks() == ["esi", "esi-dv"]


def test_an_area_with_nothing_but_area_yml_can_be_read(sound_area, small):
    for path in sound_area.iterdir():
        if path.name != "area.yml":
            path.unlink()
    inspection = load_inspection(sound_area, small)
    assert inspection.level == "nothing"
    assert all(getattr(inspection, stem) is None for stem in [*TABLES, *TEXTS])


@pytest.mark.parametrize("stem", [*TABLES, *TEXTS])
def test_each_file_may_be_left_out(stem, sound_area, small):
    next(sound_area.glob(f"{stem}.*")).unlink()
    if stem == "cases":
        (sound_area / "judgements.csv").unlink()
    assert getattr(load_inspection(sound_area, small), stem) is None


@pytest.mark.parametrize("ending", [".parquet", ".xlsx"])
@pytest.mark.parametrize("stem", list(TABLES))
def test_each_table_reads_the_same_in_every_format(stem, ending, sound_area, small):
    wanted = getattr(load_inspection(sound_area, small), stem)
    path = sound_area / f"{stem}.csv"
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = [column.name for column in TABLES[stem].columns if column.holds not in ("text", "code")]
    cells = cells.astype({name: "float64" for name in numbers if "" not in set(cells[name])})
    path.unlink()
    if ending == ".parquet":
        cells.to_parquet(path.with_suffix(ending))
    else:
        cells.to_excel(path.with_suffix(ending), index=False)
    pdt.assert_frame_equal(getattr(load_inspection(sound_area, small), stem), wanted)


def test_the_deepest_level_with_rows_is_used(sound_area, small):
    levels = []
    for stem in ["judgements", "question_counts", "criterion_scores"]:
        levels.append(load_inspection(sound_area, small).level)
        (sound_area / f"{stem}.csv").unlink()
    levels.append(load_inspection(sound_area, small).level)
    assert levels == ["judgements", "question counts", "criterion scores", "nothing"]


def test_judgements_with_a_heading_only_give_way_to_counts(sound_area, small):
    (sound_area / "judgements.csv").write_text("case_id,question,judgement\n", "utf-8")
    assert load_inspection(sound_area, small).level == "question counts"


def test_the_thematic_element_takes_its_own_tables_and_the_cases_of_the_area(sound_area, small):
    area = sound_area / "area.yml"
    area.write_text(area.read_text("utf-8") + "thematic: [small]\n", "utf-8")
    (sound_area / "small").mkdir()
    (sound_area / "small" / "judgements.csv").write_text(
        "case_id,question,judgement\nC1,B1.1,poor\n", "utf-8"
    )
    inspection = load_inspection(sound_area, small)
    assert len(inspection.cases) == 3
    assert inspection.judgements["judgement"].tolist() == ["poor"]
    assert inspection.evidence is None


def test_the_input_hash_changes_with_any_byte_of_any_file_and_with_nothing_else(sound_area, small, tmp_path):
    first = load_inspection(sound_area, small).input_hash
    copy = shutil.copytree(sound_area, tmp_path / "copy")
    (copy / "README.md").write_text("notes", "utf-8")
    assert load_inspection(copy, small).input_hash == first
    for path in sorted(sound_area.iterdir()):
        sound = path.read_bytes()
        path.write_bytes(sound + b"\n")
        assert load_inspection(sound_area, small).input_hash != first, path.name
        path.write_bytes(sound)


def test_each_file_is_announced_as_it_is_read(sound_area, small):
    seen: list[str] = []
    load_inspection(sound_area, small, on_progress=seen.append)
    assert sorted(seen) == sorted(path.name for path in sound_area.iterdir())


def test_notes_hidden_files_and_the_register_are_no_strange_files(sound_area, small):
    for name in [
        "README.md",
        ".DS_Store",
        "~$cases.xlsx",
        "register.sqlite",
        "register.sqlite-wal",
        "decisions.csv",
    ]:
        (sound_area / name).write_text("", "utf-8")
    assert load_inspection(sound_area, small).warnings == ()


def test_area_folders_are_listed_by_name_and_an_area_stands_for_itself(sound_area, tmp_path):
    shutil.copytree(sound_area, tmp_path / "anotherplace")
    (tmp_path / "nothing here").mkdir()
    assert [path.name for path in list_areas(tmp_path)] == ["anotherplace", "smallshire"]
    assert list_areas(sound_area) == [sound_area]
    with pytest.raises(NotFoundError):
        list_areas(tmp_path / "nothing here")


def test_a_new_area_is_empty_and_scores_to_nothing(tmp_path):
    folder = new_area(tmp_path / "deep" / "new-area")
    inspection = load_inspection(folder)
    assert load_area(folder).framework == "esi"
    assert inspection.level == "judgements"
    assert {warning.found for warning in inspection.warnings} >= {"a heading and no rows"}


@pytest.mark.parametrize("framework", ["esi", "esi-dv"])
def test_a_new_area_has_every_column_that_decides_who_is_asked(tmp_path, framework):
    rules = load_framework(framework)
    folder = new_area(tmp_path / "area")
    (folder / framework).mkdir()
    inspection = load_inspection(folder, rules)
    asked = {column for part in (rules, *rules.questions) for column in part.asked_of}
    assert asked - set(inspection.cases.columns) == set()
    assert "no such column" not in {warning.found for warning in inspection.warnings}


def test_a_new_area_never_takes_the_place_of_anything(sound_area):
    before = sorted(sound_area.iterdir())
    with pytest.raises(InputError):
        new_area(sound_area)
    assert sorted(sound_area.iterdir()) == before


def test_a_new_area_that_cannot_be_finished_leaves_nothing(tmp_path, monkeypatch):
    def broken(*args: object, **options: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(shutil, "copytree", broken)
    with pytest.raises(OSError, match="disk full"):
        new_area(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_an_inspection_without_some_cases_is_a_new_one(sound_area, small):
    inspection = load_inspection(sound_area, small)
    without = inspection.leave_out_cases(frozenset({"C2", "C9"}))
    assert without.cases["case_id"].tolist() == ["C1", "C3"]
    assert set(without.judgements["case_id"]) == {"C1", "C3"}
    assert len(inspection.cases) == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["context.csv", "findings.yml"])
@pytest.mark.parametrize("kind", ["a pipe", "a link to nothing", "a link to itself", "a device"])
def test_what_is_no_ordinary_file_is_neither_read_nor_overlooked(sound_area, small, name, kind):
    path = sound_area / name
    path.unlink(missing_ok=True)
    targets = {"a link to nothing": "nowhere.csv", "a link to itself": name, "a device": "/dev/zero"}
    os.mkfifo(path) if kind == "a pipe" else path.symlink_to(targets[kind])
    with pytest.raises(InputError, match=f"{name}: found a link that leads nowhere, or a device"):
        load_inspection(sound_area, small)


def test_unreadable_files_are_named(sound_area, small, monkeypatch):
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError) as raised:
        load_inspection(sound_area, small)
    assert "found permission denied, expected a readable file" in str(raised.value)
