"""What all reports of a folder share: the script that draws figures, as it comes with Plotly."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from esi_toolkit.data.beside import write_whole

ASSETS = "assets"
INDEX = "index.html"
COMPARISON = "comparison"
"""Folder of the report that compares the areas; like the others, no area may have its name."""
THEMATIC = "thematic-"
"""How the folder of a theme's report over several areas begins; the framework's id follows."""


def is_over_several(folder: str) -> bool:
    """Whether a folder of this name holds a report over several areas.

    Examples
    --------
    >>> [is_over_several(name) for name in ("leeds", "comparison", "thematic-esi-dv")]
    [False, True, True]
    """
    return folder == COMPARISON or folder.startswith(THEMATIC)


@cache
def plotly_script() -> Path:
    """Plotly's script, found without loading Plotly."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


@cache
def script_name() -> str:
    """File name of the shared script, with the version that the script's first lines give.

    Examples
    --------
    >>> script_name().startswith("plotly-"), script_name().endswith(".min.js")
    (True, True)
    """
    with plotly_script().open(encoding="utf-8") as file:
        version = re.search(r"plotly\.js v([0-9][0-9A-Za-z.\-]*)", file.read(400))
    return f"plotly-{version[1]}.min.js" if version else "plotly.min.js"


def share_script(out: Path) -> Path:
    """Put the script into a folder of reports, once.

    Parameters
    ----------
    out : Path
        Folder of reports.

    Returns
    -------
    Path
        Where the script stands: whole, or not at all.
    """
    source, target = plotly_script(), out / ASSETS / script_name()
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return target
    return write_whole(target, source.read_bytes())


def hash_source(script: str) -> str:
    """How a page's security policy names a script that stands in the page: no other is run.

    Examples
    --------
    >>> hash_source("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
