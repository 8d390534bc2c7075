"""The register of decisions: append-only, in one order, and any tampering shows.

A SQLite file in the area's folder by default; PostgreSQL by URL. Rows carry a hash chain (`register_chain`),
the database refuses to change them (`register_schema`), and nothing is applied from a register that does not
verify.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from esi_toolkit.data.decision import RECORDED_FIELDS, Decision, check_text
from esi_toolkit.data.register_chain import START, check_chain, hash_row
from esi_toolkit.data.register_engine import DATABASE_ERRORS, make_engine, read_place, say_unusable
from esi_toolkit.data.register_place import ENVIRONMENT, FILE_NAME, find_register
from esi_toolkit.data.register_schema import check_guards, migrate, read_version
from esi_toolkit.errors import ModerationError, Problem, RegisterError

__all__ = ["ENVIRONMENT", "FILE_NAME", "Recorded", "Register", "find_register", "open_register"]

_COLUMNS = (*RECORDED_FIELDS, "previous_hash", "row_hash")
_INSERT = text(
    f"INSERT INTO decisions ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"
)


@dataclass(frozen=True)
class Recorded:
    """A decision that is in the register, and what came in between.

    Attributes
    ----------
    decision : Decision
        With its number and time.
    meanwhile : tuple of Decision
        Decisions about the same criterion that others recorded after the last one the author had seen.
    """

    decision: Decision
    meanwhile: tuple[Decision, ...]


def open_register(place: str | Path) -> Register:
    """Open a register; a file is only made when the first decision is recorded.

    Parameters
    ----------
    place : str or Path
        Path of a SQLite file, or a URL such as ``postgresql+psycopg://user@host/database``.

    Returns
    -------
    Register

    Raises
    ------
    RegisterError
        The URL cannot be understood, or its driver is not installed.

    Examples
    --------
    >>> open_register("nothing-recorded-yet.sqlite").decisions()
    []
    """
    return Register(str(place))


class Register:
    """Decisions in one order, in a database."""

    def __init__(self, place: str):
        self._place = read_place(place)
        # A URL may hold a password, so problems never name it.
        self.name = self._place.name if isinstance(self._place, Path) else "register"
        self._reader = make_engine(self._place, writing=False)
        self._writer = make_engine(self._place, writing=True)

    def decisions(
        self, area: str | None = None, framework: str | None = None, criterion: str | None = None
    ) -> list[Decision]:
        """All decisions, in order, of an area, framework and criterion where these are named.

        Raises
        ------
        RegisterError
            The register cannot be read, or does not verify: then nothing of it may be believed.
        """
        with self._reading() as connection:
            rows = [] if connection is None else self._believed(connection)
        wanted = {"area": area, "framework": framework, "criterion": criterion}
        named = {key: value for key, value in wanted.items() if value is not None}
        return [_decision(row) for row in rows if all(row[key] == value for key, value in named.items())]

    def verify(self) -> list[Problem]:
        """Every changed, missing, added or reordered row, and every guard that was taken off.

        Returns
        -------
        list of Problem
            Empty when the register can be believed.

        Raises
        ------
        RegisterError
            The register cannot be read.
        """
        with self._reading() as connection:
            if connection is None:
                return []
            guards = check_guards(connection, self.name)
            return check_chain(_rows(connection), self.name, self._head(connection)) + guards

    def record(self, decision: Decision, *, seen: int | None = None) -> Recorded:
        """Add a decision: the whole of it or nothing.

        Parameters
        ----------
        decision : Decision
            Without number and time; both are given here. Whether the framework allows it is asked by
            `method.moderate.check_decision` before.
        seen : int, optional
            Number of the last decision that the author had seen (0 for none); later ones about the same
            criterion are reported in ``meanwhile``.

        Raises
        ------
        ModerationError
            Reason or author is missing, or a text cannot be kept.
        RegisterError
            The register cannot be written, or does not verify.
        """
        if problems := check_text(decision):
            raise ModerationError(problems)
        with self._writing() as connection:
            rows = self._believed(connection)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            recorded = replace(decision, number=len(rows) + 1, decided_at=now)
            _insert(connection, asdict(recorded), rows[-1]["row_hash"] if rows else START)
        key = (decision.area, decision.framework, decision.criterion)
        others = [_decision(row) for row in rows if (row["area"], row["framework"], row["criterion"]) == key]
        meanwhile = tuple(d for d in others if seen is not None and d.number is not None and d.number > seen)
        return Recorded(recorded, meanwhile)

    def export_rows(self) -> list[dict[str, Any]]:
        """All rows with their hashes, for `register_export`; their chain must be whole.

        A guard that was taken off does not matter here: the export is the way into a new register.
        """
        with self._reading() as connection:
            return [] if connection is None else self._chained(connection)

    def import_rows(self, rows: list[dict[str, Any]]) -> int:
        """Add exported rows that this register does not have yet.

        Returns
        -------
        int
            How many were added.

        Raises
        ------
        RegisterError
            The rows do not verify, or do not go on from what is here: nothing is added.
        """
        if problems := check_chain(rows, "export"):
            raise RegisterError(problems)
        with self._writing() as connection:
            own = self._believed(connection)
            common = min(len(own), len(rows))
            if [row["row_hash"] for row in own[:common]] != [row["row_hash"] for row in rows[:common]]:
                expected = "an export that goes on from this register"
                fix = "import it into a register of its own"
                raise RegisterError(Problem(self.name, "other decisions than in the export", expected, fix))
            for row in rows[common:]:
                _insert(connection, row, row["previous_hash"])
        return len(rows) - common

    def _believed(self, connection: Connection) -> list[dict[str, Any]]:
        rows = self._chained(connection)
        if problems := check_guards(connection, self.name):
            raise RegisterError(problems)
        return rows

    def _chained(self, connection: Connection) -> list[dict[str, Any]]:
        rows = _rows(connection)
        if problems := check_chain(rows, self.name, self._head(connection)):
            raise RegisterError(problems)
        return rows

    def _head(self, connection: Connection) -> tuple[int, str]:
        head = connection.execute(text("SELECT number, row_hash FROM register_head")).all()
        if len(head) != 1:
            fix = "take the register from its backup or export, and find out who changed it"
            raise RegisterError(
                Problem(self.name, "no note of the last decision", "the database's own note", fix)
            )
        return head[0][0], head[0][1]

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """One state of the register; None where there is none yet, and reading makes none."""
        if isinstance(self._place, Path) and not self._place.exists():
            self._refuse_missing_folder(self._place.parent)
            yield None
            return
        try:
            with self._reader.connect() as connection:
                yield connection if read_version(connection, self.name) else None
        except DATABASE_ERRORS as error:
            raise say_unusable(self.name, error, writing=False) from None

    def _refuse_missing_folder(self, folder: Path) -> None:
        # A drive that is away or a slip in the path must not pass for "nothing was decided".
        if not folder.is_dir():
            fix = "check the path, and that its drive is there"
            raise RegisterError(Problem(self.name, "no such folder", "the folder of the register", fix))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One writer at a time, from reading the last row to adding the next."""
        try:
            with self._writer.begin() as connection:
                if connection.dialect.name == "postgresql":
                    # Any writer waits here, also for the very first one that makes the tables.
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('esi_toolkit register'))"))
                migrate(connection, self.name)
                yield connection
        except DATABASE_ERRORS as error:
            raise say_unusable(self.name, error, writing=True) from None


def _rows(connection: Connection) -> list[dict[str, Any]]:
    query = text(f"SELECT {', '.join(_COLUMNS)} FROM decisions ORDER BY number")
    return [dict(row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, row: dict[str, Any], previous_hash: str) -> None:
    fields = {name: row[name] for name in RECORDED_FIELDS}
    chained = {"previous_hash": previous_hash, "row_hash": hash_row(fields, previous_hash)}
    connection.execute(_INSERT, fields | chained)


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(**{name: row[name] for name in RECORDED_FIELDS})
