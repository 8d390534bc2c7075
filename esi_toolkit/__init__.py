"""esi_toolkit: from inspectors' judgements to a scored, charted, published report.

The front door: names only. What is heavy loads on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from esi_toolkit.data.files import list_areas, list_frameworks, load_framework, load_inspection
    from esi_toolkit.method.explain import explain
    from esi_toolkit.method.score import score
    from esi_toolkit.present.widgets import ModerationPanel
    from esi_toolkit.statistics.reconcile import reconcile

_ROOMS = {
    "load_framework": "data.files",
    "load_inspection": "data.files",
    "list_frameworks": "data.files",
    "list_areas": "data.files",
    "score": "method.score",
    "explain": "method.explain",
    "ModerationPanel": "present.widgets",
    "reconcile": "statistics.reconcile",
}

__all__ = [
    "ModerationPanel",
    "explain",
    "list_areas",
    "list_frameworks",
    "load_framework",
    "load_inspection",
    "reconcile",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'esi_toolkit' has no attribute {name!r}")
    return getattr(importlib.import_module(f"esi_toolkit.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS})
