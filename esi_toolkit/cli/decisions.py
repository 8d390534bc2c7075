"""The lead inspector's decisions and their register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from esi_toolkit.cli.options import AreaFolder, FrameworkOption, print_lines


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
    print_lines(recorded_lines(recorded, earlier))


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
            print_lines(decision_lines(scored.scorecard))


def panel(
    area: AreaFolder,
    framework: FrameworkOption = None,
    port: Annotated[int | None, typer.Option(help="Default: one that is free.", min=1, max=65535)] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Open the lead inspector's panel for one area in the browser."""
    from esi_toolkit.reports.panel.notebook import serve_panel

    serve_panel(area, framework, port=port, open_browser=not no_browser)
