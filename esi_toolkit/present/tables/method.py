"""Tables of the method, read out of the framework."""

from __future__ import annotations

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.method.ratings import describe_rule
from esi_toolkit.present.html import Table
from esi_toolkit.present.numbers import NOT_APPLICABLE, number


def tabulate_importance(framework: Framework) -> Table:
    """The scored criteria with their importance and its weight."""
    rows = [
        (
            f"{section.id}: {section.title}",
            f"{criterion.id} {criterion.title}",
            criterion.importance or NOT_APPLICABLE,
            number(framework.importance[criterion.importance]) if criterion.importance else NOT_APPLICABLE,
        )
        for section in framework.sections
        for criterion in section.criteria
        if criterion.scored_by == "judgements"
    ]
    frame = pd.DataFrame(
        rows, columns=["Section", "Criterion", "Importance", "Weight in its section"], dtype="str"
    )
    return Table("Weight of each criterion within its section", frame, ("Weight in its section",), "Section")


def tabulate_weights(framework: Framework) -> Table:
    """The sections that make the overall score, with their weights."""
    weighted = [section for section in framework.sections if section.weight]
    frame = pd.DataFrame(
        [(f"{section.id}: {section.title}", number(section.weight)) for section in weighted],
        columns=["Section", "Weight in the overall score"],
        dtype="str",
    )
    return Table("Weight of each section in the overall score", frame, ("Weight in the overall score",))


def tabulate_rating_rules(framework: Framework) -> Table:
    """The rules between evidence items and ratings, best first."""
    ratings = framework.ratings
    frame = pd.DataFrame(
        [(rule.rating, describe_rule(rule, ratings)) for rule in ratings.rules],
        columns=["Rating", "When"],
        dtype="str",
    )
    notes = ("The first line that holds is the rating.",)
    return Table("Ratings in words", frame, notes=notes)
