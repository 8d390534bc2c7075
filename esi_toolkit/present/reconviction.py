"""Two-year reconviction: printed rates, and cases followed up one by one where they are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.data.rows import to_rows
from esi_toolkit.method.ratings import join_words
from esi_toolkit.present.html import Block, heading, paragraph
from esi_toolkit.present.numbers import count_of, number
from esi_toolkit.present.tables import tabulate_reconviction
from esi_toolkit.present.tables.followed import tabulate_followed, tabulate_followed_areas
from esi_toolkit.statistics.followed_up import CLEAR_BELOW, FollowedUp, find_clear, follow_up
from esi_toolkit.statistics.reconviction import ObservedExpected, compare_two_rates


def show_reconviction(inspection: Inspection, framework: Framework) -> Iterator[Block]:
    """Reconviction, actual against predicted.

    Parameters
    ----------
    inspection : Inspection
        With printed rates, cases followed up, or both.
    framework : Framework
        For the limits and the bands of predicted reconviction.

    Yields
    ------
    Block
        Nothing where nothing is known.
    """
    rates, followed = inspection.reconviction, follow_cases(inspection, framework)
    printed = rates is not None and not rates.empty
    if not printed and followed is None:
        return
    yield heading(2, "Reconviction")
    if rates is not None and printed:
        yield tabulate_reconviction(rates)
        yield paragraph(_say_caution(rates))
    if followed is not None:
        yield heading(3, "Cases followed for two years")
        yield paragraph(say_observed(followed.whole))
        yield tabulate_followed(followed)


def follow_cases(inspection: Inspection, framework: Framework) -> FollowedUp | None:
    """Reconvictions against predictions by the framework's settings; None where they may not be shown."""
    if "reconviction" not in framework.certainty.parts:
        return None
    edges, smallest = framework.certainty.score_bands, max(1, framework.display.suppress_below)
    return follow_up(inspection, edges, smallest=smallest)


def _say_caution(rates: pd.DataFrame) -> str:
    return (
        f"Actual rates below the predicted ones are the aim. {say_untestable(rates)} Recording and clear-up"
        " of crime also differ by place."
    )


def say_untestable(rates: pd.DataFrame) -> str:
    """Why printed rates cannot be tested, and how many cases it would take.

    Parameters
    ----------
    rates : DataFrame
        place, actual_percent, predicted_percent.
    """
    needed = []
    for row in to_rows(rates.dropna(subset=["actual_percent", "predicted_percent"])):
        if 0 < row["predicted_percent"] < 100:
            found = compare_two_rates(row["actual_percent"], row["predicted_percent"])
            needed += [f"{number(found.needed)} cases for {row['place']}"] if found.needed else []
    words = (
        "Whether a difference is more than chance is not testable, because the number of offenders behind the"
        " rates was not given"
    )
    return f"{words}: at least {join_words(needed)} would be needed." if needed else f"{words}."


def say_observed(found: ObservedExpected) -> str:
    """Reconvictions of cases followed up, against what was predicted, in words."""
    more = "more" if found.observed > found.expected else "fewer"
    clear = found.two_sided < CLEAR_BELOW
    verdict = f"That is {more} than chance allows." if clear else "The difference may be chance."
    return (
        f"Of {count_of(found.cases, 'case')} followed for two years, {number(found.observed)} were"
        f" reconvicted; by the prediction for each, {found.expected:.1f} were to be expected. {verdict}"
    )


def show_followed_areas(inspections: Sequence[Inspection], framework: Framework) -> list[Block]:
    """Reconvictions of the cases that were followed up, by area.

    Parameters
    ----------
    inspections : sequence of Inspection
        The areas'; nothing is shown where none knows them.
    framework : Framework
        For the limits.
    """
    found = {one.area.name: follow_cases(one, framework) for one in inspections}
    known = {name: followed.whole for name, followed in found.items() if followed is not None}
    if not known:
        return []
    clear = find_clear(known)
    words = (
        f"More or fewer than chance allows, with all areas read together (Holm): {join_words(clear)}."
        if clear
        else "In no area are they more or fewer than chance allows."
    )
    return [
        heading(2, "Reconvictions by area"),
        paragraph(f"Cases followed for two years, against the prediction for each of them. {words}"),
        tabulate_followed_areas(known),
    ]
