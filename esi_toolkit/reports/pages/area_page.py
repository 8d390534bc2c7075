"""What the template of an area's report calls: one object, one method for each part of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from esi_toolkit import __version__
from esi_toolkit.data.beside import write_whole
from esi_toolkit.data.inspection import Inspection
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present import background, closing, decisions, opening, sections, surroundings, thematic
from esi_toolkit.present.blocks import Blocks
from esi_toolkit.present.certainty import show_certainty
from esi_toolkit.present.reconviction import show_reconviction
from esi_toolkit.present.tables.sample import COLUMNS
from esi_toolkit.reports.decide import Scored, score_with_elements, withhold
from esi_toolkit.reports.pages.snapshot import read_snapshot, refuse_other_area
from esi_toolkit.reports.written import note_wrong_figures, refuse_drafts
from esi_toolkit.statistics.certainty import SEED, assess_certainty
from esi_toolkit.statistics.disclosure.control import GroupControl, control_groups
from esi_toolkit.statistics.disclosure.control_certainty import withhold_certainty
from esi_toolkit.statistics.group_findings import GroupFindings, find_groups

SCORECARD_FILE = "scorecard.json"
COUNTED_BY = (*COLUMNS,)
"""Columns of the cases by which a report counts groups, besides those that the framework's setting names."""
SCORED_BY = ("assessor",)
"""Columns by which it scores groups, besides these."""


@dataclass(frozen=True)
class AreaPage:
    """One area's report, part by part; each method gives the blocks of its part, and a notebook shows them.

    Whatever goes out is made from `main`, `elements` and `groups`, in which nothing is left that may not.

    Attributes
    ----------
    main : Scored
        By the area's framework.
    elements : tuple of Scored
        Its thematic elements.
    groups : GroupControl
        What may be shown of groups of cases.
    inside : Scored
        By the area's framework with nothing withheld: only to work out what is then controlled.
    parameters : dict of str to str
        What the page was asked for; paths without the folders above them.
    """

    main: Scored
    elements: tuple[Scored, ...]
    groups: GroupControl
    inside: Scored
    parameters: dict[str, str]

    @property
    def inspection(self) -> Inspection:
        """The area's inspection."""
        return self.main.inspection

    @property
    def scorecard(self) -> Scorecard:
        """The area's scorecard."""
        return self.main.scorecard

    def show_title(self) -> Blocks:
        """Title, status and notices."""
        return Blocks(opening.show_title(self.inspection.area, self.scorecard.framework))

    def show_glance(self) -> Blocks:
        """The result on one screen."""
        return Blocks(opening.show_glance(self.scorecard))

    def show_summary(self) -> Blocks:
        """Key findings, section by section."""
        return Blocks(opening.show_summary(self.scorecard, self.inspection))

    def show_recommendations(self) -> Blocks:
        """Recommendations and next steps."""
        return Blocks(opening.show_recommendations(self.inspection.recommendations, self.inspection.area))

    def show_sheet(self) -> Blocks:
        """The scoring summary sheet."""
        return Blocks(opening.show_sheet(self.scorecard))

    def show_arrangements(self) -> Blocks:
        """What was inspected."""
        cards = [element.scorecard for element in self.elements]
        return Blocks(background.show_arrangements(self.inspection, self.scorecard, cards, self.groups))

    def show_approach(self) -> Blocks:
        """The rules of scoring."""
        return Blocks(background.show_approach(self.scorecard.framework))

    def show_overview(self) -> Blocks:
        """The area in context, and its performance."""
        return Blocks(background.show_overview(self.inspection))

    def show_sections(self) -> Blocks:
        """Every section with its criteria."""
        parts = self.scorecard.framework.sections
        return Blocks(
            block for part in parts for block in sections.show_section(self.scorecard, self.inspection, part)
        )

    def show_factors(self) -> Blocks:
        """Criminogenic factors and progress on them."""
        return Blocks(surroundings.show_factors(self.inspection))

    def show_feedback(self) -> Blocks:
        """What offenders said."""
        return Blocks(surroundings.show_feedback(self.inspection, self.scorecard.framework))

    def show_thematic(self) -> Blocks:
        """Every thematic element."""
        parts = (thematic.show_thematic(element.scorecard, element.inspection) for element in self.elements)
        return Blocks(block for part in parts for block in part)

    def show_decisions(self) -> Blocks:
        """The lead inspector's decisions, to read and as data."""
        return Blocks(decisions.show_decisions(self._cards()))

    def show_reconviction(self) -> Blocks:
        """Reconviction, actual against predicted."""
        return Blocks(show_reconviction(self.inspection, self.scorecard.framework))

    def show_certainty(self, seed: int = SEED) -> Blocks:
        """How sure the figures are; a seed of 0 leaves the part out."""
        if not seed:
            return Blocks()
        certainty = assess_certainty(self.inside.scorecard, self.inspection, seed=seed)
        shown = withhold_certainty(certainty, self.scorecard, self.groups)
        return Blocks(show_certainty(shown, self.scorecard, self._find_groups()))

    def _find_groups(self) -> GroupFindings | None:
        framework = self.scorecard.framework
        wanted = "groups" in framework.certainty.parts and self.scorecard.overall.score is not None
        return find_groups(framework, self.inspection, self.groups) if wanted else None

    def show_reading(self) -> Blocks:
        """How to read the figures, and the terms used."""
        return Blocks([*closing.show_reading(self.scorecard), *closing.show_glossary(self._texts())])

    def show_missing(self) -> Blocks:
        """What the area lacks."""
        return Blocks(
            closing.show_missing(self.inspection, [element.inspection for element in self.elements])
        )

    def show_reproducibility(self) -> Blocks:
        """What the page was made from."""
        return Blocks(closing.show_reproducibility(self._cards(), self.parameters))

    def write_scorecard(self, out_folder: str | Path) -> None:
        """Write ``scorecard.json``: the scorecard, with those of the thematic elements under ``thematic``.

        Parameters
        ----------
        out_folder : str or Path
            "" writes nothing, for example where a person runs the template by hand.
        """
        if str(out_folder):
            content = json.dumps(self.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
            write_whole(Path(out_folder) / SCORECARD_FILE, content + "\n")

    def to_json(self) -> dict[str, Any]:
        """The scorecard as plain values, with those of the thematic elements under ``thematic``.

        Under ``withheld``: the limit, the codes of figures that are None because they rest on fewer cases,
        and of questions that are shown all the same because they were published before. Beside it stands what
        an index says about an area: status, family group, what codes stand for, and the scale of ratings,
        best first.
        """
        main, *elements = ({**card.to_json(), "withheld": _say_withheld(card)} for card in self._cards())
        area, framework = self.inspection.area, self.scorecard.framework
        titles = {section.id: section.title for section in framework.sections}
        titles |= {criterion.id: criterion.title for criterion in framework.criteria}
        about = {
            "status": area.status,
            "published": area.published,
            "family_group": area.family_group,
            "titles": titles,
            "scale": list(framework.ratings.scale),
            "toolkit_version": __version__,
            "framework_fingerprint": framework.fingerprint,
        }
        return {**main, **about, "thematic": {element["framework"]: element for element in elements}}

    def _cards(self) -> list[Scorecard]:
        return [self.scorecard, *(element.scorecard for element in self.elements)]

    def _texts(self) -> Iterator[str]:
        """What the report says in words, to look for terms in."""
        for scored in (self.main, *self.elements):
            yield scored.scorecard.framework.model_dump_json()
            if scored.inspection.findings:
                yield scored.inspection.findings.model_dump_json()
            tables = (
                scored.inspection.performance,
                scored.inspection.context,
                scored.inspection.oasys_reassessment,
            )
            for table in tables:
                if table is not None:
                    yield " ".join(table.select_dtypes("str").to_numpy().ravel())


def _say_withheld(card: Scorecard) -> dict[str, Any]:
    limit = card.framework.display.suppress_below
    public = card.questions["relevant"].between(1, limit - 1)
    return {
        "below": limit,
        "codes": sorted(card.withheld),
        "already_public": card.questions.loc[public, "question"].tolist(),
    }


def open_page(area_folder: str | Path, framework: str = "", decisions: str | Path = "") -> AreaPage:
    """Load and score an area and its thematic elements for a report.

    Parameters
    ----------
    area_folder : str or Path
        The area's folder.
    framework : str
        Framework id or file; "" takes the one that ``area.yml`` names, with the area's thematic elements.
    decisions : str or Path
        ``report.ipynb`` or ``scorecard.json`` of an earlier report, or an exported register, whose decisions
        are to be applied; "" takes those of the register.

    Returns
    -------
    AreaPage

    Raises
    ------
    EsiError
        Whatever stops the loading or the scoring; drafts among the findings of a published area.
    """
    given = read_snapshot(decisions) if str(decisions) else None
    scored = score_with_elements(area_folder, framework or None, decisions=given)
    refuse_other_area(decisions, given or (), scored[0].scorecard.area_id)
    refuse_drafts(scored)
    main, *elements = map(note_wrong_figures, scored)
    parameters = {
        "area_folder": Path(area_folder).resolve().name,
        "framework": Path(framework).name,
        "decisions": Path(decisions).name,
    }
    rules = main.scorecard.framework
    named = rules.certainty.groups
    counted, by_score = (list(dict.fromkeys([*own, *named])) for own in (COUNTED_BY, SCORED_BY))
    groups = control_groups(rules, {main.scorecard.area_id: main.inspection}, counted, scored=by_score)
    shown = [withhold(one) for one in (main, *elements)]
    groups = groups.also_without(shown[0].scorecard.withheld)
    return AreaPage(shown[0], tuple(shown[1:]), groups, main, parameters)
