"""How long a kernel is busy with one change in the lead inspector's panel, with 140 cases.

Run ``python benchmarks/panel_update.py [TIMES] [--json FILE]``. A real kernel makes the panel; each change is
the message that a browser would send, and its time is what lies between the kernel's own "busy" and "idle".
Quote the ratios: each change against scoring the same area once.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from results import give_results, take_arguments

ROOT = Path(__file__).resolve().parent.parent
CASES = 140
LIMIT = 100.0
"""Milliseconds."""

SETUP = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
import json, time
from dataclasses import replace
import pandas as pd
from esi_toolkit import load_framework, load_inspection, score
from esi_toolkit.present.widgets import ModerationPanel

framework = load_framework("esi")
sample = load_inspection({str(ROOT / "data" / "sample" / "county-durham")!r}, framework)

def again(table):
    more = sample.cases["case_id"].iloc[: {CASES} - len(sample.cases)]
    rows = table[table["case_id"].isin(more)]
    return pd.concat([table, rows.assign(case_id="again " + rows["case_id"])], ignore_index=True)

inspection = replace(sample, cases=again(sample.cases), judgements=again(sample.judgements))
"""

PANEL = """
def controls(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from controls(child)

panel = ModerationPanel(inspection, framework)
found = {}
for tab, view in enumerate(panel.tabs.children):
    panel.tabs.selected_index = tab
    found |= {control.description: (tab, control.model_id) for control in controls(view)
              if getattr(control, "description", "")}
print(json.dumps({"cases": len(inspection.cases), "tabs": panel.tabs.model_id, "controls": found}))
"""

CHANGES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "level of an item": ("A1.1", [{"index": 0}, {"index": 2}]),
    "question left out": ("leave B1.2 out", [{"value": True}, {"value": False}]),
    "weight of a question": ("weight of B1.1", [{"value": 2.0}, {"value": 3.0}]),
    "criterion left out": ("leave D1 out", [{"value": True}, {"value": False}]),
    "importance of a criterion": ("importance of B4", [{"index": 0}, {"index": 1}]),
    "weight of a section": ("B Quality of Assessment", [{"value": 40.0}, {"value": 50.0}]),
    "what importance weighs": ("criteria that are critical", [{"value": 3.0}, {"value": 4.0}]),
    "cases of one order type left out": ("prison licence", [{"value": False}, {"value": True}]),
    "cases of one risk of harm left out": ("very high", [{"value": False}, {"value": True}]),
    "area assessors' cases left out": ("area assessor", [{"value": False}, {"value": True}]),
}
"""What is changed: the control's label (its beginning), and two states to go between."""


class Kernel:
    """A kernel of its own, and how long it is busy with a message."""

    def __init__(self) -> None:
        from jupyter_client.manager import start_new_kernel

        self._manager, self._client = start_new_kernel(kernel_name="python3")

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, code: str) -> tuple[str, float]:
        """Run code: what it printed, and the milliseconds."""
        return self._busy(self._client.execute(code))

    def change(self, model: str, state: dict[str, Any]) -> float:
        """Send a widget's new state, as a browser does: milliseconds."""
        content = {"comm_id": model, "data": {"method": "update", "state": state, "buffer_paths": []}}
        message = self._client.session.msg("comm_msg", content)
        self._client.shell_channel.send(message)
        return self._busy(message["header"]["msg_id"])[1]

    def _busy(self, sent: str) -> tuple[str, float]:
        printed, began = "", None
        while True:
            message = self._client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            if message["msg_type"] == "stream":
                printed += content["text"]
            if content.get("execution_state") == "busy":
                began = message["header"]["date"]
            if content.get("execution_state") == "idle" and began is not None:
                return printed, (message["header"]["date"] - began).total_seconds() * 1000


def measure(times: int) -> tuple[int, float, dict[str, list[float]]]:
    """Number of cases, milliseconds of one scoring, and milliseconds of each change, `times` times."""
    kernel = Kernel()
    try:
        kernel.run(SETUP)
        panel = json.loads(kernel.run(PANEL)[0])
        scorings = [kernel.run("score(framework, inspection)")[1] for _ in range(times)]
        changes = {}
        for name, (label, states) in CHANGES.items():
            tab, control = next(at for words, at in panel["controls"].items() if words.startswith(label))
            kernel.change(panel["tabs"], {"selected_index": tab})
            changes[name] = [kernel.change(control, states[i % 2]) for i in range(times)]
        return panel["cases"], statistics.median(scorings), changes
    finally:
        kernel.close()


def main() -> int:
    """Print the table; 1 when a median lies above the limit."""
    parser = take_arguments(__doc__.splitlines()[0])
    parser.add_argument("times", nargs="?", type=int, default=30, help="how often each change is made")
    given = parser.parse_args()
    cases, scoring, changes = measure(given.times)
    rows = [
        {
            "change": name,
            "least, ms": round(min(values), 1),
            "median, ms": round(statistics.median(values), 1),
            "slowest, ms": round(max(values), 1),
            "of scoring once": round(statistics.median(values) / scoring, 1),
        }
        for name, values in changes.items()
    ]
    table = pd.DataFrame(rows)
    slowest = table["median, ms"].max()
    findings = {f"{cases} cases: every change within {slowest:.0f} ms; allowed {LIMIT:.0f}": slowest <= LIMIT}
    return give_results("panel_update", table, {key: bool(v) for key, v in findings.items()}, given.json)


if __name__ == "__main__":
    sys.exit(main())
