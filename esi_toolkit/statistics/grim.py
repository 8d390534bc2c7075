"""Is a printed percentage possible? The GRIM test, in exact whole-number arithmetic.

A percentage printed from a small group can only take a few values: from 20 cases no count gives 82%.
Asking which counts do is the GRIM test (granularity-related inconsistency of means; Brown & Heathers 2017,
*Social Psychological and Personality Science* 8(4), 363-369), here with rounding half up, as we print.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Printed = str | int | float | Decimal | Fraction


def possible_counts(percent: Printed, relevant: int, places: int = 0) -> tuple[int, ...]:
    """Find the counts out of `relevant` that would be printed as `percent`.

    Parameters
    ----------
    percent : str, int, float, Decimal or Fraction
        The percentage as printed, 0-100. Text is safest: ``"82"``, ``"97.5"``.
    relevant : int
        Number of relevant cases, at least 1.
    places : int
        Decimal places it was printed to; 0 is whole percent.

    Returns
    -------
    tuple of int
        Every count, ascending, that rounds half up to `percent`; empty when the figure is impossible.

    Raises
    ------
    ValueError
        When `percent` is outside 0-100 or has more decimals than `places`, or `relevant` is less than 1.

    Notes
    -----
    GRIM test, Brown & Heathers (2017).

    Examples
    --------
    >>> possible_counts("82", 100)
    (82,)
    >>> possible_counts("82", 20)
    ()
    >>> possible_counts("97", 70)
    (68,)
    """
    if relevant < 1:
        raise ValueError(f"relevant is {relevant}; a percentage needs at least one relevant case")
    low, high = _printed_range(percent, places)
    first = max(0, _ceiling(low * relevant / 100))
    last = min(relevant, _ceiling(high * relevant / 100) - 1)
    return tuple(range(first, last + 1))


def possible_relevant(percent: Printed, positive: int, places: int = 0) -> tuple[int, ...]:
    """Find the numbers of relevant cases from which `positive` would be printed as `percent`.

    The question of a report that says "42% of all relevant cases (33)" and leaves out of how many.

    Parameters
    ----------
    percent : str, int, float, Decimal or Fraction
        The percentage as printed; more than 0 after rounding, for 0% puts no upper limit on the number.
    positive : int
        The count printed beside it, at least 1.
    places : int
        Decimal places it was printed to.

    Returns
    -------
    tuple of int
        Every possible number of relevant cases, ascending; empty when there is none.

    Raises
    ------
    ValueError
        As `possible_counts`; also when `percent` prints as 0 or `positive` is less than 1.

    Notes
    -----
    GRIM test, Brown & Heathers (2017), solved for the denominator.

    Examples
    --------
    >>> possible_relevant("42", 33)
    (78, 79)
    """
    low, high = _printed_range(percent, places)
    if low <= 0 or positive < 1:
        raise ValueError("a percentage that prints as 0, or a count of 0, fits any number of relevant cases")
    first = max(positive, int(positive * 100 / high) + 1)
    last = int(positive * 100 / low)
    return tuple(range(first, last + 1))


def smallest_relevant(percent: Printed, places: int = 0) -> int:
    """Find the smallest number of relevant cases from which `percent` could be printed.

    Parameters
    ----------
    percent : str, int, float, Decimal or Fraction
        The percentage as printed, 0-100.
    places : int
        Decimal places it was printed to.

    Returns
    -------
    int
        The smallest possible number of cases. Larger numbers are not all possible: ask `possible_counts`.

    Raises
    ------
    ValueError
        As `possible_counts`.

    Notes
    -----
    GRIM test, Brown & Heathers (2017). The search ends by 100 cases at whole percent, 1,000 at one decimal.

    Examples
    --------
    >>> smallest_relevant("97")
    29
    """
    relevant = 1
    while not possible_counts(percent, relevant, places):
        relevant += 1
    return relevant


def _printed_range(percent: Printed, places: int) -> tuple[Fraction, Fraction]:
    """Give the values that print as `percent`: from the first, included, to the second, excluded."""
    exact = Fraction(str(percent)) if isinstance(percent, float) else Fraction(percent)
    if not 0 <= exact <= 100:
        raise ValueError(f"{percent} is not a percentage between 0 and 100")
    if (exact * 10**places).denominator != 1:
        raise ValueError(f"{percent} has more decimals than the {places} it is said to be printed to")
    half_a_step = Fraction(1, 2 * 10**places)
    return exact - half_a_step, exact + half_a_step


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
