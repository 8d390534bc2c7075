"""What may go from a notebook onto a page: text is escaped, HTML is let through only where it can do nothing.

A page is published, so HTML that could run a script or fetch something stops the report, however it came in.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from typing import Any

from esi_toolkit.errors import Problem, RunError

_TAGS = frozenset(
    "a abbr article aside b blockquote br caption cite code col colgroup dd del details dfn div "
    "dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li mark ol p pre q s "
    "samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul "
    "var wbr".split()
)
_ATTRIBUTES = frozenset(
    "class id role title lang dir scope colspan rowspan headers span href tabindex datetime open "
    "start value reversed style border".split()
)
_OPENING = re.compile(r"<(?![\s=<>0-9])(/?)([^\s>/]*)((?:\"[^\"]*\"|'[^']*'|[^'\">])*)>?", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s=/\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_LINK = re.compile(r"(#|https?:|mailto:|\.{0,2}/|[\w.-]+\.html\b)", re.IGNORECASE)
_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_TABLE = re.compile(r"(<div class=\"table\"[^>]*>\s*)?<table\b.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)


def checked_html(html: str) -> str:
    """HTML from a notebook's output, if it holds nothing but text, tables and the like.

    Raises
    ------
    RunError
        It holds an element or attribute that could run or fetch something.

    Examples
    --------
    >>> checked_html("<p class='note'>5 &lt; 6</p>")
    "<p class='note'>5 &lt; 6</p>"
    >>> checked_html("<img src='https://example.org/x.png'>")
    Traceback (most recent call last):
    esi_toolkit.errors.RunError: report: found <img>, expected text and tables; escape what comes from data...
    """
    html = _PANDAS_STYLE.sub("", html)
    for _, name, rest in _OPENING.findall(html):
        bad = _refused(name.lower(), rest)
        if bad:
            fix = "escape what comes from data, and show pictures as figures"
            raise RunError(Problem("report", f"<{bad}>", "text and tables", fix))
    return _with_scrolling_tables(html)


def _refused(name: str, rest: str) -> str:
    """The element or attribute that may not stand on a page; "" when there is none."""
    if name not in _TAGS:
        return name
    for attribute, quoted in _ATTRIBUTE.findall(rest):
        key, value = attribute.lower(), unescape(quoted.strip("\"'")).strip()
        known = key in _ATTRIBUTES or key.startswith(("aria-", "data-"))
        if (
            not known
            or (key == "href" and not _LINK.match(value))
            or (key == "style" and _FETCHES.search(value))
        ):
            return f"{name} {key}"
    return ""


def _with_scrolling_tables(html: str) -> str:
    """Let each table scroll by itself where a screen is too narrow for it."""

    def wrap(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        caption = _CAPTION.search(found[0])
        label = plain(caption[1]) if caption else "Table"
        return f'<div class="table" role="group" tabindex="0" aria-label="{escape(label)}">{found[0]}</div>'

    return _TABLE.sub(wrap, html)


def plain(html: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(unescape(_MARKUP.sub(" ", html)).split())


@cache
def _renderer(trusted: bool) -> Any:
    import mistune

    return mistune.create_markdown(escape=not trusted, plugins=["table", "footnotes"])


def markdown_to_html(text: str, *, trusted: bool = False) -> str:
    """Markdown as HTML.

    Parameters
    ----------
    text : str
        Markdown.
    trusted : bool
        Whether HTML in it is let through, as in a template's own words; it is then checked like any other. In
        what comes from data it is shown letter by letter.

    Examples
    --------
    >>> markdown_to_html("*safe* <script>").strip()
    '<p><em>safe</em> &lt;script&gt;</p>'
    """
    return checked_html(str(_renderer(trusted)(text)))
