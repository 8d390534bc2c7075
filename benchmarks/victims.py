"""Processes to be killed: all that a command has started, or one at its n-th file operation.

For Linux: processes are found by a mark in their environment, wherever their parent has gone.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MARK = "ESI_KILL_RUN"
TALLY = "ESI_KILL_TALLY"
"""A file that gets a line with role and number of the process for each file operation."""
MOMENT = "ESI_KILL_MOMENT"
"""``role:n``: a process of this role kills itself just before its n-th file operation."""
ROLES = ("command", "warm process", "area")
"""The process that the user starts, the one with everything loaded, and its copies that make reports."""

SITE = '''
"""Loaded by every Python process at its start: counts file operations, and ends it at one."""
import os, sys

role, _, last = os.environ.get("ESI_KILL_MOMENT", "").partition(":")
tally = os.environ.get("ESI_KILL_TALLY", "")
tally = tally and os.open(tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
started, own, count = os.getpid(), os.getpid(), 0
WRITING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "shutil.rmtree",
           "tempfile.mkstemp", "tempfile.mkdtemp", "sqlite3.connect", "sqlite3.connect/handle"}

def own_role():
    if os.getpid() != started:
        return "area"
    return "warm process" if sys.argv[:1] == ["-c"] else "command"

def is_writing(event, arguments):
    if event == "open":
        return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in WRITING

def watch(event, arguments):
    global own, count
    if not is_writing(event, arguments):
        return
    if os.getpid() != own:
        own, count = os.getpid(), 0
    count += 1
    if tally:
        os.write(tally, f"{own_role()},{own}\\n".encode())
    if last and count == int(last) and own_role() == role:
        os.kill(os.getpid(), 9)

if last or tally:
    sys.addaudithook(watch)
'''


@dataclass(frozen=True)
class Killed:
    """How a run ended that was to be killed.

    Attributes
    ----------
    said : str
        What it had printed by then.
    was_killed : bool
        False where it had ended before.
    outlived : int
        Processes that it had started and that still ran ten seconds later.
    """

    said: str
    was_killed: bool
    outlived: int


def install_site(folder: Path) -> Path:
    """Write the module that counts file operations, for a folder on PYTHONPATH."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    return folder


def find_marked(mark: str) -> list[int]:
    """Processes of one run, those aside that are dead and not yet buried."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            dead = (path / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if not dead and f"{MARK}={mark}\0".encode() in (path / "environ").read_bytes():
                found.append(int(path.name))
    return found


def start(words: Sequence[str], mark: str, environment: Mapping[str, str]) -> subprocess.Popen:
    """Start ``esi`` with these words, marked."""
    return subprocess.Popen(
        [sys.executable, "-m", "esi_toolkit.cli", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, **environment, MARK: mark}, start_new_session=True,
    )  # fmt: skip


def kill(process: subprocess.Popen, mark: str, who: str, chance: random.Random) -> bool:
    """End all processes of a run, its first, or any one of the others; False where none is left."""
    running = find_marked(mark)
    others = [number for number in running if number != process.pid]
    chosen = {"all": running, "first": [process.pid], "another": [chance.choice(others)] if others else []}
    killed = False
    for number in chosen[who]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
            killed = True
    return killed and (who == "another" or process.wait() == -signal.SIGKILL)


def wait_for_silence(mark: str, seconds: float) -> int:
    """Wait until no process of a run is left; how many still run when the time is over, and end them."""
    until = time.monotonic() + seconds
    while (left := find_marked(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    for number in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    return len(left)


def count_operations(tally: Path) -> dict[str, int]:
    """File operations of each role in an undisturbed run; of several processes, those of the busiest."""
    found = Counter(tally.read_text(encoding="utf-8").split("\n")[:-1])
    counts: dict[str, int] = {}
    for line, count in found.items():
        role = line.partition(",")[0]
        counts[role] = max(count, counts.get(role, 0))
    return counts
