"""Where this machine keeps its browser."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from esi_toolkit.errors import NotFoundError, Problem

VARIABLE = "ESI_BROWSER"
"""Environment variable that names the browser to use."""
_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
    "microsoft-edge-stable", "microsoft-edge", "msedge",
)  # fmt: skip
_MAC = ("Google Chrome", "Microsoft Edge", "Chromium")
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)


def find_browser(
    environment: Mapping[str, str] = os.environ, system: str = sys.platform, is_file: Any = os.path.isfile
) -> str:
    """The path of Chrome, Chromium or Edge.

    Parameters
    ----------
    environment : mapping
        ``ESI_BROWSER`` in it names one, by path or command; without it the usual places are looked at.
    system : str
        As ``sys.platform``.
    is_file : callable
        Says whether a path is a file.

    Raises
    ------
    NotFoundError
        There is none.

    Examples
    --------
    >>> there = {"C:/Programs/Microsoft/Edge/Application/msedge.exe"}
    >>> find_browser({"ProgramFiles": "C:/Programs", "PATH": ""}, "win32", there.__contains__)
    'C:/Programs/Microsoft/Edge/Application/msedge.exe'
    """
    wanted = environment.get(VARIABLE, "")
    places = [wanted] if wanted else list(_usual_places(environment, system))
    commands = [wanted] if wanted else _COMMANDS
    path = environment.get("PATH", "")
    found = next((place for place in places if place and is_file(place)), None)
    found = found or next(filter(None, (shutil.which(name, path=path) for name in commands)), None)
    if found is None:
        what = f"'{wanted}', which is not there" if wanted else "none"
        fix = f"install one, or let {VARIABLE} name the one that you have; pages and spreadsheets need none"
        raise NotFoundError(Problem("browser for PDF", what, "Chrome, Chromium or Edge", fix))
    return found


def _usual_places(environment: Mapping[str, str], system: str) -> Iterator[str]:
    if system == "win32":
        roots = [environment.get(name, "") for name in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")]
        yield from (f"{root}/{name}" for name in _WINDOWS for root in roots if root)
    elif system == "darwin":
        homes = ["", environment.get("HOME", "")]
        yield from (
            f"{home}/Applications/{name}.app/Contents/MacOS/{name}" for name in _MAC for home in homes
        )
