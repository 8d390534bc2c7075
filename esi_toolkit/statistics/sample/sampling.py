"""Drawing the sample: random, stratified by risk of harm and order type, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import pandas as pd

from esi_toolkit.statistics.sample.eligibility import SampleDesign, find_eligible

Stratum = tuple[bool, str]
"""High risk of harm or not, and order type."""


@dataclass(frozen=True)
class Sample:
    """A sample and how it was drawn.

    Attributes
    ----------
    design : SampleDesign
        What was asked for.
    chosen : DataFrame
        The cases drawn: the columns of the caseload and ``high_risk`` (bool), sorted by case number.
    reserves : DataFrame
        The cases to stand in, in this order within each stratum: as `chosen`, and ``place`` (1, 2, …). A
        reserve stands in for a case of its own stratum; the limit per case manager is looked at again then.
    excluded : DataFrame
        ``case_id``, ``reason``.
    allocation : DataFrame
        One row a stratum: ``high_risk``, ``order_type``, ``eligible``, ``wanted`` (proportional share),
        ``chosen``, ``reserves``.
    notes : tuple of str
        What could not be done as asked.
    caseload_cases : int
        Rows of the caseload.
    caseload_hash : str
        SHA-256 over the caseload, whatever the order of its rows.
    """

    design: SampleDesign
    chosen: pd.DataFrame
    reserves: pd.DataFrame
    excluded: pd.DataFrame
    allocation: pd.DataFrame
    notes: tuple[str, ...]
    caseload_cases: int
    caseload_hash: str

    @property
    def record(self) -> dict[str, Any]:
        """How the sample was drawn, as plain values to be kept with it."""
        return {
            "design": asdict(self.design),
            "method": "lots from BLAKE2 of seed and case number, lowest first; strata by risk of harm and "
            "order type; proportional with largest remainder; one case a person",
            "caseload": {"cases": self.caseload_cases, "sha256": self.caseload_hash},
            "eligible": int(self.allocation["eligible"].sum()),
            "excluded": len(self.excluded),
            "chosen": len(self.chosen),
            "reserves": len(self.reserves),
            "allocation": self.allocation.to_dict("records"),
            "notes": list(self.notes),
        }


def draw_sample(caseload: pd.DataFrame, design: SampleDesign) -> Sample:
    """Draw a sample from a caseload.

    Parameters
    ----------
    caseload : DataFrame
        As for `find_eligible`.
    design : SampleDesign
        What is asked for.

    Returns
    -------
    Sample
        The same for the same seed, whatever the order of the rows. Where high risk cases do not suffice,
        others fill the sample up; where others do not suffice, it stays smaller; both are noted.

    Raises
    ------
    ValueError
        A needed column is missing.

    Notes
    -----
    Stratified random sampling with proportional allocation; Cochran (1977), *Sampling Techniques*, section
    5.5; largest remainder (Hamilton).

    Examples
    --------
    >>> caseload = pd.DataFrame({"case_id": list("abcd"), "risk_of_harm": "low", "order_type": "CRO"})
    >>> design = SampleDesign(size=2, high_risk=0, high_levels=("high",), seed=1)
    >>> len(draw_sample(caseload, design).chosen)
    2
    """
    eligible, excluded = find_eligible(caseload, design)
    eligible = eligible.assign(high_risk=eligible["risk_of_harm"].isin(design.high_levels))
    strata = list(zip(eligible["high_risk"].tolist(), eligible["order_type"].tolist(), strict=True))
    available = Counter(strata)
    wanted = allocate(available, design)
    managers = _managers(eligible, design)
    drawn = _Draw(strata, managers, wanted, design.per_manager).cases
    chosen, rest = eligible.iloc[sorted(drawn)], eligible.drop(eligible.index[sorted(drawn)])
    reserves = _reserves(rest, Counter(strata[i] for i in drawn), design.reserves)
    allocation = _allocation(available, wanted, chosen, reserves)
    return Sample(
        design,
        chosen.sort_values("case_id", ignore_index=True),
        reserves,
        excluded,
        allocation,
        _notes(chosen, available, allocation, design),
        len(caseload),
        hash_caseload(caseload),
    )


def allocate(available: Mapping[Stratum, int], design: SampleDesign) -> dict[Stratum, int]:
    """Share the places of the sample out among the strata.

    Parameters
    ----------
    available : mapping
        Stratum to its eligible cases.
    design : SampleDesign
        Size, and places for high risk of harm.

    Returns
    -------
    dict
        Stratum to its places, proportional to its cases within high risk and within the others.

    Examples
    --------
    >>> cases = {(True, "CRO"): 50, (False, "CRO"): 300, (False, "CPO"): 100}
    >>> allocate(cases, SampleDesign(100, 20, ("high",), seed=1))
    {(True, 'CRO'): 20, (False, 'CPO'): 20, (False, 'CRO'): 60}
    """
    high = {stratum: n for stratum, n in available.items() if stratum[0]}
    others = {stratum: n for stratum, n in available.items() if not stratum[0]}
    for_high = min(design.high_risk, sum(high.values()))
    for_others = min(design.size - for_high, sum(others.values()))
    return largest_remainder(high, for_high) | largest_remainder(others, for_others)


def largest_remainder(sizes: Mapping[Any, int], places: int) -> dict[Any, int]:
    """Share places out in proportion to sizes.

    Parameters
    ----------
    sizes : mapping
        Name to size.
    places : int
        To be shared out; no more than the sizes together.

    Returns
    -------
    dict
        Name to places, in the order of the names; never more than the size, never a whole place off the exact
        share.

    Notes
    -----
    Largest remainder (Hamilton), in whole numbers; equal remainders go to the name that sorts first.

    Examples
    --------
    >>> largest_remainder({"a": 47, "b": 16, "c": 37}, 10)
    {'a': 5, 'b': 1, 'c': 4}
    """
    total = sum(sizes.values())
    if places > total:
        raise ValueError(f"{places} places cannot be filled by {total} cases")
    shares = {name: divmod(places * sizes[name], total) for name in sorted(sizes)} if total else {}
    left = places - sum(whole for whole, _ in shares.values())
    first = sorted(shares, key=lambda name: -shares[name][1])[:left]
    return {name: whole + (name in first) for name, (whole, _) in shares.items()}


def _managers(eligible: pd.DataFrame, design: SampleDesign) -> list[str]:
    """Case manager of each case; where none is recorded, or no limit set, each case has one of its own."""
    if design.per_manager is None:
        return [f"case {i}" for i in range(len(eligible))]
    return [name or f"case {i}" for i, name in enumerate(eligible["case_manager"])]


class _Draw:
    """Fill the places of every stratum with the lowest lots, no manager having more cases than allowed.

    Taking case after case can end in a dead end although a full sample exists; then cases already taken give
    way to others of their own stratum (augmenting paths), so that a place stays empty only where it must.
    """

    def __init__(
        self, strata: list[Stratum], managers: list[str], wanted: Mapping[Stratum, int], limit: int | None
    ):
        self.strata, self.managers = strata, managers
        self.limit = len(strata) if limit is None else limit
        self.cases: set[int] = set()
        self.by_stratum: dict[Stratum, list[int]] = {stratum: [] for stratum in wanted}
        for case, stratum in enumerate(strata):
            self.by_stratum[stratum].append(case)
        unfilled = [stratum for stratum, places in wanted.items() for _ in range(self._take(stratum, places))]
        for stratum in unfilled:  # rather another order type of the same risk than a smaller sample
            same_risk = [other for other in wanted if other[0] == stratum[0] and other != stratum]
            any(self._place(other, set()) for other in same_risk)

    def _take(self, stratum: Stratum, places: int) -> int:
        """Fill a stratum's places; give the number that stay empty."""
        return places - sum(self._place(stratum, set()) for _ in range(places))

    def _place(self, stratum: Stratum, tried: set[str]) -> bool:
        waiting = [case for case in self.by_stratum[stratum] if case not in self.cases]
        for case in waiting:
            if self._load(self.managers[case]) < self.limit:
                self.cases.add(case)
                return True
        return any(self._make_room(case, tried) for case in waiting)

    def _make_room(self, case: int, tried: set[str]) -> bool:
        """Take a case whose manager is full, if one of the manager's other cases can be replaced."""
        manager = self.managers[case]
        if manager in tried:
            return False
        tried.add(manager)
        for taken in sorted(c for c in self.cases if self.managers[c] == manager):
            if self.strata[taken] != self.strata[case] and self._place(self.strata[taken], tried):
                self.cases.remove(taken)
                self.cases.add(case)
                return True
        return False

    def _load(self, manager: str) -> int:
        return sum(self.managers[case] == manager for case in self.cases)


def _reserves(rest: pd.DataFrame, drawn: Mapping[Stratum, int], reserves: int) -> pd.DataFrame:
    """The next lots of every stratum, in proportion to the cases drawn there, as far as there are any."""
    keys = list(zip(rest["high_risk"].tolist(), rest["order_type"].tolist(), strict=True))
    places = largest_remainder(drawn, min(reserves, sum(drawn.values())))
    place = rest.groupby(["high_risk", "order_type"]).cumcount() + 1
    within = [n <= places.get(key, 0) for n, key in zip(place, keys, strict=True)]
    table = rest.assign(place=place).loc[within]
    return table.sort_values(
        ["high_risk", "order_type", "place"], ascending=[False, True, True], ignore_index=True
    )


def _allocation(
    available: Mapping[Stratum, int],
    wanted: Mapping[Stratum, int],
    chosen: pd.DataFrame,
    reserves: pd.DataFrame,
) -> pd.DataFrame:
    counts = [
        Counter(zip(table["high_risk"].tolist(), table["order_type"].tolist(), strict=True))
        for table in (chosen, reserves)
    ]
    rows = [
        (*stratum, available[stratum], wanted[stratum], counts[0][stratum], counts[1][stratum])
        for stratum in sorted(available, key=lambda s: (not s[0], s[1]))
    ]
    return pd.DataFrame(rows, columns=["high_risk", "order_type", "eligible", "wanted", "chosen", "reserves"])


def _notes(
    chosen: pd.DataFrame, available: Mapping[Stratum, int], allocation: pd.DataFrame, design: SampleDesign
) -> tuple[str, ...]:
    notes = []
    high = sum(n for stratum, n in available.items() if stratum[0])
    if high < design.high_risk:
        notes.append(
            f"{high} eligible high risk cases where {design.high_risk} were asked for; others fill up"
        )
    if len(chosen) < design.size:
        notes.append(f"{len(chosen)} cases drawn where {design.size} were asked for; no more were eligible")
    moved = int((allocation["wanted"] - allocation["chosen"]).clip(lower=0).sum())
    if moved:
        notes.append(
            f"{moved} places went to other order types or stay empty: limit per case manager reached"
        )
    return tuple(notes)


def hash_caseload(caseload: pd.DataFrame) -> str:
    """Fingerprint a caseload, whatever the order of its rows and columns.

    Parameters
    ----------
    caseload : DataFrame
        Any columns.

    Returns
    -------
    str
        SHA-256, hexadecimal.

    Examples
    --------
    >>> table = pd.DataFrame({"case_id": ["a", "b"]})
    >>> hash_caseload(table) == hash_caseload(table[::-1])
    True
    """
    columns = sorted(caseload.columns)
    rows = sorted("\x1f".join(row) for row in caseload[columns].fillna("").astype("str").to_numpy())
    return sha256("\x1e".join(["\x1f".join(columns), *rows]).encode()).hexdigest()
