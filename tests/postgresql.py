"""A PostgreSQL server of one's own, for tests and for the check under load."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "open-sesame-42"


@contextmanager
def run_server(connections: int = 100) -> Iterator[str]:
    """Start a server on a free port of this machine, and end it afterwards; its URL without a database.

    Parameters
    ----------
    connections : int
        How many it takes at once.
    """
    programs = find_programs()
    assert programs is not None
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
        options += f" -c max_connections={connections}"
        run(pg_ctl, "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql+psycopg://inspector:{PASSWORD}@127.0.0.1:{port}"
    finally:
        assert watch.stdin is not None
        watch.stdin.close()
        watch.wait(timeout=30)


def find_programs() -> tuple[str, str] | None:
    """Where initdb and pg_ctl are; None where there is no PostgreSQL."""
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
