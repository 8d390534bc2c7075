"""Invented cases: who is in the sample of a simulated area. Nothing here is a rule of the method."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files as package_files
from typing import Any

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.strict_yaml import parse_yaml

YES, NO = "yes", "no"
_ALWAYS = ("gender", "ethnicity", "age_group", "disability")


@cache
def settings() -> Mapping[str, Any]:
    """What invented areas are drawn from, from ``samples.yml``."""
    text = (package_files("esi_toolkit") / "data" / "samples.yml").read_text("utf-8")
    document = parse_yaml(text, "samples.yml")
    if document.problems:
        raise ValueError("; ".join(str(problem) for problem in document.problems))
    return document.value


def stream(seed: int, *labels: str) -> np.random.RandomState:
    """Random numbers of their own for one purpose: a change in one table leaves the others as they were.

    Parameters
    ----------
    seed : int
        Seed of the area, 0 or more.
    labels : str
        What the numbers are for.

    Returns
    -------
    RandomState
        The legacy generator, because numpy promises that its numbers never change between versions.

    Examples
    --------
    >>> stream(1, "cases").uniform() == stream(1, "cases").uniform() != stream(1, "evidence").uniform()
    True
    """
    words = [zlib.crc32(label.encode("utf-8")) for label in labels]
    return np.random.RandomState(np.random.MT19937(np.random.SeedSequence([seed, *words])))


def draw_cases(
    frameworks: Sequence[Framework],
    count: int,
    *,
    seed: int,
    prefix: str,
    shares: Mapping[str, Mapping[str, float]] | None = None,
) -> pd.DataFrame:
    """Invent the cases of one area.

    Parameters
    ----------
    frameworks : sequence of Framework
        The main framework first; every column that their ``asked_of`` names is there.
    count : int
        Number of cases.
    seed : int
        The same seed gives the same cases.
    prefix : str
        Beginning of the case numbers.
    shares : mapping, optional
        Column to value to share, in place of the usual ones.

    Returns
    -------
    DataFrame of str
        One row a case: case_id, order_type, risk_of_harm, assessor, then characteristics.
    """
    main, wanted = frameworks[0], {**settings()["characteristics"], **(shares or {})}
    asked = _asked_columns(frameworks)
    columns: dict[str, Any] = {"case_id": [f"{prefix}{number:03d}" for number in range(1, count + 1)]}
    columns["order_type"] = _draw("order_type", wanted["order_type"], asked, count, seed)
    risk = dict(zip(main.cases.risk_of_harm, _risk_shares(main, "sample"), strict=True))
    columns["risk_of_harm"] = _draw("risk_of_harm", risk, {}, count, seed)
    columns["assessor"] = _draw("assessor", _assessor_shares(main), {}, count, seed)
    for column in (*_ALWAYS, *(c for c in asked if c not in columns and c not in _ALWAYS)):
        columns[column] = _draw(column, wanted.get(column, {}), asked, count, seed)
    return _derive(pd.DataFrame(columns, dtype="str"), asked, seed)


def draw_caseload(framework: Framework, cases: int, seed: int) -> dict[str, int]:
    """Invent the caseload that the sample stands for, by risk of harm."""
    total = cases * settings()["caseload_per_case"] * (0.8 + 0.4 * stream(seed, "caseload").uniform())
    shares = _risk_shares(framework, "caseload")
    return {
        word: round(total * share) for word, share in zip(framework.cases.risk_of_harm, shares, strict=True)
    }


def pick(mask: np.ndarray, count: int, chance: np.random.RandomState) -> np.ndarray:
    """Mark ``count`` of the cases where ``mask`` is true, by chance."""
    chosen = np.zeros(len(mask), dtype=bool)
    chosen[chance.permutation(np.flatnonzero(mask))[:count]] = True
    return chosen


def yes_no(mask: np.ndarray) -> np.ndarray:
    """Turn a mask into the words of a yes/no column."""
    return np.where(mask, YES, NO)


def _asked_pairs(frameworks: Iterable[Framework]) -> Iterable[tuple[str, str]]:
    for framework in frameworks:
        for asked_of in (framework.asked_of, *(question.asked_of for question in framework.questions)):
            for column, values in asked_of.items():
                for value in values:
                    yield column, value


def _asked_columns(frameworks: Iterable[Framework]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for column, value in _asked_pairs(frameworks):
        if value not in columns.setdefault(column, []):
            columns[column].append(value)
    return columns


def _draw(
    column: str, shares: Mapping[str, float], asked: Mapping[str, list[str]], count: int, seed: int
) -> np.ndarray:
    """Values by their shares; one that a framework asks for and the shares lack gets an even part."""
    weights = dict(shares) or {NO: 1.0}
    for value in asked.get(column, []):
        weights.setdefault(value, 1.0 / len(weights))
    total = sum(weights.values())
    return stream(seed, "cases", column).choice(
        list(weights), size=count, p=[weight / total for weight in weights.values()]
    )


def _derive(cases: pd.DataFrame, asked: Mapping[str, list[str]], seed: int) -> pd.DataFrame:
    """Columns that follow from others, so that a case makes sense."""
    words = tuple(asked.get("risk_of_harm", ()))
    high = cases["risk_of_harm"].isin(words).to_numpy()
    if "mappa" in cases:
        share = settings()["mappa_of_high_risk"]
        cases = cases.assign(mappa=yes_no(pick(high, round(share * high.sum()), stream(seed, "mappa"))))
    if "enhanced_oversight" in cases:
        protected = (
            (cases["child_protection"] == YES).to_numpy()
            if "child_protection" in cases
            else np.zeros_like(high)
        )
        cases = cases.assign(enhanced_oversight=yes_no(high | protected))
    return cases


def _risk_shares(framework: Framework, key: str) -> list[float]:
    return even_unless(settings()["risk_of_harm"][key], len(framework.cases.risk_of_harm))


def even_unless(shares: Sequence[float], count: int) -> list[float]:
    """The shares where there is one for each word of a framework, even ones otherwise."""
    return list(shares) if len(shares) == count else [1 / count] * count


def _assessor_shares(framework: Framework) -> dict[str, float]:
    first, *others = framework.cases.assessor
    share = settings()["area_assessors"] if others else 0.0
    return {first: 1 - share, **{word: share / len(others) for word in others}}
