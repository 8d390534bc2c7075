"""What the register lets nobody do, and what it finds when somebody has done it all the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from esi_toolkit.data.register import open_register
from esi_toolkit.errors import RegisterError

from .conftest import Place, make_decision

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
