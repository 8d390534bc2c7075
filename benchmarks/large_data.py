"""Scoring a national archive: time and peak memory from 10^5 to 10^8 judgements.

Run ``python benchmarks/large_data.py [SIZE …] [--json FILE]``. Each figure is one process of its own, so that
memory is its own too; against it the same counts by hand-written SQL in DuckDB, and only reading the columns.
Quote the ratios.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pandas as pd
from results import give_results, take_arguments

CASES_IN_AN_AREA = 100
SIZES = (10**5, 10**6, 10**7, 10**8)
MEMORY_MIB, OF_HAND = 2048, 1.5
BY_HAND = """
    SELECT area, year, question,
           count(*) FILTER (
               WHERE judgement IN ('excellent', 'sufficient', 'insufficient', 'poor')) AS relevant,
           count(*) FILTER (WHERE judgement IN ('excellent', 'sufficient')) AS positive,
           count(*) FILTER (WHERE judgement = 'not applicable') AS not_applicable,
           count(*) FILTER (WHERE judgement = '') AS unanswered
    FROM '{path}' GROUP BY ALL"""
# Lengths, not counts: those DuckDB takes from the file's own statistics without reading a row.
READING = """
    SELECT sum(length(area)), sum(length(year)), sum(length(question)), sum(length(judgement))
    FROM '{path}'"""


def make_archive(path: Path, judgements: int) -> None:
    """Write an archive of random answers, sorted as `esi archive` writes them."""
    import duckdb

    from esi_toolkit import load_framework

    codes = [question.id for question in load_framework("esi").questions]
    connection = duckdb.connect(config={"memory_limit": "2GB"})
    connection.register("questions", pd.DataFrame({"i": range(len(codes)), "question": codes}))
    rows = len(codes) * CASES_IN_AN_AREA
    connection.sql(
        f"""
        COPY (SELECT 'area-' || ((t.i // {rows}) % 42) AS area,
                     CAST(2003 + t.i // {rows * 42} AS VARCHAR) AS year,
                     CAST(t.i // {len(codes)} AS VARCHAR) AS case_id, question, 'esi' AS framework,
                     (['excellent', 'sufficient', 'sufficient', 'insufficient', 'poor', 'not applicable', ''])
                     [1 + (hash(t.i) % 7)::INT] AS judgement
              FROM range({judgements}) t(i) JOIN questions q ON q.i = t.i % {len(codes)})
        TO '{path}' (FORMAT parquet)"""
    )


def score_with_toolkit(path: str) -> int:
    """Score the archive as ``esi score --archive`` does."""
    from esi_toolkit.reports.archive import score_archive

    return len(score_archive(path, Path(path).with_suffix(".scores.parquet")))


def count_by_hand(path: str) -> int:
    """Only the counts, by hand-written SQL, in the same memory."""
    return len(_query(BY_HAND.format(path=path)))


def read_only(path: str) -> int:
    """Only reading the four columns."""
    return len(_query(READING.format(path=path)))


def _query(sql: str) -> list[tuple]:
    import duckdb

    return duckdb.connect(config={"memory_limit": "1GB"}).sql(sql).df().to_records().tolist()


WAYS: dict[str, Callable[[str], int]] = {
    "toolkit": score_with_toolkit,
    "by hand": count_by_hand,
    "reading": read_only,
}


def measure(way: str, path: Path) -> dict[str, float]:
    """Run one way in a process of its own; the median of three runs inside it, after one to warm up."""
    command = [sys.executable, __file__, "--run", way, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run(way: str, path: str) -> None:
    """The process of one way: print seconds (the median) and peak memory in MiB as JSON."""
    times = []
    for _ in range(4):
        start = time.perf_counter()
        WAYS[way](path)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": median(times[1:]), "MiB": peak}))


def measure_size(folder: Path, size: int) -> dict[str, float]:
    """All ways for one size, as a row of the table."""
    path = folder / f"{size}.parquet"
    make_archive(path, size)
    own, hand, read = (measure(way, path) for way in WAYS)
    path.unlink()
    return {
        "judgements": size,
        "toolkit, s": round(own["seconds"], 2),
        "SQL by hand, s": round(hand["seconds"], 2),
        "only reading, s": round(read["seconds"], 2),
        "toolkit / by hand": round(own["seconds"] / hand["seconds"], 2),
        "toolkit, MiB": round(own["MiB"]),
        "SQL by hand, MiB": round(hand["MiB"]),
    }


def main() -> int:
    """Print a table of sizes and ways; 1 where the largest takes too long or too much memory."""
    parser = take_arguments(__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = pd.DataFrame([measure_size(Path(folder), size) for size in given.sizes])
    most = table.iloc[-1]
    ratio, memory = most["toolkit / by hand"], most["toolkit, MiB"]
    findings = {
        f"{most['judgements']:,.0f} judgements in {memory:,.0f} MiB; allowed {MEMORY_MIB:,}": memory
        < MEMORY_MIB,
        f"and in {ratio:.2f} times the time of SQL by hand; allowed {OF_HAND}": ratio <= OF_HAND,
    }
    return give_results(
        "large_data", table, {key: bool(holds) for key, holds in findings.items()}, given.json
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(*sys.argv[2:])
    else:
        sys.exit(main())
