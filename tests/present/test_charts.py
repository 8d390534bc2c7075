"""Charts: finished, escaped, described, and cheap."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import pytest

from esi_toolkit.method.targets import compare_performance
from esi_toolkit.present import charts
from esi_toolkit.present.charts.bars import Bar, Mark, Reference, draw_bars
from esi_toolkit.present.charts.findings import say_extremes
from esi_toolkit.present.charts.performance import say_performance
from esi_toolkit.present.charts.ranges import Range, draw_ranges
from esi_toolkit.present.charts.ratings import say_ratings
from esi_toolkit.present.figure import for_page
from esi_toolkit.statistics.sensitivity import effects


@pytest.fixture(scope="module")
def figures(small) -> dict:
    inspection, card = small.inspection, small.scorecard
    return {
        "criteria": charts.draw_criteria(card),
        "questions": charts.draw_questions(card, "B1"),
        "ratings": charts.draw_ratings(card),
        "performance": charts.draw_performance(inspection.performance, inspection.area.name),
        "factors": charts.draw_factors(inspection.criminogenic_factors, inspection.area.name),
        "feedback": charts.draw_feedback(inspection.feedback, inspection.area.name, card.framework.display),
        "contributions": charts.draw_contributions(effects(card), card),
    }


NAMES = ["criteria", "questions", "ratings", "performance", "factors", "feedback", "contributions"]
OURS = {"<b>", "</b>", "<br>", "</span>", "<extra>", "</extra>"}


def _texts(value) -> list[str]:
    """Every text that Plotly could print."""
    if isinstance(value, dict):
        return [
            text for key, inner in value.items() if key not in ("meta", "template") for text in _texts(inner)
        ]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", NAMES)
def test_text_from_data_never_reaches_plotly_as_markup(figures, name):
    for text in _texts(figures[name].to_plotly_json()):
        rest = text
        for tag in OURS:
            rest = rest.replace(tag, "")
        rest = rest.replace('<span style="color:#6B6B6B">', "")
        assert "<" not in rest, text
        assert "$" not in rest, text


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_one_that_plotly_accepts_and_checks_from_then_on(figures, name):
    drawn = figures[name].to_plotly_json()
    assert go.Figure(drawn).to_plotly_json() == drawn
    with pytest.raises(ValueError, match="Invalid property"):
        figures[name].update_layout(hight=300)


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_says_what_it_shows_and_where_it_comes_from(figures, name):
    meta = figures[name].layout.meta
    assert len(meta["alt"]) > 40
    assert meta["title"]
    assert meta["note"].startswith('Source: Smith & "Sons" <b>bold</b> $x$,')


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_has_a_fixed_height_and_reflows_in_width(figures, name):
    layout = figures[name].layout
    assert layout.height > 80
    assert layout.width is None


@pytest.mark.parametrize("name", NAMES)
def test_a_page_gets_title_and_note_as_text_and_the_drawing_without(figures, name):
    drawn = json.loads(figures[name].to_json())
    page = for_page(drawn)
    meta = figures[name].layout.meta
    assert (page.title, page.note, page.alt) == (meta["title"], meta["note"], meta["alt"])
    assert "title" not in page.figure["layout"]
    assert not page.figure["layout"]["annotations"]
    assert page.figure["layout"]["height"] < drawn["layout"]["height"]
    assert page.figure["data"] == drawn["data"]
    assert drawn == json.loads(figures[name].to_json()), "the figure of the notebook is left as it was"


def test_a_figure_from_elsewhere_goes_to_a_page_as_it_is():
    foreign = {"data": [{"type": "bar", "y": [1]}], "layout": {"title": {"text": "Mine"}}}
    page = for_page(foreign)
    assert (page.title, page.alt, page.figure) == ("", "", foreign)


def test_the_title_of_the_criteria_chart_is_found_in_the_data(figures):
    assert figures["criteria"].layout.meta["title"] == "B1 is lowest at 75%; B2 highest at 98%"


def test_the_section_score_is_drawn_across_its_criteria(figures):
    (line,) = figures["criteria"].select_traces({"mode": "lines"})
    score = pytest.approx((2 * 75 + 97.5) / 3)
    assert list(line.x) == [score, score, None] * 2, (
        "across two bars, and never through the words between them"
    )


def _bars(figure):
    return next(trace for trace in figure.data if trace.type == "bar" and trace.customdata is not None)


def test_questions_with_too_few_cases_have_words_but_no_bar(figures):
    assert len(_bars(figures["questions"]).x) == 5
    labels = " ".join(figures["questions"].data[2].text)
    assert "6 of 8" in labels
    assert "no relevant case" in labels
    assert "not part of the score" in labels


def test_a_chart_of_questions_names_only_extremes_that_rest_on_enough_cases(figures, small):
    assert figures["questions"].layout.meta["title"] == "B1.5 is lowest at 50%; B1.4 highest at 100%"
    table = small.scorecard.questions
    worst = table.assign(score=table["score"].mask(table["question"] == "B1.6", 0.0))
    title = charts.draw_questions(replace(small.scorecard, questions=worst), "B1").layout.meta["title"]
    assert title == "B1.5 is lowest at 50%; B1.4 highest at 100%", "B1.6 has only eight cases"


def test_a_hollow_bar_beyond_the_named_extremes_does_not_make_the_title_wrong(small):
    table = small.scorecard.questions
    fewer = table.assign(relevant=table["relevant"].mask(table["question"] == "B1.5", 20.0))
    title = charts.draw_questions(replace(small.scorecard, questions=fewer), "B1").layout.meta["title"]
    assert title == "Of questions with 30 cases or more, B1.3 is lowest at 60%; B1.4 highest at 100%"


def test_a_range_stands_on_a_track_of_its_own_below_its_words_and_no_end_of_the_scale_is_cut_off():
    ranges = [
        Range("First", "80%", "70% to 90%", 80, 70, 90),
        Range("Second", "50%", "", 50, *[math.nan] * 2),
    ]
    figure = draw_ranges(ranges, title="t", alt="a", note="n")
    tracks, labels, points, scale = figure.data
    assert list(tracks.x) == [100, 100]
    assert list(tracks.y) == list(points.y)
    ends = [y + tracks.width / 2 for y in tracks.y]
    assert labels.y[0] < points.y[0] < ends[0] < labels.y[1] < points.y[1]
    assert ends[0] - points.y[0] < labels.y[1] - ends[0], "nearer to its own words than to the next"
    assert list(zip(scale.text, scale.textposition, strict=True)) == [
        ("0%", "bottom right"),
        ("50%", "bottom center"),
        ("100%", "bottom left"),
    ]
    assert scale.y[0] >= ends[1]


def test_an_unreliable_figure_has_a_hollow_bar_and_a_mark_in_words(figures):
    feedback = figures["feedback"]
    marker = _bars(feedback).marker
    assert [colour == "white" for colour in marker.color] == [False, True]
    assert list(marker.line.width) == [0, 2]
    assert any("100% [u]" in text for text in feedback.data[2].text)


def test_each_measure_is_held_against_its_target_on_its_own_scale(figures):
    bar = _bars(figures["performance"])
    assert bar.x[0] / (90 / (90 * 1.04)) == pytest.approx(82 / 90)
    assert bar.x[1] / (12.1 / (12.1 * 1.04)) == pytest.approx(10.2 / 12.1)
    assert len(bar.x) == 2, "a measure that is not known has no bar"


def test_where_lower_is_better_a_higher_figure_misses_the_target():
    rows = {
        "better": ["lower", "higher"],
        "target": [9.0, 9.0],
        "area": [10.2, 10.2],
        "national": [12.1, 12.1],
    }
    assert say_performance(compare_performance(pd.DataFrame(rows))) == (
        "1 of 2 targets met; 1 of 2 better than the national figure"
    )


def test_ratings_are_filled_up_to_the_word_and_named(figures):
    strip = figures["ratings"].data[0]
    assert len(set(strip.marker.color[:2])) == 1
    assert strip.marker.color[2] != strip.marker.color[1], "Fair is the second of three steps"
    assert figures["ratings"].layout.meta["title"] == "1 Fair"


def test_criteria_without_a_rating_are_counted_as_not_rated():
    assert say_ratings(pd.DataFrame({"rating": ["Good", None]}), ["Good", "Poor"]) == "1 Good, 1 not rated"


def test_extremes_that_several_share_are_all_named_or_counted():
    figures = {"A": 1.0, "B": 1.0, "C": 2.0, "D": 2.0, "E": 2.0, "F": 2.0, "G": math.nan}
    said = say_extremes([(name, value, f"{value:g}%") for name, value in figures.items()], otherwise="")
    assert said == "A and B are lowest at 1%; 4 of them highest at 2%"


def test_one_figure_has_no_extremes():
    figures = [("A", 1.0, "1%"), ("B", math.nan, "[x]")]
    assert say_extremes(figures, otherwise="nothing to compare") == "nothing to compare"


def test_rows_do_not_overlap_however_long_their_labels():
    bars = [
        Bar("word " * 40, 50, "50%", "an aside " * 20),
        Bar("short", 20, "20%"),
        Bar("Heading", heading=True),
    ]
    figure = draw_bars(bars, title="t", alt="a", note="n")
    tops = list(figure.data[2].y)
    middles = list(_bars(figure).y)
    assert tops[0] < middles[0] < tops[1] < middles[1] < tops[2]
    lines = figure.data[2].text[0].count("<br>") + 1
    assert middles[0] - tops[0] > 18 * lines


def test_marks_and_references_stand_at_their_values():
    bars = [
        Bar("One", 0.5, "5", marks=(Mark(0.8, "target", "target 8"), Mark(0.3, "national", "national 3")))
    ]
    figure = draw_bars(
        bars, title="t", alt="a", note="n", limit=1, percent_axis=False, references=[Reference(0.4, 0, 0)]
    )
    marks = {trace.customdata[0]: trace.x[0] for trace in figure.select_traces({"mode": "markers"})}
    assert marks == {"target 8": 0.8, "national 3": 0.3}
    (line,) = figure.select_traces({"mode": "lines"})
    assert line.x[:2] == (0.4, 0.4)


def test_a_chart_of_nothing_is_still_a_chart():
    empty = pd.DataFrame({"factor": [], "percent_of_cases": pd.Series([], dtype="float64")})
    assert charts.draw_factors(empty, "Nowhere").layout.meta["title"] == "Criminogenic factors"


def test_the_inputs_of_a_chart_are_left_as_they_were(small):
    before = small.inspection.performance.copy(), small.scorecard.questions.copy()
    charts.draw_performance(small.inspection.performance, "x")
    charts.draw_questions(small.scorecard, "B1")
    pd.testing.assert_frame_equal(small.inspection.performance, before[0])
    pd.testing.assert_frame_equal(small.scorecard.questions, before[1])


def test_a_chart_costs_milliseconds(small):
    charts.draw_questions(small.scorecard, "B1")
    start = time.perf_counter()
    for _ in range(10):
        charts.draw_questions(small.scorecard, "B1")
    assert (time.perf_counter() - start) / 10 < 0.1
