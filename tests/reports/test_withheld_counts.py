"""The last look at a folder of outputs finds what was withheld, shown anywhere or worked out."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.reports.publish.content import Content, FoundTable
from esi_toolkit.reports.publish.counts import AreaOutputs, find_pooled
from esi_toolkit.reports.running.run import run_report
from tests.finished_reports import SAMPLE
from tests.reports.planting import found_in, in_chart, in_page, in_pdf, in_text


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
