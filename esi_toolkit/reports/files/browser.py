"""The browser that this machine has, driven without a window and without a network.

Chrome, Chromium and Edge are told what to do through their DevTools protocol: JSON over a WebSocket on this
machine's own address.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from esi_toolkit.errors import EsiError, Problem, RunError
from esi_toolkit.reports.files.browser_path import VARIABLE, find_browser

_OPTIONS = (
    "--headless",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # in a container /dev/shm is too small for a long page
    "--password-store=basic",  # asks no desktop for a password
    "--use-mock-keychain",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
_PATIENCE = 5.0
"""Seconds that a browser gets to close by itself."""
_LISTENS = re.compile(r"DevTools listening on (ws://\S+)")


class Browser:
    """A running browser with an empty profile of its own.

    Parameters
    ----------
    time_limit : float
        Seconds until whatever it is doing counts as failed.
    scratch : Path, optional
        Folder for its profile; default: the system's.

    Examples
    --------
    ``with Browser() as browser: browser.call("Browser.getVersion")`` ends it in any case.

    Raises
    ------
    NotFoundError
        There is no browser on this machine.
    RunError
        It does not start, does not answer in time, or says no.
    """

    def __init__(self, *, time_limit: float, scratch: Path | None = None):
        self._until = time.monotonic() + time_limit
        self._limit = time_limit
        self._count = 0
        self._said: list[str] = []
        self._events: list[dict[str, Any]] = []
        self._path = find_browser()
        self._profile = tempfile.TemporaryDirectory(
            prefix="browser-", dir=scratch, ignore_cleanup_errors=True
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._process = self._start()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self._socket = self._connect()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(EsiError):
            self.call("Browser.close")
        self._socket.shutdown()
        self._end(_PATIENCE)

    def _start(self) -> subprocess.Popen:
        as_root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        command = [self._path, *_OPTIONS, *as_root, f"--user-data-dir={self._profile.name}", "about:blank"]
        try:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, encoding="utf-8", errors="replace",
            )  # fmt: skip
        except OSError as error:
            self._profile.cleanup()
            raise self._failure(f"{error.strerror}: {self._path}") from error

    def _connect(self) -> Any:
        import websocket

        try:
            # A browser refuses a caller that looks like a web page.
            return websocket.create_connection(self._address(), timeout=self._left(), suppress_origin=True)
        except (websocket.WebSocketException, OSError) as error:
            raise self._failure(f"it cannot be spoken to ({error})") from error

    def _address(self) -> str:
        """Where it listens, which it says on its error stream."""
        while True:
            try:
                line = self._lines.get(timeout=self._left())
            except queue.Empty:
                raise self._late("start") from None
            if line is None:
                raise self._failure(f"it ended itself with code {self._process.wait()}; {self._last_words()}")
            if found := _LISTENS.search(line):
                return found[1]

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in stream:
                self._said = [*self._said[-20:], line.strip()]
                self._lines.put(line)
        self._lines.put(None)

    def _last_words(self) -> str:
        return next((line for line in reversed(self._said) if line), "it said nothing")

    def _left(self) -> float:
        return max(0.01, self._until - time.monotonic())

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Give the browser an order, and wait for the answer.

        Parameters
        ----------
        method : str
            As the protocol names it, for example ``Page.printToPDF``.
        session : str
            The page that is meant; "" for the browser itself.
        **parameters
            As the protocol names them.
        """
        self._count += 1
        number = self._count
        order = {"id": number, "method": method, "params": parameters}
        message = self._exchange(order | ({"sessionId": session} if session else {}), method)
        while message.get("id") != number:
            self._events.append(message)
            message = self._exchange(None, method)
        if "error" in message:
            raise self._failure(f"{method}: {message['error'].get('message', '')}")
        return message.get("result", {})

    def wait_for(self, event: str, session: str) -> None:
        """Wait until something has happened in a page."""

        def is_it(message: dict[str, Any]) -> bool:
            return message.get("method") == event and message.get("sessionId") == session

        while not any(map(is_it, self._events)):
            self._events.append(self._exchange(None, event))
        self._events.clear()

    def _exchange(self, order: dict[str, Any] | None, what: str) -> dict[str, Any]:
        """Send an order, if any, and receive the next message."""
        import websocket

        try:
            self._socket.settimeout(self._left())
            if order is not None:
                self._socket.send(json.dumps(order))
            return json.loads(self._socket.recv())
        except websocket.WebSocketTimeoutException:
            raise self._late(what) from None
        except (websocket.WebSocketException, OSError, ValueError) as error:
            raise self._failure(f"it went away during {what} ({error})") from error

    def _late(self, what: str) -> RunError:
        return self._failure(f"no answer to {what} after {self._limit:g} seconds")

    def _failure(self, reason: str) -> RunError:
        fix = f"try the page in that browser, or name another one in {VARIABLE}"
        return RunError(Problem(f"browser {Path(self._path).name}", reason, "a PDF", fix))

    def _end(self, patience: float = 0) -> None:
        """End it and everything it has started: whoever still runs holds its error stream open."""
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(_PATIENCE)
        self._profile.cleanup()
