"""Does findings.yml fit the framework? Known codes, figures that stand in their text, and drafts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Finding, Inspection
from esi_toolkit.errors import Problem, suggest

WHERE = "findings.yml"


def one_line(text: str) -> str:
    """Text without the line ends and indentation that it has in the file.

    Examples
    --------
    >>> one_line("Plans came\\n  late.")
    'Plans came late.'
    """
    return " ".join(text.split())


def find_named_questions(finding: Finding, framework: Framework) -> tuple[str, ...]:
    """Codes of the questions that a finding names, under ``questions`` or in its text.

    Parameters
    ----------
    finding : Finding
        Any.
    framework : Framework
        Whose codes are looked for; in the text only those with a letter and a digit, such as B1.10.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> esi = load_framework("esi")
    >>> find_named_questions(Finding(text="Right in 96% (B1.2).", questions=("B1.1",)), esi)
    ('B1.1', 'B1.2')
    """
    words = set(re.findall(r"(?:\w+[.\-])*\w+", finding.text))
    telling = (code for code in words if re.search("[A-Za-z]", code) and re.search("[0-9]", code))
    named = {*finding.questions, *telling}
    return tuple(question.id for question in framework.questions if question.id in named)


def check_findings(framework: Framework, inspection: Inspection) -> Iterator[Problem]:
    """Hold the findings against the framework.

    Parameters
    ----------
    framework : Framework
        The rules that the inspection was read for.
    inspection : Inspection
        As read.

    Yields
    ------
    Problem
        An error for each unknown code and each exempted figure that the text does not hold; a warning with
        the number of drafts.
    """
    if inspection.findings is None:
        return
    known = {
        "summary": [section.id for section in framework.sections],
        "criteria": [criterion.id for criterion in framework.criteria],
    }
    for key, codes in known.items():
        for code in getattr(inspection.findings, key):
            row = inspection.finding_lines.get(f"{key}.{code}")
            yield from _unknown_code(code, codes, framework, row, key)
    questions = [question.id for question in framework.questions]
    for path, finding in inspection.findings.walk():
        row = inspection.finding_lines.get(path)
        for code in finding.questions:
            yield from _unknown_code(code, questions, framework, row, f"{path}.questions")
        for figure in finding.other_figures:
            if one_line(figure) not in one_line(finding.text):
                fix = "write it as it stands in the text, or take it out of the list"
                column = f"{path}.other_figures"
                yield Problem(WHERE, f"'{figure}'", "a figure of the text", fix, row=row, column=column)
    drafts = sum(finding.draft for _, finding in inspection.findings.walk())
    if drafts:
        found = f"{drafts} draft finding{'s' if drafts > 1 else ''}, not yet confirmed by an inspector"
        fix = "put each into your own words, or agree with it, and delete its 'draft: true'"
        yield Problem(WHERE, found, "findings that an inspector stands for", fix, severity="warning")


def _unknown_code(
    code: str, codes: Collection[str], framework: Framework, row: int | None, column: str
) -> Iterator[Problem]:
    if code not in codes:
        fix = suggest(code, codes, "use a code of the framework")
        expected = f"a code of the framework {framework.id}"
        yield Problem(WHERE, f"'{code}'", expected, fix, row=row, column=column)
