"""Change the code of ``esi_toolkit/method`` in many small ways, and count which changes no test notices.

Run ``python -m benchmarks.mutations [MODULE …]`` after ``pip install mutmut`` (3.8 or later; not on Windows).
mutmut makes the changes, called mutants, in a copy of the project and runs for each the tests of its
module that reach it. What survives is listed with its reason in ``survivors.yml`` or is a gap in the
tests. Ends with 1 when more than a tenth of a module survives, or any mutant that is not explained.
With ``--kept FOLDER`` it notes there which mutants were killed, and passes over them the next time, as
long as their module stays as it is: tests are added far more often than the method changes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.reliability_page import PAGE, read_parts, write_part

ROOT = Path(__file__).resolve().parents[1]
REASONS = Path(__file__).with_name("survivors.yml")
LEAST_KILLED = 0.9
TESTS = {
    "rounding": ("rounding",),
    "questions": ("questions",),
    "question_scores": ("question_scores",),
    "score": ("score_rows", "score", "scorecard_tables"),
    "ratings": ("ratings",),
    "targets": ("targets",),
    "moderate": ("moderate_figures",),
    "what_if": ("what_if_changes",),
    "score_cases": ("score_cases_tables",),
    "scorecard": ("scorecard",),
    "explain": ("explain", "explain_tables"),
    "differences": ("differences",),
}
"""Each module of the method and the tests, ``tests/method/test_….py``, that are its own."""
_COPIED = ("esi_toolkit", "templates", "data/sample", "tests/method", "tests/worked_examples", "tests/golden")
_FAILED = (1, 3)
"""mutmut's codes for a mutant that is killed: a test failed. Running long is none: machines are busy."""
_CONFIG = """
[tool.pytest.ini_options]
pythonpath = ["."]
# looking for forgotten files takes four times as long as a test
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]

[tool.mutmut]
source_paths = ["esi_toolkit"]
only_mutate = ["esi_toolkit/method/{module}.py"]
also_copy = ["data", "templates"]
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
track_dependencies = false
process_isolation = "forkserver"
timeout_constant = 12.0
timeout_multiplier = 10.0
"""
# A few examples of each property will do where thousands of changes are tried, after the quick tests: the
# first failure ends a mutant. Slowness is no failure: on a busy machine it would kill what no test notices.
_CONFTEST = """
from hypothesis import HealthCheck, settings
settings.register_profile(
    "few",
    deadline=None, derandomize=True, max_examples=10, database=None, suppress_health_check=list(HealthCheck),
)
settings.load_profile("few")

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: hasattr(item.obj, "hypothesis"))
"""


_HOW = (
    "mutmut changes what stands in functions and\nmethods, not constants, properties and decorated functions;"
    " each module is held against its own tests in\n`tests/method` alone, with ten examples of a property."
)


@dataclass(frozen=True)
class Mutated:
    """What became of a module's mutants.

    Attributes
    ----------
    module : str
        In ``esi_toolkit/method``.
    count : int
        How many mutants.
    survivors : dict of str to str
        Those that no test noticed: name to change, as lines of a diff.
    """

    module: str
    count: int
    survivors: dict[str, str]

    @property
    def killed(self) -> float:
        """The share that some test noticed."""
        return 1 - len(self.survivors) / self.count if self.count else 1.0


def prepare(folder: Path, module: str) -> None:
    """Copy what a module's tests need, with settings for mutmut.

    Parameters
    ----------
    folder : Path
        An empty folder.
    module : str
        A key of `TESTS`.
    """
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    tests = json.dumps([f"tests/method/test_{name}.py" for name in TESTS[module]])
    (folder / "pyproject.toml").write_text(_CONFIG.format(module=module, tests=tests), encoding="utf-8")


def mutate(module: str, at_once: int, kept: Path | None = None) -> Mutated:
    """Try the mutants of a module.

    Parameters
    ----------
    module : str
        A key of `TESTS`.
    at_once : int
        Processes.
    kept : Path, optional
        Folder of notes on what was killed before; without it, all mutants are tried.
    """
    codes = read_kept(kept, module)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder, module)
        words = [sys.executable, "-m", "mutmut"]
        environment = _environment()
        to_try = find_survivors(codes)
        if to_try or not codes:
            _run([*words, "run", "--max-children", str(at_once), *to_try], folder, environment)
            found = read_codes(folder, module)
            codes = {name: found[name] if name in to_try or not to_try else codes[name] for name in found}
            keep(kept, folder, module, codes)
        shown = {name: _run([*words, "show", name], folder, environment) for name in find_survivors(codes)}
    return Mutated(module, len(codes), {_short(name): _changes(text) for name, text in shown.items()})


def find_survivors(codes: Mapping[str, int | None]) -> list[str]:
    """Mutants that no test noticed, or that were not tried to the end."""
    return [name for name, code in codes.items() if code not in _FAILED]


def _hash_module(folder: Path, module: str) -> str:
    content = (folder / "esi_toolkit" / "method" / f"{module}.py").read_bytes()
    return hashlib.sha256(content).hexdigest()


def read_kept(kept: Path | None, module: str) -> dict[str, int | None]:
    """Codes of an earlier run over a module that has not changed since; nothing where there are none."""
    path = kept / f"{module}.json" if kept else None
    if path is None or not path.is_file():
        return {}
    notes = json.loads(path.read_text(encoding="utf-8"))
    codes: dict[str, int | None] = notes["codes"]
    return codes if notes["module"] == _hash_module(ROOT, module) else {}


def keep(kept: Path | None, folder: Path, module: str, codes: Mapping[str, int | None]) -> None:
    """Note what became of the mutants of a module, copied into a folder, for `read_kept`."""
    if kept is None:
        return
    kept.mkdir(parents=True, exist_ok=True)
    notes = {"module": _hash_module(folder, module), "codes": codes}
    (kept / f"{module}.json").write_text(json.dumps(notes), encoding="utf-8")


def _environment() -> dict[str, str]:
    """What this process can import, this project aside; and no threads, which a copy would wait for."""
    paths = [path for path in sys.path if path and Path(path).resolve() != ROOT]
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
    return os.environ | threads | {"PYTHONPATH": os.pathsep.join(paths)}


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def read_codes(folder: Path, module: str) -> dict[str, int | None]:
    """mutmut's code for each mutant of a module, by the mutant's name."""
    path = folder / "mutants" / "esi_toolkit" / "method" / f"{module}.py.meta"
    codes: dict[str, int | None] = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return codes


def _short(name: str) -> str:
    """``esi_toolkit.method.rounding.x_round_half_up__mutmut_3`` as ``rounding.round_half_up 3``."""
    function, _, number = name.removeprefix("esi_toolkit.method.").partition("__mutmut_")
    module, _, rest = function.partition(".")
    return f"{module}.{rest.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')} {number}"


def _changes(diff: str) -> str:
    """Only the lines that a diff takes away and adds."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return " → ".join(line[1:].strip() for line in lines)


def read_reasons(path: Path = REASONS) -> dict[str, str]:
    """Why a survivor is no gap: its change, as the page shows it, to the reason."""
    found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return {change: entry["reason"] for entry in found or [] for change in entry["changes"]}


def find_gaps(done: Mutated, reasons: Mapping[str, str]) -> list[str]:
    """Survivors that nobody has explained, and whether too many survive."""
    gaps = [f"{name}: {change}" for name, change in done.survivors.items() if change not in reasons]
    return gaps + ([f"only {done.killed:.1%} killed"] if done.killed < LEAST_KILLED else [])


def describe(done: Mutated, reasons: Mapping[str, str], page: Path = PAGE) -> str:
    """The page's part with the new figures of a module; those of others stay."""
    rows = dict(re.findall(r"^\| (\w+) \| (\d+ \| \d+ \| [\d.]+%) \|$", _part(page), re.MULTILINE))
    rows[done.module] = f"{done.count} | {len(done.survivors)} | {done.killed:.1%}"
    known = [module for module in TESTS if module in rows]
    rest = [module for module in TESTS if module not in rows]
    count, alive = (sum(int(rows[name].split(" | ")[place]) for name in known) for place in (0, 1))
    explained: dict[str, list[str]] = {}
    for change, reason in reasons.items():
        explained.setdefault(reason, []).append(f"`{change}`")
    return "\n".join(
        [
            f"{count} mutants, {1 - alive / count:.1%} killed. {_HOW}",
            *(["", f"Not measured yet: {', '.join(rest)}."] if rest else []),
            *("", "| module | mutants | survivors | killed |", "| --- | ---: | ---: | ---: |"),
            *(f"| {name} | {rows[name]} |" for name in known),
            *("", "Survivors were read. Why no test can tell them from the original, or need:", ""),
            *(f"- {reason} {'; '.join(changes)}" for reason, changes in explained.items()),
        ]
    )


def _part(page: Path) -> str:
    return read_parts(page).get("Mutations", "")


def main(words: list[str] | None = None) -> int:
    """Try the mutants module by module, print the gaps, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=list(TESTS), metavar="MODULE")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path, metavar="FOLDER")
    options = parser.parse_args(words)
    reasons, gaps = read_reasons(), []
    for module in options.modules:
        done = mutate(module, options.at_once, options.kept)
        found = find_gaps(done, reasons)
        print("\n  ".join([f"{module}: {done.count} mutants, {done.killed:.1%} killed", *found]), flush=True)
        write_part("Mutations", describe(done, reasons))
        gaps += found
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
