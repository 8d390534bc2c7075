"""All areas together: added-up answers, thematic reports, and what a page over several areas leaves out."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.present import all_areas
from esi_toolkit.present.tables.all_areas import (
    tabulate_answers,
    tabulate_inspected,
    tabulate_rating_counts,
    tabulate_spread,
)
from esi_toolkit.present.tables.comparison import tabulate_scores, tabulate_targets
from esi_toolkit.reports.pages.compare_page import open_comparison
from esi_toolkit.statistics.all_areas import score_all_areas

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


@pytest.fixture(scope="module")
def page():
    return open_comparison(SAMPLE, replicates=50)


@pytest.fixture(scope="module")
def theme():
    return open_comparison(SAMPLE, "esi-dv", replicates=50)


def whole(blocks):
    """HTML of blocks; their repr is cut where it gets long."""
    return " ".join(block._repr_html_() for block in blocks if hasattr(block, "_repr_html_"))


def test_answers_are_added_up_over_the_areas_that_know_them(page):
    together = page.together.questions.set_index("question")
    for question in ("B1.1", "C5.10", "D4.3"):
        own = [one.questions.set_index("question").loc[question] for one in page.scorecards]
        assert together.loc[question, "relevant"] == np.nansum([row["relevant"] for row in own])
        assert together.loc[question, "positive"] == np.nansum([row["positive"] for row in own])


def test_all_areas_are_scored_by_the_frameworks_own_weights(page):
    together = page.together
    sections = together.sections.set_index("section")["score"]
    assert together.overall.score == pytest.approx(
        0.3 * sections["B"] + 0.4 * sections["C"] + 0.3 * sections["D"]
    )
    assert together.criteria["rating"].isna().all()
    assert together.synthetic


def test_one_area_alone_scores_as_it_does(page):
    durham = next(card for card in page.scorecards if card.area_id == "county-durham")
    alone = score_all_areas([durham])
    pd.testing.assert_series_equal(alone.criteria["score"], durham.criteria["score"])
    assert alone.overall.score == pytest.approx(durham.overall.score)
    assert alone.cases == 100


def test_a_larger_area_counts_for_more(page):
    by_id = {card.area_id: card for card in page.scorecards}
    small, large = by_id["aldermoor"], by_id["fenwater"]
    tenfold = large.questions.assign(**{c: large.questions[c] * 10 for c in ("relevant", "positive")})
    even = score_all_areas([small, large]).overall.score
    assert (
        even < score_all_areas([small, replace(large, questions=tenfold)]).overall.score < large.overall.score
    )


def test_areas_without_answers_give_no_figures_over_all_areas(page):
    dunholt = next(card for card in page.scorecards if card.area_id == "dunholt")
    alone = score_all_areas([dunholt])
    assert alone.cases is None
    assert alone.overall.score is None
    assert all_areas.show_together(alone, page.comparison) == []
    assert list(all_areas.show_answers(alone, [dunholt])) == []


def test_the_spread_names_the_lowest_and_the_highest_area(page):
    table = tabulate_spread(page.together, page.comparison).frame.set_index("Criterion")
    assert table.loc["Score for section D", "Lowest area"] == "48% Aldermoor"
    assert table.loc["Score for section D", "Highest area"] == "84% Fenwater"
    assert table.loc["D2 Improvements are sustainable", "Areas"] == "6", "Brackenfold has no D2"


def test_every_question_has_its_count_and_percentage_over_all_areas(theme):
    table = tabulate_answers(theme.together, theme.scorecards, "B").frame
    row = table.set_index("Question").loc["B3.7 Diversity considered in planning interventions"]
    counts = [one.questions.set_index("question").loc["B3.7"] for one in theme.scorecards]
    positive, relevant = (sum(count[c] for count in counts) for c in ("positive", "relevant"))
    assert row["Met, of relevant cases"] == f"{positive:.0f} of {relevant:.0f}"
    assert row["Score"] == f"{100 * positive / relevant:.0f}%"
    assert row["Criterion"] == "B3 Case management"
    assert set(table["Question"].str.split(".").str[0]) == {"B1", "B2", "B3", "B4"}


def test_every_area_is_counted_once_for_each_rated_criterion(page):
    counts = tabulate_rating_counts(page.comparison, page.together).frame.set_index("Criterion").astype(int)
    assert (counts.sum(axis=1) == 7).all()
    assert counts.loc["A4 Partnership/contracting out", "Not rated"] == 1, "Brackenfold's"


def test_figures_of_areas_with_few_cases_are_marked_and_those_of_all_are_not(theme):
    table = tabulate_scores(theme.comparison, theme.together, theme.scorecards, "section").frame.set_index(
        "Area"
    )
    assert table.drop("All areas").map(lambda cell: cell.endswith("% [u]")).all(axis=None)
    assert not table.loc["All areas"].str.contains("[u]", regex=False).any()
    assert "Every area rests on fewer than 30 cases" in whole(theme.show_summary())


def test_where_one_area_has_few_cases_only_that_one_is_named(page):
    areas = page.comparison.areas
    small = replace(
        page.comparison, areas=areas.assign(cases=areas["cases"].mask(areas["area"] == "fenwater", 12))
    )
    said = whole(all_areas.show_summary(page.together, small))
    assert "Fenwater rests on fewer than 30 cases" in said
    assert "fewer than 30 cases" not in whole(page.show_summary())


def test_targets_are_counted_over_the_areas_that_have_figures():
    columns = ["indicator", "better", "unit", "target", "area", "national"]
    north = pd.DataFrame(
        [("Starts", "higher", "percent", 80.0, 82.0, 75.0), ("Sickness", "lower", "days", 9.0, 10.2, 12.1)],
        columns=columns,
    )
    south = pd.DataFrame([("Starts", "higher", "percent", 85.0, 80.0, 75.0)], columns=columns)
    table = tabulate_targets({"North": north, "South": south, "West": None}).frame
    assert table.to_numpy().tolist() == [
        ["Starts", "differs", "1 of 2", "82% North", "80% South"],
        ["Sickness (lower is better)", "9 days", "0 of 1", "10.2 days North", "10.2 days North"],
    ]


def test_a_thematic_report_says_its_theme_status_areas_and_cases(theme):
    said = whole(theme.show_title())
    assert f">{theme.framework.title}</h1>" in said
    assert "Draft · thematic report on 5 areas in 1 family group · 116 cases" in said
    assert "Synthetic data. The records of all" in said
    assert "The reports of Aldermoor, Brackenfold, Coldermere and Fenwater are drafts" in said


def test_cases_of_a_comparison_are_counted_as_far_as_they_are_known(page):
    assert "Areas compared: Effective Supervision Inspection" in whole(page.show_title())
    assert "7 areas in 1 family group · at least 540 cases" in whole(page.show_title())


def test_where_every_report_is_published_so_is_the_page(theme):
    published = [
        replace(one, area=one.area.model_copy(update={"status": "published"})) for one in theme.inspections
    ]
    said = whole(all_areas.show_title(theme.framework, theme.together, theme.comparison, published))
    assert "Published · thematic report" in said
    assert "Draft" not in said


def test_a_theme_has_no_overall_score_and_no_ranks(theme):
    assert len(theme.show_groups()) == 0
    assert "overall" not in whole(theme.show_summary()).lower()
    assert "Resampling" not in whole(theme.show_making())


def test_a_theme_says_whose_cases_it_covers_and_what_inspectors_found(page, theme):
    assert "in which “dv” is “yes”" in whole(theme.show_inspected())
    found = whole(theme.show_found())
    assert "County Durham" in found
    assert "Assess and manage risk of harm better" in found
    assert len(page.show_found()) == 0, "that stands in the areas' own reports"
    assert "in which" not in whole(page.show_inspected())


def test_areas_without_the_theme_are_named_as_missing(page, theme):
    assert "Dunholt and Eskermarsh were not inspected by this framework (esi-dv)." in whole(
        theme.show_missing()
    )
    said = whole(page.show_missing())
    assert "Brackenfold: no score or rating of A4 and D2." in said
    assert "Dunholt: only scores of criteria are known" in said
    assert "not inspected" not in said


def test_what_an_area_withholds_is_named_and_is_part_of_no_sum(theme):
    aldermoor = next(card for card in theme.scorecards if card.area_id == "aldermoor")
    assert {"C2.6", "C2.8"} <= aldermoor.withheld
    assert "Aldermoor: C2.6, C2.8" in whole(theme.show_missing())
    shown = [card for card in theme.scorecards if "C2.8" not in card.withheld]
    answers = [card.questions.set_index("question").loc["C2.8", "relevant"] for card in shown]
    assert 0 < len(shown) < 5
    assert theme.together.questions.set_index("question").loc["C2.8", "relevant"] == sum(answers)


def test_a_withheld_score_is_marked_as_such_and_many_are_counted(theme):
    codes = frozenset(theme.framework.codes)
    cards = [replace(card, withheld=codes) for card in theme.scorecards]
    table = tabulate_scores(theme.comparison, theme.together, cards, "section")
    assert set(table.frame.set_index("Area").drop("All areas").to_numpy().ravel()) == {"[c]"}
    assert "[c] confidential" in " ".join(table.notes)
    said = whole(all_areas.show_missing(theme.framework, cards, []))
    assert f"Aldermoor: {len(codes)} figures withheld" in said


def test_where_only_one_area_has_a_score_there_is_no_span(page):
    areas = page.comparison.areas
    alone = replace(
        page.comparison, areas=areas.assign(score=areas["score"].where(areas["area"] == "fenwater"))
    )
    said = whole(all_areas.show_summary(page.together, alone))
    assert "One area has an overall score: 89% (Fenwater)." in said
    assert "The areas' overall scores" not in said
    assert "The areas&#x27; overall scores lie from 59% (Aldermoor) to 89% (Fenwater)." in whole(
        page.show_summary()
    )


def test_where_nothing_is_missing_it_is_said(theme):
    durham = [card for card in theme.scorecards if card.area_id == "county-durham"]
    assert "Nothing: every area" in whole(all_areas.show_missing(theme.framework, durham, []))


def test_the_areas_on_the_page_are_listed_with_what_they_are_scored_from(page):
    table = tabulate_inspected(page.scorecards, page.inspections).frame.set_index("Area")
    assert table.loc["Dunholt", ["Cases", "Scored from"]].tolist() == ["[x]", "criterion scores"]
    assert table.loc["County Durham", ["Report", "Cases"]].tolist() == ["published", "100"]


def test_an_area_of_which_nothing_is_known_stands_beside_the_others(tmp_path):
    shutil.copytree(SAMPLE / "county-durham", tmp_path / "county-durham")
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "area.yml").write_text("id: empty\nname: 'A <b> & B'\nframework: esi\n", encoding="utf-8")
    page = open_comparison(tmp_path, replicates=20)
    template = json.loads((ROOT / "templates" / "comparison_report.ipynb").read_text(encoding="utf-8"))
    parts = re.findall(
        r"page\.(show_\w+)\(\)", "\n".join("".join(cell["source"]) for cell in template["cells"])
    )
    assert {"show_summary", "show_missing"} <= set(parts)
    shown = " ".join(whole(getattr(page, part)()) for part in parts)
    assert "A &lt;b&gt; &amp; B: nothing is scored" in shown
    assert "<b>" not in shown
