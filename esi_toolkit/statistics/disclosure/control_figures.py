"""Which official figures rest on too few cases to go out, and a scorecard without them.

shown = withhold_figures(scorecard, already_public)    # what every output of a report is made from
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, product

import numpy as np
import pandas as pd

from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.disclosure.relations import Bools, Floats
from esi_toolkit.statistics.resampling.recompute import OVERALL, part_codes, question_effects, roll_up
from esi_toolkit.statistics.sensitivity import scores_of

Ints = np.ndarray[tuple[int], np.dtype[np.int_]]
_MOST_OPEN = 3
"""So many questions are taken to be open at once; further ones are taken to be known, the safe side."""
_NOISE = 1e-9


def withhold_figures(scorecard: Scorecard, already_public: Collection[str] = ()) -> Scorecard:
    """Take out of a scorecard the figures that rest on too few cases.

    Parameters
    ----------
    scorecard : Scorecard
        The area's, final.
    already_public : collection of str
        Codes of figures that were published before; they stay.

    Returns
    -------
    Scorecard
        Codes of what is withheld stand in ``withheld``. A question that was relevant to fewer cases than
        ``display.suppress_below`` has neither counts nor score; nor has whatever else is needed so that those
        counts do not follow from the scores above it. These scores are rounded as they are printed, for an
        unrounded one would tell. With fewer cases in all, every score is withheld. A question that was asked
        of so few cases and relevant to none does not say to how many it did not apply: that would be how many
        were asked.

    Notes
    -----
    For each criterion, every way to fill in the withheld counts is tried: a set of figures is enough when the
    printed scores leave each small question at least two numbers of cases, of positive answers, and scores.
    The reader is taken to know the limit, which questions are below it, and all other counts.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> from esi_toolkit.method.score import score
    >>> dv = load_framework("esi-dv")
    >>> card = score(dv, load_inspection("data/sample/coldermere", dv))
    >>> sorted(withhold_figures(card).withheld)
    ['C2.2', 'C2.6', 'C4.2', 'C4.3', 'C5.4', 'C5.7']
    """
    public = frozenset(already_public)
    limit = scorecard.framework.display.suppress_below
    scorecard = _without_few_asked(scorecard, limit)
    counts = scorecard.questions.set_index("question")
    small = counts.index[(counts["relevant"] > 0) & (counts["relevant"] < limit)].difference(list(public))
    if scorecard.cases is not None and 0 < scorecard.cases < limit:
        return _without(scorecard, frozenset(_all_codes(scorecard)) - public, limit)
    if small.empty:
        return scorecard
    withheld = frozenset(small)
    for _, own in counts.loc[small].groupby("criterion", sort=False):
        withheld |= _Search(scorecard, own.index, withheld, public).best()
    return _without(scorecard, withheld, limit)


def _without_few_asked(scorecard: Scorecard, limit: int) -> Scorecard:
    questions = scorecard.questions
    asked = questions["not_applicable"] + questions["missing"]
    few = (questions["relevant"] == 0) & asked.between(1, limit - 1)
    if not few.any():
        return scorecard
    return replace(
        scorecard, questions=questions.assign(not_applicable=questions["not_applicable"].mask(few))
    )


def _all_codes(scorecard: Scorecard) -> Iterator[str]:
    scored = scorecard.criteria[scorecard.criteria["scored_by"] == "judgements"]
    yield from scorecard.questions["question"]
    yield from scored["criterion"]
    yield from scored["section"]
    yield OVERALL


@dataclass(frozen=True)
class _Open:
    """A withheld question and what a reader thinks possible for it: one row a possibility."""

    place: int
    positive: Ints
    relevant: Ints

    @property
    def scores(self) -> Floats:
        return 100 * self.positive / self.relevant


class _Search:
    """What to withhold beside the small questions of one criterion."""

    def __init__(
        self, scorecard: Scorecard, small: pd.Index, withheld: frozenset[str], public: frozenset[str]
    ):
        self.weights, self.questions, _ = scores_of(scorecard)
        self.limit, self.public, self.withheld = scorecard.framework.display.suppress_below, public, withheld
        self.relevant = scorecard.questions.set_index("question")["relevant"]
        self.parts = part_codes(self.weights)["code"].tolist()
        self.effects = question_effects(self.questions, self.weights)
        self.values = roll_up(self.questions[None, :], self.weights).parts[0]
        scored = [code for code in small if self.effects[self._place(code)].any() or self._in_criterion(code)]
        self.small = scored[:_MOST_OPEN]

    def _place(self, code: str) -> int:
        return self.weights.questions.index(code)

    def _in_criterion(self, code: str) -> bool:
        return bool(self.weights.into_criteria[self._place(code)].any())

    def best(self) -> frozenset[str]:
        """The cheapest set of further codes with which the small questions are safe."""
        if not self.small:
            return frozenset()
        return next(option for option in self._options() if self._is_safe(option))

    def _options(self) -> Iterator[frozenset[str]]:
        """Ever dearer sets: nothing, one or two questions, criteria with a question, at last every score."""
        yield frozenset()
        criterion = self._criterion_of(self._place(self.small[0]))
        mates = self._questions_of(criterion)
        for some in chain(combinations(mates, 1), combinations(mates, 2)):
            yield frozenset(some)
        yield self._unless_public([criterion])
        for other in self._beside(criterion):
            for question in self._questions_of(other):
                yield self._unless_public([criterion, other, question])
        section = self._section_of(criterion)
        yield self._unless_public([criterion, section])
        yield frozenset(self.parts)

    def _unless_public(self, codes: list[str]) -> frozenset[str]:
        return frozenset(codes) - self.public

    def _criterion_of(self, question: int) -> str:
        return self.weights.criteria[int(np.argmax(self.weights.into_criteria[question] > 0))]

    def _section_of(self, criterion: str) -> str:
        row = self.weights.into_sections[self.weights.criteria.index(criterion)]
        return self.weights.sections[int(np.argmax(row > 0))]

    def _beside(self, criterion: str) -> list[str]:
        own = self._section_of(criterion)
        return [
            code
            for code in self.weights.criteria
            if code not in {criterion, *self.public} and self._section_of(code) == own
        ]

    def _questions_of(self, criterion: str) -> list[str]:
        """Questions that could be withheld for others' sake, the least to lose first."""
        column = self.weights.into_criteria[:, self.weights.criteria.index(criterion)]
        codes = [self.weights.questions[i] for i in np.flatnonzero((column > 0) & ~np.isnan(self.questions))]
        free = [code for code in codes if code not in self.withheld | self.public]
        return sorted(free, key=lambda code: (self.relevant[code], code))

    def _is_safe(self, also: frozenset[str]) -> bool:
        """Whether the printed scores leave every small question open."""
        if also >= frozenset(self.parts):
            return True
        open_ = [self._possible(code, small=True) for code in self.small]
        open_ += [
            self._possible(code, small=False) for code in sorted(also) if code in self.weights.questions
        ]
        shown = [i for i, code in enumerate(self.parts) if code not in also]
        fits = _that_fit(open_, self.effects[:, shown], self.questions, self.values[shown])
        return all(_stays_open(one, fits[:, column]) for column, one in enumerate(open_[: len(self.small)]))

    def _possible(self, code: str, *, small: bool) -> _Open:
        relevant = np.arange(1, self.limit) if small else np.array([int(self.relevant[code])])
        pairs = np.array([(k, n) for n in relevant for k in range(n + 1)])
        return _Open(self._place(code), pairs[:, 0], pairs[:, 1])


def _that_fit(open_: list[_Open], effects: Floats, scores: Floats, values: Floats) -> Floats:
    """Rows of scores of the open questions with which every printed score comes out as printed."""
    choices = [np.unique(one.scores) for one in open_]
    rows = np.array(list(product(*choices)))
    places = [one.place for one in open_]
    change = (rows - scores[places]) @ effects[places]
    known = ~np.isnan(values)
    printed = np.array([float(round_half_up(value) or 0) for value in values[known]])
    found = values[known] + change[:, known]
    fit = (found >= printed - 0.5 - _NOISE) & (found < printed + 0.5 - _NOISE)  # an exact half goes up
    return rows[fit.all(axis=1)]


def _stays_open(one: _Open, possible: Floats) -> bool:
    """At least two scores, two numbers of cases and two of positive answers."""
    left: Bools = np.isin(one.scores, possible)
    return all(len(np.unique(values[left])) > 1 for values in (one.scores, one.relevant, one.positive))


def _without(scorecard: Scorecard, withheld: frozenset[str], limit: int) -> Scorecard:
    """The scorecard without these figures, and with the scores above them as they are printed."""
    questions, criteria = scorecard.questions.copy(), scorecard.criteria.copy()
    gone = questions["question"].isin(list(withheld))
    above = _codes_above(questions[gone])
    questions.loc[gone, ["relevant", "positive", "not_applicable", "score"]] = np.nan
    touched = criteria["criterion"].isin(list(above | withheld))
    criteria.loc[touched, "pooled"] = np.nan
    criteria["score"] = _printed(criteria["score"], criteria["criterion"], above, withheld)
    criteria.loc[touched & (criteria["cases"] < limit), "cases"] = np.nan
    sections = scorecard.sections.copy()
    sections["score"] = _printed(sections["score"], sections["section"], above, withheld)
    overall = _printed(
        pd.Series([scorecard.overall.score], dtype="float64"), pd.Series([OVERALL]), above, withheld
    )
    score = None if overall.isna().item() else float(overall.item())
    return replace(
        scorecard,
        cases=None if scorecard.cases is not None and 0 < scorecard.cases < limit else scorecard.cases,
        questions=questions,
        criteria=criteria,
        sections=sections,
        overall=replace(scorecard.overall, score=score),
        withheld=withheld,
    )


def codes_above(scorecard: Scorecard) -> frozenset[str]:
    """Give the codes of all scores of which a withheld question is part.

    Parameters
    ----------
    scorecard : Scorecard
        From `withhold_figures`.
    """
    return _codes_above(scorecard.questions[scorecard.questions["question"].isin(list(scorecard.withheld))])


def _codes_above(questions: pd.DataFrame) -> frozenset[str]:
    return (
        frozenset([OVERALL, *questions["criterion"], *questions["section"]])
        if len(questions)
        else frozenset()
    )


def _printed(
    scores: pd.Series, codes: pd.Series, above: Collection[str], withheld: Collection[str]
) -> pd.Series:
    """Scores as they go out: whole where a withheld figure is part of them, none where withheld."""
    whole = scores.map(lambda score: float(round_half_up(score) or 0), na_action="ignore").astype("float64")
    return scores.where(~codes.isin(list(above)), whole).mask(codes.isin(list(withheld)))
