"""Where two files of a report do not print the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from zipfile import BadZipFile

from esi_toolkit import __version__
from esi_toolkit.reports.pages.made_from import MadeFrom, stamp
from esi_toolkit.reports.verifying.printed import NOT_SHOWN, Part, list_parts

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError, BadZipFile)


@dataclass(frozen=True)
class Difference:
    """Something that a report prints and that does not follow from its inputs, or the other way round."""

    file: str
    where: str
    printed: str
    recomputed: str

    def __str__(self) -> str:
        return f"{self.where}: printed {self.printed}, recomputed {self.recomputed} ({self.file})"


@dataclass(frozen=True)
class Wording:
    """What may be worded otherwise in a report that is the same: its folder of inputs, the toolkit's version.

    Attributes
    ----------
    names : dict of str to str
        As printed, and as it is now.
    same_code : bool
        Whether the very toolkit runs here that made the report; another may write styles otherwise.
    """

    names: Mapping[str, str]
    same_code: bool

    @classmethod
    def of(cls, made: MadeFrom, folder: Path) -> Wording:
        """For a report, and the folder that it is made again from."""
        version = made.toolkit["version"]
        names = {made.folder: folder.resolve().name, version: __version__}
        names[made.toolkit["fingerprint"]] = stamp()["fingerprint"]
        return cls(names, dict(made.toolkit) == stamp())

    def alike(self, printed: str, recomputed: str) -> bool:
        """Whether two texts differ in such names at most."""
        for before, after in self.names.items():
            printed = printed if printed == recomputed else printed.replace(before, after)
        return printed == recomputed

    def comparable(self, parts: list[Part]) -> list[Part]:
        """The parts that have to be the same."""
        return parts if self.same_code else [one for one in parts if one.where not in NOT_SHOWN]


def compare_files(
    name: str, printed: Path, recomputed: Path, wording: Wording
) -> tuple[list[Difference], int]:
    """How two files of a report differ, and how many parts were compared.

    Parameters
    ----------
    name : str
        What to call the file.
    printed, recomputed : Path
        The report's and the one made again; either may not be there.
    wording : Wording
        What may be named otherwise.
    """
    for path, shown in ((printed, ("nothing", "a file")), (recomputed, ("a file", "nothing"))):
        if not path.is_file():
            return [Difference(name, "the file", *shown)], 0
    new = list_parts(recomputed)
    if printed.read_bytes() == recomputed.read_bytes():
        return [], len(new)
    try:
        old = list_parts(printed)
    except _UNREADABLE:
        return [Difference(name, "the file", "what cannot be read", "a whole file")], 0
    found = [
        Difference(name, where, *shown)
        for where, *shown in _unlike(wording.comparable(old), wording.comparable(new), wording)
    ]
    if not found and wording.same_code:
        found = [Difference(name, "the file", "other bytes", "the same parts")]
    return found, len(new)


def _unlike(old: list[Part], new: list[Part], wording: Wording) -> Iterator[tuple[str, str, str]]:
    """Place, what is printed and what is recomputed, wherever the two are not alike."""
    for before, after in _side_by_side(old, new):
        printed, recomputed = (" ".join(one.shown for one in parts) for parts in (before, after))
        if not wording.alike(printed, recomputed):
            yield (after or before)[0].where, printed or "nothing", recomputed or "nothing"


def _side_by_side(old: list[Part], new: list[Part]) -> Iterator[tuple[list[Part], list[Part]]]:
    """Part by part where as many stand on both sides; whole stretches where something came or went."""
    if len(old) == len(new):
        yield from (([before], [after]) for before, after in zip(old, new, strict=True))
        return
    shown = [one.shown for one in old], [one.shown for one in new]
    for kind, i, j, k, m in SequenceMatcher(None, *shown).get_opcodes():
        if kind != "equal" and j - i == m - k:
            yield from (([before], [after]) for before, after in zip(old[i:j], new[k:m], strict=True))
        elif kind != "equal":
            yield old[i:j], new[k:m]
