"""The papermill engine "esi": cells run in this process, and give the notebook that a kernel would give.

``papermill --engine esi IN.ipynb OUT.ipynb`` works where the package is installed. This module loads
papermill only when it is used, because papermill, when it loads, looks for its engines here.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

NAME = "esi"


def register() -> None:
    """Make the engine known to papermill, also where the package is used without being installed."""
    # A checker of addresses that nbformat would load takes a second and is never needed here.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from papermill.engines import papermill_engines

    papermill_engines.register(NAME, WarmEngine)


class WarmEngine:
    """What papermill asks of an engine, handed on to one that is made when papermill has loaded."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook; see `run_cells` for what becomes of the options."""
        return _engine().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel that the notebook names."""
        return _engine().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language that the notebook names."""
        return _engine().nb_language(nb, language)


@cache
def _engine() -> Any:
    from papermill.engines import Engine

    class InProcessEngine(Engine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            return run_cells(nb_man, **options)

    return InProcessEngine


def run_cells(
    nb_man: Any,
    *,
    execution_timeout: float | None = None,
    start_timeout: float | None = None,
    input_path: Any = None,
    **options: Any,
) -> Any:
    """Run the cells of the notebook that papermill holds.

    Parameters
    ----------
    nb_man : papermill.engines.NotebookExecutionManager
        Holds the notebook, and is told of each cell.
    execution_timeout, start_timeout, input_path
        Ignored. A cell cannot be stopped from its own process: give the process a time limit instead.
    options
        Passed to nbclient, for example ``on_cell_execute``.

    Returns
    -------
    NotebookNode
        The notebook with its outputs; an error ends it and stands in it.

    Raises
    ------
    RuntimeError
        The process has a kernel already.
    """
    from papermill.clientwrap import PapermillNotebookClient

    from esi_toolkit.reports.engine.kernel import in_process_kernel

    with in_process_kernel() as manager:
        return PapermillNotebookClient(nb_man, km=manager, **options).execute()
