"""The page of last figures, RELIABILITY.md: each long check writes its own part."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from pathlib import Path

PAGE = Path(__file__).with_name("RELIABILITY.md")
PARTS = {"Kills": "kills", "Mutations": "mutations", "Fuzzing": "fuzz", "Load": "load"}
"""Heading of each part and the command that writes it, in the order of the page."""
_HEAD = """# Reliability: last figures

Checks that take too long for every change; each part is written by its own command, whose short version
runs with the tests.
"""


def write_part(heading: str, text: str, page: Path = PAGE) -> None:
    """Put a part of the page in place of the earlier one.

    Parameters
    ----------
    heading : str
        One of `PARTS`.
    text : str
        Markdown; its date and machine are put before it.
    page : Path
        RELIABILITY.md, or another file while trying things out.
    """
    parts = read_parts(page)
    about = f"`python -m benchmarks.{PARTS[heading]}`, {date.today():%-d %B %Y}, {describe_machine()}."
    parts[heading] = f"{about}\n\n{text.strip()}\n"
    body = "".join(f"\n## {name}\n\n{parts[name]}" for name in PARTS if name in parts)
    page.write_text(_HEAD + body, encoding="utf-8", newline="\n")


def read_parts(page: Path = PAGE) -> dict[str, str]:
    """The parts of the page as they stand, by heading."""
    if not page.is_file():
        return {}
    _, *parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.strip() + "\n" for name, _, text in (part.partition("\n") for part in parts)}


def describe_machine() -> str:
    """The machine in words that tell nobody which one it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )
