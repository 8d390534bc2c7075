"""How did this figure come about? In words and as a table, for any code of a scorecard."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from esi_toolkit.errors import InputError, Problem, suggest
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Scorecard


@dataclass(frozen=True)
class Explanation:
    """A figure's origin.

    Attributes
    ----------
    code : str
        What is explained.
    words : str
        The calculation in plain words, with the rounded figure last.
    table : DataFrame
        The parts it is made of, each with its figure and weight, unrounded.
    """

    code: str
    words: str
    table: pd.DataFrame

    def __str__(self) -> str:
        return self.words


def explain(scorecard: Scorecard, code: str) -> Explanation:
    """Explain one figure of a scorecard.

    Parameters
    ----------
    scorecard : Scorecard
        Where the figure stands.
    code : str
        ``overall``, or the code of a section, criterion or question.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        There is no such code.

    Examples
    --------
    >>> from esi_toolkit import load_framework, load_inspection, score
    >>> esi = load_framework("esi")
    >>> print(explain(score(esi, load_inspection("data/sample/county-durham", esi)), "B"))
    B Quality of Assessment: the mean of B1 (weight 2), B2 (weight 2), B3 (weight 2) and B4 (weight 1) is 87%.
    """
    framework = scorecard.framework
    if code == "overall":
        return _explain_overall(scorecard)
    if code in {section.id for section in framework.sections}:
        return _explain_section(scorecard, code)
    if code in scorecard.traces:
        return _explain_rating(scorecard, code)
    if code in {criterion.id for criterion in framework.criteria}:
        return _explain_criterion(scorecard, code)
    if code in {question.id for question in framework.questions}:
        return _explain_question(scorecard, code)
    known = ["overall", *framework.codes]
    fix = suggest(code, known, "check the code")
    raise InputError(Problem("explain", f"'{code}'", "a code of the framework", fix))


def _percent(value: float | None) -> str:
    rounded = round_half_up(value)
    return "no score" if rounded is None else f"{rounded}%"


def _mean_words(parts: pd.DataFrame, code: str, weight: str, score: float | None) -> str:
    """'the mean of B1 (weight 2), ... is 87%.', then the parts that had no score."""
    with_weight = parts[parts[weight] > 0]
    scored = with_weight[with_weight["score"].notna()]
    if scored.empty:
        return "no score, because nothing it is made of has one."
    named = [f"{row[code]} (weight {row[weight]:g})" for row in scored.to_dict("records")]
    words = f"the mean of {join_words(named)} is {_percent(score)}."
    empty = with_weight.loc[with_weight["score"].isna(), code].tolist()
    if empty:
        whose = "their" if len(empty) > 1 else "its"
        words += f" {join_words(empty)} had no score and left {whose} weight to the others."
    return words


def _adjusted_words(row: pd.Series, final: str) -> str:
    return f" The lead inspector adjusted it to {final}." if row["adjusted"] else ""


def _explain_overall(scorecard: Scorecard) -> Explanation:
    parts = scorecard.sections[scorecard.sections["weight"].notna()].reset_index(drop=True)
    if parts.empty:
        words = f"{scorecard.framework.title} has no section weights, so there is no overall score."
        return Explanation("overall", words, parts)
    mean = _mean_words(parts, "section", "weight", scorecard.overall.score)
    return Explanation("overall", f"Overall: {mean}", parts)


def _explain_section(scorecard: Scorecard, code: str) -> Explanation:
    section = scorecard.sections.set_index("section").loc[code]
    own = scorecard.criteria[scorecard.criteria["section"] == code]
    scored = own[own["scored_by"] == "judgements"]
    table = scored[["criterion", "title", "importance", "importance_weight", "score"]].reset_index(drop=True)
    if scored.empty:
        words = f"{code} {section['title']}: its criteria are rated in words, so it has no score."
        return Explanation(code, words, own[["criterion", "title", "rating"]].reset_index(drop=True))
    words = f"{code} {section['title']}: "
    words += _mean_words(table, "criterion", "importance_weight", section["score"])
    rated = own.loc[own["scored_by"] == "evidence", "criterion"].tolist()
    if rated:
        words += f" {join_words(rated)}, rated in words, {'stay' if rated[1:] else 'stays'} out."
    return Explanation(code, words, table)


def _explain_criterion(scorecard: Scorecard, code: str) -> Explanation:
    criterion = scorecard.criteria.set_index("criterion").loc[code]
    table = scorecard.questions[scorecard.questions["criterion"] == code]
    columns = ["question", "text", "weight", "relevant", "positive", "missing", "score"]
    table = table[columns].reset_index(drop=True)
    words = f"{code} {criterion['title']} ({criterion['importance']}): "
    calculated = criterion["calculated"] if criterion["adjusted"] else criterion["score"]
    adjusted = _adjusted_words(criterion, _percent(criterion["score"]))
    if scorecard.level == "criterion scores":
        words += f"{_percent(calculated)}, as published; the answers behind it are not known."
        return Explanation(code, words + adjusted, table)
    words += _mean_words(table, "question", "weight", calculated) + adjusted
    aside = table.loc[table["weight"] == 0, "question"].tolist()
    if aside:
        words += f" {join_words(aside)} {'are' if aside[1:] else 'is'} reported, not scored."
    return Explanation(code, words, table)


def _explain_rating(scorecard: Scorecard, code: str) -> Explanation:
    trace, row = scorecard.traces[code], scorecard.criteria.set_index("criterion").loc[code]
    words = f"{code} {row['title']}: {trace.words}{_adjusted_words(row, row['rating'])}"
    if trace.suggestion:
        suggested = trace.items.loc[trace.items["suggested"], "item"].tolist()
        words += f" No level is recorded for {join_words(suggested)}; {trace.suggestion}"
    if trace.unjudged:
        words += f" Without a level: {join_words(trace.unjudged)}."
    return Explanation(code, words, trace.items)


def _explain_question(scorecard: Scorecard, code: str) -> Explanation:
    row = scorecard.questions.set_index("question").loc[code]
    columns = [
        "question",
        "text",
        "weight",
        "asked",
        "relevant",
        "positive",
        "not_applicable",
        "missing",
        "score",
    ]
    table = scorecard.questions.loc[scorecard.questions["question"] == code, columns].reset_index(drop=True)
    if pd.isna(row["relevant"]):
        return Explanation(code, f"{code} {row['text']}: no answers are known.", table)
    words = f"{code} {row['text']}: {row['positive']:g} of {row['relevant']:g} relevant cases, "
    words += f"{_percent(row['score'])}."
    if row["not_applicable"] > 0:
        words += f" Not applicable in {row['not_applicable']:g}."
    if row["missing"] > 0:
        words += f" Not answered in {row['missing']:g}."
    return Explanation(code, words, table)
