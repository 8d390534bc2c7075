"""For the notebooks in which people explore an area: where the samples are, and scores of groups."""

from __future__ import annotations

from pathlib import Path

from esi_toolkit.data.answers import find_asked
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.errors import InputError, NotFoundError, Problem, suggest
from esi_toolkit.method.score import score
from esi_toolkit.method.score_cases import score_cases
from esi_toolkit.present.html import Table
from esi_toolkit.present.tables import tabulate_groups


def find_sample(name: str) -> Path:
    """The folder of a sample area, wherever in the project a notebook is opened.

    Parameters
    ----------
    name : str
        For example ``county-durham``.

    Raises
    ------
    NotFoundError
        There is no such sample; or the package was installed without the project around it.

    Examples
    --------
    >>> find_sample("county-durham").name
    'county-durham'
    """
    samples = Path(__file__).resolve().parents[2] / "data" / "sample"
    known = sorted(path.parent.name for path in samples.glob("*/area.yml"))
    if name not in known:
        expected = "one of " + ", ".join(known) if known else "data/sample of a clone of the project"
        fix = suggest(name, known, "check the name, or install from a clone of the project")
        raise NotFoundError(Problem(f"data/sample/{name}", "nothing", expected, fix))
    return samples / name


def score_by(framework: Framework, inspection: Inspection, column: str) -> Table:
    """Score each group of cases by itself, by the same rules, beside all cases.

    Parameters
    ----------
    framework : Framework
        The rules.
    inspection : Inspection
        With judgements.
    column : str
        Characteristic in ``cases.csv``.

    Returns
    -------
    Table
        Groups in the order in which they first occur in ``cases.csv``. For intervals and differences see
        `esi_toolkit.statistics.groups`.

    Raises
    ------
    InputError
        There are no judgements, or no such column.
    """
    cases, judgements = inspection.cases, inspection.judgements
    if cases is None or judgements is None:
        found = f"scores made from {inspection.level}"
        raise InputError(
            Problem(inspection.area.id, found, "judgements of single cases", "choose another area")
        )
    if column not in cases.columns:
        known = [name for name in cases.columns if name != "case_id"]
        fix = suggest(column, known, "use one of: " + ", ".join(known))
        raise InputError(Problem("cases.csv", f"'{column}'", "a column of cases.csv", fix))
    concerned = cases[find_asked(framework.asked_of, cases)]
    first = judgements[judgements["counts"] & judgements["case_id"].isin(concerned["case_id"])]
    marked = first.assign(**{column: first["case_id"].map(concerned.set_index("case_id")[column])})
    scores = score_cases(framework, marked[[column, "question", "judgement"]], by=(column,))
    sizes = {str(group): int(size) for group, size in concerned[column].value_counts(sort=False).items()}
    return tabulate_groups(scores, column, sizes, score(framework, inspection))
