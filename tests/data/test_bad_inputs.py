"""One broken file per mistake: each is refused with its own message, its exit code, and nothing written."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from esi_toolkit import cli

BAD_INPUTS = Path(__file__).resolve().parents[1] / "bad_inputs"
SCORE = "score AREA --framework FRAMEWORK"


def _mistakes() -> list[Any]:
    files = sorted((BAD_INPUTS / "mistakes").glob("*.yml"))
    entries = [(path.stem, entry) for path in files for entry in yaml.safe_load(path.read_text("utf-8"))]
    return [pytest.param(entry, id=f"{stem}: {entry['mistake']}") for stem, entry in entries]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the sound area and its framework."""
    shutil.copytree(BAD_INPUTS / "sound_area", tmp_path / "area")
    shutil.copy(BAD_INPUTS / "sound_framework.yml", tmp_path / "framework.yml")
    return tmp_path


def make_mistake(place: Path, step: dict[str, Any]) -> None:
    """Carry out one step of an entry; see README.md in tests/bad_inputs."""
    path = place / "framework.yml" if step["file"] == "framework.yml" else place / "area" / step["file"]
    kinds = {"remove": None, "folder": path.mkdir, "pipe": lambda: os.mkfifo(path),
             "link": lambda: path.symlink_to(step["link"])}  # fmt: skip
    if kind := next((kind for kind in kinds if kind in step), None):
        path.unlink(missing_ok=True)
        if make := kinds[kind]:
            make()
        return
    content = _content(path, step)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content[: int(len(content) * step.get("keep", 1))])


def _content(path: Path, step: dict[str, Any]) -> bytes:
    if "sheet" in step or "parquet" in step:
        path.with_suffix(".csv").unlink()
        return _workbook(step) if "sheet" in step else _parquet(step)
    text = step.get("text")
    if text is None:
        old, new = step.get("change", ["", ""])
        sound = path.read_text("utf-8")
        assert sound.count(old) == 1 or not old, f"'{old}' stands {sound.count(old)} times in {path.name}"
        text = (sound.replace(old, new) if old else sound) + step.get("add", "")
    return (text * step.get("times", 1)).encode(step.get("encoding", "utf-8"))


def _workbook(step: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    for title, rows in {"Sheet": step["sheet"], **step.get("more_sheets", {})}.items():
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if "merge" in step:
        book.active.merge_cells(step["merge"])
    for place in step.get("hide", ()):
        dimensions = book.active.column_dimensions if isinstance(place, str) else book.active.row_dimensions
        dimensions[place].hidden = True
    for place, value in step.get("cells", {}).items():
        book.active[place] = value
    if step.get("sheet_hidden"):
        book.active.sheet_state = "hidden"
        book.create_sheet("Empty")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _parquet(step: dict[str, Any]) -> bytes:
    """Columns as Parquet, each row as often as `times` says; a name may stand twice."""
    columns = step["parquet"].items() if isinstance(step["parquet"], dict) else step["parquet"]
    arrays = [pa.array(values * step.get("times", 1)) for _, values in columns]
    stream = io.BytesIO()
    parquet.write_table(pa.table(arrays, names=[name for name, _ in columns]), stream)
    return stream.getvalue()


def run(place: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run ``esi`` in this process, in an empty folder, and give its exit code."""
    names = {"AREA": str(place / "area"), "FRAMEWORK": str(place / "framework.yml")}
    words = command.split()
    for name, path in names.items():
        words = [word.replace(name, path) for word in words]
    (place / "elsewhere").mkdir(exist_ok=True)
    monkeypatch.chdir(place / "elsewhere")
    monkeypatch.setattr(sys, "argv", ["esi", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


def _everything_in(place: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in place.rglob("*")}


def test_the_sound_area_is_sound(place, monkeypatch, capsys):
    assert run(place, "check AREA --framework FRAMEWORK", monkeypatch) == 0
    printed = capsys.readouterr()
    assert "3 of 3 published figures are met" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize("entry", _mistakes())
def test_a_mistake_is_named_with_its_place_and_nothing_is_written(entry, place, monkeypatch, capsys):
    for step in [entry, *entry.get("and", ())] if "file" in entry else ():
        make_mistake(place, step)
    (place / "elsewhere").mkdir()
    before = _everything_in(place)

    code = run(place, entry.get("command", SCORE), monkeypatch)

    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    assert code == entry["exit"], printed.err
    assert [part for part in entry["says"] if not any(part in line for line in lines)] == [], printed.err
    if more := entry.get("more"):
        assert lines.pop() == f"and {more} more"
    assert len(lines) == (100 if more else len(entry["says"])), printed.err
    assert all(line.startswith("warning: " if code == 0 else "error: ") for line in lines)
    assert "Traceback" not in printed.err
    if "check" not in entry.get("command", SCORE):
        assert printed.out == ""
    assert _everything_in(place) == before


def test_every_kind_of_file_has_a_mistake_of_its_own():
    steps = [step for value in _mistakes() for step in (value.values[0], *value.values[0].get("and", ()))]
    broken = {Path(step["file"]).stem for step in steps if "file" in step}
    sound = {path.stem for path in BAD_INPUTS.glob("sound_area/*")} | {"framework"}
    assert sound - broken == set()


def test_the_corpus_is_as_large_as_it_is_said_to_be():
    assert len(_mistakes()) >= 190
