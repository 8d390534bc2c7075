"""Make the README's pictures from the sample areas: ``python docs/make_pictures.py``.

Needs the test extra (Playwright) and a Chromium, Chrome or Edge on this machine.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from esi_toolkit.data.files import project_folder
from esi_toolkit.reports.run import run_comparison, run_report

HERE = Path(__file__).parent
SHOTS = {"report": ("county-durham/report.html", 1000), "comparison": ("comparison/report.html", 1250)}
BROWSERS = ("chromium", "google-chrome", "chrome", "msedge")


def main() -> None:
    """Write one picture for each page."""
    from playwright.sync_api import sync_playwright

    browser_path = next(path for name in BROWSERS if (path := shutil.which(name)))
    sample = project_folder("data/sample")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run_report(sample / "county-durham", folder)
        run_comparison(sample, folder)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for name, (page, height) in SHOTS.items():
            tab = browser.new_page(viewport={"width": 1200, "height": height})
            tab.goto((Path(folder) / page).as_uri())
            tab.wait_for_timeout(1500)
            tab.screenshot(path=HERE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
