"""The command line: ``esi …``. Each command is one call into the package; what it needs loads only then."""

from __future__ import annotations

import sys

import typer

from esi_toolkit.cli import decisions, reports, sampling, scoring
from esi_toolkit.cli.options import print_problems
from esi_toolkit.errors import EsiError, Problem

COMMANDS = {
    "Before the inspection": (sampling.draw, sampling.new, sampling.simulate),
    "Scores": (scoring.check, scoring.score, scoring.explain, scoring.archive),
    "Decisions": (decisions.panel, decisions.moderate, decisions.decisions),
    "Reports": (
        reports.draft_findings,
        reports.report,
        reports.batch,
        reports.compare,
        reports.verify,
        reports.publish_check,
        reports.lab,
    ),
}
"""Every command, in the order of an inspection."""

app = typer.Typer(
    help="Score inspections and report them: from judgements to published figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for _title, _commands in COMMANDS.items():
    for _command in _commands:
        app.command(rich_help_panel=_title)(_command)


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
        where, found = str(error.filename2 or error.filename or "disk"), str(error.strerror or error).lower()
        print_problems([Problem(where, found, "a place to read from and write to", fix)])
        sys.exit(EsiError.exit_code)
