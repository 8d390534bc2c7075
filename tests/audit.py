"""Whether any pinned version has a known weakness: ``make audit``, or ``python -m tests.audit``.

pip-audit asks the advisory database about every line of constraints.txt. A version that it could not ask
about is a failure of the audit, never a pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (
    sys.executable, "-m", "pip_audit", "--requirement", "constraints.txt", "--no-deps", "--disable-pip",
    "--strict", "--format", "json", "--progress-spinner", "off",
)  # fmt: skip
CLEAN, WEAK, NOT_DONE = 0, 1, 2


def audit(command: Sequence[str] = COMMAND) -> tuple[int, list[str]]:
    """Run pip-audit; exit code and lines to print."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return NOT_DONE, _not_done(done.stderr)
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if skipped or not found:
        return NOT_DONE, _not_done(f"no answer about {', '.join(skipped) or 'anything'}")
    weak = [_say_weakness(one, flaw) for one in found for flaw in one["vulns"]]
    return (WEAK, weak) if weak else (CLEAN, [f"{len(found)} pinned packages, none with a known weakness"])


def _say_weakness(package: dict, flaw: dict) -> str:
    mended = ", ".join(flaw["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {flaw['id']}, mended in {mended}"


def _not_done(said: str) -> list[str]:
    reason = next((line for line in reversed(said.splitlines()) if line.strip()), "nothing said")
    return [
        "The audit could not be done: not every pinned package could be looked up in the advisory database.",
        f"pip-audit: {reason.strip()}",
        "It needs the network, and an index that answers about advisories (a mirror of files does not).",
    ]


if __name__ == "__main__":
    code, lines = audit()
    print("\n".join(lines), file=sys.stderr if code == NOT_DONE else sys.stdout)
    sys.exit(code)
