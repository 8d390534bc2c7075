"""What the toolkit is made of can be listed, and asked about; neither says more than it knows."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import audit, bill_of_materials
from tests.test_project import PROJECT, ROOT

ASKED = {"name": "pandas", "version": "3.1.1", "vulns": []}
WEAK = {"name": "pandas", "version": "3.1.1", "vulns": [{"id": "X-1", "fix_versions": ["3.1.2"]}]}
SKIPPED = {"name": "numpy", "skip_reason": "not found"}


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    """The document as `make sbom` writes it; that it meets its schema is checked before it is written."""
    return bill_of_materials.write_bill(tmp_path_factory.mktemp("sbom") / "sbom.json")


def test_the_bill_of_materials_meets_its_schema_and_names_what_the_toolkit_uses(bill):
    content = json.loads(bill.read_text(encoding="utf-8"))
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.6")
    assert content["metadata"]["component"]["version"] == PROJECT["version"]
    listed = {canonicalize_name(one["name"]): one["version"] for one in content["components"]}
    assert {canonicalize_name(one.name) for one in bill_of_materials.asked_for()} <= set(listed)
    assert listed["pandas"] == version("pandas")
    assert {"pytest", "ruff", "cyclonedx-bom"} & set(listed) == set(), "only tests need these"


def test_the_bill_of_materials_names_no_folder_of_this_machine(bill):
    text = bill.read_text(encoding="utf-8")
    folders = ("file:", f"{ROOT}/", f"{sys.prefix}/", f"{Path.home()}/")
    assert [name for name in folders if name in text] == []


def test_the_same_environment_gives_the_same_bytes(bill):
    assert bill_of_materials.describe_toolkit() == bill.read_text(encoding="utf-8")


def test_an_extra_that_nobody_asked_for_brings_nothing_with_it():
    plain, whole = (
        bill_of_materials.needed_names([Requirement(text)]) for text in ("dask", "dask[distributed]")
    )
    assert "distributed" in whole - plain
    assert "toolz" in plain
    assert "pytest" not in whole


def test_what_is_kept_is_what_is_needed_and_where_it_came_from_is_not():
    part = {"name": "b", "bom-ref": "b==1", "externalReferences": [{"url": "file:///home/me/b.whl"}]}
    bill = {
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [{"name": "A_a", "bom-ref": "A_a==1"}, part, {"name": "c", "bom-ref": "c==1"}],
        "dependencies": [{"ref": "root", "dependsOn": ["A_a==1", "c==1"]}, {"ref": "c==1"}],
    }
    kept = bill_of_materials.keep_used(bill, {"a-a", "b"})
    assert kept["components"] == [{"name": "A_a", "bom-ref": "A_a==1"}, {"name": "b", "bom-ref": "b==1"}]
    assert kept["dependencies"] == [{"ref": "root", "dependsOn": ["A_a==1"]}]


def answering(text: str, error: str = "", code: int = 0) -> list[str]:
    """A command that prints what pip-audit would."""
    program = (
        "import sys; print(sys.argv[1]); print(sys.argv[2], file=sys.stderr); sys.exit(int(sys.argv[3]))"
    )
    return [sys.executable, "-c", program, text, error, str(code)]


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ({"dependencies": [ASKED]}, audit.CLEAN, "1 pinned packages, none with a known weakness"),
        ({"dependencies": [ASKED, WEAK]}, audit.WEAK, "pandas 3.1.1: X-1, mended in 3.1.2"),
        ({"dependencies": [ASKED, SKIPPED]}, audit.NOT_DONE, "could not be done"),
        ({"dependencies": []}, audit.NOT_DONE, "could not be done"),
    ],
)  # fmt: skip
def test_the_audit_is_clean_only_where_every_package_could_be_asked_about(answer, code, said):
    found, lines = audit.audit(answering(json.dumps(answer)))
    assert found == code
    assert said in lines[0]


def test_an_audit_without_a_database_says_so_and_what_it_needs():
    said = "Traceback\n  File x\nConnectionError: Failed to resolve the name of the host"
    code, lines = audit.audit(answering("", said, 1))
    assert code == audit.NOT_DONE
    assert lines[1] == "pip-audit: ConnectionError: Failed to resolve the name of the host"
    assert "needs the network" in lines[2]


def test_an_audit_without_its_program_says_what_is_missing():
    code, lines = audit.audit([sys.executable, "-m", "no_such_program"])
    assert code == audit.NOT_DONE
    assert "No module named no_such_program" in lines[1]
