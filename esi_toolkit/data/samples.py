"""Simulated areas: as many invented inspections as wanted, the same bytes for the same seed.

An area is a dictionary of file names and tables, so that it can be looked at without touching the disk.
Every area says in its ``area.yml`` that it is synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from esi_toolkit.data.files import write_whole
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.sample_cases import draw_caseload, draw_cases, pick, settings, stream
from esi_toolkit.data.sample_judgements import (
    NOT_ASKED,
    answer_freely,
    answers_of,
    assess_twice,
    draw_assessors,
    draw_propensities,
    draw_relevant,
    find_all_asked,
    interleave,
    to_table,
)
from esi_toolkit.data.sample_surroundings import draw_evidence, draw_interviewed, draw_surroundings

Tables = dict[str, pd.DataFrame | dict[str, Any]]
"""File name inside the area folder to what stands in it: a table for .csv, a dictionary for .yml."""


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
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def simulate_area(
    framework: Framework,
    *,
    seed: int,
    name: str,
    thematic: Sequence[Framework] = (),
    family_group: str | None = None,
    profile: Profile | None = None,
) -> Tables:
    """Invent one area.

    Parameters
    ----------
    framework : Framework
        Main framework.
    seed : int
        0 or more; the same seed, name and profile give the same area.
    name : str
        Its name; the id is made from it.
    thematic : sequence of Framework
        Thematic elements over the same cases.
    family_group : str, optional
        Areas that it is compared with.
    profile : Profile, optional
        What it is like; default: 100 cases, as good as usual, complete.

    Returns
    -------
    dict of str to DataFrame or dict
        File name in the area folder (``esi-dv/judgements.csv`` for a thematic element) to its content.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> area = simulate_area(load_framework("esi"), seed=1, name="Aldermere")
    >>> area["area.yml"]["synthetic"], len(area["cases.csv"])
    (True, 100)
    """
    profile = profile or Profile()
    area_id = name.lower().replace(" ", "-")
    prefix = "".join(word[:2] for word in name.upper().split())[:4]
    everyone = [framework, *thematic]
    cases = draw_cases(everyone, profile.cases, seed=seed, prefix=prefix, shares=profile.shares)
    tables: Tables = {"area.yml": _about(framework, thematic, area_id, name, family_group, profile, seed)}
    if profile.level == "judgements":
        tables["cases.csv"] = cases
    for each in everyone:
        folder = "" if each is framework else f"{each.id}/"
        tables |= {folder + file: table for file, table in _results(each, cases, profile, seed).items()}
    tables |= draw_surroundings(framework, seed=seed, care=profile.care, name=name, cases=profile.cases)
    return tables


def simulate_areas(
    framework: Framework, thematic: Sequence[Framework] = (), *, count: int, seed: int
) -> Iterator[tuple[str, Tables]]:
    """Invent many areas, from poor to very good, one after another.

    Parameters
    ----------
    framework, thematic : Framework and sequence of Framework
        As `simulate_area`.
    count : int
        How many; more than the names at hand are numbered.
    seed : int
        Each area has a seed of its own made from this, so that the first ten of 42 are the ten of 10.

    Yields
    ------
    str
        Id of the area.
    dict
        Its tables, as `simulate_area`.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> [area_id for area_id, _ in simulate_areas(load_framework("esi"), count=2, seed=5)]
    ['nettledale', 'dunwick']
    """
    names = _names(seed)
    for number in range(count):
        again, place = divmod(number, len(names))
        name = names[place] + (f" {again + 1}" if again else "")
        chance = stream(seed, "area", str(number))
        profile = Profile(
            cases=int(chance.choice([100, 100, 100, 120, 140])),
            care=0.35 * chance.standard_normal(),
            unanswered=float(chance.choice([0.0, 0.0, 0.01])),
        )
        group = f"family group {number // 7 + 1}"
        area_seed = int(chance.randint(2**31))
        yield (
            name.lower().replace(" ", "-"),
            simulate_area(
                framework, seed=area_seed, name=name, thematic=thematic, family_group=group, profile=profile
            ),
        )


def write_area(folder: str | Path, tables: Tables) -> list[Path]:
    """Write an area's tables into its folder, each file whole.

    Parameters
    ----------
    folder : str or Path
        The area folder; made where it is not there. Files of the same name are replaced, others left alone.
    tables : dict
        As `simulate_area` gives them.

    Returns
    -------
    list of Path
        The files, as written.
    """
    return [write_whole(Path(folder) / name, as_text(content)) for name, content in tables.items()]


def as_text(content: pd.DataFrame | dict[str, Any]) -> str:
    """A table as CSV, a dictionary as YAML, with the same line ends on every system."""
    if isinstance(content, pd.DataFrame):
        return content.to_csv(index=False, lineterminator="\n")
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _about(
    framework: Framework,
    thematic: Sequence[Framework],
    area_id: str,
    name: str,
    family_group: str | None,
    profile: Profile,
    seed: int,
) -> dict[str, Any]:
    about: dict[str, Any] = {"id": area_id, "name": name, "framework": framework.id}
    if thematic:
        about["thematic"] = [each.id for each in thematic]
    if family_group:
        about["family_group"] = family_group
    about |= {
        "fieldwork": settings()["fieldwork"],
        "caseload": draw_caseload(framework, profile.cases, seed),
        "offenders_interviewed": draw_interviewed(seed, profile.cases),
        "synthetic": True,
        "note": settings()["note"],
    }
    return about


def _results(
    framework: Framework, cases: pd.DataFrame, profile: Profile, seed: int
) -> dict[str, pd.DataFrame]:
    """One framework's evidence and judgements, or what is left of them at the profile's level."""
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


def _names(seed: int) -> list[str]:
    parts = settings()["names"]
    names = [first + last for first in parts["first"] for last in parts["last"]]
    return [names[place] for place in stream(seed, "names").permutation(len(names))]
