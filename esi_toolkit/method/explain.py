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
    known = ["overall", *(part.id for part in (*framework.sections, *framework.criteria, *framework.questions))]
    raise InputError(Problem("explain", f"'{code}'", "a code of the framework", suggest(code, known, "check the code")))


def _percent(value: float | None) -> str:
    rounded = round_half_up(value)
    return "no score" if rounded is None else f"{rounded}%"


def _mean_words(parts: pd.DataFrame, code: str, weight: str) -> str:
    """'the mean of B1 (weight 2), ...'; parts without a score or weight are said afterwards."""
    scored = parts[parts["score"].notna() & (parts[weight] > 0)]
    if scored.empty:
        return "nothing it is made of has a score"
    named = [f"{row[code]} (weight {row[weight]:g})" for row in scored.to_dict("records")]
    return f"the mean of {join_words(named)}"


def _left_out(parts: pd.DataFrame, code: str, weight: str) -> str:
    empty = parts.loc[parts["score"].isna() & (parts[weight] > 0), code].tolist()
    if not empty or len(empty) == len(parts):
        return ""
    return f" {join_words(empty)} had no score and left {'their' if len(empty) > 1 else 'its'} weight to the others."


def _explain_overall(scorecard: Scorecard) -> Explanation:
    parts = scorecard.sections[scorecard.sections["weight"].notna()]
    if parts.empty:
        words = f"{scorecard.framework.title} has no section weights, so there is no overall score."
        return Explanation("overall", words, parts)
    words = f"Overall: {_mean_words(parts, 'section', 'weight')} is {_percent(scorecard.overall.score)}."
    return Explanation("overall", words + _left_out(parts, "section", "weight"), parts.reset_index(drop=True))


def _explain_section(scorecard: Scorecard, code: str) -> Explanation:
    section = scorecard.sections.set_index("section").loc[code]
    own = scorecard.criteria[scorecard.criteria["section"] == code]
    scored = own[own["scored_by"] == "judgements"]
    table = scored[["criterion", "title", "importance", "importance_weight", "score"]].reset_index(drop=True)
    if scored.empty:
        words = f"{code} {section['title']}: its criteria are rated in words, so it has no score."
        return Explanation(code, words, own[["criterion", "title", "rating"]].reset_index(drop=True))
    mean = _mean_words(table, "criterion", "importance_weight")
    words = f"{code} {section['title']}: {mean} is {_percent(section['score'])}."
    rated = own.loc[own["scored_by"] == "evidence", "criterion"].tolist()
    aside = f" {join_words(rated)} {'are' if len(rated) > 1 else 'is'} rated in words and stays out." if rated else ""
    return Explanation(code, words + _left_out(table, "criterion", "importance_weight") + aside, table)


def _explain_criterion(scorecard: Scorecard, code: str) -> Explanation:
    criterion = scorecard.criteria.set_index("criterion").loc[code]
    table = scorecard.questions[scorecard.questions["criterion"] == code]
    table = table[["question", "text", "weight", "relevant", "positive", "missing", "score"]].reset_index(drop=True)
    name = f"{code} {criterion['title']} ({criterion['importance']})"
    if scorecard.level == "criterion scores":
        words = f"{name}: {_percent(criterion['score'])}, as published; the answers behind it are not known."
        return Explanation(code, words, table)
    words = f"{name}: {_mean_words(table, 'question', 'weight')} is {_percent(criterion['score'])}."
    aside = table.loc[table["weight"] == 0, "question"].tolist()
    reported = f" {join_words(aside)} {'are' if len(aside) > 1 else 'is'} reported, not scored." if aside else ""
    return Explanation(code, words + _left_out(table, "question", "weight") + reported, table)


def _explain_rating(scorecard: Scorecard, code: str) -> Explanation:
    trace, row = scorecard.traces[code], scorecard.criteria.set_index("criterion").loc[code]
    words = f"{code} {row['title']}: {trace.words}"
    if row["adjusted"]:
        words += f" The lead inspector adjusted it to {row['rating']}."
    if trace.unjudged:
        words += f" Without a level: {join_words(trace.unjudged)}."
    return Explanation(code, words, trace.items)


def _explain_question(scorecard: Scorecard, code: str) -> Explanation:
    row = scorecard.questions.set_index("question").loc[code]
    table = scorecard.questions[scorecard.questions["question"] == code].reset_index(drop=True)
    if pd.isna(row["relevant"]):
        return Explanation(code, f"{code} {row['text']}: no answers are known.", table)
    words = f"{code} {row['text']}: {row['positive']:g} of {row['relevant']:g} relevant cases, {_percent(row['score'])}."
    if row["not_applicable"] > 0:
        words += f" Not applicable in {row['not_applicable']:g}."
    if row["missing"] > 0:
        words += f" Not answered in {row['missing']:g}."
    return Explanation(code, words, table)
