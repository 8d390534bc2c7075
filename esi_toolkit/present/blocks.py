"""Several blocks shown one after another by the last line of a notebook cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from esi_toolkit.present.figure import CONFIG, MIMETYPE
from esi_toolkit.present.html import Block, Html, Table


@dataclass(frozen=True)
class Data:
    """Something for programs to read out of an executed notebook; a page shows nothing of it.

    Attributes
    ----------
    kind : str
        MIME type.
    content : dict
        Plain values.
    """

    kind: str
    content: dict[str, Any]


class Blocks(tuple[Block, ...]):
    """A part of a page: Html, Tables, Figures and Data in order.

    Nothing is shown until a notebook asks for it; neighbouring pieces of HTML become one output.
    """

    def __repr__(self) -> str:
        return "\n".join(bundle["text/plain"] for bundle in self.bundles() if "text/plain" in bundle)

    def bundles(self) -> Iterator[dict[str, Any]]:
        """Each output as Jupyter's MIME types to content."""
        gathered: list[Html | Table] = []
        for block in self:
            if isinstance(block, Html | Table):
                gathered.append(block)
                continue
            if gathered:
                yield _html_bundle(gathered)
            gathered = []
            yield {block.kind: block.content} if isinstance(block, Data) else _figure_bundle(block)
        if gathered:
            yield _html_bundle(gathered)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for bundle in self.bundles():
            display(bundle, raw=True)


def _html_bundle(blocks: list[Html | Table]) -> dict[str, Any]:
    return {
        "text/html": "\n".join(block._repr_html_() for block in blocks),
        "text/plain": "\n".join(
            block.caption if isinstance(block, Table) else repr(block) for block in blocks
        ),
    }


def _figure_bundle(figure: Any) -> dict[str, Any]:
    plotly = figure.to_plotly_json()
    return {MIMETYPE: {**plotly, "config": CONFIG}, "text/plain": str(plotly["layout"]["meta"]["alt"])}
