"""Tables: each function takes what was calculated and gives a `Table`, text as it is to be read.

>>> from esi_toolkit import load_framework, load_inspection, score
>>> esi = load_framework("esi")
>>> scorecard = score(esi, load_inspection("data/sample/county-durham", esi))
>>> tabulate_summary(scorecard).frame.query("Criterion.str.startswith('B1')")["Result"].item()
'72%'
"""

from esi_toolkit.present.tables.area import (
    tabulate_context,
    tabulate_factors,
    tabulate_feedback,
    tabulate_performance,
    tabulate_progress,
    tabulate_reconviction,
)
from esi_toolkit.present.tables.compare import tabulate_contributions, tabulate_groups, tabulate_what_if
from esi_toolkit.present.tables.method import tabulate_importance, tabulate_rating_rules, tabulate_weights
from esi_toolkit.present.tables.sample import tabulate_missing, tabulate_sample
from esi_toolkit.present.tables.scores import tabulate_items, tabulate_questions, tabulate_summary

__all__ = [
    "tabulate_context",
    "tabulate_contributions",
    "tabulate_factors",
    "tabulate_feedback",
    "tabulate_groups",
    "tabulate_importance",
    "tabulate_items",
    "tabulate_missing",
    "tabulate_performance",
    "tabulate_progress",
    "tabulate_questions",
    "tabulate_rating_rules",
    "tabulate_reconviction",
    "tabulate_sample",
    "tabulate_summary",
    "tabulate_weights",
    "tabulate_what_if",
]
