"""A first draft of the findings, from the figures: for inspectors to agree with, rewrite or throw away.

Each begins with the question or item as it stands in the framework and goes on with the figures after a
colon: questions are phrases as often as sentences, and this is good English for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from esi_toolkit.data.findings import one_line
from esi_toolkit.data.framework import Criterion
from esi_toolkit.data.inspection import CriterionFindings, Finding, Findings
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.numbers import number, percent

DRAFT = "draft, not yet confirmed by an inspector"

FINDING_TITLES = {
    "strengths": "Strengths",
    "areas_for_improvement": "Areas for improvement",
    "good_practice": "Good practice",
}
"""Key in findings.yml to its heading, in the order of a report."""


def say_finding(finding: Finding) -> tuple[str, str]:
    """A finding as it is shown: its text, and what has to be said beside it ("" for nothing).

    Examples
    --------
    >>> say_finding(Finding(text="Plans came late.", draft=True))
    ('Plans came late.', 'draft, not yet confirmed by an inspector')
    """
    return one_line(finding.text), DRAFT if finding.draft else ""


def draft_findings(scorecard: Scorecard) -> Findings:
    """Strengths and areas for improvement of each criterion, as the framework's ``drafting`` says.

    Parameters
    ----------
    scorecard : Scorecard
        Any.

    Returns
    -------
    Findings
        The clearest first, all marked as drafts; criteria without any are left out.
    """
    return without_empty({one.id: _draft_criterion(one, scorecard) for one in scorecard.framework.criteria})


def without_empty(criteria: Mapping[str, CriterionFindings]) -> Findings:
    """Findings on those criteria that have any."""
    filled = {code: found for code, found in criteria.items() if any(found.by_kind().values())}
    return Findings(criteria=filled)


def find_edited_drafts(scorecard: Scorecard, findings: Findings) -> Iterator[tuple[str, Finding]]:
    """Drafts that read otherwise than one from today's figures would, with their paths.

    Either somebody has edited them and left the mark, or the figures have changed since.

    Parameters
    ----------
    scorecard : Scorecard
        Of the findings' framework.
    findings : Findings
        As read.
    """
    sentences = set(_every_sentence(scorecard))
    for path, finding in findings.walk():
        if finding.draft and one_line(finding.text) not in sentences:
            yield path, finding


def _draft_criterion(criterion: Criterion, scorecard: Scorecard) -> CriterionFindings:
    draft = _draft_items if criterion.scored_by == "evidence" else _draft_questions
    most = scorecard.framework.drafting.most_of_each
    strengths, improvements = draft(criterion.id, scorecard)
    return CriterionFindings(
        strengths=tuple(strengths[:most]), areas_for_improvement=tuple(improvements[:most])
    )


def _draft_questions(criterion: str, scorecard: Scorecard) -> tuple[list[Finding], list[Finding]]:
    drafting, display = scorecard.framework.drafting, scorecard.framework.display
    fewest = max(1, drafting.fewest_cases, display.suppress_below)
    own = scorecard.questions[scorecard.questions["criterion"] == criterion]
    # A sort that keeps the framework's order among equals; the score of what is withheld is missing.
    known = own[own["relevant"].ge(fewest) & own["score"].notna()].sort_values("score", kind="stable")
    low = known[known["score"].le(drafting.improvement_up_to)].to_dict("records")
    high = known[known["score"].ge(drafting.strength_from)]
    best_first = high.sort_values("score", kind="stable", ascending=False).to_dict("records")
    strengths = [_draft(say_share(row, scorecard), (row["question"],)) for row in best_first]
    return strengths, [_draft(say_share(row, scorecard, little=True), (row["question"],)) for row in low]


def _draft_items(criterion: str, scorecard: Scorecard) -> tuple[list[Finding], list[Finding]]:
    drafting, ratings = scorecard.framework.drafting, scorecard.framework.ratings
    ranked = [(ratings.rank(row["level"]), row) for row in _judged_items(criterion, scorecard)]
    first_bad = len(ratings.levels) - drafting.worst_levels
    best = [row for rank, row in sorted(ranked, key=lambda pair: pair[0]) if rank < drafting.best_levels]
    worst = [row for rank, row in sorted(ranked, key=lambda pair: -pair[0]) if rank >= first_bad]
    last = ratings.levels[-1]
    lacks = [_draft(say_level(row, lacking=row["level"] != last)) for row in worst]
    return [_draft(say_level(row)) for row in best], lacks


def _judged_items(criterion: str, scorecard: Scorecard) -> list[dict[str, Any]]:
    """Items that count for the rating and have a level that inspectors recorded."""
    items = scorecard.traces[criterion].items.to_dict("records")
    return [row for row in items if row["level"] and row["counts"] and not row["suggested"]]


def _draft(text: str, questions: Iterable[str] = ()) -> Finding:
    return Finding(text=text, questions=tuple(questions), draft=True)


def _every_sentence(scorecard: Scorecard) -> Iterator[str]:
    for row in scorecard.questions[scorecard.questions["relevant"].ge(1)].to_dict("records"):
        yield from (say_share(row, scorecard), say_share(row, scorecard, little=True))
    for criterion in scorecard.traces:
        for row in _judged_items(criterion, scorecard):
            yield from (say_level(row), say_level(row, lacking=True))


def say_share(row: dict[str, Any], scorecard: Scorecard, *, little: bool = False) -> str:
    """In how many of the relevant cases a question was met, in a sentence.

    Parameters
    ----------
    row : dict
        Of `Scorecard.questions`, with at least one relevant case.
    scorecard : Scorecard
        For the display limits.
    little : bool
        Whether it is too little.

    Returns
    -------
    str
        With the counts, and with the percentage where that is shown without a mark for few cases.
    """
    positive, relevant = row["positive"], row["relevant"]
    counts = f"{number(positive)} of {number(relevant)}"
    display = scorecard.framework.display
    reliable = relevant >= max(display.few_below, display.unreliable_below)
    share = [percent(100 * positive / relevant)] if reliable else []
    if positive in (0, relevant):
        where = f"in {'all' if positive else 'none of the'} {number(relevant)} relevant cases"
        aside = ", ".join([counts, *share])
    else:
        where = f"in {'only ' if little else ''}{counts} relevant cases"
        aside = ", ".join(share)
    return _say(row["text"], where + (f" ({aside})" if aside else ""))


def say_level(row: dict[str, Any], *, lacking: bool = False) -> str:
    """How an item of evidence was judged, in a sentence.

    Parameters
    ----------
    row : dict
        Of `RatingTrace.items`, with a level.
    lacking : bool
        Whether a better level was to be wished and a worse one was possible.

    Examples
    --------
    >>> row = {"text": "The Board gives clear direction", "level": "good"}
    >>> say_level(row)
    'The Board gives clear direction: judged good on the evidence.'
    >>> say_level(row, lacking=True)
    'The Board gives clear direction: judged no better than good on the evidence.'
    """
    return _say(row["text"], f"judged {'no better than ' if lacking else ''}{row['level']} on the evidence")


def _say(subject: str, what: str) -> str:
    subject = one_line(subject).rstrip(".")
    if subject.endswith(("?", "!")):
        return f"{subject} {what[0].upper()}{what[1:]}."
    return f"{subject}: {what}."
