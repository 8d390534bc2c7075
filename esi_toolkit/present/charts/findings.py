"""Titles that say what a chart finds, taken from the figures it shows."""

from __future__ import annotations

import pandas as pd

from esi_toolkit.method.ratings import join_words

MOST_NAMED = 3


def say_extremes(figures: pd.Series, shown: pd.Series, otherwise: str) -> str:
    """Name the lowest and the highest figure.

    Parameters
    ----------
    figures : Series of float
        Unrounded, by what they are called; NaN is left out.
    shown : Series of str
        The same figures as they are printed.
    otherwise : str
        What to say where there are fewer than two figures.

    Returns
    -------
    str
        Several that share an extreme are all named, or counted where there are many.

    Examples
    --------
    >>> figures = pd.Series({"B1": 72.0, "B2": 96.0, "B4": 97.0})
    >>> say_extremes(figures, figures.map("{:.0f}%".format), "")
    'B1 is lowest at 72%; B4 highest at 97%'
    """
    known = figures.dropna()
    if len(known) < 2:
        return otherwise
    low, high = known.min(), known.max()
    if low == high:
        return f"All {len(known)} stand at {shown[known.index[0]]}"
    lowest, highest = (known.index[known == extreme].tolist() for extreme in (low, high))
    low_words = f"{_name(lowest)} {'are' if len(lowest) > 1 else 'is'} lowest at {shown[lowest[0]]}"
    return f"{low_words}; {_name(highest)} highest at {shown[highest[0]]}"


def _name(names: list[str]) -> str:
    return join_words(names) if len(names) <= MOST_NAMED else f"{len(names)} of them"
