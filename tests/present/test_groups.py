"""Groups of offenders on the page: in words first, held back where few, and switched off by a setting."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from esi_toolkit import load_framework, load_inspection
from esi_toolkit.present.groups import SCREENED, say_differences, show_characteristics
from esi_toolkit.present.tables.groups import tabulate_characteristics
from esi_toolkit.reports.pages.area_page import open_page
from esi_toolkit.reports.pages.compare_page import open_comparison
from esi_toolkit.statistics.disclosure.control import control_groups
from esi_toolkit.statistics.group_findings import find_groups, pool_groups

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ESI = load_framework("esi")


def _find(area: str, framework=ESI):
    inspection = load_inspection(SAMPLE / area, framework)
    control = control_groups(framework, {area: inspection}, framework.certainty.groups)
    return find_groups(framework, inspection, control)


@pytest.fixture(scope="module")
def durham():
    return _find("county-durham")


def _row(findings, group: str) -> list[str]:
    frame = tabulate_characteristics(findings, ESI).frame.set_index("Group")
    return frame.loc[group].tolist()


def test_the_difference_that_is_more_than_chance_is_said_first(durham):
    words = say_differences(durham, "the overall score")
    assert words.startswith("1 difference is more than chance allows, in 10 comparisons")
    assert "female against male (gender), +8.4 points" in words


def test_no_difference_is_said_as_such():
    words = say_differences(_find("coldermere"), "the overall score")
    assert words.startswith("No difference is more than chance allows, in ")


def test_a_withheld_group_shows_nothing_and_nor_does_the_one_that_would_tell(durham):
    assert set(_row(durham, "minority ethnic")[1:]) == {"[c]"}
    assert set(_row(durham, "white")[1:]) == {"[c]"}


def test_a_group_of_few_cases_has_no_score_and_is_not_compared(durham):
    row = _row(durham, "drug treatment and testing")
    assert row[1] == "7"
    assert row[2:] == ["[u]"] * 4 + ["[x]"] * 3


def test_the_largest_group_is_the_one_compared_with(durham):
    assert _row(durham, "male")[-3:] == ["compared with", "[z]", "[z]"]
    assert _row(durham, "female")[-1] == "yes"


def test_the_characteristics_are_a_setting():
    settings = ESI.certainty.model_copy(update={"groups": ("gender", "shoe_size")})
    found = _find("county-durham", ESI.model_copy(update={"certainty": settings}))
    assert set(found.sizes["characteristic"]) == {"gender"}
    none = ESI.certainty.model_copy(update={"groups": ()})
    assert _find("county-durham", ESI.model_copy(update={"certainty": none})) is None


def test_without_single_answers_there_are_no_groups():
    assert _find("dunholt") is None
    assert list(show_characteristics(None, ESI)) == []


def test_the_page_leaves_groups_out_where_the_setting_does(tmp_path):
    page = open_page(SAMPLE / "county-durham")
    assert "Groups of offenders" in _text(page.show_certainty())
    rules = page.scorecard.framework
    parts = tuple(part for part in rules.certainty.parts if part != "groups")
    settings = rules.certainty.model_copy(update={"parts": parts})
    card = replace(page.scorecard, framework=rules.model_copy(update={"certainty": settings}))
    without = replace(page, main=replace(page.main, scorecard=card))
    assert "Groups of offenders" not in _text(without.show_certainty())


def _text(blocks) -> str:
    return unescape(" ".join(str(getattr(block, "content", "")) for block in blocks))


def test_groups_are_pooled_over_areas_with_areas_that_hide_them_hidden_in_all():
    inspections = {
        area: load_inspection(SAMPLE / area, ESI) for area in ("county-durham", "coldermere", "dunholt")
    }
    found = pool_groups(ESI, inspections)
    assert set(found.differences.table["areas"]) == {2}
    assert found.differences.method == "benjamini-hochberg"
    hidden = found.sizes[found.sizes["characteristic"] == "ethnicity"]
    assert hidden["cases"].isna().all()  # County Durham has four from a minority, and Coldermere's are shown
    assert "ethnicity" not in set(found.differences.table["characteristic"])


def test_what_a_screening_marks_is_not_claimed(durham):
    screened = replace(durham, differences=replace(durham.differences, method="benjamini-hochberg"))
    words = say_differences(screened, "the overall score")
    assert words.startswith("1 difference is marked in a screening of 10 comparisons of the overall score")
    assert words.endswith(SCREENED)


def test_one_area_is_not_pooled():
    assert pool_groups(ESI, {"a": load_inspection(SAMPLE / "coldermere", ESI)}) is None


def test_the_comparison_shows_groups_funnels_and_reconvictions():
    page = open_comparison(SAMPLE, replicates=100)
    assert "comparisons of the overall score, area by area" in _text(page.show_characteristics())
    assert "In no area are they more or fewer than chance allows." in _text(page.show_reconviction())
    groups = _text(page.show_groups())
    assert "Allowing for that, still outside: Aldermoor." in groups
