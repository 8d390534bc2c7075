"""Every kind of page for everyone: axe-core finds nothing, and what it cannot see is looked at here.

Each page is opened once for each width (`looking.look`); the checks read what was seen then. That each of
them can fail is shown on a page on which everything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.looking import LAPTOP, PAPER, PHONE, Seen, look
from tests.finished_reports import PAGES, finished_reports
from tests.real_parts import NO_NETWORK, open_browser

NAMES = (*(f"{page}/report.html" for page in PAGES), "index.html")
FEWEST_WORDS = 8
"""Of an alternative text that says what a chart shows."""
NARROWEST_OUTLINE = 2
WRONG_STYLE = """
:focus { outline: none !important; }
p { transition: all 1s !important; }
.wide { min-width: 1500px; }
caption { max-width: none !important; min-width: 1200px; }
.cut { width: 3em; overflow: hidden; white-space: nowrap; }
"""
WRONG = (
    ('<html lang="en-GB">', '<html lang="xx">'),
    ('<a class="skip"', '<img src="x.png"><a'),
    ("<main", "<div"),
    ("</main>", '<p class="cut">Cut off here</p></div><div class="wide">Wide</div>'),
    ("<h1", '<h3 style="color: #aaa"'),
    ("</h1>", "</h3>"),
    ('aria-label="Contents"', ""),
    ('scope="row"', ""),
    ('role="img"', 'role="presentation"'),
    ('<div class="table" role="group" tabindex="0"', '<div style="overflow: auto" tabindex="-1"'),
    ("</head>", f"<style>{WRONG_STYLE}</style></head>"),
    ("</footer>", '<script src="https://elsewhere.example/x.js"></script></footer>'),
    ("<details", "<div"),
    ("</details", "</div"),
)  # fmt: skip
"""What is put in place of what, to make a page wrong in every way."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    return finished_reports(tmp_path_factory)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A browser for which every host on the network is unknown."""
    with open_browser(NO_NETWORK) as browser:
        yield browser


@pytest.fixture(scope="module")
def seen(chromium, finished) -> Callable[[str, int], Seen]:
    """A page at a width, opened when it is first asked for."""
    kept: dict[tuple[str, int], Seen] = {}

    def ask(name: str, width: int) -> Seen:
        if (name, width) not in kept:
            kept[name, width] = look(chromium, finished / name, width)
        return kept[name, width]

    return ask


@pytest.fixture(scope="module")
def seen_wrong(chromium, finished, tmp_path_factory) -> Seen:
    """A report on which everything is wrong, on a phone."""
    text = (finished / "dunholt/report.html").read_text(encoding="utf-8")
    head, policy, tail = text.partition('<meta http-equiv="Content-Security-Policy"')
    assert policy
    text = head + tail.partition(">")[2]
    for right, wrong in WRONG:
        assert right in text, right
        text = text.replace(right, wrong)
    path = tmp_path_factory.mktemp("wrong") / "report.html"
    path.write_text(text.replace("../assets/", (finished / "assets").as_uri() + "/"), encoding="utf-8")
    return look(chromium, path, PHONE, patience=1)


def check_axe(seen: Seen) -> Iterator[str]:
    yield from seen.axe


def check_headings(seen: Seen) -> Iterator[str]:
    levels = seen.structure["levels"]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"first-level headings at {[place for place, level in enumerate(levels) if level == 1]}"
    yield from (f"h{after} below h{before}" for before, after in pairwise(levels) if after > before + 1)


def check_language(seen: Seen) -> Iterator[str]:
    if seen.structure["language"] != "en-GB":
        yield seen.structure["language"]


def check_landmarks(seen: Seen) -> Iterator[str]:
    yield from (f"{count} of {role}" for role, count in seen.roles.items() if count != 1)
    names = seen.structure["navigation"]
    if not all(names) or len(set(names)) < len(names):
        yield f"navigation called {names}"


def check_tables(seen: Seen) -> Iterator[str]:
    if not seen.structure["tables"]:
        yield "no table"
    for table in seen.structure["tables"]:
        if not table["caption"] or table["bare"] or table["headed"] != table["rows"]:
            yield str(table)


def check_charts(seen: Seen) -> Iterator[str]:
    charts = seen.structure["charts"]
    for chart in charts:
        says_figures = any(letter.isdigit() for letter in chart["alt"])
        says_enough = len(chart["alt"].split()) >= FEWEST_WORDS and chart["alt"] != chart["title"]
        if chart["role"] != "img" or not says_figures or not says_enough:
            yield str(chart)
    if len({chart["alt"] for chart in charts}) < len(charts):
        yield "charts that are said in the same words"
    if len(seen.structure["tables"]) < len(charts):
        yield "a chart without a table beside it"


def check_skip_link(seen: Seen) -> Iterator[str]:
    first = seen.steps[0] if seen.steps else {}
    if not (first.get("skip") and first.get("seen") and seen.skipped_to == "main"):
        yield f"the first step leads to {first}, and from there to '{seen.skipped_to}'"


def check_focus(seen: Seen) -> Iterator[str]:
    yield from (str(step) for step in seen.steps if step["outline"] < NARROWEST_OUTLINE or not step["seen"])


def check_reach(seen: Seen) -> Iterator[str]:
    """The contents, and whatever scrolls sideways, can be come to by the Tab key."""
    if seen.structure["has_contents"] and not any(step["contents"] for step in seen.steps):
        yield "contents out of reach"
    reached = {step["table"] for step in seen.steps}
    yield from (caption for caption in seen.scrolling if caption not in reached)


def check_widths(seen: Seen) -> Iterator[str]:
    yield from (f"{wide} pixels at {at}" for at, wide in seen.widths.items() if wide > at)


def check_words(seen: Seen) -> Iterator[str]:
    yield from seen.unseen


def check_spacing(seen: Seen) -> Iterator[str]:
    yield from seen.cut_off
    if seen.spaced > PHONE:
        yield f"{seen.spaced} pixels with wider spacing of text"


def check_stillness(seen: Seen) -> Iterator[str]:
    yield from seen.moving


def check_paper(seen: Seen) -> Iterator[str]:
    if seen.on_paper > PAPER:
        yield f"{seen.on_paper} pixels on paper"


def check_requests(seen: Seen) -> Iterator[str]:
    yield from (address for address in seen.asked if not address.startswith("file:"))


CHECKS: dict[str, Callable[[Seen], Iterator[str]]] = {
    "axe-core finds nothing": check_axe,
    "headings are one and then in order": check_headings,
    "it says its language": check_language,
    "it has its landmarks": check_landmarks,
    "tables say what they show and heading cells what they head": check_tables,
    "charts are said in words and stand beside a table": check_charts,
    "the first tab leads past the frame": check_skip_link,
    "whoever uses the keyboard sees where they are": check_focus,
    "the keyboard comes to the contents and to tables that scroll": check_reach,
    "it never scrolls sideways": check_widths,
    "captions and the words of charts are seen whole": check_words,
    "wider spacing of text cuts nothing off": check_spacing,
    "nothing moves for those who asked for stillness": check_stillness,
    "nothing on paper is wider than the paper": check_paper,
    "no request leaves the page": check_requests,
}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("width", [LAPTOP, PHONE])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_for_everyone(seen, name, width, check):
    assert list(CHECKS[check](seen(name, width))) == []


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_wrong_with_a_page_would_be_found(seen_wrong, check):
    assert list(CHECKS[check](seen_wrong))


def test_the_pages_hold_what_the_checks_are_about(seen):
    durham = seen("county-durham/report.html", PHONE)
    assert len(durham.structure["charts"]) > 10
    assert durham.structure["has_contents"]
    assert durham.scrolling
    assert len(durham.steps) > len(durham.scrolling) + 10
    assert any("county-durham" in address for address in durham.asked)


def test_a_report_is_less_than_a_megabyte_beside_the_script_that_all_share(finished):
    for page in PAGES:
        assert (finished / page / "report.html").stat().st_size < 1_000_000
