"""Shown figures as cells: the number that a page shows stays the number that it is, and text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE, UNRELIABLE

SHORTHAND = (CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE, UNRELIABLE)
NO_MARK = "none"
_FIGURE = re.compile(
    r"(?P<before>(?:[^\d\[\]+-]{1,20} )?£?)(?P<digits>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"(?P<percent>%?)(?P<after>(?: [^\d\[\]]{1,40})?)(?: (?P<mark>\[[a-z]\]))?"
)
_OF = re.compile(r"([\d,.]+) of ([\d,.]+)")
_TO = re.compile(r"(\S+) to (\S+)")
_LITERAL = re.compile(r"[^\"\\]*")


@dataclass(frozen=True)
class Figure:
    """A figure as it is shown, with its parts.

    Attributes
    ----------
    shown : str
        Without its mark.
    before, digits, after : str
        Words around the number, and the number as printed.
    percent : bool
        Whether a % follows the number.
    mark : str
        Shorthand beside it, or "".
    """

    shown: str
    before: str
    digits: str
    percent: bool
    after: str
    mark: str

    @property
    def bare(self) -> bool:
        """Whether nothing but a number and % is shown."""
        return not (self.before or self.after)

    @property
    def plain(self) -> str:
        """The number without separators, as a program reads it."""
        return self.digits.replace(",", "")

    @property
    def value(self) -> float:
        """The number that a spreadsheet holds; 82% is 0.82."""
        exact = Decimal(self.plain)
        return float(exact / 100 if self.percent else exact)

    @property
    def number_format(self) -> str:
        """How a spreadsheet shows the value just as it is shown here."""
        places = len(self.digits.partition(".")[2])
        number = ("#,##0" if "," in self.digits else "0") + ("." + "0" * places if places else "")
        return _quote(self.before) + number + ("%" if self.percent else "") + _quote(self.after)


Cell = Figure | str


@dataclass(frozen=True)
class Column:
    """One column of a sheet: all figures and shorthand, or all text."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def is_number(self) -> bool:
        """Whether it holds figures."""
        return any(isinstance(cell, Figure) for cell in self.cells)


def _quote(text: str) -> str:
    return f'"{text}"' if text else ""


def read_figure(text: str) -> Figure | None:
    """Take a shown figure apart; None where it is none.

    Examples
    --------
    >>> figure = read_figure("87% [u]")
    >>> figure.value, figure.number_format, figure.mark
    (0.87, '0%', '[u]')
    >>> read_figure("at most 9 days").number_format, read_figure("493,470").plain
    ('"at most "0" days"', '493470')
    >>> read_figure("[x]"), read_figure("82 of 100"), read_figure("not rated")
    (None, None, None)
    """
    found = _FIGURE.fullmatch(text)
    if found is None or not _LITERAL.fullmatch(found["before"] + found["after"]):
        return None
    mark = found["mark"] or ""
    shown = text.removesuffix(f" {mark}") if mark else text
    return Figure(shown, found["before"], found["digits"], bool(found["percent"]), found["after"], mark)


def to_columns(table: Table) -> tuple[Column, ...]:
    """A table's columns, figures as numbers.

    Marks beside figures stand in a column of their own, and so do the two numbers of "k of n" and the ends of
    an interval, since a cell of a spreadsheet should hold one thing.

    Parameters
    ----------
    table : Table
        As on a page.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"Met, of relevant cases": ["20 of 23"], "Score": ["87% [u]"]})
    >>> columns = to_columns(Table("Answers", frame, ("Met, of relevant cases", "Score")))
    >>> [column.name for column in columns]
    ['Met', 'Relevant cases', 'Score', 'Score: mark']
    """
    numbers = set(table.numbers)
    return tuple(
        column
        for name in table.frame.columns
        for column in _split(str(name), [str(cell) for cell in table.frame[name]], name in numbers)
    )


def _split(name: str, texts: list[str], is_number: bool) -> Iterator[Column]:
    figures = _read_all(texts) if is_number else None
    halves = _name_halves(name)
    pairs = _read_pairs(texts, _OF if ", of " in name else _TO) if is_number and halves else None
    if pairs is not None and halves is not None:
        for place, half in enumerate(halves):
            yield Column(half, tuple(pair[place] for pair in pairs))
    elif figures is None:
        yield Column(name, tuple(texts))
    else:
        yield Column(name, figures)
        marks = [cell.mark if isinstance(cell, Figure) else "" for cell in figures]
        if any(marks):
            yield Column(f"{name}: mark", tuple(mark or NO_MARK for mark in marks))


def _name_halves(name: str) -> tuple[str, str] | None:
    """Names of the two columns that a column of counts or of intervals becomes."""
    first, found, second = name.partition(", of ")
    if found:
        return first, second[:1].upper() + second[1:]
    return (f"{name}: low", f"{name}: high") if "interval" in name else None


def _read_all(texts: Iterable[str]) -> tuple[Cell, ...] | None:
    """Figures and shorthand; None where any cell is something else."""
    cells = [text if text in SHORTHAND else read_figure(text) for text in texts]
    known = tuple(cell for cell in cells if cell is not None)
    return known if len(known) == len(cells) else None


def _read_pairs(texts: Iterable[str], form: re.Pattern[str]) -> list[tuple[Cell, Cell]] | None:
    """The two numbers of each "k of n" or "a to b"; None where any cell is something else."""
    pairs: list[tuple[Cell, Cell]] = []
    for text in texts:
        found = form.fullmatch(text)
        parts = (read_figure(found[1]), read_figure(found[2])) if found else (None, None)
        if text in SHORTHAND:
            pairs.append((text, text))
        elif parts[0] is not None and parts[1] is not None:
            pairs.append((parts[0], parts[1]))
        else:
            return None
    return pairs
