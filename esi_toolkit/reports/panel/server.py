"""Voilà for the panel alone: one notebook, a token, this machine's own address, nothing from elsewhere."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import webbrowser
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from traitlets.config import Config
from voila.app import Voila

from esi_toolkit.errors import spell_out
from esi_toolkit.reports.engine.sockets import kernel_sockets

_OWN_PAGE = Path(__file__).parent / "page"
_EXTENSIONS = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget"]
"""What draws widgets and charts; others that a user has installed stay out."""
_ENDINGS = ("SIGTERM", "SIGHUP")
"""Being ended by another program, and a closed terminal: the same as Ctrl-C. Windows lacks the second."""


def run_server(notebook: Path, host: str, port: int, *, title: str, open_browser: bool) -> None:
    """Serve a notebook until Ctrl-C.

    Parameters
    ----------
    notebook : Path
        In a folder of its own, where everything else that the server writes goes as well.
    host, port : str, int
        Where it listens.
    title : str
        For what is printed.
    open_browser : bool
        False only prints the address.
    """
    # Nobody's own start-up files run in the kernel, and it keeps no history of what was typed.
    os.environ["IPYTHONDIR"] = str(notebook.parent / "ipython")
    token = secrets.token_urlsafe(32)
    address = f"http://{host}:{port}/?token={token}"
    server = PanelServer(lambda: _welcome(address, title, notebook.parent if open_browser else None))
    server.update_config(make_config(notebook, host, port, token))
    server.initialize([])
    server.template_paths.insert(0, str(_OWN_PAGE))
    for name in _ENDINGS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    server.start()
    print(f"The panel for {spell_out(title)} is closed.")


class PanelServer(Voila):
    """Voilà without settings from files, for a panel behaves the same wherever it is started.

    Parameters
    ----------
    on_ready : callable
        Called once the server listens.
    """

    def __init__(self, on_ready: Callable[[], None], **options: Any):
        super().__init__(config_file_paths=[], **options)
        self._on_ready = on_ready

    def launch_browser(self) -> None:
        """Called by Voilà once it listens; its own way forgets the token and leaves a file behind."""
        self._on_ready()


def make_config(notebook: Path, host: str, port: int, token: str) -> Config:
    """What Voilà is told.

    Parameters
    ----------
    notebook : Path
        The only one that is served.
    host, port : str, int
        No other port is tried where this one is taken.
    token : str
        Without it nothing is shown and no kernel started.
    """
    folder = str(notebook.parent)
    server = {
        "ip": host,
        "port": port,
        "port_retries": 0,
        "token": token,
        "notebook_path": str(notebook),
        "root_dir": folder,
        "connection_dir_root": folder,
        "open_browser": True,  # see launch_browser
        "log_level": logging.ERROR,
        # Jupyter waits for three pings of 30 seconds, which Tornado refuses; this is as patient.
        "tornado_settings": {"ws_ping_interval": 90_000, "ws_ping_timeout": 90_000},
    }
    page = {
        "file_allowlist": [],  # Voilà gives files away without asking for the token
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "extension_allowlist": _EXTENSIONS,
    }
    kernels = {"root_dir": str(Path.cwd())}  # so that a relative path means the same in the kernel
    error = {"cell_error_instruction": "What went wrong stands where 'esi panel' was started."}
    return Config(
        Voila=server,
        VoilaConfiguration=page,
        VoilaExecutor=error,
        MappingKernelManager=kernels,
        KernelManager=kernel_sockets(folder),
    )


def _welcome(address: str, title: str, folder: Path | None) -> None:
    print(f"The panel for {spell_out(title)} is open at\n\n    {address}\n", flush=True)
    print("Keep this address to yourself: whoever has it can record decisions.", flush=True)
    print("Ctrl-C closes the panel.", flush=True)
    if folder is not None:
        webbrowser.open(_doorway(folder, address).as_uri())


def _doorway(folder: Path, address: str) -> Path:
    """A page that leads on to the panel: other users see what a browser is started with, but not this."""
    page = folder / "open.html"
    forward = f'<meta http-equiv="refresh" content="0; url={escape(address)}">'
    page.write_text(f"<!DOCTYPE html><title>The panel</title>{forward}", encoding="utf-8")
    return page
