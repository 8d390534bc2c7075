"""The register's tables, on SQLite and PostgreSQL: the database itself refuses to change or delete a row.

Migrations are numbered and only ever added; a register made by an older version is brought up to date by the
next decision that is recorded.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from esi_toolkit.errors import Problem, RegisterError

_TABLES = (
    "CREATE TABLE register_version (version INTEGER PRIMARY KEY)",
    """CREATE TABLE decisions (
        number INTEGER PRIMARY KEY,
        area TEXT NOT NULL, framework TEXT NOT NULL, criterion TEXT NOT NULL,
        calculated TEXT NOT NULL, adjusted TEXT NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL,
        decided_at TEXT NOT NULL, figures_hash TEXT NOT NULL,
        previous_hash TEXT NOT NULL, row_hash TEXT NOT NULL UNIQUE)""",
    # The number and hash of the last row, written by the database with each new row: without it, a row
    # deleted from the end would leave an unbroken chain behind.
    "CREATE TABLE register_head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER, row_hash TEXT)",
)
_SQLITE = (
    *_TABLES,
    "INSERT INTO register_head VALUES (1, 0, '" + "0" * 64 + "')",
    *(
        f"""CREATE TRIGGER decisions_no_{event.lower()} BEFORE {event} ON decisions
        BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"""
        for event in ("UPDATE", "DELETE")
    ),
    # Also stops INSERT OR REPLACE, which deletes without asking the trigger above.
    """CREATE TRIGGER decisions_in_order BEFORE INSERT ON decisions
    WHEN NEW.number <> (SELECT number + 1 FROM register_head)
        OR NEW.previous_hash <> (SELECT row_hash FROM register_head)
    BEGIN SELECT RAISE(ABORT, 'a decision follows on the last one'); END""",
    """CREATE TRIGGER decisions_head AFTER INSERT ON decisions
    BEGIN UPDATE register_head SET number = NEW.number, row_hash = NEW.row_hash; END""",
    """CREATE TRIGGER head_only_moves_on BEFORE UPDATE ON register_head WHEN NOT EXISTS
        (SELECT 1 FROM decisions WHERE number = NEW.number AND row_hash = NEW.row_hash)
        OR NEW.number <= OLD.number
    BEGIN SELECT RAISE(ABORT, 'the head follows the decisions'); END""",
    """CREATE TRIGGER head_stays BEFORE DELETE ON register_head
    BEGIN SELECT RAISE(ABORT, 'the head stays'); END""",
)
_POSTGRESQL = (
    *_TABLES,
    "INSERT INTO register_head VALUES (1, 0, '" + "0" * 64 + "')",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'decisions are only ever added'; END $$""",
    """CREATE TRIGGER decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON register_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE FUNCTION follow_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS
            (SELECT 1 FROM register_head WHERE number + 1 = NEW.number AND row_hash = NEW.previous_hash)
        THEN RAISE EXCEPTION 'a decision follows on the last one'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER decisions_in_order BEFORE INSERT ON decisions
    FOR EACH ROW EXECUTE FUNCTION follow_on()""",
    """CREATE FUNCTION move_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE register_head SET number = NEW.number, row_hash = NEW.row_hash; RETURN NEW; END $$""",
    """CREATE TRIGGER decisions_head AFTER INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION move_head()""",
    """CREATE FUNCTION head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.number <= OLD.number OR NOT EXISTS
            (SELECT 1 FROM decisions WHERE number = NEW.number AND row_hash = NEW.row_hash)
        THEN RAISE EXCEPTION 'the head follows the decisions'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER head_only_moves_on BEFORE UPDATE ON register_head
    FOR EACH ROW EXECUTE FUNCTION head_moves_on()""",
)
MIGRATIONS = ({"sqlite": _SQLITE, "postgresql": _POSTGRESQL},)
"""One entry for each version of the schema, by engine; the first makes version 1."""


def read_version(connection: Connection) -> int:
    """Version of the schema in a database; 0 where there is no register yet.

    Raises
    ------
    RegisterError
        The register was made by a newer toolkit.
    """
    if not inspect(connection).has_table("register_version"):
        return 0
    version = int(connection.execute(text("SELECT max(version) FROM register_version")).scalar_one() or 0)
    if version > len(MIGRATIONS):
        found, expected = f"a register of version {version}", f"version {len(MIGRATIONS)} or older"
        raise RegisterError(
            Problem("register", found, expected, "use the toolkit that made it, or a newer one")
        )
    return version


def migrate(connection: Connection) -> None:
    """Bring a database to the newest version, inside the caller's transaction."""
    for version in range(read_version(connection) + 1, len(MIGRATIONS) + 1):
        for statement in MIGRATIONS[version - 1][connection.dialect.name]:
            connection.exec_driver_sql(statement)
        connection.execute(text("INSERT INTO register_version VALUES (:version)"), {"version": version})
