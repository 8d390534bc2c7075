"""Is an arrived sample what was asked for, and does it look like the caseload it came from?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.errors import Problem, suggest
from esi_toolkit.statistics.comparison import adjust_p_values
from esi_toolkit.statistics.resampling.replicates import random_stream
from esi_toolkit.statistics.sample.eligibility import SampleDesign, find_eligible
from esi_toolkit.statistics.sample.sampling import draw_sample

FAMILY = "characteristics of the sample against the caseload"
UNLIKELY = 0.05


@dataclass(frozen=True)
class SampleCheck:
    """What was found out about an arrived sample.

    Attributes
    ----------
    problems : tuple of Problem
        What is wrong (errors) or odd (warnings).
    shares : DataFrame
        ``characteristic``, ``value``, ``caseload`` (eligible cases), ``expected`` (cases in a random sample
        with as many high risk cases) and ``sample`` (cases found).
    tests : DataFrame
        ``characteristic`` and, as in `adjust_p_values`, how likely so large a departure is in a random
        sample.
    """

    problems: tuple[Problem, ...]
    shares: pd.DataFrame
    tests: pd.DataFrame


def check_sample(
    sample: pd.DataFrame,
    caseload: pd.DataFrame,
    design: SampleDesign,
    *,
    characteristics: Sequence[str] = ("order_type", "risk_of_harm"),
    where: str = "sample",
    drawn_here: bool = False,
    simulations: int = 1999,
) -> SampleCheck:
    """Check an arrived sample against the caseload it was drawn from.

    Parameters
    ----------
    sample : DataFrame
        ``case_id``; other columns that the caseload has too are compared with it.
    caseload : DataFrame
        As for `find_eligible`.
    design : SampleDesign
        What was asked for; its seed also drives the simulated samples.
    characteristics : sequence of str
        Columns of `caseload` whose shares are compared.
    where : str
        Name of the sample's file, for the problems.
    drawn_here : bool
        True when the sample should be the one that `draw_sample` gives for this design.
    simulations : int
        Random samples with which the arrived one is compared.

    Returns
    -------
    SampleCheck

    Notes
    -----
    Departures are tested by Monte Carlo (Dwass 1957, *Annals of Mathematical Statistics* 28, 181-187):
    Pearson's statistic among random samples of the same design; Holm over the characteristics.

    Examples
    --------
    >>> caseload = pd.DataFrame({"case_id": ["a", "b"], "risk_of_harm": "low", "order_type": "CRO"})
    >>> arrived = pd.DataFrame({"case_id": ["c"]})
    >>> design = SampleDesign(size=1, high_risk=0, high_levels=("high",), seed=1)
    >>> print(check_sample(arrived, caseload, design).problems[0])
    sample, row 2, column case_id: found case c, expected a case of the caseload; ask the area whose case it
    is
    """
    problems = [
        *_repeated(sample, where),
        *_unknown(sample, caseload, where),
        *_ineligible(sample, caseload, design, where),
        *_changed(sample, caseload, where),
        *_composition(sample, caseload, design, where),
    ]
    if drawn_here:
        problems += _other_than_drawn(sample, caseload, design, where)
    shares, tests = _compare_shares(sample, caseload, design, characteristics, simulations)
    problems += _unlike(tests, where)
    return SampleCheck(tuple(problems), shares, tests)


def _rows(applies: pd.Series) -> list[int]:
    return [int(position) for position in np.flatnonzero(applies)]


def _row(position: int) -> int:
    return position + 2  # as a spreadsheet counts, the heading being row 1


def _repeated(sample: pd.DataFrame, where: str) -> Iterator[Problem]:
    for position in _rows(sample["case_id"].duplicated()):
        found = f"case {sample['case_id'].iloc[position]} again"
        yield Problem(where, found, "every case once", "delete the row", row=_row(position), column="case_id")


def _unknown(sample: pd.DataFrame, caseload: pd.DataFrame, where: str) -> Iterator[Problem]:
    known = set(caseload["case_id"])
    for position, case in enumerate(sample["case_id"]):
        if case not in known:
            fix = suggest(str(case), map(str, known), "ask the area whose case it is")
            found, expected = f"case {case}", "a case of the caseload"
            yield Problem(where, found, expected, fix, row=_row(position), column="case_id")


def _ineligible(
    sample: pd.DataFrame, caseload: pd.DataFrame, design: SampleDesign, where: str
) -> Iterator[Problem]:
    excluded = find_eligible(caseload, design)[1]
    excluded = excluded[~excluded["reason"].str.startswith("same person")]
    reasons = dict(zip(excluded["case_id"], excluded["reason"], strict=True))
    for position, case in enumerate(sample["case_id"]):
        if case in reasons:
            found, expected = f"case {case}: {reasons[case]}", "an eligible case"
            yield Problem(
                where, found, expected, "take the next reserve", row=_row(position), column="case_id"
            )
    if "person_id" in caseload:
        person = sample["case_id"].map(caseload.drop_duplicates("case_id").set_index("case_id")["person_id"])
        again = person.fillna("").ne("") & person.duplicated() & ~sample["case_id"].duplicated()
        for position in _rows(again):
            found = f"case {sample['case_id'].iloc[position]}, a second case of one person"
            yield Problem(
                where,
                found,
                "one case a person",
                "take the next reserve",
                row=_row(position),
                column="case_id",
            )


def _changed(sample: pd.DataFrame, caseload: pd.DataFrame, where: str) -> Iterator[Problem]:
    """Details that differ between sample and caseload."""
    known = caseload.drop_duplicates("case_id").set_index("case_id")
    for column in [c for c in sample.columns if c in known.columns]:
        there = sample["case_id"].map(known[column].fillna("").astype("str"))
        differs = there.notna() & (there != sample[column].fillna("").astype("str"))
        for position in _rows(differs):
            # The value itself may say something about a person, so only the place is named.
            found, fix = f"another {column} than in the caseload", "ask the area which holds"
            yield Problem(
                where, found, "the same in both", fix, row=_row(position), column=column, severity="warning"
            )


def _composition(
    sample: pd.DataFrame, caseload: pd.DataFrame, design: SampleDesign, where: str
) -> Iterator[Problem]:
    known = caseload.drop_duplicates("case_id").set_index("case_id")
    own = known.loc[known.index.intersection(sample["case_id"])]
    high = int(own["risk_of_harm"].isin(design.high_levels).sum())
    cases = sample["case_id"].nunique()
    asked = [(cases, design.size, "cases"), (high, design.high_risk, "cases of high risk of harm")]
    for found, wanted, what in asked:
        if found != wanted:
            fix = "add reserves, or say why in the report" if found < wanted else "say why in the report"
            yield Problem(where, f"{found} {what}", f"{wanted} {what}", fix, severity="warning")
    if design.per_manager is not None and "case_manager" in own:
        managers = own["case_manager"].fillna("").value_counts()
        for manager, number in managers[(managers > design.per_manager) & (managers.index != "")].items():
            found, expected = f"{number} cases of case manager {manager}", f"at most {design.per_manager}"
            yield Problem(
                where, found, expected, "take a reserve of another case manager", severity="warning"
            )


def _other_than_drawn(
    sample: pd.DataFrame, caseload: pd.DataFrame, design: SampleDesign, where: str
) -> Iterator[Problem]:
    drawn = draw_sample(caseload, design)
    wanted, reserves, found = (set(t["case_id"]) for t in (drawn.chosen, drawn.reserves, sample))
    missing, extra = sorted(wanted - found), sorted(found - wanted - reserves)
    fix = "ask the area why; only reserves may stand in"
    if len(missing) > len(found & reserves):
        listed = ", ".join(missing[:10])
        yield Problem(
            where,
            f"{len(missing)} drawn cases missing: {listed}",
            "them or reserves",
            fix,
            severity="warning",
        )
    if extra:
        found_words = f"{len(extra)} cases that were not drawn: {', '.join(extra[:10])}"
        yield Problem(where, found_words, "drawn cases or reserves", fix, severity="warning")


def _compare_shares(
    sample: pd.DataFrame,
    caseload: pd.DataFrame,
    design: SampleDesign,
    characteristics: Sequence[str],
    simulations: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    eligible = find_eligible(caseload, design)[0]
    high = eligible["risk_of_harm"].isin(design.high_levels)
    found = eligible["case_id"].isin(sample["case_id"])
    tables, p_values = [], []
    for name in characteristics:
        counts = _by_value(eligible[name], high), _by_value(eligible[name], high, found)
        table, p_value = _one_characteristic(*counts, random_stream(design.seed, name), simulations)
        tables.append(table.assign(characteristic=name))
        p_values.append(p_value)
    tests = adjust_p_values(p_values, method="holm", family=FAMILY)
    tests.insert(0, "characteristic", list(characteristics))
    columns = ["characteristic", "value", "caseload", "expected", "sample"]
    shares = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return shares, tests


def _unlike(tests: pd.DataFrame, where: str) -> Iterator[Problem]:
    """Characteristics in which the sample departs from the caseload by more than chance."""
    for row in tests[tests["adjusted"] < UNLIKELY].to_dict("records"):
        found = f"shares of {row['characteristic']} unlike the caseload's (p = {row['adjusted']:.3f})"
        expected, fix = "about those of a random sample", "ask how the sample was drawn"
        yield Problem(where, found, expected, fix, severity="warning")


def _by_value(values: pd.Series, high: pd.Series, among: pd.Series | None = None) -> pd.DataFrame:
    """Cases by value (rows), of high risk of harm and others (columns)."""
    every = sorted(set(values))
    kept = values if among is None else values[among]
    return pd.DataFrame(
        {
            side: kept[high.loc[kept.index] == side].value_counts().reindex(every, fill_value=0)
            for side in (True, False)
        }
    )


def _one_characteristic(
    caseload: pd.DataFrame, sample: pd.DataFrame, random: np.random.Generator, simulations: int
) -> tuple[pd.DataFrame, float]:
    expected = np.zeros(len(caseload))
    simulated = np.zeros((simulations, len(caseload)))
    for side in (True, False):
        whole, drawn = caseload[side].to_numpy(int), int(sample[side].sum())
        if whole.sum():
            expected += drawn * whole / whole.sum()
            simulated += random.multivariate_hypergeometric(whole, drawn, size=simulations)
    found = sample.sum(axis=1).to_numpy(float)
    table = pd.DataFrame(
        {
            "value": list(caseload.index),
            "caseload": caseload.sum(axis=1).to_numpy(int),
            "expected": expected,
            "sample": found.astype(int),
        }
    )
    if len(caseload) < 2 or not found.sum():
        return table, float("nan")
    likely = _pearson(simulated, expected) >= _pearson(found[None, :], expected)[0] - 1e-9
    return table, float((likely.sum() + 1) / (simulations + 1))


def _pearson(found: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    possible = expected > 0
    departures = (found[:, possible] - expected[possible]) ** 2 / expected[possible]
    return np.asarray(departures.sum(axis=1))
