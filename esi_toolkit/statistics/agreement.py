"""Do two assessors of the same case agree?

Judgements are mostly positive, and where one answer is so common Cohen's kappa misleads: it can be near 0
although nearly all answers agree. Gwet's AC1 does not have that fault; kappa stands beside it because readers
look for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.intervals import normal_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Agreement of two assessors over the same answers.

    Attributes
    ----------
    pairs, agreed : int
        Answers given twice; those given alike.
    percent : float
        Agreed answers, 0-100; NaN without pairs.
    ac1, ac1_low, ac1_high, ac1_error : float
        Gwet's AC1 (1 at most), its limits and standard error; NaN where it cannot be worked out.
    kappa, kappa_low, kappa_high : float
        Cohen's kappa and its limits; NaN where both assessors gave one and the same answer throughout.
    """

    pairs: int
    agreed: int
    percent: float
    ac1: float
    ac1_low: float
    ac1_high: float
    ac1_error: float
    kappa: float
    kappa_low: float
    kappa_high: float


def measure_agreement(
    first: ArrayLike,
    second: ArrayLike,
    *,
    cases: ArrayLike | None = None,
    categories: Sequence[str] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Measure how far two assessors agree.

    Parameters
    ----------
    first, second : array-like of str
        The two answers, pair by pair.
    cases : array-like, optional
        Case of each pair. Given: answers about one case may go together, and the limits of AC1 allow for it.
    categories : sequence of str, optional
        All answers that were possible. Default: those that were given.
    level : float
        Confidence, 0-1.

    Returns
    -------
    Agreement

    Notes
    -----
    AC1: Gwet (2008), *British Journal of Mathematical and Statistical Psychology* 61, 29-48, with t limits;
    kappa: Cohen (1960), *Educational and Psychological Measurement* 20, 37-46, with the limits of Fleiss,
    Cohen & Everitt (1969).

    Examples
    --------
    >>> found = measure_agreement(list("ppppn"), list("ppppp"))
    >>> round(found.percent), round(found.ac1, 3), found.kappa
    (80, 0.756, 0.0)
    """
    one, two = np.asarray(first, dtype=str), np.asarray(second, dtype=str)
    names = sorted(set(categories or ()) | set(one) | set(two))
    chosen = (one[:, None] == names).astype(float) + (two[:, None] == names)
    ac1, error, groups = gwet_ac1(chosen, clusters=cases)
    reach = _t_quantile(level, groups - 1) * error
    agreed = int((one == two).sum())
    return Agreement(
        pairs=len(one),
        agreed=agreed,
        percent=100 * agreed / len(one) if len(one) else float("nan"),
        ac1=ac1,
        ac1_low=max(-1.0, ac1 - reach) if np.isfinite(reach) else float("nan"),
        ac1_high=min(1.0, ac1 + reach) if np.isfinite(reach) else float("nan"),
        ac1_error=error,
        **_cohen_kappa(one, two, names, level),
    )


def gwet_ac1(chosen: ArrayLike, *, clusters: ArrayLike | None = None) -> tuple[float, float, int]:
    """Give Gwet's AC1 of any number of assessors.

    Parameters
    ----------
    chosen : array-like
        Answers x categories: how many assessors gave each answer. Rows with one assessor tell only how common
        the categories are.
    clusters : array-like, optional
        Which rows belong together; one value a row. Default: each row by itself.

    Returns
    -------
    ac1, standard_error : float
        NaN where fewer than two categories are possible or no row has two assessors; the error also with one
        cluster.
    groups : int
        Number of clusters.

    Notes
    -----
    Gwet (2008), *British Journal of Mathematical and Statistical Psychology* 61, 29-48; Gwet (2014),
    *Handbook of Inter-Rater Reliability*, 4th edition. Clusters: the linearised terms are added up within
    each cluster.

    Examples
    --------
    >>> [round(value, 3) for value in gwet_ac1([[2, 0], [2, 0], [2, 0], [2, 0], [1, 1]])[:2]]
    [0.756, 0.291]
    """
    r = np.asarray(chosen, dtype=float)
    r = r[r.sum(axis=1) > 0]
    assessors = r.sum(axis=1)
    twice = assessors > 1
    if not twice.any() or r.shape[1] < 2:
        return float("nan"), float("nan"), 0
    common = (r / assessors[:, None]).mean(axis=0)
    by_chance = float((common * (1 - common)).sum() / (r.shape[1] - 1))
    pairs = np.where(twice, assessors * (assessors - 1), 1)
    observed = (r * (r - 1)).sum(axis=1) / pairs
    agreed = float(observed[twice].mean())
    ac1 = (agreed - by_chance) / (1 - by_chance)
    own = np.where(twice, (observed - by_chance) / (1 - by_chance) * len(r) / twice.sum(), 0)
    own_chance = (r * (1 - common)).sum(axis=1) / assessors / (r.shape[1] - 1)
    terms = own - ac1 - 2 * (1 - ac1) * (own_chance - by_chance) / (1 - by_chance)
    error, groups = _clustered_error(terms, clusters)
    return ac1, error, groups


def _clustered_error(terms: Floats, clusters: ArrayLike | None) -> tuple[float, int]:
    """Standard error of the mean of terms that may go together within clusters."""
    if clusters is not None:
        group = np.unique(np.asarray(clusters), return_inverse=True)[1]
        terms = np.bincount(group, weights=terms) * (group.max() + 1) / len(group)
    groups = len(terms)
    if groups < 2:
        return float("nan"), groups
    return float(np.sqrt((terms**2).sum() / (groups * (groups - 1)))), groups


def _t_quantile(level: float, freedom: int) -> float:
    if freedom < 1:
        return float("nan")
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + level) / 2))


def _cohen_kappa(
    one: NDArray[np.str_], two: NDArray[np.str_], names: list[str], level: float
) -> dict[str, float]:
    if len(set(one) | set(two)) < 2:
        return dict.fromkeys(("kappa", "kappa_low", "kappa_high"), float("nan"))
    p = np.array([[((one == a) & (two == b)).mean() for b in names] for a in names])
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, by_chance = float(np.trace(p)), float(rows @ columns)
    kappa = (agreed - by_chance) / (1 - by_chance)
    own = (np.diag(p) * (1 - (rows + columns) * (1 - kappa)) ** 2).sum()
    crossed = p * (columns[:, None] + rows[None, :]) ** 2
    others = (1 - kappa) ** 2 * (crossed.sum() - np.trace(crossed))
    variance = own + others - (kappa - by_chance * (1 - kappa)) ** 2
    reach = normal_quantile(level) * math.sqrt(max(0.0, variance) / len(one)) / (1 - by_chance)
    return {"kappa": kappa, "kappa_low": max(-1.0, kappa - reach), "kappa_high": min(1.0, kappa + reach)}


def pair_judgements(judgements: pd.DataFrame) -> pd.DataFrame:
    """Find the answers that two assessors gave to the same question about the same case.

    Parameters
    ----------
    judgements : DataFrame
        ``case_id``, ``question``, ``judgement`` ("" where left blank) and ``counts``, False for the second
        assessor.

    Returns
    -------
    DataFrame
        ``case_id``, ``question``, ``first``, ``second``; pairs with a blank answer are left out.

    Examples
    --------
    >>> answers = pd.DataFrame({"case_id": ["a", "a", "b"], "question": ["B1.1"] * 3,
    ...                         "judgement": ["poor", "sufficient", "poor"], "counts": [True, False, True]})
    >>> pair_judgements(answers).values.tolist()
    [['a', 'B1.1', 'poor', 'sufficient']]
    """
    words, counts = judgements["judgement"].to_numpy(object), judgements["counts"].to_numpy(bool)
    given = (words != "") & ~pd.isna(words)
    seconds: dict[tuple[str, str], list[str]] = {}
    for case_id, question, word in _answers_at(judgements, given & ~counts):
        seconds.setdefault((case_id, question), []).append(word)
    cases = judgements["case_id"].isin({case_id for case_id, _ in seconds}).to_numpy(bool)
    pairs = [
        (case_id, question, first, second)
        for case_id, question, first in _answers_at(judgements, given & counts & cases)
        for second in seconds.get((case_id, question), ())
    ]
    return pd.DataFrame(pairs, columns=["case_id", "question", "first", "second"], dtype="str")


def _answers_at(judgements: pd.DataFrame, rows: NDArray[np.bool_]) -> Iterator[tuple[str, str, str]]:
    columns = (judgements[name].to_numpy(object)[rows] for name in ("case_id", "question", "judgement"))
    return zip(*columns, strict=True)


def group_answers(framework: Framework, answers: pd.Series) -> pd.Series:
    """Put answers that count the same into one group.

    Parameters
    ----------
    framework : Framework
        For the value of each answer.
    answers : Series of str
        Answer words.

    Returns
    -------
    Series of str
        The words of a group joined by " / ": answers of one value differ in degree only.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> group_answers(load_framework("esi"), pd.Series(["poor"])).tolist()
    ['insufficient / poor']
    """
    groups = {
        word: " / ".join(w for w, v in framework.judgements.items() if v == value)
        for word, value in framework.judgements.items()
    }
    return answers.map(groups)


def agreement_by_question(
    framework: Framework, judgements: pd.DataFrame, *, grouped: bool = True, level: float = 0.95
) -> pd.DataFrame:
    """Measure agreement for every question that was answered twice.

    Parameters
    ----------
    framework : Framework
        For the possible answers and the order of the questions.
    judgements : DataFrame
        As in an inspection.
    grouped : bool
        Compare what counts (positive, negative, not applicable) instead of the words.
    level : float
        Confidence, 0-1.

    Returns
    -------
    DataFrame
        ``question`` and the fields of `Agreement`; the questions most disagreed about first.

    Notes
    -----
    As `measure_agreement`.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> agreement_by_question(esi, durham.judgements)["percent"].is_monotonic_increasing
    True
    """
    pairs, categories = _comparable(framework, judgements, grouped)
    rows = []
    for question in framework.questions:
        own = pairs[pairs["question"] == question.id]
        if len(own):
            found = measure_agreement(own["first"], own["second"], categories=categories, level=level)
            rows.append({"question": question.id, **vars(found)})
    table = pd.DataFrame(rows, columns=["question", *Agreement.__dataclass_fields__])
    return table.sort_values("percent", kind="stable", ignore_index=True)


def overall_agreement(
    framework: Framework, judgements: pd.DataFrame, *, grouped: bool = True, level: float = 0.95
) -> Agreement:
    """Measure agreement over all questions together.

    Parameters
    ----------
    framework : Framework
        For the possible answers.
    judgements : DataFrame
        As in an inspection.
    grouped : bool
        Compare what counts (positive, negative, not applicable) instead of the words.
    level : float
        Confidence, 0-1.

    Returns
    -------
    Agreement
        Its AC1 limits allow for answers about one case going together; those of kappa do not.

    Notes
    -----
    As `measure_agreement`, clustered by case.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> found = overall_agreement(esi, durham.judgements)
    >>> found.agreed <= found.pairs
    True
    """
    pairs, categories = _comparable(framework, judgements, grouped)
    return measure_agreement(
        pairs["first"], pairs["second"], cases=pairs["case_id"], categories=categories, level=level
    )


def _comparable(
    framework: Framework, judgements: pd.DataFrame, grouped: bool
) -> tuple[pd.DataFrame, list[str]]:
    pairs = pair_judgements(judgements)
    possible = pd.Series(list(framework.judgements), dtype="str")
    if grouped:
        possible = group_answers(framework, possible)
        pairs = pairs.assign(**{side: group_answers(framework, pairs[side]) for side in ("first", "second")})
    return pairs, sorted(set(possible))
