"""Many areas and years at once: the same arithmetic as `method.score`, over one large table of judgements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.errors import InputError, Problem
from esi_toolkit.method.questions import count_answers

COUNTS = ["relevant", "positive", "not_applicable", "unanswered"]
COLUMNS = ["level", "code", "score", "weight", *COUNTS, "missing"]


def score_cases(framework: Framework, judgements: Any, *, by: Sequence[str] = ("area",)) -> pd.DataFrame:
    """Score every area (and year) in a table of judgements.

    Parameters
    ----------
    framework : Framework
        The rules.
    judgements : pandas, Polars or PyArrow table, DuckDB relation, Dask or Spark frame
        One row for each case and question asked, with the columns of ``by``, ``question`` and ``judgement``
        ("" or null where a question was asked and not answered). Each case and question once for each area.
    by : sequence of str
        Columns that name one inspection, for example ``("area", "year")``.

    Returns
    -------
    DataFrame
        Tidy, sorted by ``by`` and then in the framework's order: level (question, criterion, section,
        overall), code, score (0-100, unrounded, NaN where there is none), weight, the counts of questions,
        and missing: how many parts of positive weight had no score.

    Raises
    ------
    InputError
        Questions or answers that the framework does not know.

    Examples
    --------
    >>> from esi_toolkit import load_framework
    >>> rows = [("Durham", "B2.1", "sufficient"), ("Durham", "B2.1", "poor"), ("Durham", "B2.2", "excellent")]
    >>> answers = pd.DataFrame(rows, columns=["area", "question", "judgement"])
    >>> scores = score_cases(load_framework("esi"), answers)
    >>> scores.loc[scores["code"] == "B2.1", "score"].item()
    50.0
    """
    keys = list(by)
    counts = count_cases(framework, judgements, by=by)
    return aggregate_counts(framework, counts, keys)


def count_cases(framework: Framework, judgements: Any, *, by: Sequence[str] = ("area",)) -> pd.DataFrame:
    """The part of `score_cases` that reads all rows: counts by inspection and question.

    Counts of several tables can be put together with `add_counts`, so that the rows may lie on many machines.
    """
    counted = nw.from_native(count_answers(judgements, framework.judgements, by=(*by, "question")))
    if isinstance(counted, nw.LazyFrame):
        counted = counted.collect(backend="pandas")
    return counted.to_pandas().astype(dict.fromkeys([*COUNTS, "unknown"], "float64"))


def add_counts(tables: Sequence[pd.DataFrame], *, by: Sequence[str] = ("area",)) -> pd.DataFrame:
    """Counts of several parts of the same rows, as one."""
    together = pd.concat(tables, ignore_index=True)
    return together.groupby([*by, "question"], as_index=False, sort=False).sum()


def aggregate_counts(framework: Framework, counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Counts by inspection and question to scores at every level (rules 2 to 6).

    Parameters
    ----------
    framework : Framework
        The rules.
    counts : DataFrame
        As `count_cases` gives it.
    keys : list of str
        Columns that name one inspection.

    Returns
    -------
    DataFrame
        See `score_cases`.
    """
    _refuse_unknown(framework, counts)
    questions = _question_scores(framework, counts, keys)
    criteria = _mean_by(questions, keys, "criterion").merge(_criteria(framework), on="criterion", how="left")
    sections = _mean_by(criteria, keys, "section").merge(_sections(framework), on="section", how="left")
    overall = _mean_by(sections.assign(overall="overall"), keys, "overall")
    levels = {"question": questions, "criterion": criteria, "section": sections, "overall": overall}
    if sections["weight"].isna().all():
        levels.pop("overall")
    table = pd.concat([_as_level(part, level, keys) for level, part in levels.items()], ignore_index=True)
    # As categories the codes sort in the framework's order, and much faster than as text.
    table["code"] = pd.Categorical(table["code"], categories=_codes_in_order(framework))
    return table.sort_values([*keys, "code"], ignore_index=True).astype({"code": "str"})


def _refuse_unknown(framework: Framework, counts: pd.DataFrame) -> None:
    known = {question.id for question in framework.questions}
    strange = sorted(set(counts["question"].unique()) - known)
    problems = [
        Problem(
            "archive",
            f"the question '{code}'",
            f"a question of the framework {framework.id}",
            "check the archive",
        )
        for code in strange[:20]
    ]
    unknown = int(counts["unknown"].sum())
    if unknown:
        expected = "one of " + ", ".join(framework.judgements)
        problems.append(
            Problem("archive", f"{unknown} answers of another wording", expected, "check the archive")
        )
    if problems:
        raise InputError(problems)


def _question_scores(framework: Framework, counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    described = pd.DataFrame(
        [(question.id, c.id, question.weight) for c in framework.criteria for question in c.questions],
        columns=["question", "criterion", "weight"],
    )
    inspections = counts[keys].drop_duplicates()
    every = inspections.merge(described, how="cross")
    table = every.merge(counts[[*keys, "question", *COUNTS]], on=[*keys, "question"], how="left")
    table[COUNTS] = table[COUNTS].fillna(0.0)
    return table.assign(score=(100 * table["positive"] / table["relevant"]).where(table["relevant"] > 0))


def _criteria(framework: Framework) -> pd.DataFrame:
    rows = [
        (criterion.id, section.id, framework.importance[criterion.importance or ""])
        for section in framework.sections
        for criterion in section.criteria
        if criterion.scored_by == "judgements"
    ]
    return pd.DataFrame(rows, columns=["criterion", "section", "weight"])


def _sections(framework: Framework) -> pd.DataFrame:
    return pd.DataFrame([(s.id, s.weight) for s in framework.sections], columns=["section", "weight"]).astype(
        {"weight": "float64"}
    )


def _mean_by(parts: pd.DataFrame, keys: list[str], group: str) -> pd.DataFrame:
    """The one aggregation: a weighted mean over the parts that have a score."""
    weight = parts["weight"].fillna(0.0)
    has_score = parts["score"].notna()
    columns = parts[[*keys, group]].assign(
        product=(parts["score"] * weight).where(has_score, 0.0),
        used=weight.where(has_score, 0.0),
        missing=(~has_score & (weight > 0)).astype("float64"),
    )
    sums = columns.groupby([*keys, group], as_index=False, sort=False).sum()
    scores = (sums["product"] / sums["used"]).where(sums["used"] > 0)
    return sums.assign(score=scores)[[*keys, group, "score", "missing"]]


def _as_level(part: pd.DataFrame, level: str, keys: list[str]) -> pd.DataFrame:
    return part.rename(columns={level: "code"}).assign(level=level).reindex(columns=[*keys, *COLUMNS])


def _codes_in_order(framework: Framework) -> list[str]:
    codes = []
    for section in framework.sections:
        codes.append(section.id)
        for criterion in section.criteria:
            codes += [criterion.id, *(question.id for question in criterion.questions)]
    return [*codes, "overall"]
