"""A lead inspector's decision: what was calculated, what was decided instead, by whom and why."""

from __future__ import annotations

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
MOST_LETTERS = 100_000
"""Longest text that is kept; programs that read CSV stop at not much more."""


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
    """
    where = f"decision on {decision.criterion}"
    problems = [
        Problem(where, f"no {name}", f"a {name}", f"say {hint}", column=name)
        for name, hint in (("reason", "why"), ("author", "who decides"))
        if not getattr(decision, name).strip()
    ]
    for name in RECORDED_FIELDS[1:]:
        text = getattr(decision, name)
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            fix = "delete what is not visible, or type the text anew"
            problems.append(Problem(where, "a character that is no text", "plain text", fix, column=name))
        if len(text) > MOST_LETTERS:
            found, expected = f"{len(text)} characters", f"at most {MOST_LETTERS}"
            problems.append(Problem(where, found, expected, "say it more briefly", column=name))
    return problems
