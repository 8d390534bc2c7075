"""The words around the figures: what became of decisions, and from ``report.yml`` deadlines and glossary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.method.moderate import APPLIED, STALE, SUPERSEDED
from esi_toolkit.method.scorecard import Considered

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_STATES = {
    APPLIED: "applied",
    SUPERSEDED: "superseded by a later decision",
    STALE: "stale: not applied because the figures have changed since",
}
_YEAR_FIRST = re.compile(r"^(\d{4})-(\d{1,2})(?:-\d{1,2})?$")
_MONTH_NAMED = re.compile(r"^(?:\d{1,2}\s+)?([A-Za-z]+)\s+(\d{4})$")


@cache
def load_words() -> dict[str, Any]:
    """The content of ``report.yml``."""
    name = "report.yml"
    return parse_yaml((files("esi_toolkit.present") / name).read_text("utf-8"), name).value


def add_months(date: str, months: int) -> str | None:
    """The month that lies some months after a date.

    Parameters
    ----------
    date : str
        As in ``area.yml``: "May 2004", "4 May 2004", "2004-05" or "2004-05-04".
    months : int
        How many later.

    Returns
    -------
    str or None
        Month and year; None where the date names no month.

    Examples
    --------
    >>> add_months("May 2004", 3), add_months("2003-11-02", 12), add_months("2004", 3)
    ('August 2004', 'November 2004', None)
    """
    by_number, by_name = _YEAR_FIRST.match(date.strip()), _MONTH_NAMED.match(date.strip())
    if by_number and 1 <= int(by_number[2]) <= len(MONTHS):
        year, month = int(by_number[1]), int(by_number[2]) - 1
    elif by_name and by_name[1].title() in MONTHS:
        year, month = int(by_name[2]), MONTHS.index(by_name[1].title())
    else:
        return None
    later = year * len(MONTHS) + month + months
    return f"{MONTHS[later % len(MONTHS)]} {later // len(MONTHS)}"


def say_time(decided_at: str) -> str:
    """A time as people write it; "" where none is known.

    Examples
    --------
    >>> say_time("2004-05-03T09:07:00+00:00")
    '3 May 2004, 09:07 UTC'
    """
    if not decided_at:
        return ""
    time = datetime.fromisoformat(decided_at)
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}, {time:%H:%M} UTC"


def find_terms(texts: Iterable[str]) -> dict[str, str]:
    """Terms of the glossary that occur in texts, with their meaning.

    Parameters
    ----------
    texts : iterable of str
        What a report says.

    Examples
    --------
    >>> list(find_terms(["Assessed with OASys", "CROs arranged in time"]))
    ['CRO', 'OASys']
    """
    used = frozenset().union(*map(_terms_in, texts))
    return {term: meaning for term, meaning in load_words()["glossary"].items() if term in used}


@lru_cache(maxsize=16)
def _terms_in(text: str) -> frozenset[str]:
    """The terms in one text; most of what reports say is their framework, the same for every area."""
    folded = text.lower()
    glossary = load_words()["glossary"]
    return frozenset(term for term in glossary if _occurs(term, folded if term.islower() else text))


def _occurs(term: str, text: str) -> bool:
    """Whether a term stands in a text as a word; mere letters are looked for first, which is far quicker."""
    return term in text and re.search(rf"\b{re.escape(term)}s?\b", text) is not None


def say_state(one: Considered) -> str:
    """What became of a decision, in words.

    Examples
    --------
    >>> from esi_toolkit.data.decision import Decision
    >>> decision = Decision("durham", "esi", "A2", "Well met", "Very well met", "Board", "Ann", "")
    >>> say_state(Considered(decision, STALE))
    'stale: not applied because the figures have changed since'
    """
    return _STATES[one.state]
