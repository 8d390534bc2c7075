"""Which cases of a caseload may be drawn, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd

NEEDED_COLUMNS = ("case_id", "risk_of_harm", "order_type")


@dataclass(frozen=True)
class SampleDesign:
    """How a sample is to be drawn.

    Attributes
    ----------
    size : int
        Cases in all.
    high_risk : int
        How many of them are to be of high risk of harm.
    high_levels : tuple of str
        Words of ``risk_of_harm`` that count as high.
    seed : int
        The same seed gives the same sample.
    per_manager : int, optional
        Most cases of one case manager; None for no limit.
    reserves : int
        Cases drawn in addition, to stand in for cases that fall out.
    order_types : tuple of str, optional
        Orders and licences that are inspected; None for all.
    commenced_from, commenced_to : str, optional
        First and last day of commencement, as 2003-04-01; None for no limit.
    """

    size: int
    high_risk: int
    high_levels: tuple[str, ...]
    seed: int
    per_manager: int | None = None
    reserves: int = 0
    order_types: tuple[str, ...] | None = None
    commenced_from: str | None = None
    commenced_to: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.high_risk <= self.size or self.size < 1:
            raise ValueError(f"{self.high_risk} high risk cases cannot be part of {self.size} cases")
        if (self.per_manager is not None and self.per_manager < 1) or self.reserves < 0:
            raise ValueError("a limit per case manager is at least 1, and reserves are 0 or more")


def find_eligible(caseload: pd.DataFrame, design: SampleDesign) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide a caseload into cases that may be drawn and cases that may not.

    Parameters
    ----------
    caseload : DataFrame
        One row a case: ``case_id``, ``risk_of_harm``, ``order_type``; optionally ``person_id``,
        ``case_manager``, ``commenced`` (as 2003-04-01) and ``ineligible`` (the area's own reason, "" for
        none).
    design : SampleDesign
        For order types, dates and, where one person has several cases, the chance that decides.

    Returns
    -------
    eligible : DataFrame
        The cases that may be drawn, in the random order of the draw; the same whatever the order of the
        caseload.
    excluded : DataFrame
        ``case_id`` and ``reason``, sorted.

    Raises
    ------
    ValueError
        A needed column is missing, or a date column that the design asks for.

    Examples
    --------
    >>> cases = pd.DataFrame({"case_id": ["a", "b"], "risk_of_harm": ["low", ""], "order_type": "CRO"})
    >>> find_eligible(cases, SampleDesign(1, 0, ("high",), seed=1))[1].values.tolist()
    [['b', 'risk of harm not recorded']]
    """
    _check_columns(caseload, design)
    once, repeated = _one_row_a_case(caseload.fillna(""))
    reasons = _reasons(once, design)
    possible = _shuffle(once[reasons == ""], design.seed)
    chosen, same_person = _one_case_a_person(possible)
    excluded = pd.concat(
        [repeated, pd.DataFrame({"case_id": once["case_id"], "reason": reasons})[reasons != ""], same_person],
        ignore_index=True,
    )
    return chosen, excluded.sort_values(["case_id", "reason"], ignore_index=True)


def _check_columns(caseload: pd.DataFrame, design: SampleDesign) -> None:
    needed = list(NEEDED_COLUMNS)
    if design.commenced_from or design.commenced_to:
        needed.append("commenced")
    if design.per_manager is not None:
        needed.append("case_manager")
    missing = [column for column in needed if column not in caseload]
    if missing:
        raise ValueError(f"the caseload lacks the columns {', '.join(missing)}")


def _one_row_a_case(caseload: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop repeated rows; a case whose rows contradict each other is left out altogether."""
    distinct = caseload.drop_duplicates()
    again = distinct["case_id"].duplicated(keep=False)
    codes = sorted(set(distinct.loc[again, "case_id"]))
    reason = "listed more than once with different details"
    return distinct[~again], pd.DataFrame({"case_id": codes, "reason": reason}, dtype="str")


def _reasons(cases: pd.DataFrame, design: SampleDesign) -> pd.Series:
    """All reasons against each case, "; " between; "" where there is none."""
    against = [
        (cases["case_id"] == "", "no case number"),
        (cases["risk_of_harm"] == "", "risk of harm not recorded"),
        (cases["order_type"] == "", "order type not recorded"),
    ]
    if design.order_types is not None:
        other = ~cases["order_type"].isin(["", *design.order_types])
        against.append((other, "order type not inspected"))
    if design.commenced_from or design.commenced_to:
        against += _against_dates(cases["commenced"], design)
    reasons = pd.Series("", index=cases.index, dtype="str")
    for applies, reason in against:
        reasons = reasons.mask(applies, reasons + "; " + reason)
    if "ineligible" in cases:
        reasons = reasons.mask(cases["ineligible"] != "", reasons + "; " + cases["ineligible"].astype("str"))
    return reasons.str.removeprefix("; ")


def _against_dates(commenced: pd.Series, design: SampleDesign) -> list[tuple[pd.Series, str]]:
    dates = pd.to_datetime(commenced, format="%Y-%m-%d", errors="coerce")
    against = [(dates.isna(), "date of commencement missing or not a date")]
    if design.commenced_from:
        against.append(
            (dates < pd.Timestamp(design.commenced_from), f"commenced before {design.commenced_from}")
        )
    if design.commenced_to:
        against.append((dates > pd.Timestamp(design.commenced_to), f"commenced after {design.commenced_to}"))
    return against


def _shuffle(cases: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Put cases into random order; a case's place depends on seed and case number only."""
    keys = [draw_key(seed, str(case_id)) for case_id in cases["case_id"]]
    return cases.iloc[np.lexsort((cases["case_id"].to_numpy(str), np.array(keys, dtype=np.uint64)))]


def draw_key(seed: int, case_id: str) -> int:
    """Give a case's lot: a number from 0 to 2**64 - 1 that depends on nothing but seed and case number.

    Parameters
    ----------
    seed : int
        The seed of the draw.
    case_id : str
        The case number.

    Returns
    -------
    int
        The lowest lots are drawn.

    Notes
    -----
    Permanent random numbers; Ohlsson (1995), in *Business Survey Methods*, 153-169; here from the BLAKE2
    hash, so that anyone can work the draw out again with any software.

    Examples
    --------
    >>> draw_key(1, "a") == draw_key(1, "a") != draw_key(2, "a")
    True
    """
    return int.from_bytes(blake2b(f"{seed}:{case_id}".encode(), digest_size=8).digest(), "big")


def _one_case_a_person(cases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep of every person the case with the lowest lot."""
    nothing = pd.DataFrame({"case_id": [], "reason": []}, dtype="str")
    if "person_id" not in cases:
        return cases, nothing
    again = cases["person_id"].ne("") & cases["person_id"].duplicated()
    if not again.any():
        return cases, nothing
    kept = cases[cases["person_id"].ne("") & ~again].set_index("person_id")["case_id"]
    instead = cases.loc[again, "person_id"].map(kept)
    reason = "same person as case " + instead.astype("str")
    return cases[~again], pd.DataFrame({"case_id": cases.loc[again, "case_id"], "reason": reason})
