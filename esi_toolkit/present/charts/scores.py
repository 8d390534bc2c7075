"""Charts of scores: the criteria of all sections, and the questions of one criterion."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from esi_toolkit.data.framework import Display
from esi_toolkit.data.rows import group_rows, to_rows
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.bars import Bar, Reference, draw_bars
from esi_toolkit.present.charts.findings import say_extremes
from esi_toolkit.present.numbers import (
    CONFIDENTIAL,
    count_of,
    explain_confidential,
    is_missing,
    percent,
    percent_of_cases,
    show_share,
)
from esi_toolkit.present.style import DARK_BLUE, TURQUOISE


def draw_criteria(scorecard: Scorecard) -> go.Figure:
    """Every scored criterion by section, with importance and number of cases, and the section's score.

    Parameters
    ----------
    scorecard : Scorecard
        With at least one criterion scored by judgements.

    Returns
    -------
    Figure
    """
    bars: list[Bar] = []
    references: list[Reference] = []
    scored = [row for row in to_rows(scorecard.criteria) if row["scored_by"] == "judgements"]
    found = {row["section"] for row in scored}
    sections = [section for section in to_rows(scorecard.sections) if section["section"] in found]
    for section in sections:
        label = f"{section['section']} {section['title']}: {_score_words(section['score'])}"
        bars.append(Bar(label, heading=True))
        first = len(bars)
        own = [row for row in scored if row["section"] == section["section"]]
        bars += [_criterion_bar(row, scorecard) for row in own]
        if not is_missing(section["score"]):
            references.append(Reference(section["score"], first, len(bars) - 1))
    scores = [(row["criterion"], row["score"], percent(row["score"])) for row in scored]
    title = say_extremes(scores, otherwise=f"Criteria of {scorecard.area_name}")
    alt = f"Bar chart of {len(scored)} criteria by section. {title}. " + " ".join(
        f"{row['section']}: {_score_words(row['score'])}." for row in sections
    )
    note = f"{say_source(scorecard)} Line across the bars: score of the section."
    if len({row["importance"] for row in scored}) > 1:
        note += f" {_colour_words(scorecard)}"
    return draw_bars(bars, title=title, alt=alt, note=note, references=references)


def draw_questions(scorecard: Scorecard, criterion: str) -> go.Figure:
    """The questions of one criterion, with k of n; the criterion's score as a line across the bars.

    Parameters
    ----------
    scorecard : Scorecard
        Made from judgements or question counts.
    criterion : str
        Code of a criterion scored by judgements.

    Returns
    -------
    Figure
        Questions with too few cases for a percentage have no bar, only their words.
    """
    row = group_rows(scorecard.criteria, "criterion")[criterion][0]
    own = group_rows(scorecard.questions, "criterion").get(criterion, [])
    return draw_answers(row, own, scorecard)


def draw_answers(row: dict[str, Any], own: list[dict[str, Any]], scorecard: Scorecard) -> go.Figure:
    """The chart of `draw_questions`, from rows that are already at hand.

    Parameters
    ----------
    row : dict
        The criterion's row of `Scorecard.criteria`.
    own : list of dict
        Its rows of `Scorecard.questions`.
    scorecard : Scorecard
        The same.
    """
    display, criterion = scorecard.framework.display, row["criterion"]
    title = _say_questions(own, display, otherwise=f"{criterion} {row['title']}, by question")
    bars = [_question_bar(question, scorecard) for question in own]
    score = _score_words(row["score"])
    alt = f"Bar chart of the {len(own)} questions of {criterion}, which scores {score}. {title}."
    note = f"{say_source(scorecard)} Line across the bars: score of {criterion}, {score}."
    if not all(question["relevant"] >= display.unreliable_below for question in own):
        note += (
            f" Hollow: fewer than {display.unreliable_below} cases; no bar: fewer than {display.few_below}."
        )
    if not scorecard.withheld.isdisjoint([question["question"] for question in own]):
        note += f" {CONFIDENTIAL} {explain_confidential(display)}."
    references = [] if is_missing(row["score"]) else [Reference(row["score"], 0, len(bars) - 1)]
    return draw_bars(bars, title=title, alt=alt, note=note, references=references)


def _say_questions(own: list[dict[str, Any]], display: Display, otherwise: str) -> str:
    """The extremes that rest on enough cases; it is said where a hollow bar would be one as well."""
    drawn, said = (
        say_extremes(
            [
                (row["question"], row["score"], percent(row["score"]))
                for row in own
                if row["relevant"] >= fewest
            ],
            otherwise="",
        )
        for fewest in (display.few_below, display.unreliable_below)
    )
    if not said:
        return otherwise
    limit = f"Of questions with {display.unreliable_below} cases or more, "
    return said if said == drawn else limit + said


def say_source(scorecard: Scorecard) -> str:
    """Where the figures of a chart come from, in one sentence.

    Parameters
    ----------
    scorecard : Scorecard
        Any.
    """
    made_from = {
        "judgements": f"judgements of {count_of(scorecard.cases, 'case')}",
        "question counts": "published counts for each question",
        "criterion scores": "published criterion scores",
    }.get(scorecard.level, "no scores")
    synthetic = ", synthetic data" if scorecard.synthetic else ""
    return f"Source: {scorecard.area_name}, {made_from}{synthetic}."


def _score_words(score: float) -> str:
    return "no score" if is_missing(score) else percent(score)


def _heaviest(scorecard: Scorecard) -> float:
    return max(scorecard.framework.importance.values(), default=0.0)


def _colour_words(scorecard: Scorecard) -> str:
    importance = scorecard.framework.importance
    dark = [word for word, weight in importance.items() if weight == _heaviest(scorecard)]
    return f"Dark bars: {' or '.join(dark)}; lighter bars: other criteria."


def _criterion_bar(row: dict, scorecard: Scorecard) -> Bar:
    display = scorecard.framework.display
    importance = row["importance"] if isinstance(row["importance"], str) else ""
    cases = "" if is_missing(row["cases"]) else count_of(row["cases"], "case")
    aside = ", ".join(part for part in (importance, cases) if part)
    shown = (
        percent_of_cases(row["score"], row["cases"], display) if not is_missing(row["score"]) else "No score"
    )
    if row["criterion"] in scorecard.withheld:
        shown = CONFIDENTIAL
    colour = DARK_BLUE if row["importance_weight"] == _heaviest(scorecard) or not importance else TURQUOISE
    return Bar(f"{row['criterion']} {row['title']}", row["score"], shown, aside, colour)


def _question_bar(row: dict, scorecard: Scorecard) -> Bar:
    share = show_share(row["positive"], row["relevant"], scorecard.framework.display)
    if row["question"] in scorecard.withheld:
        words = f"{CONFIDENTIAL} withheld"
    elif is_missing(row["relevant"]):
        words = "not known"
    elif row["relevant"] == 0:
        words = "no relevant case"
    else:
        words = share.count
    unscored = ", not part of the score" if row["weight"] == 0 else ""
    value = row["score"] if share.drawable else math.nan
    shown = share.percent if share.drawable else ""
    label = f"{row['question']} {row['text']}"
    return Bar(label, value, shown, words + unscored, hollow=not share.reliable)
