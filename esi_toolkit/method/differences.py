"""Two scorecards of the same inspection side by side, and what was changed between them, in words."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.method.what_if import WhatIf

COLUMNS = [
    "level", "code", "title", "official", "what_if", "difference",
    "official_rating", "what_if_rating", "changed",
]  # fmt: skip
# Sums of the same numbers in another order differ by less than this.
_NOISE = 1e-9


def compare_scorecards(official: Scorecard, what_if: Scorecard) -> pd.DataFrame:
    """Put every figure of a what-if beside the official one.

    Parameters
    ----------
    official, what_if : Scorecard
        Of the same inspection and framework id.

    Returns
    -------
    DataFrame
        One row for the overall and each section, criterion and question, in the order of the framework:
        level, code, title, official and what_if (0-100, unrounded, NaN where there is none), difference
        (what-if minus official), official_rating and what_if_rating (words, None where there are none),
        changed.

    Examples
    --------
    >>> from esi_toolkit import load_framework, load_inspection, score
    >>> from esi_toolkit.method.what_if import rescore
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> answer = rescore(esi, durham, WhatIf(levels={"A2.1": "strong"}))
    >>> table = compare_scorecards(score(esi, durham), answer)
    >>> table.loc[table["changed"], ["code", "official_rating", "what_if_rating"]].values.tolist()
    [['A2', 'Very well met', 'Well met']]
    """
    both = [
        pd.DataFrame(_figures(card), columns=["level", "code", "title", "figure", "rating"])
        for card in (official, what_if)
    ]
    before, after = (table.astype({"figure": "float64"}) for table in both)
    table = before[["level", "code", "title"]].assign(
        official=before["figure"],
        what_if=after["figure"],
        difference=after["figure"] - before["figure"],
        official_rating=before["rating"],
        what_if_rating=after["rating"],
    )
    appeared = table["official"].isna() != table["what_if"].isna()
    reworded = table["official_rating"].fillna("") != table["what_if_rating"].fillna("")
    return table.assign(changed=(table["difference"].abs() > _NOISE) | appeared | reworded)[COLUMNS]


def _figures(card: Scorecard) -> Iterator[tuple]:
    yield "overall", "overall", "Overall", card.overall.score, None
    for section in card.sections.itertuples():
        yield "section", section.section, section.title, section.score, None
    for criterion in card.criteria.itertuples():
        rating = criterion.rating if isinstance(criterion.rating, str) else None
        yield "criterion", criterion.criterion, criterion.title, criterion.score, rating
    for question in card.questions.itertuples():
        yield "question", question.question, question.text, question.score, None


def describe_changes(official: Scorecard, inspection: Inspection, changes: WhatIf) -> list[str]:
    """Say what a what-if changes, one phrase each, with the official value beside.

    Parameters
    ----------
    official : Scorecard
        As it is.
    inspection : Inspection
        What it was made from.
    changes : WhatIf
        Checked ones.

    Examples
    --------
    >>> from esi_toolkit import load_framework, load_inspection, score
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> changes = WhatIf(section_weights={"B": 40.0}, left_out=frozenset({"C1.2"}))
    >>> describe_changes(score(esi, durham), durham, changes)
    ['C1.2 left out', 'section B with weight 40 (official 30)']
    """
    rules = _rule_words(official.framework, changes)
    return [*_level_words(official, changes), *rules, *_case_words(inspection, changes)]


def _level_words(official: Scorecard, changes: WhatIf) -> Iterator[str]:
    recorded = {row.item: row.level for trace in official.traces.values() for row in trace.items.itertuples()}
    for item, level in sorted(changes.levels.items()):
        yield f"{item} {level or 'not judged'} (official {recorded[item] or 'not judged'})"


def _rule_words(framework: Framework, changes: WhatIf) -> Iterator[str]:
    yield from (f"{code} left out" for code in sorted(changes.left_out))
    for code, weight in sorted(changes.question_weights.items()):
        yield f"{code} with weight {weight:g} (official {framework.question(code).weight:g})"
    for code, word in sorted(changes.importance.items()):
        yield f"{code} {word} (official {framework.criterion(code).importance})"
    for word, weight in changes.importance_weights.items():
        yield f"{word} criteria with weight {weight:g} (official {framework.importance[word]:g})"
    official = {section.id: section.weight for section in framework.sections}
    for code, weight in sorted(changes.section_weights.items()):
        yield f"section {code} with weight {weight:g} (official {official[code]:g})"


def _case_words(inspection: Inspection, changes: WhatIf) -> Iterator[str]:
    cases = inspection.cases
    for column, values in sorted(changes.cases_left_out.items()):
        for value in sorted(values):
            count = 0 if cases is None else int((cases[column] == value).sum())
            name = column.replace("_", " ")
            yield f"without {count} case{'' if count == 1 else 's'} ({name}: {value or 'not recorded'})"
