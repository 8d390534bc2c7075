"""What may go from a notebook onto a page: text is escaped, HTML is let through only where it can do nothing.

A page is published, so HTML that could run a script or fetch something stops the report, however it came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from typing import Any

from esi_toolkit.errors import Problem, RunError

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "class",
        "id",
        "role",
        "title",
        "lang",
        "dir",
        "scope",
        "colspan",
        "rowspan",
        "headers",
        "span",
        "href",
        "tabindex",
        "datetime",
        "open",
        "start",
        "value",
        "reversed",
        "style",
        "border",
    ]
)
_OPENING = re.compile(r"<(?![\s=<>0-9])(/?)([^\s>/]*)((?:\"[^\"]*\"|'[^']*'|[^'\">])*)>?", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s=/\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_LINK = re.compile(r"(#|https?:|mailto:|\.{0,2}/|[\w.-]+\.html\b)", re.IGNORECASE)
_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>", re.DOTALL)
_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r"""\s\bid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_OTHERS = re.compile(r"<(?!h[1-6]\b)[A-Za-z][\w-]*([^<>]*\bid\s*=[^<>]*)>")
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
        return f'<div class="table" role="region" tabindex="0" aria-label="{escape(label)}">{found[0]}</div>'

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


@dataclass(frozen=True)
class Heading:
    """A heading that a table of contents may link to."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Outline:
    """A page's content with its headings in order.

    Attributes
    ----------
    title : str
        Text of the first heading of level 1.
    opening, rest : str
        HTML before the first heading of level 2, and from there on.
    headings : tuple of Heading
        Levels 2 and 3.
    """

    title: str
    opening: str
    rest: str
    headings: tuple[Heading, ...]

    @property
    def contents(self) -> Iterator[tuple[Heading, list[Heading]]]:
        """Headings of level 2, each with those of level 3 below it."""
        at = [position for position, one in enumerate(self.headings) if one.level == 2]
        for start, end in zip(at, [*at[1:], len(self.headings)], strict=True):
            yield self.headings[start], list(self.headings[start + 1 : end])


def outline(html: str, title: str = "Report") -> Outline:
    """Find a page's headings, give each an id of its own, and keep to one heading of level 1.

    Parameters
    ----------
    html : str
        The page's content.
    title : str
        What a page is called that has no heading of level 1.

    Examples
    --------
    >>> page = outline("<h1>Leeds</h1><p>Good.</p><h2>Scores</h2><h1>More</h1>")
    >>> page.title, page.opening, page.rest
    ('Leeds', '<h1 id="leeds">Leeds</h1><p>Good.</p>', '<h2 id="scores">Scores</h2><h2 id="more">More</h2>')
    """
    used = {_id_of(attributes) for attributes in _OTHERS.findall(html)}
    found: list[Heading] = []

    def number(match: re.Match[str]) -> str:
        level, attributes, inner = int(match[1]), match[2], match[3]
        if level == 1 and any(one.level == 1 for one in found):
            level = 2
        identifier = _unused(_id_of(attributes) or _slug(plain(inner)), used)
        found.append(Heading(level, identifier, plain(inner)))
        return f'<h{level} id="{escape(identifier)}"{_ID.sub("", attributes)}>{inner}</h{level}>'

    html = _HEADING.sub(number, html)
    first = next((one for one in found if one.level == 1), None)
    if first is None:
        html = f"<h1>{escape(title)}</h1>{html}"
    cut = re.search(r"<h2\b", html)
    at = cut.start() if cut else len(html)
    inner_ones = tuple(one for one in found if one.level in (2, 3))
    return Outline(first.text if first else title, html[:at], html[at:], inner_ones)


def _id_of(attributes: str) -> str:
    found = _ID.search(attributes)
    return unescape(found[1] or found[2] or found[3] or "") if found else ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def _unused(name: str, used: set[str]) -> str:
    number, candidate = 1, name
    while candidate in used:
        number += 1
        candidate = f"{name}-{number}"
    used.add(candidate)
    return candidate
