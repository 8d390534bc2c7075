"""The project's own files agree with each other and name nothing that they should not."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.notebook_rules import ROOT, broken_rules, repository_notebooks

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What conda-forge calls them, where that differs; an extra is a package of its own there.
CONDA_NAMES = {"python-duckdb": "duckdb", "playwright-python": "playwright"}
EXTRAS_AS_PACKAGES = {"distributed": "dask"}

# An address that this project has no business with, and a path of one machine, mean nothing to anybody else:
# a registry of packages above all, whatever its name.
KNOWN_HOSTS = {
    "127.0.0.1",
    "analysisfunction.civilservice.gov.uk",
    "drafts.csswg.org",
    "elsewhere.example",
    "example.org",
    "www.w3.org",
}
NO_HOSTS = {"plotly.io", "yaml.org"}  # a module of Python, and what YAML's own tags begin with
HOST = re.compile(
    r"https?://(?P<address>\w[\w.\\-]*)|(?<![\w./@-])(?P<bare>(?:[a-z0-9-]+\.)+(?:org|com|net|io|dev|cloud))\b",
    re.IGNORECASE,
)
NOT_TO_BE_NAMED = re.compile(
    r"registry\.|artifactory|devpi|--\S*index|(?<![\w.])/(?:root|home|Users|work|tmp)/\w|[A-Za-z]:\\+Users\\",
    re.IGNORECASE,
)
# Folders of examples, that are on nobody's machine.
HARMLESS = ("/path/to/", "/home/me/", "/tmp/ipykernel_4711/")


def requirements() -> dict[str, SpecifierSet]:
    """The ranges of pyproject.toml, all extras included."""
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def conda_requirements() -> dict[str, SpecifierSet]:
    """The ranges of environment.yml under the names of pyproject.toml."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    lines = [line for entry in entries for line in (entry["pip"] if isinstance(entry, dict) else [entry])]
    found = {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}
    return {CONDA_NAMES.get(name, name): specifier for name, specifier in found.items()}


def pins() -> dict[str, str]:
    """The versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def tracked_files() -> list[Path]:
    """Every text file in git's list; in a copy without git there is no list to look through."""
    if not (ROOT / ".git").exists():
        return []
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def forbidden_names(text: str) -> list[str]:
    """The lines that name a host which is not known, or a folder of somebody's machine."""
    for harmless in HARMLESS:
        text = text.replace(harmless, "")
    return [
        line.strip()[:120]
        for line in text.splitlines()
        if NOT_TO_BE_NAMED.search(line) or hosts_in(line) - KNOWN_HOSTS - NO_HOSTS
    ]


def hosts_in(line: str) -> set[str]:
    """The hosts that a line names, with or without their protocol."""
    # In a pattern a point has a backslash before it.
    named = (found["address"] or found["bare"] for found in HOST.finditer(line))
    return {name.replace("\\", "").lower().rstrip(".") for name in named}


def test_conda_and_pip_users_get_the_same_ranges():
    conda, pip = conda_requirements(), requirements()
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda.pop("pip") == SpecifierSet()
    for part, whole in EXTRAS_AS_PACKAGES.items():
        assert conda.pop(part) == pip[whole]
    assert conda == pip


def test_every_pin_lies_in_its_range():
    pinned = pins()
    outside = {n: (pinned.get(n), str(s)) for n, s in requirements().items() if pinned.get(n) not in s}
    assert outside == {}


def test_pins_are_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [x for x in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.+!]+", x)] == []


def test_the_extra_for_tests_holds_the_other_extras():
    extras = PROJECT["optional-dependencies"]
    assert {*extras["postgresql"], *extras["cluster"], *extras["panel"]} <= set(extras["test"])


def test_every_dependency_has_its_reason_in_the_decisions():
    decisions = (ROOT / "DECISIONS.md").read_text(encoding="utf-8").lower().replace("_", "-")
    assert [name for name in requirements() if not re.search(rf"\b{name}\b", decisions)] == []


def test_the_version_is_the_same_everywhere():
    import esi_toolkit

    assert esi_toolkit.__version__ == PROJECT["version"]


def test_no_file_names_a_registry_or_a_machine():
    named = {}
    for path in tracked_files():
        if path != Path(__file__).resolve():
            found = forbidden_names(path.read_bytes().decode("utf-8", errors="ignore"))
            named |= {str(path.relative_to(ROOT)): found} if found else {}
    assert named == {}


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        ("pip install --an-index-of-ours file", True),
        ("from https://packages.somewhere.example/simple", True),
        ("from HTTPS://Packages", True),
        (r"https://packages\.org/", True),
        ("from files.packages.org/six.whl", True),
        ("see http://www.w3.org/2000/svg.", False),
        ("import plotly.io as pio", False),
        ("File /home/someone/esi/cell.py", True),
        (r"C:\\Users\\someone", True),
        ("make PYTHON=/path/to/python3.12", False),
        ("context/home/office", False),
    ],
)
def test_what_may_not_be_named_is_found(line, is_named):
    assert bool(forbidden_names(line)) is is_named


def test_every_notebook_keeps_the_rules():
    assert [line for path in repository_notebooks() for line in broken_rules(path)] == []


def code_cell(source: str, count: int | None = None, outputs: tuple = (), tags: tuple = ()) -> dict:
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": count,
        "outputs": list(outputs),
        "metadata": {"tags": list(tags)},
    }


def broken_by(folder: Path, name: str, *cells: dict) -> list[str]:
    (folder / name).mkdir()
    path = folder / name / "x.ipynb"
    path.write_text(json.dumps({"metadata": {"kernelspec": {"name": "python3"}}, "cells": list(cells)}))
    return [line.split(";")[0] for line in broken_rules(path)]


def test_a_template_with_outputs_or_sums_of_its_own_is_found(tmp_path):
    assert broken_by(
        tmp_path,
        "templates",
        code_cell("area = ''", tags=("parameters",)),
        code_cell("show(area)", count=3),
        code_cell("%matplotlib inline\nshow(lambda x: x)"),
        code_cell("show(area.score * 100)"),
    ) == [
        "templates/x.ipynb, cell 2: holds an output or an execution count",
        "templates/x.ipynb, cell 3: defines a function or class",
        "templates/x.ipynb, cell 4: calculates",
    ]


def test_a_template_without_a_parameters_cell_is_found(tmp_path):
    assert broken_by(tmp_path, "templates", code_cell("area = ''")) == [
        "templates/x.ipynb: has 0 cells tagged 'parameters'"
    ]


def test_a_notebook_that_compares_nothing_or_keeps_an_error_is_found(tmp_path):
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'B9'", "traceback": []}
    unrun, failed, empty = code_cell("score(area)"), code_cell("area", 2, (error,)), code_cell("")
    assert broken_by(tmp_path, "notebooks", unrun, failed, empty) == [
        "notebooks/x.ipynb, cell 2: stores an error",
        "notebooks/x.ipynb, cell 1: has no execution count, so nothing is compared",
    ]


@pytest.mark.parametrize("command", ["make reports", "make test"])
def test_the_commands_of_the_readme_are_in_the_makefile(command):
    readme = ROOT / "README.md"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE)
    assert not readme.exists() or command in readme.read_text(encoding="utf-8")


def test_every_make_command_of_the_documents_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        command
        for path in ROOT.glob("*.md")
        for command in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    assert named <= targets
