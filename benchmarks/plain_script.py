"""The limit for a batch: a plain script that makes the same figures and tables, without notebooks.

Run ``python benchmarks/plain_script.py AREAS OUT [PROCESSES]``. Everything is imported once, then forked
processes share the areas. What it leaves out is what a report is for: an executed notebook, checked HTML,
contents and headings, a process for each area, files that appear whole, and knowing what has changed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import sys
from functools import partial
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "templates" / "area_report.ipynb"
_CALL = re.compile(r"^page\.(show_\w+)\((seed)?\)$", re.MULTILINE)


def parts_of(template: Path) -> list[tuple[str, bool]]:
    """The methods that a template's cells call, and whether with the seed."""
    cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
    calls = [_CALL.search("".join(cell["source"])) for cell in cells]
    return [(call[1], bool(call[2])) for call in calls if call]


def write_area(folder: Path, *, out: Path, parts: list[tuple[str, bool]]) -> None:
    """Write one area's figures and tables into one HTML file, and its scores."""
    from esi_toolkit.present.figure import MIMETYPE
    from esi_toolkit.reports.pages.area_page import open_page
    from esi_toolkit.statistics.certainty import SEED

    page, pieces = open_page(folder), []
    for name, seeded in parts:
        for bundle in getattr(page, name)(*([SEED] if seeded else [])).bundles():
            if MIMETYPE in bundle:
                drawn = json.dumps(bundle[MIMETYPE]).replace("<", "\\u003c")
                pieces.append(f'<div role="img" aria-label="{escape(bundle["text/plain"])}">')
                pieces.append(f'<script type="application/json">{drawn}</script></div>')
            else:
                pieces.append(bundle.get("text/html", ""))
    target = out / folder.name
    target.mkdir(parents=True, exist_ok=True)
    body = "\n".join(pieces)
    (target / "report.html").write_text(f"<!DOCTYPE html><body>{body}</body>", encoding="utf-8")
    page.write_scorecard(target)


def main(areas: str, out: str, processes: int = os.cpu_count() or 1) -> None:
    """Write all areas."""
    folders = sorted(path.parent for path in Path(areas).glob("*/area.yml"))
    work = partial(write_area, out=Path(out), parts=parts_of(TEMPLATE))
    _import_everything()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        pool.map(work, folders, chunksize=1)


def _import_everything() -> None:
    """Load what the areas need before there are several processes, and choose what is quickest for them."""
    import gc
    from importlib import import_module

    import pandas as pd

    pd.set_option("mode.string_storage", "python")
    for name in ("reports.pages.area_page", "statistics.certainty"):
        import_module(f"esi_toolkit.{name}")
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
