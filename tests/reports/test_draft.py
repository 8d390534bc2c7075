"""Drafts on the disk: whole or not at all, and never in place of what a person wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit.data.files import load_framework, load_inspection
from esi_toolkit.data.inspection import CriterionFindings, Finding, Findings
from esi_toolkit.data.strict_yaml import parse_yaml
from esi_toolkit.errors import InputError, NotFoundError
from esi_toolkit.reports import draft as drafting
from esi_toolkit.reports.check import check_area
from esi_toolkit.reports.decide import score_area, withhold
from esi_toolkit.reports.draft import write_drafts, write_yaml
from esi_toolkit.reports.files.area_tables import list_tables
from esi_toolkit.reports.pages.area_page import open_page

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
RULES = Path(__file__).resolve().parents[2] / "esi_toolkit" / "frameworks" / "esi.yml"
MARK = "draft, not yet confirmed by an inspector"
OWN = """\
# Ours: agreed on Monday.
criteria:
  B2:
    strengths:
      - {text: "Reoffending was well assessed.", questions: [B2.1]}   # after much talk
"""


@pytest.fixture
def area(tmp_path) -> Path:
    """Eskermarsh: counts only, no thematic element, no findings."""
    return Path(shutil.copytree(SAMPLE / "eskermarsh", tmp_path / "eskermarsh"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_drafts_become_the_findings_of_an_area_without_any(area):
    before = contents(area)
    (drafted,) = write_drafts(area)
    after = contents(area)
    assert drafted.path == area / "findings.yml"
    assert {name: after[name] for name in before} == before
    findings = load_inspection(area).findings
    assert drafted.count == sum(1 for _ in findings.walk()) > 40
    assert all(one.draft for _, one in findings.walk())


def test_each_thematic_element_has_drafts_of_its_own(tmp_path):
    area = shutil.copytree(SAMPLE / "fenwater", tmp_path / "fenwater")
    places = [one.path.relative_to(area).as_posix() for one in write_drafts(area)]
    assert places == ["findings.yml", "esi-dv/findings.yml"]
    element = load_inspection(area, load_framework("esi-dv"))
    assert element.finding_lines["criteria.A1.strengths.0"] > 3
    assert [one for one in check_area(area).problems if one.severity == "error"] == []


def test_what_people_wrote_stays_letter_for_letter_and_drafts_stand_beside_it(area):
    (area / "findings.yml").write_text(OWN, encoding="utf-8")
    (drafted,) = write_drafts(area)
    assert drafted.path == area / "findings.draft.yml"
    assert (area / "findings.yml").read_text(encoding="utf-8") == OWN
    text = drafted.path.read_text(encoding="utf-8")
    assert "never read" in text
    assert "B2.1" not in text, "somebody has written about it"
    inspection = load_inspection(area)
    assert sum(1 for _ in inspection.findings.walk()) == 1
    assert inspection.warnings == (), "the file beside it is known, and not read"


def test_drafts_of_an_earlier_time_are_not_written_over(area):
    (area / "findings.yml").write_text(OWN, encoding="utf-8")
    write_drafts(area)
    before = contents(area)
    with pytest.raises(InputError, match="drafts of an earlier time"):
        write_drafts(area)
    assert contents(area) == before


def test_a_file_of_comments_alone_keeps_them(area):
    comments = "# In the inspectors' own words.\r\n# criteria:"
    (area / "findings.yml").write_bytes(comments.encode())
    (drafted,) = write_drafts(area)
    assert drafted.path.name == "findings.yml"
    assert drafted.path.read_bytes().startswith(comments.encode() + b"\n#")
    assert load_inspection(area).findings.criteria


def test_one_place_that_is_taken_leaves_all_as_they_were(tmp_path):
    area = shutil.copytree(SAMPLE / "fenwater", tmp_path / "fenwater")
    (area / "esi-dv" / "findings.yml").write_text("criteria: {}\n", encoding="utf-8")
    (area / "esi-dv" / "findings.draft.yml").write_text("# mine\n", encoding="utf-8")
    before = contents(area)
    with pytest.raises(InputError):
        write_drafts(area)
    assert contents(area) == before


def test_a_write_that_fails_leaves_nothing(area, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    before = contents(area)
    monkeypatch.setattr(drafting, "write_whole", full)
    with pytest.raises(OSError, match="space"):
        write_drafts(area)
    assert contents(area) == before


def test_a_framework_that_is_not_the_areas_gets_no_file(area):
    with pytest.raises(NotFoundError, match="no thematic element esi-dv"):
        write_drafts(area, "esi-dv")
    own, rules = area.parent / "own.yml", RULES.read_text(encoding="utf-8")
    own.write_text(rules.replace("id: esi\n", "id: own\n", 1), encoding="utf-8")
    with pytest.raises(InputError, match="framework own"):
        write_drafts(area, str(own))
    assert not (area / "findings.yml").exists()


def test_a_finding_that_tells_what_a_report_withholds_is_named(area):
    counts = area / "question_counts.csv"
    text = counts.read_text(encoding="utf-8")
    own = next(line for line in text.splitlines() if line.startswith("B1.1,"))
    counts.write_text(text.replace(own, "B1.1,3,3"), encoding="utf-8")
    entries = "{text: In 3 of 3 cases., questions: [B1.1]}, {text: In all cases., questions: [B1.1]}"
    (area / "findings.yml").write_text(f"criteria: {{B1: {{strengths: [{entries}]}}}}\n", encoding="utf-8")
    checked = check_area(area)
    told = [one for one in checked.problems if "which reports withhold" in one.found]
    assert [(one.severity, one.column) for one in told] == [("warning", "criteria.B1.strengths.0")]
    assert "3" not in told[0].found
    assert checked.exit_code == 0


def test_no_draft_tells_what_a_report_withholds(area):
    counts = area / "question_counts.csv"
    text = counts.read_text(encoding="utf-8")
    rows = {line.split(",")[0]: line for line in text.splitlines()}
    # With three cases the first question is withheld, and others so that it cannot be worked out.
    text = text.replace(rows["B1.1"], "B1.1,3,3").replace(rows["B1.2"], "B1.2,40,40")
    counts.write_text(text, encoding="utf-8")
    write_drafts(area)
    named = {code for _, one in load_inspection(area).findings.walk() for code in one.questions}
    withheld = withhold(score_area(area)).scorecard.withheld
    assert {"B1.1"} < withheld
    assert not named & withheld


def test_nothing_to_draft_writes_nothing(tmp_path):
    (tmp_path / "area.yml").write_text("{id: a, name: A, framework: esi}\n", encoding="utf-8")
    assert write_drafts(tmp_path) == ()
    assert [path.name for path in tmp_path.glob("findings*")] == []


ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(
    ANY_TEXT.filter(lambda text: text.strip()), st.sampled_from(["B1.10", "yes", "1e3", "0x1F", "no", "5"])
)
def test_whatever_the_words_are_the_file_gives_them_back(text, code):
    finding = Finding(text=text, questions=(code,), draft=True)
    findings = Findings(criteria={code: CriterionFindings(strengths=(finding,))})
    document = parse_yaml(write_yaml(findings, "What # this: is\n\nnow"), "findings.yml")
    assert document.problems == []
    assert Findings.model_validate(document.value) == findings


def test_the_report_marks_every_draft_and_nothing_else(area):
    write_drafts(area)
    path = area / "findings.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("        draft: true\n", "", 1), encoding="utf-8")
    page = open_page(area)
    drafts = text.count("draft: true\n") - 1
    html = "".join(block._repr_html_() for block in page.show_sections() if hasattr(block, "_repr_html_"))
    assert html.count(MARK) == drafts
    tables = {one.name: one.table.frame for one in list_tables(page)}
    states = tables["findings"]["State"].tolist()
    assert (states.count(MARK), states.count("confirmed")) == (drafts, 1)
    missing = "".join(block._repr_html_() for block in page.show_missing())
    assert f"{drafts} draft findings, not yet confirmed by an inspector" in missing


def test_good_practice_can_be_a_draft_too(area):
    text = "criteria: {B1: {good_practice: [{text: A weekly digest., draft: true}]}}\n"
    (area / "findings.yml").write_text(text, encoding="utf-8")
    html = "".join(
        block._repr_html_() for block in open_page(area).show_sections() if hasattr(block, "content")
    )
    assert f"<strong>Good practice [{MARK}]</strong>" in html


def test_a_table_without_drafts_has_no_column_for_them(area):
    (area / "findings.yml").write_text(OWN, encoding="utf-8")
    tables = {one.name: one.table.frame for one in list_tables(open_page(area))}
    assert tables["findings"].to_dict("records") == [
        {
            "Criterion": "B2 Assessment of likelihood of reoffending",
            "Kind": "Strengths",
            "Finding": "Reoffending was well assessed.",
        }
    ]


def publish(area: Path) -> None:
    path = area / "area.yml"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("status")]
    path.write_text("\n".join([*kept, "status: published", ""]), encoding="utf-8")


def test_what_is_published_holds_no_drafts(area):
    write_drafts(area)
    publish(area)
    with pytest.raises(InputError) as refused:
        open_page(area)
    assert len(refused.value.problems) == sum(1 for _ in load_inspection(area).findings.walk())
    checked = check_area(area)
    assert checked.exit_code == 2
    assert len(checked.parts) == 1, "the other checks are made all the same"
    path = area / "findings.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("        draft: true\n", ""), encoding="utf-8")
    assert open_page(area).inspection.area.status == "published"
    assert check_area(area).exit_code == 0


def test_a_wrong_figure_is_noted_in_the_report_without_the_right_one(area):
    wrong = "criteria: {B2: {strengths: [{text: Assessed in 12.3% of cases., questions: [B2.1]}]}}\n"
    (area / "findings.yml").write_text(wrong, encoding="utf-8")
    (warning,) = open_page(area).inspection.warnings
    assert str(warning) == (
        "findings.yml: found 1 figure in the findings not as the answers give, expected the figures of the "
        "questions named; 'esi check' names them"
    )
    assert check_area(area).exit_code == 8


def test_an_edited_draft_that_is_still_marked_is_asked_about(area):
    write_drafts(area)
    path = area / "findings.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("in only", "in no more than", 1), encoding="utf-8"
    )
    checked = check_area(area)
    asked = [one for one in checked.problems if "reads otherwise" in one.found]
    assert [(one.severity, one.row is not None) for one in asked] == [("warning", True)]
    assert checked.exit_code == 0
