"""All areas taken together, as if their cases were one area's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

ALL_AREAS = "All areas"


def score_all_areas(scorecards: Sequence[Scorecard]) -> Scorecard:
    """Score all areas together: the framework's rules over the added-up answers.

    Parameters
    ----------
    scorecards : sequence of Scorecard
        At least one; all of one framework. As they go out: what an area withholds must not be part of a sum
        from which the other areas could be taken away.

    Returns
    -------
    Scorecard
        Questions with the positive answers of all areas over all relevant ones; criteria, sections and
        overall by the framework's weights. An area counts as much as it has cases; answers that are not known
        or are withheld add nothing. No ratings: evidence about one area's managers does not add up.

    Notes
    -----
    This is not the mean of the areas' scores, in which a small area would count as much as a large one.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> areas = ("data/sample/aldermoor", "data/sample/fenwater")
    >>> cards = [score(esi, load_inspection(area, esi)) for area in areas]
    >>> round(score_all_areas(cards).overall.score), [round(card.overall.score) for card in cards]
    (74, [59, 89])
    """
    known = [card for card in scorecards if card.questions["relevant"].notna().any()]
    framework = scorecards[0].framework
    area = Area(id="all-areas", name=ALL_AREAS, framework=framework.id)
    together = score(framework, Inspection(area, framework.id, "", question_counts=_add_up(known)))
    cases = [card.cases for card in known if card.cases is not None]
    return replace(
        together,
        cases=sum(cases) if cases else None,
        synthetic=any(card.synthetic for card in scorecards),
    )


def _add_up(scorecards: Sequence[Scorecard]) -> pd.DataFrame:
    """The answers of all areas to each question; a question that no area knows has no row."""
    columns = ["question", "relevant", "positive"]
    tables = [card.questions.loc[card.questions["relevant"].notna(), columns] for card in scorecards]
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables).groupby("question", as_index=False, sort=False).sum()
