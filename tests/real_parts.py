"""The real parts that tests need and a machine may lack: a browser, PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from tests.postgresql import find_programs

NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"
"""Makes every host on the network unknown to a browser."""


def leave_out(reason: str) -> NoReturn:
    """Leave the test out, and say why; in CI, where every test has to run, let it fail."""
    if os.environ.get("CI"):
        pytest.fail(f"CI is set, and a part is missing: {reason}")
    pytest.skip(reason)


def needs_browser() -> str:
    """The browser's path; a test that lacks one is left out."""
    from esi_toolkit.errors import NotFoundError
    from esi_toolkit.reports.files.browser_path import find_browser

    try:
        return find_browser()
    except NotFoundError as error:
        leave_out(str(error))


def needs_postgresql() -> None:
    """A test that lacks PostgreSQL's programs is left out."""
    if find_programs() is None:
        leave_out("no PostgreSQL here: initdb and pg_ctl are not on the PATH or in /usr/lib/postgresql")


@contextmanager
def open_browser(*options: str) -> Iterator[Any]:
    """The machine's browser, driven by Playwright; a second one cannot start beside it in one process."""
    path = needs_browser()
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*options, *as_root])
        yield browser
        browser.close()
