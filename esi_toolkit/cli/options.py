"""The options that commands share, and how problems are printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from esi_toolkit.errors import Problem, spell_out

MOST_PROBLEMS_SHOWN = 100

AreaFolder = Annotated[Path, typer.Argument(help="Area folder, with area.yml in it.")]
RootFolder = Annotated[Path, typer.Argument(help="Folder of area folders.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for what is written.")]
FrameworkOption = Annotated[
    str | None,
    typer.Option("--framework", help="Framework id or file; default: the one that area.yml names."),
]
SchedulerOption = Annotated[
    str | None, typer.Option("--scheduler", help="Address of a Dask scheduler whose workers do the work.")
]
PdfOption = Annotated[
    bool, typer.Option("--pdf", help="Also as PDF, by this machine's Chrome, Chromium or Edge.")
]
SpreadsheetOption = Annotated[
    bool, typer.Option("--spreadsheet", help="Also the tables, as a spreadsheet and as CSV files.")
]

DecisionsOption = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        help="Report (report.ipynb, scorecard.json) or export (.csv) to take them from, not the register.",
    ),
]


def print_lines(lines: Iterable[str]) -> None:
    """Write lines to stdout; what would steer the terminal, in somebody's name or reason, is spelt out."""
    for text in lines:
        print("\n".join(spell_out(line) for line in text.split("\n")))


def print_problems(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Write problems to stderr, one a line, the first hundred in full."""
    for problem in problems[:MOST_PROBLEMS_SHOWN]:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    if len(problems) > MOST_PROBLEMS_SHOWN:
        print(f"and {len(problems) - MOST_PROBLEMS_SHOWN} more", file=sys.stderr)
