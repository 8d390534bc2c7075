"""What a cell prints, whoever prints it: Python, a library written in C, or a program that the cell starts.

Each of the two file descriptors is led into an unnamed temporary file instead of a pipe: a file never fills
up, so nothing waits and no thread is needed, and a process that is to be forked must have none.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Sink = Callable[[str, str], Any]


class CellStream(io.TextIOBase):
    """Stand-in for ``sys.stdout`` or ``sys.stderr`` that hands on what was written when it is flushed.

    Parameters
    ----------
    name : {"stdout", "stderr"}
        Name of the stream in the notebook.
    sink : callable
        Called as ``sink(name, text)`` at each flush that has text.
    descriptor : int
        The file descriptor that C code writes to; it leads into ``file``.
    file : binary file
        Where the descriptor's bytes gather.
    """

    def __init__(self, name: str, sink: Sink, descriptor: int, file: Any):
        self.name = name
        self._sink = sink
        self._descriptor = descriptor
        self._file = file
        self._read = 0
        self._parts: list[str] = []

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """UTF-8, as in a kernel."""
        return "UTF-8"

    def writable(self) -> bool:
        """True: it can be written to."""
        return True

    def isatty(self) -> bool:
        """False: a notebook is no terminal."""
        return False

    def fileno(self) -> int:
        """The descriptor, for programs that the cell starts."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Keep text until the next flush, after whatever C code has written before it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._collect()
        self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Hand everything on."""
        self._collect()
        text, self._parts = "".join(self._parts), []
        if text:
            self._sink(self.name, text)

    def _collect(self) -> None:
        size = os.fstat(self._file.fileno()).st_size
        if size > self._read:
            self._file.seek(self._read)
            self._parts.append(self._file.read(size - self._read).decode("utf-8", errors="replace"))
            self._read = size


@contextmanager
def captured_streams(sink: Sink) -> Iterator[None]:
    """Lead stdout and stderr, and the descriptors beneath them, to ``sink`` while the block runs.

    Parameters
    ----------
    sink : callable
        Called as ``sink(name, text)``.

    Examples
    --------
    >>> said = []
    >>> with captured_streams(lambda name, text: said.append((name, text))):
    ...     print("from Python")
    ...     _ = os.system("echo from a program")
    ...     sys.stdout.flush()
    >>> said
    [('stdout', 'from Python\\nfrom a program\\n')]
    """
    before = sys.stdout, sys.stderr
    for stream in before:
        stream.flush()
    with _redirected(1) as out, _redirected(2) as err:
        sys.stdout = CellStream("stdout", sink, 1, out)
        sys.stderr = CellStream("stderr", sink, 2, err)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            sys.stdout, sys.stderr = before


@contextmanager
def _redirected(descriptor: int) -> Iterator[Any]:
    """Lead a descriptor into a temporary file, to which every process that writes appends."""
    kept = os.dup(descriptor)
    with tempfile.TemporaryFile("a+b") as file:
        os.dup2(file.fileno(), descriptor)
        try:
            yield file
        finally:
            os.dup2(kept, descriptor)
            os.close(kept)
