"""Simulated areas: as many invented inspections as wanted, the same bytes for the same seed.

An area is a dictionary of file names and tables, so that it can be looked at without touching the disk.
Every area says in its ``area.yml`` that it is synthetic.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.sample_cases import draw_caseload, draw_cases, settings, stream
from esi_toolkit.data.sample_results import Profile, draw_results
from esi_toolkit.data.sample_surroundings import draw_followed_up, draw_interviewed, draw_surroundings
from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.errors import InputError, Problem

Tables = dict[str, pd.DataFrame | dict[str, Any]]
"""File name inside the area folder to what stands in it: a table for .csv, a dictionary for .yml."""


def simulate_area(
    framework: Framework,
    *,
    seed: int,
    name: str,
    thematic: Sequence[Framework] = (),
    family_group: str | None = None,
    profile: Profile | None = None,
) -> Tables:
    """Invent one area.

    Parameters
    ----------
    framework : Framework
        Main framework.
    seed : int
        0 or more; the same seed, name and profile give the same area.
    name : str
        Its name; the id is made from it.
    thematic : sequence of Framework
        Thematic elements over the same cases.
    family_group : str, optional
        Areas that it is compared with.
    profile : Profile, optional
        What it is like; default: 100 cases, as good as usual, complete.

    Returns
    -------
    dict of str to DataFrame or dict
        File name in the area folder (``esi-dv/judgements.csv`` for a thematic element) to its content.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> area = simulate_area(load_framework("esi"), seed=1, name="Aldermere")
    >>> area["area.yml"]["synthetic"], len(area["cases.csv"])
    (True, 100)
    """
    profile = profile or Profile()
    area_id = _as_id(name)
    prefix = "".join(word[:2] for word in name.upper().split())[:4]
    everyone = [framework, *thematic]
    cases = draw_cases(everyone, profile.cases, seed=seed, prefix=prefix, shares=profile.shares)
    tables: Tables = {"area.yml": _about(framework, thematic, area_id, name, family_group, profile, seed)}
    if profile.level == "judgements":
        tables["cases.csv"] = cases
    for each in everyone:
        folder = "" if each is framework else f"{each.id}/"
        tables |= {folder + file: table for file, table in draw_results(each, cases, profile, seed).items()}
    tables |= draw_surroundings(framework, seed=seed, care=profile.care, name=name, cases=profile.cases)
    if profile.followed_up:
        tables["reconviction_cases.csv"] = draw_followed_up(cases, seed=seed, care=profile.care)
    return tables


def simulate_areas(
    framework: Framework, thematic: Sequence[Framework] = (), *, count: int, seed: int
) -> Iterator[tuple[str, Tables]]:
    """Invent many areas, from poor to very good, one after another.

    Parameters
    ----------
    framework, thematic : Framework and sequence of Framework
        As `simulate_area`.
    count : int
        How many; more than the names at hand are numbered.
    seed : int
        Each area has a seed of its own made from this, so that the first ten of 42 are the ten of 10.

    Yields
    ------
    str
        Id of the area.
    dict
        Its tables, as `simulate_area`.

    Examples
    --------
    >>> from esi_toolkit.data.files import load_framework
    >>> [area_id for area_id, _ in simulate_areas(load_framework("esi"), count=2, seed=5)]
    ['nettledale', 'dunwick']
    """
    for number, name in enumerate(_names_of_areas(count, seed)):
        chance = stream(seed, "area", str(number))
        profile = Profile(
            cases=int(chance.choice([100, 100, 100, 120, 140])),
            care=0.35 * chance.standard_normal(),
            unanswered=float(chance.choice([0.0, 0.0, 0.01])),
        )
        group = f"family group {number // 7 + 1}"
        area_seed = int(chance.randint(2**31))
        yield (
            _as_id(name),
            simulate_area(
                framework, seed=area_seed, name=name, thematic=thematic, family_group=group, profile=profile
            ),
        )


def write_simulated_areas(
    out: str | Path,
    *,
    count: int,
    seed: int,
    framework: str | Path = "esi",
    thematic: Sequence[str] = ("esi-dv",),
) -> list[Path]:
    """Invent many areas and write each into a folder of its own.

    Parameters
    ----------
    out : str or Path
        Folder that gets the area folders.
    count, seed : int
        As `simulate_areas`.
    framework : str or Path
        Main framework, by id or file.
    thematic : sequence of str
        Thematic elements, by id or file.

    Returns
    -------
    list of Path
        The area folders.

    Raises
    ------
    InputError
        The seed is negative, or an area that is not synthetic stands in the place of one; nothing is written.
    """
    if seed < 0:
        raise InputError(Problem("seed", str(seed), "0 or more", "take a positive number"))
    _refuse_others(Path(out) / _as_id(name) for name in _names_of_areas(count, seed))
    areas = simulate_areas(
        load_framework(framework), [load_framework(each) for each in thematic], count=count, seed=seed
    )
    folders = []
    for area_id, tables in areas:
        write_area(Path(out) / area_id, tables)
        folders.append(Path(out) / area_id)
    return folders


def _refuse_others(folders: Iterable[Path]) -> None:
    """Keep invented areas from taking the place of anything else: its judgements would be lost."""
    fix = "name another folder with --out, or move away what is there"
    problems = [
        Problem(str(folder), "an area that does not say it is synthetic", "nothing, or a synthetic area", fix)
        for folder in folders
        if os.path.lexists(folder) and not _is_synthetic(folder)
    ]
    if problems:
        raise InputError(problems)


def _is_synthetic(folder: Path) -> bool:
    """Whether an area says of itself that it is invented, or has nothing in it yet but what is hidden."""
    if folder.is_dir() and all(path.name.startswith(".") for path in folder.iterdir()):
        return True
    try:
        about = parse_yaml((folder / "area.yml").read_text(encoding="utf-8-sig"), "area.yml").value
    except (OSError, UnicodeDecodeError):
        return False
    return isinstance(about, dict) and about.get("synthetic") is True


def write_area(folder: str | Path, tables: Tables) -> list[Path]:
    """Write an area's tables into its folder, each file whole.

    Parameters
    ----------
    folder : str or Path
        The area folder; made where it is not there. Files of the same name are replaced, others left alone.
    tables : dict
        As `simulate_area` gives them.

    Returns
    -------
    list of Path
        The files, as written.
    """
    return [write_whole(Path(folder) / name, as_text(content)) for name, content in tables.items()]


def as_text(content: pd.DataFrame | dict[str, Any]) -> str:
    """A table as CSV, a dictionary as YAML, with the same line ends on every system."""
    if isinstance(content, pd.DataFrame):
        return content.to_csv(index=False, lineterminator="\n")
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _about(
    framework: Framework,
    thematic: Sequence[Framework],
    area_id: str,
    name: str,
    family_group: str | None,
    profile: Profile,
    seed: int,
) -> dict[str, Any]:
    about: dict[str, Any] = {"id": area_id, "name": name, "framework": framework.id}
    if thematic:
        about["thematic"] = [each.id for each in thematic]
    if family_group:
        about["family_group"] = family_group
    about |= {
        "fieldwork": settings()["fieldwork"],
        "caseload": draw_caseload(framework, profile.cases, seed),
        "offenders_interviewed": draw_interviewed(seed, profile.cases),
        "synthetic": True,
        "note": settings()["note"],
    }
    return about


def _names_of_areas(count: int, seed: int) -> list[str]:
    """Names in an order of chance; once all are taken they come again with a number."""
    parts = settings()["names"]
    names = [first + last for first in parts["first"] for last in parts["last"]]
    order = stream(seed, "names").permutation(len(names))
    rounds = [divmod(number, len(names)) for number in range(count)]
    return [names[order[place]] + (f" {again + 1}" if again else "") for again, place in rounds]


def _as_id(name: str) -> str:
    return name.lower().replace(" ", "-")
