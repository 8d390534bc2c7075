"""Areas side by side: what is compared, what chance allows, and that no rank stands without its range."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.errors import InputError, NotFoundError
from esi_toolkit.present.charts.comparison import draw_group, draw_heat_map, say_group
from esi_toolkit.present.charts.funnel import draw_funnel
from esi_toolkit.present.comparison import MAYBE_CHANCE, MORE_THAN_CHANCE, ONE_APART, say_dispersion
from esi_toolkit.present.tables.comparison import tabulate_group, tabulate_ratings
from esi_toolkit.reports.pages.compare_page import open_comparison
from esi_toolkit.statistics.compare_areas import compare_areas

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def page():
    return open_comparison(SAMPLE, replicates=400)


def test_every_area_keeps_its_own_score(page):
    scores = page.comparison.areas.set_index("area")["score"]
    for one in page.scored:
        assert scores[one.scorecard.area_id] == one.scorecard.overall.score


def test_an_area_whose_answers_are_unknown_has_no_interval_and_no_rank(page):
    areas = page.comparison.areas.set_index("area")
    for area in ("dunholt", "eskermarsh"):
        assert areas.loc[area, ["low", "high", "rank", "rank_low"]].isna().all()
        assert areas.loc[area, "outside"] == "no score"
    assert areas["ranked"].max() == 5


def test_the_interval_holds_the_score_and_the_rank_its_range(page):
    known = page.comparison.areas.dropna(subset=["low"])
    assert ((known["low"] < known["score"]) & (known["score"] < known["high"])).all()
    assert ((known["rank_low"] <= known["rank"]) & (known["rank"] <= known["rank_high"])).all()


def test_no_rank_is_printed_without_its_range(page):
    column = tabulate_group(page.comparison.areas, "group", page.framework.display).frame[
        "Rank (and its range)"
    ]
    assert column.str.fullmatch(r"\d of 5 \(\d to \d\)|\[x\]").all()


def test_the_poor_area_is_named_as_below_what_chance_allows(page):
    assert page.comparison.areas.set_index("area").loc["aldermoor", "outside"] == "below 99.8%"
    assert "Aldermoor" in say_group(page.comparison.areas)


def test_areas_that_do_not_differ_are_not_named(page):
    alike = page.comparison.areas.assign(outside="inside")
    assert say_group(alike) == "No area differs from its group by more than chance allows"


def test_areas_are_said_to_differ_by_more_than_chance_only_where_a_test_says_so(page):
    areas = page.comparison.areas
    assert say_dispersion(areas.assign(by_chance=0.01)).startswith(MORE_THAN_CHANCE)
    assert say_dispersion(areas.assign(by_chance=0.3)).startswith(MAYBE_CHANCE)
    assert "no more than chance alone" in say_dispersion(areas.assign(tau=0.0, by_chance=0.5))
    assert say_dispersion(areas.assign(tau=0.0, by_chance=0.01)) == ONE_APART


def test_the_same_seed_gives_the_same_comparison(page):
    again = open_comparison(SAMPLE, replicates=400)
    pd.testing.assert_frame_equal(again.comparison.areas, page.comparison.areas)
    other = open_comparison(SAMPLE, replicates=400, seed=2)
    assert not np.allclose(other.comparison.areas["low"], page.comparison.areas["low"], equal_nan=True)


def test_pooled_questions_add_up_the_areas(page):
    pooled = page.comparison.questions.set_index("question").loc["B1.1"]
    own = [one.scorecard.questions.set_index("question").loc["B1.1"] for one in page.scored]
    known = [row for row in own if row["relevant"] > 0]
    assert pooled["positive"] == sum(row["positive"] for row in known)
    assert pooled["areas"] == len(known) == 6


def test_ratings_stand_in_words_by_area(page):
    table = tabulate_ratings(page.comparison, page.framework, page.comparison.areas).frame.set_index("Area")
    assert table.loc["County Durham", "A2"] == "Very well met"
    assert table.loc["Brackenfold", "A4"] == "[x]"


def test_names_of_areas_are_never_markup(page):
    hostile = page.comparison.areas.assign(name="A <b>& 'B'</b>")
    figure = draw_group(hostile)
    assert all(text.count("<b>") == 1 and "<b>&" not in text for text in figure.data[1].text), (
        "the figure's own"
    )
    assert "&lt;b&gt;" in figure.data[1].text[0]
    names = dict.fromkeys(hostile["area"], "x<br>y")
    criteria = page.comparison.scores[page.comparison.scores["level"] == "criterion"]
    assert "<br>" not in str(draw_heat_map(criteria, names, page.framework).data[0].y)


def test_the_funnel_names_the_areas_outside_and_no_other(page):
    areas = page.comparison.areas
    figure = draw_funnel(areas, title=say_group(areas))
    outside = set(areas.loc[~areas["outside"].isin(["inside", "no score"]), "name"])
    assert set(figure.data[0].text) - {""} == outside == {"Aldermoor", "Brackenfold", "Fenwater"}
    symbols = dict(zip(figure.data[0].text, figure.data[0].marker.symbol, strict=True))
    assert symbols["Aldermoor"] == "diamond"
    assert symbols[""] == "circle"
    assert "3 of them outside the 95% limits" in figure.layout.meta["alt"]
    assert "<b>" not in str(draw_funnel(areas.assign(name="A <b>"), title="t").data[0].text)


def test_the_limits_of_the_funnel_meet_at_the_mean_of_the_group(page):
    areas = page.comparison.areas
    lines = draw_funnel(areas, title="t").layout.shapes
    assert len(lines) == 5
    assert {line.y1 for line in lines} == {areas["target"].iloc[0]}
    widest = max(lines, key=lambda line: line.y0)
    assert (widest.y0 - widest.y1) / widest.x0 == pytest.approx(3.0902, abs=1e-4)  # z of 99.8%


def test_every_cell_of_the_heat_map_has_its_figure(page):
    criteria = page.comparison.scores[page.comparison.scores["level"] == "criterion"]
    names = dict(zip(page.comparison.areas["area"], page.comparison.areas["name"], strict=True))
    cells = [
        one for one in draw_heat_map(criteria, names, page.framework).layout.annotations if one.name == "cell"
    ]
    assert len(cells) == criteria["score"].notna().sum()


def test_areas_of_another_framework_and_twins_are_refused(page):
    cards = [one.scorecard for one in page.scored[:2]]
    inspections = [one.inspection for one in page.scored[:2]]
    other = replace(cards[1], framework=cards[1].framework.model_copy(update={"version": "2"}))
    with pytest.raises(InputError, match="different frameworks"):
        compare_areas([cards[0], other], inspections)
    with pytest.raises(InputError, match="twice"):
        compare_areas([cards[0], cards[0]], [inspections[0]] * 2)


def test_a_folder_without_areas_of_the_framework_is_said(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "area.yml").write_text("id: a\nname: A\nframework: other\n", encoding="utf-8")
    with pytest.raises(NotFoundError, match="no area inspected by esi"):
        open_comparison(tmp_path)
