"""Does what an area sent fit its framework? Errors stop the scoring; what is missing is only said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from esi_toolkit.data.framework import AskedOf, Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.data.tables import BETTER, TABLES
from esi_toolkit.errors import InputError, Problem, suggest


def check_inspection(
    framework: Framework,
    inspection: Inspection,
    warnings: Collection[Problem] = (),
    file_names: Mapping[str, str] | None = None,
) -> Inspection:
    """Hold every table against the framework and against each other.

    Parameters
    ----------
    framework : Framework
        The rules it was read for.
    inspection : Inspection
        Tables as read.
    warnings : collection of Problem
        Found before.
    file_names : mapping of str to str, optional
        Table to the file it was read from, for the problems; default ``<table>.csv``.

    Returns
    -------
    Inspection
        With ``counts`` set on the judgements and all warnings.

    Raises
    ------
    InputError
        Every unknown code, word or case, and every impossible count, at once.
    """
    names = {**{stem: f"{stem}.csv" for stem in TABLES}, **(file_names or {})}
    problems = [_named(problem, names) for check in _CHECKS for problem in check(framework, inspection)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    marked = replace(inspection, judgements=_mark_first_answers(inspection.judgements))
    missing = [*_missing_judgements(framework, marked), *_missing_evidence(framework, marked)]
    return replace(marked, warnings=(*warnings, *problems, *(_named(problem, names) for problem in missing)))


def _named(problem: Problem, names: Mapping[str, str]) -> Problem:
    return replace(problem, where=names.get(problem.where, problem.where))


def find_asked(asked_of: AskedOf, cases: pd.DataFrame) -> pd.Series:
    """Which cases a question (or framework) is asked of.

    Parameters
    ----------
    asked_of : dict
        Column to allowed values; a column that cases.csv lacks restricts nothing (and is warned of).
    cases : DataFrame
        One row a case.

    Returns
    -------
    Series of bool
        Index as ``cases``.
    """
    asked = pd.Series(True, index=cases.index)
    for column, values in asked_of.items():
        if column in cases.columns:
            asked &= cases[column].isin(values)
    return asked


def _mark_first_answers(judgements: pd.DataFrame | None) -> pd.DataFrame | None:
    """The first-named assessor's answer counts for the score; a second one is kept for agreement."""
    if judgements is None:
        return None
    return judgements.assign(counts=~judgements.duplicated(["case_id", "question"], keep="first"))


def _unknown(
    table: pd.DataFrame | None,
    column: str,
    known: Collection[str],
    name: str,
    expected: str,
    *,
    blank: bool = False,
) -> Iterator[Problem]:
    if table is None:
        return
    wrong = table.loc[~table[column].isin(set(known) | ({""} if blank else set())), column]
    for row, value in wrong.items():
        otherwise = "use one of: " + ", ".join(known) if len(known) <= 8 else "check the code"
        yield Problem(name, f"'{value}'", expected, suggest(value, known, otherwise), row=row, column=column)


def _check_cases(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    words = framework.cases
    for column, known in (("risk_of_harm", words.risk_of_harm), ("assessor", words.assessor)):
        yield from _unknown(inspection.cases, column, known, "cases", f"a word for {column}", blank=True)
    for key in inspection.area.caseload:
        if key not in words.risk_of_harm:
            fix = suggest(key, words.risk_of_harm, "use one of: " + ", ".join(words.risk_of_harm))
            yield Problem("area.yml", f"'{key}'", "a level of risk of harm", fix, column="caseload")
    if inspection.cases is None:
        return
    columns = {column for question in framework.questions for column in question.asked_of} | set(
        framework.asked_of
    )
    for column in sorted(columns - set(inspection.cases.columns)):
        fix = "add the column; until then the questions that depend on it are taken as asked of every case"
        yield Problem(
            "cases", "no such column", f"the column '{column}'", fix, column=column, severity="warning"
        )


def _check_judgements(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    judgements = inspection.judgements
    if judgements is None:
        return
    if inspection.cases is None:
        yield Problem("cases", "nothing", "the cases that judgements.csv speaks of", "add cases.csv")
        return
    case_ids = frozenset(inspection.cases["case_id"])
    yield from _unknown(judgements, "case_id", case_ids, "judgements", "a case of cases.csv")
    codes = [question.id for question in framework.questions]
    yield from _unknown(
        judgements, "question", codes, "judgements", f"a question of the framework {framework.id}"
    )
    answers = list(framework.judgements)
    yield from _unknown(
        judgements, "judgement", answers, "judgements", "an answer of the framework", blank=True
    )


def _check_counts(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    counts = inspection.question_counts
    if counts is None:
        return
    codes = [question.id for question in framework.questions]
    yield from _unknown(
        counts, "question", codes, "question_counts", f"a question of the framework {framework.id}"
    )
    for row, count in counts[(counts["positive"] > counts["relevant"]) | (counts["positive"] < 0)].iterrows():
        found = f"{count['positive']:g} positive of {count['relevant']:g} relevant"
        yield Problem(
            "question_counts", found, "from 0 to as many positive as relevant", "correct the counts", row=row
        )


def _check_criterion_scores(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    scored = [criterion.id for criterion in framework.criteria if criterion.scored_by == "judgements"]
    table = inspection.criterion_scores
    yield from _unknown(
        table, "criterion", scored, "criterion_scores", "a criterion that is scored by judgements"
    )


def _check_evidence(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    evidence = inspection.evidence
    if evidence is None:
        return
    rated = {criterion.id: criterion for criterion in framework.criteria if criterion.scored_by == "evidence"}
    yield from _unknown(
        evidence, "criterion", list(rated), "evidence", "a criterion that is rated by evidence"
    )
    yield from _unknown(
        evidence, "level", framework.ratings.levels, "evidence", "a level of the framework", blank=True
    )
    words = list(framework.ratings.responsibility)
    yield from _unknown(evidence, "responsibility", words, "evidence", "whose responsibility it is")
    for criterion, rows in evidence[evidence["criterion"].isin(rated)].groupby("criterion", sort=False):
        items = [item.id for item in rated[str(criterion)].items]
        yield from _unknown(rows, "item", items, "evidence", f"an item of {criterion}")


def _check_performance(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    criteria = [criterion.id for criterion in framework.criteria]
    yield from _unknown(inspection.performance, "better", BETTER, "performance", "which direction is better")
    yield from _unknown(
        inspection.performance,
        "counts_for",
        criteria,
        "performance",
        "a criterion, or an empty cell",
        blank=True,
    )


def _check_findings(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    if inspection.findings is None:
        return
    known = {
        "summary": [section.id for section in framework.sections],
        "criteria": [criterion.id for criterion in framework.criteria],
    }
    for key, codes in known.items():
        for code in getattr(inspection.findings, key):
            if code not in codes:
                fix = suggest(code, codes, "use a code of the framework")
                yield Problem(
                    "findings.yml", f"'{code}'", f"a code of the framework {framework.id}", fix, column=key
                )


def _check_published(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    codes = framework.codes
    yield from _unknown(
        inspection.published, "code", ["overall", *codes], "published", "a code of the framework"
    )


_CHECKS = (
    _check_cases,
    _check_judgements,
    _check_counts,
    _check_criterion_scores,
    _check_evidence,
    _check_performance,
    _check_findings,
    _check_published,
)


def _missing_judgements(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    judgements, cases = inspection.judgements, inspection.cases
    if judgements is None or cases is None:
        return
    answered = judgements[judgements["counts"] & (judgements["judgement"] != "")]
    concerned = cases[find_asked(framework.asked_of, cases)]
    silent = len(set(concerned["case_id"]) - set(answered["case_id"]))
    if silent:
        found, fix = (
            f"{silent} of {len(concerned)} cases without any judgement",
            "add them, or say in the report why",
        )
        yield Problem("judgements", found, "judgements for each case", fix, severity="warning")
    unanswered: list[str] = []
    outside: list[str] = []
    for question in framework.questions:
        asked = set(concerned.loc[find_asked(question.asked_of, concerned), "case_id"])
        given = set(answered.loc[answered["question"] == question.id, "case_id"])
        if asked - given:
            unanswered.append(f"{question.id} ({len(asked - given)})")
        if given - asked:
            outside.append(f"{question.id} ({len(given - asked)})")
    if unanswered:
        found = "unanswered questions, with the number of cases: " + ", ".join(unanswered)
        yield Problem(
            "judgements", found, "an answer for each case asked", "shown as missing", severity="warning"
        )
    if outside:
        found = "answers about cases that the question is not asked of: " + ", ".join(outside)
        yield Problem(
            "judgements", found, "answers for cases asked", "they count; check them", severity="warning"
        )


def _missing_evidence(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    evidence = inspection.evidence
    if evidence is None:
        return
    judged = set(evidence.loc[evidence["level"] != "", "item"])
    known = set(evidence["item"])
    unjudged = [
        item.id
        for criterion in framework.criteria
        for item in criterion.items
        if item.id not in judged and not (item.suggested_by and item.id not in known)
    ]
    if unjudged:
        found = "items without a level: " + ", ".join(unjudged)
        yield Problem("evidence", found, "a level for each item", "shown as not judged", severity="warning")
