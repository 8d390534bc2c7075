"""The last look at a folder of outputs: every leak in every kind of file is named, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from esi_toolkit.cli import app
from esi_toolkit.errors import NotFoundError
from esi_toolkit.reports.publish.check import check_outputs
from tests.finished_reports import SAMPLE, finished_reports
from tests.reports.planting import (
    found_in,
    in_attribute,
    in_cell_comment,
    in_chart,
    in_choices,
    in_comment,
    in_csv,
    in_jpeg,
    in_json,
    in_link,
    in_note_on_a_page,
    in_notebook,
    in_notebook_chart,
    in_notebook_metadata,
    in_notebook_page,
    in_page,
    in_page_header,
    in_parquet,
    in_pdf,
    in_png,
    in_sheet,
    in_text,
    notebook,
)

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


def test_what_esi_report_writes_is_clean(made, inputs):
    result = check_outputs(made, SAMPLE)
    assert [str(problem) for problem in result.problems] == []
    assert result.files > 15
    assert AT_LEAST in result.summary
    assert found_in(made) == []
    assert found_in(made, inputs) == []


def test_a_finished_batch_with_its_comparison_and_pdfs_is_clean(tmp_path_factory):
    assert found_in(finished_reports(tmp_path_factory), SAMPLE) == []


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
