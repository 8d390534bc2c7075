"""A page shows what the notebook says, lets nothing from the data act, and reads well to a machine."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from esi_toolkit.errors import RunError
from esi_toolkit.reports.pages.export import to_page
from esi_toolkit.reports.pages.markup import checked_html, markdown_to_html
from esi_toolkit.reports.pages.outline import outline

PLOTLY = "application/vnd.plotly.v1+json"
NASTY = """<img src=x onerror=alert(1)> & "quoted" <b>bold</b> </script><script>alert(2)</script>"""
VOID = {"meta", "link", "br", "img", "hr", "col", "wbr", "input"}


def shown(**data):
    return new_output("display_data", data={key.replace("__", "/"): value for key, value in data.items()})


def page_of(*outputs, before=(), **options):
    cells = [*before, new_code_cell("secret_code = 1", outputs=list(outputs), execution_count=7)]
    return to_page(new_notebook(cells=cells), **options)


def figure_of(layout, data=()):
    return new_output(
        "display_data", data={PLOTLY: {"data": list(data), "layout": layout}, "text/plain": "F"}
    )


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, in order, and every id stands once."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.headings, self.links, self.seen = [], [], [], [], []
        self.feed(page)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.seen.append((tag, known))
        assert len(known) == len(attrs), f"an attribute twice in <{tag}>"
        self.ids += [known["id"]] if "id" in known else []
        self.links += [known["href"]] if tag == "a" else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def test_a_page_has_no_code_no_prompts_and_one_heading_of_level_one():
    title = new_code_cell("x", outputs=[shown(text__html="<h1>Leeds</h1>")])
    words = new_markdown_cell("## Scores\n\ntext\n\n### More\n\n# Again")
    page = page_of(before=[title, words])
    read = Reader(page)
    assert "secret_code" not in page
    assert "In [" not in page
    assert "[7]" not in page
    assert read.headings == [1, 2, 3, 2]


def test_a_page_says_its_language_title_and_landmarks():
    page = page_of(
        shown(text__html="<h1>Leeds &amp; York</h1><p>Words</p>"), before=[], index="../index.html"
    )
    read = Reader(page)
    tags = [tag for tag, _ in read.seen]
    assert page.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert "<title>Leeds &amp; York</title>" in page
    assert [tags.count(tag) for tag in ("header", "main", "footer", "h1", "title")] == [1, 1, 1, 1, 1]
    assert ("a", {"class": "skip", "href": "#main"}) in read.seen
    assert ("a", {"href": "../index.html"}) in read.seen


def test_the_contents_lead_to_every_section_whatever_it_is_called():
    cells = [
        new_markdown_cell("# T\n\n## Scores\n\n### B1: risk & harm\n\n## Scores\n\n## <i>Odd</i>, *really*?")
    ]
    html = shown(text__html='<h2 id="own">Own</h2><p id="scores">An id that is taken</p>')
    read = Reader(page_of(html, before=cells))
    inner = [link for link in read.links if link.startswith("#") and link != "#main"]
    assert inner == ["#scores-2", "#b1-risk-harm", "#scores-3", "#odd-really", "#own"]
    assert {link[1:] for link in inner} <= set(read.ids)


def test_a_page_without_headings_is_still_a_page():
    read = Reader(to_page(new_notebook()))
    assert read.headings == [1]
    assert "nav" not in [tag for tag, _ in read.seen]


@pytest.mark.parametrize("kind", ["text__plain", "text__markdown"])
def test_text_from_data_is_shown_letter_by_letter(kind):
    page = page_of(shown(**{kind: NASTY}))
    read = Reader(page)
    assert [tag for tag, _ in read.seen if tag in ("img", "b")] == []
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert page.count("<script") == 2, "the shared script and the one that draws"


def test_what_is_printed_is_text_and_what_is_warned_of_stays_in_the_notebook():
    page = page_of(
        new_output("stream", name="stdout", text=f"printed {NASTY}"),
        new_output("stream", name="stderr", text="a warning"),
    )
    assert "<pre>printed &lt;img" in page
    assert "a warning" not in page


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=x>",
        "<scr\nipt>",
        "<img src='https://example.org/x.png'>",
        "<p onclick='alert(1)'>x</p>",
        "<p/onclick=alert(1)>x</p>",
        "<p title='>' onclick=alert(1)>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java&#10;script:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<iframe src='x'></iframe>",
        "<svg onload=alert(1)>",
        "<style>@import 'x'</style>",
        "<div style='background:url(https://example.org)'>x</div>",
        "<div style='background:u\\72l(x)'>x</div>",
        "<link rel=stylesheet href=x>",
        "<meta http-equiv=refresh content=0>",
        "<form action=x><input></form>",
        "<base href=x>",
        "<!-- a comment -->",
        "<object data=x>",
        "<p>unfinished <img src=x onerror=alert(1)",
        "<?php x ?>",
        "<math><mtext></mtext></math>",
    ],
)
def test_html_that_could_run_or_fetch_something_is_refused(html):
    with pytest.raises(RunError, match="escape what comes from data"):
        checked_html(html)
    with pytest.raises(RunError, match="report, figure-1-1"):
        page_of(shown(text__html=html))


@pytest.mark.parametrize(
    "html",
    [
        "<p class='note' lang=\"en\">5 < 6 and a<b or x <= y</p>".replace("a<b", "a < b"),
        "<a href='#b1'>B1</a> <a href='https://example.org'>out</a> <a href='../index.html'>all</a>",
        '<details class="data"><summary>Table</summary><p>x</p></details>',
        "<i class=on></i><br/><hr>",
        "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
        "<span aria-hidden='true' style='color:#12436d'>x</span>",
    ],
)
def test_html_that_only_shows_something_is_let_through_as_it_is(html):
    assert checked_html(html) == html


def test_a_table_scrolls_by_itself_and_is_named_by_its_caption():
    table = "<table><caption>A &amp; B</caption><tr><th scope='row'>x</th></tr></table>"
    assert checked_html(table) == (
        f'<div class="table" role="group" tabindex="0" aria-label="A &amp; B">{table}</div>'
    )
    done = checked_html(table)
    assert checked_html(done) == done


def test_a_pandas_table_is_let_through_without_its_style():
    import pandas as pd

    html = pd.DataFrame({"name": [NASTY], "value": [1.5]})._repr_html_()
    page = page_of(shown(text__html=html))
    Reader(page)
    assert "&lt;img src=x" in page
    assert "<style scoped>" not in page


def test_the_templates_own_words_may_hold_html_and_what_comes_from_data_may_not():
    assert markdown_to_html("A <abbr title='x'>word</abbr>", trusted=True).startswith("<p>A <abbr")
    assert markdown_to_html("A <abbr title='x'>word</abbr>").startswith("<p>A &lt;abbr")
    with pytest.raises(RunError):
        markdown_to_html("<script>1</script>", trusted=True)
    with pytest.raises(RunError):
        markdown_to_html("![picture](https://example.org/x.png)")
    assert "javascript" not in markdown_to_html("[x](javascript:alert(1))")


def test_a_figure_is_kept_as_data_and_described_in_words():
    layout = {"meta": {"alt": 'Bars & "quotes" <b>'}, "title": {"text": "</script><b>"}, "height": 321}
    page = page_of(figure_of(layout, [{"type": "bar", "x": ["<!--"], "y": [1]}]))
    read = Reader(page)
    [plot] = [known for tag, known in read.seen if known.get("class") == "plot"]
    assert (plot["role"], plot["aria-label"]) == ("img", 'Bars & "quotes" <b>')
    assert plot["style"] == "height:321px"
    text = re.search(rf'<script type="application/json" id="{plot["data-plot"]}">(.*?)</script>', page, re.S)[
        1
    ]
    assert "<" not in text
    figure = json.loads(text)
    assert figure["data"] == [{"type": "bar", "x": ["<!--"], "y": [1]}]
    assert figure["layout"]["title"] == {"text": "</script><b>"}


def test_a_figure_of_our_own_has_its_title_and_note_as_text():
    from esi_toolkit.present.figure import build_figure

    figure = build_figure(
        [{"type": "bar", "x": [1], "y": ["a"]}],
        title="B1 is lowest & best",
        alt="One bar",
        note="Source: us",
        height=100,
        xaxis={},
        yaxis={},
    )
    page = page_of(new_output("display_data", data={PLOTLY: json.loads(figure.to_json())}))
    Reader(page)
    assert "<figcaption>B1 is lowest &amp; best</figcaption>" in page
    assert '<p class="note">Source: us</p>' in page
    assert 'aria-label="One bar"' in page


def test_a_picture_is_in_the_page_with_its_words():
    page = page_of(shown(image__png="aGVs\nbG8=", text__plain="A <plan>"))
    assert '<img alt="A &lt;plan&gt;" src="data:image/png;base64,aGVsbG8=">' in page


def test_the_page_asks_for_nothing_but_the_script_beside_it():
    page = page_of(figure_of({}), shown(text__html="<p>x</p>"), assets="../assets/", index="../index.html")
    read = Reader(page)
    wanted = [known[key] for _, known in read.seen for key in ("src", "data", "srcset") if key in known]
    assert len(wanted) == 1
    assert re.fullmatch(r"\.\./assets/plotly-[\d.]+\.min\.js", wanted[0])
    page = re.sub(r"(?m)^(\s*|<script>)//.*$|'sha256-[^']*'", "", page)
    assert "//" not in page.replace("<!DOCTYPE", "")


def test_a_page_can_carry_the_script_itself():
    page = page_of(figure_of({}), assets="")
    assert "<script src" not in page
    assert len(page) > 4_000_000
    assert page.count("<script") == page.count("</script>") == 3


def test_the_same_notebook_gives_the_same_page_and_is_left_as_it_was():
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[figure_of({"meta": {"alt": "a"}})])])
    before = nbformat.writes(notebook)
    assert to_page(notebook) == to_page(notebook)
    assert nbformat.writes(notebook) == before


def test_an_outline_parts_the_opening_from_the_rest():
    page = outline("<h1>A</h1><p>opening</p><h2>B</h2><h3>C</h3><h2>D</h2>")
    assert page.opening == '<h1 id="a">A</h1><p>opening</p>'
    assert [(one.id, [inner.id for inner in below]) for one, below in page.contents] == [
        ("b", ["c"]),
        ("d", []),
    ]
