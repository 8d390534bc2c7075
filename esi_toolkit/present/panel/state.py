"""What the panel knows: the official scorecard, the what-if beside it, and the register's decisions.

The parts of the panel show this state and hand changes back to it; none of them calculates.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from esi_toolkit.data.decision import Decision
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import EsiError, ModerationError, Problem, RegisterError
from esi_toolkit.method.differences import describe_changes
from esi_toolkit.method.moderate import check_decision, moderate, propose_decision
from esi_toolkit.method.score import score
from esi_toolkit.method.what_if import WhatIf, rescore
from esi_toolkit.present.panel.answer import Answer

if TYPE_CHECKING:
    from esi_toolkit.data.register import Recorded, Register

_LOG = logging.getLogger(__name__)


class PanelState:
    """What the panel knows, and who is told when it changes.

    Parameters
    ----------
    framework, inspection
        As they are; never changed.
    register : Register, optional
        Where decisions are read and recorded; without one, nothing can be recorded.

    Attributes
    ----------
    official : Scorecard
        With the register's decisions applied.
    changes : WhatIf
        What is asked at the moment.
    answer : Answer
        To ``changes``; decisions on figures that stay the same hold there as well.
    criterion : str
        The one rated in words that is looked at; "" where there is none.
    problem : str
        What went wrong with the last change, in plain words; "" for nothing.
    register_problem : str
        Why the register's decisions are not applied; "" where they are.
    """

    def __init__(self, framework: Framework, inspection: Inspection, register: Register | None = None):
        self.framework = framework
        self.inspection = inspection
        self.register = register
        self._calculated = score(framework, inspection)
        self.changes = WhatIf()
        self._set_official([])
        self.criterion = next(iter(self.official.traces), "")
        self.problem = self.register_problem = ""
        self._watchers: list[Callable[[], None]] = []
        self._is_telling = False
        self._one_at_a_time = RLock()
        self._seen = 0
        self.read_register()

    def _set_official(self, decisions: list[Decision]) -> None:
        self.official = moderate(self._calculated, decisions)
        self.decisions = decisions
        self._official = Answer(self.official)
        self.answer = self._ask(self.changes)

    def read_register(self) -> list[Decision]:
        """Read what has been decided and apply it; where it cannot be believed, say so and apply none of it.

        Returns
        -------
        list of Decision
            Those that were not known before.
        """
        if self.register is None:
            return []
        seen = self._seen
        try:
            self._set_official(self.register.decisions(self.official.area_id, self.framework.id))
        except EsiError as error:
            self._set_official([])
            self.register_problem = f"Decisions of the register are not applied. {error}"
            return []
        self.register_problem = ""
        self._seen = max([seen, *(one.number or 0 for one in self.decisions)])
        return [one for one in self.decisions if (one.number or 0) > seen]

    def propose(self, adjusted: str, reason: str, author: str) -> Decision:
        """A decision about the criterion that is looked at, on the official figures."""
        return propose_decision(self.official, self.criterion, adjusted, reason=reason, author=author)

    def check(self, decision: Decision) -> list[Problem]:
        """What speaks against a decision."""
        return check_decision(self.official, decision)

    def record(self, decision: Decision) -> Recorded:
        """Put a decision into the register, for good, and apply it.

        Raises
        ------
        ModerationError
            The framework does not allow it.
        RegisterError
            It cannot be written: nothing was recorded.
        """
        if self.register is None:
            fix = "open the panel with one: ModerationPanel(inspection, register=open_register(…))"
            raise RegisterError(Problem("panel", "no register", "a register", fix))
        if problems := self.check(decision):
            raise ModerationError(problems)
        recorded = self.register.record(decision, seen=self._seen)
        self.read_register()
        self.tell()
        return recorded

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
        card = rescore(self.framework, self.inspection, changes)
        return Answer(moderate(card, self.decisions), self._official)

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
            # JupyterLab lets a kernel work on messages in several threads at once.
            with self._one_at_a_time:
                if not self._is_telling:
                    self._act(action, event)

        return act

    def _act(self, action: Callable[[Any], None], event: Any) -> None:
        had_problem, self.problem = self.problem, ""
        try:
            action(event)
            if had_problem:
                self.tell()
        except EsiError as error:
            self._report(str(error))
        except Exception as error:
            _LOG.debug("panel", exc_info=True)
            self._report(
                f"Something went wrong that this panel did not expect ({type(error).__name__}: {error})."
                " Figures and decisions shown are the last good ones. Run the cell again to start afresh."
            )

    def _report(self, problem: str) -> None:
        self.problem = problem
        try:
            self.tell()
        except Exception:
            # The problem is shown first of all; what cannot be shown after it is left as it was.
            _LOG.debug("panel", exc_info=True)
