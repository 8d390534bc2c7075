"""Draft findings put beside an area's data, never in place of what people wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import yaml

from esi_toolkit.data.area_folder import DRAFT_BESIDE
from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.files import load_area
from esi_toolkit.data.findings import WHERE, find_named_questions, one_line
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import CriterionFindings, Finding, Findings
from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.present.drafting import draft_findings, without_empty
from esi_toolkit.reports.decide import Scored, score_area, score_with_elements, withhold

_HEADER = """
Drafts, written by 'esi draft-findings' from the figures. Put each sentence into your own words, or agree with
it, and delete its line 'draft: true': until then reports mark it as a draft. 'questions' names what its
figures are about; 'esi check' holds them against the answers.
"""
_BESIDE_HEADER = f"""{_HEADER}
This file is never read: {WHERE} holds what people wrote and is left as it is. Copy from here what you want,
then delete this file.
"""


@dataclass(frozen=True)
class Drafted:
    """Where drafts were written.

    Attributes
    ----------
    path : Path
        ``findings.yml`` where there was none or an empty one, else ``findings.draft.yml``.
    count : int
        How many drafts.
    """

    path: Path
    count: int


def write_drafts(folder: str | Path, framework: str | None = None) -> tuple[Drafted, ...]:
    """Draft findings for an area and its thematic elements; nothing that stands there is changed.

    Parameters
    ----------
    folder : str or Path
        Area folder.
    framework : str, optional
        Id or file: only for this one, the area's own or one of its thematic ones.

    Returns
    -------
    tuple of Drafted
        One for each file written; none where the figures give no draft.

    Raises
    ------
    InputError
        Drafts of an earlier time wait in ``findings.draft.yml``, or the framework is none of the area's. Then
        nothing is written at all.
    EsiError
        The area cannot be read.
    """
    area = load_area(folder)
    scored = (score_area(folder, framework),) if framework else score_with_elements(folder)
    places = {area.framework: Path(folder)} | {name: Path(folder) / name for name in area.thematic}
    planned = [
        plan for one in scored if (plan := _plan(one, places.get(one.scorecard.framework.id))) is not None
    ]
    for path, content, _ in planned:
        write_whole(path, content)
    return tuple(Drafted(path, count) for path, _, count in planned)


def _plan(scored: Scored, folder: Path | None) -> tuple[Path, str, int] | None:
    """What to write where, and how many drafts it holds; None for nothing."""
    rules = scored.scorecard.framework
    if folder is None:
        fix = "name one of the area's own, or leave the option out"
        raise InputError(Problem("area.yml", f"the framework {rules.id}", "one of the area's", fix))
    written = scored.inspection.findings
    # What a report withholds no draft may tell.
    shown = withhold(scored).scorecard
    drafts = _leave_out_covered(draft_findings(shown), written, rules)
    count = sum(1 for _ in drafts.walk())
    if not count:
        return None
    path, before = _find_place(folder)
    header = _HEADER if path.name == WHERE else _BESIDE_HEADER
    return path, before + write_yaml(drafts, header), count


def _find_place(folder: Path) -> tuple[Path, str]:
    """The file to write, and what stands in it already: at most comments."""
    path, beside = folder / WHERE, folder / DRAFT_BESIDE
    if not path.exists():
        return path, ""
    text = path.read_bytes().decode("utf-8-sig")
    if parse_yaml(text, WHERE).value is None:
        return path, text if text.endswith("\n") or not text else text + "\n"
    if beside.exists():
        fix = "copy from it what you want, then delete it and draft again"
        raise InputError(Problem(str(beside), "drafts of an earlier time", "no such file", fix))
    return beside, ""


def _leave_out_covered(drafts: Findings, written: Findings | None, framework: Framework) -> Findings:
    """Without drafts about questions that somebody has written about, and without those there already."""
    if written is None:
        return drafts
    named = {code for _, one in written.walk() for code in find_named_questions(one, framework)}
    said = {one_line(one.text) for _, one in written.walk()}

    def fresh(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        free = (one for one in findings if not named.intersection(one.questions))
        return tuple(one for one in free if one.text not in said)

    return without_empty(
        {
            code: CriterionFindings(
                strengths=fresh(found.strengths), areas_for_improvement=fresh(found.areas_for_improvement)
            )
            for code, found in drafts.criteria.items()
        }
    )


def write_yaml(findings: Findings, header: str) -> str:
    """Draft findings as text that people edit: a comment on top, one finding a block.

    Parameters
    ----------
    findings : Findings
        Criteria only.
    header : str
        Becomes a comment.
    """
    lines = [fill(one_line(header), 118, initial_indent="# ", subsequent_indent="# "), "criteria:"]
    for code, found in findings.criteria.items():
        lines.append(f"  {_scalar(code)}:")
        for kind, drafts in found.by_kind().items():
            lines += [f"    {kind}:"] if drafts else []
            for one in drafts:
                lines.append(f"      - text: {_scalar(one.text, quoted=True)}")
                codes = ", ".join(_scalar(question) for question in one.questions)
                lines += [f"        questions: [{codes}]"] if codes else []
                lines.append("        draft: true")
    return "\n".join(lines) + "\n"


def _scalar(text: str, *, quoted: bool = False) -> str:
    """A text as YAML on one line, in quotes where it would otherwise be read as something else."""
    style = '"' if quoted or parse_yaml(text, "").value != text else None
    dumped = yaml.safe_dump(text, default_style=style, allow_unicode=True, width=10**6)
    return dumped.removesuffix("\n").removesuffix("\n...")
