"""What the template of the comparison report calls: all areas below a folder, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from esi_toolkit import __version__
from esi_toolkit.data.files import list_areas, load_area, load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.data.inspection import Area, Inspection
from esi_toolkit.errors import NotFoundError, Problem
from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present import all_areas, closing, comparison
from esi_toolkit.present.blocks import Blocks
from esi_toolkit.present.groups import show_pooled_groups
from esi_toolkit.present.reconviction import show_followed_areas
from esi_toolkit.reports.decide import Scored, score_area, withhold
from esi_toolkit.statistics.all_areas import score_all_areas
from esi_toolkit.statistics.compare_areas import Comparison, compare_areas
from esi_toolkit.statistics.group_findings import pool_groups


@dataclass(frozen=True)
class ComparisonPage:
    """The comparison report, or a theme's report over several areas, part by part.

    Attributes
    ----------
    scored : tuple of Scored
        The areas.
    comparison : Comparison
        The areas side by side.
    together : Scorecard
        Their cases as if they were one area's.
    left_out : tuple of Area
        Areas below the folder that are not inspected by the framework.
    """

    framework: Framework
    scored: tuple[Scored, ...]
    comparison: Comparison
    together: Scorecard
    left_out: tuple[Area, ...] = ()

    @property
    def scorecards(self) -> list[Scorecard]:
        """The areas' scorecards."""
        return [one.scorecard for one in self.scored]

    @property
    def inspections(self) -> list[Inspection]:
        """The areas' inspections, in the same order."""
        return [one.inspection for one in self.scored]

    def show_title(self) -> Blocks:
        """Title, status and notices."""
        blocks = all_areas.show_title(self.framework, self.together, self.comparison, self.inspections)
        return Blocks(blocks)

    def show_summary(self) -> Blocks:
        """What the areas show, in a few sentences."""
        return Blocks(all_areas.show_summary(self.together, self.comparison))

    def show_inspected(self) -> Blocks:
        """Which areas and cases the page is about."""
        return Blocks(all_areas.show_inspected(self.framework, self.scorecards, self.inspections))

    def show_together(self) -> Blocks:
        """Every criterion over all areas."""
        return Blocks(all_areas.show_together(self.together, self.comparison))

    def show_groups(self) -> Blocks:
        """Family groups, with ranks and their uncertainty."""
        return Blocks(comparison.show_groups(self.comparison, self.framework))

    def show_criteria(self) -> Blocks:
        """Sections and criteria by area."""
        return Blocks(comparison.show_criteria(self.comparison, self.together, self.scorecards))

    def show_ratings(self) -> Blocks:
        """Ratings by area."""
        return Blocks(comparison.show_ratings(self.comparison, self.together))

    def show_questions(self) -> Blocks:
        """What groups do well and badly."""
        return Blocks(comparison.show_questions(self.comparison, self.framework))

    def show_answers(self) -> Blocks:
        """Every question over all areas."""
        return Blocks(all_areas.show_answers(self.together, self.scorecards))

    def show_found(self) -> Blocks:
        """What inspectors wrote on a theme."""
        return Blocks(all_areas.show_found(self.framework, self.inspections))

    def show_measures(self) -> Blocks:
        """Performance measures by area."""
        return Blocks(comparison.show_measures(self.comparison, self.inspections))

    def show_reading(self) -> Blocks:
        """How to read the figures."""
        return Blocks(closing.show_reading(self.together))

    def show_missing(self) -> Blocks:
        """Areas that are not here, and what those that are lack."""
        return Blocks(all_areas.show_missing(self.framework, self.scorecards, self.left_out))

    def show_characteristics(self) -> Blocks:
        """Groups of cases, over all areas."""
        inspections = {one.inspection.area.id: one.inspection for one in self.scored}
        return Blocks(show_pooled_groups(pool_groups(self.framework, inspections), self.framework))

    def show_reconviction(self) -> Blocks:
        """Reconvictions of cases followed up."""
        return Blocks(show_followed_areas(self.inspections, self.framework))

    def show_making(self) -> Blocks:
        """What the page was made from."""
        hashes = pd.Series({card.area_name: card.input_hash for card in self.scorecards})
        return Blocks(comparison.show_making(self.comparison, self.framework, __version__, hashes))


def open_comparison(
    root: str | Path,
    framework: str = "esi",
    *,
    seed: int = 1,
    replicates: int = 2000,
    on_progress: Callable[[str], None] | None = None,
) -> ComparisonPage:
    """Load, score and compare all areas below a folder.

    Parameters
    ----------
    root : str or Path
        Folder of area folders.
    framework : str
        Framework id or file; areas that are not inspected by it, as their own or a thematic one, are left
        out.
    seed, replicates : int
        Of the resampling that intervals and ranks rest on.
    on_progress : callable, optional
        Called with the id of each area.

    Returns
    -------
    ComparisonPage

    Raises
    ------
    NotFoundError
        No area below the folder is inspected by the framework.
    EsiError
        An area cannot be read.
    """
    rules = load_framework(framework)
    scored, left_out = [], []
    for folder in list_areas(root):
        area = load_area(folder)
        if rules.id in (area.framework, *area.thematic):
            scored.append(score_area(folder, framework))
            if on_progress:
                on_progress(area.id)
        else:
            left_out.append(area)
    if not scored:
        fix = "name another folder or framework"
        raise NotFoundError(Problem(str(root), f"no area inspected by {rules.id}", "area folders", fix))
    shown = tuple(withhold(one) for one in scored)
    cards = [one.scorecard for one in shown]
    compared = compare_areas(
        [one.scorecard for one in scored],
        [one.inspection for one in scored],
        shown=cards,
        seed=seed,
        replicates=replicates,
    )
    return ComparisonPage(rules, shown, compared, score_all_areas(cards), tuple(left_out))
