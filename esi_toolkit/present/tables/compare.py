"""Tables that set scores side by side: groups of cases, a what-if, what moves the overall."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import NOT_AVAILABLE, number, percent, percent_of_cases, points
from esi_toolkit.present.tables.scores import explain_marks


def tabulate_groups(scores: pd.DataFrame, by: str, cases: Mapping[str, int], scorecard: Scorecard) -> Table:
    """Scores of groups of cases beside those of all cases.

    Parameters
    ----------
    scores : DataFrame
        From `method.score_cases.score_cases`, with one column that names the group.
    by : str
        That column.
    cases : mapping of str to int
        Group to its number of cases; groups too small for a percentage are shown without.
    scorecard : Scorecard
        Of all cases.

    Returns
    -------
    Table
        One row for the overall, each section and each criterion, one column a group.
    """
    display = scorecard.framework.display
    parts = _parts(scorecard)
    columns = {
        "Part": list(parts.values()),
        f"All ({number(scorecard.cases)} cases)": [percent(_official(scorecard).get(code)) for code in parts],
    }
    for group, size in cases.items():
        own = scores[scores[by] == group].set_index("code")["score"]
        shown = [percent_of_cases(own.get(code), size, display) for code in parts]
        heading = f"{group or 'not recorded'} ({number(size)} cases)"
        columns[heading] = shown if size >= display.few_below else [NOT_AVAILABLE] * len(parts)
    frame = pd.DataFrame(columns, dtype="str")
    few = f"Groups of fewer than {display.few_below} cases are not scored."
    notes = (few, *explain_marks(frame, display))
    return Table(
        f"Scores by {by.replace('_', ' ')}: {scorecard.area_name}",
        frame,
        tuple(frame.columns[1:]),
        notes=notes,
    )


def tabulate_what_if(compared: pd.DataFrame, caption: str) -> Table:
    """What a what-if changes.

    Parameters
    ----------
    compared : DataFrame
        From `method.differences.compare_scorecards`.
    caption : str
        What was changed.

    Returns
    -------
    Table
        Only the parts that changed, down to criteria.
    """
    rows = compared[compared["changed"] & (compared["level"] != "question")].to_dict("records")
    frame = pd.DataFrame(
        {
            "Part": [_name(row["code"], row["title"]) for row in rows],
            "Official": [_figure(row["official"], row["official_rating"]) for row in rows],
            "What if": [_figure(row["what_if"], row["what_if_rating"]) for row in rows],
            "Difference in points": [points(row["difference"]) for row in rows],
        },
        dtype="str",
    )
    return Table(caption, frame, ("Official", "What if", "Difference in points"))


def tabulate_contributions(effects: pd.DataFrame, scorecard: Scorecard) -> Table:
    """What each criterion brings to the overall score, and what it leaves to gain.

    Parameters
    ----------
    effects : DataFrame
        From `statistics.sensitivity.effects`.
    scorecard : Scorecard
        The same.
    """
    rows = effects[effects["level"] == "criterion"].to_dict("records")
    titles = {criterion.id: criterion.title for criterion in scorecard.framework.criteria}
    frame = pd.DataFrame(
        {
            "Criterion": [f"{row['code']} {titles[row['code']]}" for row in rows],
            "Score": [percent(row["score"]) for row in rows],
            "Brings to the overall": [points(row["contribution"], sign=False) for row in rows],
            "Leaves to gain": [points(row["room"], sign=False) for row in rows],
        },
        dtype="str",
    )
    notes = ("In percentage points of the overall score; what the criteria bring adds up to it.",)
    caption = f"What each criterion brings to the overall score: {scorecard.area_name}"
    return Table(caption, frame, tuple(frame.columns[1:]), notes=notes)


def _parts(scorecard: Scorecard) -> dict[str, str]:
    """Codes that have scores, with their names, in the order of the summary sheet."""
    scored = scorecard.criteria[scorecard.criteria["scored_by"] == "judgements"]
    parts = {"overall": "Overall"} if scorecard.sections["weight"].gt(0).any() else {}
    for section in scorecard.sections.itertuples():
        own = scored[scored["section"] == section.section]
        if len(own):
            parts[section.section] = f"Section {section.section}: {section.title}"
            parts |= {row.criterion: f"{row.criterion} {row.title}" for row in own.itertuples()}
    return parts


def _official(scorecard: Scorecard) -> dict[str, float | None]:
    criteria = scorecard.criteria.set_index("criterion")["score"].to_dict()
    sections = scorecard.sections.set_index("section")["score"].to_dict()
    return {"overall": scorecard.overall.score, **sections, **criteria}


def _name(code: str, title: str) -> str:
    return title if code == "overall" or not title else f"{code} {title}"


def _figure(score: float, rating: object) -> str:
    return rating if isinstance(rating, str) else percent(score, 1)
