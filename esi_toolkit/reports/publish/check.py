"""The last look at a folder of outputs before it goes out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from esi_toolkit.data.files import list_areas, load_area, load_framework, load_inspection
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import EsiError, InputError, NotFoundError, Problem
from esi_toolkit.reports.pages.assets import is_over_several, plotly_script
from esi_toolkit.reports.publish.content import Content, Oddity
from esi_toolkit.reports.publish.counts import AreaOutputs, find_counts, find_pooled
from esi_toolkit.reports.publish.files import read_file
from esi_toolkit.reports.publish.people import find_people, know

_PLACES = 3
"""So many places of the same thing in a file are named; the others are counted."""
_SCORECARD = "scorecard.json"


@dataclass(frozen=True)
class PublishCheck:
    """What a last look at a folder found.

    Attributes
    ----------
    files : int
        How many files were read.
    problems : tuple of Problem
        One for each file and kind of thing, with its places; empty when the folder may go out.
    compared : bool
        Whether the inputs were there to compare with.
    """

    files: int
    problems: tuple[Problem, ...]
    compared: bool

    @property
    def exit_code(self) -> int:
        """0 when nothing was found."""
        return InputError.exit_code if self.problems else 0

    @property
    def summary(self) -> str:
        """One line on the whole."""
        how = (
            "compared with the inputs"
            if self.compared
            else "by patterns alone; --areas compares with the inputs"
        )
        found = f"{len(self.problems)} problems" if self.problems else "nothing that must not go out"
        return f"{self.files} files, {how}: {found}"


def check_outputs(folder: str | Path, areas: str | Path | None = None) -> PublishCheck:
    """Look through every file of a folder for what must not go out.

    Parameters
    ----------
    folder : path
        Outputs: of a batch, a report, or anything that was put beside them.
    areas : path, optional
        Folder of the area folders that they were made from, to look for the very case ids, names and notes.

    Returns
    -------
    PublishCheck

    Raises
    ------
    NotFoundError
        There is no such folder.
    EsiError
        The inputs cannot be read.
    """
    root = Path(folder)
    if not root.is_dir():
        raise NotFoundError(Problem(str(folder), "no folder", "a folder of outputs", "check the path"))
    inspections = _load_inputs(Path(areas)) if areas is not None else {}
    words = {word: None for name in ("esi", "esi-dv") for word in load_framework(name).judgements}
    known = know([one for own in inspections.values() for one in own.values()], words, root, *_given(areas))
    contents, unread = _read_all(root)
    found = [*unread]
    for name, content in contents.items():
        found += [(name, odd) for odd in find_people(content, known)]
    found += _find_counts(root, contents, inspections if areas is not None else None)
    return PublishCheck(len(contents) + len(unread), tuple(_gather(found)), areas is not None)


def _given(areas: str | Path | None) -> tuple[Path, ...]:
    return () if areas is None else (Path(areas),)


def _load_inputs(root: Path) -> dict[str, dict[str, Inspection]]:
    """Area to framework to inspection."""
    found: dict[str, dict[str, Inspection]] = {}
    folders = [root] if (root / "area.yml").is_file() else list_areas(root)
    for folder in folders:
        area = load_area(folder)
        names = (area.framework, *area.thematic)
        found[area.id] = {name: load_inspection(folder, load_framework(name)) for name in names}
    return found


def _read_all(root: Path) -> tuple[dict[str, Content], list[tuple[str, Oddity]]]:
    contents: dict[str, Content] = {}
    odd: list[tuple[str, Oddity]] = []
    ours = plotly_script().read_bytes()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() or (path.exists() and not (path.is_file() or path.is_dir())):
            odd.append(
                (
                    name,
                    Oddity(
                        "", "a link or special file", "plain files", "put the file itself there, or delete it"
                    ),
                )
            )
        elif path.is_file():
            if path.suffix == ".js" and path.read_bytes() == ours:
                contents[name] = Content()
                continue
            content = _read(path)
            if isinstance(content, Oddity):
                odd.append((name, content))
            else:
                contents[name] = content
                # Each name with and without its ending: a case's id may be all of it.
                content.add("name of the file", " ".join([*path.relative_to(root).parts, path.stem]))
    return contents, odd


def _read(path: Path) -> Content | Oddity:
    fix = "look at it, and delete it unless it belongs there"
    try:
        content = read_file(path)
    except Exception as error:
        return Oddity(
            "", f"a file that cannot be read ({type(error).__name__})", f"a whole {path.suffix}", fix
        )
    if content is None:
        return Oddity("", "a kind of file that is not known here", "outputs of esi_toolkit", fix)
    return content


def _find_counts(
    root: Path, contents: Mapping[str, Content], inspections: Mapping[str, Mapping[str, Inspection]] | None
) -> Iterator[tuple[str, Oddity]]:
    areas: dict[str, AreaOutputs] = {}
    for name in contents:
        if name.rpartition("/")[2] == _SCORECARD:
            area = _area_outputs(root, name, contents, inspections)
            if area is None:
                yield (
                    name,
                    Oddity("", "no scorecard of ours", "what 'esi report' writes", "make the report again"),
                )
                continue
            areas[str(area.card["name"])] = area
            inside = name.removesuffix(_SCORECARD)
            yield from ((inside + file, odd) for file, odd in find_counts(area))
    for name, content in contents.items():
        if is_over_several(name.partition("/")[0]) and name.endswith((".html", ".ipynb")):
            yield from ((name, odd) for odd in find_pooled(areas, content))


def _area_outputs(
    root: Path,
    scorecard: str,
    contents: Mapping[str, Content],
    inspections: Mapping[str, Mapping[str, Inspection]] | None,
) -> AreaOutputs | None:
    try:
        card = json.loads((root / scorecard).read_text(encoding="utf-8-sig"))
        cards = [card, *card.get("thematic", {}).values()]
        frameworks = {one["framework"]: _framework(one["framework"]) for one in cards}
        area, _, _ = card["area"], card["name"], [one["questions"] for one in cards]
    except (KeyError, TypeError, AttributeError):
        return None
    inside = scorecard.removesuffix(_SCORECARD)
    files = {name.removeprefix(inside): one for name, one in contents.items() if name.startswith(inside)}
    files |= {f"../{name}": one for name, one in contents.items() if "/" not in name and inside}
    published = None if inspections is None else _published(inspections.get(area, {}))
    known = {name: one for name, one in frameworks.items() if one is not None}
    return AreaOutputs(scorecard.rpartition("/")[0] or str(area), card, files, known, published)


def _framework(name: str) -> Framework | None:
    """One that comes with the package; None for one that is not known here."""
    try:
        return load_framework(name)
    except EsiError:
        return None


def _published(inspections: Mapping[str, Inspection]) -> dict[str, list[Any]]:
    return {
        name: [] if one.published is None else one.published["code"].tolist()
        for name, one in inspections.items()
    }


def _gather(found: list[tuple[str, Oddity]]) -> Iterator[Problem]:
    """One problem for each file and kind of thing."""
    together: dict[tuple[str, str, str, str], list[str]] = {}
    for name, odd in found:
        together.setdefault((name, odd.found, odd.expected, odd.fix), []).append(odd.place)
    for (name, what, expected, fix), places in together.items():
        distinct = [place for place in dict.fromkeys(places) if place]
        more = len(distinct) - _PLACES
        where = "; ".join(distinct[:_PLACES]) + (f"; and {more} more places" if more > 0 else "")
        yield Problem(f"{name} ({where})" if where else name, what, expected, fix)
