"""The archive: judgements of many inspections as partitioned Parquet, read and scored in bounded memory."""

from __future__ import annotations

import glob
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from esi_toolkit.data.answers import find_asked
from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import InputError, NotFoundError, Problem

INSPECTION_COLUMNS = ("area", "year")
"""What names one inspection in an archive."""

COLUMNS = ("framework", *INSPECTION_COLUMNS, "case_id", "question", "judgement")
NEEDED = ("area", "case_id", "question", "judgement")
MEMORY_LIMIT = "1GB"
_TEXT = "VARCHAR"
_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


def archive_rows(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    """One inspection's rows for the archive.

    Parameters
    ----------
    framework : Framework
        The rules it was read for.
    inspection : Inspection
        One with judgements.

    Returns
    -------
    DataFrame
        COLUMNS; one row for each case and question asked or answered, ``judgement`` "" where it was not
        answered. ``year`` is the first year named as published, else as fieldwork, else "".
    """
    cases = inspection.cases if inspection.cases is not None else pd.DataFrame({"case_id": []}, dtype="str")
    answers = inspection.judgements
    if answers is None:
        raise InputError(
            Problem(inspection.area.id, "no judgements", "an area with judgements", "leave it out")
        )
    concerned = cases[find_asked(framework.asked_of, cases)]
    asked = [
        pd.DataFrame(
            {
                "case_id": concerned.loc[find_asked(question.asked_of, concerned), "case_id"],
                "question": question.id,
            }
        )
        for question in framework.questions
    ]
    given = answers.loc[answers["counts"], ["case_id", "question", "judgement"]]
    rows = pd.concat(asked).merge(given, on=["case_id", "question"], how="outer").fillna({"judgement": ""})
    year = re.search(r"\d{4}", f"{inspection.area.published or ''} {inspection.area.fieldwork or ''}")
    names = {"framework": framework.id, "area": inspection.area.id, "year": year.group() if year else ""}
    return (
        rows.assign(**names)[list(COLUMNS)]
        .sort_values(["case_id", "question"], ignore_index=True)
        .astype("str")
    )


def write_archive_part(folder: str | Path, rows: pd.DataFrame) -> Path:
    """Write one inspection's rows to ``framework=…/area=…/year=….parquet``, whole or not at all.

    Parameters
    ----------
    folder : str or Path
        The archive.
    rows : DataFrame
        As `archive_rows` gives it, with at least one row.
    """
    import io

    first = rows.iloc[0]
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False)
    name = f"year={first['year'] or 'unknown'}.parquet"
    path = Path(folder) / f"framework={first['framework']}" / f"area={first['area']}" / name
    return write_whole(path, buffer.getvalue())


def find_archive_files(pattern: str) -> list[str]:
    """Parquet files of an archive, from a pattern such as ``archive/**/*.parquet`` or a folder.

    Raises
    ------
    NotFoundError
        Nothing matches.
    """
    if Path(pattern).is_dir():
        pattern = str(Path(pattern) / "**" / "*.parquet")
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  (the user's pattern may be absolute)
    if not found:
        raise NotFoundError(
            Problem(pattern, "no file", "Parquet files", "check the pattern, and put it in quotes")
        )
    return found


def read_archive(files: list[str], framework_id: str) -> Any:
    """Open archive files as one relation that is read as it is needed, in bounded memory.

    Parameters
    ----------
    files : list of str
        Parquet files with at least area, case_id, question and judgement as text; ``year`` and
        ``framework`` where they are there (else "" and every row).
    framework_id : str
        Rows of other frameworks are left out.

    Returns
    -------
    duckdb.DuckDBPyRelation
        area, year, case_id, question, judgement.

    Raises
    ------
    InputError
        A file that is not whole Parquet, or a column that is missing or holds no text. What is broken further
        inside shows when rows are read: read them within `saying_what_is_broken`.
    """
    import duckdb

    spill = tempfile.gettempdir()
    connection = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": spill})
    with saying_what_is_broken():
        relation = connection.read_parquet(files, union_by_name=True, hive_partitioning=False)
        kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
    _check_columns(kinds)
    if "framework" in relation.columns:
        relation = relation.filter(
            duckdb.ColumnExpression("framework") == duckdb.ConstantExpression(framework_id)
        )
    year = "year" if "year" in relation.columns else "'' AS year"
    return relation.project(f"area, {year}, case_id, question, judgement")


def _check_columns(kinds: Mapping[str, str]) -> None:
    """Refuse columns that are not there or hold something else than text."""
    fix = "write the archive with 'esi archive'"
    problems = [
        Problem("archive", "no such column", f"the column '{column}'", fix)
        for column in NEEDED
        if column not in kinds
    ]
    problems += [
        Problem("archive", f"{kinds[column]} in the column '{column}'", "text", fix)
        for column in (*NEEDED, "framework")
        if kinds.get(column, _TEXT) != _TEXT
    ]
    if kinds.get("year", _TEXT) not in (_TEXT, *_WHOLE_NUMBERS):
        problems.append(Problem("archive", f"{kinds['year']} in the column 'year'", "a year", fix))
    if problems:
        raise InputError(problems)


@contextmanager
def saying_what_is_broken() -> Iterator[None]:
    """Turn what DuckDB says about a file that it cannot read into a problem.

    Raises
    ------
    InputError
        A file is not whole Parquet, or the work does not fit into the memory or disk that there is.
    """
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        found = f"no room or no access ({type(error).__name__})"
        fix = "look at the space left for temporary files, and score fewer files at once"
        raise InputError(
            Problem("archive", found, f"files that can be read in {MEMORY_LIMIT}", fix)
        ) from None
    except (duckdb.Error, RuntimeError):
        # A RuntimeError where the name of a column is no text.
        found = "a file that is not whole Parquet"
        raise InputError(Problem("archive", found, "Parquet files", "write it again")) from None
