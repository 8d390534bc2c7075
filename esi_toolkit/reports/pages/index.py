"""The page that leads to all reports of a folder, readable without a script.

It is made from what stands in the folder (``scorecard.json``, ``failed.txt``), so that it never disagrees
with it. With a script its tables can be filtered and sorted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path
from string import Template
from typing import Any

from esi_toolkit.data.beside import write_whole
from esi_toolkit.reports.pages.assets import INDEX, hash_source, is_over_several
from esi_toolkit.reports.pages.index_tables import IndexEntry, filter_form, ratings_table, scores_table

_HTML = Path(__file__).parent / "html"


def write_index(out_dir: str | Path) -> Path:
    """Write ``index.html`` over all reports that stand in a folder.

    Parameters
    ----------
    out_dir : path
        Folder of reports, one folder for each area.

    Returns
    -------
    Path
        The page. The same reports give the same bytes.
    """
    out = Path(out_dir)
    return write_whole(out / INDEX, index_page(read_entries(out), read_several(out)))


def read_entries(out: Path) -> list[IndexEntry]:
    """The areas that stand in a folder of reports, by name."""
    entries = [
        IndexEntry(
            folder.name, _read_scorecard(folder), _read_reason(folder), (folder / "report.html").is_file()
        )
        for folder in _report_folders(out)
        if not is_over_several(folder.name)
    ]
    shown = [entry for entry in entries if entry.has_page or entry.reason]
    return sorted(shown, key=lambda entry: (entry.name.casefold(), entry.folder))


def read_several(out: Path) -> list[tuple[str, str]]:
    """Folder and title of each report over several areas."""
    found = []
    for folder in _report_folders(out):
        page = folder / "report.html"
        if is_over_several(folder.name) and page.is_file():
            title = re.search(r"<title>(.*?)</title>", page.read_text(encoding="utf-8"), re.DOTALL)
            found.append((folder.name, unescape(title[1]) if title else folder.name))
    return found


def _report_folders(out: Path) -> list[Path]:
    return [path for path in sorted(out.iterdir()) if path.is_dir() and not path.name.startswith(".")]


def _read_scorecard(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _read_reason(folder: Path) -> str:
    """The paragraph of ``failed.txt`` that says why, below its first line."""
    try:
        text = (folder / "failed.txt").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    return text.partition("\n\n")[2].partition("\n\n")[0].strip()


def index_page(entries: Sequence[IndexEntry], several: Sequence[tuple[str, str]] = ()) -> str:
    """The index as a whole HTML document.

    Parameters
    ----------
    entries : sequence of IndexEntry
        From `read_entries`.
    several : sequence of pairs of str
        From `read_several`.

    Examples
    --------
    >>> card = {"name": "Leeds & <b>", "overall": {"score": 84.3}}
    >>> page = index_page([IndexEntry("leeds", card, has_page=True)])
    >>> '<a href="leeds/report.html">Leeds &amp; &lt;b&gt;</a>' in page, "84%" in page
    (True, True)
    """
    failed = sum(bool(entry.reason) for entry in entries)
    parts = [f"{len(entries)} {'area' if len(entries) == 1 else 'areas'}"]
    parts += [f"{failed} could not be made in the last run"] if failed else []
    page = Template((_HTML / "index.html").read_text(encoding="utf-8"))
    script = (_HTML / "index.js").read_text(encoding="utf-8") if entries else ""
    return page.substitute(
        css=(_HTML / "report.css").read_text(encoding="utf-8"),
        script=script,
        may_run=hash_source(script),
        count=escape("; ".join(parts)),
        notice=_notice(entries),
        several=_several(several),
        filters=filter_form(entries) if entries else "",
        scores=scores_table(entries),
        ratings=ratings_table(entries),
    )


def _notice(entries: Sequence[IndexEntry]) -> str:
    synthetic = [bool(entry.scorecard.get("synthetic")) for entry in entries if entry.scorecard]
    if not any(synthetic):
        return ""
    which = "All" if all(synthetic) else "Some"
    words = f"Synthetic data. {which} of these areas hold invented records; each is marked."
    return f'<div class="notice synthetic" role="note"><p>{words}</p></div>'


def _several(several: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<li><a href="{escape(folder)}/report.html">{escape(title)}</a></li>' for folder, title in several
    )
    return f"<p>Over all areas:</p><ul>{links}</ul>" if links else ""
