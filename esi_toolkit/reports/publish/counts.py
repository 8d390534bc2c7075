"""Counts that were to stay in the house: shown somewhere after all, or left to be worked out."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.present.numbers import CONFIDENTIAL, UNRELIABLE
from esi_toolkit.present.tables.sample import COLUMNS
from esi_toolkit.reports.publish.content import Content, FoundTable, Oddity
from esi_toolkit.statistics.disclosure.disclosure_check import find_recoverable
from esi_toolkit.statistics.disclosure.linked_counts import (
    ASKED,
    CASES,
    KEY,
    NEGATIVE,
    POSITIVE,
    RELEVANT,
    link_cells,
)

_SHARE = r"(?:\d+ ?of ?\d+|\d+(?:\.\d+)?%)"
_NOT_COUNTS = ("Question", "Criterion", "Weight", "Not answered", "Figure of its own published")
_MAKE_AGAIN = "make the outputs again, all of them, with 'esi batch --fresh'"
_WHERE = "scorecard.json"
_MET, _GROUP, _TOGETHER = "Met, of relevant cases", "Overall scores: ", ", all areas together"


@dataclass(frozen=True)
class AreaOutputs:
    """What stands in the folder of one area.

    Attributes
    ----------
    name : str
        Of the folder.
    card : mapping
        Its ``scorecard.json``.
    files : mapping of str to Content
        By name.
    frameworks : mapping of str to Framework
        Those of its scorecards that are known here.
    published : mapping of str to set of str, optional
        Framework to the codes in ``published.csv``; None where the inputs were not given.
    """

    name: str
    card: Mapping[str, Any]
    files: Mapping[str, Content]
    frameworks: Mapping[str, Framework]
    published: Mapping[str, Collection[str]] | None = None

    @property
    def cards(self) -> list[Mapping[str, Any]]:
        """The area's scorecard and those of its thematic elements."""
        return [self.card, *self.card.get("thematic", {}).values()]

    def card_of(self, framework: str) -> Mapping[str, Any]:
        """The scorecard by a framework; empty where there is none."""
        return next((card for card in self.cards if card["framework"] == framework), {})


def find_counts(area: AreaOutputs) -> Iterator[tuple[str, Oddity]]:
    """Find the counts of one area that should not be seen, with the file that shows them.

    Parameters
    ----------
    area : AreaOutputs
        All files about it.

    Yields
    ------
    tuple of str and Oddity
        Name of the file, and what is wrong with it.
    """
    for card in area.cards:
        said = card.get("withheld")
        if not isinstance(said, dict):
            yield (
                _WHERE,
                Oddity(
                    card["framework"], "nothing about what is withheld", "the entry 'withheld'", _MAKE_AGAIN
                ),
            )
            continue
        for odd in (
            *_small(card, area.published),
            *_from_scores(card, area.frameworks.get(card["framework"])),
        ):
            yield _WHERE, odd
        yield from _shown_elsewhere(card, area)
    yield from _sample(area)


def _small(card: Mapping[str, Any], published: Mapping[str, Collection[str]] | None) -> Iterator[Oddity]:
    """Questions of few cases that are shown and were not published before."""
    said = card["withheld"]
    public = set(said["already_public"])
    if published is not None:
        public &= set(published.get(card["framework"], ()))
    for code, row in card["questions"].items():
        told = row["relevant"] or _asked_in_vain(row)
        if told and told < said["below"] and code not in public:
            expected = f"{CONFIDENTIAL} below {said['below']} cases, or the figure in published.csv"
            yield Oddity(f"{card['framework']} {code}", "counts of very few cases", expected, _MAKE_AGAIN)


def _asked_in_vain(row: Mapping[str, Any]) -> int:
    """Of how many cases a question was asked that was relevant to none; 0 where that is not said."""
    if row["relevant"] is None or row["not_applicable"] is None:
        return 0
    return int(row["not_applicable"]) + int(row["missing"] or 0)


def _from_scores(card: Mapping[str, Any], framework: Framework | None) -> Iterator[Oddity]:
    """Withheld questions whose counts follow from the scores above them."""
    hidden = {code for code in card["withheld"]["codes"] if code in card["questions"]}
    for criterion in framework.criteria if framework else ():
        own = [
            one
            for one in criterion.questions
            if one.weight and card["questions"][one.id]["score"] is not None
        ]
        gone = [one for one in criterion.questions if one.id in hidden and one.weight]
        score = card["criteria"][criterion.id].get("score")
        if not gone or score is None:
            continue
        place = f"{card['framework']} {criterion.id}"
        if not float(score).is_integer():
            yield Oddity(place, "an unrounded score above withheld counts", "a whole percentage", _MAKE_AGAIN)
        total = sum(one.weight for one in (*own, *gone))
        known = sum(one.weight * card["questions"][one.id]["score"] for one in own)
        if len(gone) == 1 and _is_told(
            (score * total - known) / gone[0].weight, total / gone[0].weight / 2, card
        ):
            found = "a score from which the one withheld question follows"
            yield Oddity(f"{place}, {gone[0].id}", found, "another question withheld with it", _MAKE_AGAIN)


def _is_told(score: float, slack: float, card: Mapping[str, Any]) -> bool:
    """Whether only one number of cases, or of positive answers, below the limit has such a score."""
    pairs = [(k, n) for n in range(1, card["withheld"]["below"]) for k in range(n + 1)]
    left = [(k, n) for k, n in pairs if abs(100 * k / n - score) <= slack + 1e-6]
    return len({k for k, _ in left}) == 1 or len({n for _, n in left}) == 1


def _shown_elsewhere(card: Mapping[str, Any], area: AreaOutputs) -> Iterator[tuple[str, Oddity]]:
    """Any figure of a withheld question in any file: in a table, a chart's data, a text."""
    framework = area.frameworks.get(card["framework"])
    if framework is None:
        return
    codes = set(card["withheld"]["codes"])
    labels = [f"{one.id} {one.text}" for one in framework.questions if one.id in codes]
    if not labels:
        return
    share, between = _SHARE.replace(" ?", ""), r"(?:<[^>]*>|[:;,.(–-])*"
    every = [one.text for known in area.frameworks.values() for one in known.questions]
    shown = _shown_by_others(card, area)
    names = [_own_words(label, every) for label in labels if label not in shown] or ["no text at all"]
    texts = "|".join(re.escape("".join(name.split())) for name in names)
    after, before = re.compile(f"(?:{texts}){between}{share}"), re.compile(f"{share}{between}(?:{texts})")
    for name, content in area.files.items():
        for table in content.tables:
            own = set(labels) - shown if _is_of_others(table, framework, area) else set(labels)
            for odd in _in_table(table, own):
                yield name, odd
        # On a page of a PDF, what stands before a question may belong to the one above it.
        told = (after,) if name.endswith(".pdf") else (after, before)
        squeezed = ((piece.place, "".join(piece.text.split())) for piece in content.pieces)
        places = [place for place, text in squeezed if any(pattern.search(text) for pattern in told)]
        for place in places:
            yield name, Oddity(place, f"a figure that {_WHERE} withholds", CONFIDENTIAL, _MAKE_AGAIN)


def _labels(framework: Framework) -> set[str]:
    return {f"{one.id} {one.text}" for one in framework.questions}


def _shown_by_others(card: Mapping[str, Any], area: AreaOutputs) -> set[str]:
    """Questions that another framework of the area has in the same words, and shows."""
    return {
        label
        for other, framework in area.frameworks.items()
        if other != card["framework"]
        for label in _labels(framework)
        if label.split(" ")[0] not in area.card_of(other).get("withheld", {}).get("codes", ())
    }


def _is_of_others(table: FoundTable, framework: Framework, area: AreaOutputs) -> bool:
    """Whether a table of questions is by another framework: it has more of that one's."""
    cells = {cell for row in table.rows for cell in row}
    others = [len(cells & _labels(one)) for one in area.frameworks.values() if one.id != framework.id]
    return max(others, default=0) > len(cells & _labels(framework))


def _own_words(label: str, texts: list[str]) -> str:
    """A question's text, as a finding may begin with it; with its code where others have the same words."""
    text = label.partition(" ")[2]
    return label if sum(text in other for other in texts) > 1 else text


def _in_table(table: FoundTable, labels: set[str]) -> Iterator[Oddity]:
    for row in table.rows:
        if labels & set(row):
            for heading, cell in zip(table.headings, row, strict=False):
                if cell not in labels and not heading.startswith(_NOT_COUNTS) and re.search(r"\d", cell):
                    found = f"a figure that {_WHERE} withholds"
                    yield Oddity(f"{table.place}, column '{heading}'", found, CONFIDENTIAL, _MAKE_AGAIN)


def _sample(area: AreaOutputs) -> Iterator[tuple[str, Oddity]]:
    """Numbers of cases by characteristic: too small ones, and hidden ones that can be worked out."""
    said = area.card.get("withheld")
    total = area.card.get("cases")
    if not isinstance(said, dict) or not total:
        return
    seen: dict[tuple[str, str], float] = {}
    first = ""
    for name, content in area.files.items():
        yield from ((name, odd) for odd in _beside_withheld(content.tables))
        yield from ((name, odd) for odd in _withheld_of_all(content.tables, set(said["codes"])))
        for characteristic, group, cell, place in _group_sizes(content.tables):
            first = first or name
            count = float(cell.replace(",", "")) if cell.replace(",", "").isdigit() else math.nan
            if 0 < count < said["below"]:
                yield name, Oddity(place, "a number of very few cases", CONFIDENTIAL, _MAKE_AGAIN)
            if math.isnan(seen.get((characteristic, group), math.nan)):
                seen[characteristic, group] = count
    if any(map(math.isnan, seen.values())):
        for odd in _solve(seen, area, total):
            yield first, odd


def _group_sizes(tables: list[FoundTable]) -> Iterator[tuple[str, str, str, str]]:
    """Characteristic, group, number of cases as shown, place: of every table of groups."""
    for table in tables:
        if "Group" not in table.headings or "Cases" not in table.headings:
            continue
        groups, sizes = table.column("Group"), table.column("Cases")
        of = table.column("Characteristic") if "Characteristic" in table.headings else list(table.groups)
        for characteristic, group, size in zip(of, groups, sizes, strict=False):
            if characteristic:
                yield characteristic, group, size, f"{table.place}, {characteristic}: {group}"


def _beside_withheld(tables: list[FoundTable]) -> Iterator[Oddity]:
    """Figures of a group whose number of cases is withheld."""
    for table in tables:
        if not {"Group", "Cases"} <= set(table.headings):
            continue
        names = ("Group", "Characteristic")
        for group, row in zip(table.column("Group"), table.rows, strict=True):
            cells = dict(zip(table.headings, row, strict=False))
            shown = [name for name, cell in cells.items() if name not in names and re.search(r"\d", cell)]
            if cells.get("Cases") == CONFIDENTIAL and shown:
                place = f"{table.place}, {group}, column '{shown[0]}'"
                yield Oddity(place, "a figure of a group that is withheld", CONFIDENTIAL, _MAKE_AGAIN)


def _withheld_of_all(tables: list[FoundTable], codes: set[str]) -> Iterator[Oddity]:
    """Scores of groups that are withheld of the area: of a group of all cases it would be the very score."""
    for table in tables:
        if not {"Group", "Cases"} <= set(table.headings):
            continue
        for heading in codes.intersection(table.headings):
            if any(re.search(r"\d", cell) for cell in table.column(heading)):
                place = f"{table.place}, column '{heading}'"
                yield Oddity(place, f"a score that {_WHERE} withholds", CONFIDENTIAL, _MAKE_AGAIN)


def _solve(seen: Mapping[tuple[str, str], float], area: AreaOutputs, total: float) -> Iterator[Oddity]:
    rows = [("", "", "", CASES, total, True)]
    rows += [
        (characteristic, group, "", CASES, count, True) for (characteristic, group), count in seen.items()
    ]
    framework = area.frameworks.get(area.card["framework"])
    rows += _asked_of_some(area.card, framework, seen) if framework else []
    cells = pd.DataFrame(rows, columns=[*KEY[1:], "count", "printed"]).assign(area=area.name)
    try:
        found = find_recoverable(cells, link_cells(cells))
    except ValueError:
        yield Oddity("the sample", "numbers of cases that contradict one another", "one total", _MAKE_AGAIN)
        return
    for row in found[found["measure"] == CASES].to_dict("records"):
        place = f"{row['characteristic']}: {row['group']}"
        yield Oddity(place, "a withheld number of cases that can be worked out", "two withheld", _MAKE_AGAIN)


def _asked_of_some(
    card: Mapping[str, Any], framework: Framework, seen: Mapping[tuple[str, str], float]
) -> list[tuple[str, str, str, str, float, bool]]:
    """How many cases a question of some groups was asked of, where its counts are shown."""
    rows: list[tuple[str, str, str, str, float, bool]] = []
    for question in framework.questions:
        counts = [card["questions"][question.id][key] for key in ("relevant", "not_applicable", "missing")]
        columns = [name for name in question.asked_of if name in COLUMNS]
        if len(question.asked_of) != 1 or not columns or None in counts:
            continue
        title = COLUMNS[columns[0]]
        groups = [group for group in question.asked_of[columns[0]] if (title, group) in seen]
        rows.append(("", "", question.id, ASKED, sum(counts), True))
        rows += [(title, group, question.id, ASKED, math.nan, False) for group in groups]
    return rows


def find_pooled(areas: Mapping[str, AreaOutputs], comparison: Content) -> Iterator[Oddity]:
    """Counts that an area withholds and that follow from those of several areas together.

    Parameters
    ----------
    areas : mapping of str to AreaOutputs
        By name of the area.
    comparison : Content
        Of the comparison's page.
    """
    framework = _framework_of(areas, comparison)
    members = _members(comparison)
    for table in comparison.tables:
        if not {"Question", _MET} <= set(table.headings):
            continue
        together = table.caption.endswith(_TOGETHER)
        group = next((name for name in members if name and f": {name}, table" in table.place), None)
        names = members.get("" if together else group or "none", [])
        cards = {areas[name].name: areas[name].card_of(framework) for name in names if name in areas}
        for question, met in zip(table.column("Question"), table.column(_MET), strict=True):
            if (odd := _left_over(question, met, cards, table.place)) is not None:
                yield odd


def _members(comparison: Content) -> dict[str, list[str]]:
    """Areas of each family group, and of all together under ""."""
    members = {}
    for table in comparison.tables:
        names = [row[0].removesuffix(" (incomplete)").removesuffix(f" {UNRELIABLE}") for row in table.rows]
        if table.caption.startswith(_GROUP):
            members[table.caption.removeprefix(_GROUP)] = names
        elif table.caption == "Areas on this page":
            members[""] = names
    return members


def _framework_of(areas: Mapping[str, AreaOutputs], comparison: Content) -> str:
    """The framework that the areas are compared by, from the title of the page."""
    said = {piece.text.removeprefix("Areas compared: ") for piece in comparison.pieces}
    known = {one.title: one.id for area in areas.values() for one in area.frameworks.values()}
    return next((known[title] for title in said if title in known), "")


def _left_over(question: str, met: str, cards: Mapping[str, Mapping[str, Any]], place: str) -> Oddity | None:
    """One question of several areas: what is left when the areas that show it are taken away."""
    code, pair = question.split(" ")[0], re.fullmatch(r"([\d,]+) of ([\d,]+)", met)
    hidden = [name for name, card in cards.items() if code in _withheld(card)]
    if pair is None or not hidden:
        return None
    own = [card["questions"][code] for card in cards.values() if code in card.get("questions", ())]
    shown = [one for one in own if one["relevant"] is not None]
    positive, relevant = (int(text.replace(",", "")) for text in pair.groups())
    left = relevant - sum(one["relevant"] for one in shown)
    met = positive - sum(one["positive"] for one in shown)
    if left <= 0:
        return None
    parts = [("", RELEVANT, left), ("", POSITIVE, met), ("", NEGATIVE, left - met)]
    parts += [(name, measure, math.nan) for name in hidden for measure in (RELEVANT, POSITIVE, NEGATIVE)]
    cells = pd.DataFrame(parts, columns=["area", "measure", "count"])
    cells = cells.assign(characteristic="", group="", question=code, printed=True)
    if find_recoverable(cells, link_cells(cells)).empty:
        return None
    found = f"withheld counts of {', '.join(hidden)} that can be worked out"
    return Oddity(f"{place}, {code}", found, "only areas that show the question", "make the comparison again")


def _withheld(card: Mapping[str, Any]) -> Collection[str]:
    said = card.get("withheld")
    return said["codes"] if isinstance(said, dict) else ()
