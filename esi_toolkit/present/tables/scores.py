"""Tables of scores: the summary sheet, the questions of a criterion, the items of a rating."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Display
from esi_toolkit.data.rows import group_rows, to_rows
from esi_toolkit.method.moderate import as_calculated
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import RatingTrace, Scorecard
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    UNRELIABLE,
    WITHHELD_SHARE,
    Share,
    count_of,
    explain_confidential,
    is_missing,
    number,
    percent,
    percent_of_cases,
    show_share,
)
from esi_toolkit.statistics.intervals import question_intervals

NOT_RATED = "not rated"
INTERVAL = "95% interval"


def show_result(criterion: dict[str, Any], scorecard: Scorecard) -> str:
    """A criterion's rating, or its score with the mark for few cases.

    Parameters
    ----------
    criterion : dict
        A row of `Scorecard.criteria`.
    scorecard : Scorecard
        The same, for the limits of its framework and for what is withheld.
    """
    if criterion["scored_by"] == "evidence":
        return criterion["rating"] if isinstance(criterion["rating"], str) else f"{NOT_RATED} {NOT_AVAILABLE}"
    return show_score(criterion["criterion"], criterion["score"], criterion["cases"], scorecard)


def show_score(code: str, score: float | None, cases: float | None, scorecard: Scorecard) -> str:
    """A score with its mark for few cases, or the mark of one that is withheld.

    Parameters
    ----------
    code : str
        Of the criterion or section, or "overall".
    score, cases : float or None
        The score, and how many cases it rests on.
    scorecard : Scorecard
        For the limits of its framework and for what is withheld.
    """
    if code in scorecard.withheld:
        return CONFIDENTIAL
    return percent_of_cases(score, cases, scorecard.framework.display)


def show_calculated(criterion: dict[str, Any], scorecard: Scorecard) -> str:
    """What was calculated where the lead inspector has decided otherwise; "" where not.

    Parameters
    ----------
    criterion, scorecard
        See `show_result`.
    """
    if not criterion["adjusted"]:
        return ""
    return show_result(
        {**criterion, "rating": criterion["calculated"], "score": criterion["calculated"]}, scorecard
    )


def show_cases(criterion: dict[str, Any], scorecard: Scorecard) -> str:
    """How many cases a criterion's score rests on, or the mark where so few that it is withheld.

    Parameters
    ----------
    criterion, scorecard
        See `show_result`.
    """
    if is_missing(criterion["cases"]) and _any_withheld(criterion["criterion"], scorecard):
        return CONFIDENTIAL
    return number(criterion["cases"])


def _any_withheld(criterion: str, scorecard: Scorecard) -> bool:
    """Whether a criterion's figure or that of one of its questions is withheld."""
    if not scorecard.withheld:
        return False
    own = scorecard.questions.loc[scorecard.questions["criterion"] == criterion, "question"]
    return not scorecard.withheld.isdisjoint([criterion, *own])


def tabulate_summary(scorecard: Scorecard) -> Table:
    """The scoring summary sheet: every criterion by section, section scores, overall.

    Parameters
    ----------
    scorecard : Scorecard
        Any.

    Returns
    -------
    Table
        Section, Criterion, Result, Importance, Cases; and Calculated where a decision moved any.
    """
    rows: list[tuple[str, ...]] = []
    totals: list[int] = []
    sections, criteria = to_rows(scorecard.sections), group_rows(scorecard.criteria, "section")
    for section in sections:
        code = section["section"]
        name = f"Section {code}: {section['title']}"
        own = criteria.get(code, [])
        rows += [_summary_row(name, row, scorecard) for row in own]
        if any(row["scored_by"] == "judgements" for row in own):
            totals.append(len(rows))
            rows.append(_total_row(name, f"Score for section {code}", code, section["score"], scorecard))
    weighted = [section["section"] for section in sections if section["weight"] > 0]
    if weighted:
        totals.append(len(rows))
        label = f"Overall score for {'sections' if len(weighted) > 1 else 'section'} {join_words(weighted)}"
        rows.append(_total_row("", label, "overall", scorecard.overall.score, scorecard))
    frame = pd.DataFrame(rows, columns=["Section", "Criterion", "Result", "Importance", "Cases"])
    numbers = ["Result", "Cases"]
    notes = _summary_notes(scorecard, frame)
    if scorecard.criteria["adjusted"].any():
        before = tabulate_summary(as_calculated(scorecard)).frame["Result"]
        frame.insert(frame.columns.get_loc("Result"), "Calculated", before)
        numbers.insert(0, "Calculated")
        notes.append("Calculated: by the rules alone. Result: after the decisions of the lead inspector.")
    caption = f"Scoring summary sheet: {scorecard.framework.title}, {scorecard.area_name}"
    return Table(caption, frame, tuple(numbers), "Section", tuple(totals), tuple(notes))


def _summary_row(section: str, row: dict[str, Any], scorecard: Scorecard) -> tuple[str, ...]:
    importance = row["importance"] if isinstance(row["importance"], str) else NOT_APPLICABLE
    cases = NOT_APPLICABLE if row["scored_by"] == "evidence" else show_cases(row, scorecard)
    return section, f"{row['criterion']}: {row['title']}", show_result(row, scorecard), importance, cases


def _total_row(
    section: str, label: str, code: str, score: float | None, scorecard: Scorecard
) -> tuple[str, ...]:
    cases = NOT_AVAILABLE if scorecard.level != "judgements" else number(scorecard.cases)
    if scorecard.cases is None and code in scorecard.withheld:
        cases = CONFIDENTIAL
    known_cases = scorecard.cases if scorecard.level == "judgements" else None
    return (
        section,
        label,
        show_score(code, score, known_cases, scorecard),
        NOT_APPLICABLE,
        cases,
    )


def _summary_notes(scorecard: Scorecard, frame: pd.DataFrame) -> list[str]:
    notes = ["Result: share of relevant work that was good enough, or a rating in words."]
    rated = scorecard.criteria.loc[scorecard.criteria["scored_by"] == "evidence", "criterion"].tolist()
    if rated and scorecard.overall.score is not None:
        notes[0] += " Ratings in words are never part of a score."
    if scorecard.overall.incomplete and scorecard.overall.score is not None:
        lacking = join_words(list(scorecard.overall.missing))
        notes.append(f"The overall score is incomplete: without {lacking}, whose weight the others carry.")
    return notes + explain_marks(frame, scorecard.framework.display)


def explain_marks(frame: pd.DataFrame, display: Display) -> list[str]:
    """What the shorthand in a table means: one line, only for the marks that occur.

    Parameters
    ----------
    frame : DataFrame of str
        As shown.
    display : Display
        The framework's limits.
    """
    cells = " ".join(str(cell) for cell in frame.to_numpy().ravel())
    meanings = {
        CONFIDENTIAL: explain_confidential(display),
        UNRELIABLE: f"fewer than {display.unreliable_below} cases, unreliable"
        f" (fewer than {display.few_below}: no percentage of a question)",
        NOT_AVAILABLE: "not available",
        NOT_APPLICABLE: "not applicable",
    }
    found = [f"{mark} {meaning}" for mark, meaning in meanings.items() if mark in cells]
    return ["; ".join(found) + "."] if found else []


def tabulate_questions(scorecard: Scorecard, criterion: str, caseload: int | None = None) -> Table:
    """The questions of one criterion: k of n, per cent, not applicable, missing.

    Parameters
    ----------
    scorecard : Scorecard
        Any.
    criterion : str
        Code of a criterion scored by judgements.
    caseload : int, optional
        All cases that the sample stands for: intervals are then narrower, by the share that was seen.

    Returns
    -------
    Table
        Question, Met, Score, 95% interval, Not applicable, Not answered; and Weight where questions differ in
        it.
    """
    own = group_rows(scorecard.questions, "criterion").get(criterion, [])
    return tabulate_answers(own, scorecard, criterion, caseload)


def tabulate_answers(
    own: list[dict[str, Any]], scorecard: Scorecard, criterion: str, caseload: int | None
) -> Table:
    """The table of `tabulate_questions`, from rows that are already at hand.

    Parameters
    ----------
    own : list of dict
        The criterion's rows of `Scorecard.questions`.
    scorecard, criterion, caseload
        See `tabulate_questions`.
    """
    display = scorecard.framework.display
    hidden = [row["question"] in scorecard.withheld for row in own]
    shares = [
        WITHHELD_SHARE if gone else show_share(row["positive"], row["relevant"], display)
        for row, gone in zip(own, hidden, strict=True)
    ]
    columns = {
        "Question": [f"{row['question']} {row['text']}" for row in own],
        "Met, of relevant cases": [share.count for share in shares],
        "Score": [share.percent for share in shares],
        INTERVAL: _intervals(own, shares, scorecard.cases, caseload),
        "Not applicable": [
            CONFIDENTIAL if gone or _tells_few_asked(row) else number(row["not_applicable"])
            for row, gone in zip(own, hidden, strict=True)
        ],
        "Not answered": [number(row["missing"]) for row in own],
    }
    if len({row["weight"] for row in own}) > 1:
        columns["Weight"] = [number(row["weight"]) for row in own]
    frame = pd.DataFrame(columns, dtype="str")
    title = scorecard.framework.criterion(criterion).title
    notes = [*_question_notes(own), *_interval_notes(shares, caseload), *explain_marks(frame, display)]
    return Table(
        f"{criterion} {title}: answers by question", frame, tuple(frame.columns[1:]), notes=tuple(notes)
    )


def _tells_few_asked(row: dict[str, Any]) -> bool:
    """Whether the cases not applicable were taken out, though the answers about single cases are known."""
    return is_missing(row["not_applicable"]) and not is_missing(row["missing"])


def _intervals(
    own: list[dict[str, Any]], shares: list[Share], sampled: float | None, caseload: int | None
) -> list[str]:
    """Wilson intervals where a percentage is shown, otherwise the same mark."""
    counts = pd.DataFrame(
        {
            kind: np.array([0.0 if is_missing(row[kind]) else row[kind] for row in own], dtype=float)
            for kind in ("positive", "relevant")
        }
    )
    known = caseload is not None and sampled is not None
    table = question_intervals(
        counts, sampled=int(sampled or 0) if known else None, caseload=caseload if known else None
    )
    return [
        f"{percent(low)} to {percent(high)}" if share.drawable else share.percent
        for share, low, high in zip(shares, table["low"].tolist(), table["high"].tolist(), strict=True)
    ]


def _interval_notes(shares: list[Share], caseload: int | None) -> list[str]:
    if not any(share.drawable for share in shares):
        return []
    size = "" if caseload is None else "; allows for the size of the caseload"
    return [f"95% interval: where the figure of all cases like these may lie (Wilson{size})."]


def _question_notes(own: list[dict[str, Any]]) -> list[str]:
    notes = []
    unscored = [row["question"] for row in own if row["weight"] == 0]
    if unscored:
        notes.append(f"Reported but not part of the score (weight 0): {join_words(unscored)}.")
    added = [row["question"] for row in own if not row["published"]]
    if added:
        notes.append(f"Reconstructed, without a published figure of their own: {join_words(added)}.")
    return notes


def tabulate_items(trace: RatingTrace, criterion: str, title: str) -> Table:
    """The evidence behind a rating in words.

    Parameters
    ----------
    trace : RatingTrace
        From `Scorecard.traces`.
    criterion, title : str
        For the caption.

    Returns
    -------
    Table
        Evidence item, Level; Responsibility and whether it counts where not all do; Weight where it differs.
    """
    rows = to_rows(trace.items)
    columns = {
        "Evidence item": [f"{row['item']} {row['text']}" for row in rows],
        "Level": [_level(row) for row in rows],
    }
    counts = [bool(row["counts"] and row["level"] and row["weight"]) for row in rows]
    if not all(counts):
        columns["Responsibility"] = [row["responsibility"] or NOT_AVAILABLE for row in rows]
        columns["Counts for the rating"] = ["yes" if counted else "no" for counted in counts]
    if len({row["weight"] for row in rows}) > 1:
        columns["Weight"] = [number(row["weight"]) for row in rows]
    frame = pd.DataFrame(columns, dtype="str")
    notes = []
    if trace.suggestion:
        notes.append(f"Targets: {trace.suggestion} A level that inspectors recorded stands.")
    if trace.unjudged:
        notes.append(f"Without a level: {join_words(list(trace.unjudged))}.")
    return Table(
        f"{criterion} {title}: evidence items",
        frame,
        ("Weight",) if "Weight" in columns else (),
        notes=tuple(notes),
    )


def _level(row: dict[str, Any]) -> str:
    if not row["level"]:
        return f"not judged {NOT_AVAILABLE}"
    return f"{row['level']} (suggested)" if row["suggested"] else row["level"]


def say_cases(row: dict[str, Any], scorecard: Scorecard) -> str:
    """Importance and number of cases of a criterion, as they stand beside its result."""
    parts = [row["importance"]] if isinstance(row["importance"], str) else []
    if row["scored_by"] == "judgements":
        cases = show_cases(row, scorecard)
        if cases == CONFIDENTIAL:
            parts.append(f"{CONFIDENTIAL} cases")
        elif cases != NOT_AVAILABLE:
            parts.append(count_of(row["cases"], "case"))
    return ", ".join(parts)
