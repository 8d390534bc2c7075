"""What may be said about groups of cases, after disclosure control: scores and differences, also pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.statistics.characteristics import (
    KEY,
    GroupDifferences,
    compare_characteristics,
    pool_characteristics,
    score_characteristics,
)
from esi_toolkit.statistics.disclosure.control import GroupControl, control_groups, take_out
from esi_toolkit.statistics.disclosure.linked_counts import ALL_AREAS
from esi_toolkit.statistics.resampling.recompute import OVERALL


@dataclass(frozen=True)
class GroupFindings:
    """Groups of cases as they may be shown.

    Attributes
    ----------
    sizes : DataFrame
        characteristic, group, cases (<NA> where withheld), in the order of the setting.
    scores : DataFrame
        characteristic, group, level, code, score and further figures (NaN where withheld), withheld (bool);
        empty where groups were pooled over areas.
    differences : GroupDifferences
        Of the overall score, among groups of enough cases whose overall score may be shown.
    """

    sizes: pd.DataFrame
    scores: pd.DataFrame
    differences: GroupDifferences


def find_groups(framework: Framework, inspection: Inspection, control: GroupControl) -> GroupFindings | None:
    """Compare the groups of one area's cases.

    Parameters
    ----------
    framework : Framework
        Its setting ``certainty.groups`` names the characteristics.
    inspection : Inspection
        With cases and judgements.
    control : GroupControl
        What may be shown of these characteristics.

    Returns
    -------
    GroupFindings or None
        None where single answers are not known or nothing is to be compared.

    Notes
    -----
    `score_characteristics`, `compare_characteristics`.
    """
    names = _characteristics(framework, inspection)
    cases, judgements = inspection.cases, inspection.judgements
    if cases is None or judgements is None or not names:
        return None
    area = inspection.area.id
    sizes = _sizes(control, names, area)
    scores = _withhold(control, score_characteristics(framework, cases, judgements, names), area)
    differences = compare_characteristics(scores, _comparable(framework, sizes, scores))
    return GroupFindings(sizes, scores, differences)


def pool_groups(framework: Framework, inspections: Mapping[str, Inspection]) -> GroupFindings | None:
    """Compare groups over several areas, each area with itself.

    Parameters
    ----------
    framework : Framework
        Its setting ``certainty.groups`` names the characteristics.
    inspections : mapping of str to Inspection
        By id of the area; those without single answers are left out.

    Returns
    -------
    GroupFindings or None
        None where fewer than two areas know their answers. A group counts in every area that has it, and is
        shown where its cases and its overall score over all areas may be.

    Notes
    -----
    `control_groups`, `score_characteristics`, `pool_characteristics`.
    """
    wanted = "groups" in framework.certainty.parts and any(section.weight for section in framework.sections)
    known = {area: one for area, one in inspections.items() if wanted and one.level == "judgements"}
    names = list(dict.fromkeys(name for one in known.values() for name in _characteristics(framework, one)))
    if len(known) < 2 or not names:
        return None
    control = control_groups(framework, known, names, pooled=True)
    pooled = _sizes(control, names, ALL_AREAS)
    keys = pooled[KEY].assign(code=OVERALL, level=OVERALL)
    shown = _comparable(framework, pooled, _withhold(control, keys, ALL_AREAS))
    areas = {
        area: score_characteristics(framework, one.cases, one.judgements, names)
        for area, one in known.items()
        if one.cases is not None and one.judgements is not None
    }
    return GroupFindings(pooled, keys.iloc[:0], pool_characteristics(areas, shown))


def _characteristics(framework: Framework, inspection: Inspection) -> list[str]:
    columns = [] if inspection.cases is None else list(inspection.cases)
    return [name for name in framework.certainty.groups if name in columns]


def _sizes(control: GroupControl, names: list[str], area: str) -> pd.DataFrame:
    known = control.disclosure.list_cases(area)
    rows = [row for name in names for row in known if row[0] == name]
    return pd.DataFrame(
        {
            **{column: pd.array([row[n] for row in rows], dtype="str") for n, column in enumerate(KEY)},
            "cases": pd.array([cases for *_, cases in rows], dtype="Int64"),
        }
    )


def _withhold(control: GroupControl, table: pd.DataFrame, area: str) -> pd.DataFrame:
    keys = zip(table["characteristic"], table["group"], table["code"], strict=True)
    return take_out(table, control.find_withheld(keys, area))


def _comparable(framework: Framework, sizes: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Sizes of the groups of enough cases whose overall score may be shown."""
    columns = (scores[name].tolist() for name in ("code", "withheld", *KEY))
    open_ = {tuple(key) for code, gone, *key in zip(*columns, strict=True) if code == OVERALL and not gone}
    few = framework.display.few_below
    rows = zip(sizes["cases"].tolist(), sizes["characteristic"], sizes["group"], strict=True)
    kept = [cases is not pd.NA and cases >= few and tuple(key) in open_ for cases, *key in rows]
    return sizes[np.array(kept, dtype=bool)].astype({"cases": "int64"}).reset_index(drop=True)
