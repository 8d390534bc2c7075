"""A report's page as a PDF: tagged, with bookmarks, title and page numbers, printed by the machine's browser.

What the pages look like stands with the page itself, in the print part of ``html/report.css``; a person who
prints the page from a browser gets the same.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from esi_toolkit import __version__
from esi_toolkit.data.beside import write_whole
from esi_toolkit.errors import NotFoundError, Problem, RunError
from esi_toolkit.reports.files.browser import Browser

TIME_LIMIT = 120.0
"""Seconds that one PDF may take, unless said otherwise."""
_WIDTH = 900
"""Pixels across which charts are drawn: on paper their text is then nearly as large as that of the tables."""
_DRAWN = """
new Promise(function (tell) {
  function look() {
    var left = document.querySelectorAll(".plot:not([data-drawn])");
    if (document.readyState === "complete" && (!left.length || !window.Plotly)) {
      document.fonts.ready.then(function () { tell(left.length); });
    } else { setTimeout(look, 20); }
  }
  look();
})
"""
_DATE = re.compile(rb"(?<=/CreationDate \(D:)\d{14}|(?<=/ModDate \(D:)\d{14}")
_FIXED_DATE = b"20000101000000"
"""In place of the moment of printing, so that the same page gives the same bytes."""
_CREATOR = re.compile(rb"/Creator \((?:[^()\\]|\\.)*\)")
_CELL = re.compile(rb"(?<=\(node)\d{8}(?=\))")
"""The number of a cell that other cells name as their heading."""


def write_pdf(
    page: str | Path, target: str | Path, *, time_limit: float = TIME_LIMIT, scratch: Path | None = None
) -> Path:
    """Print a report's page.

    Parameters
    ----------
    page : path
        The HTML file, with the script that draws its charts where it looks for it.
    target : path
        The PDF: whole, or not there.
    time_limit : float
        Seconds after which the browser is ended.
    scratch : Path, optional
        Folder for the browser's own files; default: the system's.

    Returns
    -------
    Path
        The PDF. The same page gives the same bytes with the same browser.

    Raises
    ------
    NotFoundError
        There is no page, or no browser on this machine.
    RunError
        The browser fails or takes too long, or a chart is not drawn.
    """
    source = Path(page).resolve()
    if not source.is_file():
        raise NotFoundError(Problem(str(page), "nothing", "a page to print", "make the report first"))
    with Browser(time_limit=time_limit, scratch=scratch) as browser:
        content = _print(browser, source)
    return write_whole(target, _without_machine(content))


def _print(browser: Browser, page: Path) -> bytes:
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    browser.call("Page.enable", session)
    screen = {"width": _WIDTH, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    browser.call("Emulation.setDeviceMetricsOverride", session, **screen)
    browser.call("Page.navigate", session, url=page.as_uri())
    browser.wait_for("Page.loadEventFired", session)
    _check_charts(browser, session, page)
    printed = browser.call(
        "Page.printToPDF",
        session,
        printBackground=True,
        preferCSSPageSize=True,
        generateTaggedPDF=True,
        generateDocumentOutline=True,
    )
    return base64.b64decode(printed["data"])


def _check_charts(browser: Browser, session: str, page: Path) -> None:
    """Wait until every chart is drawn."""
    answer = browser.call(
        "Runtime.evaluate", session, expression=_DRAWN, awaitPromise=True, returnByValue=True
    )
    left = answer.get("result", {}).get("value")
    if left != 0:
        what = f"{left} charts not drawn" if left else "a page that does not answer"
        raise RunError(Problem(page.name, what, "all charts", "is the folder of scripts beside the reports?"))


def _without_machine(content: bytes) -> bytes:
    """Put the toolkit and a fixed date where the browser wrote this machine's system and the time.

    Nothing may change its length, since a PDF says where in the file each of its parts begins.
    """

    def name(found: re.Match[bytes]) -> bytes:
        own = f"/Creator (esi_toolkit {__version__})".encode()
        return own.ljust(len(found[0])) if len(own) <= len(found[0]) else found[0]

    return _CREATOR.sub(name, _DATE.sub(_FIXED_DATE, _number_cells(content)), count=1)


def _number_cells(content: bytes) -> bytes:
    """Number the cells from one, in the order they have.

    The browser counts on from all that it has drawn before, so that its numbers hang on how fast it was.
    """
    order = {number: place for place, number in enumerate(sorted(set(_CELL.findall(content))), start=1)}
    return _CELL.sub(lambda found: b"%08d" % order[found[0]], content)
