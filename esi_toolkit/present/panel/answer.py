"""One scorecard beside the official one, with all that the panel shows of the two."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from esi_toolkit.method.differences import compare_scorecards
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.sensitivity import effects


class Answer:
    """One scorecard and all that the panel shows of it, each worked out when it is first looked at.

    Parameters
    ----------
    scorecard : Scorecard
        The official one, or one with changes.
    official : Answer, optional
        What it stands beside; default: itself.
    """

    def __init__(self, scorecard: Scorecard, official: Answer | None = None):
        self.scorecard = scorecard
        self.official = official or self

    @cached_property
    def differences(self) -> pd.DataFrame:
        """See `compare_scorecards`; indexed by code."""
        found = compare_scorecards(self.official.scorecard, self.scorecard)
        return found.set_index("code", drop=False)

    @property
    def effects(self) -> pd.DataFrame:
        """What one point more in a criterion adds to the overall, ``official`` and ``what_if``, by code."""
        both = {"official": self.official.own_effects, "what_if": self.own_effects}
        return pd.DataFrame(both)

    @cached_property
    def own_effects(self) -> pd.Series:
        """What one point more in a criterion adds to the overall of this scorecard, by code."""
        table = effects(self.scorecard)
        return table[table["level"] == "criterion"].set_index("code")["effect"]
