"""Kill ``esi`` without warning, run it again, and see that nothing is lost, half there or left behind.

Run ``python -m benchmarks.kills --kills 200``. Each round starts a command in a place of its own; ends all of
its processes, only the first, or any other one with SIGKILL at a random moment or just before a random file
operation; and runs it again to its end. Then every file must be that of an undisturbed run, byte for byte;
nothing may stand beside them or in the folder for temporary files; and a register must verify and hold once
each decision that it had confirmed. For Linux.
"""

from __future__ import annotations

import argparse
import random
import re
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reliability_page import PAGE, read_parts, write_part
from benchmarks.victims import (
    MOMENT,
    TALLY,
    Killed,
    count_operations,
    install_site,
    kill,
    start,
    wait_for_silence,
)

_ABOUT = """\
kills with SIGKILL, at a random moment or just before a random file operation: of every process of the
command, of its first, or of any other one. After each the command was run again to its end. Wrong would
be: a file that is not, byte for byte, that of an undisturbed run, one that is missing, one that was left
behind, a process that outlives its run by ten seconds, a register that does not verify or does not hold
each confirmed decision once. Left aside is what only others could clear away: a browser's folder for its
socket, a file of four letters with which Python tries out the folder for temporary files."""
PATIENCE = 10.0
"""Seconds after which a process that a killed one had started counts as left behind."""


@dataclass(frozen=True)
class Command:
    """A command to be killed.

    Attributes
    ----------
    name : str
        What it is called in the table.
    words : str
        What stands after ``esi``; ``{place}`` is the round's folder, ``{round}`` its number.
    share : int
        How many kills in a hundred.
    once : bool
        Whether it refuses to do again what is done.
    """

    name: str
    words: str
    share: int
    once: bool = False


COMMANDS = (
    Command("batch", "batch {place}/areas --out {place}/made --workers 2", 14),
    Command("batch with spreadsheets", "batch {place}/areas --out {place}/made --spreadsheet", 3),
    Command("batch with PDFs", "batch {place}/areas --out {place}/made --pdf", 2),
    Command("report", "report {place}/areas/{first} --out {place}/made", 6),
    Command("compare", "compare {place}/areas --out {place}/made", 5),
    Command("moderate", "moderate {place}/areas/{first} A1 {rating} --by lead --reason kill-{round}", 25),
    Command("simulate", "simulate --areas 3 --seed 5 --out {place}/made", 20),
    Command("archive", "archive {place}/areas --out {place}/made", 15),
    Command("score an archive", "score --archive {place}/archive --out {place}/made/scores.parquet", 5),
    Command("draw", "draw {place}/caseload.csv --out {place}/made/drawn", 5, once=True),
)
BY_NAME = {command.name: command for command in COMMANDS}


@dataclass
class Round:
    """One command in a folder of its own, and what was found wrong."""

    command: Command
    number: int
    place: Path
    found: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """What stands after ``esi``."""
        first = min(path.name for path in (self.place / "areas").iterdir())
        words = self.command.words.split()
        told = {"place": self.place, "first": first, "round": self.number, "rating": "Partly met"}
        return [word.format(**told) for word in words]

    @property
    def environment(self) -> dict[str, str]:
        """A folder for temporary files of the round's own."""
        scratch = self.place / "scratch"
        scratch.mkdir(exist_ok=True)
        return {"TMPDIR": str(scratch)}

    def run(self, **environment: str) -> tuple[int, str, float]:
        """Run the command to its end: exit code, what it said, seconds."""
        began = time.monotonic()
        process = start(self.words, secrets.token_hex(8), self.environment | environment)
        said, _ = process.communicate(timeout=300)
        return process.returncode, said, time.monotonic() - began

    def contents(self) -> dict[str, bytes]:
        """Every file in the round's folder, and every folder that is empty; what is `_not_ours` aside."""
        found = [path for path in sorted(self.place.rglob("*")) if not _not_ours(path)]
        return {
            path.relative_to(self.place).as_posix(): path.read_bytes() if path.is_file() else b"a folder"
            for path in found
            if path.is_file() or not any(path.iterdir())
        }


@dataclass(frozen=True)
class Undisturbed:
    """What a command makes when nobody kills it, how long it takes, and its file operations by role."""

    contents: dict[str, bytes]
    seconds: float
    operations: dict[str, int]


def _not_ours(path: Path) -> bool:
    """What is compared in another way, or what only others could clear away.

    A register holds times, and is looked at by itself. A browser keeps a socket in a folder of its own, and
    Python tries out the folder for temporary files with a file of four letters.
    """
    is_trial = path.parent.name == "scratch" and path.is_file() and path.read_bytes() == b"blat"
    is_socket = any(part.startswith("org.chromium.Chromium.") for part in path.parts)
    return path.name in ("register.sqlite", "scratch") or is_trial or is_socket


def make_place(place: Path) -> Path:
    """Everything that the commands read: two areas, their archive, and a caseload."""
    from esi_toolkit.data.samples import write_simulated_areas
    from esi_toolkit.reports.archive import archive_areas

    write_simulated_areas(place / "areas", count=2, seed=11)
    archive_areas(place / "areas", place / "archive")
    rows = [f"{number},licence,{'high' if number % 5 == 0 else 'low'}\n" for number in range(400)]
    (place / "caseload.csv").write_text("case_id,order_type,risk_of_harm\n" + "".join(rows), encoding="utf-8")
    return place


def run_undisturbed(command: Command, template: Path, folder: Path) -> Undisturbed:
    """Run a command twice to its end: for its time, and for its file operations."""
    counted = Round(command, 0, Path(shutil.copytree(template, folder / "counted")))
    site = str(install_site(folder / "site"))
    tally = folder / "tally"
    counted.run(PYTHONPATH=_path_with(site), **{TALLY: str(tally)})
    shutil.rmtree(counted.place)
    # The same place as every round has: some paths stand in what is made.
    timed = Round(command, 0, Path(shutil.copytree(template, folder / "round")))
    code, said, seconds = timed.run()
    if code:
        raise RuntimeError(f"{command.name}: {said}")
    contents = timed.contents()
    shutil.rmtree(timed.place)
    return Undisturbed(contents, seconds, count_operations(tally))


def _path_with(site: str) -> str:
    root = Path(__file__).resolve().parents[1]
    return f"{site}:{root}"


def disturb(attempt: Round, usual: Undisturbed, site: Path, chance: random.Random) -> Killed:
    """Start the command and kill it."""
    mark = secrets.token_hex(8)
    by_operation = chance.random() < 0.5
    environment = attempt.environment
    if by_operation:
        role = chance.choice(sorted(usual.operations))
        environment |= {
            "PYTHONPATH": _path_with(str(site)),
            MOMENT: f"{role}:{chance.randint(1, usual.operations[role])}",
        }
    process = start(attempt.words, mark, environment)
    if by_operation:
        killed = process.wait(timeout=300) != 0
    else:
        time.sleep(chance.uniform(0.02, 1.0) * usual.seconds)
        killed = kill(process, mark, chance.choice(["all", "first", "another"]), chance)
        process.wait(timeout=300)
    said = process.stdout.read() if process.stdout else ""
    return Killed(said, killed, wait_for_silence(mark, PATIENCE))


def run_again(attempt: Round, killed: Killed, usual: Undisturbed) -> None:
    """Run the command again to its end, and note what is not as it should be."""
    if killed.outlived:
        attempt.found.append(f"{killed.outlived} processes outlived the kill")
    if attempt.command.name == "moderate":
        _decide_again(attempt, killed)
    else:
        done = attempt.command.once and (attempt.place / "made" / "drawn").exists()
        code, said, _ = attempt.run()
        if code and not done:
            attempt.found.append(f"the next run ended with code {code}: {said[-500:]}")
    attempt.found += _differences(attempt.contents(), usual.contents)


def _decide_again(attempt: Round, killed: Killed) -> None:
    """Record the decision unless it is in the register, and see that it then is there once."""
    from esi_toolkit.data.register import open_register

    register = open_register(sorted((attempt.place / "areas").iterdir())[0] / "register.sqlite")
    reasons = [decision.reason for decision in register.decisions()]
    if "Recorded as" in killed.said and f"kill-{attempt.number}" not in reasons:
        attempt.found.append("a decision that was confirmed is not in the register")
    if f"kill-{attempt.number}" not in reasons:
        code, said, _ = attempt.run()
        if code:
            attempt.found.append(f"the next decision ended with code {code}: {said[-500:]}")
    reasons = [decision.reason for decision in register.decisions()]
    if register.verify() or reasons.count(f"kill-{attempt.number}") != 1:
        attempt.found.append("the register does not verify or holds the decision more than once")


def _differences(now: dict[str, bytes], usual: dict[str, bytes]) -> list[str]:
    found = [f"left behind: {name}" for name in now.keys() - usual.keys()]
    found += [f"missing: {name}" for name in usual.keys() - now.keys()]
    return found + [f"not the same: {name}" for name in now.keys() & usual.keys() if now[name] != usual[name]]


def kill_often(command: Command, kills: int, seed: int, template: Path, folder: Path) -> Iterator[Round]:
    """Kill a command; yields each round that was killed, once it was looked at.

    Parameters
    ----------
    command : Command
        Which.
    kills : int
        How often.
    seed : int
        For the moments.
    template : Path
        From `make_place`.
    folder : Path
        For the rounds.
    """
    chance = random.Random(f"{seed} {command.name}")
    usual = run_undisturbed(command, template, folder)
    site = install_site(folder / "site")
    done, number = 0, 0
    while done < kills:
        number += 1
        attempt = Round(command, number, Path(shutil.copytree(template, folder / "round")))
        killed = disturb(attempt, usual, site, chance)
        if killed.was_killed:
            run_again(attempt, killed, usual)
            done += 1
            yield attempt
        shutil.rmtree(attempt.place)


def main(words: list[str] | None = None) -> int:
    """Kill, print what was found, and write the page as each command is done; 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of all commands together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(BY_NAME), metavar="COMMAND")
    options = parser.parse_args(words)
    wrong = 0
    for command in [BY_NAME[name] for name in options.only]:
        with tempfile.TemporaryDirectory() as scratch:
            template = make_place(Path(scratch) / "template")
            kills = max(1, round(options.kills * command.share / 100))
            rounds = list(kill_often(command, kills, options.seed, template, Path(scratch)))
        found = [line for attempt in rounds for line in attempt.found]
        print(
            "\n  ".join([f"{command.name}: {len(rounds)} kills, {len(found)} things wrong", *found]),
            flush=True,
        )
        write_part("Kills", add_row(command.name, len(rounds), len(found)))
        wrong += len(found)
    return 1 if wrong else 0


def add_row(name: str, kills: int, wrong: int, page: Path = PAGE) -> str:
    """The page's table with a command's new row; rows of other commands stay as they are."""
    rows = dict(
        re.findall(r"^\| ([^|]+) \| (\d+ \| \d+) \|$", read_parts(page).get("Kills", ""), re.MULTILINE)
    )
    rows[name] = f"{kills} | {wrong}"
    known = [command.name for command in COMMANDS if command.name in rows]
    total = sum(int(rows[name].partition(" ")[0]) for name in known)
    lines = [f"| {name} | {rows[name]} |" for name in known]
    return "\n".join(
        [f"{total} {_ABOUT}", "", "| command | kills | things wrong |", "| --- | ---: | ---: |", *lines]
    )


if __name__ == "__main__":
    sys.exit(main())
