"""Which figures about groups of cases may go out: decided once for a report or a comparison, then only asked.

control = control_groups(framework, {area_id: inspection}, ["gender", "risk_of_harm"], pooled=False)
table = control.withhold(scores, "gender", area_id)    # NaN and `withheld` where nothing may be shown
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
import pandas as pd

from esi_toolkit.data.answers import find_asked
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.statistics.disclosure.disclosure import Disclosure, decide_disclosure
from esi_toolkit.statistics.disclosure.linked_counts import ALL_AREAS, ASKED, CASES, KEY, name_groups
from esi_toolkit.statistics.disclosure.relations import Bools, Floats
from esi_toolkit.statistics.disclosure.suppression import SHOWN
from esi_toolkit.statistics.resampling.answers import case_answers
from esi_toolkit.statistics.resampling.recompute import (
    ScoreWeights,
    part_codes,
    question_effects,
    score_weights,
)

Answers = dict[tuple[str, str], dict[str, Floats]]
"""Area and characteristic to group to positive and other answers (two rows) behind every part."""


@dataclass(frozen=True)
class GroupControl:
    """What may be shown of groups of cases.

    Attributes
    ----------
    disclosure : Disclosure
        Which numbers of cases are hidden.
    scores : DataFrame
        ``area`` ("" for all areas together), ``characteristic``, ``group``, ``code`` (overall, section,
        criterion) and ``hidden`` (bool); no rows about groups whose answers are not known.
    """

    disclosure: Disclosure
    scores: pd.DataFrame

    def shown_cases(self, characteristic: str, area: str = ALL_AREAS) -> pd.DataFrame:
        """Give the number of cases of every group as it may be printed.

        Parameters
        ----------
        characteristic : str
            Column of the cases by which they are grouped.
        area : str
            Id of the area; "" for all areas together.

        Returns
        -------
        DataFrame
            ``group``, ``cases``; <NA> where hidden: of such a group nothing at all may be shown.
        """
        return self.disclosure.shown_cases(characteristic, area=area)

    def shown_groups(self, characteristic: str) -> frozenset[str]:
        """Groups whose number of cases may be printed, where the control is of one area."""
        cells = self.disclosure.cells
        columns = (cells[name].tolist() for name in ("characteristic", "measure", "hidden", "group"))
        wanted = (characteristic, CASES, SHOWN)
        return frozenset(group for *key, group in zip(*columns, strict=True) if tuple(key) == wanted)

    def also_without(self, codes: Collection[str]) -> GroupControl:
        """The same, with these scores withheld of every group: of a group that holds all cases, or nearly
        all, a score would be the one that is withheld of the area.

        Parameters
        ----------
        codes : collection of str
            ``withheld`` of the area's scorecard.
        """
        gone = self.scores["code"].isin(list(codes))
        return replace(self, scores=self.scores.assign(hidden=self.scores["hidden"].astype(bool) | gone))

    def withhold(self, scores: pd.DataFrame, characteristic: str, area: str = ALL_AREAS) -> pd.DataFrame:
        """Take out of a table of groups what may not be shown.

        Parameters
        ----------
        scores : DataFrame
            ``group``, ``code`` and any figures, one row a group and code.
        characteristic, area : str
            What the table is about.

        Returns
        -------
        DataFrame
            The same rows with ``withheld`` (bool), and no figure in them where it is True. A difference
            between two groups may be shown only where neither is withheld.
        """
        keys = zip(repeat(characteristic), scores["group"], scores["code"])
        return take_out(scores, self.find_withheld(keys, area))

    def find_withheld(self, keys: Iterable[tuple[str, str, str]], area: str = ALL_AREAS) -> Bools:
        """Which scores may not be shown.

        Parameters
        ----------
        keys : iterable of tuple of str
            Characteristic, group and code of each score.
        area : str
            Id of the area; "" for all areas together.

        Returns
        -------
        ndarray of bool
        """
        columns = ("area", "hidden", "characteristic", "group", "code")
        rows = zip(*(self.scores[name].tolist() for name in columns), strict=True)
        shown = {tuple(key) for of, hidden, *key in rows if of == area and not hidden}
        return np.array([key not in shown for key in keys], dtype=bool)


def take_out(scores: pd.DataFrame, withheld: Bools) -> pd.DataFrame:
    """The same rows with ``withheld``, and no figure in them where it is True."""
    figures = scores.select_dtypes("number")
    shown = {name: np.where(withheld, np.nan, figures[name].astype("float64")) for name in figures}
    return scores.assign(**shown, withheld=withheld)


def control_groups(
    framework: Framework,
    inspections: Mapping[str, Inspection],
    characteristics: Sequence[str],
    *,
    scored: Collection[str] | None = None,
    pooled: bool = False,
) -> GroupControl:
    """Decide once what may be shown of groups of cases, by area and of all areas together.

    Parameters
    ----------
    framework : Framework
        The rules, with the limit ``display.suppress_below``; 0 hides nothing.
    inspections : mapping of str to Inspection
        By id of the area; those without a list of cases have no groups.
    characteristics : sequence of str
        Columns of the cases by which anything is broken down.
    scored : collection of str, optional
        Those of them by which anything is scored; default: all. Of the others every score is withheld.
    pooled : bool
        Are groups of all areas together shown too?

    Returns
    -------
    GroupControl
        What is decided about an area does not depend on the other areas.

    Notes
    -----
    Numbers of cases: primary and complementary suppression over groups and areas (`decide_disclosure`). Of a
    group that is shown, a score is withheld when fewer than the limit of the answers behind it are positive,
    or fewer are not: then it says nearly all or nearly none. After that no score is withheld alone among the
    groups of a characteristic, nor among the criteria of a section or the sections of the overall, so that
    the others do not give it away. Counts of answers by group are not for printing.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework, load_inspection
    >>> esi = load_framework("esi")
    >>> durham = load_inspection("data/sample/county-durham", esi)
    >>> control = control_groups(esi, {"county-durham": durham}, ["gender", "ethnicity"])
    >>> control.shown_cases("gender", "county-durham")["cases"].tolist()
    [13, 87]
    >>> bool(control.shown_cases("ethnicity", "county-durham")["cases"].isna().all())
    True
    """
    known = {area: _Groups(framework, one, characteristics) for area, one in inspections.items()}
    disclosure = decide_disclosure(
        {area: groups.sizes(area) for area, groups in known.items() if groups.by_name},
        threshold=framework.display.suppress_below,
        pooled=pooled,
    )
    wanted = frozenset(characteristics if scored is None else scored)
    answers: Answers = {}
    for area, groups in known.items():
        for (name, group), counts in groups.answers(wanted).items():
            for place in (area, ALL_AREAS) if pooled else (area,):
                own = answers.setdefault((place, name), {})
                own[group] = own.get(group, 0.0) + counts
    return GroupControl(disclosure, _decide_scores(framework, disclosure, answers))


class _Groups:
    """The cases of one inspection that the framework is about, by characteristic."""

    def __init__(self, framework: Framework, inspection: Inspection, characteristics: Sequence[str]):
        self.framework, self.judgements, self.by_name = framework, inspection.judgements, {}
        if inspection.cases is None:
            return
        concerned = inspection.cases[find_asked(framework.asked_of, inspection.cases)]
        self.case_ids = concerned["case_id"]
        self.by_name = {name: name_groups(concerned[name]) for name in characteristics if name in concerned}

    def sizes(self, area: str) -> pd.DataFrame:
        """Numbers of cases as `decide_disclosure` wants them."""
        rows: list[tuple[str, str, str, str, int, bool, bool]] = [
            ("", "", "", CASES, len(self.case_ids), True, True)
        ]
        for name, groups in self.by_name.items():
            sizes = dict(sorted(Counter(groups.tolist()).items()))
            rows += [(name, group, "", CASES, size, False, True) for group, size in sizes.items()]
            rows += self._asked_of_some(name, sizes)
        cells = pd.DataFrame(rows, columns=[*KEY[1:], "count", "official", "printed"])
        return cells.assign(area=area)

    def _asked_of_some(
        self, name: str, sizes: Mapping[str, int]
    ) -> list[tuple[str, str, str, str, int, bool, bool]]:
        """Questions asked of some groups only: their counts give away how many cases these have together."""
        rows = []
        seen: set[frozenset[str]] = set()
        for question in self.framework.questions:
            if question.asked_of.keys() != {name}:
                continue
            asked = frozenset(sizes).intersection(question.asked_of[name])
            total = sum(sizes[group] for group in asked)
            if asked in seen or total < self.framework.display.suppress_below:
                continue
            seen.add(asked)
            rows.append(("", "", question.id, ASKED, total, True, True))
            rows += [(name, group, question.id, ASKED, sizes[group], False, False) for group in sorted(asked)]
        return rows

    def answers(self, scored: frozenset[str]) -> dict[tuple[str, str], Floats]:
        """Positive and other relevant answers behind every part, two rows for each characteristic and group;
        nothing without judgements.
        """
        wanted = [name for name in self.by_name if name in scored]
        if self.judgements is None or not wanted:
            return {}
        about = self.judgements[self.judgements["case_id"].isin(self.case_ids)]
        cases = pd.DataFrame({"case_id": self.case_ids})
        found = case_answers(self.framework, cases, about, strata=None)
        weights = score_weights(self.framework)
        into_parts = (question_effects(np.zeros(len(weights.questions)), weights) > 0).astype(float)
        met = (found.positive > 0).astype(float)
        counts = np.stack([met @ into_parts, (found.relevant - met) @ into_parts])
        at = pd.Index(found.case_ids).get_indexer(self.case_ids)
        sums: dict[tuple[str, str], Floats] = {}
        for name in wanted:
            groups = self.by_name[name]
            for group in np.unique(groups):
                sums[name, str(group)] = counts[:, at[(groups == group) & (at >= 0)]].sum(axis=1)
        return sums


def _decide_scores(framework: Framework, disclosure: Disclosure, answers: Answers) -> pd.DataFrame:
    weights, cells = score_weights(framework), disclosure.cells
    codes = part_codes(weights)["code"].tolist()
    seen = cells[(cells["measure"] == CASES) & (cells["hidden"] == SHOWN)]
    shown = set(zip(seen["area"], seen["characteristic"], seen["group"], strict=True))
    rows: list[tuple[str, str, str, str, bool]] = []
    for (area, name), groups in answers.items():
        fewer = np.array([counts.min(axis=0) for counts in groups.values()])
        gone = np.array([(area, name, group) not in shown for group in groups])
        few = gone[:, None] | (fewer < disclosure.threshold)
        hidden = _hide_no_score_alone(few, fewer, weights)
        for group, own in zip(groups, hidden.tolist(), strict=True):
            rows += [(area, name, group, code, one) for code, one in zip(codes, own, strict=True)]
    return pd.DataFrame(rows, columns=["area", "characteristic", "group", "code", "hidden"])


def _hide_no_score_alone(hidden: Bools, fewer: Floats, weights: ScoreWeights) -> Bools:
    """Hide on until no score can be told from the others of its sum: groups x parts.

    Parameters
    ----------
    hidden : ndarray of bool
        What must be hidden.
    fewer : ndarray
        The smaller number of answers behind each score: of the others, the smallest is hidden first.
    weights : ScoreWeights
        Which criteria make up a section and which sections the overall.
    """
    parts = [list(weights.sections), list(weights.criteria)]
    first = 1 + len(parts[0])
    sums = [1 + np.flatnonzero(weights.into_overall[:, 0] > 0)]
    sums += [first + np.flatnonzero(column > 0) for column in weights.into_sections.T]
    hidden = hidden.copy()
    while True:
        before = hidden.sum()
        for part in range(hidden.shape[1]):
            _hide_another(hidden[:, part], fewer[:, part])
        for group in range(len(hidden)):
            for places in sums:
                own = hidden[group, places]
                _hide_another(own, fewer[group, places])
                hidden[group, places] = own
        if hidden.sum() == before:
            return hidden


def _hide_another(hidden: Bools, fewer: Floats) -> None:
    """In place: where exactly one is hidden, the one with the fewest of the others too."""
    if hidden.sum() == 1 and len(hidden) > 1:
        hidden[np.argmin(np.where(hidden, np.inf, fewer))] = True
