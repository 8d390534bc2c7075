"""Make the sample data again: County Durham from its published figures, six further areas from nothing.

    python data/sample/calibrate.py            # into this folder
    python data/sample/calibrate.py --out DIR  # somewhere else, to compare

The same bytes come out every time. County Durham's case-level judgements are invented, but so that every
published percentage, count and criterion score follows from them; ``published/`` holds the figures and
``calibration.csv`` the numbers of cases chosen where the report prints none. A choice that does not give the
printed figure stops the script.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.sample_cases import pick, stream, yes_no
from esi_toolkit.data.sample_judgements import (
    NOT_ASKED,
    answer_exactly,
    answers_of,
    draw_propensities,
    find_all_asked,
)
from esi_toolkit.data.sample_results import (
    Profile,
    assess_twice,
    draw_assessors,
    interleave,
    to_table,
)
from esi_toolkit.data.samples import Tables, simulate_area, write_area

HERE = Path(__file__).parent
SEED = 2004
FAMILY_GROUP = "medium-sized, higher density"
# Printed as its opposite, so that it has no row in published/questions.csv: deterioration in 4% of cases.
PRINTED_AS_OPPOSITE = {("esi", "D1.8"): "96"}

FORCED = 100.0  # more than any propensity: decides the answer where it is known

FURTHER_AREAS = {
    "Aldermoor": Profile(care=-0.65, followed_up=True),
    "Brackenfold": Profile(
        care=-0.1,
        unanswered=0.12,
        silent_cases=4,
        nothing_relevant=("D2",),
        no_evidence=("A4", "A5.2", "D3.1", "D3.4"),
    ),
    "Coldermere": Profile(cases=140, care=0.1, followed_up=True),
    "Dunholt": Profile(care=0.05, level="criterion scores"),
    "Eskermarsh": Profile(care=-0.3, level="question counts"),
    "Fenwater": Profile(
        care=0.6,
        shares={
            "gender": {"male": 0.96, "female": 0.04},
            "ethnicity": {"white": 0.97, "minority ethnic": 0.03},
            "disability": {"yes": 0.04, "no": 0.96},
        },
    ),
}
WITH_THEMATIC = ("Aldermoor", "Brackenfold", "Coldermere", "Fenwater")


def main(arguments: list[str] | None = None) -> None:
    """Write every area that is made by script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write into (default: this one)")
    out = parser.parse_args(arguments).out
    esi, dv = load_framework("esi"), load_framework("esi-dv")
    write_area(out / "county-durham", make_county_durham(esi, dv))
    for number, (name, profile) in enumerate(FURTHER_AREAS.items(), start=1):
        area = simulate_area(
            esi,
            seed=SEED + number,
            name=name,
            thematic=[dv] if name in WITH_THEMATIC else [],
            family_group=FAMILY_GROUP,
            profile=profile,
        )
        write_area(out / name.lower(), area)


def make_county_durham(esi: Framework, dv: Framework) -> Tables:
    """County Durham's tables: published figures as published, cases and judgements calibrated to them."""
    cases = make_cases()
    element = answer_all(dv, cases, read_targets(dv))
    main_answers = answer_all(esi, cases, read_targets(esi), element)
    tables: Tables = {"cases.csv": cases}
    for framework, answered, folder in ((esi, main_answers, ""), (dv, element, f"{dv.id}/")):
        tables[f"{folder}judgements.csv"] = write_down(framework, cases, answered)
        tables[f"{folder}published.csv"] = published_values(framework)
    performance = read_published("performance.csv").rename(columns={"counts_for_A1": "counts_for"})
    tables["performance.csv"] = performance.assign(
        counts_for=performance["counts_for"].map({"yes": "A1", "no": ""})
    )
    tables["feedback.csv"] = read_published("offender_feedback.csv")
    for name in ("context.csv", "criminogenic_factors.csv", "oasys_reassessment.csv", "reconviction.csv"):
        tables[name] = read_published(name)
    return tables


# What was published, and what was chosen beside it


def read_published(name: str) -> pd.DataFrame:
    """One table of the published figures, every cell as printed."""
    return pd.read_csv(HERE / "published" / name, dtype=str, keep_default_na=False)


def published_questions(framework: Framework) -> pd.DataFrame:
    """Published question figures with the framework's codes, which number them in the order of the report."""
    table = read_published("questions.csv")
    table = table[table["framework"] == framework.id]
    place = table.groupby("criterion").cumcount() + 1
    return table.assign(question=table["criterion"] + "." + place.astype(str))


def published_values(framework: Framework) -> pd.DataFrame:
    """published.csv: code and value of every figure that was printed."""
    criteria = read_published("criteria.csv")
    criteria = criteria[criteria["framework"] == framework.id]
    codes = (
        criteria["criterion"].where(criteria["criterion"] != "", criteria["section"]).replace("", "overall")
    )
    rows = list(zip(codes, criteria["published"], strict=True))
    for row in published_questions(framework).itertuples():
        if row.n_relevant:
            rows.append((row.question, f"{row.n_positive}/{row.n_relevant}"))
        elif row.percent_positive:
            rows.append((row.question, row.percent_positive))
    rows += [(code, value) for (owner, code), value in PRINTED_AS_OPPOSITE.items() if owner == framework.id]
    return pd.DataFrame(rows, columns=["code", "value"])


def read_targets(framework: Framework) -> pd.DataFrame:
    """Relevant and positive cases of every question, checked against all that was printed.

    Raises
    ------
    ValueError
        A choice in calibration.csv that does not give a printed figure.
    """
    table = pd.read_csv(HERE / "calibration.csv", dtype=str, keep_default_na=False)
    targets = table[table["framework"] == framework.id].set_index("question")
    targets = targets.astype({"relevant": int, "positive": int})
    if list(targets.index) != [question.id for question in framework.questions]:
        raise ValueError(
            f"calibration.csv and {framework.id}.yml do not name the same questions in the same order"
        )
    shares = {code: Fraction(row.positive, row.relevant) for code, row in targets.iterrows()}
    calculated = {code: 100 * share for code, share in shares.items()} | criterion_scores(framework, shares)
    for row in published_values(framework).itertuples():
        counted = f"{targets.positive.get(row.code)}/{targets.relevant.get(row.code)}"
        if row.code in calculated and row.value not in (counted, str(half_up(calculated[row.code]))):
            raise ValueError(
                f"{framework.id} {row.code}: printed {row.value}, calibrated {float(calculated[row.code])}"
            )
    return targets


def criterion_scores(framework: Framework, shares: dict[str, Fraction]) -> dict[str, Fraction]:
    """Exact criterion scores, so that no rounding of ours can hide a miss."""
    scores = {}
    for criterion in framework.criteria:
        weights = {question.id: Fraction(question.weight) for question in criterion.questions}
        if weights:
            total = sum(weight * shares[code] for code, weight in weights.items())
            scores[criterion.id] = 100 * total / sum(weights.values())
    return scores


def half_up(value: Fraction) -> int:
    """Whole percent, halves upwards, as the report prints."""
    return int(value + Fraction(1, 2))


# County Durham's cases and judgements


def make_cases() -> pd.DataFrame:
    """100 cases whose groups are as large as the published figures need them."""
    chance, everyone = stream(SEED, "county durham", "cases"), np.ones(100, dtype=bool)
    risk = chance.permutation(np.repeat(["low", "medium", "high", "very high"], [30, 41, 22, 7]))
    high = np.isin(risk, ["high", "very high"])
    very = risk == "very high"
    licence = pick(high, 9, chance) | pick(~high, 12, chance)
    punishment = pick(~high & ~licence, 22, chance)
    combined = pick(high & ~licence, 3, chance) | pick(~high & ~licence & ~punishment, 11, chance)
    treatment = pick(~licence & ~punishment & ~combined, 7, chance)
    dv = pick(high & licence, 1, chance) | pick(high & ~licence, 11, chance)
    dv |= pick(~high & licence, 1, chance) | pick(~high & ~licence & ~treatment, 10, chance)
    mappa = pick(high & dv, 6, chance) | pick(high & ~dv, 6, chance)
    protection = pick(high, 3, chance) | pick(~high & dv, 2, chance) | pick(~high & ~dv, 2, chance)
    order = np.select(
        [licence, punishment, combined, treatment],
        [
            "prison licence",
            "community punishment",
            "community punishment and rehabilitation",
            "drug treatment and testing",
        ],
        "community rehabilitation",
    )
    women = pick(dv, 1, chance) | pick(~dv, 12, chance)
    ages = np.repeat(["18-20", "21-25", "26-35", "36-49", "50 and over"], [17, 25, 32, 20, 6])
    columns = {
        "case_id": [f"CD{number:03d}" for number in range(1, 101)],
        "order_type": order,
        "risk_of_harm": risk,
        "assessor": np.where(pick(everyone, 33, chance), "area assessor", "inspector"),
        "gender": np.where(women, "female", "male"),
        "ethnicity": np.where(pick(~dv, 1, chance), "minority ethnic", "white"),
        "age_group": chance.permutation(ages),
        "disability": yes_no(pick(everyone, 11, chance)),
        "high_risk_register": yes_no(very | pick(high & ~very, 13, chance)),
        "enhanced_oversight": yes_no(high | protection),
        "child_protection": yes_no(protection),
        "mappa": yes_no(mappa),
        "programme_condition": yes_no(pick(~punishment & ~treatment, 23, chance)),
        "dv": yes_no(dv),
    }
    return pd.DataFrame(columns, dtype="str")


def answer_all(
    framework: Framework, cases: pd.DataFrame, targets: pd.DataFrame, element: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Answers with exactly the calibrated counts: cases by questions, as positions in the answer words.

    Where a question asks the same about a case as one of the thematic element, both get the same answer;
    where one fact implies another (what improved did not get worse), the second follows.
    """
    asked, not_applicable = find_all_asked(framework, cases), answers_of(framework).scored
    propensities = draw_propensities(framework, cases, SEED)
    answered = pd.DataFrame(index=cases.index)
    for column, (code, row) in enumerate(targets.iterrows()):
        ranking = propensities[:, column].copy()
        known = element[row.same_as_dv] if element is not None and row.same_as_dv else None
        if known is not None:
            ranking += FORCED * (is_positive(framework, known) - is_negative(framework, known).astype(float))
        if row.implied_by:
            ranking += FORCED * is_positive(framework, answered[row.implied_by])
        first = None if known is None or row.same_cases else (known >= 0) & (known < not_applicable)
        relevant = concerned(
            asked[:, column], row.relevant, row.same_cases or f"{framework.id} {code}", first
        )
        best = int(row.excellent) if row.excellent else None
        scored = answer_exactly(framework, ranking, relevant, row.positive, best)
        answered[code] = np.where(relevant, scored, np.where(asked[:, column], not_applicable, NOT_ASKED))
    return answered


def is_positive(framework: Framework, answers: pd.Series) -> np.ndarray:
    """Which answers are positive."""
    return answers.between(0, len(answers_of(framework).positive) - 1).to_numpy()


def is_negative(framework: Framework, answers: pd.Series) -> np.ndarray:
    """Which answers are negative."""
    words = answers_of(framework)
    return answers.between(len(words.positive), words.scored - 1).to_numpy()


def concerned(asked: np.ndarray, count: int, name: str, first: pd.Series | None = None) -> np.ndarray:
    """Which of the asked cases a question concerns; questions of one name share the same order of cases.

    Cases marked as first come before all others.

    Raises
    ------
    ValueError
        Fewer cases are asked than the printed figure needs.
    """
    if count > asked.sum():
        raise ValueError(f"{name}: {count} relevant cases needed, {asked.sum()} asked")
    lot = stream(SEED, "county durham", name).uniform(size=len(asked))
    if first is not None:
        lot -= first.to_numpy()
    order = np.argsort(lot, kind="stable")
    relevant = np.zeros(len(asked), dtype=bool)
    relevant[[case for case in order if asked[case]][:count]] = True
    return relevant


def write_down(framework: Framework, cases: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """judgements.csv: eight cases are assessed by one assessor of each kind, the first answer counting."""
    table, chance = answered.to_numpy(dtype=np.int8), stream(SEED, "county durham", "twice")
    first, second = draw_assessors(framework, cases, SEED)
    kinds = [(cases["assessor"] == word).to_numpy() for word in framework.cases.assessor]
    twice = np.logical_or.reduce([pick(kind, 4, chance) for kind in kinds])
    again = assess_twice(framework, table, twice, SEED)
    return interleave(to_table(framework, cases, table, first), to_table(framework, cases, again, second))


if __name__ == "__main__":
    main()
