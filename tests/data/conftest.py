"""A sound area; and registers to try things out on: a SQLite file, and a PostgreSQL server started here."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
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

BAD_INPUTS = Path(__file__).resolve().parents[1] / "bad_inputs"
PASSWORD = "open-sesame-42"
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
    programs = _find_programs()
    if programs is None:
        message = "no PostgreSQL here: initdb and pg_ctl are not on the PATH or in /usr/lib/postgresql"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    initdb, pg_ctl = programs
    folder = Path(tempfile.mkdtemp(prefix="esi-postgresql-"))
    # PostgreSQL refuses to run as root, which continuous integration often is.
    user = _unprivileged_user()
    if user:
        shutil.chown(folder, user)
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    data, port = folder / "data", _free_port()

    def run(*command: object) -> None:
        subprocess.run(
            [str(part) for part in command], check=True, user=user, cwd=folder, timeout=60,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip

    # Whoever ends the tests, however roughly, closes this pipe; then the server goes and its folder with it.
    script = 'read _; "$0" -D "$1" -m immediate stop; rm -rf "$2"'
    watch = subprocess.Popen(
        ["/bin/sh", "-c", script, pg_ctl, str(data), str(folder)], user=user, cwd="/", start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        run(initdb, "-D", data, "-U", "inspector", "-E", "UTF8", "-A", "scram-sha-256", "--pwfile", secret)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        run(pg_ctl, "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql+psycopg://inspector:{PASSWORD}@127.0.0.1:{port}"
    finally:
        assert watch.stdin is not None
        watch.stdin.close()
        watch.wait(timeout=30)


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


def _find_programs() -> tuple[str, str] | None:
    folders = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    initdb, pg_ctl = shutil.which("initdb", path=path), shutil.which("pg_ctl", path=path)
    return (initdb, pg_ctl) if initdb and pg_ctl else None


def _unprivileged_user() -> str | None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
