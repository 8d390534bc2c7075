"""What the toolkit is made of, in CycloneDX: ``make sbom``, or ``python -m tests.bill_of_materials``.

cyclonedx-py reads what is installed; nothing is asked of any network. What only tests need is left out, and
so is whatever names a folder of this machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "sbom.json"
EXTRAS = ("postgresql", "cluster", "panel")
"""Extras that users of the toolkit install."""


def read_environment() -> dict[str, Any]:
    """Everything that is installed here, as cyclonedx-py writes it."""
    command = ["-m", "cyclonedx_py", "environment", "--pyproject", "pyproject.toml", "--output-reproducible"]
    whole = [sys.executable, *command, "--no-validate", sys.executable]
    printed = subprocess.run(whole, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(printed.stdout)


def asked_for() -> list[Requirement]:
    """What the toolkit itself and the users' extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][name] for name in EXTRAS)
    return [Requirement(line) for lines in (project["dependencies"], *extras) for line in lines]


def needed_names(wanted: list[Requirement]) -> set[str]:
    """Names of packages and of all that they need in turn here, in the extras that are asked for."""
    done: set[tuple[str, str]] = set()
    waiting = [(one, extra) for one in wanted for extra in ("", *one.extras)]
    while waiting:
        one, extra = waiting.pop()
        name = canonicalize_name(one.name)
        if (name, extra) in done:
            continue
        done.add((name, extra))
        for line in requires(name) or ():
            inner = Requirement(line)
            if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                waiting += [(inner, further) for further in ("", *inner.extras)]
    return {name for name, _ in done}


def keep_used(bill: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The same without what only tests need, and without the folders that packages were installed from.

    Parameters
    ----------
    bill : dict
        A CycloneDX document.
    names : set of str
        What to keep.
    """
    components = [
        _without_folders(one) for one in bill["components"] if canonicalize_name(one["name"]) in names
    ]
    kept = {bill["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in components)}
    dependencies = [
        {**one, "dependsOn": [ref for ref in one.get("dependsOn", ()) if ref in kept]}
        for one in bill["dependencies"]
        if one["ref"] in kept
    ]
    return {**bill, "components": components, "dependencies": dependencies}


def _without_folders(component: dict[str, Any]) -> dict[str, Any]:
    references = component.get("externalReferences", [])
    kept = [one for one in references if not one["url"].startswith("file:")]
    rest = {key: value for key, value in component.items() if key != "externalReferences"}
    return {**rest, "externalReferences": kept} if kept else rest


def describe_toolkit() -> str:
    """The document as text; what is installed alike gives the same."""
    bill = keep_used(read_environment(), needed_names(asked_for()))
    return json.dumps(bill, indent=1, sort_keys=True) + "\n"


def write_bill(target: Path = TARGET) -> Path:
    """Write the document, once it has met its schema."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = describe_toolkit()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error is not None:
        raise SystemExit(f"not a CycloneDX document: {error}")
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


if __name__ == "__main__":
    written = write_bill()
    print(f"{len(json.loads(written.read_text(encoding='utf-8'))['components'])} packages in {written.name}")
