"""A small process that ends what the warm process has started, should that one be killed itself."""

from __future__ import annotations

import contextlib
import os
import signal

_MOST_FILES = 1024


def end_group(number: int) -> None:
    """End a process with all that it has started; one that is gone already is no error."""
    # A process that has only just started may not have its own group yet.
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(number, signal.SIGKILL)


class Guard:
    """Told of each process that starts and ends; when whoever tells it is gone, it ends those that are left.

    Start it before anything heavy is loaded, since it is a copy of the process that starts it.
    """

    def __init__(self) -> None:
        listen, self.line = os.pipe()
        if os.fork() == 0:
            _be_guard(listen)
        os.close(listen)

    def watch(self, number: int) -> None:
        """Tell it that a process has started."""
        self._tell("+", number)

    def forget(self, number: int) -> None:
        """Tell it that a process has ended."""
        self._tell("-", number)

    def _tell(self, sign: str, number: int) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self.line, f"{sign}{number}\n".encode())


def _be_guard(listen: int) -> None:
    """Listen in the forked process, which never returns from here."""
    try:
        os.setsid()
        # Whatever it held open, others would take for its parent still being there.
        os.closerange(3, listen)
        os.closerange(listen + 1, _MOST_FILES)
        watched: set[int] = set()
        with os.fdopen(listen, encoding="ascii") as lines:
            for line in lines:
                (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
        for number in watched:
            end_group(number)
    finally:
        os._exit(0)
