"""Invented judgements that hang together as real ones do.

A good case manager does well on most questions about a case, so each answer is drawn from a *propensity*:
part of it belongs to the case, part to the case's work within one section, the rest to the single question.
Cut at a usual share it gives a free simulation; ranked, exactly as many positive answers as were published.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from esi_toolkit.data.answers import find_asked
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.sample_cases import pick, settings, stream

NOT_ASKED = -1


@dataclass(frozen=True)
class Answers:
    """A framework's answer words in the order in which the simulation deals them out.

    Attributes
    ----------
    positive, negative : tuple of str
        Best first.
    not_applicable : str or None
        The word without value; None where the framework has none.
    """

    positive: tuple[str, ...]
    negative: tuple[str, ...]
    not_applicable: str | None

    @property
    def words(self) -> list[str]:
        """All words; an answer is a position in this list."""
        return [*self.positive, *self.negative, *([self.not_applicable] if self.not_applicable else [])]

    @property
    def scored(self) -> int:
        """How many of the words have a value."""
        return len(self.positive) + len(self.negative)

    def split(self, positive: float, negative: float) -> list[float]:
        """Divide a share (or number) of positive and of negative answers among the words."""
        ends = settings()["judgements"]
        best, worst = ends["best_of_positive"] * positive, ends["worst_of_negative"] * negative
        upper = _beside(best, positive, len(self.positive))
        return upper + _beside(worst, negative, len(self.negative))[::-1]


def _beside(end: float, total: float, count: int) -> list[float]:
    return [total] if count == 1 else [end, *([(total - end) / (count - 1)] * (count - 1))]


def answers_of(framework: Framework) -> Answers:
    """Sort a framework's answer words into positive, negative and not applicable.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> answers_of(load_framework("esi")).words
    ['excellent', 'sufficient', 'insufficient', 'poor', 'not applicable']
    """
    valued = [(word, value) for word, value in framework.judgements.items() if value is not None]
    ranked = sorted(valued, key=lambda pair: -pair[1])
    without = [word for word, value in framework.judgements.items() if value is None]
    return Answers(
        tuple(word for word, value in ranked if value > 0),
        tuple(word for word, value in ranked if value == 0),
        without[0] if without else None,
    )


def draw_propensities(framework: Framework, cases: pd.DataFrame, seed: int) -> np.ndarray:
    """How well each case is likely to do on each question.

    Parameters
    ----------
    framework : Framework
        Whose questions; frameworks over the same cases share the case managers.
    cases : DataFrame
        One row a case.
    seed : int
        Seed of the area.

    Returns
    -------
    array of float, cases by questions
        About standard normal; higher is better.
    """
    parts, count = settings()["judgements"], len(cases)
    own, within = parts["case_manager"], parts["section"]
    lenient = parts["area_assessor_leniency"] * (cases["assessor"] != framework.cases.assessor[0]).to_numpy()
    manager = stream(seed, "case managers").standard_normal(count)
    columns = []
    for section in framework.sections:
        theme = stream(seed, "section", section.id).standard_normal(count)
        for question in (q for criterion in section.criteria for q in criterion.questions):
            noise = stream(seed, framework.id, question.id).standard_normal(count)
            mixed = np.sqrt(own) * manager + np.sqrt(within) * theme + np.sqrt(1 - own - within) * noise
            columns.append(mixed + lenient)
    return np.column_stack(columns)


def find_all_asked(framework: Framework, cases: pd.DataFrame) -> np.ndarray:
    """Which cases each question is asked of: cases by questions."""
    concerned = find_asked(framework.asked_of, cases).to_numpy()
    return np.column_stack(
        [concerned & find_asked(question.asked_of, cases).to_numpy() for question in framework.questions]
    )


def draw_relevant(framework: Framework, asked: np.ndarray, seed: int) -> np.ndarray:
    """Which of the asked cases each question concerns; how large that share is, is the same in every area."""
    parts = settings()["judgements"]
    relevant = asked.copy()
    if answers_of(framework).not_applicable is None:
        return relevant
    for column, question in enumerate(framework.questions):
        usual = stream(0, framework.id, question.id, "relevance").choice(parts["relevant"])
        share = parts["relevant_when_asked"] if question.asked_of else usual
        count = round(share * asked[:, column].sum())
        relevant[:, column] = pick(
            asked[:, column], count, stream(seed, framework.id, question.id, "relevant")
        )
    return relevant


def answer_freely(framework: Framework, propensities: np.ndarray, seed: int, care: float) -> np.ndarray:
    """Turn propensities into scored answers at usual shares, shifted by how good the area is.

    Parameters
    ----------
    care : float
        Standard deviations by which the area is better (or worse) than usual.

    Returns
    -------
    array of int, cases by questions
        Positions in `Answers.words`.
    """
    answers, area = answers_of(framework), stream(seed, framework.id, "area")
    spread = settings()["judgements"]["spread_of_area"]
    scored = np.zeros(propensities.shape, dtype=np.int8)
    for column, (criterion, question) in enumerate(_with_criteria(framework)):
        level = _usual_level(framework.id, criterion, question) + care + spread * area.standard_normal()
        share = NormalDist().cdf(level)
        for reached in np.cumsum(answers.split(share, 1 - share))[:-1]:
            cut = NormalDist().inv_cdf(min(max(1 - reached, 1e-9), 1 - 1e-9))
            scored[:, column] += propensities[:, column] < cut
    return scored


def _with_criteria(framework: Framework) -> list[tuple[str, str]]:
    return [
        (criterion.id, question.id) for criterion in framework.criteria for question in criterion.questions
    ]


def _usual_level(framework: str, criterion: str, question: str) -> float:
    """How well a question usually comes out, in standard deviations; the same in every area."""
    parts = settings()["judgements"]
    share = parts["typical"].get(framework, {}).get(criterion, parts["typical_otherwise"])
    own = parts["spread_of_questions"] * stream(0, framework, question, "usual").standard_normal()
    return NormalDist().inv_cdf(share) + float(own)


def answer_exactly(
    framework: Framework, propensity: np.ndarray, relevant: np.ndarray, positive: int, best: int | None = None
) -> np.ndarray:
    """Turn one question's propensities into exactly so many positive answers.

    Parameters
    ----------
    propensity : array of float
        One for each case; the highest of the relevant ones become positive.
    relevant : array of bool
        Cases that the question concerns.
    positive : int
        Number of positive answers.
    best : int, optional
        How many of them are the best word; by default the usual share.

    Returns
    -------
    array of int
        Positions in `Answers.words`; `NOT_ASKED` where not relevant.
    """
    answers, count = answers_of(framework), int(relevant.sum())
    numbers = np.floor(np.array(answers.split(positive, count - positive)) + 0.5).astype(int)
    numbers[0] = numbers[0] if best is None else best
    last = len(answers.positive) - 1
    numbers[last] += positive - numbers[: last + 1].sum()
    numbers[last + 1] += count - numbers.sum()
    result = np.full(len(relevant), NOT_ASKED, dtype=np.int8)
    ranked = np.flatnonzero(relevant)[np.argsort(-propensity[relevant], kind="stable")]
    result[ranked] = np.repeat(np.arange(answers.scored, dtype=np.int8), numbers)
    return result
