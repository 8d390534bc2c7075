"""What stands around the judgements of an invented area: evidence, performance, context and the like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework, Item
from esi_toolkit.data.sample_cases import even_unless, settings, stream, yes_no


def draw_evidence(
    framework: Framework, *, seed: int, care: float, leave_out: Collection[str] = ()
) -> pd.DataFrame | None:
    """Invent the levels of a framework's evidence items.

    Parameters
    ----------
    framework : Framework
        Its criteria that are rated from evidence.
    seed : int
        Seed of the area.
    care : float
        Standard deviations by which the area is better than usual.
    leave_out : collection of str
        Criteria or items without evidence.

    Returns
    -------
    DataFrame or None
        As evidence.csv; None where the framework has no such criterion.
    """
    levels, parts = framework.ratings.levels, settings()["evidence"]
    cuts = np.cumsum(even_unless(parts["levels"], len(levels)))[:-1]
    chance, rows = stream(seed, framework.id, "evidence"), []
    for criterion in framework.criteria:
        common = chance.standard_normal()
        for item in criterion.items:
            own = chance.standard_normal()
            standing = (
                np.sqrt(parts["share_of_area"]) * common + np.sqrt(1 - parts["share_of_area"]) * own + care
            )
            level = levels[int((_share_above(standing) > cuts).sum())]
            rows.append(
                [criterion.id, item.id, level, responsible_for(framework, item), "Invented by simulation"]
            )
    table = pd.DataFrame(rows, columns=["criterion", "item", "level", "responsibility", "note"], dtype="str")
    kept = table[~table["criterion"].isin(leave_out) & ~table["item"].isin(leave_out)]
    return kept.reset_index(drop=True) if rows else None


def responsible_for(framework: Framework, item: Item) -> str:
    """Whose responsibility an item is: the one its note names, otherwise the first."""
    words = list(framework.ratings.responsibility)
    return next((word for word in words[1:] if word in (item.note or "").split()), words[0])


def draw_surroundings(
    framework: Framework, *, seed: int, care: float, name: str, cases: int
) -> dict[str, pd.DataFrame]:
    """Invent performance, context, criminogenic factors, feedback, reassessment and reconviction.

    Parameters
    ----------
    name : str
        The area's name, for the reconviction table.
    cases : int
        Number of cases; about half the offenders are interviewed.

    Returns
    -------
    dict of str to DataFrame
        Keyed by file name.
    """
    respondents = draw_interviewed(seed, cases)
    return {
        "performance.csv": _performance(framework, seed, care),
        "context.csv": _context(seed),
        "criminogenic_factors.csv": _percentages(
            "criminogenic_factors", ("factor", "percent_of_cases"), seed, 0.0
        ),
        "feedback.csv": _percentages("feedback", ("question", "percent_positive"), seed, 6 * care).assign(
            respondents=respondents
        ),
        "oasys_reassessment.csv": _percentages("oasys_reassessment", ("measure", "percent"), seed, 0.0),
        "reconviction.csv": _reconviction(seed, name),
    }


def draw_interviewed(seed: int, cases: int) -> int:
    """How many offenders of an invented area were interviewed."""
    share = settings()["offenders_interviewed"] * (0.8 + 0.4 * stream(seed, "interviewed").uniform())
    return round(share * cases)


def _share_above(standing: float) -> float:
    return 1 - NormalDist().cdf(standing)


def _performance(framework: Framework, seed: int, care: float) -> pd.DataFrame:
    suggested = [c.id for c in framework.criteria if any(item.suggested_by for item in c.items)]
    chance, rows = stream(seed, "performance"), []
    for measure in settings()["performance"]:
        direction = 1 if measure["better"] == "higher" else -1
        value = measure["national"] + direction * measure["spread"] * (0.6 * care + chance.standard_normal())
        ceiling = 100.0 if measure["unit"] == "percent" else np.inf
        places = 1 if measure["unit"] == "days" else 0
        rows.append(
            {
                **{key: measure[key] for key in ("indicator", "reference", "better", "unit", "target")},
                "area": as_number(min(max(value, 0.0), ceiling), places),
                "national": f"{measure['national']:g}",
                "period": settings()["period"],
                "counts_for": suggested[0] if measure["counts"] and suggested else "",
            }
        )
    return pd.DataFrame(rows)


def _context(seed: int) -> pd.DataFrame:
    chance = stream(seed, "context")
    return pd.DataFrame(
        [
            {
                "measure": measure["measure"],
                "area": as_number(
                    measure["typical"] * np.exp(measure["spread"] * chance.standard_normal()),
                    measure["places"],
                ),
                "national": f"{measure['national']:g}" if "national" in measure else "",
                "unit": measure["unit"],
                "period": measure["period"],
            }
            for measure in settings()["context"]
        ]
    )


def _percentages(key: str, columns: tuple[str, str], seed: int, shift: float) -> pd.DataFrame:
    usual: Mapping[str, Any] = settings()[key]
    chance = stream(seed, key)
    values = [round(min(max(base + shift + 4 * chance.standard_normal(), 0), 100)) for base in usual.values()]
    return pd.DataFrame({columns[0]: list(usual), columns[1]: values})


def _reconviction(seed: int, name: str) -> pd.DataFrame:
    parts, chance = settings()["reconviction"], stream(seed, "reconviction")
    predicted = parts["predicted"] + parts["spread"] * chance.standard_normal()
    actual = predicted + parts["spread"] * chance.standard_normal()
    return pd.DataFrame(
        [
            {
                "place": name,
                "actual_percent": as_number(actual, 1),
                "predicted_percent": as_number(predicted, 1),
                "cohort": parts["cohort"],
            }
        ]
    )


def draw_followed_up(cases: pd.DataFrame, *, seed: int, care: float) -> pd.DataFrame:
    """Invent what became of the cases in two years.

    Parameters
    ----------
    cases : DataFrame
        The area's cases.
    seed : int
        Seed of the area.
    care : float
        Standard deviations by which the area is better than usual.

    Returns
    -------
    DataFrame
        As reconviction_cases.csv; a few cases are lost sight of.
    """
    parts, chance = settings()["followed_up"], stream(seed, "followed up")
    middle = np.log(parts["predicted"] / (1 - parts["predicted"]))
    odds = middle + parts["spread"] * chance.standard_normal(len(cases))
    actual = 1 / (1 + np.exp(-odds - parts["by_care"] * care))
    table = pd.DataFrame(
        {
            "case_id": cases["case_id"],
            "predicted_percent": [as_number(100 / (1 + np.exp(-own)), 0) for own in odds],
            "reconvicted": yes_no(chance.uniform(size=len(cases)) < actual),
        }
    )
    return table[chance.uniform(size=len(cases)) >= parts["lost"]].reset_index(drop=True)


def as_number(value: float, places: int) -> str:
    """Write a number as it stands in a file: so many places, no trailing noise."""
    return f"{value:.{places}f}"
