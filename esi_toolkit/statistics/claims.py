"""The figures in an inspector's sentence: are they those of the questions that it names?

Only percentages ("82%", "82 per cent") and counts ("34 of 41", "eleven out of 22") are claims. All other
numbers, and words such as "half" or "four in five", are left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from esi_toolkit.data.findings import WHERE, find_named_questions, one_line
from esi_toolkit.data.inspection import Finding, Findings
from esi_toolkit.errors import Problem
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.method.scorecard import Scorecard

_WORDS = (
    "no none zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_SPELT = {word: max(0, position - 2) for position, word in enumerate(_WORDS)}
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{'|'.join(_WORDS)})"
_AT_LEAST = ("over", "above", "more than", "at least", "no fewer than", "no less than")
_AT_MOST = ("under", "below", "fewer than", "less than", "at most", "up to", "no more than")
_ABOUT = ("about", "around", "roughly", "approximately", "nearly", "almost", "some")
_HEDGE = "|".join(sorted((*_AT_LEAST, *_AT_MOST, *_ABOUT), key=len, reverse=True))
_CLAIM = re.compile(
    rf"(?<![\w.,£$€–/+-])(?:(?P<hedge>{_HEDGE})\s+)?(?:"
    r"(?P<percent>\d+(?:\.\d+)?)\s?(?:%|per\s?cent\b)(?!\s*-?points?\b)"
    rf"|(?P<count>{_NUMBER})\s+(?:out\s+)?of\s+(?:(?:the|these|those|all)\s+)*(?P<whole>{_NUMBER})"
    r"(?![\w%£]|[.,/]\d|\s?per\s?cent))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """A figure that a sentence gives.

    Attributes
    ----------
    words : str
        As it stands in the text.
    hedge : str
        The word that makes it inexact ("over", "about" …), in small letters; "" for none.
    percent : Decimal or None
        As printed, for a percentage.
    count, whole : float or None
        For a count of cases and how many there were.
    """

    words: str
    hedge: str
    percent: Decimal | None = None
    count: float | None = None
    whole: float | None = None

    def holds(self, positive: float, relevant: float) -> bool:
        """Whether the figure is that of a question: of the cases that met it, or of those that did not.

        Parameters
        ----------
        positive, relevant : float
            Of the question.
        """
        return any(self._says(number, relevant) for number in (positive, relevant - positive))

    def _says(self, number: float, relevant: float) -> bool:
        if self.hedge in _ABOUT:
            return True
        if not relevant or self.whole not in (None, relevant):
            return False
        if self.percent is None:
            return self._compare(number, self.count)
        share = 100 * number / relevant
        if not self.hedge:
            return round_half_up(share, _places(self.percent)) == self.percent
        return self._compare(share, float(self.percent))

    def _compare(self, true: float, claimed: float | None) -> bool:
        if claimed is None or not self.hedge:
            return true == claimed
        return true >= claimed if self.hedge in _AT_LEAST else true <= claimed


def _places(printed: Decimal) -> int:
    return max(0, -int(printed.as_tuple().exponent))


def find_claims(text: str) -> Iterator[Claim]:
    """Every percentage and every count of cases in a text.

    Parameters
    ----------
    text : str
        Any; line ends count as spaces.

    Yields
    ------
    Claim

    Examples
    --------
    >>> [claim.words for claim in find_claims("Done in 82% of cases; six of 22 since May 2004.")]
    ['82%', 'six of 22']
    """
    for found in _CLAIM.finditer(one_line(text)):
        hedge = (found["hedge"] or "").lower()
        if found["percent"]:
            yield Claim(found[0], hedge, percent=Decimal(found["percent"]))
        else:
            yield Claim(found[0], hedge, count=_value(found["count"]), whole=_value(found["whole"]))


def _value(words: str) -> float:
    known = _SPELT.get(words.lower())
    return float(words.replace(",", "")) if known is None else known


def check_claims(
    scorecard: Scorecard, findings: Findings, *, lines: Mapping[str, int] | None = None, where: str = WHERE
) -> tuple[Problem, ...]:
    """Hold the figures in findings that name questions against the answers to those questions.

    Parameters
    ----------
    scorecard : Scorecard
        Of the area, by the findings' framework.
    findings : Findings
        As read.
    lines : mapping of str to int, optional
        Path of a finding to its line.
    where : str
        File name for the problems.

    Returns
    -------
    tuple of Problem
        An error for each figure that is that of none of the questions named; a warning for each finding whose
        questions have no known counts.

    Notes
    -----
    A percentage holds when the question's own, or that of the cases that did not meet it, is the same after
    rounding half up to the decimals printed; a count when both numbers are the same. "Over 80%" holds from
    80%; what is said to be about something is not checked. One question named is enough.
    """
    rows = {row["question"]: row for row in scorecard.questions.to_dict("records")}
    problems: list[Problem] = []
    for path, finding in findings.walk():
        named = find_named_questions(finding, scorecard.framework)
        claims = [claim for claim in find_claims(finding.text) if not _is_elsewhere(claim, finding)]
        if not named or not claims:
            continue
        known = [rows[code] for code in named if rows[code]["relevant"] == rows[code]["relevant"]]
        line = (lines or {}).get(path)
        if not known:
            found = f"{_quote(claims)} about {join_words(list(named))}"
            expected, fix = "questions whose answers are known", "check it against its source"
            problems.append(Problem(where, found, expected, fix, row=line, column=path, severity="warning"))
            continue
        problems += [
            _mismatch(claim, known, where, path, line)
            for claim in claims
            if not any(claim.holds(row["positive"], row["relevant"]) for row in known)
        ]
    return tuple(problems)


def _is_elsewhere(claim: Claim, finding: Finding) -> bool:
    """Whether the finding itself says that the figure is about something else, with or without its hedge."""
    bare = claim.words[len(claim.hedge) :].strip()
    return any(one_line(figure) in (claim.words, bare) for figure in finding.other_figures)


def _quote(claims: Iterable[Claim]) -> str:
    return join_words([f"'{claim.words}'" for claim in claims])


def _mismatch(claim: Claim, known: list[dict], where: str, path: str, line: int | None) -> Problem:
    found = f"'{claim.words}' about {join_words([row['question'] for row in known])}"
    expected = join_words([_say_figures(row, claim) for row in known])
    fix = "correct the figure, or name the question that it is about; list it in other_figures if it is none"
    return Problem(where, found, expected, fix, row=line, column=path)


def _say_figures(row: dict, claim: Claim) -> str:
    """What the answers to a question give, at the precision of the claim."""
    positive, relevant = row["positive"], row["relevant"]
    counts = f"{positive:g} of {relevant:g}"
    if not relevant:
        return f"{row['question']}: no relevant case"
    places = _places(claim.percent) if claim.percent is not None else 0
    shares = [round_half_up(100 * number / relevant, places) for number in (positive, relevant - positive)]
    return f"{row['question']}: {counts} ({shares[0]}%), not met {relevant - positive:g} ({shares[1]}%)"
