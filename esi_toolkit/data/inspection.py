"""An inspection: one area's evidence, as tidy tables that nothing changes once they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BeforeValidator, Field, StrictBool, StrictInt

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


class Finding(Entry):
    """One finding; in the file either a text alone or keys with values.

    Attributes
    ----------
    questions : tuple of str
        Codes of the questions that its percentages and counts are about; they are checked against the data.
    other_figures : tuple of str
        Percentages and counts in the text, as they stand there, that are about something else.
    draft : bool
        Written by the toolkit; true until somebody makes it their own and deletes the key.
    """

    text: Text
    questions: tuple[Code, ...] = ()
    other_figures: tuple[Text, ...] = ()
    draft: StrictBool = False


def _as_keys(value: Any) -> Any:
    return value if isinstance(value, dict | Finding) else {"text": value}


FindingList = tuple[Annotated[Finding, BeforeValidator(_as_keys)], ...]


class CriterionFindings(Entry):
    """What inspectors wrote about one criterion."""

    strengths: FindingList = ()
    areas_for_improvement: FindingList = ()
    good_practice: FindingList = ()

    def by_kind(self) -> dict[str, tuple[Finding, ...]]:
        """Key in the file to the findings below it."""
        return {kind: getattr(self, kind) for kind in ("strengths", "areas_for_improvement", "good_practice")}


class Findings(Entry):
    """``findings.yml``: the inspectors' words, by section and criterion."""

    summary: dict[Code, Text] = Field(default_factory=dict)
    criteria: dict[Code, CriterionFindings] = Field(default_factory=dict)

    def walk(self) -> Iterator[tuple[str, Finding]]:
        """Every finding, with its path in the file, such as ``criteria.B1.strengths.0``."""
        for code, found in self.criteria.items():
            for kind, findings in found.by_kind().items():
                for position, finding in enumerate(findings):
                    yield f"criteria.{code}.{kind}.{position}", finding


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
    reconviction_cases : DataFrame or None
        case_id, predicted_percent (0-100), reconvicted (yes, no): cases followed up for two years.
    input_hash : str
        SHA-256 over the names and bytes of all files read.
    finding_lines : mapping of str to int
        Path of a finding, as `Findings.walk` gives it, to its line in ``findings.yml``.
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
    reconviction_cases: pd.DataFrame | None = None
    published: pd.DataFrame | None = None
    findings: Findings | None = None
    recommendations: Recommendations | None = None
    finding_lines: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def known_caseload(self) -> Mapping[str, int] | None:
        """The caseload by risk of harm; None where it is not given for every level that the sample has."""
        caseload = self.area.caseload
        sampled = set() if self.cases is None else set(self.cases["risk_of_harm"])
        return caseload if caseload and all(caseload.get(level) for level in sampled) else None

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
