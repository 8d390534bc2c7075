"""Does what an area sent fit its framework? Errors stop the scoring; what is missing is only said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from esi_toolkit.data.answers import find_all_asked, find_asked, lay_out_answers
from esi_toolkit.data.findings import check_findings
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.framework_contradictions import OVERALL
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.data.tables import BETTER, RECONVICTED, TABLES, find_cells
from esi_toolkit.errors import InputError, Problem, suggest

LONGEST_QUOTED = 40
"""Characters of a cell that a problem shows: a word is quoted whole, a remark about a person is not."""


def check_inspection(
    framework: Framework,
    inspection: Inspection,
    problems: Iterable[Problem] = (),
    file_names: Mapping[str, str] | None = None,
    unread: Collection[str] = (),
) -> Inspection:
    """Hold every table against the framework and against each other.

    Parameters
    ----------
    framework : Framework
        The rules it was read for.
    inspection : Inspection
        Tables as read.
    problems : iterable of Problem
        Found before, while reading.
    file_names : mapping of str to str, optional
        Table to the file it was read from, for the problems; default ``<table>.csv``.
    unread : collection of str
        Tables that are there and could not be used: nothing more is said about their absence.

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
    found = [problem for check in _CHECKS for problem in check(framework, inspection)]
    found = [problem for problem in found if not (problem.where in unread and problem.found == _ABSENT)]
    everything = [*problems, *(_named(problem, names) for problem in found)]
    if any(problem.severity == "error" for problem in everything):
        raise InputError(problem for problem in everything if problem.severity == "error")
    marked = replace(inspection, judgements=_mark_first_answers(inspection.judgements))
    missing = [*_missing_judgements(framework, marked), *_missing_evidence(framework, marked)]
    return replace(marked, warnings=(*everything, *(_named(problem, names) for problem in missing)))


_ABSENT = "no such file"


def _named(problem: Problem, names: Mapping[str, str]) -> Problem:
    """The same problem of a file as the user knows it; not by `replace`, for there may be millions."""
    name = names.get(problem.where, problem.where)
    rest = problem.found, problem.expected, problem.fix, problem.row, problem.column, problem.severity
    return Problem(name, *rest)


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
    allowed = {*known, ""} if blank else set(known)
    wrong = find_cells(table[column], lambda value: value not in allowed)
    otherwise = "use one of: " + ", ".join(known) if len(known) <= 8 else "check the spelling"
    # Looking for the nearest word is slow; a file that is wrong all over has few different values.
    different = list(dict.fromkeys(value for _, value in wrong))
    fixes = {value: suggest(value, known, otherwise) for value in different[:200]}
    for row, value in wrong:
        found = "an empty cell" if not value.strip() else f"'{_quoted(value)}'"
        yield Problem(name, found, expected, fixes.get(value, otherwise), row=row, column=column)


def _more_than_the_caseload(risk_of_harm: pd.Series, caseload: Mapping[str, int]) -> Iterator[Problem]:
    for level, sampled in risk_of_harm.value_counts().items():
        if sampled > (whole := caseload.get(str(level), sampled)):
            found, fix = f"{level}: {whole}", "correct the caseload, or the cases' risk of harm"
            expected = f"at least the number inspected: {sampled}"
            yield Problem("area.yml", found, expected, fix, column="caseload")
        elif caseload and not caseload.get(str(level)):
            found, expected = f"no number for '{level}'", "one for every level of risk of harm in the sample"
            fix = "add it; until then nothing allows for the caseload"
            yield Problem("area.yml", found, expected, fix, column="caseload", severity="warning")


def _quoted(value: str) -> str:
    return value if len(value) <= LONGEST_QUOTED else value[:LONGEST_QUOTED] + " …"


def _check_cases(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    words, cases = framework.cases, inspection.cases
    for column, known in (("risk_of_harm", words.risk_of_harm), ("assessor", words.assessor)):
        yield from _unknown(cases, column, known, "cases", f"a word for {column}", blank=True)
    for key in inspection.area.caseload:
        if key not in words.risk_of_harm:
            fix = suggest(key, words.risk_of_harm, "use one of: " + ", ".join(words.risk_of_harm))
            yield Problem("area.yml", f"'{key}'", "a level of risk of harm", fix, column="caseload")
    if cases is None:
        return
    yield from _more_than_the_caseload(cases["risk_of_harm"], inspection.area.caseload)
    for column, values in _columns_asked_of(framework).items():
        if column in cases.columns:
            yield from _odd_values(cases[column], values)
            continue
        fix = "add the column; until then the questions that depend on it are taken as asked of every case"
        found, expected = "no such column", f"the column '{column}'"
        yield Problem("cases", found, expected, fix, column=column, severity="warning")


def _columns_asked_of(framework: Framework) -> dict[str, list[str]]:
    """Every column that decides which questions are asked, with the values that count."""
    columns: dict[str, list[str]] = {}
    for asked_of in (framework.asked_of, *(question.asked_of for question in framework.questions)):
        for column, values in asked_of.items():
            columns.setdefault(column, []).extend(values)
    return {column: list(dict.fromkeys(columns[column])) for column in sorted(columns)}


def _odd_values(cells: pd.Series, values: list[str]) -> Iterator[Problem]:
    """'Yes' where the framework says 'yes' would silently put the case aside."""
    meant = {value.lower(): value for value in values}
    for row, value in find_cells(cells, lambda value: value not in values):
        plain = value.strip().lower()
        if plain in meant:
            fix = f"did you mean '{meant[plain]}'?"
            yield Problem(
                "cases", f"'{value}'", "a value of the framework", fix, row=row, column=str(cells.name)
            )
    blank = len(find_cells(cells, lambda value: not value.strip()))
    if blank:
        found, fix = (
            f"{blank} empty cell{'s' if blank > 1 else ''}",
            "fill them in; the questions that depend on it are taken as not asked",
        )
        expected = "a value for each case"
        yield Problem("cases", found, expected, fix, column=str(cells.name), severity="warning")


def _check_judgements(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    judgements, cases = inspection.judgements, inspection.cases
    if judgements is None:
        return
    if cases is None:
        yield Problem("cases", _ABSENT, "the cases that the judgements are about", "add cases.csv")
    elif cases.empty and not judgements.empty:
        fix = "add a row for each case"
        yield Problem("cases", "no rows", "the cases that the judgements are about", fix)
    else:
        case_ids = tuple(cases["case_id"])
        yield from _unknown(judgements, "case_id", case_ids, "judgements", "a case of cases.csv")
    codes = [question.id for question in framework.questions]
    yield from _unknown(
        judgements, "question", codes, "judgements", f"a question of the framework {framework.id}"
    )
    answers = tuple(framework.judgements)
    yield from _unknown(
        judgements, "judgement", answers, "judgements", "an answer of the framework", blank=True
    )
    twice = judgements.duplicated(["case_id", "question"], keep=False)
    for row in judgements.index[twice & (judgements["assessor_id"] == "")]:
        fix = "name the assessor of each, or delete one of the rows"
        found, expected = "a second answer and no assessor", "assessors for a case assessed twice"
        yield Problem("judgements", found, expected, fix, row=row, column="assessor_id")


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
        expected = "from 0 to as many positive as relevant"
        yield Problem("question_counts", found, expected, "correct the counts", row=int(str(row)))
    if all(value is None or value in (0, 1) for value in framework.judgements.values()):
        for row, value in counts.loc[counts["positive"] % 1 > 0, "positive"].items():
            found, expected = f"{value:g} positive", "a whole number: each answer counts 1 or 0"
            yield Problem("question_counts", found, expected, "correct the count", row=row, column="positive")


def _check_criterion_scores(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    scored = [criterion.id for criterion in framework.criteria if criterion.scored_by == "judgements"]
    table = inspection.criterion_scores
    yield from _unknown(
        table, "criterion", scored, "criterion_scores", "a criterion that is scored by judgements"
    )


def _check_evidence(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    evidence, ratings = inspection.evidence, framework.ratings
    if evidence is None:
        return
    rated = {criterion.id: criterion for criterion in framework.criteria if criterion.scored_by == "evidence"}
    yield from _unknown(
        evidence, "criterion", list(rated), "evidence", "a criterion that is rated by evidence"
    )
    yield from _unknown(evidence, "level", ratings.levels, "evidence", "a level of the framework", blank=True)
    words = tuple(ratings.responsibility)
    yield from _unknown(evidence, "responsibility", words, "evidence", "whose responsibility it is")
    recorded = set(zip(evidence["criterion"], evidence["item"], strict=True))
    for code, criterion in rated.items():
        items = [item.id for item in criterion.items]
        if any(own == code and item not in items for own, item in recorded):
            rows = evidence[evidence["criterion"] == code]
            yield from _unknown(rows, "item", items, "evidence", f"an item of {code}")


def _check_performance(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    table, criteria = inspection.performance, [criterion.id for criterion in framework.criteria]
    yield from _unknown(table, "better", BETTER, "performance", "which direction is better")
    yield from _unknown(
        table, "counts_for", criteria, "performance", "a criterion, or an empty cell", blank=True
    )


def _check_reconviction(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    followed, cases = inspection.reconviction_cases, inspection.cases
    yield from _unknown(followed, "reconvicted", RECONVICTED, "reconviction_cases", "what became of the case")
    if cases is not None and not cases.empty:
        case_ids, expected = tuple(cases["case_id"]), "a case of cases.csv"
        yield from _unknown(followed, "case_id", case_ids, "reconviction_cases", expected)


def _check_published(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    known = [OVERALL, *framework.codes]
    yield from _unknown(inspection.published, "code", known, "published", "a code of the framework")


_CHECKS = (
    _check_cases,
    _check_judgements,
    _check_counts,
    _check_criterion_scores,
    _check_evidence,
    _check_performance,
    check_findings,
    _check_reconviction,
    _check_published,
)


def _missing_judgements(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    judgements, cases = inspection.judgements, inspection.cases
    if judgements is None or cases is None:
        return
    concerned = cases[find_asked(framework.asked_of, cases)]
    answers = lay_out_answers(framework, judgements)
    silent = len(set(concerned["case_id"]) - set(answers.case_ids))
    if silent:
        found = f"{silent} of {len(concerned)} cases without any judgement"
        yield _gap("judgements", found, "judgements for each case", "add them, or say in the report why")
    asked = find_all_asked(framework, concerned)
    answered = answers.find_answered(concerned["case_id"])
    everywhere = answers.find_answered(answers.case_ids).sum(axis=0)
    unanswered = _with_numbers(answers.questions, (asked & ~answered).sum(axis=0))
    outside = _with_numbers(answers.questions, everywhere - (asked & answered).sum(axis=0))
    if unanswered:
        found = "unanswered questions, with the number of cases: " + ", ".join(unanswered)
        yield _gap("judgements", found, "an answer for each case asked", "shown as missing")
    if outside:
        found = "answers about cases that the question is not asked of: " + ", ".join(outside)
        yield _gap("judgements", found, "answers for cases asked", "they count; check them")


def _with_numbers(codes: Iterable[str], numbers: Iterable[int]) -> list[str]:
    """Each question with its number of cases in brackets; those without any are left out."""
    return [f"{code} ({number})" for code, number in zip(codes, numbers, strict=True) if number]


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
        yield _gap("evidence", found, "a level for each item", "shown as not judged")


def _gap(where: str, found: str, expected: str, fix: str) -> Problem:
    return Problem(where, found, expected, fix, severity="warning")
