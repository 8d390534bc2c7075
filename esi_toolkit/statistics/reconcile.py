"""Is what we calculate what was published? Line by line, at printed precision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from esi_toolkit.errors import Problem
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.grim import possible_counts

_PERCENT = re.compile(r"^(\d+(?:\.\d+)?)\s*%?$")
_COUNT = re.compile(r"^(\d+)\s*/\s*(\d+)$")


@dataclass(frozen=True)
class Reconciliation:
    """What was published beside what is calculated.

    Attributes
    ----------
    table : DataFrame
        code, published (as printed), calculated (at the same precision, "" where there is none),
        agrees (bool).
    problems : tuple of Problem
        One for each line that does not agree, and a warning for each figure that no count could give.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def agrees(self) -> bool:
        """Whether every published figure is met."""
        return bool(self.table["agrees"].all())


def reconcile(
    scorecard: Scorecard, published: pd.DataFrame, *, where: str = "published.csv"
) -> Reconciliation:
    """Compare a scorecard with what was published.

    Parameters
    ----------
    scorecard : Scorecard
        With the lead inspector's decisions, where there are any: they are what was published.
    published : DataFrame
        code (``overall`` or a section, criterion or question) and value: a percentage such as ``82`` or
        ``97.5``, a count such as ``21/36``, or a rating in words.
    where : str
        File name for the problems.

    Returns
    -------
    Reconciliation

    Notes
    -----
    Percentages are compared after rounding half up to the decimals that were printed. For a question whose
    number of relevant cases is known, the GRIM test also asks whether any count could have given the figure;
    not where answers may be worth a part of one.

    Examples
    --------
    >>> from esi_toolkit import load_inspection, load_framework, score
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> reconcile(score(esi, durham), durham.published).agrees
    True
    """
    figures = _figures(scorecard)
    whole = all(value in (None, 0, 1) for value in scorecard.framework.judgements.values())
    rows: list[tuple[str, str, str, bool]] = []
    problems: list[Problem] = []
    for row, code, value in published[["code", "value"]].itertuples(name=None):
        calculated, expected = _as_printed(figures.get(code, {}), value)
        agrees = calculated == expected
        rows.append((code, value, calculated, agrees))
        if not agrees:
            found = f"{code} calculated as {calculated or 'nothing'}"
            fix = "one of the two is wrong: look at the judgements, or at the figure as it was printed"
            problems.append(Problem(where, found, f"{value} as published", fix, row=row, column="value"))
        if whole and (found := _impossible(figures.get(code, {}), value)):
            expected, fix = (
                "a percentage that some count of them gives",
                "check it, or how many were relevant",
            )
            problems.append(
                Problem(
                    where, f"{code} as {found}", expected, fix, row=row, column="value", severity="warning"
                )
            )
    return Reconciliation(
        pd.DataFrame(rows, columns=["code", "published", "calculated", "agrees"]), tuple(problems)
    )


def _figures(scorecard: Scorecard) -> dict[str, dict]:
    figures: dict[str, dict] = {"overall": {"score": scorecard.overall.score}}
    for table, code in (
        (scorecard.sections, "section"),
        (scorecard.criteria, "criterion"),
        (scorecard.questions, "question"),
    ):
        figures |= {row[code]: row for row in table.to_dict("records")}
    return figures


def _as_printed(figure: dict, value: str) -> tuple[str, str]:
    """The calculated figure and the published one, both in the form in which the latter was printed."""
    if count := _COUNT.match(value):
        known = pd.notna(figure.get("relevant", float("nan")))
        calculated = f"{figure['positive']:g}/{figure['relevant']:g}" if known else ""
        return calculated, f"{int(count[1])}/{int(count[2])}"
    if percent := _PERCENT.match(value):
        places = len(percent[1].partition(".")[2])
        rounded = round_half_up(figure.get("score"), places)
        return "" if rounded is None else str(rounded), str(round_half_up(float(percent[1]), places))
    rating = figure.get("rating")
    return rating if isinstance(rating, str) else "", value


def _impossible(figure: dict, value: str) -> str:
    """A percentage that no count of the relevant cases gives, in words; "" where it may be right."""
    percent, relevant = _PERCENT.match(value), figure.get("relevant")
    if not percent or relevant is None or pd.isna(relevant) or relevant < 1 or Fraction(percent[1]) > 100:
        return ""
    places = len(percent[1].partition(".")[2])
    possible = possible_counts(Decimal(percent[1]), int(relevant), places)
    return "" if possible else f"{percent[1]}% of {int(relevant)} relevant cases"
