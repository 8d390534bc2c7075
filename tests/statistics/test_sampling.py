"""Drawing the sample."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esi_toolkit.statistics.sample.eligibility import SampleDesign, draw_key, find_eligible
from esi_toolkit.statistics.sample.sampling import Sample, draw_sample, largest_remainder

DESIGN = SampleDesign(size=100, high_risk=20, high_levels=("high", "very high"), seed=2004)


def make_caseload(cases: int = 900, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "case_id": [f"{i:05d}" for i in range(cases)],
            "person_id": [f"p{i:05d}" for i in range(cases)],
            "risk_of_harm": rng.choice(
                ["low", "medium", "high", "very high"], cases, p=[0.55, 0.35, 0.08, 0.02]
            ),
            "order_type": rng.choice(["CRO", "CPO", "CPRO", "licence"], cases, p=[0.4, 0.3, 0.2, 0.1]),
            "case_manager": rng.choice([f"m{i:02d}" for i in range(40)], cases),
            "commenced": "2003-06-15",
        }
    )


def by_hand(rows: list[tuple[str, str, str]], **columns) -> pd.DataFrame:
    """Caseload of (risk of harm, order type, case manager) rows."""
    table = pd.DataFrame(rows, columns=["risk_of_harm", "order_type", "case_manager"])
    return table.assign(case_id=[f"c{i:02d}" for i in range(len(rows))], **columns)


def ids(sample: Sample) -> list[str]:
    return sample.chosen["case_id"].tolist()


def test_a_hundred_cases_are_drawn_twenty_of_high_risk():
    sample = draw_sample(make_caseload(), DESIGN)
    assert len(sample.chosen) == 100
    assert sample.chosen["high_risk"].sum() == 20
    assert sample.chosen["case_id"].is_unique
    assert sample.notes == ()


def test_order_types_have_their_proportional_share_within_high_risk_and_others():
    caseload = make_caseload()
    allocation = draw_sample(caseload, DESIGN).allocation
    assert (allocation["wanted"] == allocation["chosen"]).all()
    for _, own in allocation.groupby("high_risk"):
        exact = own["wanted"].sum() * own["eligible"] / own["eligible"].sum()
        assert ((own["wanted"] - exact).abs() < 1).all()


def test_the_same_seed_gives_the_same_sample_whatever_the_order_of_rows_and_columns():
    caseload = make_caseload()
    design = replace(DESIGN, per_manager=4, reserves=15)
    one = draw_sample(caseload, design)
    two = draw_sample(caseload.sample(frac=1, random_state=7)[list(caseload)[::-1]], design)
    assert ids(one) == ids(two)
    assert one.reserves["case_id"].tolist() == two.reserves["case_id"].tolist()
    assert one.record == two.record
    assert ids(draw_sample(caseload, replace(design, seed=2005))) != ids(one)


def test_a_lot_depends_on_nothing_but_seed_and_case_number():
    assert draw_key(2004, "00001") == 12275893358142629984
    bigger, smaller = make_caseload(900), make_caseload(900).head(600)
    both = set(smaller["case_id"])
    order = [c for c in find_eligible(bigger, DESIGN)[0]["case_id"] if c in both]
    assert order == find_eligible(smaller, DESIGN)[0]["case_id"].tolist()


def test_every_case_has_the_same_chance():
    caseload = by_hand([("low", "CRO", "m")] * 10)
    drawn = Counter(
        case
        for seed in range(500)
        for case in ids(draw_sample(caseload, SampleDesign(3, 0, ("high",), seed)))
    )
    assert len(drawn) == 10
    assert all(abs(n - 150) < 4 * np.sqrt(500 * 0.3 * 0.7) for n in drawn.values())


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 500), min_size=1), st.data())
def test_largest_remainder_shares_out_all_places_within_one_of_the_exact_share(sizes, data):
    total = sum(sizes.values())
    places = data.draw(st.integers(0, total))
    shares = largest_remainder(sizes, places)
    assert sum(shares.values()) == places
    for name, size in sizes.items():
        assert shares.get(name, 0) <= size
        if total:
            assert abs(shares[name] - places * size / total) < 1


def test_more_places_than_cases_are_refused():
    with pytest.raises(ValueError, match="3 places"):
        largest_remainder({"a": 2}, 3)


def test_no_case_manager_has_more_cases_than_allowed():
    caseload = make_caseload()
    sample = draw_sample(caseload, replace(DESIGN, per_manager=3))
    assert sample.chosen["case_manager"].value_counts().max() == 3
    assert len(sample.chosen) == 100
    assert sample.notes == ()


def test_a_full_sample_is_found_where_taking_lot_after_lot_would_miss_it():
    # One case a manager: m1 has both orders, m2 only CRO. The CPO place needs m1, so CRO must come from m2.
    caseload = by_hand(
        [("low", "CRO", "m1"), ("low", "CPO", "m1"), ("low", "CRO", "m2"), ("low", "CPO", "m1")]
    )
    for seed in range(30):
        sample = draw_sample(caseload, SampleDesign(2, 0, ("high",), seed, per_manager=1))
        assert sorted(sample.chosen["order_type"]) == ["CPO", "CRO"]
        assert sorted(sample.chosen["case_manager"]) == ["m1", "m2"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_place_stays_empty_only_where_it_must(seed):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    rng = np.random.default_rng(seed)
    rows = [("low", rng.choice(["CRO", "CPO", "CPRO"]), f"m{rng.integers(4)}") for _ in range(14)]
    sample = draw_sample(by_hand(rows), SampleDesign(8, 0, ("high",), seed, per_manager=2))
    orders = ["CRO", "CPO", "CPRO"]
    wanted = sample.allocation.set_index("order_type")["wanted"]
    graph = np.zeros((9, 9), dtype=np.int32)  # 0 source, 1-3 orders, 4-7 managers, 8 sink
    for i, order in enumerate(orders):
        graph[0, 1 + i] = wanted.get(order, 0)
        for m in range(4):
            graph[1 + i, 4 + m] = rows.count(("low", order, f"m{m}"))
    graph[4:8, 8] = 2
    most = maximum_flow(csr_array(graph), 0, 8).flow_value
    kept = np.minimum(sample.allocation["chosen"], sample.allocation["wanted"]).sum()
    assert kept == most
    assert sample.chosen["case_manager"].value_counts().max() <= 2


def test_places_that_the_limit_leaves_empty_go_to_other_orders_and_it_is_noted():
    caseload = by_hand([("low", "CRO", "m1")] * 4 + [("low", "CPO", f"n{i}") for i in range(4)])
    sample = draw_sample(caseload, SampleDesign(4, 0, ("high",), 1, per_manager=1))
    assert sample.allocation.set_index("order_type")["chosen"].to_dict() == {"CPO": 3, "CRO": 1}
    assert "limit per case manager" in sample.notes[0]


def test_too_few_high_risk_cases_are_filled_up_and_it_is_noted():
    caseload = by_hand([("high", "CRO", "m")] * 3 + [("low", "CRO", "m")] * 30)
    sample = draw_sample(caseload, SampleDesign(10, 5, ("high",), 1))
    assert (len(sample.chosen), sample.chosen["high_risk"].sum()) == (10, 3)
    assert sample.notes == ("3 eligible high risk cases where 5 were asked for; others fill up",)


def test_a_caseload_that_is_too_small_gives_a_smaller_sample_and_it_is_noted():
    sample = draw_sample(by_hand([("low", "CRO", "m")] * 4), SampleDesign(10, 0, ("high",), 1))
    assert len(sample.chosen) == 4
    assert "4 cases drawn where 10 were asked for" in sample.notes[0]


def test_reserves_come_from_the_same_strata_and_are_not_in_the_sample():
    sample = draw_sample(make_caseload(), replace(DESIGN, reserves=20))
    assert len(sample.reserves) == 20
    assert not set(sample.reserves["case_id"]) & set(ids(sample))
    assert sample.reserves["high_risk"].sum() == 4
    for _, own in sample.reserves.groupby(["high_risk", "order_type"]):
        assert own["place"].tolist() == list(range(1, len(own) + 1))


def test_reserves_are_the_cases_that_would_have_come_next():
    caseload = by_hand([("low", "CRO", "m")] * 20)
    design = SampleDesign(5, 0, ("high",), 3, reserves=2)
    next_two = set(ids(draw_sample(caseload, replace(design, size=7)))) - set(
        ids(draw_sample(caseload, design))
    )
    assert set(draw_sample(caseload, design).reserves["case_id"]) == next_two


def test_only_one_case_of_a_person_can_be_drawn():
    caseload = by_hand([("low", "CRO", "m")] * 6, person_id=["p1", "p1", "p1", "p2", "", ""])
    sample = draw_sample(caseload, SampleDesign(6, 0, ("high",), 1))
    assert len(sample.chosen) == 4
    assert sample.excluded["reason"].str.startswith("same person as case c0").tolist() == [True, True]
    kept = set(ids(sample)) & {"c00", "c01", "c02"}
    assert sample.excluded["reason"].str[-3:].unique().tolist() == list(kept)


def test_which_case_of_a_person_is_kept_is_left_to_chance():
    caseload = by_hand([("low", "CRO", "m")] * 2, person_id="p1")
    kept = {ids(draw_sample(caseload, SampleDesign(1, 0, ("high",), seed)))[0] for seed in range(20)}
    assert kept == {"c00", "c01"}


def test_ineligible_cases_are_listed_with_every_reason():
    caseload = by_hand(
        [
            ("", "DTTO", "m"),
            ("low", "CRO", "m"),
            ("low", "CRO", "m"),
            ("low", "CRO", "m"),
            ("low", "CRO", "m"),
        ],
        commenced=["2003-01-01", "2003-06-01", "2004-01-01", "June", "2003-07-01"],
        ineligible=["", "", "", "", "transferred out"],
    )
    design = SampleDesign(
        1, 0, ("high",), 1, order_types=("CRO",), commenced_from="2003-04-01", commenced_to="2003-09-30"
    )
    eligible, excluded = find_eligible(caseload, design)
    assert eligible["case_id"].tolist() == ["c01"]
    assert excluded.values.tolist() == [
        ["c00", "risk of harm not recorded; order type not inspected; commenced before 2003-04-01"],
        ["c02", "commenced after 2003-09-30"],
        ["c03", "date of commencement missing or not a date"],
        ["c04", "transferred out"],
    ]


def test_a_case_listed_twice_counts_once_unless_its_rows_contradict_each_other():
    caseload = by_hand([("low", "CRO", "m")] * 3)
    twice = pd.concat([caseload, caseload.head(1), caseload.tail(1).assign(order_type="CPO")])
    eligible, excluded = find_eligible(twice, SampleDesign(1, 0, ("high",), 1))
    assert sorted(eligible["case_id"]) == ["c00", "c01"]
    assert excluded.values.tolist() == [["c02", "listed more than once with different details"]]


def test_the_record_says_how_the_sample_was_drawn():
    record = draw_sample(make_caseload(), DESIGN).record
    assert record["design"]["seed"] == 2004
    assert record["caseload"]["cases"] == record["eligible"] == 900
    assert len(record["caseload"]["sha256"]) == 64
    assert sum(row["chosen"] for row in record["allocation"]) == record["chosen"] == 100


@pytest.mark.parametrize("column", ["case_id", "risk_of_harm", "order_type", "case_manager", "commenced"])
def test_a_missing_column_is_named(column):
    design = replace(DESIGN, per_manager=3, commenced_from="2003-01-01")
    with pytest.raises(ValueError, match=column):
        draw_sample(make_caseload().drop(columns=column), design)


@pytest.mark.parametrize(
    "wrong", [{"high_risk": 101}, {"size": 0, "high_risk": 0}, {"per_manager": 0}, {"reserves": -1}]
)
def test_an_impossible_design_is_refused(wrong):
    with pytest.raises(ValueError, match=r"cannot be part|at least 1"):
        replace(DESIGN, **wrong)


def test_the_caseload_is_not_changed():
    caseload = make_caseload()
    before = caseload.copy()
    draw_sample(caseload, replace(DESIGN, per_manager=3, reserves=5))
    pd.testing.assert_frame_equal(caseload, before)
