"""Files and folders appear whole or not at all, and what a killed process left behind goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from esi_toolkit.data import beside
from esi_toolkit.data.beside import process_exists, whole_folder, write_whole

DIES = """
import os, sys
from esi_toolkit.data import beside
beside.os.fsync = lambda _: os.kill(os.getpid(), 9)
"""


def run_until_it_dies(code: str, folder: Path) -> int:
    """Run code that kills itself while it writes; the number that its process had."""
    process = subprocess.Popen([sys.executable, "-c", DIES + code], cwd=folder)
    assert process.wait() != 0
    return process.pid


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_whole_with_its_folders_and_over_an_older_one(tmp_path):
    path = write_whole(tmp_path / "deep" / "file.txt", "ä\r\n")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert names(path.parent) == ["file.txt"]


def test_a_file_that_cannot_be_finished_leaves_the_older_one(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "file.txt", "first")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(beside.os, "fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, "second")
    assert path.read_text("utf-8") == "first"
    assert names(tmp_path) == ["file.txt"]


def test_a_folder_that_cannot_be_filled_leaves_nothing(tmp_path):
    with pytest.raises(NotADirectoryError), whole_folder(tmp_path / "new") as folder:
        (write_whole(folder / "file.txt", "x") / "no folder").read_text("utf-8")
    assert names(tmp_path) == []


def test_a_folder_appears_when_it_is_filled(tmp_path):
    with whole_folder(tmp_path / "deep" / "new") as folder:
        write_whole(folder / "file.txt", "x")
        assert not (tmp_path / "deep" / "new").exists()
    assert names(tmp_path / "deep" / "new") == ["file.txt"]
    assert names(tmp_path / "deep") == ["new"]


def test_what_a_killed_process_left_of_a_file_goes_when_the_file_is_next_written(tmp_path):
    write_whole(tmp_path / "file.txt", "first")
    run_until_it_dies("beside.write_whole('file.txt', 'second')", tmp_path)
    assert len(names(tmp_path)) == 2
    assert (tmp_path / "file.txt").read_text("utf-8") == "first"
    write_whole(tmp_path / "file.txt", "third")
    assert names(tmp_path) == ["file.txt"]


def test_what_a_killed_process_left_of_a_folder_goes_when_the_folder_is_next_made(tmp_path):
    code = "with beside.whole_folder('new') as f: beside.write_whole(f / 'a.txt', 'x')"
    run_until_it_dies(code, tmp_path)
    assert len(names(tmp_path)) == 1
    with whole_folder(tmp_path / "new"):
        pass
    assert names(tmp_path) == ["new"]


def test_what_others_are_writing_or_have_named_alike_stays(tmp_path):
    dead = run_until_it_dies("os.fsync(0)", tmp_path)
    stays = [
        f".file.txt.{os.getppid()}-abc.part",  # its process still runs
        f".other.txt.{dead}-abc.part",
        f"file.txt.{dead}-abc.part",
        ".file.txt.backup.part",
        f".file.txt.{dead}-abc.part.txt",
    ]
    for name in [*stays, f".file.txt.{dead}-abc.part", f".file.txt.{10**30}-abc.part"]:
        (tmp_path / name).touch()
    write_whole(tmp_path / "file.txt", "x")
    assert names(tmp_path) == sorted([*stays, "file.txt"])


def test_a_process_is_known_while_it_runs():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_exists(process.pid)
    process.communicate(b"\n")
    assert not process_exists(process.pid)
