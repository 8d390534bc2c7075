"""The register of decisions, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
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

CHANGES = [
    "UPDATE decisions SET reason = 'other' WHERE number = 2",
    "UPDATE decisions SET reason = reason",
    "DELETE FROM decisions WHERE number = 3",
    "DELETE FROM decisions",
    "UPDATE register_head SET number = 0",
    "DELETE FROM register_head",
    "UPDATE register_version SET version = 0",
    "DELETE FROM register_version",
    "INSERT INTO decisions SELECT * FROM decisions WHERE number = 2",
    "INSERT INTO decisions SELECT number + 1, area, framework, criterion, calculated, adjusted, reason,"
    " author, decided_at, figures_hash, previous_hash, 'x' FROM decisions WHERE number = 3",
    "INSERT INTO decisions SELECT 9, area, framework, criterion, calculated, adjusted, reason,"
    " author, decided_at, figures_hash, row_hash, 'x' FROM decisions WHERE number = 3",
    "INSERT INTO register_head VALUES (2, 0, 'x')",
]
ONLY_ON = {
    "postgresql": [
        "TRUNCATE decisions",
        "TRUNCATE register_head, decisions",
        "INSERT INTO register_head VALUES (1, 0, 'x') ON CONFLICT (one) DO UPDATE SET number = 0",
    ],
    "sqlite": [
        "INSERT OR REPLACE INTO decisions SELECT * FROM decisions WHERE number = 2",
        "REPLACE INTO decisions SELECT number, area, framework, criterion, calculated, adjusted, 'other',"
        " author, decided_at, figures_hash, previous_hash, row_hash FROM decisions WHERE number = 2",
        # The number is the next one, but an old row has this hash and would have to go.
        "INSERT OR REPLACE INTO decisions SELECT 4, area, framework, criterion, calculated, adjusted, reason,"
        " author, decided_at, figures_hash, (SELECT row_hash FROM register_head), row_hash"
        " FROM decisions WHERE number = 1",
        "INSERT OR REPLACE INTO register_head VALUES (1, 0, 'x')",
        "UPDATE OR REPLACE decisions SET number = 1 WHERE number = 2",
    ],
}


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


def test_the_database_itself_refuses_every_change(filled: Place) -> None:
    before = filled.by_hand("SELECT * FROM decisions ORDER BY number")
    for statement in CHANGES + ONLY_ON[filled.engine]:
        with pytest.raises(DBAPIError):
            filled.by_hand(statement)
        assert filled.by_hand("SELECT * FROM decisions ORDER BY number") == before, statement
        assert filled.open().verify() == [], statement
    assert filled.open().record(make_decision()).decision.number == 4


MOVE = "UPDATE decisions SET number = {} WHERE number = {}"
COPY = (
    "INSERT INTO decisions SELECT {number}, area, framework, criterion, calculated, adjusted, reason, author,"
    " decided_at, figures_hash, '{previous}', 'made up' FROM decisions WHERE number = 1"
)
OTHER_WORDS = "decision 2 with other words"
TAMPERINGS = {
    "a changed word": (["UPDATE decisions SET reason = 'reason 9' WHERE number = 2"], OTHER_WORDS),
    "a changed hash": (["UPDATE decisions SET row_hash = 'x' WHERE number = 2"], OTHER_WORDS),
    "one gone from the beginning": (["DELETE FROM decisions WHERE number = 1"], "no decision 1 before"),
    "one gone from the middle": (
        ["DELETE FROM decisions WHERE number = 2"], "no decision 2 before decision 3"),
    "two gone": (["DELETE FROM decisions WHERE number < 3"], "no decisions 1 to 2 before decision 3"),
    "one gone from the end": (["DELETE FROM decisions WHERE number = 3"], "expected decision 3 as the last"),
    "all gone": (["DELETE FROM decisions"], "found no decision, expected decision 3 as the last"),
    "one gone and the others moved up": (
        ["DELETE FROM decisions WHERE number = 2", MOVE.format(2, 3)], "decision 2 that does not follow"),
    "two swapped": (
        [MOVE.format(9, 1), MOVE.format(1, 2), MOVE.format(2, 9)], "decision 1 that does not follow"),
    "one added at the end": ([COPY.format(number=4, previous="x")], "decision 4 that does not follow"),
    "one added before the first": ([COPY.format(number=0, previous="x")], "decision 0 out of its place"),
    "the note of the last one gone": (["DELETE FROM register_head"], "no note of the last decision"),
    "the note set back": (["UPDATE register_head SET number = 2"], "expected decision 2 as the last"),
    "the version gone": (["DELETE FROM register_version"], "decisions without a version"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_and_named_and_nothing_is_applied_or_added(filled: Place, what: str) -> None:
    statements, words = TAMPERINGS[what]
    filled.tamper(*statements)
    assert words in "\n".join(problems_of(filled))
    register = filled.open()
    for use in (register.decisions, register.export_rows, lambda: register.record(make_decision())):
        with pytest.raises(RegisterError):
            use()
    with pytest.raises(RegisterError):
        register.import_rows([])


def problems_of(place: Place) -> list[str]:
    """What verifying says, whether it lists it or has to give up."""
    try:
        return [str(problem) for problem in place.open().verify()]
    except RegisterError as error:
        return [str(problem) for problem in error.problems]


def test_a_row_that_is_no_text_any_more_is_found(tmp_path: Path) -> None:
    place = Place("sqlite", str(tmp_path / "register.sqlite"))
    for _ in range(3):
        place.open().record(make_decision(reason="x"))
    place.tamper("UPDATE decisions SET reason = x'78' WHERE number = 2",
                 "UPDATE decisions SET author = CAST(x'ff' AS TEXT) WHERE number = 3")  # fmt: skip
    assert [problem.row for problem in place.open().verify()] == [2, 3]


def test_a_guard_taken_off_is_named(filled: Place) -> None:
    name = {"sqlite": "decisions_no_delete", "postgresql": "decisions_no_change"}[filled.engine]
    off = {"sqlite": f"DROP TRIGGER {name}", "postgresql": f"ALTER TABLE decisions DISABLE TRIGGER {name}"}
    assert filled.open().verify() == []
    filled.by_hand(off[filled.engine])
    assert f"the guard {name} off" in "\n".join(problems_of(filled))


HOLLOW = {
    "sqlite": [
        ("decisions_no_delete", "DROP TRIGGER decisions_no_delete; CREATE TRIGGER decisions_no_delete"
         " BEFORE DELETE ON decisions BEGIN SELECT 1; END"),
        ("decisions_in_order", "DROP TRIGGER decisions_in_order; CREATE TRIGGER decisions_in_order"
         " BEFORE INSERT ON decisions BEGIN SELECT 1; END"),
    ],
    "postgresql": [
        ("decisions_no_change", "CREATE OR REPLACE FUNCTION esi_refuse_change() RETURNS trigger LANGUAGE"
         " plpgsql AS $$ BEGIN RETURN NULL; END $$"),
        ("decisions_no_change", "DROP TRIGGER decisions_no_change ON decisions; CREATE TRIGGER"
         " decisions_no_change BEFORE TRUNCATE ON decisions EXECUTE FUNCTION esi_refuse_change()"),
        ("decisions_in_order", "DROP TRIGGER decisions_in_order ON decisions; CREATE TRIGGER"
         " decisions_in_order BEFORE INSERT ON decisions FOR EACH ROW WHEN (NEW.number < 0)"
         " EXECUTE FUNCTION esi_follow_on()"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("which", range(3))
def test_a_guard_that_was_replaced_by_one_that_lets_changes_past_is_named(place: Place, which: int) -> None:
    name, statements = HOLLOW[place.engine][which % len(HOLLOW[place.engine])]
    place.open().record(make_decision())
    place.by_hand(*re.split(r"; (?=CREATE)", statements))
    assert f"the guard {name} replaced" in "\n".join(problems_of(place))


def test_a_table_taken_away_is_named_and_no_decision_forgotten(filled: Place) -> None:
    filled.by_hand("DROP TABLE register_head")
    for use in (filled.open().decisions, filled.open().verify, lambda: filled.open().record(make_decision())):
        with pytest.raises(RegisterError, match="found no table register_head"):
            use()


def test_without_a_guard_nothing_is_applied_or_added_and_the_export_leads_into_a_new_register(
    filled: Place, tmp_path: Path
) -> None:
    before = filled.open().decisions()
    on = {"sqlite": "", "postgresql": " ON decisions"}[filled.engine]
    filled.by_hand(f"DROP TRIGGER decisions_in_order{on}")
    rows = filled.open().export_rows()
    register = filled.open()
    uses = (register.decisions, lambda: register.record(make_decision()), lambda: register.import_rows(rows))
    for use in uses:
        with pytest.raises(RegisterError, match="the guard decisions_in_order off"):
            use()
    new = open_register(tmp_path / "new.sqlite")
    assert new.import_rows(rows) == 3
    assert new.decisions() == before


def test_the_second_of_two_is_told_of_the_first(place: Place) -> None:
    first, second = place.open(), place.open()
    first.record(make_decision(criterion="A1"))
    seen = max(one.number or 0 for one in second.decisions())
    told = first.record(make_decision(author="Ann"), seen=seen)
    first.record(make_decision(criterion="A3"), seen=seen)
    after = second.record(make_decision(author="Bob"), seen=seen)
    assert told.meanwhile == ()
    assert [(one.number, one.author) for one in after.meanwhile] == [(2, "Ann")]
    assert [one.author for one in place.open().decisions(criterion="A2")] == ["Ann", "Bob"]


RECORD = """
import signal, sys
from dataclasses import replace
from esi_toolkit.data.register import open_register
from tests.data.conftest import make_decision
register = open_register(sys.argv[1])
"""


def start(code: str, *arguments: object) -> subprocess.Popen:
    """A process of its own that has a register open."""
    command = [sys.executable, "-c", RECORD + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_fifty_decisions_from_eight_processes_at_once_are_all_kept(place: Place) -> None:
    code = """
print("ready", flush=True)
input()
for number in range(int(sys.argv[3])):
    register.record(make_decision(reason=f"{sys.argv[2]}.{number}"))
"""
    shares = [7, 7, 6, 6, 6, 6, 6, 6]
    processes = [start(code, place.address, name, share) for name, share in enumerate(shares)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait(timeout=60) for process in processes] == [0] * 8
    for process in processes:
        process.communicate()
    assert place.open().verify() == []
    decisions = place.open().decisions()
    assert [one.number for one in decisions] == list(range(1, 51))
    assert len({one.reason for one in decisions}) == 50


def test_readers_never_see_half_of_what_others_record(place: Place) -> None:
    place.open().record(make_decision())
    writer = start("for _ in range(60): register.record(make_decision())", place.address)
    reads = 0
    while writer.poll() is None:
        assert place.open().verify() == []
        reads += 1
    writer.communicate()
    assert writer.returncode == 0
    assert reads > 5
    assert len(place.open().decisions()) == 61


DIE = """
import os
from sqlalchemy import Engine, event
moment, left = sys.argv[2], int(sys.argv[3])
@event.listens_for(Engine, moment)
def count(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
register.record(make_decision(reason="half or whole"))
"""
MOMENTS = [("before_cursor_execute", 1), ("before_cursor_execute", 3), ("before_cursor_execute", 9),
           ("after_cursor_execute", 2), ("after_cursor_execute", 5), ("after_cursor_execute", 14),
           ("commit", 1), ("close", 1)]  # fmt: skip


@pytest.mark.parametrize("before", [0, 1])
def test_a_process_killed_while_recording_leaves_the_whole_decision_or_none(
    place: Place, before: int
) -> None:
    for _ in range(before):
        place.open().record(make_decision())
    killed = 0
    for moment, nth in MOMENTS:
        had = len(place.open().decisions())
        process = start(DIE, place.address, moment, nth)
        process.communicate(timeout=30)
        assert process.returncode in (0, -signal.SIGKILL)
        killed += process.returncode != 0
        added = place.open().decisions()[had:]
        assert [one.reason for one in added] in ([], ["half or whole"])
        assert place.open().verify() == []
    assert killed >= 5
    number = len(place.open().decisions())
    assert place.open().record(make_decision()).decision.number == number + 1


def test_what_was_said_to_be_recorded_outlives_a_kill_at_any_moment(place: Place) -> None:
    code = "while True: print(register.record(make_decision()).decision.number, flush=True)"
    for lines in (1, 4, 9):
        process = start(code, place.address)
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(lines)]
        process.kill()
        process.communicate()
        assert place.open().verify() == []
        assert len(place.open().decisions()) >= said[-1]


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
