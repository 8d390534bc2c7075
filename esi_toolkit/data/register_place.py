"""Where an area's decisions are kept; light, so that asking costs nothing."""

from __future__ import annotations

import os
from pathlib import Path

FILE_NAME = "register.sqlite"
ENVIRONMENT = "ESI_REGISTER"


def find_register(area_folder: str | Path) -> str:
    """Where an area's decisions are kept: ``ESI_REGISTER`` (a path or URL), else a file in its folder."""
    return find_shared_register() or str(Path(area_folder) / FILE_NAME)


def find_shared_register() -> str:
    """What ``ESI_REGISTER`` names, a path as an absolute one; "" where each area keeps its own register.

    Examples
    --------
    >>> os.environ[ENVIRONMENT] = "postgresql://inspector@host/decisions"
    >>> find_shared_register()
    'postgresql://inspector@host/decisions'
    >>> del os.environ[ENVIRONMENT]
    >>> find_shared_register()
    ''
    """
    named = os.environ.get(ENVIRONMENT, "")
    return str(Path(named).resolve()) if named and not is_url(named) else named


def may_hold_decisions(place: str) -> bool:
    """Whether a register has to be asked: not where its file is not there yet, in a folder that is.

    Examples
    --------
    >>> may_hold_decisions("nothing-recorded-yet.sqlite"), may_hold_decisions("postgresql://host/decisions")
    (False, True)
    """
    return is_url(place) or os.path.lexists(place) or not Path(place).parent.is_dir()


def is_url(place: str) -> bool:
    """Whether a register is a database named by URL, rather than a SQLite file.

    Examples
    --------
    >>> is_url("postgresql://host/decisions"), is_url("C:/areas/register.sqlite")
    (True, False)
    """
    return "://" in place
