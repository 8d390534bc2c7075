"""Pages in Chromium: everything is drawn, nothing is asked of the network, and a narrow screen is enough."""

from __future__ import annotations

import shutil

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from esi_toolkit.present.charts.bars import LINE, Bar, Reference, draw_bars
from esi_toolkit.present.figure import build_figure
from esi_toolkit.reports.pages.export import to_page
from esi_toolkit.reports.running.batch import run_batch
from tests.finished_reports import wait_until
from tests.reports.conftest import TEMPLATE, write_area

DRAWN = "document.querySelectorAll('.plot').length === document.querySelectorAll('.plot[data-drawn]').length"
WIDE_TABLE = "<table><caption>Wide</caption><tr>" + "<td>unbreakable_words_here</td>" * 12 + "</tr></table>"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports of two areas, one of them with a hostile name, a wide table and a second figure."""
    folder = tmp_path_factory.mktemp("pages")
    trouble = (
        f"from IPython.display import HTML\ndisplay(HTML({WIDE_TABLE!r}))\n"
        "display(go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), {'meta': {'alt': 'A line that rises'}}))"
    )
    nasty = "<img src='https://example.org/x.png' onerror='document.title=1'> & <b>Sons</b>"
    write_area(folder / "areas/leeds", trouble=trouble)
    write_area(folder / "areas/york", name=nasty)
    result = run_batch(folder / "areas", folder / "out", template=TEMPLATE, workers=2)
    assert result.exit_code == 0, result
    return folder / "out"


@pytest.fixture
def open_page(browser):
    """Open a file at a width; whatever the page asks of anybody, or complains about, is kept beside it."""
    opened = []

    def open_at(path, width=1280, script="true", **options):
        page = browser.new_page(viewport={"width": width, "height": 800}, **options)
        opened.append(page)
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path.as_uri())
        wait_until(page, script)
        return page

    yield open_at
    for page in opened:
        page.close()


def write_page(path, figure):
    output = new_output("display_data", data={"application/vnd.plotly.v1+json": figure.to_plotly_json()})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    path.write_text(to_page(notebook, assets=""), encoding="utf-8")


def test_every_figure_is_drawn_and_nothing_is_asked_of_the_network(open_page, reports):
    page = open_page(reports / "leeds/report.html", script=DRAWN)
    assert page.locator(".plot .main-svg").first.is_visible()
    assert page.locator(".plot[data-drawn]").count() == 2
    assert page.locator(".plot .bars path").count() == 3
    assert page.complaints == []
    assert sorted({address.partition("://")[0] for address in page.asked}) == ["file"]
    assert [address.rpartition("/")[2].partition("-")[0] for address in page.asked] == [
        "report.html",
        "plotly",
    ]


def test_a_hostile_name_is_only_a_name(open_page, reports):
    page = open_page(reports / "york/report.html", script=DRAWN)
    assert page.locator("h1").inner_text().startswith("<img src='https://example.org/x.png'")
    assert page.locator("img").count() == 0
    assert page.title().startswith("<img src=")
    assert all(address.startswith("file:") for address in page.asked)
    index = open_page(reports / "index.html")
    assert index.get_by_role("link", name="<b>Sons</b>").count() == 2
    assert index.asked == [(reports / "index.html").as_uri()]


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1280, 1920])
@pytest.mark.parametrize("name", ["leeds/report.html", "index.html"])
def test_nothing_but_a_wide_table_scrolls_sideways(open_page, reports, name, width):
    page = open_page(reports / name, width=width, script=DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for table in page.locator("div.table").all():
        box = table.evaluate("box => [box.scrollWidth > box.clientWidth, box.tabIndex]")
        assert box[0] <= (box[1] == 0), "what scrolls can be reached by the Tab key"
        assert box in ([True, 0], [False, -1]) or name == "index.html", "and, with a script, nothing else"


def test_a_figure_follows_the_width_of_the_window(open_page, reports):
    page = open_page(reports / "leeds/report.html", script=DRAWN)
    wide = page.locator(".plot .main-svg").first.bounding_box()["width"]
    page.set_viewport_size({"width": 400, "height": 800})
    wait_until(page, "document.querySelector('.plot .main-svg').getBoundingClientRect().width < 400")
    assert wide > 500


LABELS = ("Short", "Risk of harm reviewed whenever there was a significant incident", "Words & <more>")
ROWS = """Array.from(document.querySelectorAll('.plot .textpoint text'), one => one.getBoundingClientRect())
    .slice(0, 3).map((words, row) => {
        const bar = document.querySelectorAll('.plot .bars path')[row].getBoundingClientRect();
        return [words.top, words.bottom, bar.top, bar.bottom, words.right]; })"""
HEIGHT = "document.querySelector('.plot').clientHeight"
FOLLOWED = """['Width', 'Height'].every(side => document.querySelector('.plot')['client' + side]
    == document.querySelector('.plot .main-svg').getAttribute(side.toLowerCase()))"""


def test_labels_run_on_where_there_is_room_and_each_stays_above_its_bar(open_page, tmp_path):
    bars = [Bar(label, 60, shown="60%", aside="30 of 50") for label in LABELS]
    figure = draw_bars(bars, title="Found", alt="Bars", note="Source", references=[Reference(70, 0, 2)])
    write_page(tmp_path / "bars.html", figure)
    page = open_page(tmp_path / "bars.html", script=DRAWN)
    heights, rows = {}, {}
    for width in (1280, 320, 1281):
        page.set_viewport_size({"width": width, "height": 800})
        wait_until(page, FOLLOWED)
        rows[width], heights[width] = page.evaluate(ROWS), page.evaluate(HEIGHT)
        for *edges, right in rows[width]:
            assert edges == sorted(edges), "a label, then its bar"
            assert right <= width
        assert rows[width][0][3] < rows[width][1][0]
        assert rows[width][1][3] < rows[width][2][0]
    assert heights[320] - heights[1280] == LINE, "only the second label is too long for a phone"
    assert heights[1281] == heights[1280]
    assert [row[:4] for row in rows[1281]] == [row[:4] for row in rows[1280]]
    assert page.complaints == []


def test_the_first_tab_leads_past_the_frame_and_contents_lead_to_their_parts(open_page, reports):
    page = open_page(reports / "leeds/report.html", script=DRAWN)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert page.locator("a.skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    wait_until(page, "location.hash === '#main'")
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Words").click()
    wait_until(page, "location.hash === '#words'")
    page.get_by_role("link", name="All areas").click()
    page.wait_for_url("**/index.html")
    assert page.title() == "Inspection reports by area"


def test_contents_are_folded_on_a_narrow_screen_and_open_beside_the_text(open_page, reports):
    narrow = open_page(reports / "leeds/report.html", width=375, script=DRAWN)
    assert not narrow.get_by_role("link", name="Words").is_visible()
    narrow.get_by_text("Contents").click()
    assert narrow.get_by_role("link", name="Words").is_visible()
    wide = open_page(reports / "leeds/report.html", width=1280, script=DRAWN)
    assert wide.get_by_role("link", name="Words").is_visible()


def test_a_page_without_its_script_describes_its_figures(open_page, reports, tmp_path):
    shutil.copy(reports / "leeds/report.html", tmp_path / "alone.html")
    page = open_page(tmp_path / "alone.html")
    assert page.locator(".plot").all_inner_texts() == ["Bar chart: 3 criteria of Leeds", "A line that rises"]


def test_a_page_can_be_read_with_scripts_switched_off(open_page, reports):
    page = open_page(reports / "leeds/report.html", java_script_enabled=False)
    assert page.get_by_role("table", name="Scores by criterion").is_visible()
    assert page.get_by_role("img", name="Bar chart: 3 criteria of Leeds").count() == 1


def test_a_single_file_needs_no_other(open_page, tmp_path):
    figure = build_figure(
        [{"type": "bar", "x": [1], "y": ["a"], "orientation": "h"}],
        title="Found",
        alt="One bar",
        note="Source",
        height=100,
        xaxis={},
        yaxis={},
    )
    write_page(tmp_path / "single.html", figure)
    page = open_page(tmp_path / "single.html", script=DRAWN)
    assert page.locator(".plot .bars path").count() == 1
    assert page.locator("figcaption").inner_text() == "Found"
    assert page.asked == [(tmp_path / "single.html").as_uri()]
    assert page.complaints == []


def test_on_paper_everything_is_unfolded_and_nothing_is_wider_than_the_sheet(open_page, reports):
    page = open_page(reports / "leeds/report.html", script=DRAWN)
    page.set_viewport_size({"width": 660, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(one => one.open)")
    assert page.locator(".plot .main-svg").first.bounding_box()["width"] <= 660
    assert not page.get_by_role("link", name="All areas").is_visible()


def test_who_asked_for_stillness_gets_it(open_page, reports):
    page = open_page(reports / "leeds/report.html", script=DRAWN, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
