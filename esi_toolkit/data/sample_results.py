"""One framework's results for an invented area, written down in as much detail as the area gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.sample_cases import pick, settings, stream
from esi_toolkit.data.sample_judgements import (
    NOT_ASKED,
    answer_freely,
    answers_of,
    draw_propensities,
    draw_relevant,
    find_all_asked,
)
from esi_toolkit.data.sample_surroundings import draw_evidence


@dataclass(frozen=True)
class Profile:
    """What an invented area is like.

    Attributes
    ----------
    cases : int
        Size of the sample.
    care : float
        Standard deviations by which its work is better (or worse) than usual.
    unanswered : float
        Share of answers that are missing (0-1), half of them left blank and half without a row.
    silent_cases : int
        Cases without any judgement.
    nothing_relevant : tuple of str
        Criteria that concern no case.
    no_evidence : tuple of str
        Criteria and items without evidence.
    level : {"judgements", "question counts", "criterion scores"}
        The deepest level that is written; below it stands nothing.
    followed_up : bool
        Whether the cases were followed to reconviction.
    shares : mapping
        Column of cases.csv to value to share, in place of the usual ones.
    """

    cases: int = 100
    care: float = 0.0
    unanswered: float = 0.0
    silent_cases: int = 0
    nothing_relevant: tuple[str, ...] = ()
    no_evidence: tuple[str, ...] = ()
    level: str = "judgements"
    followed_up: bool = False
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def draw_results(
    framework: Framework, cases: pd.DataFrame, profile: Profile, seed: int
) -> dict[str, pd.DataFrame]:
    """One framework's evidence and judgements, or what is left of them at the profile's level.

    Parameters
    ----------
    framework : Framework
        The main framework or a thematic element.
    cases : DataFrame
        The area's cases.
    profile : Profile
        What the area is like.
    seed : int
        Seed of the area.

    Returns
    -------
    dict of str to DataFrame
        Keyed by file name.
    """
    results: dict[str, pd.DataFrame] = {}
    answered = _answers(framework, cases, profile, seed)
    if profile.level == "judgements":
        results["judgements.csv"] = _judgements(framework, cases, answered, profile, seed)
    elif profile.level == "question counts":
        results["question_counts.csv"] = _counts(framework, answered)
    else:
        results["criterion_scores.csv"] = _scores(framework, _counts(framework, answered))
    evidence = draw_evidence(framework, seed=seed, care=profile.care, leave_out=profile.no_evidence)
    if evidence is not None:
        results["evidence.csv"] = evidence
    return results


def _answers(framework: Framework, cases: pd.DataFrame, profile: Profile, seed: int) -> np.ndarray:
    answers, asked = answers_of(framework), find_all_asked(framework, cases)
    relevant = draw_relevant(framework, asked, seed)
    for column, question in enumerate(framework.questions):
        if question.id.rpartition(".")[0] in profile.nothing_relevant:
            relevant[:, column] = False
    propensities = draw_propensities(framework, cases, seed)
    scored = answer_freely(framework, propensities, seed, profile.care)
    answered = np.where(relevant, scored, answers.scored).astype(np.int8)
    answered[~asked] = NOT_ASKED
    return answered


def _judgements(
    framework: Framework, cases: pd.DataFrame, answered: np.ndarray, profile: Profile, seed: int
) -> pd.DataFrame:
    first, second = draw_assessors(framework, cases, seed)
    table = to_table(framework, cases, answered, first)
    everyone = np.ones(len(cases), dtype=bool)
    twice = pick(everyone, round(settings()["assessed_twice"] * len(cases)), stream(seed, "assessed twice"))
    again = to_table(framework, cases, assess_twice(framework, answered, twice, seed), second)
    both = interleave(table, again)
    silent = cases["case_id"][pick(everyone & ~twice, profile.silent_cases, stream(seed, "silent"))]
    both = both[~both["case_id"].isin(silent)].reset_index(drop=True)
    return _leave_unanswered(both, profile.unanswered, stream(seed, framework.id, "unanswered"))


def _leave_unanswered(table: pd.DataFrame, share: float, chance: np.random.RandomState) -> pd.DataFrame:
    draws = chance.uniform(size=len(table))
    blank, gone = draws < share / 2, (draws >= share / 2) & (draws < share)
    return table.assign(judgement=table["judgement"].where(~blank, ""))[~gone].reset_index(drop=True)


def _counts(framework: Framework, answered: np.ndarray) -> pd.DataFrame:
    answers = answers_of(framework)
    return pd.DataFrame(
        {
            "question": [question.id for question in framework.questions],
            "relevant": ((answered >= 0) & (answered < answers.scored)).sum(axis=0),
            "positive": ((answered >= 0) & (answered < len(answers.positive))).sum(axis=0),
        }
    )


def _scores(framework: Framework, counts: pd.DataFrame) -> pd.DataFrame:
    """Whole percentages as a report would print them; what they come from is not kept."""
    by_question = counts.set_index("question")
    rows = []
    for criterion in framework.criteria:
        codes = [question.id for question in criterion.questions]
        kept = by_question.loc[codes].assign(weight=[question.weight for question in criterion.questions])
        kept = kept[kept["relevant"] > 0]
        if kept["weight"].sum():
            score = 100 * (kept["positive"] / kept["relevant"] * kept["weight"]).sum() / kept["weight"].sum()
            rows.append({"criterion": criterion.id, "score": int(np.floor(score + 0.5))})
    return pd.DataFrame(rows)


def to_table(
    framework: Framework, cases: pd.DataFrame, answered: np.ndarray, assessors: np.ndarray
) -> pd.DataFrame:
    """Write answers down as judgements.csv has them, case by case.

    Parameters
    ----------
    answered : array of int, cases by questions
        Positions in `Answers.words`; `NOT_ASKED` gives no row.
    assessors : array of str
        Assessor of each case.
    """
    rows, columns = np.nonzero(answered != NOT_ASKED)
    questions = np.array([question.id for question in framework.questions])
    words = np.array(answers_of(framework).words)
    return pd.DataFrame(
        {
            "case_id": cases["case_id"].to_numpy()[rows],
            "question": questions[columns],
            "judgement": words[answered[rows, columns]],
            "assessor_id": assessors[rows],
        },
        dtype="str",
    )


def draw_assessors(framework: Framework, cases: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Name the first assessor of each case, and a second one of the other kind."""
    words = framework.cases.assessor
    numbers = stream(seed, "assessors").randint(1, 7, size=(len(cases), 2))
    first = np.array(
        [f"{word.replace(' ', '-')}-{n}" for word, n in zip(cases["assessor"], numbers[:, 0], strict=True)]
    )
    other = [words[(words.index(word) + 1) % len(words)] for word in cases["assessor"]]
    second = np.array(
        [f"{word.replace(' ', '-')}-{n + 6}" for word, n in zip(other, numbers[:, 1], strict=True)]
    )
    return first, second


def assess_twice(framework: Framework, answered: np.ndarray, chosen: np.ndarray, seed: int) -> np.ndarray:
    """A second assessor's answers to the chosen cases: mostly the same, at times one word off."""
    chance, scored = stream(seed, framework.id, "second assessor"), answers_of(framework).scored
    draws, steps = chance.uniform(size=answered.shape), chance.choice([-1, 1], size=answered.shape)
    differs = (
        (draws > settings()["judgements"]["second_assessor_agrees"]) & (answered >= 0) & (answered < scored)
    )
    second = np.where(differs, np.clip(answered + steps, 0, scored - 1), answered).astype(np.int8)
    second[~chosen] = NOT_ASKED
    return second


def interleave(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put each second answer behind the first one to the same question about the same case."""
    order = first[["case_id", "question"]].reset_index(drop=True).reset_index(names="place")
    both = pd.concat([first, second], ignore_index=True).merge(order, on=["case_id", "question"])
    return both.sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)
