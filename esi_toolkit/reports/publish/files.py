"""What a file of any kind says, its hidden corners included."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from esi_toolkit.reports.publish.content import (
    METADATA,
    NAME,
    SOURCE,
    Content,
    FoundTable,
    Oddity,
    add_json,
    lines_of,
)
from esi_toolkit.reports.publish.pages import read_page

_NOTEBOOK_OWN = {"kernelspec", "language_info"}
_XLSX_PARTS = ("[Content_Types].xml", "_rels/", "xl/", "docProps/")
_DOCUMENT_METADATA = ("creator", "lastModifiedBy", "description", "keywords", "subject", "category", "title")


def read_file(path: Path) -> Content | None:
    """Read everything in a file.

    Parameters
    ----------
    path : Path
        Of any kind.

    Returns
    -------
    Content or None
        None where this kind of file is not known here.

    Raises
    ------
    Exception
        Of whatever kind, where the file is not what its name says.
    """
    read = _READERS.get(path.suffix.lower())
    return None if read is None else read(path)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def _read_page(path: Path) -> Content:
    return read_page(_text(path))


def _read_lines(path: Path) -> Content:
    content = Content()
    for place, line in lines_of(_text(path)):
        content.add(place, line)
    return content


def _read_json(path: Path) -> Content:
    content = Content()
    add_json(content, json.loads(_text(path)), "$")
    return content


def _read_csv(path: Path) -> Content:
    content = Content()
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    rows = [tuple(row) for row in csv.reader(io.StringIO(_text(path)), delimiter=delimiter)]
    if rows:
        content.add_table(FoundTable("table", "", rows[0], tuple(rows[1:])))
    return content


def _read_notebook(path: Path) -> Content:
    content, notebook = Content(), json.loads(_text(path))
    own = {name: value for name, value in notebook["metadata"].items() if name not in _NOTEBOOK_OWN}
    add_json(content, own, "notebook metadata", METADATA)
    for number, cell in enumerate(notebook["cells"], 1):
        place = f"cell {number}"
        add_json(content, cell.get("metadata", {}), f"{place}, metadata", METADATA)
        for line, text in lines_of("".join(cell["source"])):
            content.add(f"{place}, {line}", text, SOURCE if cell["cell_type"] == "code" else "text")
        for bundle in cell.get("attachments", {}).values():
            _add_bundle(content, bundle, f"{place}, attachment")
        for output in cell.get("outputs", ()):
            add_json(content, output.get("metadata", {}), f"{place}, output metadata", METADATA)
            for line, text in lines_of("".join([*output.get("text", ()), *output.get("traceback", ())])):
                content.add(f"{place}, output, {line}", text)
            _add_bundle(content, output.get("data", {}), f"{place}, output")
    return content


def _add_bundle(content: Content, bundle: dict[str, Any], place: str) -> None:
    for kind, value in bundle.items():
        text = "".join(value) if isinstance(value, list) and kind.startswith(("text/", "image/")) else value
        if kind == "text/html" and isinstance(text, str):
            content.add_other(read_page(text), place)
        elif kind == "image/png" and isinstance(text, str):
            content.add_other(_read_png_bytes(_from_base64(text)), place)
        elif isinstance(text, str):
            for line, one in lines_of(text):
                content.add(f"{place}, {line}", one)
        else:
            add_json(content, text, f"{place}, {kind}")


def _from_base64(text: str) -> bytes:
    import base64

    return base64.b64decode(text)


def _read_spreadsheet(path: Path) -> Content:
    import zipfile

    import openpyxl

    content = Content()
    book = openpyxl.load_workbook(path)
    for name in _DOCUMENT_METADATA:
        content.add(f"properties, {name}", getattr(book.properties, name), METADATA)
    for one in book.custom_doc_props.props:
        content.add(f"properties, {one.name}", one.value, METADATA)
    for name, defined in book.defined_names.items():
        content.add(f"defined name {name}", defined.attr_text)
    for sheet in book.worksheets:
        _add_sheet(content, sheet)
    with zipfile.ZipFile(path) as archive:
        app = archive.read("docProps/app.xml").decode() if "docProps/app.xml" in archive.namelist() else ""
        for name in ("Company", "Manager"):
            content.add(f"properties, {name}", app.partition(f"<{name}>")[2].partition("<")[0], METADATA)
        for part in archive.namelist():
            if not part.startswith(_XLSX_PARTS) or "embeddings" in part or "externalLinks" in part:
                fix = "save the workbook without it"
                content.oddities.append(Oddity(part, "something packed into it", "tables only", fix))
    return content


def _add_sheet(content: Content, sheet: Any) -> None:
    place, fix = f"sheet '{sheet.title}'", "show it, look at what it holds, and delete it"
    if sheet.sheet_state != "visible":
        content.oddities.append(Oddity(place, "a hidden sheet", "sheets that a reader sees", fix))
    hidden = [f"row {n}" for n, one in sheet.row_dimensions.items() if one.hidden]
    hidden += [f"column {n}" for n, one in sheet.column_dimensions.items() if one.hidden]
    for name in hidden:
        content.oddities.append(Oddity(f"{place}, {name}", "hidden cells", "cells that a reader sees", fix))
    for name in ("Header", "Footer"):
        for which in ("odd", "even", "first"):
            for part in ("left", "center", "right"):
                text = getattr(getattr(sheet, f"{which}{name}"), part).text
                content.add(f"{place}, {name.lower()} of the page", text)
    for check in sheet.data_validations.dataValidation:
        for text in (check.formula1, check.formula2, check.prompt, check.error):
            content.add(f"{place}, list of choices in {check.sqref}", text)
    cells = [list(row) for row in sheet.iter_rows()]
    for line in cells:
        for cell in line:
            if cell.comment is not None:
                content.add(f"{place}, comment on {cell.coordinate}", cell.comment.text)
                content.add(
                    f"{place}, author of the comment on {cell.coordinate}", cell.comment.author, METADATA
                )
    shown = [tuple("" if cell.value is None else _shown(cell) for cell in row) for row in cells]
    for reference in [table.ref for table in sheet.tables.values()]:
        heading, *rows = [tuple(_shown(cell) for cell in row) for row in sheet[reference]]
        caption = next((row[0] for row in shown if row and row[0]), "")
        content.tables.append(FoundTable(place, caption, heading, tuple(rows)))
    if not sheet.tables and shown:
        content.tables.append(FoundTable(place, "", shown[0], tuple(shown[1:])))
    for table in content.tables:
        for name in table.headings if table.place == place else ():
            content.add(f"{place}, heading", name, NAME)
    for number, row in enumerate(shown, 1):
        for at, text in enumerate(row):
            content.add(f"{place}, {cells[number - 1][at].coordinate}", text)


def _shown(cell: Any) -> str:
    """A cell's text; a percentage as people see it, to the whole."""
    value = cell.value
    if isinstance(value, int | float) and "%" in str(cell.number_format):
        return f"{round(value * 100, 9):g}%"
    return "" if value is None else str(value).replace("\u2060", "")


def _read_pdf(path: Path) -> Content:
    from pypdf import PdfReader

    content, reader = Content(), PdfReader(path)
    for name, value in (reader.metadata or {}).items():
        content.add(f"properties, {name.removeprefix('/')}", value, METADATA)
    for name in reader.attachments:
        fix = "print the document without it"
        content.oddities.append(Oddity(f"attachment {name}", "an attached file", "pages only", fix))
    for number, page in enumerate(reader.pages, 1):
        # Lines break anywhere, also within a name.
        content.add(f"page {number}", " ".join(page.extract_text().split()))
        for note in page.annotations or ():
            for name in ("/Contents", "/T"):
                content.add(f"page {number}, note on it", note.get_object().get(name))
    return content


def _read_parquet(path: Path) -> Content:
    import pyarrow.parquet as pq

    content, table = Content(), pq.read_table(path)
    for name, value in (table.schema.metadata or {}).items():
        content.add(f"metadata {name.decode(errors='replace')}", value.decode(errors="replace"), METADATA)
    rows = (tuple("" if one is None else str(one) for one in row.values()) for row in table.to_pylist())
    content.add_table(FoundTable("table", "", tuple(table.column_names), tuple(rows)))
    return content


def _read_png(path: Path) -> Content:
    return _read_png_bytes(path.read_bytes())


def _read_png_bytes(data: bytes) -> Content:
    content, at = Content(), 8
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind in (b"tEXt", b"iTXt", b"eXIf"):
            content.add("properties", body.replace(b"\0", b" ").decode("utf-8", errors="replace"), METADATA)
        elif kind == b"zTXt":
            name, _, packed = body.partition(b"\0")
            text = zlib.decompress(packed[1:]).decode("utf-8", errors="replace")
            content.add(f"properties, {name.decode(errors='replace')}", text, METADATA)
        at += size + 12
    return content


def _read_jpeg(path: Path) -> Content:
    """Comments and what a camera or program wrote, up to the picture itself."""
    content, data, at = Content(), path.read_bytes(), 2
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] in (0xE1, 0xED, 0xFE):
            content.add("properties", data[at + 4 : at + 2 + size].decode("latin-1"), METADATA)
        at += 2 + size
    return content


def _known(reader: Callable[[Path], Content], endings: Iterable[str]) -> dict[str, Callable[[Path], Content]]:
    return dict.fromkeys(endings, reader)


_READERS: dict[str, Callable[[Path], Content]] = {
    **_known(_read_page, [".html", ".htm", ".svg"]),
    **_known(_read_lines, [".txt", ".md", ".css", ".js", ".log", ".xml", ".yml", ".yaml"]),
    **_known(_read_csv, [".csv", ".tsv"]),
    **_known(_read_json, [".json"]),
    **_known(_read_notebook, [".ipynb"]),
    **_known(_read_spreadsheet, [".xlsx"]),
    **_known(_read_pdf, [".pdf"]),
    **_known(_read_parquet, [".parquet"]),
    **_known(_read_png, [".png"]),
    **_known(_read_jpeg, [".jpg", ".jpeg"]),
}
