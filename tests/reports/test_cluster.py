"""Reports made by a Dask cluster are those made here, and a worker that dies takes nothing with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from esi_toolkit.cli import app
from esi_toolkit.errors import RunError
from esi_toolkit.reports.running import cluster as cluster_module
from esi_toolkit.reports.running.batch import run_batch
from esi_toolkit.reports.running.cluster import check_workers, connect
from esi_toolkit.reports.running.job import Job, area_files
from tests.reports.conftest import TEMPLATE, contents, hidden, is_running, wait_until, write_area

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "data" / "sample"

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")


def batch(areas, out, **options):
    return run_batch(areas, out, **{"template": TEMPLATE, "workers": 2, **options})


def statuses(result):
    return {one.area_id: one.status for one in result.results}


def parent(number):
    return int(Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def test_a_cluster_makes_the_same_bytes_and_knows_what_is_done(cluster, make_area, tmp_path):
    for number in range(4):
        make_area(f"area-{number}")
    make_area("raises", trouble="raise ValueError(f'broken in {Path.cwd()}')")
    make_area("crashes", trouble="os._exit(3)")
    make_area("never-ends", trouble="while True: pass")
    events = []
    here = batch(tmp_path / "areas", tmp_path / "here", time_limit=3)
    there = batch(
        tmp_path / "areas",
        tmp_path / "there",
        time_limit=3,
        scheduler=cluster.address,
        on_progress=events.append,
    )
    assert [(one.area_id, one.status, one.message, one.cell) for one in there.results] == [
        (one.area_id, one.status, one.message, one.cell) for one in here.results
    ]
    assert there.exit_code == RunError.exit_code
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    whole = b"".join(contents(tmp_path / "there").values())
    assert not [word for word in (str(tmp_path), cluster.address, ".building-") if word.encode() in whole]
    assert max(event.running for event in events) == 2
    assert (events[-1].done, events[-1].failed, events[-1].running) == (4, 3, 0)
    (tmp_path / "areas/area-2/scores.csv").write_text("criterion,score\nB1,1\n", encoding="utf-8")
    again = batch(sorted((tmp_path / "areas").glob("area-*")), tmp_path / "there", scheduler=cluster.address)
    assert list(statuses(again).values()) == ["skipped", "skipped", "done", "skipped"]


def test_a_real_report_with_its_spreadsheet_is_the_same(cluster, tmp_path):
    shutil.copytree(SAMPLE / "eskermarsh", tmp_path / "areas" / "eskermarsh")
    for out, options in {"here": {}, "there": {"scheduler": cluster.address}}.items():
        result = run_batch(tmp_path / "areas", tmp_path / out, formats=["spreadsheet"], **options)
        assert statuses(result) == {"eskermarsh": "done"}
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert (tmp_path / "there/eskermarsh/tables.xlsx").is_file()


def test_reports_over_several_areas_are_made_there_too(cluster, tmp_path):
    for name in ("coldermere", "fenwater"):
        shutil.copytree(SAMPLE / name, tmp_path / "areas" / name)
    for out, options in {"here": {}, "there": {"scheduler": cluster.address}}.items():
        result = run_batch(tmp_path / "areas", tmp_path / out, compare=True, **options)
        assert set(statuses(result).values()) == {"done"}
        assert {"comparison", "thematic-esi-dv"} < set(statuses(result))
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_what_a_machine_must_see_is_named_also_where_it_sees_nothing(tmp_path):
    area, several = (Job("x", str(tmp_path / folder), "") for folder in ("areas/leeds", "areas"))
    assert area_files(several) == [str(tmp_path / "areas/area.yml")]
    for name in ("leeds", "york"):
        write_area(tmp_path / "areas" / name)
    assert area_files(area) == [str(tmp_path / "areas/leeds/area.yml")]
    assert area_files(several) == [str(tmp_path / f"areas/{name}/area.yml") for name in ("leeds", "york")]


def test_a_worker_killed_in_the_middle_of_an_area_loses_nothing(cluster, make_area, tmp_path):
    attempts = tmp_path / "attempts"
    attempts.mkdir()
    meet = (
        f"mine = Path({str(attempts)!r}) / f\"{{area['id']}} {{os.getpid()}}\"; mine.touch()\n"
        f"while not (mine.parent / 'go').exists(): time.sleep(0.02)"
    )
    for number in range(4):
        make_area(f"area-{number}", trouble=meet)
    killed = []

    def kill_one_of_two(event):
        if event.kind == "started" and event.running == 2:
            assert wait_until(lambda: len(list(attempts.iterdir())) == 2, 30)
            area, cell = min(attempts.iterdir()).name.split()
            killed.append((area, int(cell), parent(parent(int(cell)))))
            os.kill(killed[0][2], signal.SIGKILL)
            (attempts / "go").touch()

    out = tmp_path / "out"
    result = batch(
        tmp_path / "areas",
        out,
        scheduler=cluster.address,
        on_progress=lambda event: None if killed else kill_one_of_two(event),
    )
    assert set(statuses(result).values()) == {"done"}
    [(area, cell, worker)] = killed
    assert worker in [process.pid for process in cluster.workers]
    assert wait_until(lambda: not is_running(cell)), "what ran on the worker has ended with it"
    tried = [path.name.split()[0] for path in attempts.iterdir() if path.name != "go"]
    assert sorted(tried) == sorted([area, *(f"area-{number}" for number in range(4))])
    (attempts / "go").touch()
    batch(tmp_path / "areas", tmp_path / "here")
    assert contents(out) == contents(tmp_path / "here")
    assert hidden(out) == []
    cluster.start_worker()
    cluster.wait_for_workers(2)


def test_after_a_failure_no_further_area_starts_when_asked(cluster, make_area, tmp_path):
    make_area("a", trouble="1 / 0")
    for number in range(4):
        make_area(f"b{number}")
    result = batch(tmp_path / "areas", tmp_path / "out", fail_fast=True, workers=1, scheduler=cluster.address)
    assert statuses(result) == {"a": "failed"}


INTERRUPTED = """
import sys
from esi_toolkit.reports.running.batch import run_batch
areas, out, template, scheduler = sys.argv[1:]
run_batch(areas, out, template=template, scheduler=scheduler)
"""


def test_an_interrupted_batch_leaves_nothing_running_and_is_taken_up_again(cluster, tmp_path):
    note, go = tmp_path / "note", tmp_path / "go"
    wait = f"Path({str(note)!r}).write_text(f'{{os.getpid()}}.')\nwhile not Path({str(go)!r}).exists(): pass"
    write_area(tmp_path / "areas" / "first")
    write_area(tmp_path / "areas" / "second", trouble=wait)
    out = tmp_path / "out"
    command = [sys.executable, "-c", INTERRUPTED, tmp_path / "areas", out, TEMPLATE, cluster.address]
    for end in (signal.SIGINT, signal.SIGKILL):
        process = subprocess.Popen(list(map(str, command)), stderr=subprocess.DEVNULL)
        assert wait_until(lambda: note.exists() and note.read_text().endswith("."), 30)
        assert wait_until(lambda: (out / "first/built.json").exists(), 30)
        process.send_signal(end)
        process.wait(timeout=20)
        assert wait_until(lambda: not is_running(int(note.read_text().strip("."))))
        assert bool(hidden(out)) is (end == signal.SIGKILL)
        assert sorted(path.parent.name for path in out.glob("*/built.json")) == ["first"]
        note.unlink()
    go.touch()
    again = batch(tmp_path / "areas", out, scheduler=cluster.address)
    assert statuses(again) == {"first": "skipped", "second": "done"}
    batch(tmp_path / "areas", tmp_path / "here")
    assert contents(out) == contents(tmp_path / "here")
    assert hidden(out) == []


def test_no_scheduler_is_said_before_anything_is_written(make_area, tmp_path, monkeypatch):
    make_area("leeds")
    monkeypatch.setattr(cluster_module, "_SECONDS_TO_ANSWER", 1)
    for address, found in (("tcp://127.0.0.1:1", "expected a Dask scheduler"), ("?", "expected a Dask")):
        words = ["batch", str(tmp_path / "areas"), "--out", str(tmp_path / "out"), "--scheduler", address]
        result = CliRunner().invoke(app, words)
        assert isinstance(result.exception, RunError)
        assert found in str(result.exception)
        assert result.exception.exit_code == 7
    assert not (tmp_path / "out").exists()


def test_a_worker_with_another_toolkit_is_refused_by_name(cluster, make_area, tmp_path):
    make_area("leeds")
    other = tmp_path / "other"
    shutil.copytree(PROJECT / "esi_toolkit", other / "esi_toolkit")
    front = other / "esi_toolkit" / "__init__.py"
    front.write_text(front.read_text(encoding="utf-8").replace('"0.1.0"', '"0.0.9"'), encoding="utf-8")
    worker = cluster.start_worker(PYTHONPATH=str(other))
    cluster.wait_for_workers(3)
    try:
        with pytest.raises(RunError, match=r"worker tcp://.*: found esi_toolkit 0\.0\.9, .*install the same"):
            batch(tmp_path / "areas", tmp_path / "out", scheduler=cluster.address)
        assert not (tmp_path / "out").exists()
    finally:
        worker.kill()
        worker.wait()
        cluster.wait_for_workers(2)


def test_workers_that_see_other_files_or_another_register_are_refused(cluster, tmp_path, monkeypatch):
    with connect(cluster.address) as client:
        check_workers(client, [tmp_path])
        with pytest.raises(RunError, match=r"found no .*/none and 1 more, expected the same files"):
            check_workers(client, [tmp_path / "none", tmp_path, tmp_path / "nor-this"])
        monkeypatch.setenv("ESI_REGISTER", str(tmp_path / "register.sqlite"))
        with pytest.raises(RunError, match="another register of decisions") as caught:
            check_workers(client)
    assert len(caught.value.problems) == 2
