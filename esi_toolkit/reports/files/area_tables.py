"""Every table of an area's report, for people who want to go on working with the figures.

They are the tables of the page itself, so that spreadsheet, CSV files and page cannot differ; only what the
page parts by criterion stands together here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present import tables
from esi_toolkit.present.closing import LEFT_OUT, list_origins
from esi_toolkit.present.decisions import tabulate_decisions
from esi_toolkit.present.drafting import FINDING_TITLES, say_finding
from esi_toolkit.present.html import Table, make_id
from esi_toolkit.present.numbers import NOT_APPLICABLE, NOT_AVAILABLE, number
from esi_toolkit.present.opening import SYNTHETIC
from esi_toolkit.present.reconviction import follow_cases
from esi_toolkit.present.tables.followed import tabulate_followed
from esi_toolkit.present.tables.scores import INTERVAL, explain_marks, show_result
from esi_toolkit.reports.decide import Scored
from esi_toolkit.reports.pages.area_page import AreaPage
from esi_toolkit.statistics.certainty import whole_caseload

_LONGEST_LABEL = 31
"""Letters that a sheet's name may have."""


@dataclass(frozen=True)
class NamedTable:
    """A table with a name for its sheet.

    Attributes
    ----------
    label : str
        Short name for people, for example ``Scores``.
    table : Table
        As on the page.
    """

    label: str
    table: Table

    @property
    def name(self) -> str:
        """Name for files and programs, for example ``esi-dv-scores``."""
        return make_id(self.label)


def list_tables(page: AreaPage) -> tuple[NamedTable, ...]:
    """The tables of an area and its thematic elements, in the order of the report.

    Parameters
    ----------
    page : AreaPage
        From `esi_toolkit.reports.pages.area_page.open_page`.

    Returns
    -------
    tuple of NamedTable
        Only those with rows.
    """
    found = [
        *_scored_tables(page.main, ""),
        *_surrounding_tables(page),
        *(
            one
            for element in page.elements
            for one in _scored_tables(element, element.scorecard.framework.id)
        ),
        NamedTable("Decisions", _tabulate_decisions([page.main, *page.elements])),
        NamedTable("What is missing", _tabulate_missing(page)),
        NamedTable("How it was made", _tabulate_origins(page)),
    ]
    return tuple(one for one in found if len(one.table.frame))


def _scored_tables(scored: Scored, prefix: str) -> Iterator[NamedTable]:
    card = scored.scorecard
    parts = {
        "Scores": _with_rating_apart(tables.tabulate_summary(card), card),
        "Questions": _tabulate_all_questions(card, whole_caseload(card.framework, scored.inspection)),
        "Ratings": _tabulate_ratings(card),
        "Evidence": _tabulate_all_items(card),
        "Findings": _tabulate_findings(scored),
    }
    for label, table in parts.items():
        room = _LONGEST_LABEL - len(label) - 1
        yield NamedTable(f"{prefix[:room]} {label.lower()}" if prefix else label, table)


def _surrounding_tables(page: AreaPage) -> Iterator[NamedTable]:
    inspection, framework = page.inspection, page.scorecard.framework
    name, display = inspection.area.name, framework.display
    if inspection.cases is not None:
        yield NamedTable("Sample", tables.tabulate_sample(framework, inspection.cases, page.groups))
    if inspection.context is not None:
        yield NamedTable("Context", tables.tabulate_context(inspection.context, name))
    if inspection.performance is not None:
        yield NamedTable("Performance", tables.tabulate_performance(inspection.performance, name))
    if inspection.criminogenic_factors is not None:
        yield NamedTable("Criminogenic factors", tables.tabulate_factors(inspection.criminogenic_factors))
    if inspection.oasys_reassessment is not None:
        yield NamedTable("Progress", tables.tabulate_progress(inspection.oasys_reassessment))
    if inspection.feedback is not None:
        yield NamedTable("Feedback", tables.tabulate_feedback(inspection.feedback, display))
    if inspection.reconviction is not None:
        yield NamedTable("Reconviction", tables.tabulate_reconviction(inspection.reconviction))
    followed = follow_cases(inspection, framework)
    if followed is not None:
        yield NamedTable("Cases followed up", tabulate_followed(followed))


def _with_rating_apart(table: Table, card: Scorecard) -> Table:
    """The summary sheet with scores and ratings in columns of their own."""
    is_rating = table.frame["Criterion"].isin(
        {f"{row.criterion}: {row.title}" for row in card.criteria.itertuples() if row.scored_by == "evidence"}
    )
    shown = table.frame["Result"]
    frame = table.frame.drop(columns="Result")
    frame.insert(2, "Score", shown.mask(is_rating, NOT_APPLICABLE))
    frame.insert(3, "Rating", shown.where(is_rating, NOT_APPLICABLE))
    notes = ("The report shows score and rating in one column, called result.", *table.notes)
    return replace(table, frame=frame, numbers=("Score", "Cases"), notes=notes)


def _together(found: Iterable[tuple[str, Table]], caption: str) -> Table:
    """Tables of single criteria as one, with the criterion in its first column."""
    frames: list[pd.DataFrame] = []
    notes: list[str] = []
    numbers: dict[str, None] = {}
    for criterion, table in found:
        frames.append(table.frame.assign(Criterion=criterion))
        notes += [note for note in table.notes if note not in notes]
        numbers |= dict.fromkeys(table.numbers)
    if not frames:
        return Table(caption, pd.DataFrame(columns=["Criterion"], dtype="str"))
    frame = pd.concat(frames, ignore_index=True)
    columns = ["Criterion", *(column for column in frame.columns if column not in ("Criterion", "Weight"))]
    columns += [column for column in ("Weight",) if column in frame.columns]
    return Table(caption, frame[columns], tuple(numbers), notes=tuple(notes))


def _tabulate_all_questions(card: Scorecard, caseload: int | None) -> Table:
    withheld = card.questions["question"].isin(list(card.withheld))
    known = card.questions[card.questions["relevant"].notna() | withheld]
    criteria = dict.fromkeys(known["criterion"])
    titles = {one.id: f"{one.id} {one.title}" for one in card.framework.criteria}
    table = _together(
        ((titles[code], tables.tabulate_questions(card, code, caseload)) for code in criteria),
        f"Answers by question: {card.framework.title}, {card.area_name}",
    )
    if not criteria:
        return table
    # What the page says in notes below each criterion's table stands in columns here.
    rows = card.questions.set_index("question").loc[table.frame["Question"].str.partition(" ")[0]]
    frame = table.frame.assign(Weight=[number(weight) for weight in rows["weight"]])
    if not rows["published"].all():
        frame["Figure of its own published"] = ["yes" if own else "no" for own in rows["published"]]
    numbers = tuple(dict.fromkeys([*table.numbers, "Weight"]))
    notes = (
        "Weight 0: reported, but not part of the score.",
        *(note for note in table.notes if note.startswith(INTERVAL)),
        *explain_marks(frame, card.framework.display),
    )
    return replace(table, frame=frame, numbers=numbers, notes=notes)


def _tabulate_ratings(card: Scorecard) -> Table:
    rated = card.criteria[card.criteria["scored_by"] == "evidence"].to_dict("records")
    frame = pd.DataFrame(
        {
            "Criterion": [f"{row['criterion']} {row['title']}" for row in rated],
            "Rating": [show_result(row, card) for row in rated],
            "Calculated": [_word(row["calculated"]) for row in rated],
            "How it came about": [card.traces[row["criterion"]].words or NOT_AVAILABLE for row in rated],
            "Decision": [row["decided_by"] if row["adjusted"] else NOT_APPLICABLE for row in rated],
        },
        dtype="str",
    )
    return Table(f"Ratings in words: {card.framework.title}, {card.area_name}", frame)


def _word(value: object) -> str:
    return value if isinstance(value, str) else NOT_AVAILABLE


def _tabulate_all_items(card: Scorecard) -> Table:
    criteria = [one for one in card.framework.criteria if one.id in card.traces]
    judged = [one for one in criteria if (card.traces[one.id].items["level"] != "").any()]
    table = _together(
        (
            (f"{one.id} {one.title}", tables.tabulate_items(card.traces[one.id], one.id, one.title))
            for one in judged
        ),
        f"Evidence items: {card.framework.title}, {card.area_name}",
    )
    if not judged:
        return table
    # The page leaves out of a criterion's table what is the same for all of its items.
    items = pd.concat([card.traces[one.id].items for one in judged], ignore_index=True)
    shown = {
        "Responsibility": [word or NOT_AVAILABLE for word in items["responsibility"]],
        "Counts for the rating": table.frame.get(
            "Counts for the rating", pd.Series(index=items.index, dtype="str")
        ).fillna("yes"),
        "Weight": items["weight"].map(number),
    }
    return replace(table, frame=table.frame.assign(**shown).astype("str"), numbers=("Weight",))


def _tabulate_findings(scored: Scored) -> Table:
    """The inspectors' words on each criterion; a draft says beside it that it is one."""
    card, written = scored.scorecard, scored.inspection.findings
    found = {} if written is None else written.criteria
    rows = [
        (f"{one.id} {one.title}", title, *say_finding(finding))
        for one in card.framework.criteria
        if one.id in found
        for kind, title in FINDING_TITLES.items()
        for finding in getattr(found[one.id], kind)
    ]
    frame = pd.DataFrame(rows, columns=["Criterion", "Kind", "Finding", "State"], dtype="str")
    if not frame["State"].any():
        frame = frame.drop(columns="State")
    else:
        frame["State"] = frame["State"].replace("", "confirmed")
    return Table(f"Findings: {card.framework.title}, {card.area_name}", frame)


def _tabulate_decisions(scored: Iterable[Scored]) -> Table:
    cards = [one.scorecard for one in scored if one.scorecard.decisions]
    found = [tabulate_decisions(card).frame.assign(Framework=card.framework.id) for card in cards]
    frame = pd.concat(found, ignore_index=True) if found else pd.DataFrame(dtype="str")
    return Table("Decisions of the lead inspector", frame)


def _tabulate_missing(page: AreaPage) -> Table:
    absent = [
        (name, what, "no file") for name, what in LEFT_OUT.items() if getattr(page.inspection, name) is None
    ]
    found = [
        (problem.where, problem.found, problem.fix)
        for one in (page.main, *page.elements)
        for problem in one.inspection.warnings
    ]
    nothing = [("all files", "nothing missing or odd", "every part of the report is there")]
    rows = [*absent, *found] or nothing
    frame = pd.DataFrame(rows, columns=["Place", "What is missing or odd", "What follows"], dtype="str")
    return Table(f"What is missing: {page.inspection.area.name}", frame)


def _tabulate_origins(page: AreaPage) -> Table:
    cards = [one.scorecard for one in (page.main, *page.elements)]
    pairs = (
        [("Data", SYNTHETIC.replace("this page", "these tables"))] if page.inspection.area.synthetic else []
    )
    pairs += list_origins(cards, page.parameters)
    frame = pd.DataFrame(pairs, columns=["What", "Value"], dtype="str")
    return Table("What these tables were made from", frame)
