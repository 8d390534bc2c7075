"""The command line: ``esi …``. Each command is one call into the package; what it needs loads only then."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from esi_toolkit.errors import EsiError, Problem

MOST_PROBLEMS_SHOWN = 100
_PRINTED = ("html", "pdf", "spreadsheet")

app = typer.Typer(
    help="Score inspections and report them: from judgements to published figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

AreaFolder = Annotated[Path, typer.Argument(help="Area folder, with area.yml in it.")]
RootFolder = Annotated[Path, typer.Argument(help="Folder of area folders.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for what is written.")]
FrameworkOption = Annotated[
    str | None,
    typer.Option("--framework", help="Framework id or file; default: the one that area.yml names."),
]
PdfOption = Annotated[
    bool, typer.Option("--pdf", help="Also as PDF, by this machine's Chrome, Chromium or Edge.")
]
SpreadsheetOption = Annotated[
    bool, typer.Option("--spreadsheet", help="Also the tables, as a spreadsheet and as CSV files.")
]


def main() -> None:
    """Run ``esi``; what the user can mend is printed without a traceback, with an exit code for its kind."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may not know every letter, which must not stop the work; a file or pipe is UTF-8.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        app()
    except EsiError as error:
        print_problems(error.problems)
        sys.exit(error.exit_code)
    except OSError as error:
        fix = "check the path, its permissions and the space left"
        where, found = str(error.filename or "disk"), str(error.strerror or error).lower()
        print_problems([Problem(where, found, "a place to read from and write to", fix)])
        sys.exit(EsiError.exit_code)


def print_problems(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Write problems to stderr, one a line, the first hundred in full."""
    for problem in problems[:MOST_PROBLEMS_SHOWN]:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    if len(problems) > MOST_PROBLEMS_SHOWN:
        print(f"and {len(problems) - MOST_PROBLEMS_SHOWN} more", file=sys.stderr)


@app.command()
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
    scheduler: Annotated[
        str | None, typer.Option(help="With --archive: address of a Dask scheduler.")
    ] = None,
) -> None:
    """Score one area, or a whole archive."""
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

    print("\n".join(scorecard_lines(scorecard)))
    if scored.inspection.warnings:
        print(f"{len(scored.inspection.warnings)} warnings; 'esi check {area}' lists them", file=sys.stderr)


def _score_archive(archive: str, out: Path | None, framework: str | None, scheduler: str | None) -> None:
    from esi_toolkit.data.archive import INSPECTION_COLUMNS
    from esi_toolkit.reports.archive import score_archive

    target = out or Path("scores.parquet")
    scores = score_archive(archive, target, framework=framework or "esi", scheduler=scheduler)
    inspections = len(scores[list(INSPECTION_COLUMNS)].drop_duplicates())
    print(f"{inspections} inspections scored in {target}")


@app.command()
def archive(root: RootFolder, out: OutFolder = Path("archive")) -> None:
    """Write the judgements of many areas into a partitioned Parquet archive."""
    from esi_toolkit.reports.archive import archive_areas

    print(f"{len(archive_areas(root, out))} files in {out}")


@app.command()
def explain(
    area: AreaFolder,
    code: Annotated[str, typer.Argument(help="overall, or the code of a section, criterion or question.")],
    framework: FrameworkOption = None,
) -> None:
    """Say how a figure came about."""
    from esi_toolkit.method.explain import explain as explain_figure
    from esi_toolkit.present.plain import explanation_lines
    from esi_toolkit.reports.decide import score_area

    print("\n".join(explanation_lines(explain_figure(score_area(area, framework).scorecard, code))))


@app.command()
def check(area: AreaFolder, framework: FrameworkOption = None) -> None:
    """Check an area: what is wrong, what is missing, and whether it meets what was published."""
    from esi_toolkit.present.plain import reconciliation_lines
    from esi_toolkit.reports.check import check_area

    checked = check_area(area, framework)
    for part in checked.parts:
        print("\n".join(reconciliation_lines(part.scorecard, part.reconciliation)))
    print_problems(checked.problems)
    if checked.exit_code:
        raise typer.Exit(checked.exit_code)


@app.command()
def report(
    area: AreaFolder,
    out: OutFolder = Path("reports"),
    framework: FrameworkOption = None,
    engine: Annotated[str, typer.Option(help="esi (fast, in this process) or jupyter (a kernel).")] = "esi",
    pdf: PdfOption = False,
    spreadsheet: SpreadsheetOption = False,
) -> None:
    """Write one area's report: executed notebook, page and scores."""
    from esi_toolkit.reports.run import run_report

    result = run_report(area, out, framework=framework, engine=engine, formats=_formats(pdf, spreadsheet))
    _print_files(result.files)


def _print_files(files: Mapping[str, Path]) -> None:
    print("\n".join(str(files[kind]) for kind in _PRINTED if kind in files))


def _formats(pdf: bool, spreadsheet: bool) -> list[str]:
    return ["pdf"] * pdf + ["spreadsheet"] * spreadsheet


@app.command()
def batch(
    root: RootFolder,
    out: OutFolder = Path("reports"),
    framework: FrameworkOption = None,
    workers: Annotated[int | None, typer.Option(help="Areas at once; default: one for each core.")] = None,
    engine: Annotated[str, typer.Option(help="esi (fast) or jupyter (a kernel for each area).")] = "esi",
    fresh: Annotated[bool, typer.Option("--fresh", help="Also rebuild what has not changed.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first area that fails.")
    ] = False,
    time_limit: Annotated[float | None, typer.Option(help="Seconds allowed for one area.")] = None,
    pdf: PdfOption = False,
    spreadsheet: SpreadsheetOption = False,
) -> None:
    """Write the reports of many areas and an index page; a broken area leaves the others standing."""
    from esi_toolkit.reports.batch import batch_lines, run_batch
    from esi_toolkit.reports.progress import BatchProgress

    with BatchProgress() as progress:
        result = run_batch(
            root,
            out,
            framework=framework,
            workers=workers,
            engine=engine,
            fresh=fresh,
            fail_fast=fail_fast,
            time_limit=time_limit,
            formats=_formats(pdf, spreadsheet),
            on_progress=progress,
        )
    print("\n".join(batch_lines(result)))
    if result.exit_code:
        raise typer.Exit(result.exit_code)


@app.command()
def compare(
    root: RootFolder,
    out: OutFolder = Path("reports"),
    framework: Annotated[str, typer.Option("--framework", help="Framework id or file.")] = "esi",
    seed: Annotated[int, typer.Option(help="Of the resampling behind intervals and ranks.")] = 1,
    pdf: PdfOption = False,
) -> None:
    """Compare areas: family groups, criteria and ratings side by side, no rank without its range."""
    from esi_toolkit.reports.run import run_comparison

    _print_files(run_comparison(root, out, framework=framework, seed=seed, pdf=pdf).files)


@app.command()
def moderate(
    area: AreaFolder,
    criterion: Annotated[str, typer.Argument(help="Code of the criterion, for example A1.")],
    rating: Annotated[str, typer.Argument(help="The rating in words, in quotes.")],
    reason: Annotated[str, typer.Option(help="Why; compulsory and kept letter for letter.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who decides; compulsory.")] = "",
    framework: FrameworkOption = None,
) -> None:
    """Record a lead inspector's decision on a rating."""
    from esi_toolkit.present.plain import recorded_lines
    from esi_toolkit.reports.decide import record_decision

    recorded, earlier = record_decision(
        area, criterion, rating, reason=reason, author=by, framework=framework
    )
    print("\n".join(recorded_lines(recorded, earlier)))


@app.command()
def decisions(
    area: AreaFolder,
    framework: FrameworkOption = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Find any changed, missing or reordered row.")
    ] = False,
    export_to: Annotated[
        Path | None, typer.Option("--export", help="CSV file for the whole register.")
    ] = None,
    import_from: Annotated[
        Path | None, typer.Option("--import", help="CSV file of an earlier export.")
    ] = None,
) -> None:
    """List an area's decisions; verify, export or import its register."""
    from esi_toolkit.present.numbers import count_of
    from esi_toolkit.present.plain import decision_lines
    from esi_toolkit.reports import decide

    if verify:
        count = count_of(decide.verify_register(area), "decision")
        print(f"The register is as it was recorded: {count}.")
    if import_from is not None:
        print(f"{count_of(decide.import_register(area, import_from), 'decision')} added")
    if export_to is not None:
        print(f"{count_of(decide.export_register(area, export_to), 'decision')} in {export_to}")
    if not verify and import_from is None and export_to is None:
        for scored in decide.score_with_elements(area, framework):
            print("\n".join(decision_lines(scored.scorecard)))


@app.command()
def draw(
    caseload: Annotated[Path, typer.Argument(help="CSV, Parquet or Excel file, one row a case.")],
    size: Annotated[int, typer.Option(help="Cases in all.", min=1)] = 100,
    high_risk: Annotated[int, typer.Option(help="How many of high risk of harm.", min=0)] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sample.")] = 1,
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


@app.command()
def simulate(
    areas: Annotated[int, typer.Option(help="How many areas.", min=1)] = 42,
    seed: Annotated[int, typer.Option(help="The same seed gives the same areas.")] = 1,
    out: OutFolder = Path("simulated"),
) -> None:
    """Make synthetic areas to try things out on."""
    from esi_toolkit.data.samples import write_simulated_areas

    folders = write_simulated_areas(out, count=areas, seed=seed)
    print(f"{len(folders)} synthetic areas in {out}")


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist.")]) -> None:
    """Make an empty area folder to fill in."""
    from esi_toolkit.data.files import new_area

    print(f"An empty area stands in {new_area(folder)}; start with area.yml.")


@app.command()
def lab() -> None:
    """Open JupyterLab on the notebooks."""
    import subprocess

    from esi_toolkit.data.files import project_folder

    raise typer.Exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(project_folder("notebooks"))]))


if __name__ == "__main__":
    main()
