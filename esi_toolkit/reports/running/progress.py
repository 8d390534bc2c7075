"""How a batch is going, on a terminal; nothing at all where there is no terminal to look at."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from esi_toolkit.reports.running.batch import BatchEvent


class BatchProgress:
    """A bar with areas done, running, failed and the time left; failures stay above it as they come.

    Parameters
    ----------
    console : rich.console.Console, optional
        Where to draw; default: the error stream, so that standard output stays clean.

    Examples
    --------
    >>> from esi_toolkit.reports.running.batch import BatchEvent
    >>> event = BatchEvent("started", "leeds", done=0, failed=0, skipped=0, running=1, total=42, seconds=0)
    >>> with BatchProgress() as progress:
    ...     progress(event)
    """

    def __init__(self, console: Console | None = None):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._console = console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f} areas"),
            TextColumn("{task.fields[words]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("Reports", total=0, words="")

    def __enter__(self) -> BatchProgress:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: BatchEvent) -> None:
        """Show one event."""
        settled = event.done + event.failed + event.skipped
        self._progress.update(self._task, total=event.total, completed=settled, words=say(event))
        if event.kind == "failed" and event.result is not None and self._console.is_terminal:
            self._progress.print(
                f"failed: {event.area_id}: {event.result.message}", markup=False, highlight=False
            )


def say(event: BatchEvent) -> str:
    """A batch's state in a few words.

    Examples
    --------
    >>> from esi_toolkit.reports.running.batch import BatchEvent
    >>> say(BatchEvent("done", "leeds", done=3, failed=1, skipped=2, running=2, total=42, seconds=4, left=75))
    '2 running, 1 failed, 2 unchanged, about 1 min 15 s left'
    """
    words = [f"{event.running} running"] if event.running else []
    words += [f"{event.failed} failed"] if event.failed else []
    words += [f"{event.skipped} unchanged"] if event.skipped else []
    words += [f"about {_duration(event.left)} left"] if event.left else []
    return ", ".join(words)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
