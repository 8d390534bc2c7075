"""The last look at a folder of outputs: every leak in every kind of file is named, and nothing else."""

from __future__ import annotations

import base64
import csv
import json
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from pypdf import PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from typer.testing import CliRunner

from esi_toolkit.cli import app
from esi_toolkit.data.files import load_framework
from esi_toolkit.errors import NotFoundError
from esi_toolkit.reports.publish.check import check_outputs
from esi_toolkit.reports.publish.content import Content, FoundTable
from esi_toolkit.reports.publish.counts import AreaOutputs, find_pooled
from esi_toolkit.reports.running.run import run_report
from tests.finished_reports import SAMPLE, finished_reports

CASE, PERSON = "CO017", "Josephine Bloggs"
NOTE = "He told me that he would not go back to his mother's house."
UNIX, WINDOWS, SHARE = (
    "/" + "home/jbloggs/reports",
    "C:" + "\\Users\\jbloggs\\reports",
    "\\\\server01\\inspections",
)
ANSWERS = ["sufficient", "poor", "not applicable", "excellent"]
AT_LEAST = "nothing that must not go out"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> Path:
    """An area whose list of cases names people, as it should not."""
    root = tmp_path_factory.mktemp("inputs")
    shutil.copytree(SAMPLE / "coldermere", root / "coldermere")
    path = root / "coldermere" / "cases.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["case_manager"] = [PERSON] + [f"Manager {number:03}" for number in range(len(table) - 1)]
    table["remarks"] = [NOTE] + [
        f"Nothing to remark about this case, number {n}." for n in range(len(table) - 1)
    ]
    table.to_csv(path, index=False)
    assert CASE in set(table["case_id"])
    return root


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The outputs of one area that withholds figures."""
    out = tmp_path_factory.mktemp("made")
    run_report(SAMPLE / "coldermere", out, formats=("spreadsheet",))
    return out


@pytest.fixture
def folder(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def found_in(root: Path, areas: Path | None = None) -> list[str]:
    return [str(problem) for problem in check_outputs(root, areas).problems]


def test_what_esi_report_writes_is_clean(made, inputs):
    result = check_outputs(made, SAMPLE)
    assert [str(problem) for problem in result.problems] == []
    assert result.files > 15
    assert AT_LEAST in result.summary
    assert found_in(made) == []
    assert found_in(made, inputs) == []


def test_a_finished_batch_with_its_comparison_and_pdfs_is_clean(tmp_path_factory):
    assert found_in(finished_reports(tmp_path_factory), SAMPLE) == []


# Each way to write a text into a file of some kind.


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


WRITE = [
    (in_text, "a.txt"), (in_text, "a.md"), (in_text, "a.yml"), (in_csv, "a.csv"), (in_json, "a.json"),
    (in_page, "a.html"), (in_attribute, "a.html"), (in_comment, "a.html"), (in_chart, "a.html"),
    (in_page, "a.svg"), (in_notebook, "a.ipynb"), (in_notebook_page, "a.ipynb"),
    (in_notebook_chart, "a.ipynb"), (in_notebook_metadata, "a.ipynb"), (in_sheet, "a.xlsx"),
    (in_cell_comment, "a.xlsx"), (in_parquet, "a.parquet"), (in_pdf, "a.pdf"), (in_png, "a.png"),
    (in_jpeg, "a.jpg"), (in_page_header, "a.xlsx"), (in_choices, "a.xlsx"), (in_link, "a.html"),
    (in_note_on_a_page, "a.pdf"),
]  # fmt: skip
EVERY_KIND = pytest.mark.parametrize(
    ("write", "name"), WRITE, ids=[f"{one.__name__}-{name}" for one, name in WRITE]
)


@EVERY_KIND
@pytest.mark.parametrize("path", [UNIX, WINDOWS, SHARE], ids=["unix", "windows", "share"])
def test_a_path_of_a_machine_is_found_in_every_kind_of_file(tmp_path, write, name, path):
    write(tmp_path / name, path)
    (problem,) = [one for one in found_in(tmp_path) if "author" not in one]
    assert problem.startswith(name)
    assert "a path of a machine" in problem


@pytest.fixture(scope="module")
def known(inputs):
    """The inputs read once for all files."""
    from esi_toolkit.reports.publish import check

    loaded = check._load_inputs(inputs)
    patched = pytest.MonkeyPatch()
    patched.setattr(check, "_load_inputs", lambda root: loaded)
    yield inputs
    patched.undo()


@EVERY_KIND
@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"see {CASE} again", "the id of a case"),
        (f"by {PERSON}, manager", "the name of a person"),
        (NOTE, "a note from the inputs"),
    ],
    ids=["case", "person", "note"],
)
def test_what_the_inputs_know_is_found_in_every_kind_of_file(tmp_path, known, write, name, text, found):
    write(tmp_path / name, text)
    problems = [one for one in found_in(tmp_path, known) if found in one]
    assert [one.split(" ")[0] for one in problems] == [name]
    assert CASE not in problems[0]
    assert PERSON not in problems[0]


def test_a_case_is_found_in_the_name_of_a_file(tmp_path, known):
    in_text(tmp_path / f"{CASE}.txt", "nothing")
    assert any("the id of a case" in one for one in found_in(tmp_path, known))


def test_words_that_only_look_like_them_are_left_alone(tmp_path, known):
    text = f"PSRs, 9/10 and 2003/2004; B1.1 and {CASE}7; https://example.org/home/office; a/tmp/x; Josephine"
    in_text(tmp_path / "a.txt", text)
    in_page(tmp_path / "a.html", text)
    assert found_in(tmp_path, known) == []


ROWS = {"case_id": [f"X{n}" for n in range(4)], "question": ["B1.1"] * 4, "judgement": ANSWERS}


def table_csv(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, index=False)


def table_page(path: Path, frame: pd.DataFrame) -> None:
    path.write_text(frame.to_html(index=False), encoding="utf-8")


def table_json(path: Path, frame: pd.DataFrame) -> None:
    path.write_text(frame.to_json(orient="records"), encoding="utf-8")


def table_lists(path: Path, frame: pd.DataFrame) -> None:
    path.write_text(json.dumps(frame.to_dict("list")), encoding="utf-8")


def table_sheet(path: Path, frame: pd.DataFrame) -> None:
    frame.to_excel(path, index=False)


def table_parquet(path: Path, frame: pd.DataFrame) -> None:
    frame.to_parquet(path)


def table_notebook(path: Path, frame: pd.DataFrame) -> None:
    data = {"text/html": frame.to_html(index=False)}
    path.write_text(notebook({"output_type": "display_data", "data": data, "metadata": {}}), encoding="utf-8")


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (table_csv, "a.csv"), (table_page, "a.html"), (table_json, "a.json"), (table_lists, "a.json"),
        (table_sheet, "a.xlsx"), (table_parquet, "a.parquet"), (table_notebook, "a.ipynb"),
    ],
)  # fmt: skip
def test_rows_of_single_cases_are_found_by_their_headings_ids_and_answers(tmp_path, write, name):
    write(tmp_path / name, pd.DataFrame(ROWS))
    assert any("'case_id'" in one for one in found_in(tmp_path))
    write(tmp_path / name, pd.DataFrame({"a": ROWS["judgement"]}))
    assert any("an answer in every row" in one for one in found_in(tmp_path))
    write(tmp_path / name, pd.DataFrame({"a": [f"AB{n:04}" for n in range(4)]}))
    assert any("what looks like a case" in one for one in found_in(tmp_path))


def test_an_author_in_the_metadata_is_found(tmp_path):
    book = openpyxl.Workbook()
    book.properties.creator = "J Bloggs"
    book.properties.lastModifiedBy = "esi_toolkit 1"
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.ipynb").write_text(
        notebook({"output_type": "stream", "text": []}, authors=[{"name": "J Bloggs"}]), encoding="utf-8"
    )
    (tmp_path / "c.html").write_text("<meta name='author' content='J Bloggs'>", encoding="utf-8")
    found = [one for one in found_in(tmp_path) if "an author in the metadata" in one]
    assert [one.split(" ")[0] for one in found] == ["a.xlsx", "b.ipynb", "c.html"]


def test_hidden_sheets_rows_and_columns_are_found(tmp_path):
    book = openpyxl.Workbook()
    book.properties.creator = "esi_toolkit"
    book.create_sheet("Behind").sheet_state = "veryHidden"
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["D"].hidden = True
    book.save(tmp_path / "a.xlsx")
    found = found_in(tmp_path)
    assert ["a hidden sheet" in one for one in found] == [False, True]
    assert "row 3; sheet 'Sheet', column D" in found[0]


def test_files_that_are_no_outputs_or_cannot_be_read_are_named(tmp_path):
    (tmp_path / "register.sqlite").write_bytes(b"SQLite format 3\0")
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link.txt").symlink_to(tmp_path / "odd.txt")
    found = found_in(tmp_path)
    assert [one.split(":")[0] for one in found] == [
        "broken.json",
        "broken.xlsx",
        "inside/link.txt",
        "odd.txt",
        "register.sqlite",
    ]
    assert check_outputs(tmp_path).files == 5


# Counts that were withheld.


def change_json(path: Path, change: Callable[[dict], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_count_of_few_cases_in_the_scorecard_is_found(folder):
    def show(card: dict) -> None:
        card["thematic"]["esi-dv"]["questions"]["C2.6"] |= {"relevant": 4, "positive": 4, "score": 100.0}

    change_json(folder / "coldermere/scorecard.json", show)
    assert ["counts of very few cases" in one for one in found_in(folder)] == [True]


def test_what_is_called_published_is_believed_only_if_the_inputs_say_so(folder):
    def show(card: dict) -> None:
        element = card["thematic"]["esi-dv"]
        element["questions"]["C2.6"] |= {"relevant": 4, "positive": 4, "score": 100.0}
        element["withheld"]["already_public"] = ["C2.6"]

    change_json(folder / "coldermere/scorecard.json", show)
    assert found_in(folder) == []
    assert ["counts of very few cases" in one for one in found_in(folder, SAMPLE)] == [True]


def test_an_unrounded_score_above_a_withheld_question_is_found(folder):
    change_json(
        folder / "coldermere/scorecard.json",
        lambda card: card["thematic"]["esi-dv"]["criteria"]["C4"].update(score=51.25),
    )
    assert any("an unrounded score" in one for one in found_in(folder))


def test_a_question_withheld_alone_is_found_where_its_criterion_tells_it(folder):
    def show(card: dict) -> None:
        element = card["thematic"]["esi-dv"]
        element["withheld"]["codes"].remove("C4.3")
        element["questions"]["C4.3"] |= {
            "relevant": 27,
            "positive": 16,
            "not_applicable": 1,
            "score": 1600 / 27,
        }

    change_json(folder / "coldermere/scorecard.json", show)
    assert any("C4.2" in one and "the one withheld question follows" in one for one in found_in(folder))


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def label_of(code: str) -> str:
    return f"{code} {load_framework('esi-dv').question(code).text}"


@pytest.mark.parametrize(
    "name", ["tables/esi-dv-questions.csv", "tables.xlsx", "report.html", "report.ipynb"]
)
def test_a_withheld_figure_that_one_file_shows_is_found(folder, name):
    path, label = folder / "coldermere" / name, label_of("C2.6")
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        (row,) = [
            row for row in book["esi-dv questions"].iter_rows() if label in [cell.value for cell in row]
        ]
        row[2].value = 4
        book.properties.creator = "esi_toolkit"
        book.save(path)
    elif path.suffix == ".csv":
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        (row,) = [row for row in rows if label in row]
        row[row.index("[c]")] = "4"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        quote = "\\" * (path.suffix == ".ipynb") + '"'
        replace_in(
            path,
            f"{label}</th><td class={quote}num{quote}>[c]",
            f"{label}</th><td class={quote}num{quote}>4 of 4",
        )
    found = found_in(folder)
    assert len(found) == 1
    assert f"coldermere/{name}" in found[0]
    assert "a figure that scorecard.json withholds" in found[0]


def test_a_withheld_figure_in_the_hover_text_of_a_chart_is_found(folder):
    in_chart(folder / "coldermere/extra.html", f"{label_of('C2.6')}<br>4 of 4")
    assert ["extra.html" in one and "withholds" in one for one in found_in(folder)] == [True]


@pytest.mark.parametrize("write", [in_page, in_pdf, in_text])
def test_a_withheld_figure_in_a_sentence_is_found(folder, write):
    name = {in_page: "more.html", in_pdf: "more.pdf", in_text: "more.txt"}[write]
    text = label_of("C2.6").partition(" ")[2]
    write(folder / "coldermere" / name, f"{text}: 100% (4 of 4)")
    assert [name in one and "withholds" in one for one in found_in(folder)] == [True]


def sample_of(folder: Path, cases: dict[str, str]) -> None:
    path = folder / "coldermere/tables/sample.csv"
    rows = [
        ["Characteristic", "Group", "Cases"],
        *(["Risk of harm", group, size] for group, size in cases.items()),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    for other in ("report.html", "report.ipynb", "tables.xlsx"):
        (folder / "coldermere" / other).unlink()


@pytest.mark.parametrize(
    ("cases", "found"),
    [
        ({"low": "51", "medium": "52", "high": "34", "very high": "3"}, "a number of very few cases"),
        ({"low": "51", "medium": "52", "high": "34", "very high": "[c]"}, "can be worked out"),
        # High and very high together are known from the questions that are asked of them alone.
        ({"low": "[c]", "medium": "66", "high": "34", "very high": "[c]"}, "can be worked out"),
        ({"low": "[c]", "medium": "[c]", "high": "[c]", "very high": "[c]"}, ""),
        ({"low": "90", "medium": "90", "high": "[c]", "very high": "[c]"}, "contradict"),
    ],
)
def test_numbers_of_cases_that_can_be_worked_out_are_found(folder, cases, found):
    sample_of(folder, cases)
    problems = found_in(folder)
    assert [found in one for one in problems] == ([True] if found else [])


def test_a_score_of_a_group_is_found_where_the_areas_is_withheld(folder):
    change_json(folder / "coldermere/scorecard.json", lambda card: card["withheld"]["codes"].append("B"))
    assert any(
        "column 'B'" in one and "a score that scorecard.json withholds" in one for one in found_in(folder)
    )


def test_how_many_were_asked_a_question_that_was_relevant_to_none_is_found(folder):
    change_json(
        folder / "coldermere/scorecard.json",
        lambda card: card["questions"]["B2.1"].update(relevant=0, positive=0, not_applicable=2, score=None),
    )
    assert any("esi B2.1" in one and "counts of very few cases" in one for one in found_in(folder))


@pytest.fixture(scope="module")
def same_words(tmp_path_factory) -> Path:
    """Outputs of an area in which few were asked what the thematic element and the inspection ask alike."""
    root = tmp_path_factory.mktemp("same_words")
    area = Path(shutil.copytree(SAMPLE / "coldermere", root / "coldermere"))
    path = area / "esi-dv" / "judgements.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    third = table[table["question"] == "C4.1"].index[3:]
    table.drop(index=third).to_csv(path, index=False)
    run_report(area, root / "out", formats=("spreadsheet",))
    return root / "out" / "coldermere"


def test_a_question_that_another_framework_asks_in_the_same_words_may_be_shown_there(same_words):
    card = json.loads((same_words / "scorecard.json").read_text(encoding="utf-8"))
    assert "C4.1" in card["thematic"]["esi-dv"]["withheld"]["codes"]
    assert "C4.1" not in card["withheld"]["codes"]
    assert found_in(same_words) == []


def test_and_is_found_where_it_is_shown_of_the_framework_that_withholds_it(same_words, tmp_path):
    out = Path(shutil.copytree(same_words, tmp_path / "out"))
    path = out / "tables" / "esi-dv-questions.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    row = table["Question"].str.startswith("C4.1 ")
    assert (table.loc[row, "Met"] == "[c]").all()
    table.loc[row, "Met"] = "2"
    table.to_csv(path, index=False, encoding="utf-8-sig")
    assert any("esi-dv-questions.csv" in one and "withholds" in one for one in found_in(out))


def test_a_score_of_a_group_that_is_withheld_is_found(folder):
    rows = [["Characteristic", "Group", "Cases", "Overall"], ["Gender", "female", "[c]", "61%"]]
    rows += [["Gender", "male", "[c]", "[c]"]]
    with (folder / "coldermere/groups.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (problem,) = found_in(folder)
    assert "groups.csv" in problem
    assert "female, column 'Overall'" in problem


def test_counts_of_several_areas_together_that_give_one_away_are_found():
    shown, withheld = {"relevant": 20, "positive": 15}, {"relevant": None, "positive": None}

    esi = load_framework("esi")

    def area(name: str, counts: dict, codes: list[str]) -> AreaOutputs:
        card = {"framework": "esi", "questions": {"B1.1": counts}, "withheld": {"codes": codes}}
        return AreaOutputs(name, card, {}, {"esi": esi})

    areas = {"Leeds": area("leeds", shown, []), "Ely": area("ely", withheld, ["B1.1"])}

    def page(caption: str, counts: str) -> Content:
        place = "What is done well and badly: North, table"
        content = Content(
            tables=[
                FoundTable(
                    "Family group: North, table",
                    "Overall scores: North",
                    ("Area",),
                    (("Leeds",), ("Ely [u]",)),
                ),
                FoundTable("Areas, table", "Areas on this page", ("Area",), (("Leeds",), ("Ely",))),
                FoundTable(place, caption, ("Question", "Met, of relevant cases"), (("B1.1 Text", counts),)),
            ]
        )
        content.add("top", f"Areas compared: {esi.title}")
        return content

    for caption in ("Done best", "Questions of section B, all areas together"):
        assert "ely" in next(find_pooled(areas, page(caption, "18 of 24"))).found
        assert list(find_pooled(areas, page(caption, "15 of 20"))) == []


def test_the_command_names_everything_and_ends_with_2(folder):
    in_text(folder / "notes.txt", UNIX)
    (folder / "cases.sqlite").write_bytes(b"")
    result = CliRunner().invoke(app, ["publish-check", str(folder)])
    assert result.exit_code == 2
    assert result.stderr.count("error: ") == 2
    assert "2 problems" in result.stdout


def test_the_command_ends_with_0_when_all_is_well(made):
    result = CliRunner().invoke(app, ["publish-check", str(made), "--areas", str(SAMPLE)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "compared with the inputs: " + AT_LEAST in result.stdout


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(NotFoundError):
        check_outputs(tmp_path / "nowhere")
