"""An arrived sample against its caseload."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from esi_toolkit.statistics.sample.sample_check import check_sample
from esi_toolkit.statistics.sample.sampling import draw_sample
from tests.statistics.test_sampling import DESIGN, make_caseload

DESIGN_WITH_RESERVES = replace(DESIGN, per_manager=4, reserves=20)


@pytest.fixture(scope="module")
def caseload() -> pd.DataFrame:
    return make_caseload()


@pytest.fixture(scope="module")
def drawn(caseload):
    return draw_sample(caseload, DESIGN_WITH_RESERVES)


def found(sample, caseload, **options) -> list[str]:
    return [str(p) for p in check_sample(sample, caseload, DESIGN_WITH_RESERVES, **options).problems]


def test_the_sample_that_was_drawn_has_no_problems(caseload, drawn):
    check = check_sample(
        drawn.chosen[["case_id", "order_type"]], caseload, DESIGN_WITH_RESERVES, drawn_here=True
    )
    assert check.problems == ()
    assert (check.tests["adjusted"] > 0.05).all()


def test_a_reserve_may_stand_in(caseload, drawn):
    sample = pd.concat([drawn.chosen.iloc[1:], drawn.reserves.head(1)])[["case_id"]]
    problems = check_sample(sample, caseload, DESIGN_WITH_RESERVES, drawn_here=True).problems
    assert not [p for p in problems if "drawn" in p.found]


def test_cases_that_were_not_drawn_and_drawn_ones_that_are_missing_are_named(caseload, drawn):
    undrawn = caseload[~caseload["case_id"].isin([*drawn.chosen["case_id"], *drawn.reserves["case_id"]])]
    sample = pd.concat([drawn.chosen.iloc[1:], undrawn.head(1)])[["case_id"]]
    text = "\n".join(found(sample, caseload, drawn_here=True))
    assert f"1 drawn cases missing: {drawn.chosen['case_id'].iloc[0]}" in text
    assert f"1 cases that were not drawn: {undrawn['case_id'].iloc[0]}" in text


def test_an_unknown_case_is_named_with_its_row(caseload, drawn):
    sample = drawn.chosen[["case_id"]].copy()
    sample.loc[3, "case_id"] = "x9"
    assert any(p.startswith("sample, row 5, column case_id: found case x9") for p in found(sample, caseload))


def test_a_case_that_is_there_twice_is_named(caseload, drawn):
    sample = pd.concat([drawn.chosen, drawn.chosen.head(1)])[["case_id"]]
    assert any("row 102" in p and "again" in p for p in found(sample, caseload))


def test_an_ineligible_case_is_named_with_the_reason(caseload, drawn):
    changed = caseload.assign(ineligible="")
    case = drawn.chosen["case_id"].iloc[0]
    changed.loc[changed["case_id"] == case, "ineligible"] = "transferred out"
    assert any(f"case {case}: transferred out" in p for p in found(drawn.chosen[["case_id"]], changed))


def test_a_second_case_of_one_person_is_named(caseload, drawn):
    changed = caseload.copy()
    two = drawn.chosen["case_id"].iloc[:2]
    changed.loc[changed["case_id"].isin(two), "person_id"] = "p"
    problems = found(drawn.chosen[["case_id"]], changed)
    assert [p for p in problems if f"case {two.iloc[1]}, a second case of one person" in p]


def test_details_that_differ_are_named_without_being_shown(caseload, drawn):
    sample = drawn.chosen[["case_id", "risk_of_harm"]].copy()
    sample.loc[0, "risk_of_harm"] = "none at all"
    problems = found(sample, caseload)
    assert any("row 2, column risk_of_harm" in p for p in problems)
    assert not any("none at all" in p for p in problems)


def test_too_few_cases_and_too_few_of_high_risk_are_said(caseload, drawn):
    sample = drawn.chosen[~drawn.chosen["high_risk"]][["case_id"]]
    text = "\n".join(found(sample, caseload))
    assert "found 80 cases, expected 100 cases" in text
    assert "found 0 cases of high risk of harm, expected 20" in text


def test_too_many_cases_of_one_manager_are_said(caseload):
    sample = caseload[caseload["case_manager"] == "m01"].head(6)[["case_id"]]
    assert any("6 cases of case manager m01, expected at most 4" in p for p in found(sample, caseload))


def test_a_sample_picked_by_order_type_is_found_out(caseload):
    picked = pd.concat(
        [
            caseload[caseload["risk_of_harm"].isin(DESIGN.high_levels)].head(20),
            caseload[
                ~caseload["risk_of_harm"].isin(DESIGN.high_levels) & (caseload["order_type"] == "CRO")
            ].head(80),
        ]
    )
    check = check_sample(picked[["case_id"]], caseload, DESIGN)
    tests = check.tests.set_index("characteristic")
    assert tests.loc["order_type", "adjusted"] < 0.01
    warned = [str(problem) for problem in check.problems if "unlike the caseload" in problem.found]
    assert len(warned) == 1
    assert "shares of order_type" in warned[0]
    assert tests["tests"].unique().tolist() == [2]
    shares = check.shares.set_index(["characteristic", "value"])
    assert shares.loc[("order_type", "CRO"), "sample"] > 80
    assert shares.groupby("characteristic")["expected"].sum().tolist() == pytest.approx([100, 100])


def test_the_over_sampled_high_risk_cases_are_expected(caseload, drawn):
    shares = check_sample(drawn.chosen[["case_id"]], caseload, DESIGN).shares
    own = shares[shares["characteristic"] == "risk_of_harm"].set_index("value")
    assert own.loc[["high", "very high"], "expected"].sum() == pytest.approx(20)


def test_random_samples_are_suspected_as_often_as_the_level_says(caseload):
    rng = np.random.default_rng(3)
    high = caseload["risk_of_harm"].isin(DESIGN.high_levels).to_numpy()
    names = [f"x{i}" for i in range(15)]
    coloured = caseload.assign(**{name: rng.choice(list("abcd"), len(caseload)) for name in names})
    p_values = []
    for seed in range(10):
        rows = np.r_[
            rng.choice(np.flatnonzero(high), 20, False), rng.choice(np.flatnonzero(~high), 80, False)
        ]
        sample, design = coloured.iloc[rows][["case_id"]], replace(DESIGN, seed=seed)
        p_values += list(check_sample(sample, coloured, design, characteristics=names).tests["p_value"])
    assert 0.1 < np.mean(np.array(p_values) < 0.2) < 0.3
