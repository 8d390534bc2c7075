"""The lead inspector's panel for one area, as a page of its own: ``esi panel AREA``."""

from __future__ import annotations

import json
import socket
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from esi_toolkit.data.files import load_area, load_framework, load_inspection
from esi_toolkit.data.register import find_register, open_register
from esi_toolkit.errors import Problem, RunError
from esi_toolkit.reports.decide import score_area

if TYPE_CHECKING:
    from esi_toolkit.present.widgets import ModerationPanel

ADDRESS = "127.0.0.1"
"""This machine's own: nobody else reaches the panel."""


def area_panel(folder: str | Path, framework: str | None = None) -> ModerationPanel:
    """The panel for an area, on the register that `data.register.find_register` names.

    Parameters
    ----------
    folder : str or Path
        Area folder.
    framework : str, optional
        Id or file; default: the area's own.

    Raises
    ------
    EsiError
        The area or framework cannot be read.
    """
    from esi_toolkit.present.widgets import ModerationPanel

    rules = load_framework(framework or load_area(folder).framework)
    inspection = load_inspection(folder, rules)
    return ModerationPanel(inspection, rules, register=open_register(find_register(folder)))


def serve_panel(
    folder: str | Path, framework: str | None = None, *, port: int | None = None, open_browser: bool = True
) -> None:
    """Show an area's panel in the browser until Ctrl-C; nothing but its decisions is left behind.

    Parameters
    ----------
    folder : str or Path
        Area folder.
    framework : str, optional
        Id or file; default: the area's own.
    port : int, optional
        Default: one that is free.
    open_browser : bool
        False only prints the address.

    Raises
    ------
    RunError
        Voilà is not installed, or the port is in use.
    EsiError
        The area or framework cannot be read.
    """
    if find_spec("voila") is None:
        fix = "pip install 'esi-toolkit[panel]', or open 03_moderate with 'esi lab'"
        raise RunError(Problem("esi panel", "no Voilà", "the extra 'panel'", fix))
    area_folder = Path(folder).resolve()
    # Found out here, where it can be said: the page would only say that something went wrong.
    area = score_area(area_folder, framework, decisions=()).inspection.area
    chosen = find_port(port)
    from esi_toolkit.reports.panel.server import run_server

    with TemporaryDirectory(prefix="esi-panel-") as own:
        notebook = Path(own) / "panel.ipynb"
        notebook.write_text(panel_notebook(area_folder, framework, area.name), encoding="utf-8")
        run_server(notebook, ADDRESS, chosen, title=area.name, open_browser=open_browser)


def find_port(wanted: int | None) -> int:
    """A port of this machine that nobody uses: the one that is wanted, or any.

    Raises
    ------
    RunError
        The one that is wanted is in use, or not ours to take.
    """
    with socket.socket() as probe:
        try:
            probe.bind((ADDRESS, wanted or 0))
        except OSError as error:
            found = (error.strerror or "no answer").lower()
            fix = "leave --port out, or name another"
            raise RunError(Problem(f"port {wanted}", found, "a port that is free", fix)) from None
        return int(probe.getsockname()[1])


def panel_notebook(folder: Path, framework: str | None, area_name: str) -> str:
    """The notebook that Voilà runs: one cell that shows the panel, and no outputs.

    Parameters
    ----------
    folder : Path
        Area folder. Whatever it is called, it stands in the cell as a text of Python and can run nothing.
    framework : str or None
        Id or file.
    area_name : str
        For the page's title.

    Examples
    --------
    >>> cells = json.loads(panel_notebook(Path("it's"), None, "Durham"))["cells"]
    >>> print(cells[0]["source"])
    from esi_toolkit.reports.panel.notebook import area_panel
    area_panel("it's", None)
    """
    call = f"area_panel({str(folder)!a}, {framework!a})"
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "panel",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": f"from {__name__} import {area_panel.__name__}\n{call}",
    }
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "title": f"{area_name}: the lead inspector's panel"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]})
