"""Deciding a rating: choose, give the reason, and record it by a second, deliberate click."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

import ipywidgets as widgets

from esi_toolkit.data.decision import Decision
from esi_toolkit.errors import EsiError
from esi_toolkit.method.moderate import allowed_ratings
from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.html import escape
from esi_toolkit.present.panel.history import say_decision
from esi_toolkit.present.panel.look import BUTTON, WIDE, box, heading, html, paragraph, set_value
from esi_toolkit.present.panel.state import PanelState
from esi_toolkit.present.words import say_time

if TYPE_CHECKING:
    from esi_toolkit.data.register import Recorded

AUTHOR = "ESI_AUTHOR"
_FOR_GOOD = "It is kept for good: a later decision can supersede it, nobody can change or delete it."
_OWN_WIDTH = widgets.Layout(width="auto", padding="0 14px", align_self="flex-start")
_LABEL = {"description_width": "60px"}


class DecisionForm(widgets.VBox):
    """The form for the criterion that is looked at.

    Nothing is recorded by its first click, and not by a double click: what will be recorded is shown, and the
    button that records it stands elsewhere. Any change of the form takes the question back.

    Parameters
    ----------
    state : PanelState
        Records the decision.
    """

    author_of_session: ClassVar[str] = ""
    """Who decided last, so that the name need not be typed again while the kernel runs."""

    def __init__(self, state: PanelState):
        self._state = state
        self._criterion = ""
        self._pending: Decision | None = None
        author = type(self).author_of_session or os.environ.get(AUTHOR, "")
        self._about, self._needed, self._done = html(), html(), html()
        self._rating = widgets.RadioButtons(options=[], description="Rating", layout=WIDE, style=_LABEL)
        self._reason = widgets.Textarea(description="Reason", rows=4, layout=WIDE, style=_LABEL)
        self._reason.placeholder = "Why this rating? It is printed in the report."
        self._author = widgets.Text(author, description="Author", layout=WIDE, style=_LABEL)
        self._author.placeholder = "Your name"
        self._record = widgets.Button(description="Record decision", layout=_OWN_WIDTH)
        self._question = html()
        self._yes = widgets.Button(
            description="Yes, record this decision", layout=BUTTON, button_style="primary"
        )
        self._no = widgets.Button(description="No, go back", layout=BUTTON)
        self._asking = widgets.VBox([self._question, widgets.HBox([self._yes, self._no])])
        form = [self._rating, self._reason, self._author, self._needed, self._record]
        super().__init__([self._about, *form, self._asking, self._done])
        self._listen()
        state.watch(self._show)

    def _listen(self) -> None:
        for field in (self._rating, self._reason, self._author):
            field.observe(self._state.on_user(lambda _: self._edited()), names="value")
        self._record.on_click(self._state.on_user(lambda _: self._ask(self._proposed())))
        self._yes.on_click(self._state.on_user(lambda _: self._answer_yes()))
        self._no.on_click(self._state.on_user(lambda _: self._withdraw()))

    def confirm(self, stale: Decision) -> None:
        """Begin to confirm a decision whose figures have changed: the same on the figures of today."""
        self._withdraw()
        set_value(self._reason, stale.reason)
        if stale.adjusted not in self._rating_choices():
            words = f"{stale.adjusted} is no longer within reach of the calculated rating. Decide anew."
            set_value(self._done, box(words, "problem", "alert"))
            return
        set_value(self._rating, stale.adjusted)
        if self._needs():
            set_value(self._done, box(f"To confirm decision {stale.number}: {self._needs()}.", "note"))
            return
        self._ask(self._proposed())

    def _proposed(self) -> Decision:
        return self._state.propose(self._rating.value or "", self._reason.value, self._author.value)

    def _rating_choices(self) -> tuple[str, ...]:
        calculated = self._state.official.traces[self._criterion].rating or ""
        return allowed_ratings(self._state.framework, calculated)

    def _needs(self) -> str:
        """What is still to be done before a decision can be recorded; "" for nothing."""
        if self._state.register is None:
            return "open the panel with a register"
        if self._state.register_problem:
            return "the register has to be mended"
        needs = ["choose a rating"] if not self._rating.value else []
        needs += ["give a reason"] if not self._reason.value.strip() else []
        needs += ["say who decides"] if not self._author.value.strip() else []
        if needs:
            return join_words(needs)
        return "; ".join(f"{one.found}: {one.fix}" for one in self._state.check(self._proposed()))

    def _edited(self) -> None:
        self._pending = None
        set_value(self._done, "")
        self._show()

    def _ask(self, decision: Decision) -> None:
        news = [one for one in self._state.read_register() if one.criterion == decision.criterion]
        self._state.tell()
        if self._needs():
            return
        self._pending = decision
        set_value(self._question, question_html(decision, news))
        set_value(self._done, "")
        self._show()

    def _answer_yes(self) -> None:
        if self._pending is None:
            return  # the second half of a double click
        decision, self._pending = self._pending, None
        try:
            recorded = self._state.record(decision)
        except EsiError as error:
            self._show()
            set_value(self._done, box(f"Nothing was recorded. {error}", "problem", "alert"))
            return
        type(self).author_of_session = decision.author
        self._clear()
        set_value(self._done, recorded_html(recorded))

    def _withdraw(self) -> None:
        self._pending = None
        self._show()

    def _clear(self) -> None:
        self._criterion = ""
        self._state.tell()

    def _show(self) -> None:
        if self._criterion != self._state.criterion:
            self._turn_to(self._state.criterion)
        set_value(self._about, about_html(self._state, self._criterion, self._rating_choices()))
        needs = self._needs()
        set_value(self._needed, paragraph(f"Before it can be recorded: {needs}.", "quiet") if needs else "")
        self._record.disabled = bool(needs) or self._pending is not None
        self._asking.layout.display = "" if self._pending else "none"

    def _turn_to(self, criterion: str) -> None:
        self._criterion = criterion
        self._pending = None
        calculated = self._state.official.traces[criterion].rating
        self._rating.options = [
            (f"{rating} (as calculated)" if rating == calculated else rating, rating)
            for rating in self._rating_choices()
        ]
        self._rating.index = None
        set_value(self._reason, "")
        set_value(self._done, "")


def about_html(state: PanelState, criterion: str, choices: tuple[str, ...]) -> str:
    """What may be chosen for a criterion, and that what-ifs are not what is decided on."""
    title = heading(3, f"Decide the rating of {criterion}")
    if not choices:
        return title + paragraph("There is no calculated rating yet, so there is none to adjust.")
    steps = state.framework.moderation.ratings
    reach = f"{steps} step{'' if steps == 1 else 's'}" if steps else "no step"
    words = f"The framework lets the lead inspector go {reach} from the calculated rating."
    if not state.changes.is_empty:
        words += " You decide on the official figures, not on the what-if."
    return title + paragraph(words)


def question_html(decision: Decision, news: list[Decision]) -> str:
    """What would be recorded, and what others decided meanwhile."""
    meanwhile = "".join(paragraph(f"Meanwhile {_signed(one)}. Yours would supersede it.") for one in news)
    return (
        f'<div class="asking" role="alert">{heading(4, "Record this decision?")}{meanwhile}'
        f"{paragraph(say_decision(decision))}"
        f'<p class="as-written">{escape(decision.reason)}</p>{paragraph(decision.author)}'
        f"{paragraph(_FOR_GOOD)}</div>"
    )


def recorded_html(recorded: Recorded) -> str:
    """That it is recorded, and whether somebody else decided in between."""
    decision = recorded.decision
    words = f"✔ Recorded as decision {decision.number}: {say_decision(decision)}."
    for one in recorded.meanwhile:
        words += f"\nAnother inspector decided meanwhile: {_signed(one)}. Both are kept; yours is later."
    return box(words, "note")


def _signed(decision: Decision) -> str:
    when = say_time(decision.decided_at)
    return f"{decision.author} decided {say_decision(decision)} ({when}): {decision.reason}"
