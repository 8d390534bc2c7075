"""The index by keyboard: filters and sorts areas, says how many it shows, and does without a script."""

from __future__ import annotations

import json

import pytest

from esi_toolkit.reports.pages.index import write_index
from tests.browser.looking import axe_findings

WIDE, PHONE = 1366, 320
AREAS = {
    "avon": ("Avon", 64.5, "small", "draft", "Well met"),
    "bury": ("Bury", 79.6, "large", "published", "Poor"),
    "crewe": ("Crewe", None, "large", "published", None),
    "dover": ("Dover", 100.0, "small", "draft", "Very well met"),
    "ely": ("Ely", 9.4, None, "draft", "Well met"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    for folder, (name, score, group, status, rating) in AREAS.items():
        card = {
            "name": name,
            "cases": None if score is None else 100,
            "overall": {"score": score, "incomplete": folder == "bury", "missing": []},
            "sections": {"B": {"score": score}},
            "criteria": {"A1": {"rating": rating, "calculated": rating}},
            "titles": {"A1": "Leadership", "B": "Assessment"},
            "scale": ["Very well met", "Well met", "Poor"],
            "family_group": group,
            "status": status,
        }
        (out / folder).mkdir()
        (out / folder / "report.html").write_text("<title>x</title>", encoding="utf-8")
        (out / folder / "scorecard.json").write_text(json.dumps(card), encoding="utf-8")
    return write_index(out)


@pytest.fixture
def open_index(browser, index):
    contexts = []

    def open_page(width=WIDE, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, **options))
        page = contexts[-1].new_page()
        page.goto(index.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def names(page, table=0):
    """Areas that a reader sees in a table, from the top."""
    return page.locator("table.areas").nth(table).locator("tbody tr:visible > th").all_inner_texts()


def said(page):
    return page.get_by_role("status").inner_text()


def reach(page, control):
    """Go on with the Tab key until a control has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if control.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("the Tab key does not lead there")


def test_all_areas_show_and_are_counted(open_index):
    page = open_index()
    assert names(page) == ["Avon", "Bury", "Crewe", "Dover", "Ely"]
    assert said(page) == "Showing 5 of 5 areas."


def test_the_keyboard_filters_by_family_group_and_both_tables_follow(open_index):
    page = open_index()
    reach(page, page.get_by_label("Family group"))
    page.keyboard.type("sm")
    assert names(page) == names(page, 1) == ["Avon", "Dover"]
    assert said(page) == "Showing 2 of 5 areas."


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("D", ["Avon", "Dover", "Ely"]), ("P", ["Bury", "Crewe"]), ("I", ["Bury"])],
)
def test_the_keyboard_filters_by_status(open_index, typed, shown):
    page = open_index()
    reach(page, page.get_by_label("Status"))
    page.keyboard.type(typed)
    assert names(page) == shown


def test_scores_are_filtered_as_they_are_printed_and_none_is_no_zero(open_index):
    page = open_index()
    reach(page, page.get_by_label("Score at least, %"))
    page.keyboard.type("80")
    assert names(page) == ["Bury", "Dover"], "79.6 is printed as 80%"
    page.keyboard.press("Tab")
    page.keyboard.type("80")
    assert names(page) == ["Bury"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Showing 5 of 5").wait_for()
    reach(page, page.get_by_label("Score at most, %"))
    page.keyboard.type("10")
    assert names(page) == ["Ely"], "Crewe has no score"


def test_the_keyboard_sorts_by_figures_and_what_has_none_stands_last(open_index):
    page = open_index()
    head = page.get_by_role("columnheader", name="Overall")
    reach(page, head.get_by_role("button"))
    page.keyboard.press("Enter")
    assert names(page) == ["Dover", "Bury", "Avon", "Ely", "Crewe"]
    assert head.get_attribute("aria-sort") == "descending"
    assert said(page) == "Showing 5 of 5 areas, by Overall, highest first."
    page.keyboard.press("Space")
    assert names(page) == ["Ely", "Avon", "Bury", "Dover", "Crewe"]
    assert head.get_attribute("aria-sort") == "ascending"


def test_ratings_are_sorted_by_their_scale_and_names_by_the_alphabet(open_index):
    page = open_index()
    ratings = page.locator("table.areas").nth(1)
    ratings.get_by_role("button", name="A1 Leadership").press("Enter")
    assert names(page, 1) == ["Dover", "Avon", "Ely", "Bury", "Crewe"]
    area = ratings.get_by_role("button", name="Area")
    area.press("Enter")
    assert names(page, 1) == ["Avon", "Bury", "Crewe", "Dover", "Ely"]
    area.press("Enter")
    assert names(page, 1)[0] == "Ely"
    assert ratings.locator("[aria-sort]").count() == 1


def test_a_filter_and_an_order_hold_together(open_index):
    page = open_index()
    page.get_by_role("button", name="Overall").press("Enter")
    page.get_by_label("Status").select_option("draft")
    assert names(page) == ["Dover", "Avon", "Ely"]
    assert said(page) == "Showing 3 of 5 areas, by Overall, highest first."


def test_what_is_shown_is_announced(open_index):
    status = open_index().get_by_role("status")
    assert status.count() == 1
    assert status.evaluate("one => one.closest('form').hidden") is False


def test_without_a_script_everything_shows_and_no_control_does(open_index):
    page = open_index(java_script_enabled=False)
    assert names(page) == ["Avon", "Bury", "Crewe", "Dover", "Ely"]
    assert not page.locator("form.filters").is_visible()
    assert page.locator("button:visible").count() == 0
    assert page.get_by_role("columnheader", name="Overall").is_visible()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_axe_finds_nothing_in_a_filtered_and_sorted_index(open_index, width):
    page = open_index(width)
    page.get_by_role("button", name="Overall").press("Enter")
    page.get_by_label("Status").select_option("draft")
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
