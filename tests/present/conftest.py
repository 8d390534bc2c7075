"""A small area with awkward names: two sections, 40 cases, and text that looks like mark-up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from esi_toolkit.data.files import load_framework, load_inspection
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.score import score
from esi_toolkit.method.scorecard import Scorecard

NASTY = """Smith & "Sons" <b>bold</b> $x$"""

FRAMEWORK = """
id: small
title: 'Small <i>inspection</i>'
version: "1"
judgements: {yes it was: 1, no it was not: 0, not applicable: null}
importance: {critical: 2, important: 1}
ratings: {levels: [high, fair, low], scale: [Good, Fair, Poor], rules: [
    {rating: Good, every: high}, {rating: Fair, some: fair}, {rating: Poor, otherwise: true}]}
display: {suppress_below: 5, few_below: 10, unreliable_below: 30}
sections:
  - id: A
    title: Management
    criteria:
      - id: A1
        title: Leading & planning
        scored_by: evidence
        items:
          - {id: A1.1, text: 'Plans <script>alert(1)</script>'}
          - {id: A1.2, text: Money, weight: 2}
  - id: B
    title: Work
    weight: 50
    criteria:
      - id: B1
        title: 'Assessing <b>risk</b>'
        importance: critical
        scored_by: judgements
        questions:
          - {id: B1.1, text: 'First & foremost <b>in time</b>'}
          - {id: B1.2, text: Second question with a text that is long enough to need a second line}
          - {id: B1.3, text: Third}
          - {id: B1.4, text: Fourth}
          - {id: B1.5, text: Fifth}
          - {id: B1.6, text: Of high risk only, asked_of: {risk_of_harm: [high]}}
          - {id: B1.7, text: Of nobody, asked_of: {risk_of_harm: [very high]}, weight: 0, published: false}
      - id: B2
        title: Recording
        importance: important
        scored_by: judgements
        questions: [{id: B2.1, text: Recorded}]
"""

FINDINGS = """
summary: {B: 'Work was <em>good</em> & timely.'}
criteria:
  B1:
    strengths: ['Seen in 90% <b>of</b> cases']
    areas_for_improvement: [More "speed"]
    good_practice: ['One & all']
"""

# How many of the 40 cases met each question; B1.6 is asked of eight.
MET = {"B1.1": 36, "B1.2": 30, "B1.3": 24, "B1.4": 40, "B1.5": 20, "B2.1": 39}


@dataclass(frozen=True)
class Small:
    """The small area, loaded and scored."""

    folder: Path
    framework_file: Path
    framework: Framework
    inspection: Inspection
    scorecard: Scorecard


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Small:
    root = tmp_path_factory.mktemp("small")
    folder = root / "area"
    folder.mkdir()
    framework_file = root / "small.yml"
    framework_file.write_text(FRAMEWORK, encoding="utf-8")
    _write_area(folder)
    framework = load_framework(framework_file)
    inspection = load_inspection(folder, framework)
    return Small(folder, framework_file, framework, inspection, score(framework, inspection))


def _write_area(folder: Path) -> None:
    area = f"id: small\nname: '{NASTY}'\nframework: small\nsynthetic: true\n"
    files = {
        "area.yml": area + "status: published\npublished: May 2004\n",
        "cases.csv": _cases(),
        "judgements.csv": _judgements(),
        "evidence.csv": "criterion,item,level,responsibility\nA1,A1.1,high,area\nA1,A1.2,fair,area\n",
        "performance.csv": (
            "indicator,reference,better,unit,target,area,national,period,counts_for\n"
            '"Starts, ""soon"" & <b>well</b>",S1,higher,percent,90,82,73,2003,A1\n'
            "Sickness,,lower,days,9,10.2,12.1,2003,\nUnknown,,higher,percent,,,,2002,\n"
        ),
        "context.csv": (
            "measure,area,national,unit,period\n"
            "Population & land,493470,,persons,\nBudget,7.46,,GBP million,2003\n"
        ),
        "criminogenic_factors.csv": "factor,percent_of_cases\nAlcohol <b>,43\nWork,34.5\nOther,\n",
        "feedback.csv": "question,percent_positive,respondents\nHelpful & kind,74,56\nFair,100,12\n",
        "oasys_reassessment.csv": "measure,percent\nReassessed,51\n",
        "reconviction.csv": (
            "place,actual_percent,predicted_percent,cohort\nHere,63.3,58,1999\nThere,50.2,51.7,\n"
        ),
        "reconviction_cases.csv": _followed(),
        "findings.yml": FINDINGS,
        "recommendations.yml": (
            "recommendations: [{text: 'Do <b>more</b>', responsible: Board}, {text: Do it soon}]\n"
        ),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _cases() -> str:
    rows = [
        f"c{n},{'order & licence' if n % 2 else 'order'},{'high' if n < 8 else 'low'},"
        f"{'inspector' if n % 3 else 'area assessor'}"
        for n in range(40)
    ]
    return "\n".join(["case_id,order_type,risk_of_harm,assessor", *rows]) + "\n"


def _followed() -> str:
    rows = [f"c{n},{20 if n < 20 else 80},{'yes' if n % 3 else 'no'}" for n in range(40)]
    return "\n".join(["case_id,predicted_percent,reconvicted", *rows]) + "\n"


def _judgements() -> str:
    rows = [
        f"c{n},{question},{'yes' if n < met else 'no'}" for question, met in MET.items() for n in range(40)
    ]
    rows += [f"c{n},B1.6,{'yes' if n < 6 else 'no'}" for n in range(8)]
    words = {"yes": "yes it was", "no": "no it was not"}
    return "case_id,question,judgement\n" + "".join(
        row.replace(",yes", f",{words['yes']}").replace(",no", f",{words['no']}") + "\n" for row in rows
    )
