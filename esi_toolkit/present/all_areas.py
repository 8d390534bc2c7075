"""The parts of a comparison or thematic report that are about all areas together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.method.ratings import join_words
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.all_areas import draw_spread
from esi_toolkit.present.charts.comparison import say_group
from esi_toolkit.present.charts.ratings import say_ratings
from esi_toolkit.present.html import Block, box, heading, listing, make_id, notice, paragraph
from esi_toolkit.present.numbers import UNRELIABLE, count_of, percent, percent_of_cases, show_share
from esi_toolkit.present.opening import DRAFT, list_recommendations
from esi_toolkit.present.tables import all_areas as tables
from esi_toolkit.statistics.compare_areas import Comparison

MOST_NAMED = 3
"""Criteria that a summary names as best, and as least well done."""


MOST_CODES = 12
"""Withheld figures that are named; more are counted."""
_SAID = {
    "nothing": "nothing is scored",
    "criterion scores": "only scores of criteria are known: no interval, no rank, and no part in the figures"
    " over all areas",
    "question counts": "the answers about single cases are not known: no interval and no rank",
}


def is_thematic(framework: Framework) -> bool:
    """Whether a framework is about a theme: not all cases of an area, but those that it concerns."""
    return bool(framework.asked_of)


def show_title(
    framework: Framework, together: Scorecard, comparison: Comparison, inspections: Sequence[Inspection]
) -> list[Block]:
    """Title, status, how many areas and cases, and the notices that nobody should miss."""
    areas = comparison.areas
    drafts = [one.area.name for one in inspections if one.area.status == "draft"]
    title = framework.title if is_thematic(framework) else f"Areas compared: {framework.title}"
    parts = [
        "Draft" if drafts else "Published",
        f"{'thematic report on ' if is_thematic(framework) else ''}{count_of(len(areas), 'area')}"
        f" in {count_of(areas['group'].nunique(), 'family group')}",
    ]
    if together.cases:
        least = "at least " if areas["cases"].isna().any() else ""
        parts.append(f"{least}{count_of(together.cases, 'case')}")
    blocks: list[Block] = [heading(1, title, "report"), paragraph(" · ".join(parts), "status")]
    if areas["synthetic"].any():
        which = "all" if areas["synthetic"].all() else "some"
        words = f"Synthetic data. The records of {which} of these areas are wholly or partly invented."
        blocks.append(notice(words, "synthetic"))
    if drafts:
        blocks.append(notice(f"{DRAFT} The reports of {join_words(drafts)} are drafts.", "draft"))
    return blocks


def show_summary(together: Scorecard, comparison: Comparison) -> list[Block]:
    """What the areas show, in a few sentences."""
    sentences = [
        *_say_overall(together, comparison),
        *_say_sections(together),
        *_say_criteria(together, comparison),
        *_say_ratings(together.framework, comparison),
        *_say_questions(together),
        *_say_few(together, comparison),
    ]
    words = sentences or ["Nothing is scored or rated in any of these areas."]
    return [heading(2, "Summary"), listing(words, "findings")]


def _say_overall(together: Scorecard, comparison: Comparison) -> Iterator[str]:
    scored = comparison.areas.dropna(subset="score").sort_values("score")
    ends = [f"{percent(row['score'])} ({row['name']})" for row in scored.to_dict("records")]
    if together.overall.score is not None:
        over = percent_of_cases(together.overall.score, together.cases, together.framework.display)
        yield f"The overall score over all areas is {over}."
    if len(ends) > 1:
        yield f"The areas' overall scores lie from {ends[0]} to {ends[-1]}."
    elif ends:
        yield f"One area has an overall score: {ends[0]}."
    for group, areas in comparison.areas.groupby("group", sort=False):
        if areas["standard_error"].count() > 1:
            yield f"{say_group(areas)} (family group: {group})."


def _say_sections(together: Scorecard) -> Iterator[str]:
    known = together.sections.dropna(subset="score")
    display = together.framework.display
    words = [
        f"{row.title} {percent_of_cases(row.score, together.cases, display)}" for row in known.itertuples()
    ]
    if words:
        yield f"By section: {join_words(words)}."


def _say_criteria(together: Scorecard, comparison: Comparison) -> Iterator[str]:
    scored = together.criteria.dropna(subset="score").sort_values(
        ["score", "criterion"], ascending=[False, True]
    )
    if len(scored) < 2 * MOST_NAMED:
        return
    spans = comparison.scores.groupby("code")["score"].agg(["min", "max"])
    yield f"Done best: {_name_criteria(scored.head(MOST_NAMED), spans)}."
    yield f"Done least well: {_name_criteria(scored.tail(MOST_NAMED).iloc[::-1], spans)}."


def _name_criteria(criteria: pd.DataFrame, spans: pd.DataFrame) -> str:
    words = []
    for row in criteria.itertuples():
        low, high = spans.loc[row.criterion, ["min", "max"]]
        span = f"{percent(row.score)}; areas {percent(low)} to {percent(high)}"
        words.append(f"{row.criterion} {row.title} ({span})")
    return join_words(words)


def _say_ratings(framework: Framework, comparison: Comparison) -> Iterator[str]:
    if tables.has_ratings(comparison):
        yield f"Ratings in words over all areas: {say_ratings(comparison.ratings, framework.ratings.scale)}."


def _say_questions(together: Scorecard) -> Iterator[str]:
    display = together.framework.display
    asked = together.questions[together.questions["relevant"] >= display.unreliable_below]
    if len(asked) < 2:
        return
    for which, position in (("most", asked["score"].idxmax()), ("least", asked["score"].idxmin())):
        row = asked.loc[position]
        share = show_share(row["positive"], row["relevant"], display)
        said = f"{row['question']} {row['text']} ({share.percent}, {share.count})"
        yield f"The question met {which} often: {said}."


def _say_few(together: Scorecard, comparison: Comparison) -> Iterator[str]:
    limit = together.framework.display.unreliable_below
    few = comparison.areas.loc[comparison.areas["cases"] < limit, "name"].tolist()
    if few:
        which = "Every area" if len(few) == len(comparison.areas) else join_words(few)
        verb = "rests" if which == "Every area" or len(few) == 1 else "rest"
        yield (
            f"{which} {verb} on fewer than {limit} cases, so that figures of single areas are unreliable"
            f" ({UNRELIABLE})."
        )


def show_inspected(
    framework: Framework, scorecards: Sequence[Scorecard], inspections: Sequence[Inspection]
) -> list[Block]:
    """Which areas and cases the page is about."""
    blocks: list[Block] = [heading(2, "Areas and cases")]
    if is_thematic(framework):
        asked = join_words(
            [
                f"“{column}” is {' or '.join(f'“{word}”' for word in words)}"
                for column, words in framework.asked_of.items()
            ]
        )
        blocks.append(
            paragraph(
                f"The theme has its own questions and rules. It covers the sampled cases in which {asked};"
                " the areas' own reports say more about each."
            )
        )
    return [*blocks, tables.tabulate_inspected(scorecards, inspections)]


def show_together(together: Scorecard, comparison: Comparison) -> list[Block]:
    """Every criterion over all areas: what is done well, what badly, and how far the areas lie apart."""
    if together.criteria["score"].isna().all():
        return []
    return [
        heading(2, "All areas together", "together"),
        draw_spread(together, comparison),
        tables.tabulate_spread(together, comparison),
    ]


def show_answers(together: Scorecard, scorecards: Sequence[Scorecard]) -> Iterator[Block]:
    """Every question over all areas, section by section."""
    known = together.questions[together.questions["relevant"].notna()]
    if known.empty:
        return
    yield heading(2, "Every question, all areas together", "answers")
    for section in together.sections.itertuples():
        if section.section in set(known["section"]):
            yield heading(
                3, f"Section {section.section}: {section.title}", f"answers-{section.section.lower()}"
            )
            yield tables.tabulate_answers(together, scorecards, section.section)


def show_found(framework: Framework, inspections: Sequence[Inspection]) -> Iterator[Block]:
    """What inspectors found on a theme and recommended, area by area.

    Nothing where nobody wrote any, or for a whole inspection: that stands in the areas' own reports.
    """
    blocks = [block for one in inspections for block in _show_found_in(one, framework)]
    if blocks and is_thematic(framework):
        yield heading(2, "What inspectors found", "found")
        yield from blocks


def _show_found_in(inspection: Inspection, framework: Framework) -> Iterator[Block]:
    words = inspection.findings.summary if inspection.findings else {}
    asked = inspection.recommendations
    wanted = asked is not None and bool(asked.recommendations)
    if not (words or wanted):
        return
    yield heading(3, inspection.area.name, make_id("found", inspection.area.id))
    for section in framework.sections:
        if section.id in words:
            yield box(section.title, " ".join(words[section.id].split()), "finding")
    if asked is not None and wanted:
        yield heading(4, "Recommendations", make_id("found", inspection.area.id, "recommendations"))
        yield from list_recommendations(asked)


def show_missing(
    framework: Framework,
    scorecards: Sequence[Scorecard],
    left_out: Sequence[Area],
) -> list[Block]:
    """Areas that are not on the page, and what those that are lack."""
    lines = []
    if left_out:
        names = join_words([area.name for area in left_out])
        verb = "was" if len(left_out) == 1 else "were"
        lines.append(f"{names} {verb} not inspected by this framework ({framework.id}).")
    for card in scorecards:
        lines += [f"{card.area_name}: {said}." for said in _say_lacking(card)]
    blocks: list[Block] = [heading(2, "What is missing", "missing")]
    if not lines:
        return [*blocks, paragraph("Nothing: every area of the folder is here, with every score and rating.")]
    return [*blocks, listing(lines)]


def _say_lacking(card: Scorecard) -> Iterator[str]:
    if card.level in _SAID:
        yield _SAID[card.level]
    if card.withheld:
        codes = [code for code in card.framework.codes if code in card.withheld]
        which = join_words(codes) if len(codes) <= MOST_CODES else f"{len(codes)} figures"
        yield f"{which} withheld, because of too few cases, and left out of the figures over all areas"
    empty = card.criteria["score"].isna() & card.criteria["rating"].isna()
    empty &= ~card.criteria["criterion"].isin(list(card.withheld))
    if empty.any() and card.level != "nothing":
        yield f"no score or rating of {join_words(card.criteria.loc[empty, 'criterion'].tolist())}"
