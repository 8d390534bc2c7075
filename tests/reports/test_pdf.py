"""The PDF: tagged, named, numbered, uncut, the same again; and a browser that fails leaves nothing behind."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from esi_toolkit.errors import NotFoundError, RunError
from esi_toolkit.reports.files import browser
from esi_toolkit.reports.files.browser import Browser
from esi_toolkit.reports.files.browser_path import find_browser
from esi_toolkit.reports.files.formats import check_formats
from esi_toolkit.reports.files.pdf import write_pdf
from tests.finished_reports import PAGES, finished_reports
from tests.real_parts import needs_browser

EVERY_PDF = pytest.mark.parametrize("name", PAGES)
LONG_TABLE = 18
"""Rows from which on a table may run over several pages."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    return finished_reports(tmp_path_factory)


@pytest.fixture(scope="module")
def read(finished):
    """A finished report's PDF and page, read once."""
    known: dict[str, tuple[PdfReader, BeautifulSoup]] = {}

    def read_report(name: str) -> tuple[PdfReader, BeautifulSoup]:
        if name not in known:
            html = (finished / name / "report.html").read_text(encoding="utf-8")
            known[name] = PdfReader(finished / name / "report.pdf"), BeautifulSoup(html, "html.parser")
        return known[name]

    return read_report


@pytest.fixture(scope="module")
def page_texts(read):
    """The text of each sheet of a PDF, without any spaces, and its footer."""
    known: dict[str, list[tuple[str, str]]] = {}

    def texts(name: str) -> list[tuple[str, str]]:
        if name not in known:
            known[name] = [_apart(page.extract_text()) for page in read(name)[0].pages]
        return known[name]

    return texts


def _apart(text: str) -> tuple[str, str]:
    """A sheet's content, and its number and footer, which are drawn first."""
    footer, _, content = text.partition("\n")
    return squeeze(content), squeeze(footer)


def squeeze(text: str) -> str:
    return "".join(text.split())


def elements(pdf: PdfReader) -> Iterator[Any]:
    """Every structure element of a tagged PDF."""
    todo = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        one = todo.pop().get_object()
        if isinstance(one, list):
            todo += reversed(one)
        elif isinstance(one, dict):
            if "/S" in one:
                yield one
            if "/K" in one:
                todo.append(one["/K"])


def bookmarks(outline: list) -> Iterator[str]:
    for one in outline:
        if isinstance(one, list):
            yield from bookmarks(one)
        else:
            yield one.title


SLOW_PAGE = """<!doctype html><html lang="en"><title>Slow</title><h1>Slow</h1><div class="plot"></div><script>
let left = FRAMES;
window.Plotly = true;
function draw() {
  const gone = document.createElement("p");
  gone.textContent = left;
  document.body.prepend(gone);
  requestAnimationFrame(() => requestAnimationFrame(() => { gone.remove(); go(); }));
}
function go() { if (left--) draw(); else document.querySelector(".plot").dataset.drawn = 1; }
go();
</script><table><tr><th scope="col">A<th scope="col">B<tr><td>1<td>2</table></html>"""
"""A page that draws something else for some frames before it is as it will be."""


@EVERY_PDF
def test_a_pdf_is_tagged_named_and_speaks_english(read, name):
    pdf, page = read(name)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == page.title.get_text()


@EVERY_PDF
def test_every_heading_is_a_bookmark(read, name):
    pdf, page = read(name)
    headings = [one.get_text() for one in page.select("main :is(h1, h2, h3, h4, h5)")]
    assert list(bookmarks(pdf.outline)) == headings


@EVERY_PDF
def test_every_figure_has_its_words_and_every_table_its_parts(read, name):
    pdf, page = read(name)
    found = list(elements(pdf))
    figures = [str(one.get("/Alt", "")) for one in found if one["/S"] == "/Figure"]
    assert figures == [one["aria-label"] for one in page.select(".plot")]
    kinds = [one["/S"] for one in found]
    assert kinds.count("/Table") == len(page.select("table"))
    assert kinds.count("/H1") == 1
    assert kinds.count("/TH") == len(page.select("th"))
    assert kinds.count("/TD") == len(page.select("td"))


@EVERY_PDF
def test_every_sheet_says_what_it_belongs_to_its_status_and_its_number(read, page_texts, name):
    pdf, page = read(name)
    status = page.select_one(".status").get_text().split(" · ")[0]
    about = squeeze(f"{page.h1.get_text()} · {status} · synthetic data")
    footers = [footer for _, footer in page_texts(name)]
    assert footers == [f"{number}of{len(pdf.pages)}{about}" for number in range(1, len(pdf.pages) + 1)]


def sheets_with(texts: list[tuple[str, str]], text: str) -> list[int]:
    return [number for number, (content, _) in enumerate(texts) if squeeze(text) in content]


@EVERY_PDF
def test_no_short_table_and_no_row_of_any_table_is_cut(read, page_texts, name):
    texts = page_texts(name)
    for table in read(name)[1].select("table"):
        rows = [squeeze(row.get_text()) for row in table.select("tr")]
        for row in rows:
            assert sheets_with(texts, row), (table.caption.get_text(), row)
        if max(len(body.select("tr")) for body in table.select("tbody")) < LONG_TABLE and not table.select(
            ".group"
        ):
            whole = squeeze(table.get_text())
            assert sheets_with(texts, whole), table.caption.get_text()


@EVERY_PDF
def test_a_chart_stands_with_its_title_and_its_note_on_one_sheet(read, page_texts, name):
    for figure in read(name)[1].select("figure.chart"):
        title, note = figure.figcaption.get_text(), figure.select_one(".note").get_text()
        together = set(sheets_with(page_texts(name), title)) & set(sheets_with(page_texts(name), note))
        assert together, title


@EVERY_PDF
def test_no_heading_is_left_alone_at_the_foot_of_a_sheet(read, page_texts, name):
    headings = {
        squeeze(one.get_text()) for one in read(name)[1].select("main :is(h1, h2, h3, h4, h5, caption)")
    }
    for content, _ in page_texts(name):
        assert not [heading for heading in headings if content.endswith(heading)]


@EVERY_PDF
def test_a_pdf_names_neither_people_nor_machines_nor_the_time(finished, read, name):
    content = (finished / name / "report.pdf").read_bytes()
    for word in (str(Path.home()), str(finished), "Linux", "Windows", "Macintosh", "HeadlessChrome"):
        assert word.encode() not in content
    assert dict(read(name)[0].metadata)["/Creator"].startswith("esi_toolkit ")
    assert set(re.findall(rb"\(D:(\d+)", content)) == {b"20000101000000"}


def test_the_same_page_gives_the_same_bytes(finished, tmp_path):
    shutil.copytree(finished, tmp_path / "again")
    target = write_pdf(tmp_path / "again/dunholt/report.html", tmp_path / "again.pdf")
    later = write_pdf(tmp_path / "again/dunholt/report.html", tmp_path / "later.pdf")
    assert target.read_bytes() == later.read_bytes()


def test_what_was_drawn_before_the_page_stood_still_leaves_no_trace(tmp_path):
    needs_browser()
    made = []
    for frames in (0, 5):
        page = tmp_path / "page.html"
        page.write_text(SLOW_PAGE.replace("FRAMES", str(frames)), encoding="utf-8")
        made.append(write_pdf(page, tmp_path / f"{frames}.pdf").read_bytes())
    assert b"(node00000001)" in made[0]
    assert made[0] == made[1]


def test_nothing_of_the_browser_is_left_behind(finished, tmp_path):
    needs_browser()
    with Browser(time_limit=60, scratch=tmp_path) as running:
        process = running._process
        assert running.call("Browser.getVersion")["product"]
        assert [path.name[:8] for path in tmp_path.iterdir()] == ["browser-"]
    assert process.poll() is not None
    assert list(tmp_path.iterdir()) == []


def test_charts_that_cannot_be_drawn_are_no_pdf(finished, tmp_path):
    shutil.copy(finished / "county-durham/report.html", tmp_path / "report.html")
    (tmp_path / "report.pdf").write_text("the one before", encoding="utf-8")
    with pytest.raises(RunError, match="charts not drawn"):
        write_pdf(tmp_path / "report.html", tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_text(encoding="utf-8") == "the one before"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_page_that_never_ends_is_given_up(tmp_path):
    needs_browser()
    (tmp_path / "endless.html").write_text(
        "<title>x</title><script>while (true) {}</script>", encoding="utf-8"
    )
    began = time.monotonic()
    with pytest.raises(RunError, match="after 3 seconds"):
        write_pdf(tmp_path / "endless.html", tmp_path / "endless.pdf", time_limit=3, scratch=tmp_path)
    assert time.monotonic() - began < 30
    assert [path.name for path in tmp_path.iterdir()] == ["endless.html"]


def test_a_page_that_is_not_there_is_said(tmp_path):
    with pytest.raises(NotFoundError, match="make the report first"):
        write_pdf(tmp_path / "none.html", tmp_path / "none.pdf")


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """A program in place of the browser, and a page for it; returns how printing ends."""

    def run(code: str, time_limit: float = 30) -> str:
        monkeypatch.setattr(browser, "find_browser", lambda: sys.executable)
        monkeypatch.setattr(browser, "_OPTIONS", ("-c", code))
        (tmp_path / "page.html").write_text("<title>x</title>", encoding="utf-8")
        with pytest.raises(RunError) as caught:
            write_pdf(tmp_path / "page.html", tmp_path / "page.pdf", time_limit=time_limit, scratch=tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
        return str(caught.value)

    return run


def test_a_browser_that_does_not_start_is_quoted(stand_in):
    assert "code 3; no display" in stand_in("import sys; print('no display', file=sys.stderr); sys.exit(3)")


def test_a_browser_that_hangs_is_ended(stand_in):
    assert "no answer to start after 1 seconds" in stand_in("import time; time.sleep(600)", time_limit=1)


def test_a_browser_that_cannot_be_spoken_to_is_ended(stand_in):
    said = "import sys, time; print('DevTools listening on ws://127.0.0.1:9/x', file=sys.stderr, flush=True)"
    assert "cannot be spoken to" in stand_in(f"{said}; time.sleep(600)")


def test_what_is_no_program_is_said(monkeypatch, tmp_path):
    (tmp_path / "browser").write_text("not a program", encoding="utf-8")
    (tmp_path / "page.html").write_text("<title>x</title>", encoding="utf-8")
    monkeypatch.setattr(browser, "find_browser", lambda: str(tmp_path / "browser"))
    with pytest.raises(RunError, match="ESI_BROWSER"):
        write_pdf(tmp_path / "page.html", tmp_path / "page.pdf")


@pytest.mark.parametrize(
    ("environment", "system", "place"),
    [
        ({"ProgramFiles(x86)": "C:/P86"}, "win32", "C:/P86/Microsoft/Edge/Application/msedge.exe"),
        ({"LocalAppData": "C:/me"}, "win32", "C:/me/Google/Chrome/Application/chrome.exe"),
        ({}, "darwin", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ({"HOME": "/u"}, "darwin", "/u/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ({"ESI_BROWSER": "/opt/b"}, "linux", "/opt/b"),
    ],
)
def test_the_usual_places_are_looked_at(environment, system, place):
    assert find_browser({"PATH": "", **environment}, system, {place}.__contains__) == place


def test_a_browser_on_the_path_is_found_and_a_named_one_goes_first(tmp_path):
    for name in ("microsoft-edge", "my-browser"):
        (tmp_path / name).touch(mode=0o755)
    environment = {"PATH": str(tmp_path)}
    assert find_browser(environment, "linux") == str(tmp_path / "microsoft-edge")
    named = {**environment, "ESI_BROWSER": "my-browser"}
    assert find_browser(named, "linux") == str(tmp_path / "my-browser")


def test_where_there_is_no_browser_it_is_said_before_anything_is_made(monkeypatch):
    with pytest.raises(NotFoundError, match=r"found none, expected Chrome, Chromium or Edge; install one"):
        find_browser({"PATH": ""}, "linux", lambda _: False)
    monkeypatch.setenv("ESI_BROWSER", "netscape")
    with pytest.raises(NotFoundError, match="'netscape', which is not there"):
        check_formats(["pdf"])
    assert check_formats(["spreadsheet"]) == ("spreadsheet",)


def test_a_format_that_is_not_known_is_refused():
    with pytest.raises(RunError, match="did you mean 'pdf'"):
        check_formats(["pdff"])
