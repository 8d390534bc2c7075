"""Do groups of cases score differently? Every characteristic, each group against its largest.

A group's score is a mean of means over answers that go together within cases, not one share. Newcombe's
interval for a difference of shares is made to fit by counting cases at what they are worth: as many
independent answers as would give a share of that size the standard error that the score has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esi_toolkit.data.framework import Framework
from esi_toolkit.statistics.comparison import (
    Adjustment,
    adjust_p_values,
    difference_of_shares,
    pooled_difference,
)
from esi_toolkit.statistics.disclosure.linked_counts import NOT_RECORDED, name_groups
from esi_toolkit.statistics.intervals import normal_quantile
from esi_toolkit.statistics.resampling.answers import CaseAnswers, case_answers
from esi_toolkit.statistics.resampling.linearised import influence, standard_errors
from esi_toolkit.statistics.resampling.recompute import (
    OVERALL,
    ScoreWeights,
    part_codes,
    score_rows,
    score_weights,
)
from esi_toolkit.statistics.resampling.replicates import merge_single_cases

Floats = NDArray[np.float64]
KEY = ["characteristic", "group"]


@dataclass(frozen=True)
class GroupDifferences:
    """How groups of cases differ in the overall score.

    Attributes
    ----------
    table : DataFrame
        One row a comparison: characteristic, group, reference (the largest group), difference (points),
        low, high (95% interval), p_value, adjusted (for all rows read together) and clear (bool: adjusted
        below 0.05). From several areas also areas (how many have both groups) and homogeneity (p-value of
        the test that the areas agree).
    method, family : str
        How p-values were adjusted, and over which tests.
    """

    table: pd.DataFrame
    method: str
    family: str


def score_characteristics(
    framework: Framework,
    cases: pd.DataFrame,
    judgements: pd.DataFrame,
    characteristics: Sequence[str],
) -> pd.DataFrame:
    """Score every group of every characteristic by itself.

    Parameters
    ----------
    framework : Framework
        The rules.
    cases, judgements : DataFrame
        As in an inspection.
    characteristics : sequence of str
        Columns of `cases`; those that it does not have are left out.

    Returns
    -------
    DataFrame
        ``characteristic``, ``group``, ``level`` (overall, section, criterion), ``code``, ``score`` (0-100,
        NaN where there is none), ``standard_error`` and ``worth`` (independent answers that the score is
        worth); blank cells are the group "not recorded".

    Notes
    -----
    Standard error by linearisation within strata (see `linearised`). Worth: effective sample size,
    p(1-p)/SE², never more than the number of answers, and the number of cases where they are all alike; Korn
    & Graubard (1998), *Survey Methodology* 24, 193-201.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> table = score_characteristics(esi, durham.cases, durham.judgements, ["gender"])
    >>> sorted(set(table["group"]))
    ['female', 'male']
    """
    answers, weights = case_answers(framework, cases, judgements), score_weights(framework)
    known, parts = cases.set_index("case_id").loc[answers.case_ids], part_codes(weights)
    groups = [
        (name, group, *_score_group(answers, weights, members))
        for name in characteristics
        if name in known
        for group, members in _members(known[name])
    ]
    values: dict[str, Floats] = {
        name: np.concatenate([one[place] for one in groups]) if groups else np.array([])
        for place, name in enumerate(("score", "standard_error", "worth"), start=2)
    }
    return pd.DataFrame(
        {
            "characteristic": np.repeat([one[0] for one in groups], len(parts)),
            "group": np.repeat([one[1] for one in groups], len(parts)),
            "level": np.tile(parts["level"], len(groups)),
            "code": np.tile(parts["code"], len(groups)),
            **values,
        }
    )


def _members(cells: pd.Series) -> list[tuple[str, NDArray[np.bool_]]]:
    named = name_groups(cells)
    return [(str(group), named == group) for group in np.unique(named)]


def _score_group(
    answers: CaseAnswers, weights: ScoreWeights, members: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Score, standard error and worth of every part."""
    own = CaseAnswers(
        answers.case_ids[members],
        answers.strata[members],
        answers.positive[members],
        answers.relevant[members],
    )
    ones = np.ones(len(own.case_ids))
    rows = score_rows(own, weights, ones[None, :])
    scores = rows.parts[0]
    errors = standard_errors(influence(own, weights, ones, rows), merge_single_cases(own.strata)[0])
    errors = np.where(np.isnan(scores), np.nan, errors)
    return scores, errors, _worth(scores / 100, errors / 100, len(ones), own.relevant.sum())


def _worth(share: Floats, error: Floats, cases: int, answers: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.minimum(share * (1 - share) / error**2, answers)
    return np.where(error > 0, size, np.where(np.isnan(share), np.nan, float(cases)))


def compare_characteristics(scores: pd.DataFrame, sizes: pd.DataFrame) -> GroupDifferences:
    """Compare the overall score of every group with that of its characteristic's largest group.

    Parameters
    ----------
    scores : DataFrame
        From `score_characteristics`, of one area.
    sizes : DataFrame
        ``characteristic``, ``group``, ``cases`` of the groups that are to be compared; "not recorded" never
        is.

    Returns
    -------
    GroupDifferences
        P-values adjusted by Holm over all comparisons: each "more than chance" is a claim.

    Notes
    -----
    Hybrid score interval, method 10 of Newcombe (1998), *Statistics in Medicine* 17, 873-890, on what the
    scores are worth; p-values from the standard errors of the two scores.

    Examples
    --------
    >>> scores = pd.DataFrame({"characteristic": "gender", "group": ["women", "men"], "code": "overall",
    ...     "score": [60.0, 87.5], "standard_error": [11.0, 3.7], "worth": [20.0, 80.0]})
    >>> sizes = pd.DataFrame({"characteristic": "gender", "group": ["women", "men"], "cases": [20, 80]})
    >>> compare_characteristics(scores, sizes).table[["difference", "low", "high"]].round(1).values.tolist()
    [[-27.5, -49.6, -7.3]]
    """
    pairs = _pairs(_overall(scores, sizes), _largest(sizes))
    difference, low, high = difference_of_shares(
        pairs["score"] * pairs["worth"] / 100,
        pairs["worth"],
        pairs["reference_score"] * pairs["reference_worth"] / 100,
        pairs["reference_worth"],
    )
    spread = np.hypot(pairs["standard_error"], pairs["reference_error"])
    table = pairs[[*KEY, "reference"]].assign(
        difference=100 * difference,
        low=100 * low,
        high=100 * high,
        p_value=_p_values(100 * difference, spread),
    )
    return _adjusted(table, "holm")


def pool_characteristics(areas: Mapping[str, pd.DataFrame], sizes: pd.DataFrame) -> GroupDifferences:
    """Pool the comparisons of several areas, each area compared with itself.

    Parameters
    ----------
    areas : mapping of str to DataFrame
        Area to its scores, from `score_characteristics`.
    sizes : DataFrame
        As `compare_characteristics`, over all areas together.

    Returns
    -------
    GroupDifferences
        P-values adjusted by Benjamini and Hochberg: a screening of what to look into.

    Notes
    -----
    Mantel-Haenszel risk difference with Sato's variance, and Breslow-Day (`pooled_difference`), on what the
    scores are worth.
    """
    reference = _largest(sizes)
    pairs = pd.concat(
        [_pairs(_overall(scores, sizes), reference) for scores in areas.values()], ignore_index=True
    )
    rows = [
        (*key, *_pooled_row(own)) for key, own in pairs.groupby([*KEY, "reference"], sort=False) if len(own)
    ]
    columns = [*KEY, "reference", "difference", "low", "high", "p_value", "areas", "homogeneity"]
    return _adjusted(pd.DataFrame(rows, columns=columns), "benjamini-hochberg")


def _overall(scores: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    wanted = set(zip(sizes["characteristic"], sizes["group"], strict=True))
    keys = zip(scores["characteristic"], scores["group"], strict=True)
    is_scored = ((scores["code"] == OVERALL) & scores["score"].notna()).tolist()
    own = [scored and key in wanted for scored, key in zip(is_scored, keys, strict=True)]
    return scores[np.array(own, dtype=bool)]


def _largest(sizes: pd.DataFrame) -> dict[str, str]:
    """The group that the others of its characteristic are compared with; the first of equals."""
    named = zip(sizes["cases"], sizes["group"], sizes["characteristic"], strict=True)
    largest_last = sorted(named, key=lambda row: (-row[0], row[1]), reverse=True)
    return {name: group for _, group, name in largest_last if group != NOT_RECORDED}


def _pairs(scores: pd.DataFrame, reference: Mapping[str, str]) -> pd.DataFrame:
    """Each group beside the one it is compared with, in one row."""
    keys = list(zip(scores["characteristic"], scores["group"], strict=True))
    place = {key: number for number, key in enumerate(keys)}
    against = [(name, reference.get(name, NOT_RECORDED)) for name, _ in keys]
    pairs = [
        (number, place[other])
        for number, (own, other) in enumerate(zip(keys, against, strict=True))
        if own[1] not in (NOT_RECORDED, other[1]) and other in place
    ]
    first, second = np.array(pairs, dtype=int).reshape(-1, 2).T
    other = scores.iloc[second]
    columns = {"group": "", "score": "_score", "standard_error": "_error", "worth": "_worth"}
    beside = {f"reference{end}": other[column].array for column, end in columns.items()}
    return scores.iloc[first].reset_index(drop=True).assign(**beside)


def _pooled_row(own: pd.DataFrame) -> tuple[float, float, float, float, int, float]:
    counts = pd.DataFrame(
        {
            "positive": own["score"] * own["worth"] / 100,
            "relevant": own["worth"],
            "other_positive": own["reference_score"] * own["reference_worth"] / 100,
            "other_relevant": own["reference_worth"],
        }
    )
    found = pooled_difference(counts)
    spread = (found.high - found.low) / 2 / normal_quantile(0.95)
    p_value = float(_p_values(np.array([found.difference]), np.array([spread]))[0])
    return 100 * found.difference, 100 * found.low, 100 * found.high, p_value, found.areas, found.p_value


def _p_values(difference: Floats, spread: Floats) -> Floats:
    ratios = np.abs(np.asarray(difference, float)) / np.asarray(spread, float)
    return np.array([math.erfc(ratio / math.sqrt(2)) for ratio in ratios])


def _adjusted(table: pd.DataFrame, method: Adjustment) -> GroupDifferences:
    characteristics = table["characteristic"].nunique()
    family = f"overall score, {len(table)} comparisons over {characteristics} characteristics"
    tests = adjust_p_values(table["p_value"], method=method, family=family)
    adjusted = tests["adjusted"].to_numpy(float)
    return GroupDifferences(table.assign(adjusted=adjusted, clear=adjusted < 0.05), method, family)
