"""Scores and their standard errors beside those of R's survey package, on the same cases.

Run ``python benchmarks/survey_package.py [AREA] [--csv FILE] [--json FILE]``; needs Rscript and the survey
package (Debian: r-cran-survey). R gets the answers as numbers and what share each question has in each score,
worked out here by hand from the framework, and has its own way to linearise (svytotal, svycontrast) and to
resample (as.svrepdesign, Rao and Wu's bootstrap, which is ours too). R discards a resample in which a
question concerns no case; the toolkit leaves the question's weight to the others, as the method does.
``survey_package.csv`` is the table of the last comparison.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from results import give_results, take_arguments

from esi_toolkit import load_framework, load_inspection
from esi_toolkit.statistics.resampling.answers import CaseAnswers, case_answers, scored_questions
from esi_toolkit.statistics.resampling.bootstrap import bootstrap_scores
from esi_toolkit.statistics.resampling.bootstrap_intervals import bootstrap_intervals

ROOT = Path(__file__).resolve().parent.parent
REPLICATES = 10_000
WITHIN = 0.05
"""How far a standard error may be from R's."""


def shares_of(framework) -> Iterator[tuple[str, str, float]]:
    """Score, question, and the question's share in it, where every question has an answer."""
    scored = [(s, [c for c in s.criteria if c.scored_by == "judgements"]) for s in framework.sections]
    whole = sum(section.weight or 0 for section, _ in scored)
    for section, criteria in scored:
        importance = sum(framework.importance[criterion.importance] for criterion in criteria)
        for criterion in criteria:
            total = sum(question.weight for question in criterion.questions)
            of_section = framework.importance[criterion.importance] / importance
            for question in criterion.questions:
                own = question.weight / total
                yield criterion.id, question.id, own
                yield section.id, question.id, own * of_section
                yield "overall", question.id, own * of_section * (section.weight or 0) / whole


def write_for_r(folder: Path, framework, answers: CaseAnswers) -> tuple[Path, Path]:
    """Cases x questions, and the shares."""
    column = {question: i for i, question in enumerate(scored_questions(framework))}
    columns = {
        f"{kind}{i}": matrix[:, i]
        for kind, matrix in (("p", answers.positive), ("r", answers.relevant))
        for i in range(len(column))
    }
    cases = pd.DataFrame({"case_id": answers.case_ids, "stratum": answers.strata, **columns})
    shares = pd.DataFrame(shares_of(framework), columns=["part", "question", "share"])
    numbers = shares["question"].map(column).astype("str")
    shares = shares.assign(positive="p" + numbers, relevant="r" + numbers)
    files = folder / "answers.csv", folder / "shares.csv"
    cases.to_csv(files[0], index=False)
    shares[shares["share"] > 0].to_csv(files[1], index=False)
    return files


def by_r(framework, answers: CaseAnswers) -> pd.DataFrame:
    """What R finds; index part."""
    with tempfile.TemporaryDirectory() as folder:
        files, out = write_for_r(Path(folder), framework, answers), Path(folder) / "out.csv"
        script = Path(__file__).with_suffix(".R")
        subprocess.run(["Rscript", script, *files, str(REPLICATES), out], check=True)
        return pd.read_csv(out).set_index("part").add_prefix("R ")


def main() -> int:
    """Print the table; 1 where a limit is missed."""
    parser = take_arguments(__doc__.splitlines()[0])
    parser.add_argument("area", nargs="?", type=Path, default=ROOT / "data" / "sample" / "county-durham")
    parser.add_argument("--csv", type=Path, help="also write the table into this file")
    given = parser.parse_args()
    framework = load_framework("esi")
    inspection = load_inspection(given.area, framework)
    tables = inspection.cases, inspection.judgements
    theirs = by_r(framework, case_answers(framework, *tables))
    found = bootstrap_intervals(bootstrap_scores(framework, *tables, seed=1, replicates=REPLICATES))
    ours = found.set_index("code")[["score", "linearised", "standard_error"]]
    table = ours.rename(columns={"standard_error": "bootstrap"}).join(theirs)
    ratios = {f"{way} / R": table[way] / table[f"R {way}"] for way in ("linearised", "bootstrap")}
    apart = (table["score"] - table["R score"]).abs().max()
    table = table.assign(**ratios).round(4).rename_axis("score of").reset_index()
    if given.csv:
        table.to_csv(given.csv, index=False, lineterminator="\n")
    findings = {f"scores are equal (largest difference {apart:.1g})": bool(apart < 1e-9)} | {
        f"{name}: every standard error within {WITHIN:.0%} ({ratio.min():.3f} to {ratio.max():.3f})": bool(
            (ratio - 1).abs().max() < WITHIN
        )
        for name, ratio in ratios.items()
    }
    return give_results("survey_package", table, findings, given.json)


if __name__ == "__main__":
    sys.exit(main())
