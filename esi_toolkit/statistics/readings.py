"""Where the report's rules can be read in two ways: does any conclusion change with the other reading?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.score import rate_all
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.resampling.recompute import part_codes, roll_up_criteria
from esi_toolkit.statistics.sensitivity import in_order, scores_of


def pooled_reading(scorecard: Scorecard) -> pd.DataFrame:
    """Score every criterion as all positive answers over all relevant ones, and take that up to the overall.

    Parameters
    ----------
    scorecard : Scorecard
        From judgements or question counts.

    Returns
    -------
    DataFrame
        ``level`` (overall, section, criterion), ``code``, ``score`` (official), ``pooled``, ``change``,
        0-100, NaN where there is none, and ``changed`` (bool: would another whole percent be printed?).

    Notes
    -----
    Method, rule 3: the pooled figure weighs a question by its relevant cases instead of by its weight.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> from esi_toolkit.method.score import score
    >>> card = score(esi, durham)
    >>> list(pooled_reading(card))
    ['level', 'code', 'score', 'pooled', 'change', 'changed']
    """
    weights, _, criteria = scores_of(scorecard)
    pooled = in_order(scorecard.criteria, "criterion", "pooled", weights.criteria)
    sections, overall = roll_up_criteria(np.vstack([criteria, pooled]), weights)
    official, other = np.hstack([overall, sections, np.vstack([criteria, pooled])])
    printed = [round_half_up(a) != round_half_up(b) for a, b in zip(official, other, strict=True)]
    return part_codes(weights).assign(score=official, pooled=other, change=other - official, changed=printed)


def other_readings(framework: Framework, inspection: Inspection) -> pd.DataFrame:
    """Rate every criterion by each alternative set of rules that the framework names.

    Parameters
    ----------
    framework : Framework
        With its alternatives, such as the literal reading of *Not met*.
    inspection : Inspection
        Read for the same framework.

    Returns
    -------
    DataFrame
        ``reading``, ``criterion``, ``rating`` (by the framework's own rules), ``other`` and ``changed``
        (bool); None where nothing was judged. Empty where the framework has no alternatives.

    Notes
    -----
    Method, "Words".

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> sorted(set(other_readings(esi, durham)["reading"]))
    ['literal']
    """
    own = _ratings(framework, inspection, None)
    tables = [
        own.assign(reading=reading, other=_ratings(framework, inspection, reading)["rating"])
        for reading in framework.ratings.alternatives
    ]
    columns = ["reading", "criterion", "rating", "other"]
    table = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return table.assign(changed=table["rating"].fillna("") != table["other"].fillna(""))


def _ratings(framework: Framework, inspection: Inspection, reading: str | None) -> pd.DataFrame:
    traces = rate_all(framework, inspection, reading)
    rows = [(code, trace.rating) for code, trace in traces.items()]
    return pd.DataFrame(rows, columns=["criterion", "rating"], dtype=object)
