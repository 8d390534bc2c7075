"""How a benchmark gives its results: a table to read and, asked with ``--json FILE``, the same as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd


def take_arguments(description: str) -> argparse.ArgumentParser:
    """A parser that knows ``--json FILE``; a benchmark adds what it needs beside."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, help="also write the results into this file")
    return parser


def give_results(name: str, table: pd.DataFrame, findings: dict[str, bool], out: Path | None) -> int:
    """Print the table and what it shows; write both where a file is named.

    Parameters
    ----------
    name : str
        Of the benchmark.
    table : DataFrame
        One row a thing measured.
    findings : dict of str to bool
        What must hold, in words, and whether it does.
    out : Path or None
        JSON file: name, findings and rows.

    Returns
    -------
    int
        Exit code: 0 where everything holds, else 1.
    """
    print(table.to_string(index=False, na_rep=""))
    for words, holds in findings.items():
        print(f"{'holds' if holds else 'DOES NOT HOLD'}: {words}")
    if out:
        rows = json.loads(table.to_json(orient="records"))
        content = {"name": name, "findings": findings, "rows": rows}
        out.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if all(findings.values()) else 1
