"""The chain of the register: each row carries a hash over itself and the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from esi_toolkit.data.decision import RECORDED_FIELDS
from esi_toolkit.errors import Problem

START = "0" * 64
"""What stands before the first row."""

Row = Mapping[str, Any]


def hash_row(row: Row, previous_hash: str) -> str:
    """SHA-256 over a row's fields and the hash of the row before it.

    Parameters
    ----------
    row : mapping
        With all of `RECORDED_FIELDS`.
    previous_hash : str
        Of the row before, or `START`.
    """
    content = [previous_hash, *(row[name] for name in RECORDED_FIELDS)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, default=_no_text).encode()).hexdigest()


def _no_text(value: object) -> dict[str, str]:
    """What other hands put in place of a text, so that it hashes to something else than any text."""
    return {"no text": repr(value)}


def check_chain(rows: Iterable[Row], where: str, head: tuple[int, str] | None = None) -> list[Problem]:
    """Find every changed, missing, added or reordered row.

    Parameters
    ----------
    rows : iterable of mapping
        By number, with `RECORDED_FIELDS`, previous_hash and row_hash.
    where : str
        Name of the register, for the problems.
    head : (int, str), optional
        Number and hash of what should be the last row.

    Returns
    -------
    list of Problem
        Empty when nobody has touched anything.
    """
    problems, previous, expected = [], START, 1
    for row in rows:
        number = int(row["number"])
        if number != expected:
            problems.append(
                _broken(where, _misplaced(number, expected), f"decision {expected} in its place", number)
            )
        elif row["previous_hash"] != previous:
            found = f"decision {number} that does not follow on decision {number - 1}"
            problems.append(_broken(where, found, "an unbroken chain", number))
        if hash_row(row, row["previous_hash"]) != row["row_hash"]:
            found = f"decision {number} with other words than were recorded"
            problems.append(_broken(where, found, "the row as it was recorded", number))
        previous, expected = row["row_hash"], number + 1
    if head is not None and head != (expected - 1, previous):
        found = f"decision {expected - 1} as the last" if expected > 1 else "no decision"
        problems.append(_broken(where, found, f"decision {head[0]} as the last, as it was recorded", None))
    return problems


def _misplaced(number: int, expected: int) -> str:
    if number < expected:
        return f"decision {number} out of its place"
    gone = f"no decision {expected}" if number == expected + 1 else f"no decisions {expected} to {number - 1}"
    return f"{gone} before decision {number}"


def _broken(where: str, found: str, expected: str, number: int | None) -> Problem:
    fix = "take the register from its backup or export, and find out who changed it"
    return Problem(where, found, expected, fix, row=number)
