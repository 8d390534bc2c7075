"""Samples of cases, and areas to start from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from esi_toolkit.cli.options import OutFolder, print_problems


def draw(
    caseload: Annotated[Path, typer.Argument(help="CSV, Parquet or Excel file, one row a case.")],
    size: Annotated[int, typer.Option(help="Cases in all.", min=1)] = 100,
    high_risk: Annotated[int, typer.Option(help="How many of high risk of harm.", min=0)] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sample.", min=0)] = 1,
    per_manager: Annotated[int | None, typer.Option(help="Most cases of one case manager.", min=1)] = None,
    reserves: Annotated[int, typer.Option(help="Further cases to stand in.", min=0)] = 0,
    out: OutFolder = Path("sample"),
    check_file: Annotated[
        Path | None, typer.Option("--check", help="Instead: check a sample that arrived.")
    ] = None,
) -> None:
    """Draw a random sample from a caseload, with a record of how; or check one."""
    from esi_toolkit.errors import InputError
    from esi_toolkit.reports import draw as drawing

    cases = drawing.read_caseload(caseload)
    design = drawing.design_sample(
        size=size, high_risk=high_risk, seed=seed, per_manager=per_manager, reserves=reserves
    )
    if check_file is not None:
        found = drawing.check_against_caseload(check_file, cases, design).problems
        print_problems(found)
        if any(problem.severity == "error" for problem in found):
            raise typer.Exit(InputError.exit_code)
        print(f"{len(found)} things to look at" if found else "The sample is as it was asked for.")
        return
    sample = drawing.draw_to_folder(cases, design, out)
    print(f"{len(sample.chosen)} cases and {len(sample.reserves)} reserves in {out}")
    for note in sample.notes:
        print(f"warning: {note}", file=sys.stderr)


def simulate(
    areas: Annotated[int, typer.Option(help="How many areas.", min=1)] = 42,
    seed: Annotated[int, typer.Option(help="The same seed gives the same areas.", min=0)] = 1,
    out: OutFolder = Path("simulated"),
) -> None:
    """Make synthetic areas to try things out on."""
    from esi_toolkit.data.samples import write_simulated_areas

    folders = write_simulated_areas(out, count=areas, seed=seed)
    print(f"{len(folders)} synthetic areas in {out}")


def new(folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist.")]) -> None:
    """Make an empty area folder to fill in."""
    from esi_toolkit.data.files import new_area

    print(f"An empty area stands in {new_area(folder)}; start with area.yml.")
