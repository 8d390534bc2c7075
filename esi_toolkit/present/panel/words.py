"""How the panel says figures and changes: in words and with a symbol, never by colour alone."""

from __future__ import annotations

from esi_toolkit.data.framework import Ratings
from esi_toolkit.present.numbers import is_missing, percent

UP, DOWN, OTHER, SAME = "▲", "▼", "◆", "="
_SMALLEST = 0.05


def say_score(score: float | None) -> str:
    """A score as it would be published, and to one decimal place.

    Examples
    --------
    >>> say_score(84.3), say_score(None)
    ('84% (84.3)', 'no score')
    """
    if score is None or is_missing(score):
        return "no score"
    return f"{percent(score)} ({percent(score, 1).removesuffix('%')})"


def say_points(difference: float) -> str:
    """A number of points without its sign.

    Examples
    --------
    >>> say_points(-0.46), say_points(0.01), say_points(1.0)
    ('0.5 points', 'less than 0.1 points', '1.0 points')
    """
    if abs(difference) < _SMALLEST:
        return "less than 0.1 points"
    return f"{percent(abs(difference), 1).removesuffix('%')} points"


def say_difference(official: float | None, what_if: float | None, changed: bool) -> str:
    """How a score differs from the official one.

    Parameters
    ----------
    official, what_if : float or None
        0-100; None and NaN mean that there is none.
    changed : bool
        Whether they count as different.

    Examples
    --------
    >>> say_difference(84.3, 85.1, True), say_difference(84.3, 84.3, False), say_difference(84.3, None, True)
    ('▲ up 0.8 points', '= unchanged', '◆ now without a score')
    """
    if not changed:
        return f"{SAME} unchanged"
    if what_if is None or is_missing(what_if):
        return f"{OTHER} now without a score"
    if official is None or is_missing(official):
        return f"{OTHER} now with a score"
    difference = what_if - official
    return f"{UP if difference > 0 else DOWN} {'up' if difference > 0 else 'down'} {say_points(difference)}"


def say_rating_change(official: str | None, what_if: str | None, ratings: Ratings) -> str:
    """How a rating differs from the official one.

    Parameters
    ----------
    official, what_if : str or None
        Ratings of the scale; None where there is none.
    ratings : Ratings
        For the order of the scale.
    """
    if official == what_if:
        return f"{SAME} unchanged"
    if official is None or what_if is None:
        return f"{OTHER} now {what_if or 'not rated'}"
    better = ratings.scale.index(what_if) < ratings.scale.index(official)
    return f"{UP} better" if better else f"{DOWN} worse"
