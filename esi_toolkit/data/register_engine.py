"""How a register is reached: SQLite or PostgreSQL, to read or to write, and what is said when it is not.

No connection is kept: reports run in forked processes, and a connection must not be shared between them.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from esi_toolkit.data.register_place import is_url
from esi_toolkit.errors import Problem, RegisterError

SECONDS_TO_WAIT = 10.0
"""How long to wait for somebody else who is writing, and for a server to answer."""

DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error)

_SAID = {
    "somebody else busy with it": {"SQLITE_BUSY", "SQLITE_LOCKED", "LockNotAvailable"},
    "that it can only be read": {
        "SQLITE_READONLY",
        "SQLITE_READONLY_DIRECTORY",
        "ReadOnlySqlTransaction",
        "InsufficientPrivilege",
    },
    "no register, or a damaged one": {"SQLITE_NOTADB", "SQLITE_CORRUPT"},
    "that its database keeps other letters than UTF8": {"UntranslatableCharacter"},
}
_OTHERWISE = "that it cannot be reached or used"


def read_place(place: str) -> Path | URL:
    """A register's address: the path of a SQLite file, or a PostgreSQL URL.

    Raises
    ------
    RegisterError
        It is neither. The URL may hold a password, so the message does not repeat it.

    Examples
    --------
    >>> read_place("sqlite:///decisions.sqlite").name
    'decisions.sqlite'
    >>> read_place("postgresql://host/decisions").drivername
    'postgresql+psycopg'
    """
    if not is_url(place):
        return Path(place)
    try:
        url = make_url(place)
    except (SQLAlchemyError, ValueError):
        raise _another_kind() from None
    engine = url.drivername.partition("+")[0]
    if engine == "sqlite" and url.database not in (None, "", ":memory:"):
        return Path(url.database)
    if engine not in ("postgresql", "postgres"):
        raise _another_kind()
    return url if url.drivername.startswith("postgresql+") else url.set(drivername="postgresql+psycopg")


def make_engine(place: Path | URL, *, writing: bool) -> Engine:
    """An engine whose transactions see one state of the register, and whose writers come one at a time.

    Parameters
    ----------
    place : Path or URL
        From `read_place`.
    writing : bool
        Only then is a SQLite file made where there is none.

    Raises
    ------
    RegisterError
        The database's driver is not installed.
    """
    if isinstance(place, Path):
        return _file_engine(place, writing)
    # Without the encoding, letters would come as the server keeps them, or as mere bytes.
    wanted = {"connect_timeout": max(1, round(SECONDS_TO_WAIT)), "client_encoding": "utf8"}
    settings = {name: value for name, value in wanted.items() if name not in place.query}
    # A reader asks twice and must not see what is recorded in between; a writer must see all that is.
    level = "READ COMMITTED" if writing else "REPEATABLE READ"
    try:
        engine = create_engine(place, poolclass=NullPool, isolation_level=level, connect_args=settings)
    except (ImportError, SQLAlchemyError):
        raise _another_kind() from None
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _file_engine(path: Path, writing: bool) -> Engine:
    mode = "rwc" if writing else "rw"

    def connect() -> sqlite3.Connection:
        address = f"file:{quote(str(path.resolve()))}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)
        # Bytes that are no text can only come from other hands; they have to be read to be found.
        connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _begin_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(SECONDS_TO_WAIT * 1000))}")


def say_unusable(name: str, error: Exception, *, writing: bool) -> RegisterError:
    """What to tell when a register cannot be used.

    Parameters
    ----------
    name : str
        Of the register, without its address.
    error : Exception
        One of `DATABASE_ERRORS`. Its words can hold a row's text or the address; its kind is enough to go on.
    writing : bool
        Whether something was to be recorded.
    """
    cause = getattr(error, "orig", None) or error
    kind = getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    found = next((said for said, kinds in _SAID.items() if kind in kinds), _OTHERWISE)
    fix = f"check that it is there and may be {'written' if writing else 'read'} ({kind}), then try again"
    if writing:
        # Whether a connection that broke had carried the last word, only the register knows.
        lost = getattr(error, "connection_invalidated", False)
        fix += "; look first whether it was recorded" if lost else "; nothing was recorded"
    return RegisterError(Problem(name, found, "a register that can be used", fix))


def _another_kind() -> RegisterError:
    fix = "use a path or postgresql+psycopg://…, and install esi-toolkit[postgresql]"
    return RegisterError(Problem("register", "an address of another kind", "a path or a PostgreSQL URL", fix))
