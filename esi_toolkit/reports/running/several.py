"""Reports over several areas: the comparison, and a thematic report for each theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from esi_toolkit.data.files import list_areas, load_area, load_framework
from esi_toolkit.data.inspection import Area
from esi_toolkit.errors import EsiError
from esi_toolkit.reports.files.formats import PDF
from esi_toolkit.reports.pages.assets import COMPARISON, THEMATIC
from esi_toolkit.reports.running.decided import shared_decisions
from esi_toolkit.reports.running.job import Job, find_template
from esi_toolkit.reports.running.resume import with_key


def plan_comparison(
    root: str | Path,
    framework: str,
    toolkit: str,
    *,
    seed: int = 1,
    engine: str = "esi",
    formats: Sequence[str] = (),
) -> Job:
    """What it takes to make the comparison of all areas below a folder, or a theme's report over them.

    Parameters
    ----------
    root : path
        Folder of area folders.
    framework : str
        Id or file; one that is not about all cases is a theme, whose report has a folder of its own.
    toolkit : str
        From `resume.toolkit_key`.
    seed : int
        Of the resampling that intervals and ranks rest on.
    engine : {"esi", "jupyter"}
        Without or with a kernel.
    formats : sequence of str
        Of these, "pdf" is made beside the page.

    Raises
    ------
    EsiError
        No areas, or no such framework.
    """
    folder = Path(root).resolve()
    ids = [area.id for area in _read_areas(folder)]
    rules = load_framework(framework)
    name = f"{THEMATIC}{rules.id}" if rules.asked_of else COMPARISON
    given = str(Path(framework).resolve()) if Path(framework).is_file() else framework
    parameters = {"root_folder": str(folder), "framework": given, "seed": seed}
    template = str(find_template("comparison_report.ipynb"))
    printed = tuple(kind for kind in formats if kind == PDF)
    job = Job(name, str(folder), template, parameters, engine, formats=printed)
    return with_key(job, toolkit, "".join(map(shared_decisions, ids)))


def plan_comparisons(
    root: str | Path, toolkit: str, *, engine: str = "esi", formats: Sequence[str] = ()
) -> list[Job]:
    """The comparison by the framework that most areas have, and a report for each of their themes."""
    areas = list(_read_areas(Path(root)))
    main = Counter(area.framework for area in areas).most_common(1)
    themes = dict.fromkeys(theme for area in areas for theme in area.thematic)
    names = [*(name for name, _ in main), *themes]
    return [plan_comparison(root, name, toolkit, engine=engine, formats=formats) for name in names]


def _read_areas(root: Path) -> Iterator[Area]:
    """Areas whose ``area.yml`` can be read; the comparison itself says what is wrong with others."""
    for folder in list_areas(root):
        try:
            yield load_area(folder)
        except EsiError:
            continue
