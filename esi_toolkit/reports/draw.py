"""Drawing a sample from an area's caseload, and checking one that arrived."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from esi_toolkit.data.beside import whole_folder, write_whole
from esi_toolkit.data.files import load_framework
from esi_toolkit.data.formats import parse_table
from esi_toolkit.errors import InputError, NotFoundError, Problem
from esi_toolkit.statistics.sample.eligibility import NEEDED_COLUMNS, SampleDesign
from esi_toolkit.statistics.sample.sample_check import SampleCheck, check_sample
from esi_toolkit.statistics.sample.sampling import Sample, draw_sample

OPTIONAL_COLUMNS = ("person_id", "case_manager", "commenced", "ineligible")


def read_caseload(path: str | Path, framework: str = "esi") -> pd.DataFrame:
    """Read a caseload, or a sample that was drawn from one.

    Parameters
    ----------
    path : str or Path
        CSV, Parquet or Excel file with at least `NEEDED_COLUMNS`; further columns are kept.
    framework : str
        Id or file, for the words of risk of harm.

    Returns
    -------
    DataFrame of str

    Raises
    ------
    NotFoundError
        There is no such file.
    InputError
        A column is missing, a case stands there twice, or a word for risk of harm is not known: all at once.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(Problem(str(path), "nothing", "a caseload", "check the path"))
    table, problems = parse_table(
        path.read_bytes(), path.name, frozenset((*NEEDED_COLUMNS, *OPTIONAL_COLUMNS))
    )
    if table is None or problems:
        raise InputError(problems)
    missing = [column for column in NEEDED_COLUMNS if column not in table.columns]
    problems = [
        Problem(path.name, "no such column", f"the column '{column}'", "add it to the heading", row=1)
        for column in missing
    ]
    if not missing:
        problems += _odd_rows(table, path.name, load_framework(framework).cases.risk_of_harm)
    if problems:
        raise InputError(problems)
    return table


def _odd_rows(table: pd.DataFrame, name: str, levels: tuple[str, ...]) -> list[Problem]:
    repeated = table.index[table.duplicated("case_id") | (table["case_id"] == "")]
    unknown = table.loc[~table["risk_of_harm"].isin(levels), "risk_of_harm"]
    expected = "one of " + ", ".join(levels)
    return [
        *(
            Problem(
                name, "a case number that is blank or was there before", "each case once", "mend it", row=row
            )
            for row in repeated
        ),
        *(
            Problem(name, f"'{word}'", expected, "use one of these words", row=row, column="risk_of_harm")
            for row, word in unknown.items()
        ),
    ]


def design_sample(
    *, size: int, high_risk: int, seed: int, per_manager: int | None, reserves: int, framework: str = "esi"
) -> SampleDesign:
    """A sample's design, with the framework's words for high risk of harm.

    Raises
    ------
    InputError
        Numbers that contradict each other.
    """
    levels = load_framework(framework).cases.high_risk
    try:
        return SampleDesign(size, high_risk, levels, seed, per_manager=per_manager, reserves=reserves)
    except ValueError as error:
        raise InputError(
            Problem("draw", str(error), "numbers that go together", "change one of them")
        ) from None


def draw_to_folder(caseload: pd.DataFrame, design: SampleDesign, out: str | Path) -> Sample:
    """Draw a sample and write it with the record of how it was drawn.

    Parameters
    ----------
    caseload : DataFrame
        See `read_caseload`.
    design : SampleDesign
        What is asked for.
    out : str or Path
        New folder for sample.csv, reserves.csv, excluded.csv and record.json; appears whole or not at all.

    Raises
    ------
    InputError
        Something of that name is there already: a sample is drawn once. Or the caseload lacks what the design
        asks for, or has no case that may be drawn.
    """
    out = Path(out)
    if out.exists():
        fix = "choose another folder, so that no drawn sample is lost"
        raise InputError(Problem(str(out), "something of that name", "a new folder", fix))
    try:
        sample = draw_sample(caseload, design)
    except ValueError as error:
        raise _no_such_draw(error) from None
    if sample.chosen.empty:
        raise InputError(_nobody(len(sample.excluded)))
    tables = {"sample": sample.chosen, "reserves": sample.reserves, "excluded": sample.excluded}
    with whole_folder(out) as beside:
        for name, table in tables.items():
            write_whole(beside / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
        write_whole(beside / "record.json", json.dumps(sample.record, indent=1, ensure_ascii=False) + "\n")
    return sample


def check_against_caseload(sample: str | Path, caseload: pd.DataFrame, design: SampleDesign) -> SampleCheck:
    """Check an arrived sample file against the caseload it should come from.

    Raises
    ------
    InputError
        The file cannot be read as a sample, or the caseload lacks what the design asks for.
    """
    arrived = read_caseload(sample)
    try:
        return check_sample(arrived, caseload, design, where=Path(sample).name)
    except ValueError as error:
        raise _no_such_draw(error) from None


def _no_such_draw(error: ValueError) -> InputError:
    return InputError(
        Problem("caseload", str(error), "what the options need", "add the columns, or leave the option out")
    )


def _nobody(excluded: int) -> Problem:
    found = f"no case that may be drawn, {excluded} excluded"
    fix = "look at the column 'ineligible': any word in it, also 'no', is a reason; blank is none"
    return Problem("caseload", found, "eligible cases", fix)
