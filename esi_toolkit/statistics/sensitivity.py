"""What would move the score? The overall is a weighted mean of weighted means, so the answers are exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.statistics.resampling.recompute import (
    ScoreWeights,
    question_effects,
    roll_up,
    roll_up_criteria,
    score_weights,
    weight_shares,
    weighted_means,
)

Floats = NDArray[np.float64]
Step = Literal["question", "criterion", "section"]


def effects(scorecard: Scorecard) -> pd.DataFrame:
    """Give what every question, criterion and section contributes to the overall score and could add to it.

    Parameters
    ----------
    scorecard : Scorecard
        Any level of evidence; questions are left out where only criterion scores were given.

    Returns
    -------
    DataFrame
        ``level`` (question, criterion, section), ``code``, ``score`` (0-100), ``effect`` (points of the
        overall for one point more), ``contribution`` (effect x score; each level adds up to the overall),
        ``room`` (points the overall would gain at a score of 100) and, for questions, ``one_case`` (points of
        the overall for one more positive answer). What has no score has no effect: its weight is with the
        others.

    Notes
    -----
    Derivatives of the nested means: share of the section x importance / sum of importance x question weight /
    sum of question weights. Exact, because the score is linear.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> from esi_toolkit.method.score import score
    >>> card = score(esi, durham)
    >>> table = effects(card).set_index("code")
    >>> round(float(table.loc["B1", "effect"]), 4)
    0.0857
    """
    weights, questions, criteria = scores_of(scorecard)
    sections = roll_up_criteria(criteria[None, :], weights)[0][0]
    of_sections = weight_shares(weights.into_overall, sections)[:, 0]
    of_criteria = weight_shares(weights.into_sections, criteria) @ of_sections
    tables = [
        _effect_rows("section", weights.sections, sections, of_sections),
        _effect_rows("criterion", weights.criteria, criteria, of_criteria),
    ]
    if not np.isnan(questions).all():
        of_questions = question_effects(questions, weights)[:, 0]
        tables.append(_effect_rows("question", weights.questions, questions, of_questions))
    table = pd.concat(tables, ignore_index=True)
    cases = in_order(scorecard.questions, "question", "relevant", table["code"].tolist())
    cases[(table["level"] != "question").to_numpy(bool) | ~(cases > 0)] = np.nan
    return table.assign(one_case=100 * table["effect"] / cases)


def rank_gains(effects: pd.DataFrame) -> pd.DataFrame:
    """Criteria by what they leave to gain in the overall score, most first.

    Parameters
    ----------
    effects : DataFrame
        From `effects`.

    Returns
    -------
    DataFrame
        The rows of criteria. One without a score, or whose section does not count, is left out.
    """
    criteria = effects[(effects["level"] == "criterion") & effects["room"].notna()]
    return criteria.sort_values("room", ascending=False, kind="stable")


def scores_of(scorecard: Scorecard) -> tuple[ScoreWeights, Floats, Floats]:
    """Take the weights and the scores of questions and criteria out of a scorecard, in the framework's order.

    Parameters
    ----------
    scorecard : Scorecard
        Any level of evidence.

    Returns
    -------
    weights : ScoreWeights
    questions, criteria : ndarray
        0-100, NaN where there is none.
    """
    weights = score_weights(scorecard.framework)
    questions = in_order(scorecard.questions, "question", "score", weights.questions)
    return weights, questions, in_order(scorecard.criteria, "criterion", "score", weights.criteria)


def in_order(table: pd.DataFrame, key: str, figure: str, codes: Sequence[str]) -> Floats:
    """Take one figure of each code out of a table; NaN where it has none."""
    known = dict(zip(table[key].tolist(), table[figure].to_numpy(float), strict=True))
    return np.array([known.get(code, np.nan) for code in codes], dtype=float)


def _effect_rows(level: str, codes: tuple[str, ...], scores: Floats, effect: Floats) -> pd.DataFrame:
    effect = np.where(np.isnan(scores), np.nan, effect)
    columns = {
        "score": scores,
        "effect": effect,
        "contribution": effect * scores,
        "room": effect * (100 - scores),
    }
    return pd.DataFrame({"level": level, "code": list(codes), **columns})


def drop_one(scorecard: Scorecard, level: Step = "criterion") -> pd.DataFrame:
    """Leave out one question, criterion or section at a time.

    Parameters
    ----------
    scorecard : Scorecard
        With judgements or question counts to leave questions out.
    level : {"question", "criterion", "section"}
        What is left out; its weight goes to the others.

    Returns
    -------
    DataFrame
        ``code``, ``overall`` (0-100, NaN where nothing is left) and ``change``, largest first; only what has
        a score.

    Notes
    -----
    Leave-one-out on the method's own rule 6.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> from esi_toolkit.method.score import score
    >>> card = score(esi, durham)
    >>> sorted(drop_one(card, "section")["code"])
    ['B', 'C', 'D']
    """
    weights, questions, criteria = scores_of(scorecard)
    sections = roll_up_criteria(criteria[None, :], weights)[0][0]
    codes, scores = {
        "question": (weights.questions, questions),
        "criterion": (weights.criteria, criteria),
        "section": (weights.sections, sections),
    }[level]
    without = np.where(np.eye(len(codes), dtype=bool), np.nan, scores)
    if level == "question":
        overall = roll_up(without, weights).overall[:, 0]
    elif level == "criterion":
        overall = roll_up_criteria(without, weights)[1][:, 0]
    else:
        overall = weighted_means(without, weights.into_overall)[:, 0]
    change = overall - overall_of(criteria, weights)
    table = pd.DataFrame({"code": list(codes), "overall": overall, "change": change})
    return largest_first(table[~np.isnan(scores)])


def overall_of(criteria: Floats, weights: ScoreWeights) -> float:
    """Give the overall score of one row of criterion scores; NaN where there is none."""
    return float(roll_up_criteria(criteria[None, :], weights)[1][0, 0])


def largest_first(table: pd.DataFrame) -> pd.DataFrame:
    """Sort by the size of the column ``change``, whatever its sign; equal ones keep their order."""
    order = np.argsort(-table["change"].abs().to_numpy(float), kind="stable")
    return table.iloc[order].reset_index(drop=True)
