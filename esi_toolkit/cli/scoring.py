"""Score, archive, explain and check."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from esi_toolkit.cli.options import (
    AreaFolder,
    FrameworkOption,
    OutFolder,
    RootFolder,
    SchedulerOption,
    print_lines,
    print_problems,
)


def score(
    area: Annotated[Path | None, typer.Argument(help="Area folder, with area.yml in it.")] = None,
    framework: FrameworkOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
    archive: Annotated[
        str | None,
        typer.Option(help="Instead of an area: Parquet files of many inspections, as a pattern in quotes."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="With --archive: .parquet or .csv file for the scores.")
    ] = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Score one area, or a whole archive; for your own eyes, with every small number."""
    if archive is not None:
        _score_archive(archive, out, framework, scheduler)
        return
    if area is None:
        raise typer.BadParameter("name an area folder, or --archive with a pattern", param_hint="AREA")
    from esi_toolkit.reports.decide import score_area

    scored = score_area(area, framework)
    scorecard = scored.scorecard
    if as_json:
        print(json.dumps(scorecard.to_json(), ensure_ascii=False, indent=1, allow_nan=False))
        return
    from esi_toolkit.present.plain import scorecard_lines

    print_lines(scorecard_lines(scorecard, _terminal_width()))
    if scored.inspection.warnings:
        print(f"{len(scored.inspection.warnings)} warnings; 'esi check {area}' lists them", file=sys.stderr)


def _terminal_width() -> int | None:
    """Columns of the terminal; None where a file or another program reads."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _score_archive(archive: str, out: Path | None, framework: str | None, scheduler: str | None) -> None:
    from esi_toolkit.data.archive import INSPECTION_COLUMNS
    from esi_toolkit.reports.archive import score_archive

    target = out or Path("scores.parquet")
    scores = score_archive(archive, target, framework=framework or "esi", scheduler=scheduler)
    inspections = len(scores[list(INSPECTION_COLUMNS)].drop_duplicates())
    print(f"{inspections} inspections scored in {target}")


def archive(root: RootFolder, out: OutFolder = Path("archive")) -> None:
    """Write the judgements of many areas into a partitioned Parquet archive."""
    from esi_toolkit.reports.archive import archive_areas

    print(f"{len(archive_areas(root, out))} files in {out}")


def explain(
    area: AreaFolder,
    code: Annotated[str, typer.Argument(help="overall, or the code of a section, criterion or question.")],
    framework: FrameworkOption = None,
) -> None:
    """Say how a figure came about."""
    from esi_toolkit.method.explain import explain as explain_figure
    from esi_toolkit.present.explanation import explanation_lines
    from esi_toolkit.reports.decide import score_area

    explanation = explain_figure(score_area(area, framework).scorecard, code)
    print_lines(explanation_lines(explanation, _terminal_width()))


def check(area: AreaFolder, framework: FrameworkOption = None) -> None:
    """Check an area: what is wrong, what is missing, and whether it meets what was published."""
    from esi_toolkit.present.plain import reconciliation_lines
    from esi_toolkit.reports.check import check_area

    checked = check_area(area, framework)
    for part in checked.parts:
        print_lines(reconciliation_lines(part.scorecard, part.reconciliation))
    print_problems(checked.problems)
    if checked.exit_code:
        raise typer.Exit(checked.exit_code)
