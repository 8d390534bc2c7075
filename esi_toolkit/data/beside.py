"""Files and folders made beside their place, then renamed: they appear whole or not at all.

What a killed process leaves there carries its number, so that whoever writes there next knows that nobody
needs it any more.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_END = ".part"


def write_whole(path: str | Path, content: bytes | str) -> Path:
    """Write a file beside its place, then rename it: it appears whole or not at all.

    Parameters
    ----------
    path : str or Path
        Where it goes; folders are made.
    content : bytes or str
        Text is written as UTF-8 with the line ends it has.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_abandoned(path)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=_beginning(path), suffix=_END)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return path


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """A folder to fill beside its place; it is renamed in the end, or gone where filling it fails.

    Parameters
    ----------
    folder : str or Path
        Where it goes; nothing may be there. Folders above it are made.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    clear_abandoned(folder)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_beginning(folder), suffix=_END))
    try:
        yield beside
        beside.chmod(0o755)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _beginning(target: Path) -> str:
    return f".{target.name}.{os.getpid()}-"


def clear_abandoned(target: Path) -> None:
    """Remove what killed processes left beside a file or folder while they were making it."""
    name = re.compile(rf"{re.escape(f'.{target.name}.')}(\d+)-\w+{re.escape(_END)}")
    for left in target.parent.iterdir():
        found = name.fullmatch(left.name)
        if found is None or is_at_work(int(found[1])):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def is_at_work(number: int) -> bool:
    """Whether a process that made something is another one than this, and still runs on this machine."""
    return number != os.getpid() and process_exists(number)


def process_exists(number: int) -> bool:
    """Whether a process of this number runs on this machine."""
    if os.name == "nt":
        import ctypes

        # There os.kill would end the process in place of asking for it.
        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
        handle = kernel.OpenProcess(0x1000, False, number)
        return bool(handle and kernel.CloseHandle(handle))
    try:
        os.kill(number, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
