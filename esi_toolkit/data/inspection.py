"""An inspection: one area's evidence, as tidy tables that nothing changes once they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, StrictBool, StrictInt

from esi_toolkit.data.framework import Code, Entry, Text
from esi_toolkit.errors import Problem

Level = Literal["judgements", "question counts", "criterion scores", "nothing"]


class Area(Entry):
    """Who is inspected, from ``area.yml``.

    Attributes
    ----------
    caseload : dict of str to int
        The whole caseload that the sample stands for, by risk of harm; empty when not known.
    synthetic : bool
        True when any case-level record is invented; every page then says so.
    """

    id: Code
    name: Text
    framework: Code
    thematic: tuple[Code, ...] = ()
    family_group: Text | None = None
    fieldwork: Text | None = None
    published: Text | None = None
    status: Literal["draft", "published"] = "draft"
    caseload: dict[Text, Annotated[StrictInt, Field(ge=0)]] = Field(default_factory=dict)
    synthetic: StrictBool = False
    offenders_interviewed: Annotated[StrictInt, Field(ge=0)] | None = None
    lead_inspector: Text | None = None


class CriterionFindings(Entry):
    """What inspectors wrote about one criterion."""

    strengths: tuple[Text, ...] = ()
    areas_for_improvement: tuple[Text, ...] = ()
    good_practice: tuple[Text, ...] = ()


class Findings(Entry):
    """``findings.yml``: the inspectors' words, by section and criterion."""

    summary: dict[Code, Text] = Field(default_factory=dict)
    criteria: dict[Code, CriterionFindings] = Field(default_factory=dict)


class Recommendation(Entry):
    """One recommendation and who should act on it."""

    text: Text
    responsible: Text | None = None


class Recommendations(Entry):
    """``recommendations.yml``."""

    recommendations: tuple[Recommendation, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """One area's evidence, read for one framework.

    Attributes
    ----------
    judgements : DataFrame or None
        One row for each answer: case_id, question, judgement ("" where left blank), assessor_id, and
        ``counts``, False for a second assessor's answer to the same question about the same case.
    question_counts : DataFrame or None
        question, relevant, positive: where only counts were published.
    criterion_scores : DataFrame or None
        criterion, score (0-100): where only scores were published.
    evidence : DataFrame or None
        criterion, item, level ("" where not judged), responsibility, note.
    input_hash : str
        SHA-256 over the names and bytes of all files read.
    warnings : tuple of Problem
        What is missing or odd but does not stop the scoring.
    """

    area: Area
    framework_id: str
    input_hash: str
    cases: pd.DataFrame | None = None
    judgements: pd.DataFrame | None = None
    question_counts: pd.DataFrame | None = None
    criterion_scores: pd.DataFrame | None = None
    evidence: pd.DataFrame | None = None
    performance: pd.DataFrame | None = None
    context: pd.DataFrame | None = None
    criminogenic_factors: pd.DataFrame | None = None
    feedback: pd.DataFrame | None = None
    oasys_reassessment: pd.DataFrame | None = None
    reconviction: pd.DataFrame | None = None
    published: pd.DataFrame | None = None
    findings: Findings | None = None
    recommendations: Recommendations | None = None
    warnings: tuple[Problem, ...] = ()

    @property
    def level(self) -> Level:
        """The deepest level of evidence that is present; the scores are made from it.

        A table of which only the heading is filled in gives way to one with rows.
        """
        tables: dict[Level, pd.DataFrame | None] = {
            "judgements": self.judgements,
            "question counts": self.question_counts,
            "criterion scores": self.criterion_scores,
        }
        present = {level: table for level, table in tables.items() if table is not None}
        filled = (level for level, table in present.items() if len(table))
        return next(filled, next(iter(present), "nothing"))

    def leave_out_cases(self, case_ids: frozenset[str]) -> Inspection:
        """The same inspection without some cases, for what-if questions.

        Parameters
        ----------
        case_ids : frozenset of str
            Cases to leave out; unknown ones are ignored.
        """
        cases = None if self.cases is None else self.cases[~self.cases["case_id"].isin(case_ids)]
        judgements = self.judgements
        if judgements is not None:
            judgements = judgements[~judgements["case_id"].isin(case_ids)]
        return replace(self, cases=cases, judgements=judgements)
