"""Deadlines after publication, and the glossary."""

from __future__ import annotations

import pytest

from esi_toolkit.present.words import add_months, find_terms, load_words


@pytest.mark.parametrize(
    ("date", "months", "later"),
    [
        ("May 2004", 3, "August 2004"),
        ("December 2003", 1, "January 2004"),
        ("31 January 2004", 12, "January 2005"),
        ("2004-05-31", 3, "August 2004"),
        ("2004-5", 12, "May 2005"),
        ("spring 2004", 3, None),
        ("2004-13", 3, None),
        ("", 3, None),
    ],
)
def test_a_deadline_is_a_month_and_none_where_the_date_names_no_month(date, months, later):
    assert add_months(date, months) == later


def test_the_deadlines_have_a_source():
    steps = load_words()["next_steps"]
    assert (steps["action_plan_months"], steps["implementation_months"]) == (3, 12)
    assert "2004" in steps["source"]


def test_only_terms_that_are_used_are_explained():
    assert list(find_terms(["The PSRs were late."])) == ["PSR"]
    assert find_terms(["The NPDX, an ACPO matter"]) == {}


def test_terms_of_several_texts_are_explained_in_the_order_of_the_glossary():
    assert list(find_terms(["PSR and BME", "", "PSR, DV"])) == ["BME", "DV", "PSR"]
    assert find_terms([]) == {}


def test_a_spelled_out_term_is_found_at_the_start_of_a_sentence():
    assert list(find_terms(["Criminogenic factors abound"])) == ["criminogenic factor"]
