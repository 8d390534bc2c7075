"""A page's headings: found, numbered, and put into a table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from esi_toolkit.reports.pages.markup import plain

_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r"""\s\bid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_OTHERS = re.compile(r"<(?!h[1-6]\b)[A-Za-z][\w-]*([^<>]*\bid\s*=[^<>]*)>")


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
