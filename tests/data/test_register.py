"""The register of decisions, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from esi_toolkit.data import register_engine, register_schema
from esi_toolkit.data.register import find_register, open_register
from esi_toolkit.data.register_export import csv_to_rows, rows_to_csv
from esi_toolkit.errors import ModerationError, RegisterError
from tests.postgresql import PASSWORD

from .conftest import Place, make_decision

ROOT = Path(__file__).resolve().parents[2]
AWKWARD = [
    "\"double\" and 'single' quotes, a back\\slash, \\r and \\n spelt out",
    "two\nlines, a blank one\n\nand\r\nWindows",
    "a lone \r carriage return\r",
    "<script>alert(1)</script> & &amp;",
    "$x$ and {{ braces }} %s %(name)s :name",
    "ünïcode 🙂 👩🏽‍⚖️ \u200b\u2028",
    "=1+1",
    "'=1+1",
    "'quoted'",
    "\t=1+1",
    " blanks before and after ",
    "-",
    "@SUM(A1)",
]


def test_what_is_recorded_comes_back_with_a_number_and_a_time(place: Place) -> None:
    recorded = place.open().record(make_decision()).decision
    assert recorded.number == 1
    assert recorded.decided_at.endswith("+00:00")
    assert place.open().decisions() == [recorded]
    assert replace(recorded, number=None, decided_at="") == make_decision()


def test_decisions_come_in_order_and_by_area_framework_and_criterion(place: Place) -> None:
    for changes in ({}, {"area": "other"}, {"framework": "esi-dv"}, {"criterion": "A1"}):
        place.open().record(make_decision(**changes))
    register = place.open()
    assert [one.number for one in register.decisions()] == [1, 2, 3, 4]
    assert [one.number for one in register.decisions("county-durham", "esi")] == [1, 4]
    assert [one.number for one in register.decisions("county-durham", "esi", "A2")] == [1]


@pytest.mark.parametrize("text", AWKWARD)
def test_text_comes_back_letter_for_letter_from_register_export_and_import(
    place: Place, tmp_path: Path, text: str
) -> None:
    place.open().record(make_decision(reason=text, author=f"x{text}"))
    assert place.open().decisions()[0].reason == text
    exported = rows_to_csv(place.open().export_rows())
    copy = open_register(tmp_path / "copy.sqlite")
    assert copy.import_rows(csv_to_rows(exported)) == 1
    assert copy.decisions() == place.open().decisions()
    assert copy.decisions()[0].author == f"x{text}"
    assert rows_to_csv(copy.export_rows()) == exported


def test_an_export_survives_other_line_ends_and_a_byte_order_mark(filled: Place) -> None:
    filled.open().record(make_decision(reason="a\nb\r\nc\rd \\r"))
    exported = rows_to_csv(filled.open().export_rows())
    assert "\r" not in exported
    assert csv_to_rows("\ufeff" + exported.replace("\n", "\r\n")) == filled.open().export_rows()


def test_no_cell_of_an_export_runs_in_a_spreadsheet(place: Place) -> None:
    import csv
    import io

    for text in AWKWARD:
        place.open().record(make_decision(reason=text))
    lines = list(csv.reader(io.StringIO(rows_to_csv(place.open().export_rows()))))
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("text", ["NUL \x00 within", "half a letter \ud83d", "x" * 100_001])
def test_text_that_cannot_be_kept_is_refused(place: Place, text: str) -> None:
    with pytest.raises(ModerationError, match="column reason"):
        place.open().record(make_decision(reason=text))
    assert place.open().decisions() == []


def test_reason_and_author_are_compulsory_and_both_asked_for_at_once(place: Place) -> None:
    with pytest.raises(ModerationError) as told:
        place.open().record(make_decision(reason=" \n", author=""))
    assert [problem.column for problem in told.value.problems] == ["reason", "author"]


def test_reading_makes_no_file(tmp_path: Path) -> None:
    register = open_register(tmp_path / "register.sqlite")
    assert (register.decisions(), register.verify(), register.export_rows()) == ([], [], [])
    assert list(tmp_path.iterdir()) == []


def test_reading_makes_no_table(place: Place) -> None:
    assert place.open().decisions() == []
    assert place.open().verify() == []
    assert place.open().record(make_decision()).decision.number == 1


def test_a_register_of_a_newer_version_is_refused(filled: Place) -> None:
    filled.by_hand("INSERT INTO register_version VALUES (99)")
    for use in (filled.open().decisions, filled.open().verify, lambda: filled.open().record(make_decision())):
        with pytest.raises(RegisterError, match="version 99, expected version 1 or older"):
            use()


def test_a_register_of_an_older_version_is_brought_up_to_date_by_the_next_decision(
    filled: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ("CREATE TABLE later (x INTEGER)",)
    newer = (*register_schema.MIGRATIONS, {"sqlite": step, "postgresql": step})
    monkeypatch.setattr(register_schema, "MIGRATIONS", newer)
    assert len(filled.open().decisions()) == 3
    assert filled.open().record(make_decision()).decision.number == 4
    assert filled.by_hand("SELECT * FROM later") == []
    assert filled.by_hand("SELECT max(version) FROM register_version") == [(2,)]


def test_a_register_that_somebody_else_has_locked_is_given_up_in_plain_words(
    filled: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_engine, "SECONDS_TO_WAIT", 0.2)
    with filled.connect().connect() as other:
        if filled.engine == "sqlite":
            other.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            other.exec_driver_sql("LOCK TABLE decisions, register_version IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        for use in (filled.open().decisions, lambda: filled.open().record(make_decision())):
            with pytest.raises(RegisterError, match="found somebody else busy with it"):
                use()
        assert time.monotonic() - began < 5
    assert len(filled.open().decisions()) == 3


def test_a_writer_waits_for_another_and_then_gives_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.open().record(make_decision())
    monkeypatch.setattr(register_engine, "SECONDS_TO_WAIT", 0.2)
    busy = place.open()
    with busy._writing(), pytest.raises(RegisterError, match=r"somebody else busy .* nothing was recorded"):
        place.open().record(make_decision())
    assert place.open().record(make_decision()).decision.number == 2


def test_a_register_that_can_only_be_read_is_read_and_says_so_when_written(filled: Place) -> None:
    with only_readable(filled) as address:
        register = open_register(address)
        assert len(register.decisions()) == 3
        with pytest.raises(RegisterError, match="can only be read"):
            register.record(make_decision())
    assert len(filled.open().decisions()) == 3


@contextlib.contextmanager
def only_readable(place: Place) -> Iterator[str]:
    if place.engine == "postgresql":
        yield f"{place.address}%20-cdefault_transaction_read_only%3Don"
        return
    path = Path(place.address)
    path.chmod(0o444)
    try:
        with as_somebody_else(path.parent):
            yield place.address
    finally:
        path.chmod(0o644)


@contextlib.contextmanager
def as_somebody_else(folder: Path) -> Iterator[None]:
    """Root may write whatever is write-protected, so root becomes nobody for a moment."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    opened = [path for path in (folder, *folder.parents) if not path.stat().st_mode & 0o001]
    modes = {path: path.stat().st_mode for path in opened}
    for path in opened:
        path.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough for one" * 20, b"SQLite format 3\x00" + b"x" * 4096]
)
def test_a_file_that_is_no_register_is_refused_in_plain_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.sqlite"
    path.write_bytes(content)
    for use in (open_register(path).decisions, lambda: open_register(path).record(make_decision())):
        with pytest.raises(RegisterError, match="no register, or a damaged one"):
            use()
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_refused_and_not_taken_for_no_decisions(tmp_path: Path) -> None:
    register = open_register(tmp_path / "away" / "register.sqlite")
    with pytest.raises(RegisterError, match="nothing was recorded"):
        register.record(make_decision())
    for use in (register.decisions, register.verify, register.export_rows):
        with pytest.raises(RegisterError, match="found no such folder"):
            use()


@pytest.mark.parametrize(
    ("encoding", "kept"), [("UTF8", True), ("SQL_ASCII", True), ("LATIN1", False)]
)  # fmt: skip
def test_letters_are_kept_or_refused_in_plain_words_whatever_the_server_keeps(
    make_encoded, encoding: str, kept: bool
) -> None:
    register = open_register(make_encoded(encoding))
    register.record(make_decision(reason="Crédit"))
    wide = make_decision(reason="Straße, 証拠 🙂")
    if kept:
        register.record(wide)
    else:
        with pytest.raises(RegisterError, match="keeps other letters than UTF8"):
            register.record(wide)
    reasons = [one.reason for one in register.decisions()]
    assert reasons == (["Crédit", wide.reason] if kept else ["Crédit"])


def test_a_connection_that_breaks_at_the_last_word_is_no_claim_that_nothing_was_recorded(
    new_database,
) -> None:
    place = Place("postgresql", new_database())
    place.open().record(make_decision())
    register = place.open()

    def cut(connection: Connection) -> None:
        [(number,)] = connection.exec_driver_sql("SELECT pg_backend_pid()")
        place.by_hand(f"SELECT pg_terminate_backend({number})")

    event.listen(register._writer, "commit", cut)
    with pytest.raises(RegisterError, match="look first whether it was recorded"):
        register.record(make_decision())
    assert place.open().verify() == []


def test_an_inspector_needs_no_right_to_change_tables(new_database) -> None:
    place = Place("postgresql", new_database())
    place.open().record(make_decision())
    role = f"lead_{secrets.token_hex(4)}"
    place.by_hand(
        f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'",
        f"GRANT USAGE ON SCHEMA {place.by_hand('SELECT current_schema()')[0][0]} TO {role}",
        f"GRANT SELECT ON decisions, register_head, register_version TO {role}",
        f"GRANT INSERT ON decisions TO {role}",
        f"GRANT UPDATE ON register_head TO {role}",
    )
    limited = make_url(place.address).set(username=role).render_as_string(hide_password=False)
    assert open_register(limited).record(make_decision(), seen=0).decision.number == 2
    for statement in (
        "DELETE FROM decisions",
        "ALTER TABLE decisions DISABLE TRIGGER USER",
        "DROP TABLE decisions",
    ):
        with pytest.raises(DBAPIError):
            Place("postgresql", limited).by_hand(statement)
    assert place.open().verify() == []


def test_the_password_of_a_url_is_never_said(new_database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_engine, "SECONDS_TO_WAIT", 1)
    right = new_database()
    wrong = [
        f"postgresql+psycopg://inspector:{PASSWORD}@127.0.0.1:1/nothing",
        right.replace(f":{PASSWORD}@", f":{PASSWORD}-not@"),
        right.replace("/postgres?", "/away?"),
        f"mysql://inspector:{PASSWORD}@host/x",
        f"nonsense://{PASSWORD}",
        f"sqlite:///:memory:?{PASSWORD}",
        f"postgresql://inspector:{PASSWORD}@host:port/x",
        f"postgresql+nodriver://inspector:{PASSWORD}@host/x",
    ]
    for address in wrong:
        with pytest.raises(RegisterError) as told:
            open_register(address).decisions()
        assert PASSWORD not in str(told.value)
        assert PASSWORD not in "".join(str(problem) for problem in told.value.problems)


def test_a_sqlite_url_is_the_same_as_its_path(filled: Place) -> None:
    address = f"sqlite:///{filled.address}" if filled.engine == "sqlite" else filled.address
    assert open_register(address).decisions() == filled.open().decisions()


def test_an_import_goes_on_where_the_register_ends(filled: Place, tmp_path: Path) -> None:
    rows = filled.open().export_rows()
    copy = open_register(tmp_path / "copy.sqlite")
    assert copy.import_rows(rows[:2]) == 2
    assert copy.import_rows(rows) == 1
    assert copy.import_rows(rows) == 0
    assert copy.import_rows(rows[:1]) == 0
    assert copy.decisions() == filled.open().decisions()
    assert copy.verify() == []


def test_a_changed_export_or_one_of_other_decisions_adds_nothing(filled: Place, tmp_path: Path) -> None:
    rows = filled.open().export_rows()
    copy = open_register(tmp_path / "copy.sqlite")
    for bad in ([{**rows[0], "reason": "other"}], [rows[1], rows[0]], [rows[0], rows[2]], [rows[0], rows[0]]):
        with pytest.raises(RegisterError, match="export"):
            copy.import_rows(bad)
    assert copy.decisions() == []
    copy.record(make_decision(reason="my own"))
    with pytest.raises(RegisterError, match="other decisions than in the export"):
        copy.import_rows(rows)
    assert len(copy.decisions()) == 1


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\x00", '"number'])
def test_what_is_no_export_is_refused(content: str) -> None:
    with pytest.raises(RegisterError, match="an export of a register"):
        csv_to_rows(content)


def test_the_register_is_in_the_areas_folder_or_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ESI_REGISTER", raising=False)
    assert find_register(tmp_path) == str(tmp_path / "register.sqlite")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ESI_REGISTER", "shared.sqlite")
    assert find_register("anywhere") == str(tmp_path / "shared.sqlite")
    monkeypatch.setenv("ESI_REGISTER", "postgresql://host/x")
    assert find_register("anywhere") == "postgresql://host/x"
