"""What inspectors wrote, held against the figures, and kept out of a published report while it is a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from esi_toolkit.data.findings import WHERE, find_named_questions
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.drafting import find_edited_drafts
from esi_toolkit.reports.decide import Scored, withhold
from esi_toolkit.statistics.claims import check_claims, find_claims


def refuse_drafts(scored: Iterable[Scored]) -> None:
    """Keep drafts out of a published report.

    Parameters
    ----------
    scored : iterable of Scored
        An area and its thematic elements.

    Raises
    ------
    InputError
        The area's status is "published" and some findings are drafts; each is named.
    """
    problems = [
        problem
        for one in scored
        if one.inspection.area.status == "published"
        for problem in _name_drafts(one)
    ]
    if problems:
        raise InputError(problems)


def _name_drafts(scored: Scored) -> Iterable[Problem]:
    fix = "confirm it and delete its 'draft: true', or set the status in area.yml to draft"
    findings = scored.inspection.findings
    for path, finding in findings.walk() if findings else ():
        if finding.draft:
            row = scored.inspection.finding_lines.get(path)
            expected = "findings that an inspector has confirmed, since the area's status is published"
            yield Problem(_where(scored), "a draft", expected, fix, row=row, column=path)


def check_written(scored: Scored) -> tuple[Problem, ...]:
    """Figures in the findings that are not those of the questions named, and drafts that were edited.

    Parameters
    ----------
    scored : Scored
        One framework's part of an area.

    Returns
    -------
    tuple of Problem
        Errors for wrong figures, warnings for what cannot be checked and for edited drafts.
    """
    findings, lines = scored.inspection.findings, scored.inspection.finding_lines
    if findings is None:
        return ()
    where = _where(scored)
    claims = check_claims(scored.scorecard, findings, lines=lines, where=where)
    found = "a draft that reads otherwise than one from today's figures"
    expected = "no mark on an edited draft"
    fix = "if the words are yours, delete 'draft: true'; if the figures have changed, draft again"
    edited = (
        Problem(where, found, expected, fix, row=lines.get(path), column=path, severity="warning")
        for path, _ in find_edited_drafts(scored.scorecard, findings)
    )
    return (*claims, *edited)


def check_withheld(scored: Scored) -> Iterator[Problem]:
    """Figures in the findings that reports withhold because they rest on too few cases.

    Parameters
    ----------
    scored : Scored
        One framework's part of an area.

    Yields
    ------
    Problem
        A warning for each finding; it does not repeat the figure.
    """
    findings = scored.inspection.findings
    if findings is None:
        return
    withheld = withhold(scored).scorecard.withheld
    for path, finding in findings.walk():
        named = find_named_questions(finding, scored.scorecard.framework)
        codes = [code for code in named if code in withheld]
        if codes and any(find_claims(finding.text)):
            found = f"a figure about {join_words(codes)}, which reports withhold"
            row, fix = scored.inspection.finding_lines.get(path), "say it without the figure"
            expected = "no figure that rests on so few cases, or would give one away"
            yield Problem(_where(scored), found, expected, fix, row=row, column=path, severity="warning")


def note_wrong_figures(scored: Scored) -> Scored:
    """The same with a warning where figures in the findings are wrong, for the report to show."""
    wrong = sum(problem.severity == "error" for problem in check_written(scored))
    if not wrong:
        return scored
    found = f"{wrong} figure{'s' if wrong > 1 else ''} in the findings not as the answers give"
    # The right figure is not said here: it may be one that the report withholds.
    fix = "'esi check' names them"
    problem = Problem(_where(scored), found, "the figures of the questions named", fix, severity="warning")
    warnings = (*scored.inspection.warnings, problem)
    return replace(scored, inspection=replace(scored.inspection, warnings=warnings))


def _where(scored: Scored) -> str:
    area, own = scored.inspection.area, scored.scorecard.framework.id
    return f"{own}/{WHERE}" if own in area.thematic else WHERE
