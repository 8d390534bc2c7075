"""Scoring one inspection, and many in memory, against what one would write by hand.

Run ``python benchmarks/scoring.py [--json FILE]``. By hand means the counts by question and the scores of
questions, criteria, sections and the overall score, with the weights at hand; no checks, no missing answers,
no explanation.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import pandas as pd
from results import give_results, take_arguments
from timing import ROOT, median_seconds

from esi_toolkit import load_framework, load_inspection, score
from esi_toolkit.data.framework import Framework
from esi_toolkit.method.score_cases import score_cases

AREA = ROOT / "data" / "sample" / "county-durham"
LIMIT_MS, MANY, TIMES = 20.0, 150, 15


def weights_of(framework: Framework) -> pd.DataFrame:
    """What hand-written code would keep in a table: each question with the weights above it."""
    rows = [
        (q.id, q.weight, c.id, framework.importance[c.importance or ""], s.id, s.weight)
        for s in framework.sections
        for c in s.criteria
        for q in c.questions
    ]
    columns = ["question", "weight", "criterion", "importance", "section", "share"]
    return pd.DataFrame(rows, columns=columns)


def by_pandas(answers: pd.DataFrame, weights: pd.DataFrame, values: dict) -> pd.Series:
    """Overall scores by area, by pandas as one would write it."""
    value = answers["judgement"].map(values)
    questions = value.groupby([answers["area"], answers["question"]]).mean().mul(100).rename("score")
    table = questions.reset_index().merge(weights, on="question").dropna(subset=["score"])
    criteria = _mean(table, ["area", "section", "share", "criterion", "importance"], "weight")
    sections = _mean(criteria, ["area", "section", "share"], "importance")
    return _mean(sections, ["area"], "share").set_index("area")["score"]


def _mean(table: pd.DataFrame, by: list[str], weight: str) -> pd.DataFrame:
    product = table.assign(product=table["score"] * table[weight])
    sums = product.groupby(by, as_index=False)[["product", weight]].sum()
    return sums.assign(score=sums["product"] / sums[weight])[[*by, "score"]]


BY_SQL = """
    WITH questions AS (
        SELECT area, section, share, criterion, importance, question, weight, 100 * avg(value) AS score
        FROM answers JOIN points USING (judgement) JOIN weights USING (question) GROUP BY ALL),
    criteria AS (
        SELECT area, section, share, criterion, importance, sum(score * weight) / sum(weight) AS score
        FROM questions WHERE score IS NOT NULL GROUP BY ALL),
    sections AS (
        SELECT area, section, share, sum(score * importance) / sum(importance) AS score
        FROM criteria GROUP BY ALL)
    SELECT area, sum(score * share) / sum(share) AS score FROM sections GROUP BY area ORDER BY area"""


def main() -> int:
    """Print the table; 1 where a limit is missed."""
    import duckdb

    given = take_arguments(__doc__.splitlines()[0]).parse_args()
    framework = load_framework("esi")
    inspection = load_inspection(AREA, framework)
    weights, values = weights_of(framework), dict(framework.judgements)
    one = inspection.judgements.assign(area="area-000")
    one = one.loc[one["counts"], ["area", "case_id", "question", "judgement"]]
    many = pd.concat([one.assign(area=f"area-{i:03d}") for i in range(MANY)], ignore_index=True)
    connection = duckdb.connect()
    for name, table in {
        "answers": many,
        "weights": weights,
        "points": pd.DataFrame(
            [(w, v) for w, v in values.items() if v is not None], columns=["judgement", "value"]
        ),
    }.items():
        connection.register(f"{name}_frame", table)
        connection.sql(f"CREATE TABLE {name} AS SELECT * FROM {name}_frame")
    ways = {
        ("one", "toolkit, with every trace and check"): lambda: score(framework, replace(inspection)),
        ("one", "pandas by hand"): lambda: by_pandas(one, weights, values),
        ("many", "toolkit, a pandas table"): lambda: score_cases(framework, many),
        ("many", "pandas by hand"): lambda: by_pandas(many, weights, values),
        ("many", "toolkit, a DuckDB table"): lambda: score_cases(framework, connection.table("answers")),
        ("many", "SQL by hand"): lambda: connection.sql(BY_SQL).df(),
    }
    overall = [_overall(score_cases(framework, many)), *_by_hand(many, weights, values, connection)]
    took = median_seconds({str(key): way for key, way in ways.items()}, TIMES)
    sizes = {"one": len(one), "many": len(many)}
    table = pd.DataFrame(
        [
            {"judgements": sizes[size], "way": way, "milliseconds": round(1000 * took[str((size, way))], 1)}
            for size, way in ways
        ]
    )
    alone = 1000 * took[str(("one", "toolkit, with every trace and check"))]
    findings = {
        f"{len(one):,} judgements: {alone:.1f} ms; allowed {LIMIT_MS:g}": alone < LIMIT_MS,
        "all three give the same overall scores": all(
            abs(other - overall[0]).max() < 1e-9 for other in overall[1:]
        ),
    }
    return give_results("scoring", table, {k: bool(v) for k, v in findings.items()}, given.json)


def _overall(scores: pd.DataFrame) -> pd.Series:
    return scores[scores["level"] == "overall"].set_index("area")["score"]


def _by_hand(many: pd.DataFrame, weights: pd.DataFrame, values: dict, connection) -> list[pd.Series]:
    return [by_pandas(many, weights, values), connection.sql(BY_SQL).df().set_index("area")["score"]]


if __name__ == "__main__":
    sys.exit(main())
