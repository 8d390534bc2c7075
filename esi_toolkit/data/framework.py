"""A framework: the rules of an inspection as data, from sections down to single questions.

Nothing here knows a title, a weight or an answer word; they all stand in ``frameworks/*.yml`` with their
source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    StringConstraints,
)

SMALLEST_WEIGHT = 0.000001


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _refuse_tiny(weight: float) -> float:
    if 0 < weight < SMALLEST_WEIGHT:
        raise ValueError("too small a weight")
    return weight


Text = Annotated[StrictStr, StringConstraints(min_length=1)]
Code = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}$")]
Weight = Annotated[
    float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False), AfterValidator(_refuse_tiny)
]
"""Between nothing and a million; sums of weights far beyond either would overflow, or lose the figures."""
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]
OpenPercent = Annotated[float, Field(strict=True, gt=0, lt=100, allow_inf_nan=False)]
Words = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
AskedOf = dict[Text, Words]


class Entry(BaseModel):
    """Anything in a framework file: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Text | None = None
    reading: Text | None = None
    note: Text | None = None


class Question(Entry):
    """One question asked about each case.

    Attributes
    ----------
    asked_of : dict
        Column of cases.csv to the values for which the question is asked; empty: of every case.
    published : bool
        Whether the report prints its figure.
    """

    id: Code
    text: Text
    weight: Weight = 1.0
    asked_of: AskedOf = {}
    published: StrictBool = True


class Item(Entry):
    """One piece of evidence that a criterion rated in words rests on."""

    id: Code
    text: Text
    weight: Weight = 1.0
    suggested_by: Literal["performance"] | None = None


class Criterion(Entry):
    """A criterion, scored from judgements (0-100) or rated in words from evidence."""

    id: Code
    title: Text
    description: Text | None = None
    importance: Text | None = None
    scored_by: Literal["judgements", "evidence"]
    questions: tuple[Question, ...] = ()
    items: tuple[Item, ...] = ()


class Section(Entry):
    """A section; one without weight stays out of the overall score."""

    id: Code
    title: Text
    description: Text | None = None
    weight: Weight | None = None
    criteria: tuple[Criterion, ...]


class RatingRule(Entry):
    """One clause: the rating holds when all that is named here holds.

    Attributes
    ----------
    every, more_than_half, some : str, optional
        Level that every item, more than half of the items by weight, or at least one item must reach.
    others : str, optional
        Level that all items must reach beside that.
    at_best : str, optional
        No item may be better than this level.
    otherwise : bool, optional
        Holds when no earlier clause did.
    """

    rating: Text
    every: Text | None = None
    more_than_half: Text | None = None
    some: Text | None = None
    others: Text | None = None
    at_best: Text | None = None
    otherwise: StrictBool = False


class SuggestionRule(Entry):
    """A level for the targets item, by the share (0-1) of targets met or of national figures beaten."""

    level: Text
    met: Share | None = None
    better: Share | None = None


class Ratings(Entry):
    """Words for items (levels) and for criteria (scale), both best first, and the rules between them."""

    levels: Words
    scale: Words
    rules: tuple[RatingRule, ...]
    alternatives: dict[Text, tuple[RatingRule, ...]] = {}
    responsibility: dict[Text, StrictBool]
    suggestion: tuple[SuggestionRule, ...] = ()

    def rank(self, level: str) -> int:
        """Position of a level, 0 for the best."""
        return self.levels.index(level)


class Moderation(Entry):
    """How far a lead inspector may move a rating (steps) and a score (percentage points)."""

    ratings: Count
    scores: Weight


class Display(Entry):
    """Numbers of cases below which a figure is withheld, shown without a percentage, or marked unreliable."""

    suppress_below: Count
    few_below: Count
    unreliable_below: Count


class Drafting(Entry):
    """What becomes a draft finding.

    Attributes
    ----------
    strength_from, improvement_up_to : float
        Question scores (0-100) from which a strength, and up to which an area for improvement, is drafted.
    fewest_cases : int
        Questions relevant to fewer cases give no draft.
    most_of_each : int
        So many strengths, and so many areas for improvement, for one criterion; the clearest ones.
    best_levels, worst_levels : int
        How many levels of evidence, from the best and from the worst, make an item a strength or an area for
        improvement.
    """

    strength_from: Percent
    improvement_up_to: Percent
    fewest_cases: Count
    most_of_each: Count
    best_levels: Count
    worst_levels: Count


class CaseWords(Entry):
    """Words allowed in the columns that every cases.csv has."""

    risk_of_harm: Words
    high_risk: Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)] = ()
    assessor: Words


class Certainty(Entry):
    """What a report says beside its official figures, and with which limits.

    Attributes
    ----------
    parts : tuple of str
        The parts that are shown.
    groups : tuple of str
        Columns of cases.csv by which groups of cases are compared.
    threshold : float, optional
        A score, 0-100, that reports give the chance of passing; none: nothing is said.
    score_bands : tuple of float
        Where bands of predicted reconviction meet, percent, ascending.
    """

    parts: Annotated[
        tuple[Literal["scores", "assessors", "groups", "weights", "reconviction"], ...],
        BeforeValidator(_as_tuple),
    ]
    groups: Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)]
    threshold: OpenPercent | None = None
    score_bands: Annotated[tuple[OpenPercent, ...], BeforeValidator(_as_tuple)]


class Framework(Entry):
    """The rules of one kind of inspection, read from a framework file.

    Attributes
    ----------
    judgements : dict of str to float or None
        Answer word to its value (0-1); None leaves the case out of the denominator.
    importance : dict of str to float
        Word to the weight of a criterion within its section.
    asked_of : dict
        Whose cases the whole framework is about; empty: every case.
    """

    id: Code
    title: Text
    version: Text
    judgements: dict[Text, Share | None]
    importance: dict[Text, Weight]
    ratings: Ratings
    moderation: Moderation
    display: Display
    drafting: Drafting
    cases: CaseWords
    certainty: Certainty
    asked_of: AskedOf = {}
    sections: tuple[Section, ...]

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, in the order of the file."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the file."""
        return tuple(question for criterion in self.criteria for question in criterion.questions)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Everything that has a figure of its own: sections, criteria and questions."""
        return (
            *(section.id for section in self.sections),
            *(criterion.id for criterion in self.criteria),
            *(question.id for question in self.questions),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that the framework says, defaults included."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values; what was worked out from the old ones is not copied with it."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("criteria", "questions", "codes", "fingerprint"):
            copy.__dict__.pop(name, None)
        return copy

    def criterion(self, code: str) -> Criterion:
        """Look a criterion up by its code; KeyError when there is none."""
        return {criterion.id: criterion for criterion in self.criteria}[code]

    def question(self, code: str) -> Question:
        """Look a question up by its code; KeyError when there is none."""
        return {question.id: question for question in self.questions}[code]

    def section_of(self, criterion: str) -> Section:
        """The section that holds a criterion."""
        return next(s for s in self.sections if any(c.id == criterion for c in s.criteria))
