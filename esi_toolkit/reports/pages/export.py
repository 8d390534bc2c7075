"""A notebook as a page: no code, no request to any network, figures drawn by one shared script.

The template is an nbconvert template (``html/``); what makes nbconvert slow, its filters for code and
colours, is not loaded. It can also be used by itself: ``jupyter nbconvert --to
esi_toolkit.reports.pages.export.PageExporter report.ipynb``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter

from esi_toolkit import __version__
from esi_toolkit.errors import EsiError, RunError
from esi_toolkit.reports.pages.assets import hash_source, plotly_script, script_name
from esi_toolkit.reports.pages.made_from import DATA_ID, STAMP, collect_origins
from esi_toolkit.reports.pages.markup import checked_html, markdown_to_html
from esi_toolkit.reports.pages.outline import outline

_HERE = Path(__file__).parent
_PLOTLY = "application/vnd.plotly.v1+json"
_KNOWN_TYPES = (_PLOTLY, "text/html", "text/markdown", "image/png", "image/jpeg", "text/plain")
"""What an output can be shown as, best first."""
_SHARED = "'self' file:"
"""Where the shared script may come from: beside the page, also where that is on no server."""


def to_page(
    notebook: Any, *, assets: str = "assets/", index: str = "", files: Mapping[str, str] | None = None
) -> str:
    """A notebook's page.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.
    assets : str
        Where the page finds the shared script, with a slash at the end; "" puts the script into the page.
    index : str
        Where the page finds the list of all areas; "" for nowhere.
    files : mapping of str to str, optional
        Other formats of the report that stand beside the page: names to files.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    RunError
        An output holds HTML that could run or fetch something.
    """
    return _exporter().render(notebook, {"assets": assets, "index": index, "files": files or {}})


@cache
def _exporter() -> PageExporter:
    return PageExporter()


class PageExporter(TemplateExporter):
    """nbconvert exporter for reports."""

    file_extension = ".html"
    output_mimetype = "text/html"
    template_name = "html"
    template_file = "report.html.j2"

    def __init__(self, **options: Any):
        super().__init__(extra_template_basedirs=[str(_HERE)], **options)

    def default_filters(self) -> Any:
        """Only what the template uses."""
        yield from {"markdown": _trusted_markdown, "output": show_output, "outline": outline}.items()

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """Convert a notebook, as nbconvert asks for it; see `to_page` for the resources."""
        return super().from_notebook_node(nb, self._complete(nb, resources or {}), **options)

    def render(self, nb: Any, resources: Mapping[str, Any]) -> str:
        """The page alone; nbconvert would first copy the notebook three times, for preprocessors."""
        return self.template.render(nb=nb, resources=self._complete(nb, resources)).lstrip("\r\n")

    def _complete(self, nb: Any, resources: Mapping[str, Any]) -> dict[str, Any]:
        """The resources with all else that the template asks for."""
        found = {"assets": "", "index": "", "files": {}, **resources}
        found |= {"version": __version__, "css": _read("report.css"), "draw": _read("draw.js")}
        name = nb.metadata.get("title") or found.get("metadata", {}).get("name") or "Report"
        script = "" if found["assets"] else _embedded_script()
        found |= {
            "script": script,
            "may_run": f"{hash_source(script) if script else _SHARED} {hash_source(found['draw'])}",
            "script_name": script_name(),
            "origins": _origins(nb),
            "title": name,
        }
        return found


def _origins(notebook: Any) -> str:
    """What a report was made from, as data on its page; nothing for a notebook that is no report of ours."""
    if STAMP not in notebook.metadata:
        return ""
    data = json_in_script(collect_origins(notebook))
    return f'<script type="application/json" id="{DATA_ID}">{data}</script>'


def _read(name: str) -> str:
    return (_HERE / "html" / name).read_text(encoding="utf-8")


def _embedded_script() -> str:
    """Plotly's script, in which nothing may look like the end of a script element."""
    return plotly_script().read_text(encoding="utf-8").replace("</script", "<\\/script")


def _trusted_markdown(text: str) -> str:
    return markdown_to_html(text, trusted=True)


def show_output(output: Any, identifier: str) -> str:
    """One output of a cell as HTML.

    Parameters
    ----------
    output : NotebookNode
        Any output. What was said on the error stream stays in the notebook.
    identifier : str
        Id for what needs one.

    Raises
    ------
    RunError
        It holds HTML that could run or fetch something; the message names the place.

    Examples
    --------
    >>> from nbformat.v4 import new_output
    >>> show_output(new_output("stream", name="stdout", text="5 < 6"), "o")
    '<pre>5 &lt; 6</pre>'
    """
    if output.output_type == "stream":
        return f"<pre>{escape(output.text)}</pre>" if output.name == "stdout" else ""
    data = output.get("data", {})
    kind = next((kind for kind in _KNOWN_TYPES if kind in data), None)
    if kind is None:
        return ""
    try:
        return _SHOW[kind](data, identifier)
    except EsiError as error:
        raise RunError([_at(problem, identifier) for problem in error.problems]) from error


def _at(problem: Any, identifier: str) -> Any:
    from dataclasses import replace

    return replace(problem, where=f"report, {identifier}")


def _show_figure(data: Any, identifier: str) -> str:
    from esi_toolkit.present.figure import for_page

    drawn = for_page(data[_PLOTLY])
    alt = drawn.alt or drawn.title or "Chart"
    height = f' style="height:{drawn.figure["layout"].get("height", 450):g}px"'
    title = f"<figcaption>{escape(drawn.title)}</figcaption>" if drawn.title else ""
    note = f'<p class="note">{escape(drawn.note)}</p>' if drawn.note else ""
    return (
        f'<figure class="chart">{title}'
        f'<div class="plot" role="img" aria-label="{escape(alt)}" data-plot="{identifier}"{height}></div>'
        f'{note}<script type="application/json" id="{identifier}">'
        f"{json_in_script(drawn.figure)}</script></figure>"
    )


def json_in_script(value: Any) -> str:
    r"""JSON that can stand in a script element: nothing in it can end the element.

    Examples
    --------
    >>> json_in_script({"title": "</script>"})
    '{"title":"\\u003c/script>"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace(
        "<", "\\u003c"
    )


def _show_image(data: Any, kind: str) -> str:
    alt = "".join(data.get("text/plain", "Picture"))
    return f'<img alt="{escape(alt)}" src="data:{kind};base64,{"".join(data[kind].split())}">'


_SHOW: dict[str, Callable[[Any, str], str]] = {
    _PLOTLY: _show_figure,
    "text/html": lambda data, _: checked_html(data["text/html"]),
    "text/markdown": lambda data, _: markdown_to_html(data["text/markdown"]),
    "image/png": lambda data, _: _show_image(data, "image/png"),
    "image/jpeg": lambda data, _: _show_image(data, "image/jpeg"),
    "text/plain": lambda data, _: f"<pre>{escape(data['text/plain'])}</pre>",
}
