"""Many areas, a large area, a crowd at the register, a long file: how long, how much memory, nothing lost.

Run ``python -m benchmarks.load [areas] [cases] [rows] [register]``; each part has a line of the page.
Times are those of the whole command, memory is the most that one process had. The register is a
PostgreSQL server that is started for it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.reliability_page import PAGE, read_parts, write_part

WRITERS = 8
# Runs a command and says on its last line how long it took and the most memory of one of its processes.
MEASURE = """
import resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(done.returncode, time.monotonic() - began, peak)
sys.stderr.write(done.stderr[-2000:])
"""


def measure(*words: object) -> tuple[int, str]:
    """Run ``esi``: its exit code, and seconds and memory in words."""
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "esi_toolkit.cli", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, seconds, peak = done.stdout.split()
    if int(code):
        print(done.stderr, file=sys.stderr)
    return int(code), f"{float(seconds):.1f} s, {peak} MiB"


def load_areas(folder: Path, count: int = 500) -> str:
    """Report many areas, then again when nothing has changed."""
    from esi_toolkit.data.samples import write_simulated_areas

    write_simulated_areas(folder / "areas", count=count, seed=1)
    words = ("batch", folder / "areas", "--out", folder / "reports")
    (first, made), (second, again) = measure(*words), measure(*words)
    reports = len(list((folder / "reports").glob("*/report.html")))
    _must(first == second == 0 and reports == count, f"{reports} of {count} reports, codes {first}, {second}")
    return f"`esi batch` of {count} areas: {made}; again, with nothing changed: {again}"


def load_cases(folder: Path, count: int = 20_000) -> str:
    """Check, score and report one area with many cases."""
    from esi_toolkit.data.files import load_framework
    from esi_toolkit.data.sample_results import Profile
    from esi_toolkit.data.samples import simulate_area, write_area

    tables = simulate_area(load_framework("esi"), seed=1, name="Largeshire", profile=Profile(cases=count))
    write_area(folder / "area", tables)
    commands = {"check": (), "score": (), "report": ("--out", folder / "reports")}
    found = {name: measure(name, folder / "area", *more) for name, more in commands.items()}
    _must(all(code == 0 for code, _ in found.values()), str(found))
    figures = "; ".join(f"`esi {name}` {text}" for name, (_, text) in found.items())
    return f"An area with {count:,} cases, {len(tables['judgements.csv']):,} judgements: {figures}"


def load_rows(folder: Path, count: int = 1_000_000) -> str:
    """Check an area whose file of judgements is far too long, and all wrong."""
    sound = Path(__file__).resolve().parents[1] / "tests" / "bad_inputs"
    area = folder / "area"
    subprocess.run(["cp", "-r", sound / "sound_area", area], check=True)
    with (area / "judgements.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"nobody-{number},B9.9,suficient\n" for number in range(count))
    words = ("score", area, "--framework", sound / "sound_framework.yml")
    code, figures = measure(*words)
    _must(code == 2, f"code {code} in place of 2")
    return f"A file with {count:,} wrong rows, refused: {figures}"


def load_register(folder: Path, readers: int = 200, seconds: float = 60.0) -> str:
    """Read and write a register on PostgreSQL at once; every confirmed decision must be there."""
    from esi_toolkit.data.register import open_register
    from tests.postgresql import run_server

    with run_server(connections=readers + WRITERS + 20) as server:
        address = f"{server}/postgres"
        open_register(address).record(_decision("before all others"))
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        crowds = [(_write, WRITERS), *((_read, readers // 2) for _ in "ab")]
        processes = [
            context.Process(target=_crowd, args=(*crowd, address, seconds, results)) for crowd in crowds
        ]
        for process in processes:
            process.start()
        told = [results.get() for _ in processes]
        for process in processes:
            process.join()
        register = open_register(address)
        reasons = [decision.reason for decision in register.decisions()]
        problems = register.verify()
    written = [reason for work in told for reason in work["written"]]
    refused = sum(work["refused"] for work in told)
    _must(not problems, str(problems))
    _must(
        set(written) <= set(reasons) and len(reasons) == len(set(reasons)),
        "a decision is lost or there twice",
    )
    reads = sum(work["reads"] for work in told)
    return (
        f"{readers} readers and {WRITERS} writers on a PostgreSQL register for {seconds:.0f} s: "
        f"{len(written):,} decisions confirmed, each there once, the chain verified; {reads:,} reads, each "
        f"of the whole verified register; {refused} times told to try again"
    )


def _decision(reason: str) -> object:
    from esi_toolkit.data.decision import Decision

    return replace(
        Decision("leeds", "esi", "A1", "Well met", "Not met", "", "lead", figures_hash="f" * 64),
        reason=reason,
    )


def _crowd(work: Callable, count: int, address: str, seconds: float, results: multiprocessing.Queue) -> None:
    """Many threads that do the same until the time is over; what all of them have done goes into a queue."""
    told: dict = {"written": [], "reads": 0, "refused": 0}
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_repeat, args=(work, number, address, until, told)) for number in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(told)


def _repeat(work: Callable, number: int, address: str, until: float, told: dict) -> None:
    from esi_toolkit.data.register import open_register
    from esi_toolkit.errors import RegisterError

    register, count = open_register(address), 0
    while count == 0 or time.monotonic() < until:
        count += 1
        try:
            work(register, f"writer {number}, decision {count}", told)
        except RegisterError:
            told["refused"] += 1


def _write(register: object, reason: str, told: dict) -> None:
    register.record(_decision(reason))  # type: ignore[attr-defined]
    told["written"].append(reason)


def _read(register: object, _: str, told: dict) -> None:
    numbers = [decision.number for decision in register.decisions()]  # type: ignore[attr-defined]
    _must(numbers == list(range(1, len(numbers) + 1)), "a reader saw a gap")
    told["reads"] += 1


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


PARTS: dict[str, Callable[[Path], str]] = {
    "register": load_register, "cases": load_cases, "rows": load_rows, "areas": load_areas,
}  # fmt: skip


def add_line(name: str, text: str, page: Path = PAGE) -> str:
    """The page's part with one line new; the others stay."""
    lines = dict(re.findall(r"^- (\w+): (.+)$", read_parts(page).get("Load", ""), re.MULTILINE))
    lines[name] = f"{text} (load of the machine at the start: {os.getloadavg()[0]:.1f})"
    return "\n".join(f"- {part}: {lines[part]}" for part in PARTS if part in lines)


def main(words: list[str] | None = None) -> int:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART")
    for name in parser.parse_args(words).parts:
        with tempfile.TemporaryDirectory() as folder:
            text = PARTS[name](Path(folder))
        print(json.dumps({name: text}), flush=True)
        write_part("Load", add_line(name, text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
