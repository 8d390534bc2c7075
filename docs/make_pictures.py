"""Make the README's pictures from the sample areas: ``python docs/make_pictures.py``.

Needs the test extra (Playwright, Voilà) and a Chromium, Chrome or Edge on this machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from esi_toolkit.data.files import project_folder
from esi_toolkit.reports.decide import record_decision
from esi_toolkit.reports.files.browser_path import find_browser
from esi_toolkit.reports.running.run import run_comparison, run_report

HERE = Path(__file__).parent
SHOTS = {
    "report": ("county-durham/report.html", "", 1000),
    "comparison": ("comparison/report.html", "h2[id^=family]", 1250),
}
"""Page, where on it the picture begins ("" for its top), and height."""
PANEL = {"width": 1280, "height": 1120}
REASON = "Three partnerships that were only planned in week one were at work by week two."


def main() -> None:
    """Write one picture for each page, and one of the panel."""
    from playwright.sync_api import sync_playwright

    sample = project_folder("data/sample")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run_report(sample / "county-durham", folder)
        run_comparison(sample, folder)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for name, (page, begins, height) in SHOTS.items():
            tab = browser.new_page(viewport={"width": 1200, "height": height})
            tab.goto((Path(folder) / page).as_uri())
            tab.wait_for_timeout(1500)
            if begins:
                tab.locator(begins).first.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
            tab.screenshot(path=HERE / f"{name}.png")
        with served_panel(Path(shutil.copytree(sample / "county-durham", f"{folder}/area"))) as address:
            picture_panel(browser, address)
        browser.close()


@contextmanager
def served_panel(area: Path) -> Iterator[str]:
    """The address of an area's panel, with one decision in its register."""
    record_decision(area, "A4", "Well met", reason=REASON, author="A. Inspector")
    command = [sys.executable, "-m", "esi_toolkit.cli", "panel", str(area), "--no-browser"]
    kept = {name: value for name, value in os.environ.items() if name != "ESI_REGISTER"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=kept) as server:
        printed = iter(server.stdout or ())
        yield next(found[0] for line in printed if (found := re.search(r"http://\S+", line)))
        server.terminate()


def picture_panel(browser: Any, address: str) -> None:
    """The panel with a what-if beside the official figures, and the decision that was taken."""
    context = browser.new_context(viewport=PANEL, device_scale_factor=1.15)
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(address)
    page.locator(".esi-panel .y2tick text").filter(has_text="Overall").wait_for()
    page.get_by_role("tab", name="Cases").click()
    page.get_by_label("area assessor").uncheck()
    page.get_by_role("tab", name="Ratings").click()
    page.get_by_label("Criterion").select_option("A2 Resource allocation")
    page.get_by_label("A2.1", exact=True).select_option("strong")
    page.get_by_label("Criterion").select_option("A4 Partnership/contracting out")
    page.get_by_text("1. A4: Well met (calculated: Satisfactorily met)").wait_for()
    page.locator(".ytick text").filter(has_text="A2 ▼ worse").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(2000)
    page.screenshot(path=HERE / "panel.png")


if __name__ == "__main__":
    main()
