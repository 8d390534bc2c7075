"""A sound area; and registers to try things out on: a SQLite file, and a PostgreSQL server started here."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from esi_toolkit.data.decision import Decision
from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.register import Register, open_register
from tests.postgresql import run_server
from tests.real_parts import needs_postgresql

BAD_INPUTS = Path(__file__).resolve().parents[1] / "bad_inputs"
TABLES = ("decisions", "register_head", "register_version")


@pytest.fixture(scope="session")
def small() -> Framework:
    return load_framework(BAD_INPUTS / "sound_framework.yml")


@pytest.fixture
def sound_area(tmp_path: Path) -> Path:
    """A small area without a fault, to change and read again."""
    return Path(shutil.copytree(BAD_INPUTS / "sound_area", tmp_path / "smallshire"))


@dataclass(frozen=True)
class Place:
    """Where a register is, with a way past the toolkit for whoever tampers with it."""

    engine: str
    address: str

    def open(self) -> Register:
        return open_register(self.address)

    def connect(self) -> Engine:
        """An engine that knows nothing of registers, as any tool for databases has."""
        url = f"sqlite:///{self.address}" if self.engine == "sqlite" else self.address
        return create_engine(url, poolclass=NullPool)

    def by_hand(self, *statements: str) -> list[Any]:
        """Run SQL past the toolkit, with the guards in place; the rows of the last one."""
        with self.connect().begin() as connection:
            results = [connection.exec_driver_sql(statement) for statement in statements]
            return list(results[-1]) if results[-1].returns_rows else []

    def tamper(self, *statements: str) -> None:
        """Run SQL with the guards off, and put them on again."""
        if self.engine == "postgresql":
            off, on = ([f"ALTER TABLE {table} {what} TRIGGER USER" for table in TABLES]
                       for what in ("DISABLE", "ENABLE"))  # fmt: skip
        else:
            guards = self.by_hand("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            off, on = [f"DROP TRIGGER {name}" for name, _ in guards], [sql for _, sql in guards]
        self.by_hand(*off, *statements, *on)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place for a register, with nothing there yet, on each engine."""
    if request.param == "sqlite":
        return Place("sqlite", str(tmp_path / "register.sqlite"))
    return Place("postgresql", request.getfixturevalue("new_database")())


@pytest.fixture
def filled(place: Place) -> Place:
    """A register of three decisions."""
    for number in (1, 2, 3):
        place.open().record(make_decision(reason=f"reason {number}"))
    return place


def make_decision(**changes: str) -> Decision:
    """A decision on A2 of Durham."""
    usual = {
        "area": "county-durham", "framework": "esi", "criterion": "A2", "calculated": "Well met",
        "adjusted": "Very well met", "reason": "The board acts on what it finds.", "author": "Ann Lead",
        "figures_hash": "f" * 64,
    }  # fmt: skip
    return Decision(**(usual | changes))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server on a free port of this machine; its URL without a database."""
    needs_postgresql()
    with run_server() as url:
        yield url


@pytest.fixture
def new_database(server: str) -> Callable[[], str]:
    """Makes empty registers, each with a URL of its own: a schema, which is much quicker than a database."""

    def make() -> str:
        name = f"register_{secrets.token_hex(6)}"
        _run(server, f"CREATE SCHEMA {name}")
        return f"{server}/postgres?options=-csearch_path%3D{name}"

    return make


@pytest.fixture
def make_encoded(server: str) -> Callable[[str], str]:
    """Makes databases that keep letters in another encoding."""

    def make(encoding: str) -> str:
        name = f"register_{secrets.token_hex(6)}"
        _run(server, f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        return f"{server}/{name}"

    return make


def _run(server: str, statement: str) -> None:
    whole = create_engine(make_url(f"{server}/postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with whole.connect() as connection:
        connection.exec_driver_sql(statement)
