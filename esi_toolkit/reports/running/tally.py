"""How a batch stands while it runs, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from esi_toolkit.errors import RunError
from esi_toolkit.reports.running.place import FAILED, ReportResult


@dataclass(frozen=True)
class BatchEvent:
    """Something that happened to one area.

    Attributes
    ----------
    kind : {"started", "done", "failed", "skipped"}
        What happened.
    area_id : str
        To which area.
    done, failed, skipped, running, total : int
        How the whole batch stands after it.
    seconds : float
        Since the batch began.
    left : float or None
        Seconds that the rest will take at this pace; None before anything is done.
    result : ReportResult or None
        For all but "started".
    """

    kind: str
    area_id: str
    done: int
    failed: int
    skipped: int
    running: int
    total: int
    seconds: float
    left: float | None = None
    result: ReportResult | None = None


@dataclass(frozen=True)
class BatchResult:
    """What became of a batch.

    Attributes
    ----------
    results : tuple of ReportResult
        One for each area, in the order given, then for the reports over several; with ``fail_fast`` those
        that were reached.
    total : int
        Areas given, and reports over several of them asked for.
    seconds : float
        How long it took.
    index : Path
        The page that links the reports.
    """

    results: tuple[ReportResult, ...]
    total: int
    seconds: float
    index: Path

    def of_status(self, status: str) -> list[ReportResult]:
        """The results of one status."""
        return [result for result in self.results if result.status == status]

    @property
    def exit_code(self) -> int:
        """0 when every area has its report."""
        complete = len(self.results) == self.total and not self.of_status("failed")
        return 0 if complete else RunError.exit_code


@dataclass
class Tally:
    """How the batch stands; tells of each event."""

    total: int
    tell: Callable[[BatchEvent], None]
    results: dict[int, ReportResult] = field(default_factory=dict)
    running: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def count(self, status: str) -> int:
        return sum(result.status == status for result in self.results.values())

    def started(self, area_id: str) -> None:
        self.running += 1
        self._tell("started", area_id, None)

    def ended(self, position: int, result: ReportResult, *, was_running: bool) -> None:
        self.running -= was_running
        self.results[position] = result
        self._tell(result.status, result.area_id, result)

    def _tell(self, kind: str, area_id: str, result: ReportResult | None) -> None:
        made = self.count("done") + self.count("failed")
        ahead = self.total - len(self.results)
        left = self.seconds / made * ahead if made else None
        self.tell(
            BatchEvent(
                kind,
                area_id,
                self.count("done"),
                self.count("failed"),
                self.count("skipped"),
                self.running,
                self.total,
                self.seconds,
                left,
                result,
            )
        )

    def in_order(self) -> tuple[ReportResult, ...]:
        return tuple(self.results[position] for position in sorted(self.results))


def batch_lines(result: BatchResult) -> list[str]:
    """A summary for the terminal: how many of each, why any failed, and where the index is.

    Examples
    --------
    >>> bad = ReportResult("leeds", "failed", message="ValueError: no", cell=3)
    >>> print("\\n".join(batch_lines(BatchResult((bad,), 2, 1.25, Path("out/index.html")))))
    0 made, 0 unchanged, 1 failed, 1 not reached in 1.2 seconds
    failed: leeds, cell 3: ValueError: no
    ...
    """
    counts = {
        word: len(result.of_status(status))
        for status, word in (("done", "made"), ("skipped", "unchanged"), ("failed", "failed"))
    }
    counts |= (
        {"not reached": result.total - len(result.results)} if result.total > len(result.results) else {}
    )
    lines = [
        ", ".join(f"{count} {word}" for word, count in counts.items()) + f" in {result.seconds:.1f} seconds"
    ]
    for one in result.of_status("failed"):
        place = one.area_id if one.cell is None else f"{one.area_id}, cell {one.cell}"
        lines += [f"failed: {place}: {line}" for line in one.message.splitlines()]
    if result.of_status("failed"):
        lines.append(f"Each failed area has a {FAILED}; reports from an earlier run stand as they were.")
    return [*lines, str(result.index)]
