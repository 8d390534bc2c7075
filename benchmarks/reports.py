"""Forty-two reports: `esi batch` against the commands that one would use without it, and against the limit.

Run ``python benchmarks/reports.py [--full] [--json FILE]``. Without ``--full`` the plain commands are timed
on three areas, one after another as a loop would run them, and multiplied. All other figures are medians of
three runs.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import pandas as pd
from results import give_results, take_arguments
from timing import ROOT, run

AREAS, TIMED, REPEATS = 42, 3, 3
TEMPLATE = ROOT / "templates" / "area_report.ipynb"
FASTER_THAN_COMMANDS, OF_LIMIT, UNCHANGED_SECONDS = 25, 1.5, 1.0


def run_commands(folders: list[Path], out: Path) -> float:
    """Seconds for an executed notebook and a page of each area, by two commands for each."""
    seconds = 0.0
    for folder in folders:
        notebook = out / f"{folder.name}.ipynb"
        parameters = ["-p", "area_folder", folder, "--cwd", out]
        seconds += run("papermill", TEMPLATE, notebook, *parameters).seconds
        seconds += run("jupyter", "nbconvert", "--to", "html", notebook).seconds
    return seconds


def measure(place: Path, full: bool) -> dict[str, float]:
    """Seconds for 42 areas, by each way."""
    areas, out = place / "areas", place / "reports"
    run("esi", "simulate", "--areas", str(AREAS), "--out", areas)
    folders = sorted(path.parent for path in areas.glob("*/area.yml"))
    plain, batch, unchanged = [], [], []
    for _ in range(REPEATS):
        script = ROOT / "benchmarks" / "plain_script.py"
        plain.append(run(sys.executable, script, areas, place / "plain").seconds)
        shutil.rmtree(out, ignore_errors=True)
        batch.append(run("esi", "batch", areas, "--out", out).seconds)
        unchanged.append(run("esi", "batch", areas, "--out", out).seconds)
    timed = folders if full else folders[:TIMED]
    (place / "commands").mkdir()
    commands = run_commands(timed, place / "commands") * AREAS / len(timed)
    return {
        "`papermill` and `jupyter nbconvert`, one area after another": commands,
        "`esi batch`": median(batch),
        "plain script, no notebooks, as many processes": median(plain),
        "`esi batch` again, nothing changed": median(unchanged),
    }


def main() -> int:
    """Print the table; 1 where a limit is missed."""
    parser = take_arguments(__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="run the plain commands for every area")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds = measure(Path(folder), given.full)
    commands, batch, plain, unchanged = seconds.values()
    rows = [
        {"way": way, "seconds for 42": round(took, 2), "times faster": round(commands / took, 1)}
        for way, took in seconds.items()
    ]
    how = "every area run" if given.full else f"{TIMED} areas run and multiplied"
    findings = {
        f"{commands / batch:.1f} times faster than the two commands ({how}); wanted {FASTER_THAN_COMMANDS}": (
            commands / batch >= FASTER_THAN_COMMANDS
        ),
        f"{batch / plain:.2f} times the plain script; allowed {OF_LIMIT}": batch / plain <= OF_LIMIT,
        f"nothing changed: {unchanged:.2f} s; allowed {UNCHANGED_SECONDS:g}": unchanged < UNCHANGED_SECONDS,
    }
    return give_results("reports", pd.DataFrame(rows), findings, given.json)


if __name__ == "__main__":
    sys.exit(main())
