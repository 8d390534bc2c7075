"""Drawing a sample from the command line's side: files in, a folder out, whole or not at all."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from esi_toolkit.cli import app
from esi_toolkit.errors import InputError, NotFoundError
from esi_toolkit.reports.draw import check_against_caseload, design_sample, draw_to_folder, read_caseload


@pytest.fixture
def caseload(tmp_path):
    levels = ["low", "medium", "high", "very high"]
    rows = [
        (f"C{i:03d}", ["CRO", "CPO"][i % 2], levels[i % 4], f"M{i % 7}", f"P{i % 150}") for i in range(200)
    ]
    columns = ["case_id", "order_type", "risk_of_harm", "case_manager", "person_id"]
    path = tmp_path / "caseload.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return path


def _design(**changes):
    wanted = {"size": 40, "high_risk": 10, "seed": 3, "per_manager": None, "reserves": 5}
    return design_sample(**{**wanted, **changes})


def test_the_sample_has_the_size_and_the_high_risk_cases_asked_for(caseload, tmp_path):
    sample = draw_to_folder(read_caseload(caseload), _design(), tmp_path / "out")
    chosen = pd.read_csv(tmp_path / "out" / "sample.csv", dtype=str)
    assert len(chosen) == 40
    assert chosen["risk_of_harm"].isin(["high", "very high"]).sum() == 10
    assert not chosen["person_id"].duplicated().any()
    assert len(sample.reserves) == 5


def test_the_record_says_how_it_was_drawn(caseload, tmp_path):
    draw_to_folder(read_caseload(caseload), _design(), tmp_path / "out")
    record = json.loads((tmp_path / "out" / "record.json").read_text(encoding="utf-8"))
    assert record["design"]["seed"] == 3
    assert record["caseload"]["cases"] == 200


def test_the_same_seed_gives_the_same_files_whatever_the_order_of_rows(caseload, tmp_path):
    table = read_caseload(caseload)
    draw_to_folder(table, _design(), tmp_path / "one")
    draw_to_folder(table.sample(frac=1, random_state=1), _design(), tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_drawn_sample_is_never_overwritten(caseload, tmp_path):
    draw_to_folder(read_caseload(caseload), _design(), tmp_path / "out")
    before = (tmp_path / "out" / "sample.csv").read_bytes()
    with pytest.raises(InputError, match="new folder"):
        draw_to_folder(read_caseload(caseload), _design(seed=4), tmp_path / "out")
    assert (tmp_path / "out" / "sample.csv").read_bytes() == before


def test_everything_wrong_with_a_caseload_is_said_at_once(tmp_path):
    path = tmp_path / "caseload.csv"
    path.write_text("case_id,order_type,risk_of_harm\n1,CRO,low\n1,CRO,hihg\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_caseload(path)
    assert len(caught.value.problems) == 2
    assert {problem.row for problem in caught.value.problems} == {3}


def test_a_caseload_that_is_not_there_or_lacks_columns_is_said(tmp_path):
    with pytest.raises(NotFoundError):
        read_caseload(tmp_path / "none.csv")
    (tmp_path / "thin.csv").write_text("case_id\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="risk_of_harm"):
        read_caseload(tmp_path / "thin.csv")


def test_the_command_draws_and_checks_what_it_drew(caseload, tmp_path):
    out = tmp_path / "out"
    options = ["--size", "40", "--high-risk", "10", "--seed", "3"]
    drawn = CliRunner().invoke(app, ["draw", str(caseload), *options, "--out", str(out)])
    assert drawn.exit_code == 0, drawn.output
    checked = CliRunner().invoke(app, ["draw", str(caseload), *options, "--check", str(out / "sample.csv")])
    assert "as it was asked for" in checked.output


def test_a_sample_with_a_case_from_elsewhere_does_not_pass(caseload, tmp_path):
    out = tmp_path / "out"
    options = ["--size", "40", "--high-risk", "10", "--seed", "3"]
    CliRunner().invoke(app, ["draw", str(caseload), *options, "--out", str(out)])
    sample = pd.read_csv(out / "sample.csv", dtype=str)
    sample.loc[0, "case_id"] = "X999"
    sample.to_csv(tmp_path / "changed.csv", index=False)
    checked = CliRunner().invoke(
        app, ["draw", str(caseload), *options, "--check", str(tmp_path / "changed.csv")]
    )
    assert checked.exit_code == InputError.exit_code
    assert "X999" not in checked.stdout


def test_a_limit_for_case_managers_that_the_caseload_does_not_name_is_refused_in_words(caseload, tmp_path):
    table = read_caseload(caseload).drop(columns="case_manager")
    with pytest.raises(InputError, match="case_manager"):
        draw_to_folder(table, _design(per_manager=3), tmp_path / "out")
    with pytest.raises(InputError, match="case_manager"):
        check_against_caseload(caseload, table, _design(per_manager=3))
    assert not (tmp_path / "out").exists()


def test_a_caseload_of_which_nobody_may_be_drawn_gives_no_empty_sample(caseload, tmp_path):
    table = read_caseload(caseload).assign(ineligible="no")
    with pytest.raises(InputError, match="also 'no', is a reason"):
        draw_to_folder(table, _design(), tmp_path / "out")
    assert not (tmp_path / "out").exists()
