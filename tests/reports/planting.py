"""Ways to plant a text into a file of some kind, for a check to find."""

from __future__ import annotations

import base64
import csv
import json
import struct
import zlib
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from pypdf import PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from esi_toolkit.reports.publish.check import check_outputs


def found_in(root: Path, areas: Path | None = None) -> list[str]:
    return [str(problem) for problem in check_outputs(root, areas).problems]


def in_text(path: Path, text: str) -> None:
    path.write_text(f"A line\n{text}\n", encoding="utf-8")


def in_csv(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Question", "Remark"], ["B1.1", text]])


def in_json(path: Path, text: str) -> None:
    path.write_text(json.dumps({"deep": [{"er": text}]}), encoding="utf-8")


def in_page(path: Path, text: str) -> None:
    path.write_text(f"<h1>Report</h1><p>Some {text} here</p>", encoding="utf-8")


def in_attribute(path: Path, text: str) -> None:
    path.write_text(f"<h1>Report</h1><img alt='{text.replace(chr(39), '&#39;')}'>", encoding="utf-8")


def in_comment(path: Path, text: str) -> None:
    path.write_text(f"<h1>Report</h1><!-- {text} -->", encoding="utf-8")


def in_chart(path: Path, text: str) -> None:
    figure = json.dumps({"data": [{"customdata": [f"72%<br>{text}"]}]})
    path.write_text(f'<script type="application/json" id="c">{figure}</script>', encoding="utf-8")


def notebook(output: dict, **metadata) -> str:
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": ["1 + 1"],
        "execution_count": 1,
        "outputs": [output],
    }
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]})


def in_notebook(path: Path, text: str) -> None:
    path.write_text(notebook({"output_type": "stream", "name": "stderr", "text": [text]}), encoding="utf-8")


def in_notebook_page(path: Path, text: str) -> None:
    data = {"text/html": [f"<table><tr><td>{text}</td></tr></table>"]}
    path.write_text(notebook({"output_type": "display_data", "data": data, "metadata": {}}), encoding="utf-8")


def in_notebook_chart(path: Path, text: str) -> None:
    data = {"application/vnd.plotly.v1+json": {"data": [{"hovertext": [text]}]}}
    path.write_text(notebook({"output_type": "display_data", "data": data, "metadata": {}}), encoding="utf-8")


def in_notebook_metadata(path: Path, text: str) -> None:
    path.write_text(
        notebook({"output_type": "stream", "text": []}, papermill={"input": text}), encoding="utf-8"
    )


def in_sheet(path: Path, text: str) -> None:
    book = openpyxl.Workbook()
    book.active["B3"] = text
    book.save(path)


def in_cell_comment(path: Path, text: str) -> None:
    book = openpyxl.Workbook()
    book.active["B3"].comment = Comment(text, "esi_toolkit")
    book.save(path)


def in_page_header(path: Path, text: str) -> None:
    book = openpyxl.Workbook()
    book.active.oddFooter.center.text = text
    book.save(path)


def in_choices(path: Path, text: str) -> None:
    book = openpyxl.Workbook()
    choices = DataValidation(type="list", formula1=f'"{text}"', sqref="B3")
    book.active.add_data_validation(choices)
    book.save(path)


def in_link(path: Path, text: str) -> None:
    packed = base64.b64encode(text.encode()).decode()
    path.write_text(f'<p><a href="data:text/csv;base64,{packed}">table</a></p>', encoding="utf-8")


def in_note_on_a_page(path: Path, text: str) -> None:
    writer = PdfWriter()
    writer.add_blank_page(600, 600)
    writer.add_annotation(0, Text(text=text, rect=(10, 10, 20, 20)))
    writer.write(path)


def in_parquet(path: Path, text: str) -> None:
    pd.DataFrame({"Remark": [text, "none"]}).to_parquet(path)


def in_pdf(path: Path, text: str) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(600, 600)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    escaped = text.replace("\\", "\\\\")
    stream.set_data(f"BT /F1 12 Tf 10 500 Td ({escaped}) Tj ET".encode())
    page[NameObject("/Contents")] = stream
    writer.write(path)


def in_png(path: Path, text: str) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    words = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text.encode()))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + words + chunk(b"IEND", b""))


def in_jpeg(path: Path, text: str) -> None:
    body = text.encode("latin-1")
    path.write_bytes(b"\xff\xd8\xff\xfe" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9")
