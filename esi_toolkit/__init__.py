"""esi_toolkit: from inspectors' judgements to a scored, charted, published report.

The front door: names only. What is heavy loads on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from esi_toolkit.data.files import list_areas, list_frameworks, load_framework, load_inspection
    from esi_toolkit.data.register import open_register
    from esi_toolkit.method.explain import explain
    from esi_toolkit.method.moderate import moderate
    from esi_toolkit.method.score import score
    from esi_toolkit.present import charts, tables, widgets
    from esi_toolkit.present.widgets import ModerationPanel
    from esi_toolkit.reports.running.batch import run_batch
    from esi_toolkit.reports.running.run import run_comparison, run_report
    from esi_toolkit.statistics.reconcile import reconcile

_ROOMS = {
    "load_framework": "data.files",
    "load_inspection": "data.files",
    "list_frameworks": "data.files",
    "list_areas": "data.files",
    "open_register": "data.register",
    "score": "method.score",
    "moderate": "method.moderate",
    "explain": "method.explain",
    "reconcile": "statistics.reconcile",
    "ModerationPanel": "present.widgets",
    "run_report": "reports.running.run",
    "run_batch": "reports.running.batch",
    "run_comparison": "reports.running.run",
}
"""The module in which each name stands."""
_MODULES = {name: f"esi_toolkit.present.{name}" for name in ("charts", "tables", "widgets")}
"""What is let through as a whole."""

__all__ = [
    "ModerationPanel",
    "charts",
    "explain",
    "list_areas",
    "list_frameworks",
    "load_framework",
    "load_inspection",
    "moderate",
    "open_register",
    "reconcile",
    "run_batch",
    "run_comparison",
    "run_report",
    "score",
    "tables",
    "widgets",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name not in _ROOMS:
        raise AttributeError(f"module 'esi_toolkit' has no attribute {name!r}")
    return getattr(importlib.import_module(f"esi_toolkit.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS, *_MODULES})
