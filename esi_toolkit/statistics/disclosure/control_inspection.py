"""What stands around the scores, without the figures that rest on too few cases or people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Display
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.statistics.disclosure.disclosure import decide_disclosure
from esi_toolkit.statistics.disclosure.linked_counts import CASES


def withhold_surroundings(inspection: Inspection, display: Display) -> Inspection:
    """Take out of an inspection's tables the figures about too few people.

    Parameters
    ----------
    inspection : Inspection
        As loaded.
    display : Display
        With the limit ``suppress_below``.

    Returns
    -------
    Inspection
        ``feedback`` and ``criminogenic_factors`` have a column ``withheld`` (bool), and no figure where it is
        True: answers of fewer offenders than the limit, and factors that fewer of the inspected cases have,
        or all but fewer. Nobody is no count: 0% stays. Without a list of cases a share tells no number.
    """
    feedback, factors = inspection.feedback, inspection.criminogenic_factors
    if feedback is not None:
        few = feedback["respondents"].between(1, display.suppress_below - 1).to_numpy(bool)
        feedback = _without(feedback, few, ["percent_positive", "respondents"])
    if factors is not None:
        cases = 0 if inspection.cases is None else len(inspection.cases)
        hidden = _tells_few(factors["percent_of_cases"], cases, display.suppress_below)
        factors = _without(factors, hidden, ["percent_of_cases"])
    return replace(inspection, feedback=feedback, criminogenic_factors=factors)


def _without(table: pd.DataFrame, hidden: np.ndarray, columns: list[str]) -> pd.DataFrame:
    shown = table[columns].astype("float64").mask(np.repeat(hidden[:, None], len(columns), axis=1))
    return table.assign(**shown, withheld=hidden)


def _tells_few(percents: pd.Series, cases: int, limit: int) -> np.ndarray:
    """Whether the cases that a whole percentage may stand for are fewer than the limit, or all but fewer."""
    if not cases or not limit:
        return np.zeros(len(percents), dtype=bool)
    fewest = np.ceil((percents - 0.5) * cases / 100)
    most = np.floor((percents + 0.5) * cases / 100)
    some, not_all = percents > 0, percents < 100
    return ((some & (fewest < limit)) | (not_all & (cases - most < limit))).to_numpy(bool)


def shown_caseload(caseload: Mapping[str, int], display: Display) -> dict[str, int | None]:
    """An area's caseload by risk of harm as it may be printed; None where withheld.

    Parameters
    ----------
    caseload : mapping of str to int
        As in ``area.yml``. The whole caseload is taken to be known.
    display : Display
        With the limit ``suppress_below``.

    Examples
    --------
    >>> limits = Display(suppress_below=5, few_below=10, unreliable_below=30)
    >>> shown_caseload({"low": 700, "high": 78, "very high": 3}, limits)
    {'low': 700, 'high': None, 'very high': None}
    """
    rows = [("", "", sum(caseload.values()), True)]
    rows += [("risk_of_harm", word, count, False) for word, count in caseload.items()]
    cells = pd.DataFrame(rows, columns=["characteristic", "group", "count", "official"])
    cells = cells.assign(area="area", question="", measure=CASES, printed=True)
    decision = decide_disclosure({"area": cells}, threshold=display.suppress_below)
    shown = decision.shown_cases("risk_of_harm", area="area")
    return {
        str(word): None if pd.isna(count) else int(count) for word, count in shown.itertuples(index=False)
    }
