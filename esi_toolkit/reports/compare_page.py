"""What the template of the comparison report calls: all areas below a folder, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from esi_toolkit import __version__
from esi_toolkit.data.files import list_areas, load_area, load_framework
from esi_toolkit.data.framework import Framework
from esi_toolkit.errors import NotFoundError, Problem
from esi_toolkit.present import comparison as parts
from esi_toolkit.present.blocks import Blocks
from esi_toolkit.reports.decide import Scored, score_area, withhold
from esi_toolkit.statistics.compare_areas import Comparison, compare_areas


@dataclass(frozen=True)
class ComparisonPage:
    """The comparison report, part by part."""

    framework: Framework
    scored: tuple[Scored, ...]
    comparison: Comparison

    def show_title(self) -> Blocks:
        """Title and notices."""
        return Blocks(parts.show_title(self.comparison, self.framework))

    def show_national(self) -> Blocks:
        """All areas together."""
        return Blocks(parts.show_national(self.comparison))

    def show_groups(self) -> Blocks:
        """Family groups, with ranks and their uncertainty."""
        return Blocks(parts.show_groups(self.comparison))

    def show_criteria(self) -> Blocks:
        """Criteria by area."""
        return Blocks(parts.show_criteria(self.comparison, self.framework))

    def show_ratings(self) -> Blocks:
        """Ratings by area."""
        return Blocks(parts.show_ratings(self.comparison, self.framework))

    def show_questions(self) -> Blocks:
        """What groups do well and badly."""
        return Blocks(parts.show_questions(self.comparison, self.framework))

    def show_measures(self) -> Blocks:
        """Performance measures by area."""
        return Blocks(parts.show_measures(self.comparison, [one.inspection for one in self.scored]))

    def show_making(self) -> Blocks:
        """What the page was made from."""
        hashes = pd.Series({one.scorecard.area_name: one.scorecard.input_hash for one in self.scored})
        return Blocks(parts.show_making(self.comparison, self.framework, __version__, hashes))


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
    scored = []
    for folder in list_areas(root):
        area = load_area(folder)
        if rules.id in (area.framework, *area.thematic):
            scored.append(score_area(folder, framework))
            if on_progress:
                on_progress(area.id)
    if not scored:
        fix = "name another folder or framework"
        raise NotFoundError(Problem(str(root), f"no area inspected by {rules.id}", "area folders", fix))
    shown = tuple(withhold(one) for one in scored)
    comparison = compare_areas(
        [one.scorecard for one in scored],
        [one.inspection for one in scored],
        shown=[one.scorecard for one in shown],
        seed=seed,
        replicates=replicates,
    )
    return ComparisonPage(rules, shown, comparison)
