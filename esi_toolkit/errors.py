"""What can go wrong, said once: a `Problem` is a note to a colleague, an `EsiError` carries all of them.

Every kind of error has its own exit code, so that a script can tell a broken file from a broken framework.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def spell_out(text: str) -> str:
    r"""Text on one line, without what would steer a terminal; that is spelt out.

    Examples
    --------
    >>> print(spell_out("a\x1b[31mb\n"))
    a\x1b[31mb\n
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or worth knowing, and what to do about it.

    Parameters
    ----------
    where : str
        The file (or place) concerned, as the user knows it.
    found, expected, fix : str
        What stands there, what should, and what to do. ``found`` never holds free text about a person.
    row : int, optional
        Line of the file, counting the heading as line 1, as a spreadsheet shows it.
    column : str, optional
        Column or key.
    severity : {"error", "warning"}
        An error stops the work; a warning is shown beside the figures.

    Examples
    --------
    >>> print(Problem("judgements.csv", "'suficient'", "an answer of the framework",
    ...               "did you mean 'sufficient'?", row=7, column="judgement"))
    judgements.csv, row 7, column judgement: found 'suficient', expected an answer of the framework;
    did you mean 'sufficient'?
    """

    where: str
    found: str
    expected: str
    fix: str
    row: int | None = None
    column: str | None = None
    severity: str = "error"

    def __str__(self) -> str:
        place = self.where
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        # Cells, file names and case ids come from others: whatever they hold, a problem is one line.
        return spell_out(f"{place}: found {self.found}, expected {self.expected}; {self.fix}")


def unreadable(where: str, found: str, fix: str, row: int | None = None) -> Problem:
    """A file that is no table at all."""
    return Problem(where, found, "a table with a heading line", fix, row=row)


class EsiError(Exception):
    """Something the user can mend; holds every problem at once.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        What is wrong; at least one.
    """

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InputError(EsiError):
    """The area's data cannot be read as they stand."""

    exit_code = 2


class FrameworkError(EsiError):
    """The framework's rules cannot be read or contradict themselves."""

    exit_code = 3


class NotFoundError(EsiError):
    """A file or folder that was named is not there."""

    exit_code = 4


class ModerationError(EsiError):
    """A decision that the framework does not allow."""

    exit_code = 5


class RegisterError(EsiError):
    """The register of decisions cannot be read, written or believed."""

    exit_code = 6


class RunError(EsiError):
    """A report or a batch did not come out whole."""

    exit_code = 7


class PublishedMismatchError(EsiError):
    """What is calculated is not what was published."""

    exit_code = 8


def suggest(word: str, known: Iterable[str], otherwise: str) -> str:
    """Name the nearest known word, or say what to do instead.

    Examples
    --------
    >>> suggest("suficient", ["sufficient", "poor"], "check the spelling")
    "did you mean 'sufficient'?"
    """
    names = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.strip().lower(), names, n=1, cutoff=0.6)
    return f"did you mean '{names[near[0]]}'?" if near else otherwise
