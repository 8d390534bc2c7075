"""What if? Changed levels, weights or cases, scored beside the official figures and never in place of them.

Nothing here is recorded anywhere: a `WhatIf` is a question, and its answer is a second scorecard.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Criterion, Entry, Framework, Question, Section
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import InputError, Problem, suggest
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

LEFT_OUT = "left out"
"""Stands for the importance of a criterion that a what-if leaves out."""
NOT_JUDGED = ""
"""The level of an item that nobody judged."""


@dataclass(frozen=True)
class WhatIf:
    """What is to be different. Everything that is not named stays as it is.

    Attributes
    ----------
    levels : mapping of str to str
        Evidence item to the level it would have; "" for not judged.
    left_out : frozenset of str
        Questions and criteria that would not count.
    question_weights : mapping of str to float
        Question to the weight it would have within its criterion.
    importance : mapping of str to str
        Criterion to the framework's word for the importance it would have.
    importance_weights : mapping of str to float
        Word for importance to the weight it would carry.
    section_weights : mapping of str to float
        Section to the weight it would have in the overall.
    cases_left_out : mapping of str to frozenset of str
        Column of cases.csv to the values whose cases would not count.

    Examples
    --------
    >>> WhatIf().is_empty, WhatIf(section_weights={"B": 50.0}).is_empty
    (True, False)
    """

    levels: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    question_weights: Mapping[str, float] = field(default_factory=dict)
    importance: Mapping[str, str] = field(default_factory=dict)
    importance_weights: Mapping[str, float] = field(default_factory=dict)
    section_weights: Mapping[str, float] = field(default_factory=dict)
    cases_left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be different."""
        return not any(getattr(self, one.name) for one in fields(self))


def rescore(framework: Framework, inspection: Inspection, changes: WhatIf) -> Scorecard:
    """Score as if the changes held.

    Parameters
    ----------
    framework, inspection
        As they are.
    changes : WhatIf
        What is to be different.

    Returns
    -------
    Scorecard
        A second one, with a fingerprint of its own. Neither input is changed.

    Raises
    ------
    InputError
        Every change that names something unknown, at once.

    Examples
    --------
    >>> from esi_toolkit import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> rescore(esi, durham, WhatIf(levels={"A2.1": "strong"})).traces["A2"].rating
    'Well met'
    """
    return score(*apply(framework, inspection, changes))


def apply(framework: Framework, inspection: Inspection, changes: WhatIf) -> tuple[Framework, Inspection]:
    """Carry changes out on copies.

    Parameters
    ----------
    framework, inspection
        As they are; neither is changed.
    changes : WhatIf
        What is to be different.

    Returns
    -------
    framework, inspection
        New ones; the same ones where nothing is to be different.

    Raises
    ------
    InputError
        Every change that names something unknown, at once.
    """
    problems = list(check_changes(framework, inspection, changes))
    if problems:
        raise InputError(problems)
    if changes.is_empty:
        return framework, inspection
    return _change_framework(framework, changes), _change_inspection(framework, inspection, changes)


def check_changes(framework: Framework, inspection: Inspection, changes: WhatIf) -> Iterator[Problem]:
    """Find what a what-if names that is not there, and weights that cannot be.

    Yields
    ------
    Problem
    """
    scored = [criterion.id for criterion in framework.criteria if criterion.scored_by == "judgements"]
    questions = [question.id for question in framework.questions]
    items = [item.id for criterion in framework.criteria for item in criterion.items]
    sections = [section.id for section in framework.sections if section.weight is not None]
    columns = [] if inspection.cases is None else [c for c in inspection.cases.columns if c != "case_id"]
    levels = [*framework.ratings.levels, NOT_JUDGED]
    yield from _unknown(changes.levels, items, "an evidence item of the framework")
    yield from _unknown(changes.levels.values(), levels, "a level of the framework")
    yield from _unknown(changes.left_out, [*questions, *scored], "a question or a criterion that is scored")
    yield from _unknown(changes.question_weights, questions, "a question of the framework")
    yield from _unknown(changes.importance, scored, "a criterion that is scored by judgements")
    yield from _unknown(changes.importance.values(), framework.importance, "a word for importance")
    yield from _unknown(changes.importance_weights, framework.importance, "a word for importance")
    yield from _unknown(changes.section_weights, sections, "a section that has a weight")
    yield from _unknown(changes.cases_left_out, columns, "a column of the cases")
    for weights in (changes.question_weights, changes.importance_weights, changes.section_weights):
        for code, weight in weights.items():
            if not (math.isfinite(weight) and weight >= 0):
                yield Problem(
                    "what-if", f"the weight {weight:g} for {code}", "0 or more", "give another weight"
                )


def _unknown(named: Any, known: Any, expected: str) -> Iterator[Problem]:
    for word in sorted(set(named) - set(known)):
        yield Problem("what-if", f"'{word}'", expected, suggest(word, known, "check the name"))


def _change_framework(framework: Framework, changes: WhatIf) -> Framework:
    importance = {**framework.importance, **changes.importance_weights}
    if changes.left_out & {criterion.id for criterion in framework.criteria}:
        importance[LEFT_OUT] = 0.0
    sections = tuple(_change_section(section, changes) for section in framework.sections)
    return _replaced(framework, importance=importance, sections=sections)


def _change_section(section: Section, changes: WhatIf) -> Section:
    criteria = tuple(_change_criterion(criterion, changes) for criterion in section.criteria)
    weight = changes.section_weights.get(section.id, section.weight)
    return _replaced(section, weight=weight, criteria=criteria)


def _change_criterion(criterion: Criterion, changes: WhatIf) -> Criterion:
    importance = changes.importance.get(criterion.id, criterion.importance)
    if criterion.id in changes.left_out:
        importance = LEFT_OUT
    questions = tuple(_change_question(question, changes) for question in criterion.questions)
    return _replaced(criterion, importance=importance, questions=questions)


def _change_question(question: Question, changes: WhatIf) -> Question:
    # Weight 0 is how the method says "reported, not scored": the question stays in the table.
    is_left_out = question.id in changes.left_out
    weight = 0.0 if is_left_out else changes.question_weights.get(question.id, question.weight)
    return question if weight == question.weight else _replaced(question, weight=weight)


def _replaced(entry: Any, **changed: Any) -> Any:
    """A changed copy; pydantic's own copy would keep what the entry has remembered of its old content."""
    kind: type[Entry] = type(entry)
    return kind.model_construct(**{**{name: getattr(entry, name) for name in kind.model_fields}, **changed})


def _change_inspection(framework: Framework, inspection: Inspection, changes: WhatIf) -> Inspection:
    # A hash of its own, so that nobody takes a decision on what was never there.
    of_changes = hashlib.sha256(f"{inspection.input_hash} {_in_order(changes)}".encode()).hexdigest()
    changed = replace(inspection, input_hash=of_changes)
    if changes.levels:
        changed = replace(changed, evidence=_change_evidence(framework, inspection.evidence, changes.levels))
    if changes.cases_left_out and inspection.cases is not None:
        changed = changed.leave_out_cases(_cases_left_out(inspection.cases, changes.cases_left_out))
    return changed


def _in_order(changes: WhatIf) -> list[tuple]:
    """All changes in one order, whatever the order they were made in."""
    named = [(one.name, getattr(changes, one.name)) for one in fields(changes)]
    return sorted(
        (name, code, sorted(value[code]) if isinstance(value[code], frozenset) else value[code])
        if isinstance(value, Mapping)
        else (name, code)
        for name, value in named
        for code in value
    )


def _change_evidence(
    framework: Framework, evidence: pd.DataFrame | None, levels: Mapping[str, str]
) -> pd.DataFrame:
    """Recorded levels replaced; items that were not recorded are added."""
    owner = {item.id: criterion.id for criterion in framework.criteria for item in criterion.items}
    columns = ["criterion", "item", "level", "responsibility"]
    before = pd.DataFrame(columns=columns, dtype="str") if evidence is None else evidence
    changed = before.assign(level=before["item"].map(levels).fillna(before["level"]))
    new = [
        (owner[item], item, level, "") for item, level in levels.items() if item not in set(before["item"])
    ]
    added = pd.DataFrame(new, columns=columns, dtype="str")
    return pd.concat([changed, added], ignore_index=True) if new else changed


def _cases_left_out(cases: pd.DataFrame, left_out: Mapping[str, frozenset[str]]) -> frozenset[str]:
    leave = pd.Series(False, index=cases.index)
    for column, values in left_out.items():
        leave |= cases[column].isin(values)
    return frozenset(cases.loc[leave, "case_id"])
