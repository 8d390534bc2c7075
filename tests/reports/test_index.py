"""The index leads to every report and says how each area stands."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from esi_toolkit.reports.pages.index import write_index
from tests.reports.test_export import Reader

CARD = {
    "area": "leeds",
    "name": "Leeds",
    "framework": "esi",
    "synthetic": False,
    "level": "judgements",
    "cases": 1234,
    "overall": {"score": 64.5, "incomplete": False},
    "sections": {"A": {"score": None}, "B": {"score": 86.9, "weight": 30}, "C": {"score": None}},
    "criteria": {
        "A1": {"rating": "Well met", "calculated": "Partly met"},
        "A2": {"rating": None, "calculated": None},
        "B1": {"score": 72.0},
    },
    "questions": {},
}


def put(out, folder_name, card=None, *, failed="", page=True, **changes):
    folder = out / folder_name
    folder.mkdir(parents=True)
    if page:
        (folder / "report.html").write_text("<p>", encoding="utf-8")
    if card is not None:
        (folder / "scorecard.json").write_text(json.dumps({**card, **changes}), encoding="utf-8")
    if failed:
        text = f"This report could not be made.\n\n{failed}\n\nCell 3 of the notebook: x\n"
        (folder / "failed.txt").write_text(text, encoding="utf-8")


def index_of(out):
    page = write_index(out).read_text(encoding="utf-8")
    Reader(page)
    return page


def rows_of(page):
    """Text of each row of the tables, cell by cell."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    return [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    ]


def test_each_area_is_linked_with_its_scores_and_ratings_rounded_half_up(tmp_path):
    put(tmp_path, "leeds", CARD)
    page = index_of(tmp_path)
    assert '<a href="leeds/report.html">Leeds</a>' in page
    assert rows_of(page) == [
        ["Area", "Overall", "Section B", "Cases", "Status"],
        ["Leeds", "65%", "87%", "1,234", "Done"],
        ["Area", "A1"],
        ["Leeds", "Well met calculated: Partly met"],
    ]


def test_areas_stand_by_name_and_what_one_lacks_is_marked(tmp_path):
    put(tmp_path, "z", CARD, name="Avon")
    put(tmp_path, "a", CARD, name="york", sections={"C": {"score": 0}}, criteria={}, cases=None)
    rows = rows_of(index_of(tmp_path))
    assert rows[:3] == [
        ["Area", "Overall", "Section B", "Section C", "Cases", "Status"],
        ["Avon", "65%", "87%", "[x]", "1,234", "Done"],
        ["york", "65%", "[x]", "0%", "[x]", "Done"],
    ]
    assert rows[-1] == ["york", "[x]"]


def test_synthetic_incomplete_and_shallow_areas_say_so(tmp_path):
    put(tmp_path, "a", CARD, synthetic=True, level="criterion scores")
    put(tmp_path, "b", CARD, overall={"score": 50, "incomplete": True, "missing": ["B4", "<D2>"]})
    page = index_of(tmp_path)
    statuses = [row[-1] for row in rows_of(page)[1:3]]
    assert statuses == [
        "Done; synthetic; scored from published criterion scores",
        "Done; incomplete: without B4, &lt;D2&gt;",
    ]
    assert "Synthetic data. Some of these areas" in page


def test_where_all_is_synthetic_the_page_says_all(tmp_path):
    put(tmp_path, "a", CARD, synthetic=True)
    put(tmp_path, "broken", failed="why", page=False)
    assert "Synthetic data. All of these areas" in index_of(tmp_path)


def test_a_failed_area_says_why_and_whether_an_older_report_stands(tmp_path):
    put(tmp_path, "a", failed="ValueError: <b> & more\nsecond line", page=False)
    put(tmp_path, "b", CARD, name="Leeds & <York>", failed="still running after 3 seconds")
    page = index_of(tmp_path)
    rows = rows_of(page)
    assert rows[1] == ["a", "[x]", "[x]", "[x]", "Failed: ValueError: &lt;b&gt; &amp; more (and more)"]
    assert rows[2][-1] == "Failed; the report here is an earlier one: still running after 3 seconds"
    assert '<a href="b/report.html">Leeds &amp; &lt;York&gt;</a>' in page
    assert "2 areas; 2 could not be made in the last run" in page
    assert 'href="a/' not in page


def test_what_is_no_report_is_not_listed(tmp_path):
    put(tmp_path, "assets", page=False)
    put(tmp_path, ".building-leeds-1-x", CARD)
    put(tmp_path, "notes", CARD, page=False)
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    page = index_of(tmp_path)
    assert "0 areas" in page
    assert len(rows_of(page)) == 1


def test_a_damaged_scorecard_does_not_hide_the_report(tmp_path):
    put(tmp_path, "leeds")
    (tmp_path / "leeds/scorecard.json").write_text("[1, 2", encoding="utf-8")
    assert '<a href="leeds/report.html">leeds</a>' in index_of(tmp_path)


def test_areas_are_described_by_their_titles_group_and_status(tmp_path):
    about = {
        "titles": {"B": "Quality of Assessment", "A1": "Leadership <&>"},
        "family_group": "small & rural",
    }
    put(tmp_path, "leeds", CARD, **about, status="published", published="May 2004")
    put(tmp_path, "york", CARD, name="York", status="draft")
    assert rows_of(index_of(tmp_path)) == [
        ["Area", "Overall", "B Quality of Assessment", "Cases", "Family group", "Status"],
        ["Leeds", "65%", "87%", "1,234", "small &amp; rural", "Published May 2004"],
        ["York", "65%", "87%", "1,234", "[x]", "Draft"],
        ["Area", "A1 Leadership &lt;&amp;&gt;"],
        ["Leeds", "Well met calculated: Partly met"],
        ["York", "Well met calculated: Partly met"],
    ]


def test_rows_carry_what_they_are_filtered_and_sorted_by(tmp_path):
    scale = ["Very well met", "Well met", "Partly met"]
    overall = {"score": 64.5, "incomplete": True}
    put(
        tmp_path,
        "leeds",
        CARD,
        failed="why",
        family_group='a "b"',
        status="draft",
        scale=scale,
        overall=overall,
    )
    put(tmp_path, "york", failed="why", page=False)
    page = index_of(tmp_path)
    facts = 'data-group="a &quot;b&quot;" data-status="draft incomplete failed" data-score="65"'
    assert page.count(f'<tr data-area="leeds" {facts}>') == 2
    assert '<tr data-area="york" data-group="" data-status="failed" data-score="">' in page
    assert '<td class="num" data-value="64.5">65%</td>' in page
    assert '<td data-value="2">Well met' in page


def test_a_withheld_score_is_told_from_one_that_is_not_there(tmp_path):
    nothing = {"overall": {"score": None}, "sections": {"B": {"score": None}}}
    put(tmp_path, "leeds", CARD, **nothing, withheld=["overall", "B"])
    put(tmp_path, "york", CARD, **nothing, name="York", withheld=[])
    put(tmp_path, "zennor", CARD, name="Zennor")
    rows = rows_of(index_of(tmp_path))
    assert [row[1:3] for row in rows[1:4]] == [["[c]", "[c]"], ["[x]", "[x]"], ["65%", "87%"]]


def test_reports_over_several_areas_are_linked_by_their_titles(tmp_path):
    put(tmp_path, "leeds", CARD)
    for folder, title in (("comparison", "Areas compared"), ("thematic-dv", "Violence &amp; harm")):
        put(tmp_path, folder)
        (tmp_path / folder / "report.html").write_text(f"<title>{title}</title>", encoding="utf-8")
    put(tmp_path, "thematic-x", failed="why", page=False)
    page = index_of(tmp_path)
    assert '<li><a href="comparison/report.html">Areas compared</a></li>' in page
    assert '<li><a href="thematic-dv/report.html">Violence &amp; harm</a></li>' in page
    assert "thematic-x" not in page
    assert ">1 area<" in page


def test_the_index_is_the_same_each_time_and_runs_no_script_but_its_own(tmp_path):
    put(tmp_path, "leeds", CARD)
    first = index_of(tmp_path)
    assert index_of(tmp_path) == first
    (script,) = re.findall(r"<script>(.*?)</script>", first, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{allowed}'\"" in first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "leeds"]
