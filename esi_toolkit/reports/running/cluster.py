"""A Dask cluster whose workers are as good as this machine: the same toolkit, the same register, the same
files.

Asked before anything is sent, so that no report depends on which machine made it.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esi_toolkit import __version__
from esi_toolkit.data.register_place import ENVIRONMENT, find_shared_register
from esi_toolkit.errors import Problem, RunError
from esi_toolkit.reports.running.resume import toolkit_key

if TYPE_CHECKING:
    from distributed import Client

_SECONDS_TO_ANSWER = 10


@dataclass(frozen=True)
class Surroundings:
    """What a report's bytes depend on besides its files.

    Attributes
    ----------
    toolkit : str
        The versions, in words.
    key : str
        Fingerprint of the toolkit, as a report carries it.
    register : str
        Fingerprint of the place of decisions, which may hold a password.
    """

    toolkit: str
    key: str
    register: str


def surroundings() -> Surroundings:
    """Those of this process."""
    python = ".".join(map(str, sys.version_info[:3]))
    words = f"esi_toolkit {__version__}, Python {python}, pandas {version('pandas')}"
    register = hashlib.sha256(find_shared_register().encode()).hexdigest()
    return Surroundings(f"{words}, Plotly {version('plotly')}", toolkit_key(), register)


@contextmanager
def connect(address: str) -> Iterator[Client]:
    """Have a cluster for a block, with workers that have this very toolkit.

    Parameters
    ----------
    address : str
        Of the scheduler, for example ``tcp://10.0.0.1:8786``.

    Raises
    ------
    RunError
        Nobody answers there, there is no worker, or one of them would make other reports.
    """
    try:
        from distributed import Client
    except ImportError:
        fix = "install the toolkit with its extra 'cluster'"
        raise RunError(Problem("cluster", "no package 'distributed'", "Dask", fix)) from None
    try:
        client = Client(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        fix = "start one with 'dask scheduler', and give the address that it prints"
        raise RunError(Problem(address, _first_line(error), "a Dask scheduler", fix)) from None
    with client:
        _wait_for_worker(client, address)
        check_workers(client)
        yield client


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].strip()


def _wait_for_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
    except TimeoutError:
        fix = f"start one with 'dask worker {address}' on each machine"
        raise RunError(Problem(address, "no worker", "at least one", fix)) from None


def check_workers(client: Client, paths: Sequence[str | Path] = ()) -> None:
    """Ask every worker whether it can stand in for this machine.

    Parameters
    ----------
    client : distributed.Client
        The cluster.
    paths : sequence of paths
        Files that it has to see, and folders that it has to write in.

    Raises
    ------
    RunError
        With a problem for each worker that cannot.
    """
    wanted = [str(path) for path in paths]
    answers: Mapping[str, Any] = client.run(find_differences, surroundings(), wanted, on_error="return")
    problems: list[Problem] = []
    for worker, answer in sorted(answers.items()):
        found = [_no_toolkit(answer)] if isinstance(answer, BaseException) else answer
        problems += [replace(problem, where=f"worker {worker}") for problem in found]
    if problems:
        raise RunError(problems)


def _no_toolkit(error: BaseException) -> Problem:
    return Problem("worker", _first_line(error), surroundings().toolkit, "install the same there")


def find_differences(expected: Surroundings, paths: Sequence[str]) -> list[Problem]:
    """On a worker: what would make a report from here another one; empty when nothing would."""
    own = surroundings()
    problems = []
    if own.key != expected.key:
        found = own.toolkit if own.toolkit != expected.toolkit else "other code under the same version"
        problems.append(Problem("worker", found, expected.toolkit, "install the same there"))
    if own.register != expected.register:
        fix = f"set {ENVIRONMENT} alike on every machine, a path as an absolute one"
        problems.append(Problem("worker", "another register of decisions", "the same", fix))
    unseen = [path for path in paths if not _is_seen(Path(path))]
    if unseen:
        more = f" and {len(unseen) - 1} more" if len(unseen) > 1 else ""
        fix = "put areas, reports and archive into a folder that all machines see under the same path"
        problems.append(Problem("worker", f"no {unseen[0]}{more}", "the same files as here", fix))
    return problems


def _is_seen(path: Path) -> bool:
    """Whether a file is there, or a folder is and can be written in."""
    if not path.is_dir():
        return path.is_file()
    try:
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        return False
