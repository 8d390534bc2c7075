"""A report takes its place whole, or the earlier one stays."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from esi_toolkit.errors import RunError
from esi_toolkit.reports.running.batch import run_batch
from esi_toolkit.reports.running.place import failure, remove_folder, settle
from esi_toolkit.reports.running.run import run_comparison, run_report
from tests.reports.conftest import TEMPLATE, contents


@pytest.fixture
def target(tmp_path):
    """An earlier report."""
    folder = tmp_path / "out" / "leeds"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("earlier", encoding="utf-8")
    return folder


def built(tmp_path, **files):
    folder = tmp_path / "out" / ".building-leeds-1-x"
    (folder / "report").mkdir(parents=True)
    for name, text in files.items():
        (folder / "report" / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


def test_a_new_report_replaces_all_of_the_earlier_one(target, tmp_path):
    (target / "old.csv").write_text("x", encoding="utf-8")
    result = settle(target, built(tmp_path, report="new"), {"status": "done"}, 1.5)
    assert (result.area_id, result.status, result.seconds) == ("leeds", "done", 1.5)
    assert contents(tmp_path) == {"out/leeds/report.html": b"new"}


def test_where_the_new_one_cannot_be_moved_the_earlier_one_stays(target, tmp_path, monkeypatch):
    rename = Path.rename

    def refuse(path, other):
        if path.name == "report":
            raise PermissionError(13, "Permission denied")
        return rename(path, other)

    monkeypatch.setattr(Path, "rename", refuse)
    result = settle(target, built(tmp_path, report="new"), {"status": "done"}, 1)
    assert result.status == "failed"
    assert "is one of its files open?" in result.message
    assert (target / "report.html").read_text(encoding="utf-8") == "earlier"
    assert sorted(contents(tmp_path)) == ["out/leeds/failed.txt", "out/leeds/report.html"]


def test_of_two_batches_that_swap_a_report_at_once_the_last_one_stands_whole(target, tmp_path, monkeypatch):
    rename, others = Path.rename, []

    def be_slow(path, other):
        if path.name == "report" and not others:
            others.append(Path(other))
            (target / "deep").mkdir(parents=True)
            (target / "deep" / "other.html").write_text("from the other batch", encoding="utf-8")
        return rename(path, other)

    monkeypatch.setattr(Path, "rename", be_slow)
    result = settle(target, built(tmp_path, report="new"), {"status": "done"}, 1)
    assert (result.status, others) == ("done", [target])
    assert contents(tmp_path) == {"out/leeds/report.html": b"new"}
    assert [path.name for path in target.parent.iterdir()] == ["leeds"]


def test_a_reason_of_several_paragraphs_stays_one_paragraph_in_the_index(target, tmp_path):
    from esi_toolkit.reports.pages.index import read_entries

    settle(target, built(tmp_path), failure("first\n\nsecond", cell=3, line="x = 1", details="trace"), 1)
    [entry] = read_entries(tmp_path / "out")
    assert entry.reason == "first\nsecond"
    assert entry.has_page


def test_a_folder_goes_although_a_process_that_is_ending_writes_into_it_once_more(tmp_path, monkeypatch):
    rmdir, late = os.rmdir, []

    def write_before(path, **where):
        if not late:
            late.append(built(tmp_path) / "cell")
            late[0].write_text("10", encoding="utf-8")
        return rmdir(path, **where)

    monkeypatch.setattr(os, "rmdir", write_before)
    folder = tmp_path / "out" / ".building-leeds-1-x"
    folder.mkdir(parents=True)
    remove_folder(folder)
    assert late
    assert not folder.exists()


def test_a_report_never_takes_the_place_of_the_area_that_it_is_made_from(make_area, tmp_path):
    area = make_area("leeds")
    (area / "failed.txt").write_text("an earlier run's", encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(RunError, match="leeds: found something that is no report"):
        run_report(area, area.parent, template=TEMPLATE)
    with pytest.raises(RunError, match="leeds: found something that is no report"):
        run_batch(area.parent, area.parent, template=TEMPLATE)
    assert contents(tmp_path) == before


def test_a_batch_writes_nothing_into_areas_whose_folders_have_other_names_than_their_reports(
    make_area, tmp_path
):
    make_area("north", id="leeds")
    make_area("south", id="")
    before = contents(tmp_path)
    with pytest.raises(RunError, match="north: found something that is no report"):
        run_batch(tmp_path / "areas", tmp_path / "areas", template=TEMPLATE)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["leeds", "comparison"])
def test_a_report_never_takes_the_place_of_what_is_none(make_area, tmp_path, name):
    area = make_area("leeds")
    theirs = tmp_path / "out" / name / "thesis.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("years of work", encoding="utf-8")
    run = run_comparison if name == "comparison" else partial(run_batch, template=TEMPLATE)
    with pytest.raises(RunError, match=f"{name}: found something that is no report"):
        run(area.parent, tmp_path / "out")
    assert theirs.read_text(encoding="utf-8") == "years of work"
