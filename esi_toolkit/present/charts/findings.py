"""Titles that say what a chart finds, taken from the figures it shows."""

from __future__ import annotations

from collections.abc import Sequence

from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.numbers import is_missing

MOST_NAMED = 3


def say_extremes(figures: Sequence[tuple[str, float, str]], otherwise: str) -> str:
    """Name the lowest and the highest figure.

    Parameters
    ----------
    figures : sequence of tuple
        Each with what it is called, the figure itself (unrounded; NaN is left out), and as it is printed.
    otherwise : str
        What to say where there are fewer than two figures.

    Returns
    -------
    str
        Several that share an extreme are all named, or counted where there are many.

    Examples
    --------
    >>> say_extremes([("B1", 72.0, "72%"), ("B2", 96.0, "96%"), ("B4", 97.0, "97%")], "")
    'B1 is lowest at 72%; B4 highest at 97%'
    """
    known = [one for one in figures if not is_missing(one[1])]
    if len(known) < 2:
        return otherwise
    low, high = (pick(known, key=lambda one: one[1]) for pick in (min, max))
    if low[1] == high[1]:
        return f"All {len(known)} stand at {known[0][2]}"
    lowest, highest = ([one[0] for one in known if one[1] == extreme[1]] for extreme in (low, high))
    low_words = f"{_name(lowest)} {'are' if len(lowest) > 1 else 'is'} lowest at {low[2]}"
    return f"{low_words}; {_name(highest)} highest at {high[2]}"


def _name(names: list[str]) -> str:
    return join_words(names) if len(names) <= MOST_NAMED else f"{len(names)} of them"
