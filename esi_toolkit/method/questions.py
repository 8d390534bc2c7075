"""Rules 1 and 2: judgements to question scores, as one expression over any kind of table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw


def count_answers(judgements: Any, values: Mapping[str, float | None], by: tuple[str, ...] = ("question",)) -> Any:
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
        ``not_applicable`` (answers without) and ``answered``; no row for a question without answers, in no set order.

    Notes
    -----
    Method, rules 1 and 2. The question score is positive / relevant; see `method.score`.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"question": ["B1.1"] * 3, "judgement": ["excellent", "poor", "not applicable"]})
    >>> values = {"excellent": 1, "poor": 0, "not applicable": None}
    >>> count_answers(answers, values)[["relevant", "positive", "not_applicable"]].values.tolist()
    [[2, 1.0, 1]]
    """
    answer = nw.col("judgement")
    with_value = [word for word, value in values.items() if value is not None]
    without = [word for word, value in values.items() if value is None]
    worth: dict[float, list[str]] = {}
    for word in with_value:
        worth.setdefault(float(values[word] or 0), []).append(word)
    flags = {"relevant": answer.is_in(with_value), "not_applicable": answer.is_in(without)}
    marked = nw.from_native(judgements).with_columns(
        **{name: flag.cast(nw.Int64) for name, flag in flags.items()},
        positive=_sum([answer.is_in(words).cast(nw.Float64) * value for value, words in worth.items() if value]),
        answered=answer.is_in([*with_value, *without]).cast(nw.Int64),
    )
    columns = ("relevant", "positive", "not_applicable", "answered")
    return marked.group_by(*by).agg(*(nw.col(name).sum() for name in columns)).to_native()


def _sum(expressions: list[nw.Expr]) -> nw.Expr:
    total = expressions[0]
    for expression in expressions[1:]:
        total = total + expression
    return total
