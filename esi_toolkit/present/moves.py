"""What would move the overall score, and would any conclusion be another one? Plain words first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts import draw_contributions
from esi_toolkit.present.html import Block, details, heading, paragraph
from esi_toolkit.present.numbers import count_of, percent, points
from esi_toolkit.present.tables.certainty import part_names, say_way, tabulate_gains, tabulate_readings
from esi_toolkit.statistics.certainty import Certainty
from esi_toolkit.statistics.conclusions import Conclusion, find_other_conclusions

OTHERWISE = "With equal weights, with all answers pooled, or by the other reading of the rating rules"


def show_what_moves(certainty: Certainty, scorecard: Scorecard) -> Iterator[Block]:
    """Whether a conclusion hangs on weights or readings, and what each criterion leaves to gain.

    Parameters
    ----------
    certainty : Certainty
        Of the scorecard.
    scorecard : Scorecard
        The area's.

    Yields
    ------
    Block
        Nothing where there is no overall score.
    """
    if certainty.effects is None or certainty.weights is None or certainty.without is None:
        return
    framework = scorecard.framework
    yield heading(3, "What would move the overall score")
    found = find_other_conclusions(
        certainty.otherwise,
        certainty.readings,
        certainty.intervals,
        threshold=framework.certainty.threshold,
    )
    yield paragraph(say_conclusions(found, framework, certainty.intervals is not None))
    yield paragraph(say_range(certainty.weights, certainty.without, framework.certainty.threshold))
    yield draw_contributions(certainty.effects, scorecard)
    yield details("The criteria as a table", tabulate_gains(certainty.effects, framework))
    table = tabulate_readings(certainty, framework)
    if len(table.frame):
        yield details("Figures that would be printed otherwise", table)


def say_conclusions(found: Sequence[Conclusion], framework: Framework, with_intervals: bool) -> str:
    """Which conclusions would be others, or that none would.

    Parameters
    ----------
    found : sequence of Conclusion
        From `find_other_conclusions`.
    framework : Framework
        For names and the threshold.
    with_intervals : bool
        Whether scores were held against their intervals.
    """
    if found:
        names = part_names(framework)
        said = [f"{names[one.code]} {_say_change(one)} ({say_way(one.way)})" for one in found]
        return f"{OTHERWISE}, {count_of(len(found), 'conclusion')} would change: {'; '.join(said)}."
    stays = ["every rating in words stays"]
    if with_intervals:
        stays.append("every score stays within its 95% interval")
    if framework.certainty.threshold is not None:
        stays.append(f"the overall stays on its side of {percent(framework.certainty.threshold)}")
    return f"No conclusion changes. {OTHERWISE}, {join_words(stays)}."


def _say_change(one: Conclusion) -> str:
    if isinstance(one.official, str) or isinstance(one.other, str):
        return f"would be rated {one.other} instead of {one.official}"
    return f"would be {percent(one.other)} instead of {percent(one.official)}"


def say_range(weights: tuple[float, float], without: pd.DataFrame, threshold: float | None = None) -> str:
    """How far weights, and leaving one part out, could move the overall.

    Parameters
    ----------
    weights : tuple of float
        From `weight_range`.
    without : DataFrame
        From `leave_out_one`.
    threshold : float, optional
        It is said where the overall could be on either side of it.
    """
    low, high = weights
    places = 0 if float(low).is_integer() and float(high).is_integer() else 1
    words = (
        "If every weight were up to a quarter smaller or larger, the overall score would lie between"
        f" {percent(low, places)} and {percent(high, places)}"
    )
    either = threshold is not None and low <= threshold < high
    words += f", on either side of {percent(threshold)}." if either else "."
    largest = without[without["change"].notna()].groupby("level").head(1).set_index("level")
    parts = [
        f"by at most {points(abs(row['change']), sign=False)} points without one {level} ({row['code']})"
        for level, row in largest.to_dict("index").items()
    ]
    return f"{words} It would move {join_words(parts)}." if parts else words
