"""What there is to see on a page for those who read it otherwise, gathered in one opening."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.finished_reports import wait_until

LAPTOP, TABLET, PHONE, PAPER = 1366, 768, 320, 665
"""Widths in pixels; the last is that of an A4 sheet between its margins."""
HEIGHT = 800
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DRAWN = "!document.querySelector('.plot:not([data-drawn])')"
PATIENCE = 20
"""Seconds that a page has to follow a link, and its charts a new width, on a busy machine."""
MOST_STEPS = 400
"""How often the Tab key is pressed, at most, to come to the end of a page."""
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
"""What readers may set for themselves (WCAG 1.4.12)."""

_SCROLL_WIDTH = "document.documentElement.scrollWidth"
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
_STRUCTURE = """({
    language: document.documentElement.lang,
    levels: Array.from(document.querySelectorAll('h1, h2, h3, h4, h5, h6'), one => Number(one.tagName[1])),
    navigation: Array.from(document.querySelectorAll('nav'), one => one.getAttribute('aria-label')),
    has_contents: Boolean(document.querySelector('nav.contents')),
    tables: Array.from(document.querySelectorAll('table'), one => ({
        caption: one.caption ? one.caption.textContent.trim() : '',
        bare: one.querySelectorAll('th:not([scope])').length,
        rows: one.querySelectorAll('tbody tr').length,
        headed: one.querySelectorAll('tbody tr > th[scope]:first-child').length})),
    charts: Array.from(document.querySelectorAll('.plot'), one => ({
        role: one.getAttribute('role'), alt: one.getAttribute('aria-label') || '',
        title: one.closest('figure').querySelector('figcaption').textContent}))})"""
_SCROLLING = """Array.from(document.querySelectorAll('table'), one => one.parentElement)
    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map(one => one.querySelector('caption')?.textContent ?? 'a table')"""
_FOCUS = """(() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return { tag: one.tagName, skip: one.matches('a.skip'), contents: Boolean(one.closest('nav.contents')),
        table: one.querySelector(':scope > table > caption')?.textContent ?? '',
        outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
        seen: box.right > 0 && box.left >= 0 && box.bottom > 0 && box.top < innerHeight }; })()"""
_CUT_OFF = """Array.from(document.querySelectorAll('p, li, h1, h2, h3, h4, dt, dd, .glance span'))
    .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).overflowX !== 'visible')
    .map(one => one.textContent.slice(0, 40))"""
_UNSEEN = """[
    ...Array.from(document.querySelectorAll('caption'))
        .filter(one => one.checkVisibility()
            && one.clientWidth > one.closest('table').parentElement.clientWidth + 1),
    ...Array.from(document.querySelectorAll('.plot svg text')).filter(one => {
        const words = one.getBoundingClientRect(), plot = one.closest('.plot').getBoundingClientRect();
        return words.left < plot.left - 2 || words.right > plot.right + 2
            || words.top < plot.top - 4 || words.bottom > plot.bottom + 4; })
    ].map(one => one.textContent.slice(0, 40))"""
_MOVING = """Array.from(document.querySelectorAll('*'))
    .filter(one => { const style = getComputedStyle(one);
        return style.scrollBehavior === 'smooth' || style.animationName !== 'none'
            || parseFloat(style.transitionDuration) > 0; })
    .map(one => one.outerHTML.slice(0, 60))"""


@dataclass(frozen=True)
class Seen:
    """One page at one width.

    Attributes
    ----------
    structure : dict
        Language, levels of headings, names of navigation, tables and charts, as `_STRUCTURE` gathers them.
    roles : dict of str to int
        How many of each landmark.
    steps : tuple of dict
        Where each press of the Tab key leads, until the page ends.
    scrolling : tuple of str
        Captions of the tables that are wider than the page while the steps are made.
    skipped_to : str
        Fragment of the address after following the link past the frame.
    moving : tuple of str
        What moves for those who asked for stillness.
    axe : tuple of str
        What axe-core finds with everything unfolded.
    widths : dict of int to int
        How wide the page wants to be at a width, everything unfolded.
    unseen : tuple of str
        Captions wider than what is seen of their table, and words that stand out of their chart.
    spaced : int
        How wide it wants to be with wider spacing of text.
    cut_off : tuple of str
        Texts that are then cut off.
    on_paper : int
        How wide it wants to be in print.
    asked : tuple of str
        Addresses that it asked for.
    """

    structure: dict[str, Any]
    roles: dict[str, int]
    steps: tuple[dict[str, Any], ...]
    scrolling: tuple[str, ...]
    skipped_to: str
    moving: tuple[str, ...]
    axe: tuple[str, ...]
    widths: dict[int, int]
    unseen: tuple[str, ...]
    spaced: int
    cut_off: tuple[str, ...]
    on_paper: int
    asked: tuple[str, ...]


def look(browser: Any, path: Path, width: int, patience: float = PATIENCE) -> Seen:
    """Open a page once and gather all there is to see, what changes nothing first."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    wait_until(page, DRAWN)
    structure = page.evaluate(_STRUCTURE)
    roles = {role: page.get_by_role(role).count() for role in ("main", "banner", "contentinfo")}
    moving, scrolling = page.evaluate(_MOVING), page.evaluate(_SCROLLING)
    steps = _walk(page)
    skipped_to = _follow_skip(page, patience)
    page.evaluate(_OPEN_ALL)
    axe, unseen = axe_findings(page), page.evaluate(_UNSEEN)
    widths = {at: _width_at(page, at, patience) for at in dict.fromkeys((width, TABLET, PHONE))}
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    on_paper = _width_at(page, PAPER, patience)
    page.emulate_media(media="screen")
    page.add_style_tag(content=TEXT_SPACING)
    spaced, cut_off = _width_at(page, PHONE, patience), page.evaluate(_CUT_OFF)
    context.close()
    return Seen(
        structure, roles, steps, tuple(scrolling), skipped_to, tuple(moving), tuple(axe), widths,
        tuple(unseen), spaced, tuple(cut_off), on_paper, tuple(asked),
    )  # fmt: skip


def _walk(page: Any) -> tuple[dict[str, Any], ...]:
    steps = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        step = page.evaluate(_FOCUS)
        if step["tag"] == "BODY":
            break
        steps.append(step)
    return tuple(steps)


def _follow_skip(page: Any, patience: float) -> str:
    skip = page.locator("a.skip")
    if not skip.count():
        return ""
    skip.focus()
    page.keyboard.press("Enter")
    try:
        wait_until(page, "location.hash !== ''", patience)
    except AssertionError:
        return ""
    fragment = page.evaluate("location.hash.slice(1)")
    return fragment if page.locator(f"main#{fragment}").count() == 1 else ""


def _width_at(page: Any, width: int, patience: float) -> int:
    """How wide the page wants to be, once its charts have followed."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    try:
        wait_until(page, f"{_SCROLL_WIDTH} <= {width}", patience)
    except AssertionError:
        return page.evaluate(_SCROLL_WIDTH)
    return width


def axe_findings(page: Any) -> list[str]:
    """What axe-core finds: each rule that is broken, what to do, and where."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    assert found["passes"], "axe-core has looked at something"
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']]}"
        for one in found["violations"]
    ]
