"""A lead inspector's decision: what was calculated, what was decided instead, by whom and why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from esi_toolkit.errors import Problem

RECORDED_FIELDS = (
    "number",
    "area",
    "framework",
    "criterion",
    "calculated",
    "adjusted",
    "reason",
    "author",
    "decided_at",
    "figures_hash",
)
"""What the register keeps of a decision, in this order."""
SNAPSHOT = "application/vnd.esi-toolkit.decisions+json"
"""MIME type under which an executed notebook carries the decisions that it was made with."""
MOST_LETTERS = 100_000
"""Longest text that is kept; programs that read CSV stop at not much more."""
_COMPULSORY = {"reason": ("a reason", "say why"), "author": ("an author", "say who decides")}


@dataclass(frozen=True)
class Decision:
    """One decision about one criterion. Decisions are only ever added; a later one supersedes an earlier.

    Attributes
    ----------
    area, framework, criterion : str
        Codes of what it is about.
    calculated, adjusted : str
        Ratings in words, or scores (0-100) as plain numbers in text. The same word twice takes an earlier
        adjustment back.
    reason, author : str
        Compulsory free text, kept letter for letter.
    figures_hash : str
        Fingerprint of the figures it was taken on, see `method.moderate.hash_figures`.
    number : int or None
        Its place in the register, from 1; None until recorded.
    decided_at : str
        UTC, ISO 8601, to the second; "" until recorded. For people: the order is that of the numbers.
    """

    area: str
    framework: str
    criterion: str
    calculated: str
    adjusted: str
    reason: str
    author: str
    figures_hash: str
    number: int | None = None
    decided_at: str = ""

    @property
    def name(self) -> str:
        """How problems call it."""
        return (
            f"decision {self.number} on {self.criterion}" if self.number else f"decision on {self.criterion}"
        )


def check_text(decision: Decision) -> list[Problem]:
    """What is missing in a decision, or cannot be kept letter for letter.

    Parameters
    ----------
    decision : Decision
        Not yet recorded.

    Returns
    -------
    list of Problem
        Empty when reason and author are there and every text can be kept.

    Examples
    --------
    >>> for problem in check_text(Decision("durham", "esi", "A1", "Poor", "Not met", " ", "Ann", "")):
    ...     print(problem)
    decision on A1, column reason: found no reason, expected a reason; say why
    """
    fields = {name: getattr(decision, name) for name in RECORDED_FIELDS[1:]}
    return [problem for name, text in fields.items() for problem in _check_field(decision.name, name, text)]


def _check_field(where: str, name: str, text: object) -> Iterator[Problem]:
    if name in _COMPULSORY and (text is None or (isinstance(text, str) and not _says_something(text))):
        yield Problem(where, f"no {name}", *_COMPULSORY[name], column=name)
    elif not isinstance(text, str):
        yield Problem(where, "something that is no text", "text", "put it in quotes", column=name)
    else:
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            fix = "delete what is not visible, or type the text anew"
            yield Problem(where, "a character that is no text", "plain text", fix, column=name)
        if len(text) > MOST_LETTERS:
            found, expected = f"{len(text)} characters", f"at most {MOST_LETTERS}"
            yield Problem(where, found, expected, "say it more briefly", column=name)


def _says_something(text: str) -> bool:
    """Whether any of it can be seen: blanks, control and zero-width characters cannot."""
    return any(unicodedata.category(letter)[0] not in "ZC" for letter in text)
