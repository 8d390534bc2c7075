"""What `benchmarks.mutations` makes of mutmut's results; the mutants themselves take too long here."""

from __future__ import annotations

import json
import tomllib

from benchmarks.mutations import (
    ROOT,
    TESTS,
    Mutated,
    describe,
    find_gaps,
    find_survivors,
    keep,
    prepare,
    read_codes,
    read_kept,
    read_reasons,
)
from benchmarks.reliability_page import write_part


def test_every_module_of_the_method_has_tests_of_its_own():
    modules = {path.stem for path in (ROOT / "esi_toolkit" / "method").glob("*.py")} - {"__init__"}
    assert set(TESTS) == modules
    named = {f"test_{name}.py" for names in TESTS.values() for name in names}
    assert named <= {path.name for path in (ROOT / "tests" / "method").glob("*.py")}


def test_the_copy_holds_what_the_tests_of_a_module_need(tmp_path):
    prepare(tmp_path, "rounding")
    settings = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    assert settings["only_mutate"] == ["esi_toolkit/method/rounding.py"]
    assert all((tmp_path / name).exists() for name in settings["pytest_add_cli_args_test_selection"])
    assert (tmp_path / "data" / "sample" / "county-durham" / "area.yml").is_file()


def test_codes_are_read_from_where_mutmut_writes_them(tmp_path):
    folder = tmp_path / "mutants" / "esi_toolkit" / "method"
    folder.mkdir(parents=True)
    (folder / "rounding.py.meta").write_text(json.dumps({"exit_code_by_key": {"x__mutmut_1": 0}}))
    assert read_codes(tmp_path, "rounding") == {"x__mutmut_1": 0}


def test_a_survivor_without_a_reason_is_a_gap_and_so_are_too_many():
    done = Mutated("rounding", 4, {"rounding.round 1": "a → b", "rounding.round 2": "c → d"})
    assert find_gaps(done, {"a → b": "the same"}) == ["rounding.round 2: c → d", "only 50.0% killed"]
    assert find_gaps(Mutated("rounding", 10, {"rounding.round 1": "a → b"}), {"a → b": "the same"}) == []


def test_the_page_keeps_the_figures_of_other_modules(tmp_path):
    page = tmp_path / "page.md"
    for module, count in (("score", 10), ("rounding", 10), ("score", 30)):
        done = Mutated(module, count, {f"{module}.f 1": "a → b"})
        write_part("Mutations", describe(done, {"a → b": "The same."}, page), page)
    text = page.read_text("utf-8")
    assert "40 mutants, 95.0% killed." in text
    assert "| rounding | 10 | 1 | 90.0% |\n| score | 30 | 1 | 96.7% |" in text
    assert "- The same. `a → b`" in text


def test_only_a_failed_test_kills_a_mutant():
    codes = {"failed": 1, "broken": 3, "slow": -24, "passed": 0, "none reaches it": 33, "untried": None}
    assert find_survivors(codes) == ["slow", "passed", "none reaches it", "untried"]


def test_what_was_killed_is_remembered_as_long_as_the_module_stays_as_it_is(tmp_path):
    keep(tmp_path / "kept", ROOT, "rounding", {"x__mutmut_1": 1})
    assert read_kept(tmp_path / "kept", "rounding") == {"x__mutmut_1": 1}
    assert read_kept(tmp_path / "kept", "score") == read_kept(None, "rounding") == {}
    other = tmp_path / "esi_toolkit" / "method"
    other.mkdir(parents=True)
    (other / "rounding.py").write_text("# changed")
    keep(tmp_path / "kept", tmp_path, "rounding", {"x__mutmut_1": 1})
    assert read_kept(tmp_path / "kept", "rounding") == {}


def test_every_reason_holds_for_named_changes():
    assert all(" → " in change and reason.endswith(".") for change, reason in read_reasons().items())
