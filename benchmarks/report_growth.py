"""From one area to 420: time and memory of `esi batch`.

Run ``python benchmarks/report_growth.py [--json FILE]``. Memory is that of all processes together at its
peak, what they share counted once.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd
from results import give_results, take_arguments
from timing import run

SIZES = (1, 42, 420)
PER_AREA, MEMORY_GROWTH = 1.1, 1.5


def measure(place: Path, count: int) -> dict[str, float]:
    """One size: seconds, seconds for each area, MiB."""
    areas = place / f"areas-{count}"
    run("esi", "simulate", "--areas", str(count), "--out", areas)
    batch = run("esi", "batch", areas, "--out", place / f"out-{count}", watched=True)
    return {
        "areas": count,
        "seconds": round(batch.seconds, 1),
        "seconds for each": round(batch.seconds / count, 3),
        "peak memory, MiB": round(batch.mib),
    }


def main() -> int:
    """Print the table; 1 where time or memory grow faster than the areas."""
    given = take_arguments(__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = pd.DataFrame([measure(Path(folder), count) for count in SIZES])
    each, memory = table["seconds for each"], table["peak memory, MiB"]
    findings = {
        f"420 areas take {each[2] / each[1]:.2f} times the time of 42 for each": each[2]
        <= PER_AREA * each[1],
        f"and {memory[2] / memory[1]:.2f} times their memory": memory[2] <= MEMORY_GROWTH * memory[1],
    }
    return give_results("report_growth", table, {k: bool(v) for k, v in findings.items()}, given.json)


if __name__ == "__main__":
    sys.exit(main())
