"""Scoring a national archive: time and peak memory from 10^5 to 10^8 judgements.

Run ``python benchmarks/large_data.py [SIZE …]``. Each figure is one process of its own, so that memory is its
own too; against it the same counts by hand-written SQL in DuckDB, and only reading the columns. Quote the
ratios.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CASES_IN_AN_AREA = 100
SIZES = (10**5, 10**6, 10**7, 10**8)
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
    import pandas as pd

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
    """The process of one way: print seconds (median) and peak memory in MiB as JSON."""
    times = []
    for _ in range(4):
        start = time.perf_counter()
        WAYS[way](path)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": sorted(times[1:])[1], "MiB": peak}))


def main() -> None:
    """Print a table of sizes and ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    sizes = parser.parse_args().sizes
    print("judgements | toolkit: s, MiB | by hand: s, MiB | reading: s | toolkit / by hand")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.parquet"
            make_archive(path, size)
            own, hand, read = (measure(way, path) for way in WAYS)
            pairs = f"{own['seconds']:.2f} {own['MiB']:.0f} | {hand['seconds']:.2f} {hand['MiB']:.0f}"
            print(f"{size:,} | {pairs} | {read['seconds']:.2f} | {own['seconds'] / hand['seconds']:.2f}")
            path.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(*sys.argv[2:])
    else:
        main()
