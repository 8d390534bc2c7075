"""The chart of ratings in words: each on its scale, with the word beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from esi_toolkit.method.scorecard import Scorecard
from esi_toolkit.present.charts.bars import BAR_HEIGHT, GAP, LABEL_WIDTH, LINE, place_labels, place_texts
from esi_toolkit.present.figure import build_figure
from esi_toolkit.present.style import DARK_BLUE, TRACK, plain_text, wrap_text


def draw_ratings(scorecard: Scorecard) -> go.Figure:
    """Every rated criterion as a strip of steps, worst at the left, filled up to its rating.

    Parameters
    ----------
    scorecard : Scorecard
        With at least one criterion rated by evidence.

    Returns
    -------
    Figure
    """
    rated = scorecard.criteria[scorecard.criteria["scored_by"] == "evidence"]
    scale = scorecard.framework.ratings.scale
    title = say_ratings(rated, scale)
    words = [f"{row.criterion} {row.title}: {_word(row.rating)}." for row in rated.itertuples()]
    alt = f"Ratings on a scale of {len(scale)} steps from {scale[-1]} to {scale[0]}. " + " ".join(words)
    rows, end = _place(rated)
    steps = len(scale)
    labels = place_labels([row["text"] for row in rows], [row["top"] for row in rows])
    return build_figure(
        [_strip(rows, scale), labels, _ends(scale, end)],
        title=title,
        alt=alt,
        note=f"Source: {scorecard.area_name}, judged evidence. Steps: {', '.join(reversed(scale))}.",
        height=end + 20,
        xaxis={"range": [0, steps], "showgrid": False, "showticklabels": False, "zeroline": False},
        yaxis={"range": [end + 20, 0], "showgrid": False, "showticklabels": False, "zeroline": False},
    )


def say_ratings(rated: pd.DataFrame, scale: Sequence[str]) -> str:
    """How many criteria have each rating, best first.

    Examples
    --------
    >>> say_ratings(pd.DataFrame({"rating": ["Poor", "Well met", "Well met"]}), ["Well met", "Poor"])
    '2 Well met, 1 Poor'
    """
    counts = rated["rating"].value_counts()
    parts = [f"{counts[word]} {word}" for word in scale if word in counts.index]
    unrated = int(rated["rating"].isna().sum())
    if unrated:
        parts.append(f"{unrated} not rated")
    return ", ".join(parts) or "No criterion is rated in words"


def _word(rating: object) -> str:
    return rating if isinstance(rating, str) else "Not rated"


def _place(rated: pd.DataFrame) -> tuple[list[dict[str, Any]], int]:
    rows, top = [], 2
    for row in rated.itertuples():
        word = _word(row.rating)
        lines = wrap_text(f"{row.criterion} {row.title}", LABEL_WIDTH, len(word) + 2)
        text = f"<b>{plain_text(word)}</b>  " + "<br>".join(lines)
        strip = top + len(lines) * LINE + 3
        middle = strip + BAR_HEIGHT / 2
        rows.append({"top": top, "text": text, "middle": middle, "word": word, "code": row.criterion})
        top = strip + BAR_HEIGHT + GAP
    return rows, top - GAP + 4


def _strip(rows: list[dict[str, Any]], scale: Sequence[str]) -> dict[str, Any]:
    """One bar a step; the reached ones are filled."""
    worst_first = list(reversed(scale))
    reached = {row["code"]: worst_first.index(row["word"]) if row["word"] in scale else -1 for row in rows}
    steps = [(row, position) for row in rows for position in range(len(scale))]
    colours = [DARK_BLUE if position <= reached[row["code"]] else TRACK for row, position in steps]
    return {
        "type": "bar", "orientation": "h", "width": BAR_HEIGHT, "marker": {"color": colours},
        "x": [0.94] * len(steps), "base": [position + 0.03 for _, position in steps],
        "y": [row["middle"] for row, _ in steps],
        "customdata": [plain_text(f"{row['code']}: {row['word']}") for row, _ in steps],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def _ends(scale: Sequence[str], top: int) -> dict[str, Any]:
    words = [plain_text(scale[-1]), plain_text(scale[0])]
    return place_texts(words, [0, len(scale)], [top, top], ["bottom right", "bottom left"], quiet=True)
