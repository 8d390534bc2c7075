"""A Parquet file's columns as they are, unless so much is packed into it that it would fill the memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from esi_toolkit.errors import Problem, unreadable

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CELLS = 20_000_000
MOST_TEXT = 2**30
"""Cells, and letters in them, that one table may have: an area with 20,000 cases has a third of it."""


def read_parquet(content: bytes, name: str) -> tuple[list[list[Any]], list[str], list[Problem]]:
    """The columns and their names.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        File name for the problems.

    Returns
    -------
    columns : list of list
        A value for each row.
    heading : list of str
        Without spaces around them.
    problems : list of Problem
        When the file is damaged or too large; there are no columns then, nor where two have one name.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        heading = [column.strip() for column in file.schema_arrow.names]
        if len(set(heading)) < len(heading):
            return [], heading, []
        nested = [field.name for field in file.schema_arrow if pyarrow.types.is_nested(field.type)]
        if nested:
            return [], heading, [_nested(name, column) for column in nested]
        if file.metadata.num_rows * len(heading) > MOST_CELLS:
            return [], heading, [_too_large(name, f"{MOST_CELLS:,} cells")]
        if _bytes(file.metadata) > MOST_TEXT:
            return [], heading, [_too_large(name, f"{MOST_TEXT >> 20:,} MB of text")]
        # As dictionaries: a text that stands there a million times is unpacked once, and counted before.
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content), read_dictionary=file.schema_arrow.names)
        table = file.read()
        if sum(_letters(chunk) for column in table.columns for chunk in column.chunks) > MOST_TEXT:
            return [], heading, [_too_large(name, f"{MOST_TEXT >> 20:,} MB of text")]
        columns = [[value for chunk in column.chunks for value in _values(chunk)] for column in table.columns]
    except (pyarrow.ArrowException, OSError, ValueError):
        return [], [], [unreadable(name, "a file that is not whole Parquet", "write it again")]
    return columns, heading, []


def _bytes(metadata: Any) -> int:
    """What it unpacks to, with each word of a dictionary once."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    return sum(group.total_byte_size for group in groups)


def _letters(chunk: pa.Array) -> int:
    """Bytes of text that a part of a column has once it is unpacked."""
    import pyarrow
    import pyarrow.compute as pc

    words = getattr(chunk, "dictionary", None)
    if words is None or not (pyarrow.types.is_binary(words.type) or pyarrow.types.is_string(words.type)):
        return 0
    return pc.sum(pc.take(pc.binary_length(words), chunk.indices)).as_py() or 0


def _values(chunk: pa.Array) -> list[Any]:
    if not hasattr(chunk, "dictionary"):
        return chunk.to_pylist()
    words = chunk.dictionary.to_pylist()
    return [None if place is None else words[place] for place in chunk.indices.to_pylist()]


def _nested(name: str, column: str) -> Problem:
    return Problem(name, "lists in cells", "one value a cell", "write the values as columns", column=column)


def _too_large(name: str, limit: str) -> Problem:
    return Problem(name, f"more than {limit}", "the table of one area", "take out what is not this area's")
