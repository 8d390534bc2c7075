"""Feed spoilt files to everything that reads one: a result or a list of problems, and nothing else.

Run ``python -m benchmarks.fuzz [TARGET …] --examples 5000``. Hypothesis spoils sound files in ways that
people and programs do: cells, rows, columns, letters, encodings, types in workbooks and Parquet, bytes
cut off or changed. Each target runs in a process of its own whose memory is limited and which is ended
when one example takes too long. Whatever is no `EsiError` with problems of one line each is a finding;
it is shrunk and printed. Not on Windows.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.reliability_page import PAGE, read_parts, write_part
from esi_toolkit.errors import EsiError

ROOT = Path(__file__).resolve().parents[1]
SOUND = ROOT / "tests" / "bad_inputs"
MEMORY = 8 * 2**30
"""Bytes of address space that a target's process may have; threads and libraries take some of it."""
LONGEST = 60
"""Seconds that one example may take."""
NASTY = (
    "", " ", "NaN", "nan", "inf", "-inf", "-1", "1e308", "1e999", "1.10", "1_000", "1,000", "0x10",
    "yes", "null", "~", "true", "=1+1", "@x", '"', "'", "\n", "\r", "\r\n", "\t", ",", ";", ":", ": ",
    "- ", "#", "&a", "*a", "<<: *a", "!!python/object/apply:os.system [id]", "!!binary YQ==", "{", "[",
    "]", "|", ">", "%", "?", "---", "\x00", "\x1b", "\ufeff", "\u2028", "\u0085", "²", "٣", "é",
    "e\u0301", "İ", "\U0001f4a9", "9" * 400, "x" * 70_000, "2004-02-30", "12:30:45", "0o7",
    "../../etc/passwd", "esi", "B1", "B1.1", "sufficient", "suficient",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp037", "shift_jis")
VALUES = (
    None, True, 0, -1, 10**18, 1.5, float("nan"), float("inf"), "", "x", b"\xff", [1], {"a": 1}, "1.10",
    pd.Timestamp("2004-02-29"), pd.Timedelta("1D"),
)  # fmt: skip
EDITS = ("put", "replace", "cut", "double", "swap", "flip")

Spoil = Callable[[st.DataObject, bytes], bytes]


def spoil_text(data: st.DataObject, sound: bytes) -> bytes:
    """Change words, lines and letters of a text file, then perhaps how it is written."""
    words = re.split(r"([,\n:]|(?<=\n) +)", sound.decode("utf-8"))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(words) - 1)))
        other = data.draw(st.integers(0, max(0, len(words) - 1)))
        words = _edit(
            words, data.draw(st.sampled_from(EDITS)), place, other, data.draw(st.sampled_from(NASTY))
        )
    encoded = "".join(words).encode(data.draw(st.sampled_from(ENCODINGS)), "replace")
    return spoil_bytes(data, encoded) if data.draw(st.integers(0, 9)) == 9 else encoded


def _edit(words: list[str], how: str, place: int, other: int, nasty: str) -> list[str]:
    """Words with one change; `place` and `other` are positions in it."""
    if not words:
        return [nasty]
    low, high = sorted((place, other))
    if how == "put":
        return [*words[:place], nasty, *words[place:]]
    if how == "replace":
        return [*words[:place], nasty, *words[place + 1 :]]
    if how == "cut":
        return words[:low] + words[high + 1 :]
    if how == "double":
        return words[: high + 1] + words[low:]
    if how == "swap":
        changed = list(words)
        changed[low], changed[high] = changed[high], changed[low]
        return changed
    return [*words[:place], words[place].swapcase(), *words[place + 1 :]]


def spoil_bytes(data: st.DataObject, sound: bytes) -> bytes:
    """Cut a file off, or change some of its bytes."""
    # Places by share: a workbook holds the time, and so is not of the same length each time.
    end = data.draw(st.sampled_from((1000, data.draw(st.integers(0, 1000)))))
    spoilt = bytearray(sound[: len(sound) * end // 1000])
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 255)), max_size=8)):
        if spoilt:
            spoilt[len(spoilt) * place // 1000] = byte
    return bytes(spoilt)


def _spoil_cells(data: st.DataObject, sound: bytes) -> list[list[Any]]:
    """Rows of a CSV, the heading first, with some cells of other kinds, and rows or columns gone or twice."""
    rows: list[list[Any]] = [line.split(",") for line in sound.decode("utf-8").splitlines()]
    for _ in range(data.draw(st.integers(0, 4))):
        row = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.integers(0, len(rows[row]) - 1))
        rows[row][column] = data.draw(st.sampled_from((*VALUES, *NASTY)))
    if data.draw(st.booleans()):
        rows.insert(data.draw(st.integers(0, len(rows))), list(data.draw(st.sampled_from(rows))))
    return rows


def spoil_workbook(data: st.DataObject, sound: bytes) -> bytes:
    """A table as a workbook with cells of other kinds; perhaps its bytes spoilt."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in _spoil_cells(data, sound):
        book.active.append([_for_workbook(value) for value in row])
    if data.draw(st.integers(0, 4)) == 4:
        book.active.merge_cells("A1:B2")
    stream = io.BytesIO()
    book.save(stream)
    return spoil_bytes(data, stream.getvalue()) if data.draw(st.booleans()) else stream.getvalue()


def _for_workbook(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)[:32_000]
    fits = isinstance(value, bool | int | None) or (isinstance(value, float) and abs(value) < 1e300)
    return value if fits or isinstance(value, pd.Timestamp) else str(value)


def spoil_parquet(data: st.DataObject, sound: bytes) -> bytes:
    """A table as Parquet with columns of other kinds; perhaps its bytes spoilt."""
    heading, *rows = _spoil_cells(data, sound)
    names = [str(name) for name in heading]
    columns = [[row[i] if i < len(row) else None for row in rows] for i in range(len(names))]
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(columns) - 1))
        columns[place] = [data.draw(st.sampled_from(VALUES))] * len(rows)
    return _spoilt_or_not(data, _as_parquet(dict(zip(names, columns, strict=True))))


def _as_parquet(columns: Mapping[str, list[Any]]) -> bytes:
    """Parquet of columns as they are where a column is of one kind, else of their words."""
    import pyarrow as pa
    from pyarrow import parquet

    arrays = {}
    for name, values in columns.items():
        try:
            arrays[name] = pa.array(values)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            arrays[name] = pa.array([None if value is None else str(value) for value in values])
    stream = io.BytesIO()
    parquet.write_table(pa.table(arrays), stream)
    return stream.getvalue()


def _spoilt_or_not(data: st.DataObject, sound: bytes) -> bytes:
    return spoil_bytes(data, sound) if data.draw(st.booleans()) else sound


def spoil_area(data: st.DataObject, folder: Path) -> None:
    """Spoil one file of a sound area, or put a workbook or Parquet in place of a table."""
    from esi_toolkit.data.files import load_framework, load_inspection
    from esi_toolkit.method.score import score

    area = Path(shutil.copytree(SOUND / "sound_area", folder / "area"))
    path = data.draw(st.sampled_from(sorted(area.rglob("*.*"))))
    ways: dict[str, Spoil] = {path.suffix: spoil_text}
    if path.suffix == ".csv":
        ways |= {".xlsx": spoil_workbook, ".parquet": spoil_parquet}
    kind = data.draw(st.sampled_from(sorted(ways)))
    sound = path.read_bytes()
    path.unlink()
    path.with_suffix(kind).write_bytes(ways[kind](data, sound))
    framework = load_framework(SOUND / "sound_framework.yml")
    score(framework, load_inspection(area, framework))


def spoil_framework(data: st.DataObject, folder: Path) -> None:
    """Spoil a framework file, and score a sound area by what is left of it."""
    from esi_toolkit.data.files import load_framework, load_inspection
    from esi_toolkit.method.score import score

    path = folder / "framework.yml"
    path.write_bytes(spoil_text(data, (SOUND / "sound_framework.yml").read_bytes()))
    framework = load_framework(path)
    score(framework, load_inspection(SOUND / "sound_area", framework))


def spoil_export(data: st.DataObject, folder: Path) -> None:
    """Spoil an export of a register, and import it."""
    from esi_toolkit.data.decision import Decision
    from esi_toolkit.data.register import open_register
    from esi_toolkit.data.register_export import rows_to_csv
    from esi_toolkit.reports.decide import import_register

    register = open_register(folder / "first.sqlite")
    for reason in ("because", '=1+1, "quoted"\nand more'):
        register.record(Decision("leeds", "esi", "A1", "Well met", "Not met", reason, "lead", "f" * 64))
    path = folder / "export.csv"
    path.write_bytes(spoil_text(data, rows_to_csv(register.export_rows()).encode()))
    area = Path(shutil.copytree(SOUND / "sound_area", folder / "area"))
    import_register(area, path)
    if problems := open_register(area / "register.sqlite").verify():
        raise AssertionError(f"a register that does not verify was taken in: {problems}")


def spoil_snapshot(data: st.DataObject, folder: Path) -> None:
    """Spoil a scorecard or an executed notebook with decisions in it."""
    from esi_toolkit.data.decision import RECORDED_FIELDS, SNAPSHOT
    from esi_toolkit.reports.pages.snapshot import read_snapshot

    row = {name: 1 if name == "number" else "x" for name in RECORDED_FIELDS}
    bundle = {SNAPSHOT: {"decisions": [row]}}
    contents = {
        "scorecard.json": {"decisions": [row], "thematic": {"esi-dv": {"decisions": [row]}}},
        "report.ipynb": {"cells": [{"outputs": [{"data": bundle}]}]},
    }
    name = data.draw(st.sampled_from(sorted(contents)))
    spoilt = spoil_text(data, json.dumps(contents[name], indent=1).encode())
    (folder / name).write_bytes(spoilt)
    read_snapshot(folder / name)


def spoil_archive(data: st.DataObject, folder: Path) -> None:
    """Spoil a file of an archive, and score the whole."""
    from esi_toolkit.reports.archive import score_archive

    rows = "".join(
        f"esi,leeds,2004,C{i},B1.{j},{word}\n"
        for i in range(3)
        for j, word in ((1, "sufficient"), (2, "poor"), (3, ""))
    )
    sound = b"framework,area,year,case_id,question,judgement\n" + rows.encode()
    (folder / "one.parquet").write_bytes(spoil_parquet(data, sound))
    score_archive(str(folder / "*.parquet"), folder / "scores.csv")


def spoil_caseload(data: st.DataObject, folder: Path) -> None:
    """Spoil a caseload, and draw a sample from it."""
    from esi_toolkit.reports import draw

    rows = [
        f"{i},licence,{'high' if i % 4 == 0 else 'low'},P{i // 2},m{i % 3},2004-01-{i + 1:02d},\n"
        for i in range(20)
    ]
    heading = "case_id,order_type,risk_of_harm,person_id,case_manager,commenced,ineligible\n"
    kind, spoil = data.draw(
        st.sampled_from([(".csv", spoil_text), (".xlsx", spoil_workbook), (".parquet", spoil_parquet)])
    )
    path = folder / f"caseload{kind}"
    path.write_bytes(spoil(data, (heading + "".join(rows)).encode()))
    cases = draw.read_caseload(path)
    design = draw.design_sample(size=5, high_risk=2, seed=1, per_manager=None, reserves=1)
    draw.draw_to_folder(cases, design, folder / "drawn")


TARGETS: dict[str, Callable[[st.DataObject, Path], None]] = {
    "area folder": spoil_area,
    "framework": spoil_framework,
    "register export": spoil_export,
    "decisions of a report": spoil_snapshot,
    "archive": spoil_archive,
    "caseload": spoil_caseload,
}
"""What is spoilt; each is given draws and an empty folder, and returns or raises `EsiError`."""


@dataclass
class Tally:
    """How many examples there were, how many were refused, the slowest in seconds, the most memory in MiB."""

    examples: int = 0
    refused: int = 0
    slowest: float = 0.0
    memory: int = 0


def check_one(target: Callable[[st.DataObject, Path], None], data: st.DataObject, tally: Tally) -> None:
    """Run one example; anything but a result or one-line problems is an error."""
    began = time.monotonic()
    # Ends the process also where it does not come back to Python.
    signal.alarm(LONGEST)
    try:
        with tempfile.TemporaryDirectory() as folder:
            target(data, Path(folder))
    except EsiError as error:
        tally.refused += 1
        if not error.problems or any("\n" in str(problem) for problem in error.problems):
            raise AssertionError("not problems of one line each") from error
    finally:
        signal.alarm(0)
    tally.examples += 1
    tally.slowest = max(tally.slowest, time.monotonic() - began)
    tally.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fuzz(name: str, examples: int, seed: int) -> Tally:
    """Try many examples of a target; raises what the first bad one raised, shrunk."""
    tally = Tally()

    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), print_blob=False,
    )  # fmt: skip
    @given(st.data())
    def every_example(data: st.DataObject) -> None:
        check_one(TARGETS[name], data, tally)

    every_example = _seeded(every_example, seed)
    every_example()
    return tally


def _seeded(test: Any, number: int) -> Any:
    from hypothesis import seed

    return seed(number)(test)


def _run_apart(name: str, examples: int, number: int, results: Any) -> None:
    """The process of one target: memory limited, result or finding put into a queue."""
    import traceback

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        results.put(fuzz(name, examples, number))
    except BaseException:
        results.put(traceback.format_exc())


def fuzz_apart(name: str, examples: int, number: int) -> Tally | str:
    """Fuzz a target in a process of its own: the tally, or what went wrong."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    process = context.Process(target=_run_apart, args=(name, examples, number, results))
    process.start()
    process.join()
    return results.get() if not results.empty() else f"ended with code {process.exitcode}"


def add_row(name: str, tally: Tally, page: Path = PAGE) -> str:
    """The page's table with a target's new row."""
    part = read_parts(page).get("Fuzzing", "")
    rows = dict(re.findall(r"^\| ([a-z ]+) \| ([\d,]+ \| .*) \|$", part, re.MULTILINE))
    refused = f"{tally.refused / max(1, tally.examples):.0%}"
    rows[name] = f"{tally.examples:,} | {refused} | {tally.slowest:.1f} s | {tally.memory} MiB"
    known = [target for target in TARGETS if target in rows]
    head = [
        "| what was spoilt | examples | refused | slowest | peak memory |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([_ABOUT, "", *head, *(f"| {target} | {rows[target]} |" for target in known)])


_ABOUT = f"""\
Sound files spoilt by Hypothesis; every example gave a result or problems of one line each, with
{MEMORY // 2**30} GiB of address space and {LONGEST} seconds for one."""


def main(words: list[str] | None = None) -> int:
    """Fuzz, print findings, and write the page for each target without any; 1 when there was one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    parser.add_argument("--examples", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    options = parser.parse_args(words)
    wrong = 0
    for name in options.targets:
        found = fuzz_apart(name, options.examples, options.seed)
        print(f"{name} (seed {options.seed}): {found}", flush=True)
        if isinstance(found, Tally):
            write_part("Fuzzing", add_row(name, found))
        else:
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
