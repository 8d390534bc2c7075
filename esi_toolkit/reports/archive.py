"""Archives made and scored: one command for a national collection of inspections."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from esi_toolkit.data.archive import (
    INSPECTION_COLUMNS,
    archive_rows,
    find_archive_files,
    read_archive,
    saying_what_is_broken,
    write_archive_part,
)
from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.files import list_areas, load_area, load_framework, load_inspection
from esi_toolkit.data.framework import Framework
from esi_toolkit.method.score_cases import add_counts, aggregate_counts, count_cases

Progress = Callable[[str], None]


def archive_areas(root: str | Path, out: str | Path, on_progress: Progress | None = None) -> list[Path]:
    """Write the judgements of all areas below a folder into an archive.

    Parameters
    ----------
    root : str or Path
        Folder of area folders; areas without judgements are left out.
    out : str or Path
        Archive folder.
    on_progress : callable, optional
        Called with the id of each area.

    Returns
    -------
    list of Path
        The files written, thematic elements included.

    Raises
    ------
    InputError
        The first area that cannot be read, with all its problems; parts written before it stay whole.
    """
    written = []
    for folder in list_areas(root):
        area = load_area(folder)
        for name in (area.framework, *area.thematic):
            framework = load_framework(name)
            inspection = load_inspection(folder, framework)
            if inspection.judgements is not None and len(inspection.judgements):
                written.append(write_archive_part(out, archive_rows(framework, inspection)))
        if on_progress:
            on_progress(area.id)
    return written


def score_archive(
    pattern: str, out: str | Path, *, framework: str = "esi", scheduler: str | None = None
) -> pd.DataFrame:
    """Score every inspection in an archive.

    Parameters
    ----------
    pattern : str
        Parquet files, for example ``archive/**/*.parquet``, or a folder of them.
    out : str or Path
        ``.parquet`` or ``.csv`` file for the scores; appears whole or not at all.
    framework : str
        Id or file.
    scheduler : str, optional
        Address of a Dask scheduler; its workers read the same files. Default: this machine, through DuckDB,
        in 1 GB.

    Returns
    -------
    DataFrame
        See `method.score_cases.score_cases`, by area and year.

    Raises
    ------
    NotFoundError, InputError
        No file matches, or rows that the framework does not know.
    """
    rules = load_framework(framework)
    files = find_archive_files(pattern)
    counts = count_files(files, rules) if scheduler is None else _count_on_cluster(files, rules, scheduler)
    scores = aggregate_counts(rules, counts, list(INSPECTION_COLUMNS))
    buffer = io.BytesIO()
    if str(out).endswith(".csv"):
        buffer.write(scores.to_csv(index=False, lineterminator="\n").encode())
    else:
        scores.to_parquet(buffer, index=False)
    write_whole(out, buffer.getvalue())
    return scores


def count_files(files: list[str], framework: Framework) -> pd.DataFrame:
    """Count the answers in some files of an archive, by area, year and question."""
    rows = read_archive(files, framework.id)
    with saying_what_is_broken():
        return count_cases(framework, rows, by=INSPECTION_COLUMNS)


def _count_on_cluster(files: list[str], framework: Framework, scheduler: str) -> pd.DataFrame:
    """Each worker counts some of the files; only counts travel."""
    from esi_toolkit.reports.running.cluster import check_workers, connect

    with connect(scheduler) as client:
        whole = [str(Path(file).resolve()) for file in files]
        check_workers(client, whole)
        parts = max(1, 4 * sum(client.nthreads().values()))
        shares = [share for i in range(parts) if (share := whole[i::parts])]
        tables = client.gather(client.map(count_files, shares, framework=framework, pure=False))
    return add_counts(tables, by=INSPECTION_COLUMNS)
