"""Progress is shown to whoever looks, and to nobody else."""

from __future__ import annotations

import io

from rich.console import Console

from esi_toolkit.reports.running.place import ReportResult
from esi_toolkit.reports.running.progress import BatchProgress
from esi_toolkit.reports.running.tally import BatchEvent

EVENTS = [
    BatchEvent("started", "leeds", done=0, failed=0, skipped=1, running=1, total=3, seconds=1),
    BatchEvent(
        "failed", "leeds", done=0, failed=1, skipped=1, running=0, total=3, seconds=2, left=2,
        result=ReportResult("leeds", "failed", message="ValueError: [bold]no[/]"),
    ),
]  # fmt: skip


def shown(*, terminal):
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with BatchProgress(console) as progress:
        for event in EVENTS:
            progress(event)
            progress._progress.refresh()
    return console.file.getvalue()


def test_without_a_terminal_nothing_is_written():
    assert shown(terminal=False) == ""


def test_a_terminal_shows_the_count_the_time_left_and_each_failure_letter_by_letter():
    text = shown(terminal=True)
    assert "1 of 3 areas" in text
    assert "2 of 3 areas" in text
    assert "1 failed, 1 unchanged, about 2 s left" in text
    assert "failed: leeds: ValueError: [bold]no[/]" in text
