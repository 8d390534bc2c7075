"""The page that leads to all reports of a folder, readable without a script.

It is made from what stands in the folder (``scorecard.json``, ``failed.txt``), so that it never disagrees
with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from esi_toolkit.data.beside import write_whole
from esi_toolkit.method.rounding import round_half_up
from esi_toolkit.reports.assets import COMPARISON

_HTML = Path(__file__).parent / "html"
_LEVELS = {
    "question counts": "scored from published counts",
    "criterion scores": "scored from published criterion scores",
    "nothing": "no scores",
}
_NOTHING = "[x]"


@dataclass(frozen=True)
class IndexEntry:
    """One area as the index shows it.

    Attributes
    ----------
    folder : str
        Name of its folder.
    scorecard : mapping
        As the command line's contract says; empty when there is none.
    reason : str
        Why the last run failed; "" when it did not.
    has_page : bool
        Whether there is a report to link to.
    """

    folder: str
    scorecard: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    has_page: bool = False

    @property
    def name(self) -> str:
        """Name of the area, or of its folder where nothing gives one."""
        return str(self.scorecard.get("name") or self.folder)


def write_index(out_dir: str | Path) -> Path:
    """Write ``index.html`` over all reports that stand in a folder.

    Parameters
    ----------
    out_dir : path
        Folder of reports, one folder for each area.

    Returns
    -------
    Path
        The page. The same reports give the same bytes.
    """
    out = Path(out_dir)
    text = index_page(read_entries(out), compared=(out / COMPARISON / "report.html").is_file())
    return write_whole(out / "index.html", text)


def read_entries(out: Path) -> list[IndexEntry]:
    """What stands in a folder of reports, by name of area."""
    entries = [
        IndexEntry(
            folder.name, _read_scorecard(folder), _read_reason(folder), (folder / "report.html").is_file()
        )
        for folder in sorted(out.iterdir())
        if folder.is_dir() and not folder.name.startswith(".") and folder.name != COMPARISON
    ]
    shown = [entry for entry in entries if entry.has_page or entry.reason]
    return sorted(shown, key=lambda entry: (entry.name.casefold(), entry.folder))


def _read_scorecard(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _read_reason(folder: Path) -> str:
    """The paragraph of ``failed.txt`` that says why, below its first line."""
    try:
        text = (folder / "failed.txt").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    return text.partition("\n\n")[2].partition("\n\n")[0].strip()


def index_page(entries: Sequence[IndexEntry], *, compared: bool = False) -> str:
    """The index as a whole HTML document, with a link to the comparison where there is one.

    Examples
    --------
    >>> card = {"name": "Leeds & <b>", "overall": {"score": 84.3}}
    >>> page = index_page([IndexEntry("leeds", card, has_page=True)])
    >>> '<a href="leeds/report.html">Leeds &amp; &lt;b&gt;</a>' in page, "84%" in page
    (True, True)
    """
    failed = sum(bool(entry.reason) for entry in entries)
    parts = [f"{len(entries)} {'area' if len(entries) == 1 else 'areas'}"]
    parts += [f"{failed} could not be made in the last run"] if failed else []
    notice = ""
    synthetic = [bool(entry.scorecard.get("synthetic")) for entry in entries if entry.scorecard]
    if any(synthetic):
        which = "All" if all(synthetic) else "Some"
        words = f"Synthetic data. {which} of these areas hold invented records; each is marked."
        notice = f'<div class="notice synthetic" role="note"><p>{words}</p></div>'
    page = Template((_HTML / "index.html").read_text(encoding="utf-8"))
    return page.substitute(
        css=(_HTML / "report.css").read_text(encoding="utf-8"),
        count=escape("; ".join(parts)),
        notice=notice + (f'<p><a href="{COMPARISON}/report.html">Areas compared</a></p>' if compared else ""),
        scores=_scores(entries),
        ratings=_ratings(entries),
    )


def _scores(entries: Sequence[IndexEntry]) -> str:
    sections = _codes(entries, "sections", "score")
    heads = ["Area", "Overall", *(f"Section {code}" for code in sections), "Cases", "Status"]
    numbers = range(1, len(heads) - 1)
    rows = [
        [
            _link(entry),
            _percent(entry.scorecard.get("overall", {})),
            *(_percent(entry.scorecard.get("sections", {}).get(code, {})) for code in sections),
            _cases(entry),
            _status(entry),
        ]
        for entry in entries
    ]
    return _table("Overall and section scores", heads, rows, numbers)


def _ratings(entries: Sequence[IndexEntry]) -> str:
    criteria = _codes(entries, "criteria", "rating")
    if not criteria:
        return ""
    rows = [
        [_link(entry), *(_word(entry.scorecard.get("criteria", {}).get(code, {})) for code in criteria)]
        for entry in entries
        if entry.scorecard
    ]
    return "<h2>Ratings</h2>" + _table("Criteria rated in words", ["Area", *criteria], rows, ())


def _codes(entries: Iterable[IndexEntry], part: str, key: str) -> list[str]:
    """Codes for which any area has a value."""
    found = {
        code: None
        for entry in entries
        for code, value in entry.scorecard.get(part, {}).items()
        if value.get(key) is not None
    }
    return sorted(found)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int]) -> str:
    """A table from text that is escaped already."""
    kind = [' class="num"' if column in numbers else "" for column in range(len(heads))]
    head = "".join(f'<th scope="col"{kind[i]}>{text}</th>' for i, text in enumerate(heads))
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{kind[i]}>{cell}</td>" for i, cell in enumerate(row[1:], 1))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table" role="group" tabindex="0" aria-label="{caption}"><table class="areas">'
        f"<caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _link(entry: IndexEntry) -> str:
    name = escape(entry.name)
    return f'<a href="{escape(entry.folder)}/report.html">{name}</a>' if entry.has_page else name


def _percent(value: Mapping[str, Any]) -> str:
    rounded = round_half_up(value.get("score"))
    return _NOTHING if rounded is None else f"{rounded}%"


def _cases(entry: IndexEntry) -> str:
    cases = entry.scorecard.get("cases")
    return _NOTHING if cases is None else escape(f"{cases:,}" if isinstance(cases, int) else str(cases))


def _word(criterion: Mapping[str, Any]) -> str:
    word = escape(str(criterion.get("rating") or _NOTHING))
    if not criterion.get("rating") or criterion.get("calculated") in (None, criterion["rating"]):
        return word
    return f'{word} <span class="aside">calculated: {escape(str(criterion["calculated"]))}</span>'


def _status(entry: IndexEntry) -> str:
    words = []
    if entry.reason:
        old = "; the report here is an earlier one" if entry.has_page else ""
        words.append(f'<strong class="failed">Failed{old}:</strong> {escape(_first_line(entry.reason))}')
    elif entry.has_page:
        words.append("Done")
    card = entry.scorecard
    words += ["<strong>synthetic</strong>"] if card.get("synthetic") else []
    overall = card.get("overall", {})
    if overall.get("incomplete"):
        missing = ", ".join(map(str, overall.get("missing", ())))
        words.append(f"<strong>incomplete</strong>{f': without {escape(missing)}' if missing else ''}")
    words += [_LEVELS[card["level"]]] if card.get("level") in _LEVELS else []
    return "; ".join(words)


def _first_line(reason: str) -> str:
    first, _, rest = reason.partition("\n")
    return f"{first} (and more)" if rest else first
