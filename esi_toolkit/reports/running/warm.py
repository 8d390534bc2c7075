"""The process in which reports are made: everything is imported once, then each area gets a process of its
own.

It reads jobs from its standard input and says on its standard output when each has ended, one JSON object a
line. Where a process can be forked, every area runs in a copy that shares what is loaded and nothing else;
where it cannot (Windows), one area after another runs here, and whoever started this process starts as many
as should run at once.

Run as ``python -m esi_toolkit.reports.running.warm``; it ends with its input, and ends all it has started.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from esi_toolkit.reports.engine.engine import register
from esi_toolkit.reports.running.guard import Guard, end_group
from esi_toolkit.reports.running.job import Job

CAN_FORK = hasattr(os, "fork")


def main() -> None:
    """Serve jobs for the template that the command line names, until the input ends."""
    talk, orders = _take_over_streams()
    guard = Guard() if CAN_FORK and "--no-fork" not in sys.argv else None
    warm_up(sys.argv[1])
    server = _ForkingServer(talk, orders, guard) if guard else _LoneServer(talk, orders)
    server.serve()


def _take_over_streams() -> tuple[IO[str], int]:
    """Keep standard input and output for orders and answers, out of reach of everything else."""
    talk, orders = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1), os.dup(0)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return talk, orders


_RARELY = 100_000, 20, 20
"""When rubbish is looked for: a report makes little, and its process ends soon."""
LATE = ("scipy.optimize", "scipy.sparse.csgraph", "scipy.special")
"""What a report imports only when it calculates: loaded once here, not once for each area. Nothing waits for
it: the first areas run already.
"""


def warm_up(template: str) -> None:
    """Import what a report needs, run a little of it, and set what a kernel would decide at its start.

    Parameters
    ----------
    template : str
        The notebook whose imports are loaded beforehand; one that cannot be read is left to fail area by
        area.
    """
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
    register()
    import papermill

    from esi_toolkit.reports.pages.export import to_page
    from esi_toolkit.reports.pages.made_from import stamp

    stamp()
    for name in _imports_of(template):
        load(name)
    if "pandas" in sys.modules:
        # Outside a kernel pandas would take the page for a terminal.
        sys.modules["pandas"].set_option("display.max_columns", 20)
        # Text as Python's own strings: a report works on hundreds of small tables, on which Arrow is slower.
        sys.modules["pandas"].set_option("mode.string_storage", "python")
    from nbformat.v4 import new_code_cell, new_notebook

    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    tiny = new_notebook(cells=[new_code_cell("print(1)\n2")], metadata=kernel)
    done = papermill.execute_notebook(
        tiny, None, engine_name="esi", progress_bar=False, autosave_cell_every=0
    )
    to_page(done)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_RARELY)


def _imports_of(template: str) -> list[str]:
    """Modules that a notebook's cells import, in their order."""
    import ast

    names: list[str] = []
    try:
        cells = json.loads(Path(template).read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return names
    for cell in cells:
        with contextlib.suppress(SyntaxError):  # magics
            for node in ast.walk(ast.parse("".join(cell["source"]) if cell["cell_type"] == "code" else "")):
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
    return names


def load(name: str) -> ModuleType | None:
    """Import a module beforehand; what cannot be imported will say so in the cell that needs it."""
    try:
        return importlib.import_module(name)
    except Exception:
        return None


def _run(order: dict[str, Any]) -> None:
    from esi_toolkit.reports.running.build import build_report

    build_report(Job(**order["job"]), Path(order["folder"]))


class _LoneServer:
    """Runs one job after another in this process."""

    def __init__(self, talk: IO[str], orders: int):
        self._talk = talk
        self._orders = orders

    def serve(self) -> None:
        home = Path.cwd()
        self._say({"ready": os.getpid()})
        for line in os.fdopen(self._orders, encoding="utf-8"):
            order = json.loads(line)
            _run(order)
            os.chdir(home)
            self._say({"ended": order["id"], "code": 0})

    def _say(self, message: dict[str, Any]) -> None:
        self._talk.write(json.dumps(message) + "\n")


class _ForkingServer(_LoneServer):
    """Gives each job a forked process; hears of its end, and ends it when asked to."""

    def __init__(self, talk: IO[str], orders: int, guard: Guard):
        super().__init__(talk, orders)
        self._guard = guard
        self._children: dict[int, dict[str, Any]] = {}
        self._unread = b""
        self._late = list(LATE)

    def serve(self) -> None:
        from esi_toolkit.reports.engine.kernel import keep_kernel_ready

        keep_kernel_ready()
        gc.freeze()
        listen, wake = socket.socketpair()
        for end in (listen, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Only the end of the input ends this process: then nothing that it has started outlives it.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop())
        waiting = selectors.DefaultSelector()
        waiting.register(listen, selectors.EVENT_READ)
        waiting.register(self._orders, selectors.EVENT_READ)
        self._own = (
            listen.fileno(), wake.fileno(), self._talk.fileno(), self._orders, self._guard.line, waiting
        )  # fmt: skip
        self._say({"ready": os.getpid()})
        while True:
            for key, _ in waiting.select():
                if key.fileobj is listen:
                    listen.recv(4096)
                else:
                    self._read_orders()
            self._bury()

    def _read_orders(self) -> None:
        data = os.read(self._orders, 1 << 16)
        if not data:
            self._stop()
        *lines, self._unread = (self._unread + data).split(b"\n")
        for order in map(json.loads, lines):
            if "kill" in order:
                self._kill([pid for pid, known in self._children.items() if known["id"] == order["kill"]])
            else:
                self._fork(order)
        if self._children and self._late:
            self._import(self._late)
            self._late = []

    def _import(self, names: list[str]) -> None:
        """Load modules for whoever is forked from now on."""
        for name in names:
            load(name)
        gc.freeze()

    def _fork(self, order: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            self._be_child(order)
        self._guard.watch(pid)
        self._children[pid] = order

    def _be_child(self, order: dict[str, Any]) -> None:
        """Run a job in the forked process, which never returns from here."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            *descriptors, waiting = self._own
            waiting.close()
            for descriptor in descriptors:
                os.close(descriptor)
            with (Path(order["folder"]) / "log.txt").open("ab") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            faulthandler.enable(os.dup(2))  # a cell's own descriptor leads elsewhere
            _run(order)
            code = 0
        finally:
            os._exit(code)

    def _bury(self) -> None:
        """Take leave of the children that have ended, and of whatever they have left running."""
        for pid in list(self._children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                order = self._children.pop(pid)
                self._guard.forget(pid)
                end_group(pid)
                self._say({"ended": order["id"], "code": os.waitstatus_to_exitcode(status)})
                self._learn(Path(order["folder"]))

    def _learn(self, folder: Path) -> None:
        """Import here what that area needed beyond what was loaded, so that the next one finds it."""
        with contextlib.suppress(OSError, ValueError):
            names = json.loads((folder / "result.json").read_text(encoding="utf-8"))["modules"]
            if new := [name for name in names if name not in sys.modules]:
                self._import(new)

    def _kill(self, pids: list[int]) -> None:
        for pid in pids:
            end_group(pid)

    def _stop(self) -> None:
        self._kill(list(self._children))
        os._exit(0)


if __name__ == "__main__":
    main()
