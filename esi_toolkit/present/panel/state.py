"""What the panel knows: the official scorecard, the what-if beside it, and the register's decisions.

The parts of the panel show this state and hand changes back to it; none of them calculates.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import EsiError
from esi_toolkit.method.differences import compare_scorecards, describe_changes
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.method.what_if import WhatIf, rescore
from esi_toolkit.statistics.sensitivity import effects

_LOG = logging.getLogger(__name__)


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


class PanelState:
    """What the panel knows, and who is told when it changes.

    Parameters
    ----------
    framework, inspection
        As they are; never changed.
    """

    def __init__(self, framework: Framework, inspection: Inspection):
        self.framework = framework
        self.inspection = inspection
        self.official = score(framework, inspection)
        self.changes = WhatIf()
        self._official = Answer(self.official)
        self.answer = self._official
        self.criterion = next((code for code in self.official.traces), "")
        self.problem = ""
        self._watchers: list[Callable[[], None]] = []
        self._is_telling = False

    @property
    def words(self) -> list[str]:
        """The changes of the what-if, one phrase each."""
        return describe_changes(self.official, self.inspection, self.changes)

    def change(self, **changes: Any) -> None:
        """Ask another what-if: some of its parts replaced.

        Parameters
        ----------
        **changes
            Attributes of `WhatIf`.
        """
        asked = replace(self.changes, **changes)
        self.answer = self._ask(asked)
        self.changes = asked
        self.tell()

    def look_at(self, criterion: str) -> None:
        """Turn to another criterion that is rated in words."""
        self.criterion = criterion
        self.tell()

    def back_to_official(self) -> None:
        """Forget the what-if."""
        self.changes = WhatIf()
        self.answer = self._official
        self.tell()

    def _ask(self, changes: WhatIf) -> Answer:
        if changes.is_empty:
            return self._official
        return Answer(rescore(self.framework, self.inspection, changes), self._official)

    def watch(self, show: Callable[[], None]) -> None:
        """Have something called after every change, and once now."""
        self._watchers.append(show)
        show()

    def tell(self) -> None:
        """Call everyone who watches; what they set in their controls meanwhile is no change of the user's."""
        self._is_telling = True
        try:
            for show in self._watchers:
                show()
        finally:
            self._is_telling = False

    def on_user(self, action: Callable[[Any], None]) -> Callable[[Any], None]:
        """Wrap what a control does: only for the user's own changes, and with errors said in plain words.

        Parameters
        ----------
        action : callable
            Takes the control's event.
        """

        def act(event: Any) -> None:
            if self._is_telling:
                return
            self.problem = ""
            try:
                action(event)
            except EsiError as error:
                self._report(str(error))
            except Exception as error:
                _LOG.debug("panel", exc_info=True)
                self._report(
                    f"Something went wrong that this panel did not expect ({type(error).__name__}: {error})."
                    " The figures shown are the last good ones. Run the cell again to start afresh."
                )

        return act

    def _report(self, problem: str) -> None:
        self.problem = problem
        try:
            self.tell()
        except Exception:
            # The problem is shown first of all; what cannot be shown after it is left as it was.
            _LOG.debug("panel", exc_info=True)
