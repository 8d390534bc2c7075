"""A real JupyterLab on this machine's own address, and Debian's Chromium to drive it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.real_parts import needs_browser, open_browser

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "03_moderate.ipynb"
LAPTOP = {"width": 1366, "height": 768}
PATIENCE = 60_000
"""Milliseconds until something that should appear counts as missing."""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab.

    Attributes
    ----------
    folder : Path
        Holds a copy of the notebook.
    register : Path
        The register of decisions that its kernels use.
    """

    url: str
    token: str
    folder: Path
    register: Path

    def address(self, notebook: str = NOTEBOOK) -> str:
        """Where a browser opens a notebook, in a workspace of its own."""
        return f"{self.url}lab/tree/{notebook}?token={self.token}&reset"

    def end_kernels(self) -> None:
        """End every kernel, as closing and opening JupyterLab the next morning does."""
        for sessions in self._ask_again("api/sessions"):
            if not sessions:
                return
            self._request(f"api/sessions/{sessions[0]['id']}", "DELETE")

    def wait_for_kernel(self) -> None:
        """Until the page is connected with a kernel: cells that are run before that are only cleared."""
        for kernels in self._ask_again("api/kernels"):
            if any(one["connections"] and one["execution_state"] == "idle" for one in kernels):
                return

    def _ask_again(self, path: str) -> Iterator[Any]:
        until = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < until:
            answer = self._request(path)
            if answer is not None:
                yield answer
            time.sleep(0.1)
        raise AssertionError(f"{path} does not come to what is waited for")

    def _request(self, path: str, method: str = "GET") -> Any:
        headers = {"Authorization": f"token {self.token}"}
        try:
            with urlopen(Request(self.url + path, headers=headers, method=method), timeout=30) as answer:
                return json.loads(answer.read() or "null")
        except HTTPError:
            # While a kernel is about to start or to end, the server fails to say how it is.
            return None


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[Lab]:
    needs_browser()
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "notebooks" / NOTEBOOK, folder / NOTEBOOK)
    register = tmp_path_factory.mktemp("register") / "register.sqlite"
    own = tmp_path_factory.mktemp("jupyter")
    token = secrets.token_hex(16)
    with (own / "server.log").open("wb") as log:
        server = subprocess.Popen(
            _command(folder, token), cwd=folder, env=_environment(own, register), stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield Lab(_wait_for_url(server, own), token, folder, register)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _command(folder: Path, token: str) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": "0",  # the system chooses a free one
        "ServerApp.root_dir": str(folder),
        "IdentityProvider.token": token,
        "ServerApp.allow_root": "True",
        "ServerApp.open_browser": "False",
    }
    return [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]


def _environment(own: Path, register: Path) -> dict[str, str]:
    """Nothing of the developer's own Jupyter is read or written, and nothing is asked of the network."""
    asked = own / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    asked.parent.mkdir(parents=True)
    asked.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    folders = {
        "JUPYTER_CONFIG_DIR": own / "config",
        "JUPYTER_RUNTIME_DIR": own / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": own / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": own / "workspaces",
        "IPYTHONDIR": own / "ipython",
    }
    kept = {name: value for name, value in os.environ.items() if name != "ESI_AUTHOR"}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {
        **kept,
        **{name: str(path) for name, path in folders.items()},
        "PYTHONPATH": path,
        "ESI_REGISTER": str(register),
    }


def _wait_for_url(server: subprocess.Popen, own: Path) -> str:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and server.poll() is None:
        for file in (own / "runtime").glob("jpserver-*.json"):
            # The file is there before it is written.
            if text := file.read_text():
                return json.loads(text)["url"]
        time.sleep(0.2)
    raise AssertionError("JupyterLab did not start:\n" + (own / "server.log").read_text(errors="replace"))


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium, for one file of tests: its event loop would be in the way of tests that run their own."""
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def page(browser) -> Iterator[object]:
    """A page as wide as a laptop."""
    context = browser.new_context(viewport=LAPTOP)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
