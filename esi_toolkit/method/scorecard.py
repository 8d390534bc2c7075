"""The scorecard: every figure of one inspection, from single questions to the overall, as tidy tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.rows import to_rows

if TYPE_CHECKING:
    from esi_toolkit.data.decision import Decision


@dataclass(frozen=True)
class Overall:
    """The overall score (0-100, unrounded; None where there is none) and what it lacks."""

    score: float | None
    incomplete: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class RatingTrace:
    """How a rating came about.

    Attributes
    ----------
    rating : str or None
        The first rating whose rule held; None where no item counts.
    clause : str
        The rule in words.
    held_back : tuple of str
        Items below what the next better rating asks for.
    next_rating : str or None
        The next better rating; None at the top.
    lift : str
        What would have to change for it, in words.
    items : DataFrame
        item, text, weight, level, responsibility, counts, suggested (bool: taken from the performance table).
    unjudged : tuple of str
        Items that have no level.
    suggestion : str
        Why a level was suggested, or "" where none was.
    """

    rating: str | None
    clause: str
    held_back: tuple[str, ...]
    next_rating: str | None
    lift: str
    items: pd.DataFrame
    unjudged: tuple[str, ...] = ()
    suggestion: str = ""

    @property
    def words(self) -> str:
        """The trace as one or two sentences."""
        return " ".join(part for part in (self.clause, self.lift) if part)


@dataclass(frozen=True)
class Considered:
    """A decision and what became of it: applied, stale (its figures have changed since) or superseded."""

    decision: Decision
    state: str


@dataclass(frozen=True)
class Scorecard:
    """Every figure of one inspection. All scores are 0-100, unrounded, NaN where there is none.

    Attributes
    ----------
    level : str
        What the scores were made from: judgements, question counts, criterion scores, or nothing.
    questions : DataFrame
        question, criterion, section, text, weight, published, asked, relevant, positive, not_applicable,
        missing, score. ``asked``, ``not_applicable`` and ``missing`` are NaN where only counts were given.
    criteria : DataFrame
        criterion, section, title, scored_by, importance, importance_weight, score, pooled (all positives over
        all relevant answers), cases (NaN or the number of cases with a relevant answer), rating, calculated,
        decided_by, incomplete, missing (codes, "; " between), adjusted.
    sections : DataFrame
        section, title, weight, score, incomplete, missing.
    traces : dict of str to RatingTrace
        For each criterion rated in words.
    decisions : tuple of Considered
        The lead inspector's decisions, in order, and what became of each.
    withheld : frozenset of str
        Codes of the figures (questions, criteria, sections, ``overall``) that were taken out before the
        scorecard goes out, because they rest on too few cases; empty for the inspectorate's own eyes.
    """

    area_id: str
    area_name: str
    framework: Framework
    level: str
    input_hash: str
    synthetic: bool
    cases: int | None
    questions: pd.DataFrame
    criteria: pd.DataFrame
    sections: pd.DataFrame
    overall: Overall
    traces: dict[str, RatingTrace]
    decisions: tuple[Considered, ...] = ()
    withheld: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """The scorecard as plain values, for ``esi score --json``; what has no score or rating is None.

        Returns
        -------
        dict
            Keys area, framework, overall, sections, criteria, questions as the contract says, and name,
            synthetic, level, cases, framework_version, input_hash beside them.
        """
        return {
            "area": self.area_id,
            "name": self.area_name,
            "framework": self.framework.id,
            "framework_version": self.framework.version,
            "synthetic": self.synthetic,
            "level": self.level,
            "cases": self.cases,
            "input_hash": self.input_hash,
            "overall": {
                "score": self.overall.score,
                "incomplete": self.overall.incomplete,
                "missing": list(self.overall.missing),
            },
            "sections": {row["section"]: _section_json(row) for row in _records(self.sections)},
            "criteria": {row["criterion"]: _criterion_json(row) for row in _records(self.criteria)},
            "questions": {row["question"]: _question_json(row) for row in _records(self.questions)},
            "decisions": [{**asdict(one.decision), "state": one.state} for one in self.decisions],
        }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, None for what is missing."""
    return [
        {column: None if pd.isna(value) else value for column, value in row.items()} for row in to_rows(table)
    ]


def _codes(text: str | None) -> list[str]:
    return text.split("; ") if text else []


def _section_json(row: dict[str, Any]) -> dict[str, Any]:
    weight = row["weight"]
    plain = int(weight) if weight is not None and float(weight).is_integer() else weight
    return {
        "score": row["score"],
        "weight": plain,
        "incomplete": row["incomplete"],
        "missing": _codes(row["missing"]),
    }


def _criterion_json(row: dict[str, Any]) -> dict[str, Any]:
    common = {"incomplete": row["incomplete"], "missing": _codes(row["missing"])}
    if row["scored_by"] == "evidence":
        rated = {key: row[key] for key in ("rating", "calculated", "decided_by")}
        return {**rated, "adjusted": row["adjusted"], **common}
    scored = {key: row[key] for key in ("score", "importance", "pooled")}
    if row["adjusted"]:
        scored["calculated"] = row["calculated"]
    return {**scored, "cases": _whole(row["cases"]), **common}


def _question_json(row: dict[str, Any]) -> dict[str, Any]:
    counts = {key: _whole(row[key]) for key in ("relevant", "positive", "not_applicable", "missing")}
    return {**counts, "score": row["score"]}


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and float(value).is_integer() else value
