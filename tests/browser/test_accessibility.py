"""Every kind of page for everyone: axe-core finds nothing, and what it cannot see is looked at here."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from itertools import pairwise

import pytest

from tests.finished_reports import PAGES, finished_reports, needs_browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_PAGE = pytest.mark.parametrize("name", [*(f"{page}/report.html" for page in PAGES), "index.html"])
LAPTOP, PHONE, PAPER = 1366, 320, 665
"""Widths in pixels; the last is that of an A4 sheet between its margins."""
DRAWN = "!document.querySelector('.plot:not([data-drawn])')"
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
"""What readers may set for themselves (WCAG 1.4.12)."""
CUT_OFF = """Array.from(document.querySelectorAll('p, li, h1, h2, h3, h4, dt, dd, .glance span'))
    .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).overflowX !== 'visible')
    .map(one => one.textContent.slice(0, 40))"""
MOVING = """Array.from(document.querySelectorAll('*'))
    .filter(one => { const style = getComputedStyle(one);
        return style.scrollBehavior === 'smooth' || style.animationName !== 'none'
            || parseFloat(style.transitionDuration) > 0; })
    .map(one => one.outerHTML.slice(0, 60))"""
WITH_FOCUS = """(() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    return { tag: one.tagName, outline: parseFloat(getComputedStyle(one).outlineWidth),
        seen: box.right > 0 && box.bottom > 0 && box.top < innerHeight };
})()"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return finished_reports(tmp_path_factory)


@pytest.fixture(scope="module")
def chromium():
    """A browser for which every host on the network is unknown."""
    path = needs_browser()
    from playwright.sync_api import sync_playwright

    options = ["--host-resolver-rules=MAP * ~NOTFOUND"]
    options += ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture
def view(chromium, finished):
    """Open a page at a width, with everything drawn."""
    contexts = []

    def open_page(name, width=LAPTOP, **options):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 800}, **options))
        return open_in(contexts[-1], finished / name)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def look_at(chromium, finished):
    """The page as it is for most people, opened once for all tests that change nothing in it."""
    context = chromium.new_context(viewport={"width": LAPTOP, "height": 800})
    opened = {}

    def look(name):
        if name not in opened:
            opened[name] = open_in(context, finished / name)
        return opened[name]

    yield look
    context.close()


def open_in(context, path):
    """A page with everything drawn; ``asked`` lists the addresses that it asked for."""
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function(DRAWN)
    return page


def axe_findings(page) -> list[str]:
    """What axe-core finds: each rule that is broken, what to do, and where."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    assert found["passes"], "axe-core has looked at something"
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']]}"
        for one in found["violations"]
    ]


@EVERY_PAGE
@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_axe_finds_nothing(view, name, width):
    page = view(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert axe_findings(page) == []


def test_axe_would_find_something(view):
    page = view("index.html")
    page.evaluate(
        "document.querySelector('h1').outerHTML = '<img src=\"x.png\"><p style=\"color: #999\">Pale</p>'"
    )
    assert {finding.split(":")[0] for finding in axe_findings(page)} >= {"image-alt", "color-contrast"}


@EVERY_PAGE
def test_headings_are_one_and_then_in_order(look_at, name):
    levels = look_at(name).evaluate(
        "Array.from(document.querySelectorAll('h1, h2, h3, h4, h5, h6'), one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@EVERY_PAGE
def test_every_page_has_its_landmarks(look_at, name):
    page = look_at(name)
    assert page.locator("html").get_attribute("lang") == "en-GB"
    for role in ("main", "banner", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role
    names = page.evaluate(
        "Array.from(document.querySelectorAll('nav'), one => one.getAttribute('aria-label'))"
    )
    assert all(names)
    assert len(names) == len(set(names))


@EVERY_PAGE
def test_every_table_says_what_it_shows_and_every_heading_cell_what_it_heads(look_at, name):
    tables = look_at(name).evaluate(
        """Array.from(document.querySelectorAll('table'), one => ({
            caption: one.caption ? one.caption.textContent.trim() : '',
            bare: one.querySelectorAll('th:not([scope])').length,
            rows: one.querySelectorAll('tbody tr').length,
            headed: one.querySelectorAll('tbody tr > th[scope]:first-child').length}))"""
    )
    assert tables
    for table in tables:
        assert table["caption"]
        assert table["bare"] == 0
        assert table["headed"] == table["rows"]


@pytest.mark.parametrize("name", [f"{page}/report.html" for page in PAGES])
def test_every_chart_is_said_in_words_and_stands_beside_a_table(look_at, name):
    page = look_at(name)
    charts = page.evaluate(
        """Array.from(document.querySelectorAll('.plot'), one => ({
            role: one.getAttribute('role'), alt: one.getAttribute('aria-label'),
            title: one.closest('figure').querySelector('figcaption').textContent}))"""
    )
    assert charts or name.startswith("awkward")
    for chart in charts:
        assert chart["role"] == "img"
        assert len(chart["alt"].split()) >= 8
        assert any(letter.isdigit() for letter in chart["alt"]), "it says figures"
        assert chart["alt"] != chart["title"]
    assert len({chart["alt"] for chart in charts}) == len(charts)
    assert page.locator("table").count() >= len(charts)


@EVERY_PAGE
def test_a_page_never_scrolls_sideways(view, name):
    page = view(name, PHONE)
    for width in (PHONE, 768, LAPTOP):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@EVERY_PAGE
def test_wider_spacing_of_text_cuts_nothing_off(view, name):
    page = view(name, PHONE)
    page.add_style_tag(content=TEXT_SPACING)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    cut = page.evaluate(CUT_OFF)
    assert cut == []


@EVERY_PAGE
def test_the_first_tab_leads_past_the_frame(view, name):
    page = view(name)
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    assert page.locator("main#main").count() == 1


@EVERY_PAGE
def test_whoever_uses_the_keyboard_sees_where_they_are(view, name):
    page = view(name, reduced_motion="reduce")
    for _ in range(12):
        page.keyboard.press("Tab")
        focus = page.evaluate(WITH_FOCUS)
        if focus["tag"] == "BODY":
            break
        assert focus["outline"] >= 2, focus
        assert focus["seen"], focus


@EVERY_PAGE
def test_nothing_moves_for_those_who_asked_for_stillness(view, name):
    page = view(name, reduced_motion="reduce")
    moving = page.evaluate(MOVING)
    assert moving == []


@EVERY_PAGE
def test_nothing_on_paper_is_wider_than_the_paper(view, name):
    page = view(name, PAPER)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER


@EVERY_PAGE
def test_no_request_leaves_the_page(look_at, finished, name):
    page = look_at(name)
    assert [address for address in page.asked if not address.startswith(finished.as_uri())] == []


def test_a_report_is_less_than_a_megabyte_beside_the_script_that_all_share(finished):
    for page in PAGES:
        assert (finished / page / "report.html").stat().st_size < 1_000_000
