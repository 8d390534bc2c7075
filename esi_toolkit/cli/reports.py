"""Reports, batches, comparisons, and JupyterLab."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from esi_toolkit.cli.options import (
    AreaFolder,
    DecisionsOption,
    FrameworkOption,
    OutFolder,
    PdfOption,
    RootFolder,
    SchedulerOption,
    SpreadsheetOption,
    print_lines,
    print_problems,
)

_FOR_ONESELF = ("--ServerApp.ip=127.0.0.1", "--ServerApp.allow_remote_access=False")
"""Nobody else on the network reaches JupyterLab, whatever a person's own settings say; its token stays."""
_PRINTED = ("html", "pdf", "spreadsheet")


def draft_findings(area: AreaFolder, framework: FrameworkOption = None) -> None:
    """Write a first draft of findings.yml from the figures; what people wrote stays as it is."""
    from esi_toolkit.present.numbers import count_of
    from esi_toolkit.reports.draft import write_drafts

    drafted = write_drafts(area, framework)
    for one in drafted:
        print(f"{count_of(one.count, 'draft')} in {one.path}")
    if not drafted:
        print("The figures give no draft that is not written about already.")


def report(
    area: AreaFolder,
    out: OutFolder = Path("reports"),
    framework: FrameworkOption = None,
    engine: Annotated[str, typer.Option(help="esi (fast, in this process) or jupyter (a kernel).")] = "esi",
    decisions: DecisionsOption = None,
    pdf: PdfOption = False,
    spreadsheet: SpreadsheetOption = False,
) -> None:
    """Write one area's report: executed notebook, page and scores."""
    from esi_toolkit.reports.running.run import run_report

    result = run_report(
        area,
        out,
        framework=framework,
        engine=engine,
        parameters=_parameters(decisions),
        formats=_formats(pdf, spreadsheet),
    )
    _print_files(result.files)


def _parameters(decisions: Path | None) -> dict[str, str]:
    return {"decisions": str(decisions)} if decisions else {}


def _print_files(files: Mapping[str, Path]) -> None:
    print_lines(str(files[kind]) for kind in _PRINTED if kind in files)


def _formats(pdf: bool, spreadsheet: bool) -> list[str]:
    return ["pdf"] * pdf + ["spreadsheet"] * spreadsheet


def batch(
    root: RootFolder,
    out: OutFolder = Path("reports"),
    framework: FrameworkOption = None,
    workers: Annotated[
        int | None, typer.Option(help="Areas at once; default: one for each core.", min=1)
    ] = None,
    scheduler: SchedulerOption = None,
    engine: Annotated[str, typer.Option(help="esi (fast) or jupyter (a kernel for each area).")] = "esi",
    fresh: Annotated[bool, typer.Option("--fresh", help="Also rebuild what has not changed.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first area that fails.")
    ] = False,
    time_limit: Annotated[float | None, typer.Option(help="Seconds allowed for one area.", min=1)] = None,
    compared: Annotated[
        bool, typer.Option("--compare", help="Also compare the areas, and report each theme over them all.")
    ] = False,
    decisions: DecisionsOption = None,
    pdf: PdfOption = False,
    spreadsheet: SpreadsheetOption = False,
) -> None:
    """Write the reports of many areas and an index page; a broken area leaves the others standing."""
    from esi_toolkit.reports.running.batch import batch_lines, run_batch
    from esi_toolkit.reports.running.progress import BatchProgress

    with BatchProgress() as progress:
        result = run_batch(
            root,
            out,
            framework=framework,
            parameters=_parameters(decisions),
            workers=workers,
            scheduler=scheduler,
            engine=engine,
            fresh=fresh,
            fail_fast=fail_fast,
            time_limit=time_limit,
            formats=_formats(pdf, spreadsheet),
            compare=compared,
            on_progress=progress,
        )
    print_lines(batch_lines(result))
    if result.exit_code:
        raise typer.Exit(result.exit_code)


def compare(
    root: RootFolder,
    out: OutFolder = Path("reports"),
    framework: Annotated[str, typer.Option("--framework", help="Framework id or file.")] = "esi",
    seed: Annotated[int, typer.Option(help="Of the resampling behind intervals and ranks.")] = 1,
    pdf: PdfOption = False,
) -> None:
    """Compare areas, no rank without its range; with a theme's framework, report the theme over them all."""
    from esi_toolkit.reports.running.run import run_comparison

    _print_files(run_comparison(root, out, framework=framework, seed=seed, pdf=pdf).files)


def publish_check(
    folder: Annotated[Path, typer.Argument(help="Folder of outputs.")],
    areas: Annotated[
        Path | None,
        typer.Option("--areas", help="Area folders they were made from: looks for their case ids and names."),
    ] = None,
) -> None:
    """Look through outputs for what must not go out: cases, people, paths, counts that were withheld."""
    from esi_toolkit.reports.publish.check import check_outputs

    found = check_outputs(folder, areas)
    print_problems(found.problems)
    print(found.summary)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def lab() -> None:
    """Open JupyterLab on the notebooks."""
    import subprocess

    from esi_toolkit.data.files import project_folder

    command = [sys.executable, "-m", "jupyterlab", *_FOR_ONESELF, str(project_folder("notebooks"))]
    raise typer.Exit(subprocess.call(command))


def verify(
    report: Annotated[Path, typer.Argument(help="A report's folder; or its page or notebook alone.")],
    area: Annotated[
        Path | None,
        typer.Option(help="What it was made from, or a folder above; default: looked for below this one."),
    ] = None,
    framework: Annotated[
        Path | None, typer.Option("--framework", help="File of the rules, where they were one's own.")
    ] = None,
) -> None:
    """Make a report again from its inputs, and say whether every figure is the same."""
    from esi_toolkit.reports.verifying.verify import verify_report

    verified = verify_report(report, area, framework)
    print_lines(verified.lines())
    if verified.exit_code:
        raise typer.Exit(verified.exit_code)
