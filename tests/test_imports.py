"""Who may import whom. The table is the architecture; what it does not list is refused.

Files, nouns, scores, statistics, pictures, reports, command line: each room may use the rooms below it.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import esi_toolkit

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "esi_toolkit"

# room: the rooms that it may use. `frameworks` is data and holds no Python.
ALLOWED = {
    "errors": set(),
    "data": {"errors"},
    "method": {"errors", "data"},
    "statistics": {"errors", "data", "method"},
    "present": {"errors", "data", "method", "statistics"},
    "reports": {"errors", "data", "method", "statistics", "present"},
    "cli": {"errors", "data", "method", "statistics", "present", "reports"},
    "__init__": {"errors", "data", "method", "statistics", "present", "reports"},  # the front door
}
VERSION = "esi_toolkit.__version__"  # the one thing that any room may ask the front door for

# What takes long to import is imported where it is used, or at the top of a module that only loads late.
HEAVY = {
    "IPython", "afcharts", "anywidget", "dask", "distributed", "duckdb", "gptables", "ipykernel",
    "ipywidgets", "nbclient", "nbconvert", "papermill", "plotly", "polars", "pyarrow", "scipy",
    "sqlalchemy", "statsmodels", "voila",
}  # fmt: skip
HEAVY_AT_THE_TOP = {
    "esi_toolkit.data.register*": {"sqlalchemy"},
    "esi_toolkit.statistics.*": {"scipy", "statsmodels"},
    "esi_toolkit.present.*": {"IPython", "afcharts", "anywidget", "ipywidgets", "plotly"},
    "esi_toolkit.reports.*": {"IPython", "afcharts", "ipykernel", "nbclient", "nbconvert", "papermill"},
    "esi_toolkit.reports.panel.server": {"voila"},
}

# What calculates reads no file, draws nothing and does not know that it is in a notebook.
PURE_ROOMS = ("method", "statistics")
NOT_IN_PURE_ROOMS = {
    "IPython", "afcharts", "gptables", "io", "ipywidgets", "nbformat", "openpyxl", "os", "papermill",
    "pathlib", "plotly", "shutil", "sqlalchemy", "tempfile", "yaml",
    "esi_toolkit.data.area_folder", "esi_toolkit.data.beside", "esi_toolkit.data.files",
    "esi_toolkit.data.samples",
}  # fmt: skip


class Import(NamedTuple):
    """One import: by which module, of what, and whether it happens as soon as the module is loaded."""

    module: str
    imported: str
    at_the_top: bool
    for_types_only: bool

    @property
    def top_name(self) -> str:
        return self.imported.split(".")[0]


def module_name(path: Path, root: Path = PACKAGE) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def room_of(module: str) -> str:
    return module.split(".")[1] if module.count(".") else "__init__"


def imports_of(path: Path, root: Path = PACKAGE) -> Iterator[Import]:
    """Every import in a file, wherever it stands; `from x import y` counts as x.y where that is a module."""
    module = module_name(path, root)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node, inside, for_types in _walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            names = [_submodule_or(base, alias.name, root) for alias in node.names]
        else:
            continue
        yield from (Import(module, name, not inside, for_types) for name in names)


def _walk(
    node: ast.AST, inside: bool = False, for_types: bool = False
) -> Iterator[tuple[ast.AST, bool, bool]]:
    for child in ast.iter_child_nodes(node):
        deeper = inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typed = for_types or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test))
        yield child, deeper, typed
        yield from _walk(child, deeper, typed)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _submodule_or(base: str, name: str, root: Path) -> str:
    if (base, name) == (root.name, "__version__"):
        return VERSION
    folder = root.parent / Path(*base.split("."))
    is_module = (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()
    return f"{base}.{name}" if is_module else base


def forbidden_rooms(found: list[Import], name: str = PACKAGE.name) -> list[str]:
    """The imports inside the package that the table does not list."""
    wrong = []
    for one in found:
        if one.top_name != name or one.imported == VERSION:
            continue
        room, used = room_of(one.module), room_of(one.imported)
        if room not in ALLOWED:
            wrong.append(f"{one.module}: the room '{room}' is not in the table")
        elif used != room and used not in ALLOWED[room]:
            wrong.append(f"{one.module} imports {one.imported}")
    return wrong


def heavy_at_the_top(found: list[Import]) -> list[str]:
    """The imports that would make everyone wait who only loads a light module."""
    return [
        f"{one.module} imports {one.imported} at the top"
        for one in found
        if one.at_the_top
        and not one.for_types_only
        and one.top_name in HEAVY
        and one.top_name not in _may_load(one.module)
    ]


def _may_load(module: str) -> set[str]:
    return set().union(*(names for pattern, names in HEAVY_AT_THE_TOP.items() if fnmatch(module, pattern)))


def impure(found: list[Import]) -> list[str]:
    """The imports that let a calculating room read files or draw."""
    return [
        f"{one.module} imports {one.imported}"
        for one in found
        if room_of(one.module) in PURE_ROOMS
        and not one.for_types_only
        and (one.top_name in NOT_IN_PURE_ROOMS or one.imported in NOT_IN_PURE_ROOMS)
    ]


def import_cycle(found: list[Import], name: str = PACKAGE.name) -> list[str]:
    """The modules of one circle of imports, in order; empty when there is none."""
    graph: dict[str, set[str]] = {}
    for one in found:
        if one.top_name == name and not one.for_types_only and one.imported != one.module:
            graph.setdefault(one.module, set()).add(one.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.fixture(scope="module")
def found() -> list[Import]:
    return [one for path in sorted(PACKAGE.rglob("*.py")) for one in imports_of(path)]


def test_each_room_uses_only_the_rooms_below_it(found):
    assert forbidden_rooms(found) == []


def test_no_module_imports_itself_by_a_detour(found):
    assert import_cycle(found) == []


def test_heavy_packages_are_imported_late(found):
    assert heavy_at_the_top(found) == []


def test_what_calculates_reads_no_file_and_draws_nothing(found):
    assert impure(found) == []


def _requirements(project: dict) -> list[str]:
    used = [project["optional-dependencies"][extra] for extra in ("postgresql", "cluster", "panel")]
    return [*project["dependencies"], *(line for lines in used for line in lines)]


def test_every_package_that_is_imported_is_declared(found):
    distributions = packages_distributions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [Requirement(line) for line in _requirements(project)]
    declared = {canonicalize_name(name) for r in required for name in (r.name, *r.extras)}
    foreign = {one.top_name for one in found} - set(sys.stdlib_module_names) - {PACKAGE.name, ""}
    sources = {name: {canonicalize_name(d) for d in distributions.get(name, [name])} for name in foreign}
    assert [name for name in sorted(foreign) if not declared & sources[name]] == []


@pytest.mark.parametrize("module", ["esi_toolkit", "esi_toolkit.cli", "esi_toolkit.reports.running.pool"])
def test_the_front_door_the_command_line_and_who_waits_for_reports_open_at_once(module):
    code = f"import json, sys; import {module}; print(json.dumps(sorted(sys.modules)))"
    printed = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT)
    loaded = {name.split(".")[0] for name in json.loads(printed)}
    assert loaded & (HEAVY | {"pandas", "numpy"}) == set()


@pytest.mark.parametrize("command", ["score", "check", "decisions"])
def test_a_command_for_the_terminal_loads_nothing_that_draws_or_keeps_decisions(command):
    code = (
        "import sys; from esi_toolkit.cli import main; sys.argv = ['esi', *sys.argv[1:]]\n"
        "try: main()\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    area = ROOT / "data" / "sample" / "county-durham"
    ran = subprocess.run(
        [sys.executable, "-c", code, command, area], text=True, cwd=ROOT, capture_output=True, check=True
    )
    loaded = {name.split(".")[0] for name in ran.stderr.splitlines()[-1].split()}
    assert "pandas" in loaded
    assert loaded & {"IPython", "nbformat", "plotly", "scipy", "sqlalchemy"} == set()


def test_every_name_of_the_front_door_leads_into_the_package():
    rooms = {name: getattr(esi_toolkit, name) for name in esi_toolkit.__all__}
    places = [getattr(room, "__module__", None) or room.__name__ for room in rooms.values()]
    assert all(place.startswith("esi_toolkit.") for place in places)
    assert rooms["widgets"].ModerationPanel is rooms["ModerationPanel"]
    assert set(rooms) <= set(dir(esi_toolkit))


def test_the_rules_find_what_they_forbid(tmp_path):
    package = tmp_path / "esi_toolkit"
    files = {
        "__init__.py": "",
        "errors.py": "def late():\n    from .present import charts",
        "method/__init__.py": "",
        "method/score.py": "import plotly\nfrom pathlib import Path\nfrom esi_toolkit.method import rate",
        "method/rate.py": "from . import score",
        "present/__init__.py": "",
        "present/charts.py": "import plotly, duckdb",
        "spare/__init__.py": "import esi_toolkit.errors",
    }
    for name, text in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    found = [one for path in sorted(package.rglob("*.py")) for one in imports_of(path, package)]

    assert forbidden_rooms(found) == [
        "esi_toolkit.errors imports esi_toolkit.present.charts",
        "esi_toolkit.spare: the room 'spare' is not in the table",
    ]
    assert set(import_cycle(found)) == {"esi_toolkit.method.score", "esi_toolkit.method.rate"}
    assert heavy_at_the_top(found) == [
        "esi_toolkit.method.score imports plotly at the top",
        "esi_toolkit.present.charts imports duckdb at the top",
    ]
    assert impure(found) == [
        "esi_toolkit.method.score imports plotly",
        "esi_toolkit.method.score imports pathlib",
    ]
