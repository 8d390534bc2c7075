"""Whether a finished report's figures follow from its inputs: it is made again and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from esi_toolkit import __version__
from esi_toolkit.errors import PublishedMismatchError
from esi_toolkit.reports.pages.made_from import MadeFrom, read_made_from
from esi_toolkit.reports.running.place import FAILED
from esi_toolkit.reports.running.resume import BUILT
from esi_toolkit.reports.verifying.file_differences import Difference, Wording, compare_files
from esi_toolkit.reports.verifying.printed import list_parts
from esi_toolkit.reports.verifying.remake import find_inputs, remake

PAGE, NOTEBOOK = "report.html", "report.ipynb"
_MADE = "How this page was made"
_FACTS = ("Framework", "Fingerprint of")


@dataclass(frozen=True)
class Verification:
    """What `verify_report` found.

    Attributes
    ----------
    origins : tuple of str
        Inputs, framework, toolkit and decisions, a line each: the same or not.
    compared : dict of str to int
        Files to the number of their parts (figures, words, elements) that were compared.
    differences : tuple of Difference
        In the order of the files.
    """

    origins: tuple[str, ...]
    compared: Mapping[str, int]
    differences: tuple[Difference, ...]

    @property
    def exit_code(self) -> int:
        """0 when every figure is the same."""
        return PublishedMismatchError.exit_code if self.differences else 0

    def lines(self) -> Iterator[str]:
        """For a terminal: what it was made from, the differences one a line, and the result."""
        yield from self.origins
        yield from (str(one) for one in self.differences)
        for name, count in self.compared.items():
            unlike = sum(one.file == name for one in self.differences)
            yield f"{name}: {count:,} parts compared, {f'{unlike} different' if unlike else 'all the same'}"
        yield "DIFFERENT" if self.differences else "the same"


def verify_report(
    report: str | Path, inputs: str | Path | None = None, framework: str | Path | None = None
) -> Verification:
    """Make a report again from its inputs and compare all that it prints.

    Parameters
    ----------
    report : str or Path
        The report's folder, of which every file is compared; or its page or executed notebook alone.
    inputs : str or Path, optional
        Area folder, or a folder of them; default: looked for below the current folder.
    framework : str or Path, optional
        File of the rules, where they were one's own; default: looked for like the inputs.

    Returns
    -------
    Verification

    Raises
    ------
    NotFoundError
        There is no such report, or its inputs or rules are not there.
    InputError
        The report does not say what it was made from.
    EsiError
        It cannot be made again, for example because its inputs cannot be read any more.
    """
    given = Path(report)
    made = read_made_from(_source_of(given))
    folder = find_inputs(made, inputs, given.resolve().name if given.is_dir() else "")
    with tempfile.TemporaryDirectory(prefix="esi-verify-") as scratch:
        again = remake(made, folder, Path(scratch), framework=framework, like=given)
        return compare_reports(given, again, made, Wording.of(made, folder))


def _source_of(given: Path) -> Path:
    """The file that says what a report was made from."""
    if not given.is_dir():
        return given
    return given / (NOTEBOOK if (given / NOTEBOOK).is_file() else PAGE)


def compare_reports(given: Path, again: Path, made: MadeFrom, wording: Wording) -> Verification:
    """Compare a report with the one that was made again.

    Parameters
    ----------
    given : Path
        The report's folder, or its page or notebook alone.
    again : Path
        The folder of the new one.
    made : MadeFrom
        What the given one says that it was made from.
    wording : Wording
        What may be named otherwise.
    """
    pairs = _pairs(given, again)
    compared: dict[str, int] = {}
    found: list[Difference] = []
    for name, (printed, recomputed) in pairs.items():
        differences, compared[name] = compare_files(name, printed, recomputed, wording)
        found += differences
    now = read_made_from(again / NOTEBOOK)
    found += _compare_decisions(made, now, {one.where for one in found})
    origins = _say_origins(_facts(_source_of(given)), _facts(_source_of(again)), made, now, wording)
    return Verification(tuple(origins), compared, tuple(found))


def _pairs(given: Path, again: Path) -> dict[str, tuple[Path, Path]]:
    """Files by name: as printed, and as made again; either may not be there."""
    if not given.is_dir():
        name = PAGE if given.suffix == ".html" else NOTEBOOK
        return {given.name: (given, again / name)}
    names = {
        path.relative_to(folder).as_posix()
        for folder in (given, again)
        for path in folder.rglob("*")
        if not path.is_dir()
    }
    return {name: (given / name, again / name) for name in sorted(names - {BUILT, FAILED})}


def _compare_decisions(made: MadeFrom, now: MadeFrom, known: set[str]) -> Iterator[Difference]:
    """Decisions that only one of the two knows, unless a file has shown as much already."""
    for rows, others, shown in (
        (made.decisions, now.decisions, ("applied", "not in the register")),
        (now.decisions, made.decisions, ("not applied", "in the register")),
    ):
        for row in rows:
            where = f"{row.get('criterion', '?')}, decision {row.get('number', '?')}"
            if row not in others and where not in known:
                yield Difference("decisions", where, *shown)


def _facts(path: Path) -> list[tuple[str, str]]:
    """Names and values under the heading of how the page was made."""
    parts = [one for one in list_parts(path) if _MADE in one.where and not one.shown.startswith("<")]
    pairs = [(one.where.rpartition(f", {_MADE}")[0].rpartition(", ")[2], one.shown) for one in parts]
    return [(name, value) for name, value in pairs if name.startswith(_FACTS) and value != name]


def _say_origins(
    old: list[tuple[str, str]],
    new: list[tuple[str, str]],
    made: MadeFrom,
    now: MadeFrom,
    wording: Wording,
) -> Iterator[str]:
    """A line for inputs, framework, toolkit and decisions each."""
    words = {"Fingerprint of the files": "inputs", "Framework": "framework", "Fingerprint of its": "rules"}
    for start, word in words.items():
        before, after = ([v for name, v in facts if name.startswith(start)] for facts in (old, new))
        named = f" ({', '.join(after)})" if word == "framework" else ""
        yield f"{word}{named}: {'the same' if before == after else 'different'}"
    version = made.toolkit["version"]
    code = "the same" if wording.same_code else f"different code; here runs {__version__}"
    yield f"toolkit (esi_toolkit {version}): {code}"
    same = made.decisions == now.decisions
    state = "the same" if same else f"different; the register gives {len(now.decisions)}"
    yield f"decisions ({len(made.decisions)}): {state}"
