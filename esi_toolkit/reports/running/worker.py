"""One warm process as its parent sees it: orders go in, answers come out, and it ends with its parent."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from esi_toolkit.data.register_place import ENVIRONMENT, find_shared_register

_PACKAGE = Path(__file__).resolve().parents[2]
START = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location(
    {_PACKAGE.name!r}, {str(_PACKAGE / "__init__.py")!r}, submodule_search_locations=[{str(_PACKAGE)!r}])
package = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from esi_toolkit.reports.running.warm import main
main()
"""
"""This very toolkit, wherever another may be installed, and nothing from the folder that the user is in."""
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


class Worker:
    """One warm process, and the thread that listens to it.

    Parameters
    ----------
    command : list of str
        How it is started.
    inbox : queue
        Gets a pair for each message: this worker, and the message or None when the process has ended.

    Attributes
    ----------
    is_ready : bool
        Whether it has loaded everything.
    last_words : str
        The last line on its error stream, once it is closed.
    """

    def __init__(self, command: list[str], inbox: queue.SimpleQueue):
        self.is_ready = False
        self.last_words = ""
        # No thread besides the main one, or forking would not be safe; the same order of sets in every run.
        settings = dict.fromkeys(_ONE_THREAD, "1") | {
            "PYTHONHASHSEED": "0",
            "PLOTLY_RENDERER": "plotly_mimetype",
        }
        if find_shared_register():
            # Notebooks run in other folders, where a relative path would lead elsewhere.
            settings[ENVIRONMENT] = find_shared_register()
        # Ctrl-C at the terminal goes to the parent alone, which then ends all in good order.
        apart: dict[str, Any] = (
            {"start_new_session": True}
            if os.name == "posix"
            else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined]
        )
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  as long as the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
            env=os.environ | settings,
            **apart,
        )
        self._thread = threading.Thread(target=self._listen, args=(inbox,), daemon=True)
        self._thread.start()

    def _listen(self, inbox: queue.SimpleQueue) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as answers:
            for line in answers:
                inbox.put((self, json.loads(line)))
        inbox.put((self, None))

    def send(self, order: dict[str, Any]) -> None:
        """Give an order; a process that has gone is noticed by whoever listens."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def end_job(self, number: int, *, forked: bool) -> None:
        """End one job: its own process where it has one, else the whole process."""
        if forked:
            self.send({"kill": number})
        else:
            self._process.kill()

    def close(self) -> int:
        """End the process and all it has started; returns its exit code."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._thread.join(timeout=1)
        self._keep_last_words()
        return code

    def _keep_last_words(self) -> None:
        if self._said.closed:
            return
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", errors="replace").splitlines()
        self.last_words = next((line.strip() for line in reversed(lines) if line.strip()), "nothing said")
        self._said.close()
