"""Tables and other pieces of HTML: escaped, with caption and scopes."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from esi_toolkit.present.html import (
    Html,
    Table,
    box,
    details,
    facts,
    heading,
    listing,
    make_id,
    notice,
    paragraph,
    result_line,
    to_html,
)

OUR_ELEMENTS = {
    "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "h2", "ul", "li", "strong", "dl",
    "dt", "dd", "span", "details", "summary",
}  # fmt: skip


class _Reader(HTMLParser):
    """Elements with their attributes, and the text of all of them."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def _table(**changes) -> Table:
    frame = pd.DataFrame({"Part": ["One", "Two", "Sum"], "Share": ["1%", "2%", "3%"], "Kind": ["a", "a", ""]})
    return Table("A table", frame, **{"numbers": ("Share",), **changes})


def test_a_table_has_a_caption_and_a_scope_for_every_heading():
    elements = _Reader(to_html(_table())).elements
    assert [tag for tag, _ in elements].count("caption") == 1
    assert [attributes["scope"] for tag, attributes in elements if tag == "th"] == ["col"] * 3 + ["row"] * 3


def test_a_table_can_be_scrolled_with_the_keyboard_and_says_what_it_is():
    tag, attributes = _Reader(to_html(_table())).elements[0]
    assert (tag, attributes["tabindex"], attributes["role"], attributes["aria-label"]) == (
        "div",
        "0",
        "group",
        "A table",
    )


def test_groups_of_rows_are_headed_once_and_their_column_is_not_repeated():
    html = to_html(_table(groups="Kind"))
    assert html.count("<tbody>") == 2
    assert html.count('<th scope="rowgroup" colspan="2">a</th>') == 1
    assert ">Kind<" not in html


def test_rows_that_sum_up_are_marked():
    assert to_html(_table(totals=(2,))).count('<tr class="total"><th scope="row">Sum</th>') == 1


def test_a_table_without_rows_is_still_a_table():
    html = to_html(Table("Empty", pd.DataFrame(columns=["A", "B"])))
    assert "<caption>Empty</caption>" in html
    assert "(no rows)" in repr(Table("Empty", pd.DataFrame(columns=["A", "B"])))


def test_a_table_in_a_terminal_shows_the_same_text():
    assert "2%" in repr(_table(notes=("A note.",)))
    assert repr(_table(notes=("A note.",))).endswith("A note.")


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
@example("<b>bold</b>")
@example('" onclick="x')
def test_no_text_from_data_becomes_an_element(text):
    frame = pd.DataFrame({"A": [text], text + "B": [text]})
    pieces = [
        to_html(Table(text, frame, notes=(text,))),
        heading(2, text).content,
        paragraph(text).content,
        listing([text]).content,
        notice(text).content,
        box(text, text, "finding").content,
        facts([(text, text)]).content,
        result_line(text, text).content,
        details(text, Html("")).content,
    ]
    for piece in pieces:
        read = _Reader(piece)
        assert {tag for tag, _ in read.elements} <= OUR_ELEMENTS
        assert "".join(text.split()) in "".join("".join(read.text).split())


def test_ids_are_made_of_letters_digits_and_hyphens():
    assert make_id("esi-dv", 'B1 "<x>" & more') == "esi-dv-b1-x-more"


def test_html_in_a_terminal_is_short_plain_text():
    assert repr(Html("<p>Smith &amp; Sons</p>")) == "Smith & Sons"
    assert len(repr(Html("<p>" + "long " * 100 + "</p>"))) == 80
