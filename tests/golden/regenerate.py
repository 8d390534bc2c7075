"""Write the scorecards of the sample areas anew, after a change that was meant to move them.

``python -m tests.golden.regenerate``, then read the difference with ``git diff tests/golden``: every line of
it is a figure that has moved, and belongs into CHANGELOG.md under "Changes to scores".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from esi_toolkit.data.files import load_area, load_framework, load_inspection
from esi_toolkit.method.score import score

GOLDEN = Path(__file__).resolve().parent
SAMPLE = GOLDEN.parents[1] / "data" / "sample"


def sample_scorecards() -> dict[str, dict[str, Any]]:
    """Name of the golden file to the scorecard as plain values, for each area and framework of the sample."""
    cards = {}
    for folder in sorted(path.parent for path in SAMPLE.glob("*/area.yml")):
        area = load_area(folder)
        for name in (area.framework, *area.thematic):
            framework = load_framework(name)
            card = score(framework, load_inspection(folder, framework)).to_json()
            # The hash is of bytes, the golden file of figures.
            cards[f"{area.id}.{name}.json"] = {
                key: value for key, value in card.items() if key != "input_hash"
            }
    return cards


def main() -> None:
    """Write every golden file, and delete those of areas that are gone."""
    cards = sample_scorecards()
    for path in GOLDEN.glob("*.json"):
        if path.name not in cards:
            path.unlink()
    for name, card in cards.items():
        text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
