"""The one place where a figure is rounded: once, at the end, half up."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

# Sums of floats miss exact halves by about 1e-14 (0.6 and 0.7 average to 0.6499999999999999): noise is cut
# first.
_NOISE = Decimal("1e-9")
# Enough digits for any float; the usual 28 would refuse a budget in pence with nine decimals.
_HALF_UP = Context(prec=330, rounding=ROUND_HALF_UP)


def round_half_up(value: float | None, places: int = 0) -> Decimal | None:
    """Round as published: half up, exact halves included.

    Parameters
    ----------
    value : float or None
        Any number; None and NaN mean that there is none.
    places : int
        Decimal places to keep.

    Returns
    -------
    Decimal or None
        None where there is no number.

    Examples
    --------
    >>> round_half_up(64.5), round_half_up(100 * (0.6 + 0.7) / 2), round_half_up(None)
    (Decimal('65'), Decimal('65'), None)
    >>> round_half_up(86.888, 1)
    Decimal('86.9')
    """
    if value is None or math.isnan(value):
        return None
    exact = Decimal(repr(float(value))).quantize(_NOISE, context=_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-places), context=_HALF_UP)
