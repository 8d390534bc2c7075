"""Small numbers stay hidden, whatever a reader adds and subtracts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esi_toolkit.statistics.disclosure.disclosure import Disclosure, decide_disclosure, find_small
from esi_toolkit.statistics.disclosure.disclosure_check import as_printed, find_recoverable
from esi_toolkit.statistics.disclosure.linked_counts import (
    CASES,
    KEY,
    NEGATIVE,
    POSITIVE,
    RELEVANT,
    REST,
    count_groups,
    link_counts,
)
from tests.statistics.conftest import make_cases, make_framework

ONE = make_framework({"B": (1, {"B1": ("critical", [1])})})


def make_area(groups: dict[str, tuple[int, int]], *, area: str = "a", others: int = 0) -> pd.DataFrame:
    """Cells of one area from {group: (positive, relevant)}; the first group has others beside them."""
    rows = []
    for group, (positive, relevant) in groups.items():
        rows += [(group, "sufficient" if i < positive else "poor") for i in range(relevant)]
    rows += [(next(iter(groups)), "not applicable")] * others
    table = pd.DataFrame(rows, columns=["gender", "judgement"])
    table["case_id"] = [f"c{i}" for i in range(len(table))]
    judgements = table[["case_id", "judgement"]].assign(question="B1.1")
    return count_groups(ONE, table[["case_id", "gender"]], judgements, ["gender"], area=area)


def decide(*areas: pd.DataFrame, threshold: int = 5, pooled: bool = False, **options) -> Disclosure:
    named = {area["area"].iloc[0]: area for area in areas}
    return decide_disclosure(named, threshold=threshold, pooled=pooled, **options)


def hidden(disclosure: Disclosure, *, area: str = "a") -> dict[tuple[str, str], str]:
    """(group, measure) to the reason, for what is hidden and would be printed."""
    cells = disclosure.cells
    own = cells[
        (cells["hidden"] != "") & (cells["area"] == area) & cells["measure"].isin([CASES, RELEVANT, POSITIVE])
    ]
    return {(row.group, row.measure): row.hidden for row in own.itertuples()}


def shares(total: int, groups: int) -> np.ndarray:
    """Every way to share a total out among groups."""
    ways = [way for way in product(range(total + 1), repeat=groups - 1) if sum(way) <= total]
    return np.array([[*way, total - sum(way)] for way in ways])


def recoverable_by_trying(printed: pd.DataFrame, cells: pd.DataFrame) -> set[int]:
    """Places of the hidden counts that are alike in every table that agrees with what was printed."""
    official = cells[cells["official"]].set_index("measure")["count"]
    names = sorted(set(cells["group"]) - {""})
    ways = [shares(official[m], len(names)) for m in (POSITIVE, NEGATIVE, REST)]
    grid = np.indices([len(way) for way in ways]).reshape(3, -1)
    k, m, rest = (way[index] for way, index in zip(ways, grid, strict=True))
    of_measure = {POSITIVE: k, NEGATIVE: m, REST: rest, RELEVANT: k + m, CASES: k + m + rest}
    tables, counts = np.empty((len(k), len(cells)), dtype=int), cells["count"].to_numpy()
    for place, row in enumerate(cells.itertuples()):
        tables[:, place] = (
            counts[place] if row.official else of_measure[row.measure][:, names.index(row.group)]
        )
    known = printed["count"].notna().to_numpy()
    agree = (tables[:, known] == printed.loc[known, "count"].to_numpy()).all(axis=1)
    asked = (~known) & printed["printed"].to_numpy(bool)
    return set(np.flatnonzero(asked & (np.ptp(tables[agree], axis=0) == 0)).tolist())


def places_of(found: pd.DataFrame, cells: pd.DataFrame) -> set[int]:
    keys = pd.MultiIndex.from_frame(cells[KEY])
    return set(keys.get_indexer(pd.MultiIndex.from_frame(found[KEY])))


def test_counts_and_complements_below_the_threshold_are_small():
    cells = make_area({"women": (4, 9), "men": (50, 80), "other": (2, 3)})
    small = cells[find_small(cells, 5)]
    assert set(zip(small["group"], small["measure"], strict=True)) == {
        ("women", "positive"), ("women", "negative"),
        ("other", "cases"), ("other", "relevant"), ("other", "positive"), ("other", "negative"),
    }  # fmt: skip


def test_nearly_all_positive_gives_the_few_others_away_and_is_small_too():
    cells = make_area({"women": (38, 40), "men": (0, 40)})
    small = cells[find_small(cells, 5)]
    assert set(small["group"]) == {"women", "men"}
    assert set(small["measure"]) == {"positive", "negative"}


def test_official_figures_and_noughts_of_nobody_are_not_small():
    cells = make_area({"women": (0, 0), "men": (3, 4)}, others=20)
    small = cells[find_small(cells, 5)]
    assert not small["official"].any()
    assert "women" not in set(small["group"])


def test_a_hidden_group_takes_a_second_one_with_it():
    decision = decide(make_area({"women": (2, 3), "men": (50, 80), "other": (6, 12)}))
    found = hidden(decision)
    assert found[("women", "cases")] == "primary"
    assert "complementary" in {found.get(("men", "cases")), found.get(("other", "cases"))}
    assert find_recoverable(as_printed(decision.cells), decision.relations).empty


def test_the_group_whose_loss_costs_least_goes_with_it():
    found = hidden(decide(make_area({"women": (2, 3), "men": (50, 80), "other": (6, 12)})))
    assert ("other", "cases") in found
    assert ("men", "cases") not in found


def test_where_only_percentages_need_to_go_the_numbers_of_cases_stay():
    found = hidden(decide(make_area({"women": (7, 9), "men": (60, 80), "other": (30, 60)})))
    assert {measure for _, measure in found} == {POSITIVE}
    assert len(found) == 2


def test_nothing_small_nothing_hidden():
    assert hidden(decide(make_area({"women": (20, 40), "men": (50, 80)}))) == {}


def test_what_official_figures_give_away_is_not_hidden():
    # All cases are men, so their figures are the official ones.
    assert hidden(decide(make_area({"men": (78, 80)}))) == {}


def test_answers_all_positive_tell_no_more_than_the_official_hundred_percent():
    assert hidden(decide(make_area({"women": (9, 9), "men": (80, 80)}))) == {}


def test_where_official_totals_are_too_small_for_a_wide_range_no_more_is_hidden_for_it():
    decision = decide(make_area({"women": (19, 20), "men": (79, 80)}))
    assert {measure for _, measure in hidden(decision)} == {POSITIVE}
    assert decision.cells.loc[decision.cells["hidden"] == "primary", "room"].tolist() == [2, 2, 2, 2]


def test_a_group_of_which_nothing_is_shown_is_hidden_throughout():
    found = hidden(decide(make_area({"women": (0, 1), "men": (50, 99)})))
    assert set(found) == set(product(["women", "men"], ["cases", "relevant", "positive"]))


def test_the_reader_must_leave_as_wide_a_range_as_the_threshold():
    decision = decide(make_area({"women": (7, 9), "men": (60, 80), "other": (30, 60)}))
    primary = decision.cells[decision.cells["hidden"] == "primary"]
    assert (primary["room"] >= 5).all()
    wider = decide(make_area({"women": (7, 9), "men": (60, 80), "other": (30, 60)}), width=8)
    assert (wider.cells.loc[wider.cells["hidden"] == "primary", "room"] >= 8).all()


def test_hiding_only_the_small_counts_would_not_be_enough():
    cells = make_area({"women": (2, 3), "men": (50, 80)})
    linked = link_counts(cells)
    naive = cells.assign(hidden=np.where(find_small(cells, 5), "primary", ""))
    found = find_recoverable(as_printed(naive), linked.relations)
    value = found.set_index(["group", "measure"])["value"]
    assert value.loc[("women", "cases")] == 3
    assert value.loc[("women", "positive")] == 2


def test_two_areas_and_their_sum_are_linked():
    decision = decide(
        make_area({"women": (2, 3), "men": (50, 80)}, area="a"),
        make_area({"women": (15, 30), "men": (40, 60)}, area="b"),
        pooled=True,
    )
    assert ("women", "cases") in hidden(decision, area="a")
    assert ("women", "cases") in hidden(decision, area="")
    assert find_recoverable(as_printed(decision.cells), decision.relations).empty


def test_an_areas_own_tables_are_the_same_alone_and_in_a_batch():
    one = make_area({"women": (2, 3), "men": (50, 80), "other": (8, 12)}, area="a")
    two = make_area({"women": (15, 30), "men": (40, 60)}, area="b")
    alone, batch = decide(one), decide(one, two, pooled=True)
    assert hidden(alone) == hidden(batch)


def test_what_may_be_printed_comes_as_a_table():
    decision = decide(make_area({"women": (2, 3), "men": (50, 80), "other": (6, 12), "fourth": (20, 40)}))
    cases = decision.shown_cases("gender", area="a").set_index("group")["cases"]
    assert cases["men"] == 80
    assert cases[["women", "other"]].isna().all()
    counts = decision.shown_counts("gender", area="a").set_index("group")
    assert counts.loc["fourth", ["relevant", "positive"]].tolist() == [40, 20]
    assert counts.loc["women", ["relevant", "positive"]].isna().all()
    official = decision.shown_counts("", area="a")
    assert official[["relevant", "positive"]].to_numpy().tolist() == [[135, 78]]


def test_contradicting_tables_are_refused():
    cells = make_area({"women": (20, 40), "men": (50, 80)}).assign(hidden="")
    cells.loc[cells["group"] == "men", "count"] += 1
    with pytest.raises(ValueError, match="contradict"):
        find_recoverable(as_printed(cells), link_counts(cells).relations)


GROUP = st.integers(0, 5).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=20, deadline=None)
@given(st.lists(GROUP, min_size=2, max_size=3), st.integers(1, 3))
def test_the_check_finds_exactly_what_trying_every_table_finds(groups, others):
    cells = make_area(dict(zip("wmo", groups, strict=False)), others=others)
    linked = link_counts(cells)
    for threshold in (2, 4):
        printed = as_printed(cells.assign(hidden=np.where(find_small(cells, threshold), "primary", "")))
        found = find_recoverable(printed, linked.relations)
        assert places_of(found, cells) == recoverable_by_trying(printed, cells)
        truth = pd.MultiIndex.from_frame(cells[KEY])
        value = cells["count"].to_numpy()[truth.get_indexer(pd.MultiIndex.from_frame(found[KEY]))]
        assert found["value"].tolist() == value.tolist()


@settings(max_examples=20, deadline=None)
@given(st.lists(GROUP, min_size=1, max_size=3), st.integers(1, 3), st.integers(2, 5))
def test_whatever_the_tables_nothing_hidden_can_be_found_by_trying_every_table(groups, others, threshold):
    decision = decide(make_area(dict(zip("wmo", groups, strict=False)), others=others), threshold=threshold)
    printed = as_printed(decision.cells)
    assert recoverable_by_trying(printed, decision.cells) == set()
    # A small count is shown only where official figures give it away; answers, where shown sizes help to.
    cells, shown = decision.cells, (decision.cells["hidden"] == "").to_numpy()
    small = find_small(cells, threshold) & shown
    size = cells["measure"].isin([CASES, RELEVANT]).to_numpy()
    for kind, known in ((size, cells["official"]), (~size, cells["official"] | (size & shown))):
        from_official = printed.assign(count=printed["count"].where(known))
        assert set(np.flatnonzero(small & kind)) <= recoverable_by_trying(from_official, cells)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_nothing_can_be_worked_out_over_questions_groups_and_areas(seed):
    rng = np.random.default_rng(seed)
    framework = make_framework({"B": (1, {"B1": ("critical", [1, 1]), "B2": ("critical", [1])})})
    areas = {}
    for area in "ab":
        cases, judgements = make_cases(framework, rng, cases=40, high=8, positive=0.8)
        cases["gender"] = rng.choice(["women", "men"], 40, p=[0.15, 0.85])
        cases["ethnicity"] = rng.choice(["white", "black", "asian", ""], 40, p=[0.8, 0.08, 0.07, 0.05])
        areas[area] = count_groups(framework, cases, judgements, ["gender", "ethnicity"], area=area)
    decision = decide_disclosure(areas, threshold=5, pooled=True)
    assert find_recoverable(as_printed(decision.cells), decision.relations).empty
    cells = decision.cells
    assert not (find_small(cells, 5) & (cells["hidden"] == "").to_numpy()).any()


def test_counts_add_up_over_groups_answers_and_areas(small, rng):
    cases, judgements = make_cases(small, rng)
    linked = link_counts({"a": count_groups(small, cases, judgements, ["assessor"], area="a")}, pooled=True)
    assert linked.relations.hold(linked.cells["count"].to_numpy(float))
    cells = linked.cells.set_index(KEY)["count"]
    assert cells[("a", "", "", "", CASES)] == 100
    assert (
        cells[("a", "", "", "B1.1", RELEVANT)]
        == (judgements["question"].eq("B1.1") & judgements["judgement"].ne("not applicable")).sum()
    )
    assert (
        cells[("", "assessor", "inspector", "B1.1", POSITIVE)]
        == cells[("a", "assessor", "inspector", "B1.1", POSITIVE)]
    )


def test_a_blank_characteristic_is_a_group_of_its_own(small, rng):
    cases, judgements = make_cases(small, rng)
    cases["gender"] = np.where(np.arange(100) < 7, "", "men")
    cells = count_groups(small, cases, judgements, ["gender"], area="a")
    assert cells.loc[cells["group"] == "not recorded", "count"].iloc[0] == 7
