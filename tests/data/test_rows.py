"""Tables row by row."""

from __future__ import annotations

import json

import pandas as pd

from esi_toolkit.data.rows import group_rows, to_rows

TABLE = pd.DataFrame(
    {"section": ["B", "C", "B"], "score": [72.0, float("nan"), 64.0], "adjusted": [True, False, False]},
    index=[7, 7, 3],
)


def test_rows_hold_what_pandas_own_records_hold():
    assert repr(to_rows(TABLE)) == repr(TABLE.to_dict("records"))
    json.dumps(to_rows(TABLE))  # numpy's own numbers would be refused


def test_a_group_has_the_rows_that_a_filter_of_the_table_would_leave():
    for section, rows in group_rows(TABLE, "section").items():
        assert repr(rows) == repr(to_rows(TABLE[TABLE["section"] == section]))
    assert list(group_rows(TABLE, "section")) == ["B", "C"]


def test_a_table_without_rows_has_no_groups():
    assert group_rows(TABLE.head(0), "section") == {}
