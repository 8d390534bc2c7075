"""What can stand beside a report's page: the page as a PDF, and its tables as a spreadsheet and CSV files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from esi_toolkit.errors import Problem, RunError, suggest

PDF, SPREADSHEET = "pdf", "spreadsheet"
FORMATS = (PDF, SPREADSHEET)
_FILES = {PDF: "report.pdf", SPREADSHEET: "tables.xlsx"}
_NAMES = {PDF: "PDF", SPREADSHEET: "Spreadsheet"}


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats that are asked for, if this machine can make them; said before anything is made.

    Raises
    ------
    RunError
        There is no such format.
    NotFoundError
        A PDF is asked for and there is no browser.
    """
    wanted = tuple(dict.fromkeys(formats))
    for name in wanted:
        if name not in FORMATS:
            fix = suggest(name, FORMATS, "leave it out")
            raise RunError(Problem("formats", f"'{name}'", " or ".join(FORMATS), fix))
    if PDF in wanted:
        from esi_toolkit.reports.files.browser_path import find_browser

        find_browser()
    return wanted


def list_files(formats: Iterable[str]) -> dict[str, str]:
    """Names for a page to link its other formats by, and their files.

    Examples
    --------
    >>> list_files(["spreadsheet"])
    {'Spreadsheet': 'tables.xlsx'}
    """
    return {_NAMES[name]: _FILES[name] for name in formats}


def write_formats(formats: Iterable[str], notebook: Any, report: Path, **source: str) -> None:
    """Write what is asked for into a report's folder.

    Parameters
    ----------
    formats : iterable of str
        Some of `FORMATS`.
    notebook : NotebookNode
        The executed notebook, of which the PDF is made.
    report : Path
        The report's folder; the folder above it takes what is only needed meanwhile.
    **source
        What `esi_toolkit.reports.pages.area_page.open_page` is to be called with for the tables.
    """
    if PDF in formats:
        from esi_toolkit.reports.files.pdf import write_pdf
        from esi_toolkit.reports.pages.export import to_page

        # The page beside the PDF looks for its script where the finished report will stand.
        page = report.parent / "printed.html"
        page.write_text(to_page(notebook, assets=""), encoding="utf-8", newline="\n")
        write_pdf(page, report / _FILES[PDF], scratch=report.parent)
    if SPREADSHEET in formats:
        from esi_toolkit.reports.files.csv_tables import FOLDER, write_csv_tables
        from esi_toolkit.reports.files.spreadsheet import write_spreadsheet
        from esi_toolkit.reports.pages.area_page import open_page

        area = open_page(**source)
        write_spreadsheet(area, report / _FILES[SPREADSHEET])
        write_csv_tables(area, report / FOLDER)
