"""RESULTS.md and its chart, from what the scripts have measured."""

from __future__ import annotations

import json
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.reliability_page import describe_machine

HERE = Path(__file__).resolve().parent
MEASURED = HERE / "measured"
PAGE = HERE / "RESULTS.md"
CHART = HERE / "reports.svg"
QUESTIONS = {
    "reports": "How long do forty-two reports take?",
    "report_growth": "How do time and memory grow with the number of areas?",
    "scoring": "How long does scoring take, against what one would write by hand?",
    "large_data": "How do time and memory grow with the number of judgements?",
    "start_up": "How long does it take to start?",
    "panel_update": "How long does the panel take to answer a change?",
    "bootstrap_speed": "How long does the bootstrap take, against scipy?",
    "survey_package": "Do the standard errors agree with R's survey package?",
    "interval_coverage": "How often do the intervals hold the true value?",
}
"""Each script beside this file, in the order of the page."""
PACKAGES = ("pandas", "duckdb", "plotly", "papermill", "nbconvert", "dask")
HEAD = """# Speed: last figures

Made by `python -m benchmarks`. What is compared was run in turns on one machine: read the ratios, since
seconds are those of that machine. What each row does stands at the head of the script of that name.
"""


def write_page(page: Path = PAGE) -> Path:
    """Write the page and its chart from the figures of all scripts that have been run."""
    found = {name: _read(MEASURED / f"{name}.json") for name in QUESTIONS}
    parts = [HEAD, f"{describe_machine()}; {_versions()}.\n"]
    for name, measured in found.items():
        if measured is None:
            continue
        parts.append(f"## {QUESTIONS[name]}\n")
        if name == "reports":
            CHART.write_text(draw_reports(measured["rows"]), encoding="utf-8", newline="\n")
            parts.append(f"![{reports_title(measured['rows'])}]({CHART.name})\n")
        parts += [to_table(measured["rows"]), to_list(measured["findings"]), f"`benchmarks/{name}.py`\n"]
    page.write_text("\n".join(parts), encoding="utf-8", newline="\n")
    return page


def _read(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _versions() -> str:
    return ", ".join(f"{package} {version(package)}" for package in PACKAGES)


def to_table(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table; numbers to the right."""
    names = list(rows[0])
    rules = ["---" if isinstance(rows[0][name], str) else "---:" for name in names]
    lines = [names, rules, *([_say(row[name]) for name in names] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _say(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def to_list(findings: dict[str, bool]) -> str:
    """What must hold, and whether it does, as a Markdown list."""
    return "".join(
        f"- {words}: {'holds' if holds else '**does not hold**'}\n" for words, holds in findings.items()
    )


def reports_title(rows: list[dict[str, Any]]) -> str:
    """What the chart finds."""
    return (
        f"esi batch makes 42 reports {rows[1]['times faster']:.0f} times faster than papermill and nbconvert"
    )


def draw_reports(rows: list[dict[str, Any]]) -> str:
    """Seconds of each way as bars, in SVG."""
    longest = max(row["seconds for 42"] for row in rows)
    bars = []
    for number, row in enumerate(rows):
        top, seconds = 74 + 56 * number, row["seconds for 42"]
        width = max(560 * seconds / longest, 1)
        label, said = escape(row["way"].replace("`", "")), f"{seconds:,.1f} s"
        bars.append(
            f'<text x="16" y="{top}">{label}</text>'
            f'<rect x="16" y="{top + 8}" width="{width:.1f}" height="20" fill="#12436D"/>'
            f'<text x="{width + 24:.1f}" y="{top + 23}">{said}</text>'
        )
    height, title = 74 + 56 * len(rows), escape(reports_title(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {height}" role="img" aria-label="{title}" '
        f'font-family="Arial, sans-serif" font-size="14" fill="#222222">\n'
        f'<rect width="680" height="{height}" fill="#ffffff"/>\n'
        f'<text x="16" y="30" font-size="16" font-weight="bold">{title}</text>\n'
        f'<text x="16" y="50" fill="#595959">Seconds for executed notebook and page of 42 areas</text>\n'
        + "\n".join(bars)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    print(write_page())
