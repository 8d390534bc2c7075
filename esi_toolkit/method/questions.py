"""Rules 1 and 2: judgements to question scores, as one expression over any kind of table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add, or_, sub
from typing import Any

import narwhals as nw


def count_answers(
    judgements: Any, values: Mapping[str, float | None], by: tuple[str, ...] = ("question",)
) -> Any:
    """Count answers by question.

    Parameters
    ----------
    judgements : pandas, Polars, PyArrow, DuckDB, Dask or Spark table
        One row an answer, with the columns of ``by`` and ``judgement`` (text; "" or null where left blank).
    values : mapping of str to float or None
        Answer word to its value from 0 to 1; None leaves the case out of the denominator.
    by : tuple of str
        Columns that name a question, for example ``("area", "question")`` over many areas.

    Returns
    -------
    table of the same kind
        Columns of ``by``, then ``relevant`` (answers with a value), ``positive`` (sum of their values),
        ``not_applicable`` (answers without), ``unanswered`` (blank or null) and ``unknown`` (any other word;
        the caller refuses those); no row for a question without rows, in no set order.

    Notes
    -----
    Method, rules 1 and 2. The question score is positive / relevant; see `method.score`.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"question": "B1.1", "judgement": ["excellent", "poor", "not applicable"]})
    >>> values = {"excellent": 1, "poor": 0, "not applicable": None}
    >>> count_answers(answers, values)[["relevant", "positive", "not_applicable"]].to_dict("records")
    [{'relevant': 2, 'positive': 1.0, 'not_applicable': 1}]
    """
    with_value = [word for word, value in values.items() if value is not None]
    without = [word for word, value in values.items() if value is None]
    worth: dict[float, list[str]] = {}
    for word in with_value:
        worth.setdefault(float(values[word] or 0), []).append(word)
    blank = nw.col("judgement").is_null() | (nw.col("judgement") == "")
    marked = nw.from_native(judgements).with_columns(
        relevant=_is_any(with_value).cast(nw.Int64),
        positive=_sum([_is_any(words).cast(nw.Float64) * value for value, words in worth.items() if value]),
        not_applicable=_is_any(without).cast(nw.Int64),
        unanswered=blank.cast(nw.Int64),
    )
    counts = ("relevant", "positive", "not_applicable", "unanswered")
    counted = marked.group_by(*by).agg(*(nw.col(name).sum() for name in counts), unknown=nw.len())
    known = (nw.col(name) for name in counts if name != "positive")
    return counted.with_columns(unknown=reduce(sub, known, nw.col("unknown"))).to_native()


def _is_any(words: list[str]) -> nw.Expr:
    # Comparisons run about 1.6 times as fast as is_in on DuckDB, which turns that into a search of a list.
    comparisons = [nw.col("judgement") == word for word in words]
    return reduce(or_, comparisons).fill_null(False) if comparisons else nw.lit(False)


def _sum(expressions: list[nw.Expr]) -> nw.Expr:
    return reduce(add, expressions) if expressions else nw.lit(0.0)
