"""Charts: each function takes what was calculated and gives a finished Figure; none shows or calculates.

>>> from esi_toolkit import load_framework, load_inspection, score
>>> esi = load_framework("esi")
>>> scorecard = score(esi, load_inspection("data/sample/county-durham", esi))
>>> draw_criteria(scorecard).layout.meta["title"]
'D1 is lowest at 67%; B4 highest at 97%'
"""

from esi_toolkit.present.charts.area import draw_factors, draw_feedback
from esi_toolkit.present.charts.contributions import draw_contributions
from esi_toolkit.present.charts.performance import draw_performance
from esi_toolkit.present.charts.ratings import draw_ratings
from esi_toolkit.present.charts.scores import draw_criteria, draw_questions

__all__ = [
    "draw_contributions",
    "draw_criteria",
    "draw_factors",
    "draw_feedback",
    "draw_performance",
    "draw_questions",
    "draw_ratings",
]
