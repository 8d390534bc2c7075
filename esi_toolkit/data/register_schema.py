"""The register's tables, on SQLite and PostgreSQL: the database itself refuses to change or delete a row.

Migrations are numbered and only ever added; a register made by an older version is brought up to date by the
next decision that is recorded.
"""

from __future__ import annotations

import re

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
        f"""CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}
        BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"""
        for table in ("decisions", "register_version")
        for event in ("UPDATE", "DELETE")
    ),
    # Also stops INSERT OR REPLACE, which deletes without asking the triggers above: the row of the same
    # number as well as one of the same hash.
    """CREATE TRIGGER decisions_in_order BEFORE INSERT ON decisions
    WHEN NEW.number IS NOT (SELECT number + 1 FROM register_head)
        OR NEW.previous_hash IS NOT (SELECT row_hash FROM register_head)
        OR EXISTS (SELECT 1 FROM decisions WHERE row_hash = NEW.row_hash)
    BEGIN SELECT RAISE(ABORT, 'a decision follows on the last one'); END""",
    """CREATE TRIGGER decisions_head AFTER INSERT ON decisions
    BEGIN UPDATE register_head SET number = NEW.number, row_hash = NEW.row_hash; END""",
    """CREATE TRIGGER head_only_moves_on BEFORE UPDATE ON register_head WHEN NOT EXISTS
        (SELECT 1 FROM decisions WHERE number = NEW.number AND row_hash = NEW.row_hash)
        OR NEW.number <= OLD.number
    BEGIN SELECT RAISE(ABORT, 'the head follows the decisions'); END""",
    *(
        f"""CREATE TRIGGER head_no_{event.lower()} BEFORE {event} ON register_head
        BEGIN SELECT RAISE(ABORT, 'there is one head, and it stays'); END"""
        for event in ("INSERT", "DELETE")
    ),
)
_POSTGRESQL = (
    *_TABLES,
    "INSERT INTO register_head VALUES (1, 0, '" + "0" * 64 + "')",
    """CREATE FUNCTION esi_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'decisions are only ever added'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION esi_refuse_change()"""
        for table in ("decisions", "register_version")
    ),
    """CREATE TRIGGER head_no_change BEFORE INSERT OR DELETE OR TRUNCATE ON register_head
    FOR EACH STATEMENT EXECUTE FUNCTION esi_refuse_change()""",
    """CREATE FUNCTION esi_follow_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS
            (SELECT 1 FROM register_head WHERE number + 1 = NEW.number AND row_hash = NEW.previous_hash)
        THEN RAISE EXCEPTION 'a decision follows on the last one'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER decisions_in_order BEFORE INSERT ON decisions
    FOR EACH ROW EXECUTE FUNCTION esi_follow_on()""",
    """CREATE FUNCTION esi_move_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE register_head SET number = NEW.number, row_hash = NEW.row_hash; RETURN NEW; END $$""",
    """CREATE TRIGGER decisions_head AFTER INSERT ON decisions
    FOR EACH ROW EXECUTE FUNCTION esi_move_head()""",
    """CREATE FUNCTION esi_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.number <= OLD.number OR NOT EXISTS
            (SELECT 1 FROM decisions WHERE number = NEW.number AND row_hash = NEW.row_hash)
        THEN RAISE EXCEPTION 'the head follows the decisions'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER head_only_moves_on BEFORE UPDATE ON register_head
    FOR EACH ROW EXECUTE FUNCTION esi_head_moves_on()""",
)
MIGRATIONS = ({"sqlite": _SQLITE, "postgresql": _POSTGRESQL},)
"""One entry for each version of the schema, by engine; the first makes version 1."""


def read_version(connection: Connection, where: str = "register") -> int:
    """Version of the schema in a database; 0 where there is no register yet.

    Raises
    ------
    RegisterError
        The register was made by a newer toolkit, or somebody took its version away.
    """
    tables = inspect(connection)
    version = 0
    if tables.has_table("register_version"):
        version = int(connection.execute(text("SELECT max(version) FROM register_version")).scalar_one() or 0)
    if not version and tables.has_table("decisions"):
        # Without this, whoever takes the version away makes all decisions look as if there were none.
        fix = "take the register from its backup or export, and find out who changed it"
        raise RegisterError(Problem(where, "decisions without a version", "a register with its version", fix))
    gone = [table for table in ("decisions", "register_head") if version and not tables.has_table(table)]
    if gone:
        fix = "take the register from its backup or export, and find out who changed it"
        raise RegisterError(Problem(where, f"no table {' and '.join(gone)}", "the whole register", fix))
    if version > len(MIGRATIONS):
        found, expected = f"a register of version {version}", f"version {len(MIGRATIONS)} or older"
        raise RegisterError(Problem(where, found, expected, "use the toolkit that made it, or a newer one"))
    return version


def migrate(connection: Connection, where: str = "register") -> None:
    """Bring a database to the newest version, inside the caller's transaction."""
    for version in range(read_version(connection, where) + 1, len(MIGRATIONS) + 1):
        for statement in MIGRATIONS[version - 1][connection.dialect.name]:
            connection.exec_driver_sql(statement)
        connection.execute(text("INSERT INTO register_version VALUES (:version)"), {"version": version})


def check_guards(connection: Connection, where: str = "register") -> list[Problem]:
    """The triggers that should refuse changes and were taken off, switched off or replaced by hand.

    Parameters
    ----------
    connection : Connection
        To a database with a register in it.
    where : str
        Name of the register, for the problems.
    """
    engine = connection.dialect.name
    steps = MIGRATIONS[: read_version(connection, where)]
    made = _DESCRIBE[engine]([statement for step in steps for statement in step[engine]])
    present = {name: _one_line(words) for name, words in connection.execute(text(_GUARDS[engine]))}
    fix = "find out who took it off; export the decisions and import them into a new register"
    return [
        Problem(
            where, f"the guard {name} {'replaced' if name in present else 'off'}", "every guard in place", fix
        )
        for name, words in made.items()
        if present.get(name) != words
    ]


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _describe_sqlite(statements: list[str]) -> dict[str, str]:
    """The triggers by name, in the words that SQLite keeps."""
    found = {_TRIGGER.match(statement): statement for statement in statements}
    return {trigger[1]: _one_line(statement) for trigger, statement in found.items() if trigger}


def _describe_postgresql(statements: list[str]) -> dict[str, str]:
    """The triggers by name: when each fires, as PostgreSQL keeps it, and what its function does."""
    body = {match[1]: match[2] for match in map(_FUNCTION.match, statements) if match}
    triggers = [(match[1], statement) for statement in statements if (match := _TRIGGER.match(statement))]
    return {
        name: _one_line(f"{_fires(statement)} {body[_CALLED.findall(statement)[0]]}")
        for name, statement in triggers
    }


def _fires(statement: str) -> int:
    return sum(bit for word, bit in _FIRES.items() if word in statement.split())


_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\).*?\$\$(.*)\$\$", re.DOTALL)
_CALLED = re.compile(r"EXECUTE FUNCTION (\w+)")
_FIRES = {"ROW": 1, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
"""The bits of PostgreSQL's ``tgtype``."""
_DESCRIBE = {"sqlite": _describe_sqlite, "postgresql": _describe_postgresql}
_GUARDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    # O and A: fires in ordinary sessions; a condition or a choice of columns would let changes past.
    "postgresql": """SELECT tgname, CASE WHEN tgqual IS NULL AND tgattr::text = ''
            THEN tgtype || ' ' || prosrc ELSE 'with a condition' END
        FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgenabled IN ('O', 'A') AND tgrelid IN
        (to_regclass('decisions'), to_regclass('register_head'), to_regclass('register_version'))""",
}
