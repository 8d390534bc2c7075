"""Tables of reconvictions observed and expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from esi_toolkit.data.rows import to_rows
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import number, percent, say_chance
from esi_toolkit.statistics.followed_up import FollowedUp
from esi_toolkit.statistics.reconviction import ObservedExpected

_COLUMNS = (
    "Followed",
    "Reconvicted",
    "Expected",
    "Rate",
    "Observed for 1 expected",
    "95% interval",
    "Chance of such a difference",
)
_NOTE = (
    "Expected: sum of the predicted probabilities. Interval: Byar's from ten events on, otherwise exact"
    " Poisson. Chance: of a number at least as unlikely, were the predictions right (Poisson-binomial)."
)


def tabulate_followed(followed: FollowedUp) -> Table:
    """Observed and expected reconvictions by band of predicted probability, and in all.

    Parameters
    ----------
    followed : FollowedUp
        Of one area.
    """
    rows = [(f"Predicted {row['band']}", *_cells(row)) for row in to_rows(followed.bands)]
    rows.append(("All", *_cells(vars(followed.whole))))
    frame = pd.DataFrame(rows, columns=["Cases", *_COLUMNS], dtype="str")
    notes = (_NOTE, "Bands with too few of either outcome are joined to their neighbours.")
    caption = "Reconvictions observed and expected"
    return Table(caption, frame, _COLUMNS, totals=(len(rows) - 1,), notes=notes)


def tabulate_followed_areas(areas: Mapping[str, ObservedExpected]) -> Table:
    """Observed and expected reconvictions, one row an area.

    Parameters
    ----------
    areas : mapping of str to ObservedExpected
        By name of the area.
    """
    rows = [(name, *_cells(vars(found))) for name, found in areas.items()]
    frame = pd.DataFrame(rows, columns=["Area", *_COLUMNS], dtype="str")
    return Table("Reconvictions observed and expected by area", frame, _COLUMNS, notes=(_NOTE,))


def _cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    found = ObservedExpected(**{name: row[name] for name in ObservedExpected.__dataclass_fields__})
    return (
        number(found.cases),
        number(found.observed),
        f"{found.expected:.1f}",
        percent(100 * found.observed / found.cases),
        f"{found.ratio:.2f}",
        f"{found.low:.2f} to {found.high:.2f}",
        say_chance(found.two_sided),
    )
