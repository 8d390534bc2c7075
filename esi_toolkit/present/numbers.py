"""The one number format: every figure on a page, in a chart or in a table is turned into text here.

Shorthand in square brackets, as the UK Government Analysis Function asks: ``[c]`` confidential, ``[u]``
unreliable, ``[x]`` not available, ``[z]`` not applicable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from esi_toolkit.data.framework import Display
from esi_toolkit.method.rounding import round_half_up

NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
UNRELIABLE = "[u]"
CONFIDENTIAL = "[c]"


@dataclass(frozen=True)
class Share:
    """A share of cases as it is shown.

    Attributes
    ----------
    count : str
        For example ``82 of 100``.
    percent : str
        For example ``82%``, ``87% [u]`` or, with too few cases for a percentage, ``[u]``.
    reliable : bool
        True where the percentage stands without a mark.
    drawable : bool
        True where a percentage is shown, so that a bar may be drawn.
    """

    count: str
    percent: str
    reliable: bool = False
    drawable: bool = False


def percent(value: float | None, places: int = 0) -> str:
    """A percentage, rounded half up.

    Parameters
    ----------
    value : float or None
        0-100; None and NaN mean that there is none.
    places : int
        Decimal places.

    Examples
    --------
    >>> percent(64.5), percent(86.9), percent(None), percent(63.3, 1)
    ('65%', '87%', '[x]', '63.3%')
    """
    rounded = round_half_up(value, places)
    return NOT_AVAILABLE if rounded is None else f"{rounded}%"


def say_chance(share: float) -> str:
    """A chance in whole percent, never as certain.

    Examples
    --------
    >>> say_chance(0.5), say_chance(0.999), say_chance(0.0)
    ('50%', 'more than 99%', 'less than 1%')
    """
    if share > 0.99:
        return f"more than {percent(99)}"
    return f"less than {percent(1)}" if share < 0.01 else percent(100 * share)


def points(value: float | None, *, sign: bool = True) -> str:
    """Percentage points, to one decimal, with their sign.

    Examples
    --------
    >>> points(1.25), points(-0.04), points(4, sign=False), points(None)
    ('+1.3', '0.0', '4.0', '[x]')
    """
    rounded = round_half_up(value, 1)
    if rounded is None:
        return NOT_AVAILABLE
    if not rounded:
        return "0.0"
    return f"{rounded:+}" if sign else f"{rounded}"


def percent_of_cases(value: float | None, cases: float | None, display: Display) -> str:
    """A score with its mark where it rests on few cases.

    Parameters
    ----------
    value : float or None
        0-100.
    cases : float or None
        How many cases it rests on; None and NaN mean that this is not known, and nothing is marked.
    display : Display
        The framework's limits.

    Examples
    --------
    >>> display = Display(suppress_below=5, few_below=10, unreliable_below=30)
    >>> [percent_of_cases(47.9, cases, display) for cases in (23, 100, None)]
    ['48% [u]', '48%', '48%']
    """
    text = percent(value)
    few = not is_missing(cases) and cases is not None and cases < display.unreliable_below
    return f"{text} {UNRELIABLE}" if few and text != NOT_AVAILABLE else text


WITHHELD_SHARE = Share(CONFIDENTIAL, CONFIDENTIAL)
"""In place of a share of cases that is withheld."""


def explain_confidential(display: Display) -> str:
    """What ``[c]`` means, in one clause."""
    return (
        f"confidential: withheld because it rests on fewer than {display.suppress_below} cases, or would let "
        "such a figure be worked out"
    )


def show_share(positive: float | None, relevant: float | None, display: Display) -> Share:
    """A count of cases and its percentage, by the framework's display rules.

    Parameters
    ----------
    positive, relevant : float or None
        Cases that met the question, of how many relevant ones.
    display : Display
        Below ``few_below`` cases no percentage is shown; below ``unreliable_below`` it is marked.

    Examples
    --------
    >>> display = Display(suppress_below=5, few_below=10, unreliable_below=30)
    >>> show_share(82, 100, display).percent, show_share(20, 23, display).percent
    ('82%', '87% [u]')
    >>> show_share(4, 6, display)
    Share(count='4 of 6', percent='[u]', reliable=False, drawable=False)
    >>> show_share(0, 0, display).count, show_share(None, None, display).count
    ('[z]', '[x]')
    """
    if is_missing(relevant) or is_missing(positive) or relevant is None or positive is None:
        return Share(NOT_AVAILABLE, NOT_AVAILABLE)
    if relevant == 0:
        return Share(NOT_APPLICABLE, NOT_APPLICABLE)
    count = f"{number(positive)} of {number(relevant)}"
    if relevant < display.few_below:
        return Share(count, UNRELIABLE)
    reliable = relevant >= display.unreliable_below
    text = percent(100 * positive / relevant)
    return Share(count, text if reliable else f"{text} {UNRELIABLE}", reliable, True)


def number(value: float | None) -> str:
    """A number as it was given, with thousands separated.

    Examples
    --------
    >>> number(493470.0), number(7.46), number(10.2), number(4), number(math.nan)
    ('493,470', '7.46', '10.2', '4', '[x]')
    """
    if value is None or is_missing(value):
        return NOT_AVAILABLE
    exact = Decimal(repr(float(value)))
    whole = exact == exact.to_integral_value()
    return f"{exact.quantize(Decimal(1)) if whole else exact.normalize():,f}"


def with_unit(value: float | None, unit: str) -> str:
    """A number with its unit, as people write it.

    Parameters
    ----------
    value : float or None
        Any number.
    unit : str
        As in the area's tables, for example ``percent``, ``percent of target``, ``days``, ``GBP million``.

    Examples
    --------
    >>> with_unit(82, "percent"), with_unit(64, "percent of target"), with_unit(7.46, "GBP million")
    ('82%', '64% of target', '£7.46 million')
    >>> with_unit(10.2, "days"), with_unit(493470, ""), with_unit(None, "days")
    ('10.2 days', '493,470', '[x]')
    """
    text = number(value)
    if text == NOT_AVAILABLE or not unit:
        return text
    if unit == "percent" or unit.startswith("percent "):
        return text + "%" + unit.removeprefix("percent")
    if unit.startswith("GBP"):
        return "£" + text + unit.removeprefix("GBP")
    return f"{text} {unit}"


def count_of(quantity: float | None, one: str, many: str = "") -> str:
    """A quantity with its noun.

    Examples
    --------
    >>> count_of(1, "case"), count_of(23, "case"), count_of(2, "inquiry", "inquiries")
    ('1 case', '23 cases', '2 inquiries')
    """
    return f"{number(quantity)} {one if quantity == 1 else many or one + 's'}"


def is_missing(value: object) -> bool:
    """Whether there is no value: None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))
