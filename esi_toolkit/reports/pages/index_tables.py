"""The tables of the index, and the form that filters them: HTML from text that is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from esi_toolkit.method.rounding import round_half_up

STATES = {"published": "Published", "draft": "Draft", "incomplete": "Incomplete", "failed": "Failed"}
_LEVELS = {
    "question counts": "scored from published counts",
    "criterion scores": "scored from published criterion scores",
    "nothing": "no scores",
}
_NOTHING = "[x]"
_WITHHELD = "[c]"


class Cell(NamedTuple):
    """One cell: HTML to show, and what it is sorted by where that is not its text."""

    shown: str
    value: str | None = None


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

    @property
    def group(self) -> str:
        """Its family group; "" where none is named."""
        return str(self.scorecard.get("family_group") or "")

    @property
    def states(self) -> list[str]:
        """What the index can be filtered by, of `STATES`."""
        card = self.scorecard
        marks = {
            "published": card.get("status") == "published",
            "draft": card.get("status") == "draft",
            "incomplete": bool(card.get("overall", {}).get("incomplete")),
            "failed": bool(self.reason),
        }
        return [state for state, holds in marks.items() if holds]


def scores_table(entries: Sequence[IndexEntry]) -> str:
    """Overall and section scores of every area, with its group and how it stands."""
    sections, titles = _codes(entries, "sections", "score"), _titles(entries)
    grouped = any(entry.group for entry in entries)
    heads = ["Area", "Overall", *(_head(code, titles, "Section ") for code in sections), "Cases"]
    numbers = range(1, len(heads))
    heads += [*(["Family group"] if grouped else []), "Status"]
    rows = [
        [
            _link(entry),
            _score(entry.scorecard, "overall", entry.scorecard.get("overall", {})),
            *(
                _score(entry.scorecard, code, entry.scorecard.get("sections", {}).get(code, {}))
                for code in sections
            ),
            _cases(entry),
            *([Cell(escape(entry.group) or _NOTHING, escape(entry.group))] if grouped else []),
            Cell(_status(entry)),
        ]
        for entry in entries
    ]
    return _table("Overall and section scores", heads, entries, rows, numbers)


def ratings_table(entries: Sequence[IndexEntry]) -> str:
    """Every rating in words, below a heading; nothing where there is none."""
    criteria, titles = _codes(entries, "criteria", "rating"), _titles(entries)
    if not criteria:
        return ""
    known = [entry for entry in entries if entry.scorecard]
    rows = [[_link(entry), *(_word(entry.scorecard, code) for code in criteria)] for entry in known]
    heads = ["Area", *(_head(code, titles) for code in criteria)]
    return "<h2>Ratings</h2>" + _table("Criteria rated in words", heads, known, rows)


def filter_form(entries: Sequence[IndexEntry]) -> str:
    """Controls for group, status and overall score; hidden until the page's script shows them."""
    groups = sorted({entry.group for entry in entries if entry.group})
    states = [state for state in STATES if any(state in entry.states for entry in entries)]
    fields = [
        *([_choice("group", "Family group", [(group, group) for group in groups])] if groups else []),
        _choice("status", "Status", [(state, STATES[state]) for state in states]),
        _number("least", "Score at least, %"),
        _number("most", "Score at most, %"),
    ]
    return (
        '<form class="filters" aria-label="Filter the areas" hidden>'
        + "".join(fields)
        + '<button type="reset">Show all</button><p role="status"></p></form>'
    )


def _choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in [("", "All"), *options]
    )
    return f'<label>{label} <select name="{name}">{listed}</select></label>'


def _number(name: str, label: str) -> str:
    return f'<label>{label} <input type="number" name="{name}" min="0" max="100"></label>'


def _codes(entries: Iterable[IndexEntry], part: str, key: str) -> list[str]:
    """Codes for which any area has a value."""
    found = {
        code: None
        for entry in entries
        for code, value in entry.scorecard.get(part, {}).items()
        if value.get(key) is not None
    }
    return sorted(found)


def _titles(entries: Iterable[IndexEntry]) -> dict[str, str]:
    """What sections and criteria are called, by the first area that says so."""
    found: dict[str, str] = {}
    for entry in entries:
        found = {**entry.scorecard.get("titles", {}), **found}
    return found


def _head(code: str, titles: Mapping[str, str], otherwise: str = "") -> str:
    return escape(f"{code} {titles[code]}" if code in titles else otherwise + code)


def _table(
    caption: str,
    heads: Sequence[str],
    entries: Sequence[IndexEntry],
    rows: Sequence[Sequence[Cell]],
    numbers: Iterable[int] = (),
) -> str:
    kind = [' class="num"' if column in numbers else "" for column in range(len(heads))]
    head = "".join(f'<th scope="col"{kind[i]}>{text}</th>' for i, text in enumerate(heads))
    body = "".join(
        f"<tr{_facts(entry)}>"
        + f'<th scope="row"{_value(row[0])}>{row[0].shown}</th>'
        + "".join(f"<td{kind[i]}{_value(cell)}>{cell.shown}</td>" for i, cell in enumerate(row[1:], 1))
        + "</tr>"
        for entry, row in zip(entries, rows, strict=True)
    )
    return (
        f'<div class="table" role="group" tabindex="0" aria-label="{caption}"><table class="areas">'
        f"<caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _facts(entry: IndexEntry) -> str:
    """What a row is filtered by; its score as it is shown, so that 80% is found where 80 is asked for."""
    score = round_half_up(entry.scorecard.get("overall", {}).get("score"))
    facts = {
        "area": entry.folder,
        "group": entry.group,
        "status": " ".join(entry.states),
        "score": "" if score is None else str(score),
    }
    return "".join(f' data-{name}="{escape(value)}"' for name, value in facts.items())


def _value(cell: Cell) -> str:
    return "" if cell.value is None else f' data-value="{cell.value}"'


def _link(entry: IndexEntry) -> Cell:
    name = escape(entry.name)
    return Cell(f'<a href="{escape(entry.folder)}/report.html">{name}</a>' if entry.has_page else name)


def _score(card: Mapping[str, Any], code: str, found: Mapping[str, Any]) -> Cell:
    rounded = round_half_up(found.get("score"))
    if rounded is None:
        return Cell(_WITHHELD if code in card.get("withheld", ()) else _NOTHING, "")
    return Cell(f"{rounded}%", repr(float(found["score"])))


def _cases(entry: IndexEntry) -> Cell:
    cases = entry.scorecard.get("cases")
    if cases is None:
        return Cell(_NOTHING, "")
    return Cell(f"{cases:,}", str(cases)) if isinstance(cases, int) else Cell(escape(str(cases)))


def _word(card: Mapping[str, Any], code: str) -> Cell:
    """A rating, sorted by its place on the scale: the best has the highest."""
    criterion = card.get("criteria", {}).get(code, {})
    rating, scale = criterion.get("rating"), list(card.get("scale", ()))
    if not rating:
        return Cell(_NOTHING, "")
    place = str(len(scale) - scale.index(rating)) if rating in scale else ""
    word = escape(str(rating))
    if criterion.get("calculated") in (None, rating):
        return Cell(word, place)
    return Cell(
        f'{word} <span class="aside">calculated: {escape(str(criterion["calculated"]))}</span>', place
    )


def _status(entry: IndexEntry) -> str:
    words = []
    if entry.reason:
        old = "; the report here is an earlier one" if entry.has_page else ""
        words.append(f'<strong class="failed">Failed{old}:</strong> {escape(_first_line(entry.reason))}')
    elif entry.has_page:
        words.append(_say_report(entry.scorecard))
    card = entry.scorecard
    words += ["<strong>synthetic</strong>"] if card.get("synthetic") else []
    overall = card.get("overall", {})
    if overall.get("incomplete"):
        missing = ", ".join(map(str, overall.get("missing", ())))
        words.append(f"<strong>incomplete</strong>{f': without {escape(missing)}' if missing else ''}")
    words += [_LEVELS[card["level"]]] if card.get("level") in _LEVELS else []
    return "; ".join(words)


def _say_report(card: Mapping[str, Any]) -> str:
    said = STATES.get(str(card.get("status")), "Done")
    when = card.get("published") if said == STATES["published"] else None
    return escape(f"{said} {when}" if when else said)


def _first_line(reason: str) -> str:
    first, _, rest = reason.partition("\n")
    return f"{first} (and more)" if rest else first
