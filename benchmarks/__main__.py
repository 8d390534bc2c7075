"""Every measurement and the page of results: ``python -m benchmarks [NAME …] [--full]``.

Each question is a script beside this one that can be run by itself; here they run one after another, each in
a process of its own, and ``RESULTS.md`` is written from what they and earlier runs have found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.results_page import MEASURED, QUESTIONS, write_page

HERE = Path(__file__).resolve().parent
BY_DEFAULT = (
    "reports",
    "report_growth",
    "scoring",
    "large_data",
    "start_up",
    "bootstrap_speed",
    "panel_update",
)
"""What takes less than ten minutes in all. The others are run by name, and keep their last figures."""


def main() -> int:
    """Run what is asked for and write the page; 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=BY_DEFAULT, metavar="NAME", help=", ".join(QUESTIONS))
    parser.add_argument("--full", action="store_true", help="run the plain commands for every area")
    given = parser.parse_args()
    unknown = set(given.names) - set(QUESTIONS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(QUESTIONS)}")
    failed = [name for name in given.names if not _run(name, given.full)]
    print(write_page())
    if failed:
        print(f"Does not hold, or did not run: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, full: bool) -> bool:
    """Run one script; whether everything that must hold does."""
    MEASURED.mkdir(exist_ok=True)
    options = ["--full"] if full and name == "reports" else []
    print(f"== {name}: {QUESTIONS[name]}", flush=True)
    began = time.monotonic()
    command = [sys.executable, HERE / f"{name}.py", "--json", MEASURED / f"{name}.json", *options]
    code = subprocess.run([str(word) for word in command], check=False).returncode
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
