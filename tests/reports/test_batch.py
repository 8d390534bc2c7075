"""Many areas: a broken one leaves the others standing, nothing is done twice, and an end is an end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import esi_toolkit.reports.running.pool
from esi_toolkit.errors import NotFoundError, RunError
from esi_toolkit.reports.running.batch import run_batch
from esi_toolkit.reports.running.tally import batch_lines
from tests.reports.conftest import TEMPLATE, contents, hidden, is_running, wait_until, write_area

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def batch(areas, out, **options):
    return run_batch(areas, out, **{"template": TEMPLATE, "workers": 2, **options})


def statuses(result):
    return {one.area_id: one.status for one in result.results}


TROUBLES = {
    "raises": ("raise ValueError('broken')", "ValueError: broken"),
    "leaves": ("os._exit(3)", "the process ended itself with code 3"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "the process was ended by SIGSEGV"),
    "is-killed": ("os.kill(os.getpid(), 9)", "the process was ended by SIGKILL"),
    "never-ends": ("while True: pass", "still running after 10 seconds"),
    "cannot-be-asked-to-end": (
        "import signal\nfor number in (2, 15, 1): signal.signal(number, signal.SIG_IGN)\n"
        "while True:\n    try: time.sleep(9)\n    except BaseException: pass",
        "still running after 10 seconds",
    ),
}


@FORK
def test_broken_areas_leave_the_others_standing(make_area, tmp_path):
    for name, (trouble, _) in TROUBLES.items():
        make_area(name, trouble=trouble)
    for name in ("a-good-one", "middle", "the-last"):
        make_area(name)
    result = batch(tmp_path / "areas", tmp_path / "out", time_limit=10)
    by_name = {one.area_id: one for one in result.results}
    assert list(by_name) == sorted(path.name for path in (tmp_path / "areas").iterdir())
    for name, (_, reason) in TROUBLES.items():
        assert by_name[name].status == "failed"
        assert by_name[name].message.startswith(reason)
        assert by_name[name].cell == 10
        assert list(contents(tmp_path / "out" / name)) == ["failed.txt"]
    for name in ("a-good-one", "middle", "the-last"):
        assert by_name[name].status == "done"
        assert by_name[name].files["html"].is_file()
    assert result.exit_code == RunError.exit_code
    assert hidden(tmp_path / "out") == []
    lines = batch_lines(result)
    assert lines[0].startswith("3 made, 0 unchanged, 6 failed in ")
    assert "failed: raises, cell 10: ValueError: broken" in lines
    crash = (tmp_path / "out/crashes/failed.txt").read_text(encoding="utf-8")
    assert "Segmentation fault" in crash
    assert str(tmp_path) not in crash
    index = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert index.count("Failed:") == 6
    assert "9 areas; 6 could not be made in the last run" in index


@FORK
def test_where_no_process_can_be_forked_the_same_happens(make_area, tmp_path, monkeypatch):
    make_area("crashes", trouble="import ctypes; ctypes.string_at(0)")
    make_area("never-ends", trouble="while True: pass")
    make_area("raises", trouble="1 / 0")
    for name in ("good", "better", "best"):
        make_area(name, trouble="assert 'seen' not in globals(); seen = 1; print(area['id'])")
    forked = batch(tmp_path / "areas", tmp_path / "forked", time_limit=8)
    monkeypatch.setattr(esi_toolkit.reports.running.pool, "CAN_FORK", False)
    spawned = batch(tmp_path / "areas", tmp_path / "spawned", time_limit=8)
    assert statuses(spawned) == statuses(forked)
    assert [one.cell for one in spawned.results] == [one.cell for one in forked.results]
    for name in ("good", "better", "best"):
        assert contents(tmp_path / "spawned" / name) == contents(tmp_path / "forked" / name)


@FORK
def test_no_area_sees_what_another_has_done(make_area, tmp_path):
    trouble = (
        "assert not hasattr(json, 'mark') and 'MARK' not in os.environ and 'mark' not in globals()\n"
        "json.mark = mark = os.environ['MARK'] = 'here'; pd.set_option('display.precision', 2)\n"
        "import random; print(random.random(), pd.get_option('display.max_columns'), Path.cwd().name)"
    )
    for number in range(5):
        make_area(f"area-{number}", trouble=trouble)
    result = batch(tmp_path / "areas", tmp_path / "out")
    assert set(statuses(result).values()) == {"done"}
    printed = {
        line
        for one in result.results
        for line in one.files["notebook"].read_text(encoding="utf-8").splitlines()
        if " 20 report" in line
    }
    assert len(printed) == 1, "the same chance for all, and a page is no terminal"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
@pytest.mark.parametrize("engine", ["esi", "jupyter"])
def test_what_an_area_has_started_ends_with_it(make_area, tmp_path, engine):
    note = tmp_path / "numbers.txt"
    trouble = (
        f"import subprocess; child = subprocess.Popen(['sleep', '300'])\n"
        f"Path({str(note)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\nwhile True: time.sleep(1)"
    )
    make_area("never-ends", trouble=trouble)
    limit = {"esi": 10, "jupyter": 20}[engine]  # a kernel takes its time to start
    result = batch(tmp_path / "areas", tmp_path / "out", time_limit=limit, engine=engine)
    assert statuses(result) == {"never-ends": "failed"}
    cell, child = map(int, note.read_text().split())
    assert wait_until(lambda: not is_running(cell))
    if engine == "esi":
        assert wait_until(lambda: not is_running(child))
    else:
        os.kill(child, signal.SIGKILL)


def test_a_kernel_for_each_area_gives_the_same_reports(make_area, tmp_path):
    for number in range(2):
        make_area(f"area-{number}")
    make_area("dies", trouble="os._exit(1)")
    ours = batch(tmp_path / "areas", tmp_path / "esi")
    theirs = batch(tmp_path / "areas", tmp_path / "jupyter", engine="jupyter")
    assert statuses(ours) == statuses(theirs)
    for name in ("report.ipynb", "report.html", "scorecard.json"):
        parts = [(tmp_path / engine / "area-1" / name).read_bytes() for engine in ("esi", "jupyter")]
        assert parts[0] == parts[1]
    [dead] = theirs.of_status("failed")
    assert (dead.message, dead.cell) == ("DeadKernelError: Kernel died", 10)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets are no files on this system")
def test_a_kernel_waits_at_no_port_that_another_program_could_take(make_area, tmp_path):
    note = tmp_path / "kernel.json"
    trouble = (
        "from ipykernel.kernelapp import IPKernelApp\napp = IPKernelApp.instance()\n"
        "seen = [app.transport, app.ip, Path(app.ip).parent.stat().st_mode, app.ipython_dir]\n"
        f"Path({str(note)!r}).write_text(json.dumps(seen))"
    )
    make_area("leeds", trouble=trouble)
    result = batch(tmp_path / "areas", tmp_path / "out", engine="jupyter")
    assert statuses(result) == {"leeds": "done"}
    transport, place, mode, ipython_dir = json.loads(note.read_text())
    assert transport == "ipc"
    assert stat.S_IMODE(mode) == 0o700
    assert Path(ipython_dir) == Path(place).parent
    assert not Path(place).parent.exists()


def test_areas_without_an_id_of_their_own_fail_alone(make_area, tmp_path):
    make_area("broken")
    (tmp_path / "areas/broken/area.yml").write_text("id: [", encoding="utf-8")
    make_area("first", id="twin")
    make_area("good")
    make_area("second", id="TWIN")
    result = batch(tmp_path / "areas", tmp_path / "out")
    assert statuses(result) == {"broken": "failed", "twin": "done", "good": "done", "second": "failed"}
    assert "change the id here or in first" in result.results[3].message
    assert list(contents(tmp_path / "out/broken")) == ["failed.txt"]
    assert list(contents(tmp_path / "out/second")) == ["failed.txt"]
    assert "second/area.yml" in (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert result.exit_code == 7


def test_a_folder_without_areas_and_a_wrong_parameter_stop_the_batch(make_area, tmp_path):
    with pytest.raises(NotFoundError, match=r"no area\.yml below it"):
        batch(tmp_path, tmp_path / "out")
    with pytest.raises(NotFoundError, match="nothing"):
        batch(tmp_path / "none", tmp_path / "out")
    make_area("leeds")
    with pytest.raises(RunError, match="did you mean 'note'"):
        batch(tmp_path / "areas", tmp_path / "out", parameters={"not": "x"})


def test_areas_can_be_named_one_by_one(make_area, tmp_path):
    paths = [make_area(name) for name in ("c", "a", "b")]
    result = batch(paths[:2], tmp_path / "out")
    assert statuses(result) == {"c": "done", "a": "done"}
    assert batch(paths[0], tmp_path / "out").total == 1


def test_after_a_failure_no_further_area_starts_when_asked(make_area, tmp_path):
    make_area("a", trouble="1 / 0")
    for number in range(4):
        make_area(f"b{number}")
    result = batch(tmp_path / "areas", tmp_path / "out", fail_fast=True, workers=1)
    assert statuses(result) == {"a": "failed"}
    assert (result.total, result.exit_code) == (5, 7)
    assert batch_lines(result)[0].startswith("0 made, 0 unchanged, 1 failed, 4 not reached in ")


def test_every_event_says_how_the_batch_stands(make_area, tmp_path):
    for number in range(3):
        make_area(f"area-{number}", trouble="time.sleep(0.2)")
    make_area("bad", trouble="1 / 0")
    batch([tmp_path / "areas/area-0"], tmp_path / "out")
    events = []
    batch(tmp_path / "areas", tmp_path / "out", on_progress=events.append)
    assert [event.kind for event in events].count("started") == 3
    assert events[0].kind == "skipped"
    assert max(event.running for event in events) == 2
    last = events[-1]
    assert (last.done, last.failed, last.skipped, last.running, last.total) == (2, 1, 1, 0, 4)
    assert [event.seconds for event in events] == sorted(event.seconds for event in events)
    assert all(event.result.status == event.kind for event in events if event.kind != "started")
    assert last.left == 0


def test_two_areas_run_at_once(make_area, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    meet = (
        f"(Path({str(marks)!r}) / area['id']).touch(); end = time.time() + 20\n"
        f"while len(os.listdir({str(marks)!r})) < 2 and time.time() < end: time.sleep(0.02)\n"
        f"assert len(os.listdir({str(marks)!r})) == 2"
    )
    make_area("one", trouble=meet)
    make_area("two", trouble=meet)
    assert set(statuses(batch(tmp_path / "areas", tmp_path / "out")).values()) == {"done"}


INTERRUPTED = """
import sys
from esi_toolkit.reports.running.batch import run_batch
areas, out, template = sys.argv[1:]
print("going", flush=True)
try:
    run_batch(areas, out, template=template, workers=2)
except KeyboardInterrupt:
    print("interrupted")
    sys.exit(130)
"""


def start_batch(areas, out):
    return subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(areas), str(out), str(TEMPLATE)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def slow_areas(tmp_path):
    """Six areas that each write down the number of their process and take a third of a second."""
    numbers = tmp_path / "numbers"
    numbers.mkdir()
    trouble = f"(Path({str(numbers)!r}) / str(os.getpid())).touch(); time.sleep(0.3)"
    for number in range(6):
        write_area(tmp_path / "areas" / f"area-{number}", trouble=trouble)
    run_batch(tmp_path / "areas", tmp_path / "undisturbed", template=TEMPLATE, workers=2)
    for path in numbers.iterdir():
        path.unlink()
    return numbers


@FORK
def test_ctrl_c_stops_everything_and_running_again_ends_as_if_undisturbed(slow_areas, tmp_path):
    out = tmp_path / "out"
    process = start_batch(tmp_path / "areas", out)
    assert wait_until(lambda: len(list(slow_areas.iterdir())) >= 3, 30)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=10)
    assert (said, process.returncode) == ("going\ninterrupted\n", 130)
    assert not any(is_running(int(path.name)) for path in slow_areas.iterdir())
    assert hidden(out) == []
    done = [path.parent.name for path in out.glob("*/built.json")]
    assert 0 < len(done) < 6
    again = batch(tmp_path / "areas", out)
    assert sorted(one.area_id for one in again.of_status("skipped")) == sorted(done)
    assert contents(out) == contents(tmp_path / "undisturbed")


@FORK
def test_a_batch_that_is_killed_leaves_nothing_running_and_is_taken_up_again(slow_areas, tmp_path):
    out = tmp_path / "out"
    for round_ in range(3):
        shutil.rmtree(out, ignore_errors=True)
        process = start_batch(tmp_path / "areas", out)
        assert wait_until(lambda: any(slow_areas.iterdir()), 30)
        time.sleep(0.15 + 0.25 * round_)
        process.kill()
        process.communicate(timeout=10)
        assert wait_until(lambda: not any(is_running(int(path.name)) for path in slow_areas.iterdir()))
        for report in out.glob("*/report.html"):
            twin = tmp_path / "undisturbed" / report.parent.name
            assert contents(report.parent) == contents(twin), "what is there is whole"
        batch(tmp_path / "areas", out)
        assert contents(out) == contents(tmp_path / "undisturbed")
        assert hidden(out) == []
        for path in slow_areas.iterdir():
            path.unlink()


@FORK
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
def test_nothing_outlives_a_batch_that_is_killed(make_area, tmp_path):
    note = tmp_path / "numbers.txt"
    trouble = f"Path({str(note)!r}).write_text(f'{{os.getpid()}} {{os.getppid()}}')\nwhile True: pass"
    make_area("never-ends", trouble=trouble)
    process = start_batch(tmp_path / "areas", tmp_path / "out")
    assert wait_until(lambda: note.exists() and " " in note.read_text(), 30)
    process.kill()
    process.communicate(timeout=10)
    numbers = [int(number) for number in note.read_text().split()]
    assert wait_until(lambda: not any(map(is_running, numbers)))


@FORK
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
def test_an_area_does_not_outlive_the_warm_process_that_started_it(make_area, tmp_path):
    note = tmp_path / "numbers.txt"
    started = "child = subprocess.Popen(['sleep', '1000'])"
    trouble = f"""import subprocess; {started}
Path({str(note)!r}).write_text(f'{{os.getppid()}} {{os.getpid()}} {{child.pid}}.')
while True: pass"""
    make_area("never-ends", trouble=trouble)
    process = start_batch(tmp_path / "areas", tmp_path / "out")
    assert wait_until(lambda: note.exists() and note.read_text().endswith("."), 30)
    warm, *others = [int(number) for number in note.read_text().rstrip(".").split()]
    os.kill(warm, signal.SIGKILL)
    assert wait_until(lambda: not any(map(is_running, others)))
    process.communicate(timeout=30)
    reason = (tmp_path / "out" / "never-ends" / "failed.txt").read_text(encoding="utf-8")
    assert "the process was ended by SIGKILL" in reason
    assert hidden(tmp_path / "out") == []


def test_a_worker_that_cannot_start_is_an_error_and_no_endless_wait(make_area, tmp_path, monkeypatch):
    make_area("leeds")
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    with pytest.raises(RunError, match="the process ended itself with code 1"):
        batch(tmp_path / "areas", tmp_path / "out")
    assert hidden(tmp_path / "out") == []


def test_the_comparison_and_every_theme_are_made_with_the_areas_and_kept_until_one_changes(tmp_path):
    areas, out = tmp_path / "areas", tmp_path / "out"
    for name in ("county-durham", "dunholt"):
        shutil.copytree(SAMPLE / name, areas / name)
    first = run_batch(areas, out, compare=True, workers=2)
    over_all = {"comparison": "done", "thematic-esi-dv": "done"}
    assert statuses(first) == {"county-durham": "done", "dunholt": "done", **over_all}
    assert first.exit_code == 0
    theme = (out / "thematic-esi-dv/report.html").read_text(encoding="utf-8")
    assert "thematic report on 1 area" in theme
    index = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="comparison/report.html"' in index
    assert 'href="thematic-esi-dv/report.html"' in index
    assert set(statuses(run_batch(areas, out, compare=True)).values()) == {"skipped"}
    with (areas / "dunholt/area.yml").open("a", encoding="utf-8") as file:
        file.write("lead_inspector: somebody else\n")
    again = statuses(run_batch(areas, out, compare=True, workers=2))
    assert again == {"county-durham": "skipped", "dunholt": "done", **over_all}


def test_a_broken_area_fails_the_comparison_and_leaves_the_others_standing(tmp_path):
    areas, out = tmp_path / "areas", tmp_path / "out"
    shutil.copytree(SAMPLE / "dunholt", areas / "dunholt")
    (areas / "broken").mkdir()
    (areas / "broken/area.yml").write_text("id: broken\nname: B\nframework: esi\nodd: 1\n", encoding="utf-8")
    result = run_batch(areas, out, compare=True, workers=2)
    assert statuses(result) == {"broken": "failed", "dunholt": "done", "comparison": "failed"}
    assert result.exit_code == RunError.exit_code


def test_only_a_folder_of_areas_can_be_compared(tmp_path):
    with pytest.raises(RunError, match="a list of folders"):
        run_batch([SAMPLE / "dunholt"], tmp_path, compare=True)
