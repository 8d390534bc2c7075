"""Whoever could be recognised: cases, assessors, people's names, and whose machine it was."""

from __future__ import annotations

import getpass
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from esi_toolkit.data.inspection import Inspection
from esi_toolkit.reports.publish.content import METADATA, NAME, SOURCE, Content, FoundTable, Oddity, Piece

PERSONAL = {
    "case_id", "caseid", "case_number", "case_no", "case_ref", "case_reference", "assessor_id", "assessorid",
    "assessor_name", "inspector_name", "interviewer", "case_manager", "case_manager_id", "case_manager_name",
    "probation_officer", "officer", "supervisor", "offender", "offender_id", "offender_name", "crn", "pnc",
    "pnc_id", "pnc_number", "noms", "noms_id", "nomis", "nomis_id", "prison_number", "cro", "date_of_birth",
    "dob", "surname", "forename", "first_name", "last_name", "full_name", "postcode", "address", "telephone",
    "nhs_number", "ni_number",
}  # fmt: skip
"""Columns and keys of single cases or people, in the spellings of case management systems."""
_ID = re.compile(r"[A-Za-z]{1,4}[-_/ ]?\d{2,8}[A-Za-z]?")
_TOKEN = re.compile(r"[\w/-]+(?:\.[\w/-]+)*")
_PATHS = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]:[\\/]{1,4}[\w.$~-]+[\\/]"
    r"|\\\\[\w.-]+\\+[\w.$-]+"
    r"|file:/{1,3}[^\s\"'<>]+"
    r"|(?<![\w.:/<~-])/(?:home|users|root|tmp|var|mnt|srv|opt|private|usr|etc|media|volumes|proc)/[\w.~-]+",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:author|creator|artist|lastmodifiedby|company|manager|owner|user_?name|\buser)", re.IGNORECASE
)
_OURS = re.compile(r"esi_toolkit\b")
_SHARED_NAMES = {
    "root",
    "user",
    "users",
    "admin",
    "administrator",
    "runner",
    "ubuntu",
    "jovyan",
    "vagrant",
    "guest",
    "home",
}
_LEAST_LETTERS = 4
_LONG_TEXT = 30


@dataclass(frozen=True)
class Known:
    """What the inputs say about single cases and people.

    Attributes
    ----------
    case_ids : frozenset of str
        Of all areas.
    people : frozenset of str
        Assessors, case managers and whatever else the lists of cases name people by.
    free_text : frozenset of str
        What somebody wrote about a case, or noted beside the evidence.
    judgements : frozenset of str
        The words of the answers.
    """

    case_ids: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    free_text: frozenset[str] = frozenset()
    judgements: frozenset[str] = frozenset()
    machine: tuple[str, ...] = field(default_factory=lambda: machine_names())

    @cached_property
    def own_path(self) -> re.Pattern[str] | None:
        """Paths below the folders that this machine keeps the work in."""
        roots = [re.escape(name) for name in self.machine if name.startswith("/")]
        return re.compile(rf"(?<![\w.:/<~-])(?:{'|'.join(roots)})/[\w.~-]+") if roots else None

    @cached_property
    def _notes(self) -> tuple[str, ...]:
        return tuple(map(_letters, self.free_text))

    def notes_in(self, text: str) -> bool:
        """Whether a note stands in a text, however its lines are broken and its quotes are drawn."""
        letters = _letters(text) if self._notes else ""
        return any(note in letters for note in self._notes)

    @cached_property
    def names(self) -> re.Pattern[str] | None:
        """People, and whoever works at this machine."""
        words = [*self.people, *(name for name in self.machine if not name.startswith("/"))]
        longest_first = sorted(map(re.escape, words), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)") if words else None


def machine_names(*folders: Path) -> tuple[str, ...]:
    """Names that tell whose machine this is: of the person, and of the folders at the root of the disk."""
    roots = {
        f"/{path.resolve().parts[1]}"
        for path in (Path.home(), Path.cwd(), *folders)
        if len(path.resolve().parts) > 2
    }
    people = {Path.home().name, getpass.getuser()}
    people = {name for name in people if len(name) >= _LEAST_LETTERS and name.lower() not in _SHARED_NAMES}
    return (*sorted(roots), *sorted(people))


def know(inspections: Collection[Inspection], judgements: Mapping[str, object], *folders: Path) -> Known:
    """Take out of the inputs what must not be in an output.

    Parameters
    ----------
    inspections : collection of Inspection
        Of all areas and their thematic elements.
    judgements : mapping
        The words of the answers.
    *folders : Path
        Where inputs and outputs are.
    """
    case_ids: set[str] = set()
    people: set[str] = set()
    texts: set[str] = set()
    for one in inspections:
        if one.cases is not None:
            case_ids |= set(one.cases["case_id"])
            for name in set(one.cases.columns) - {"case_id"}:
                values = set(one.cases[name].dropna().astype(str)) - {""}
                people |= values if _plain(name) in PERSONAL else set()
                # A word of many letters that many cases share is a category.
                of_its_own = len(values) > len(one.cases) / 2
                texts |= {value for value in values if of_its_own and len(value) > _LONG_TEXT}
        if one.judgements is not None and "assessor_id" in one.judgements:
            people |= set(one.judgements["assessor_id"].dropna().astype(str)) - {""}
        if one.evidence is not None:
            texts |= {note for note in one.evidence["note"].dropna().astype(str) if len(note) > _LONG_TEXT}
    people = {name for name in people if len(name) >= _LEAST_LETTERS}
    return Known(
        frozenset(case_ids),
        frozenset(people),
        frozenset(texts),
        frozenset(judgements),
        machine_names(*folders),
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower())


def find_people(content: Content, known: Known) -> Iterator[Oddity]:
    """Everything in a file by which a case or a person could be recognised.

    Parameters
    ----------
    content : Content
        Of one file.
    known : Known
        From the inputs; without them patterns alone tell.

    Yields
    ------
    Oddity
        One for each place. What was found is described and not repeated, so that this list can be passed on.
    """
    yield from content.oddities
    for piece in content.pieces:
        yield from _in_piece(piece, known)
    for table in content.tables:
        yield from _in_table(table, known)


def _in_piece(piece: Piece, known: Known) -> Iterator[Oddity]:
    if piece.kind == NAME and _plain(piece.text) in PERSONAL:
        yield Oddity(
            piece.place, f"a column or key '{_plain(piece.text)}'", "nothing about single cases", _REMOVE_ROWS
        )
    if any(token in known.case_ids and _is_telling(token) for token in _TOKEN.findall(piece.text)):
        yield Oddity(piece.place, "the id of a case", "no case that could be told from others", _REMOVE_ROWS)
    if _PATHS.search(piece.text) or (known.own_path and known.own_path.search(piece.text)):
        fix = "make the output again with 'esi report' or 'esi batch', or write the name without its folders"
        yield Oddity(piece.place, "a path of a machine", "names of files without folders", fix)
    if known.names and known.names.search(piece.text):
        yield Oddity(piece.place, "the name of a person or of a user", "no names", "take the name out")
    if piece.kind == METADATA and _names_author(piece):
        fix = "delete the author from the document's properties"
        yield Oddity(piece.place, "an author in the metadata", "esi_toolkit or nothing", fix)
    if piece.kind != SOURCE and len(piece.text) > _LONG_TEXT and known.notes_in(piece.text):
        yield Oddity(
            piece.place, "a note from the inputs, word for word", "figures and findings", "take the note out"
        )


_REMOVE_ROWS = "take the rows of single cases out and count them instead"


def _is_telling(token: str) -> bool:
    """A plain number can be many things; it tells only in a column of its like."""
    return len(token) >= _LEAST_LETTERS and not token.isdigit()


def _names_author(piece: Piece) -> bool:
    in_place = _AUTHOR.search(piece.place)
    in_text = re.match(r"(?:Author|Artist|Creator)\b", piece.text)
    by_us = _OURS.match(piece.text) or piece.text.startswith("Skia")
    return bool((in_place or in_text) and not by_us)


def _in_table(table: FoundTable, known: Known) -> Iterator[Oddity]:
    columns = list(zip(*table.rows, strict=False))
    for number, cells in enumerate(columns):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) < 3:
            continue
        heading = table.headings[number] if number < len(table.headings) else ""
        place = f"{table.place}, column '{heading or number + 1}'"
        if set(filled) <= known.judgements:
            yield Oddity(place, "an answer in every row", "counts of answers", _REMOVE_ROWS)
        elif len(set(filled)) == len(filled) and (
            set(filled) <= known.case_ids or all(_ID.fullmatch(cell) for cell in filled)
        ):
            yield Oddity(place, "what looks like a case in every row", "counts of cases", _REMOVE_ROWS)
