"""The register of decisions: append-only, in one order, and any tampering shows.

A SQLite file in the area's folder by default; PostgreSQL by URL. Rows carry a hash chain (`register_chain`),
the database refuses to change them (`register_schema`), and nothing is applied from a register that does not
verify.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from esi_toolkit.data.decision import RECORDED_FIELDS, Decision, check_text
from esi_toolkit.data.register_chain import START, check_chain, hash_row
from esi_toolkit.data.register_schema import migrate, read_version
from esi_toolkit.errors import ModerationError, Problem, RegisterError

FILE_NAME = "register.sqlite"
ENVIRONMENT = "ESI_REGISTER"
SECONDS_TO_WAIT = 30
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


def find_register(area_folder: str | Path) -> str:
    """Where an area's decisions are kept: ``ESI_REGISTER`` (a path or URL), else a file in its folder."""
    return os.environ.get(ENVIRONMENT) or str(Path(area_folder) / FILE_NAME)


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
    >>> open_register("no-such-folder/register.sqlite").decisions()
    []
    """
    return Register(str(place))


class Register:
    """Decisions in one order, in a database."""

    def __init__(self, place: str):
        self._path = None if "://" in place else Path(place)
        # The URL may hold a password, so problems never name it.
        self.name = "register" if self._path is None else self._path.name
        self._engine = self._make_engine(place)

    def decisions(
        self, area: str | None = None, framework: str | None = None, criterion: str | None = None
    ) -> list[Decision]:
        """All decisions, in order, of an area, framework and criterion where these are named.

        Raises
        ------
        RegisterError
            The register cannot be read, or does not verify: then nothing of it may be believed.
        """
        rows, head = self._read()
        if problems := check_chain(rows, self.name, head):
            raise RegisterError(problems)
        wanted = {"area": area, "framework": framework, "criterion": criterion}
        named = {key: value for key, value in wanted.items() if value is not None}
        return [_decision(row) for row in rows if all(row[key] == value for key, value in named.items())]

    def verify(self) -> list[Problem]:
        """Every changed, missing, added or reordered row; an empty list when the register can be believed."""
        rows, head = self._read()
        return check_chain(rows, self.name, head)

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
            rows = _rows(connection)
            if problems := check_chain(rows, self.name, _head(connection)):
                raise RegisterError(problems)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            recorded = replace(decision, number=len(rows) + 1, decided_at=now)
            _insert(connection, asdict(recorded), rows[-1]["row_hash"] if rows else START)
        key = (decision.area, decision.framework, decision.criterion)
        others = [_decision(row) for row in rows if (row["area"], row["framework"], row["criterion"]) == key]
        meanwhile = tuple(d for d in others if seen is not None and d.number is not None and d.number > seen)
        return Recorded(recorded, meanwhile)

    def export_rows(self) -> list[dict[str, Any]]:
        """All rows with their hashes, for `register_export`; the register must verify."""
        rows, head = self._read()
        if problems := check_chain(rows, self.name, head):
            raise RegisterError(problems)
        return rows

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
            own = _rows(connection)
            if problems := check_chain(own, self.name, _head(connection)):
                raise RegisterError(problems)
            common = min(len(own), len(rows))
            if [row["row_hash"] for row in own[:common]] != [row["row_hash"] for row in rows[:common]]:
                expected = "an export that goes on from this register"
                fix = "import it into a register of its own"
                raise RegisterError(Problem(self.name, "other decisions than in the export", expected, fix))
            for row in rows[common:]:
                _insert(connection, row, row["previous_hash"])
        return len(rows) - common

    def _make_engine(self, place: str) -> Engine:
        # No pool: a batch forks, and a connection must not be shared between processes.
        if self._path is None:
            try:
                return create_engine(make_url(place), poolclass=NullPool)
            except (ArgumentError, ImportError, SQLAlchemyError):
                fix = "use a path or postgresql+psycopg://…, and install esi-toolkit[postgresql]"
                raise RegisterError(
                    Problem("register", "an address of another kind", "a database URL", fix)
                ) from None
        engine = create_engine("sqlite://", creator=self._connect_file, poolclass=NullPool)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _connect_file(self) -> sqlite3.Connection:
        path = quote(str(self._path.resolve())) if self._path else ""
        mode = "rw" if self._path and self._path.exists() else "rwc"
        connection = sqlite3.connect(
            f"file:{path}?mode={mode}", uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None
        )
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _read(self) -> tuple[list[dict[str, Any]], tuple[int, str] | None]:
        if self._path is not None and not self._path.exists():
            return [], None
        try:
            with self._engine.connect() as connection:
                if not read_version(connection):
                    return [], None
                return _rows(connection), _head(connection)
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._unusable(error) from None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One writer at a time, from reading the last row to adding the next."""
        try:
            with self._engine.connect() as plain:
                connection = plain.execution_options(esi_writing=True)
                with connection.begin():
                    if connection.dialect.name == "postgresql":
                        # Any writer waits here, also for the very first one that makes the tables.
                        connection.execute(
                            text("SELECT pg_advisory_xact_lock(hashtext('esi_toolkit register'))")
                        )
                    migrate(connection)
                    yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> RegisterError:
        # The database's own words can hold a row's text or the address; its kind is enough to go on.
        kind = type(getattr(error, "orig", None) or error).__name__
        found = "a register that is locked, away, read-only or damaged"
        fix = f"check that it can be reached and written ({kind}), then try again: nothing was recorded"
        return RegisterError(Problem(self.name, found, "a register that can be used", fix))


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("esi_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _rows(connection: Connection) -> list[dict[str, Any]]:
    query = text(f"SELECT {', '.join(_COLUMNS)} FROM decisions ORDER BY number")
    return [dict(row) for row in connection.execute(query).mappings()]


def _head(connection: Connection) -> tuple[int, str]:
    number, row_hash = connection.execute(text("SELECT number, row_hash FROM register_head")).one()
    return number, row_hash


def _insert(connection: Connection, row: dict[str, Any], previous_hash: str) -> None:
    fields = {name: row[name] for name in RECORDED_FIELDS}
    chained = {"previous_hash": previous_hash, "row_hash": hash_row(fields, previous_hash)}
    connection.execute(_INSERT, fields | chained)


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(**{name: row[name] for name in RECORDED_FIELDS})
