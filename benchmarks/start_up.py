"""How long `esi` and ``import esi_toolkit`` take to start, against Python itself and pandas.

Run ``python benchmarks/start_up.py [--json FILE]``. Each figure is the median of several processes.
"""

from __future__ import annotations

import sys
from statistics import median

import pandas as pd
from results import give_results, take_arguments
from timing import run

TIMES = 7
SCORING = "from esi_toolkit import load_framework, load_inspection, score"
LIMIT = 0.3
WAYS: dict[str, list[str]] = {
    "Python itself": [sys.executable, "-c", "pass"],
    "import pandas": [sys.executable, "-c", "import pandas"],
    "import esi_toolkit": [sys.executable, "-c", "import esi_toolkit"],
    "import esi_toolkit and pandas": [sys.executable, "-c", "import esi_toolkit, pandas"],
    "… and all that scores an area": [sys.executable, "-c", f"import pandas; {SCORING}"],
    "esi --help": ["esi", "--help"],
}


def main() -> int:
    """Print the table; 1 where a limit is missed."""
    given = take_arguments(__doc__.splitlines()[0]).parse_args()
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(TIMES):
        for name, words in WAYS.items():
            found[name].append(run(*words).seconds)
    took = {name: median(seconds) for name, seconds in found.items()}
    over = took["… and all that scores an area"] - took["import pandas"]
    findings = {
        f"all that scores an area: {over:.2f} s over pandas; allowed {LIMIT}": over < LIMIT,
        f"esi --help: {took['esi --help']:.2f} s; allowed {LIMIT}": took["esi --help"] < LIMIT,
    }
    table = pd.DataFrame([{"what": name, "seconds": round(seconds, 3)} for name, seconds in took.items()])
    return give_results("start_up", table, findings, given.json)


if __name__ == "__main__":
    sys.exit(main())
