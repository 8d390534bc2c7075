"""The scoring rules as matrices, so that thousands of resampled inspections are scored at once.

Question scores, criteria, sections and overall are nested weighted means; each is one matrix product over
many rows (one row a resampled or altered inspection). The official figures come from `esi_toolkit.method`; a
test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.resampling.answers import CaseAnswers

Floats = NDArray[np.float64]
OVERALL = "overall"
_ONE_THREAD = 200_000
"""Multiplications in one block."""


@dataclass(frozen=True)
class ScoreWeights:
    """What counts how much in what, for the parts of a framework that are scored from judgements.

    Attributes
    ----------
    questions, criteria, sections : tuple of str
        Codes, in the framework's order.
    into_criteria, into_sections, into_overall : ndarray
        Weights: questions x criteria, criteria x sections, sections x 1; 0 where a part does not count.
    """

    questions: tuple[str, ...]
    criteria: tuple[str, ...]
    sections: tuple[str, ...]
    into_criteria: Floats
    into_sections: Floats
    into_overall: Floats


@dataclass(frozen=True)
class ScoreRows:
    """Scores (0-100, NaN where there is none); one row an inspection, one column a code.

    Attributes
    ----------
    questions, criteria, sections : ndarray
        Rows x codes, in the order of the `ScoreWeights`.
    overall : ndarray
        Rows x 1.
    """

    questions: Floats
    criteria: Floats
    sections: Floats
    overall: Floats

    @property
    def parts(self) -> Floats:
        """Overall, sections and criteria side by side, in the order of `part_codes`."""
        return np.hstack([self.overall, self.sections, self.criteria])


def score_weights(framework: Framework) -> ScoreWeights:
    """Read the weights of a framework into matrices.

    Parameters
    ----------
    framework : Framework
        Only what is scored from judgements is read.

    Returns
    -------
    ScoreWeights

    Notes
    -----
    Method, rules 3 to 5.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> score_weights(load_framework("esi")).sections
    ('B', 'C', 'D')
    """
    scored = [(s, [c for c in s.criteria if c.scored_by == "judgements"]) for s in framework.sections]
    sections = [section for section, criteria in scored if criteria]
    criteria = [criterion for _, own in scored for criterion in own]
    questions = [question for criterion in criteria for question in criterion.questions]
    into_criteria = np.zeros((len(questions), len(criteria)))
    into_sections = np.zeros((len(criteria), len(sections)))
    row = {question.id: i for i, question in enumerate(questions)}
    for c, criterion in enumerate(criteria):
        for question in criterion.questions:
            into_criteria[row[question.id], c] = question.weight
        into_sections[c, sections.index(framework.section_of(criterion.id))] = framework.importance[
            criterion.importance or ""
        ]
    return ScoreWeights(
        tuple(row),
        tuple(criterion.id for criterion in criteria),
        tuple(section.id for section in sections),
        into_criteria,
        into_sections,
        np.array([[section.weight or 0.0] for section in sections]).reshape(len(sections), 1),
    )


def score_rows(answers: CaseAnswers, weights: ScoreWeights, case_weights: Floats) -> ScoreRows:
    """Score many weighted versions of one set of cases.

    Parameters
    ----------
    answers : CaseAnswers
        The cases.
    weights : ScoreWeights
        The rules.
    case_weights : ndarray
        Rows x cases: how often, or how much, each case counts in each version.

    Returns
    -------
    ScoreRows

    Notes
    -----
    Method, rules 2 to 6: what has no score leaves its weight to the others.
    """
    questions = product(case_weights, answers.positive)
    questions *= 100
    with np.errstate(invalid="ignore"):
        questions /= product(case_weights, answers.relevant)  # 0 of 0 has no score
    return roll_up(questions, weights)


def roll_up(question_scores: Floats, weights: ScoreWeights) -> ScoreRows:
    """Take rows of question scores up to criteria, sections and overall.

    Parameters
    ----------
    question_scores : ndarray
        Rows x questions, 0-100, NaN where a question has no score.
    weights : ScoreWeights
        The rules.

    Returns
    -------
    ScoreRows
    """
    criteria = weighted_means(question_scores, weights.into_criteria)
    return ScoreRows(question_scores, criteria, *roll_up_criteria(criteria, weights))


def roll_up_criteria(criterion_scores: Floats, weights: ScoreWeights) -> tuple[Floats, Floats]:
    """Take rows of criterion scores up to sections and overall.

    Parameters
    ----------
    criterion_scores : ndarray
        Rows x criteria, 0-100, NaN where a criterion has no score.
    weights : ScoreWeights
        The rules.

    Returns
    -------
    sections, overall : ndarray
        Rows x sections and rows x 1.

    Notes
    -----
    Method, rules 4 to 6.
    """
    sections = weighted_means(criterion_scores, weights.into_sections)
    return sections, weighted_means(sections, weights.into_overall)


def weighted_means(values: Floats, weights: Floats) -> Floats:
    """Average the columns of each row; a missing value leaves its weight to the others.

    Parameters
    ----------
    values : ndarray
        Rows x parts, NaN where missing.
    weights : ndarray
        Parts x wholes.

    Returns
    -------
    ndarray
        Rows x wholes; NaN where no part with a weight has a value.

    Examples
    --------
    >>> weighted_means(np.array([[72.0, 96, 88, 97], [72, np.nan, 88, 97]]), np.array([[2.0], [2], [2], [1]]))
    array([[87. ],
           [83.4]])
    """
    missing = np.isnan(values)
    total = product((~missing).astype(float), weights) if missing.any() else weights.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, product(np.where(missing, 0, values), weights) / total, np.nan)


def product(rows: Floats, columns: Floats) -> Floats:
    """Multiply many rows by a small matrix, block by block.

    Parameters
    ----------
    rows : ndarray
        Many rows x parts.
    columns : ndarray
        Parts x wholes.

    Returns
    -------
    ndarray
        ``rows @ columns``.
    """
    # Blocks this small stay in one thread. In one piece, the threads of several areas worked on side by side
    # wait for one another ten times as long as the multiplication takes.
    block = max(1, _ONE_THREAD // max(1, columns.size))
    if len(rows) <= block:
        return rows @ columns
    return np.concatenate([rows[i : i + block] @ columns for i in range(0, len(rows), block)])


def part_codes(weights: ScoreWeights) -> pd.DataFrame:
    """Name overall, sections and criteria in the order of `ScoreRows.parts`.

    Parameters
    ----------
    weights : ScoreWeights
        The rules.

    Returns
    -------
    DataFrame
        ``level`` (overall, section, criterion) and ``code``.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> part_codes(score_weights(esi))["code"].head(5).tolist()
    ['overall', 'B', 'C', 'D', 'B1']
    """
    rows = [(OVERALL, OVERALL)]
    rows += [("section", code) for code in weights.sections]
    rows += [("criterion", code) for code in weights.criteria]
    return pd.DataFrame(rows, columns=["level", "code"])


def question_effects(question_scores: Floats, weights: ScoreWeights) -> Floats:
    """Give by how much each part moves when one question moves by one point.

    Parameters
    ----------
    question_scores : ndarray
        Questions; NaN where a question has no score and therefore no effect.
    weights : ScoreWeights
        The rules.

    Returns
    -------
    ndarray
        Questions x parts, in the order of `part_codes`: the derivatives of the nested means, which are
        constant because the score is linear.
    """
    return effects_on_parts(roll_up(question_scores[None, :], weights), weights)


def effects_on_parts(rows: ScoreRows, weights: ScoreWeights) -> Floats:
    """Give the same as `question_effects` where the scores of the parts are known already.

    Parameters
    ----------
    rows : ScoreRows
        Of one inspection.
    weights : ScoreWeights
        The rules.

    Returns
    -------
    ndarray
        Questions x parts.
    """
    to_criteria = weight_shares(weights.into_criteria, rows.questions[0])
    to_sections = to_criteria @ weight_shares(weights.into_sections, rows.criteria[0])
    to_overall = to_sections @ weight_shares(weights.into_overall, rows.sections[0])
    return np.hstack([to_overall, to_sections, to_criteria])


def weight_shares(weights: Floats, scores: Floats) -> Floats:
    """Give the weights of the parts that have a score, as shares of the whole they go into.

    Parameters
    ----------
    weights : ndarray
        Parts x wholes.
    scores : ndarray
        Score of each part, NaN where it has none.

    Returns
    -------
    ndarray
        Parts x wholes; each column adds up to 1, or is 0 where no part has a score.

    Examples
    --------
    >>> weight_shares(np.array([[2.0], [1], [1]]), np.array([80.0, np.nan, 50])).round(3).ravel().tolist()
    [0.667, 0.0, 0.333]
    """
    present = weights * ~np.isnan(scores)[:, None]
    total = present.sum(axis=0)
    return np.divide(present, total, out=np.zeros_like(present), where=total > 0)
