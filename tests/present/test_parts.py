"""The parts of a report: in order, escaped, complete; what an area lacks is left out and said."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.method.moderate import moderate, propose_decision
from esi_toolkit.method.score import score
from esi_toolkit.present import background, charts, closing, opening, sections, surroundings, tables, thematic
from esi_toolkit.present.blocks import Blocks
from esi_toolkit.present.figure import MIMETYPE
from esi_toolkit.present.html import Table, heading, paragraph, to_html
from esi_toolkit.present.reconviction import show_reconviction
from esi_toolkit.statistics.certainty import whole_caseload

DRAWABLE = (
    "context",
    "performance",
    "criminogenic_factors",
    "oasys_reassessment",
    "feedback",
    "reconviction",
)


def html_of(blocks) -> str:
    return "\n".join(bundle.get("text/html", "") for bundle in Blocks(blocks).bundles())


def everything(small) -> dict[str, list]:
    inspection, card = small.inspection, small.scorecard
    return {
        "title": opening.show_title(inspection.area, small.framework),
        "glance": opening.show_glance(card),
        "summary": opening.show_summary(card, inspection),
        "recommendations": opening.show_recommendations(inspection.recommendations, inspection.area),
        "sheet": opening.show_sheet(card),
        "arrangements": background.show_arrangements(inspection, card, [card]),
        "approach": background.show_approach(small.framework),
        "overview": background.show_overview(inspection),
        "section": sections.show_section(card, inspection, small.framework.sections[1]),
        "factors": surroundings.show_factors(inspection),
        "feedback": surroundings.show_feedback(inspection, small.framework),
        "thematic": thematic.show_thematic(card, inspection),
        "reconviction": list(show_reconviction(inspection, small.framework)),
        "reading": closing.show_reading(card),
        "glossary": closing.show_glossary(["A PSR"]),
        "missing": closing.show_missing(inspection, []),
        "reproducibility": closing.show_reproducibility([card], {"area_folder": "<b>", "framework": ""}),
    }


def test_no_part_lets_text_from_data_become_markup(small):
    for name, blocks in everything(small).items():
        html = html_of(blocks).replace("<i></i>", "")  # a step of a rating that is not reached
        assert not re.search(r"<(b|i|em|script)>", html), name


def test_every_part_begins_with_its_heading_and_no_level_is_skipped(small):
    for name, blocks in everything(small).items():
        levels = [int(level) for level in re.findall(r"<h([1-6])", html_of(blocks))]
        assert levels, name
        assert levels[0] == (1 if name == "title" else 2)
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_headings_have_ids_of_their_own(small):
    parts = {name: blocks for name, blocks in everything(small).items() if name != "recommendations"}
    ids = [one for blocks in parts.values() for one in re.findall(r'<h\d id="([^"]*)"', html_of(blocks))]
    assert len(ids) == len(set(ids))


def test_synthetic_data_and_drafts_are_announced(small):
    area = small.inspection.area
    assert "Synthetic data" in html_of(opening.show_title(area, small.framework))
    draft = area.model_copy(update={"synthetic": False, "status": "draft"})
    html = html_of(opening.show_title(draft, small.framework))
    assert "Synthetic" not in html
    assert 'class="notice draft"' in html


def test_the_first_screen_has_the_overall_the_sections_and_the_ratings(small):
    html = html_of(opening.show_glance(small.scorecard))
    assert '<span class="label">Overall score</span> <span class="figure">83%</span>' in html
    assert html.count('<i class="on">') == 2
    assert '<span class="word">Fair</span>' in html
    assert "Incomplete" not in html


def test_what_has_no_score_or_rating_is_named_on_the_first_screen(small):
    bare = replace(small.inspection, evidence=None)
    assert "Incomplete: A1 has no score or rating." in html_of(
        opening.show_glance(score(small.framework, bare))
    )


def test_the_summary_has_figures_and_the_inspectors_words(small):
    html = html_of(opening.show_summary(small.scorecard, small.inspection))
    assert "is lowest at 75%; B2 Recording highest at 98%.</p>" in html
    assert "Rated in words: A1 Leading &amp; planning fair." in html
    assert "Work was &lt;em&gt;good" in html
    without = html_of(opening.show_summary(small.scorecard, replace(small.inspection, findings=None)))
    assert "have not been written yet" in without


def test_figures_of_few_cases_are_marked_at_a_glance_and_in_the_summary(small):
    few = small.inspection.leave_out_cases(frozenset(f"c{n}" for n in range(20)))
    card = score(small.framework, few)
    for part in (opening.show_glance(card), opening.show_summary(card, few)):
        percentages = re.findall(r"\d+%[^<;.:]{0,4}", html_of(part))
        assert len(percentages) > 2
        assert all(" [u]" in one for one in percentages)


def test_a_thematic_element_has_a_summary_of_its_own(small):
    html = html_of(thematic.show_thematic(small.scorecard, small.inspection)).replace("\n", "")
    assert '<h3 id="small-summary">Summary</h3><h4 id="small-summary-a">Management</h4>' in html
    assert "is lowest at 75%; B2 Recording highest at 98%.</p><p>Work was &lt;em&gt;good" in html


def test_recommendations_have_a_deadline_after_publication(small):
    html = html_of(opening.show_recommendations(small.inspection.recommendations, small.inspection.area))
    assert "<p>To the Board:</p>" in html
    assert "<li>Do &lt;b&gt;more&lt;/b&gt;</li>" in html
    assert '<ol class="recommendations" start="2"><li>Do it soon</li></ol>' in html
    assert "August 2004" in html
    assert "by May 2005" in html
    unpublished = small.inspection.area.model_copy(update={"published": None})
    assert "3 months after publication" in html_of(
        opening.show_recommendations(small.inspection.recommendations, unpublished)
    )


def test_a_criterion_has_result_description_evidence_and_findings(small):
    html = html_of(
        sections.show_criterion(small.scorecard, small.inspection, small.framework.criterion("B1"))
    )
    assert '<p class="score"><strong>75%</strong> <span class="aside">critical, 40 cases</span></p>' in html
    assert "<summary>Answers to the questions of B1 as a table</summary>" in html
    assert "Strengths" in html
    assert 'class="good-practice"' in html


def test_a_section_shows_the_chart_and_the_table_that_are_made_alone(small):
    blocks = sections.show_section(small.scorecard, small.inspection, small.framework.sections[1])
    caseload = whole_caseload(small.framework, small.inspection)
    shown = list(Blocks(blocks).bundles())
    assert [bundle[MIMETYPE]["data"] for bundle in shown if MIMETYPE in bundle] == [
        charts.draw_questions(small.scorecard, "B1").to_plotly_json()["data"]
    ]
    for code in ("B1", "B2"):
        assert to_html(tables.tabulate_questions(small.scorecard, code, caseload)) in html_of(blocks)


def test_a_chart_stands_only_where_enough_questions_have_enough_cases(small):
    def figures(card, code):
        blocks = sections.show_criterion(card, small.inspection, small.framework.criterion(code))
        return [bundle for bundle in Blocks(blocks).bundles() if MIMETYPE in bundle]

    few = score(small.framework, small.inspection.leave_out_cases(frozenset(f"c{n}" for n in range(20))))
    assert len(figures(small.scorecard, "B1")) == 1
    assert not figures(small.scorecard, "B2"), "one question"
    assert not figures(few, "B1"), "20 cases"


def test_an_adjusted_rating_stands_beside_the_calculated_one_with_the_reason(small):
    decision = propose_decision(small.scorecard, "A1", "Good", reason="Because of B <1>", author="Ann & Co")
    card = moderate(small.scorecard, [decision])
    html = html_of(sections.show_criterion(card, small.inspection, small.framework.criterion("A1")))
    assert "<strong>Good</strong>" in html
    assert "adjusted by the lead inspector from Fair" in html
    assert "Because of B &lt;1&gt;" in html
    assert "Ann &amp; Co" in html


@pytest.mark.parametrize("absent", DRAWABLE)
def test_what_an_area_lacks_is_left_out_and_said(small, absent):
    without = replace(small.inspection, **{absent: None})
    assert f"({absent})" in html_of(closing.show_missing(without, []))
    for show in (background.show_overview, surroundings.show_factors):
        show(without)
    surroundings.show_feedback(without, small.framework)
    list(show_reconviction(without, small.framework))


def test_parts_with_nothing_to_show_have_no_heading(small):
    bare = replace(small.inspection, **dict.fromkeys(DRAWABLE), reconviction_cases=None, recommendations=None)
    assert background.show_overview(bare) == []
    assert surroundings.show_factors(bare) == []
    assert surroundings.show_feedback(bare, small.framework) == []
    assert list(show_reconviction(bare, small.framework)) == []
    assert opening.show_recommendations(None, bare.area) == []
    assert closing.show_glossary(["nothing of note"]) == []


def test_nothing_missing_is_said_too(small):
    assert "Nothing: every question asked is answered" in html_of(
        closing.show_missing(replace(small.inspection, warnings=()), [])
    )


def test_a_page_can_be_traced_to_its_rules_and_files(small):
    html = html_of(closing.show_reproducibility([small.scorecard], {"framework": ""}))
    assert small.framework.fingerprint in html
    assert small.scorecard.input_hash in html
    assert "(default)" in html


def test_blocks_become_one_output_up_to_each_figure(small):
    figure = opening.show_sheet(small.scorecard)[-1]
    blocks = Blocks([heading(2, "One"), paragraph("Two"), figure, paragraph("Three")])
    kinds = [sorted(bundle) for bundle in blocks.bundles()]
    assert kinds == [["text/html", "text/plain"], [MIMETYPE, "text/plain"], ["text/html", "text/plain"]]
    assert list(blocks.bundles())[1][MIMETYPE]["config"]["displayModeBar"] is False


def test_the_scoring_approach_says_what_each_answer_counts(small):
    html = html_of(background.show_approach(small.framework))
    assert "“yes it was” counts 1; “no it was not” counts 0; “not applicable” leaves the case out" in html
    assert any(isinstance(block, Table) for block in background.show_approach(small.framework))


def test_a_reading_says_what_it_is_about_and_which_report_it_reads():
    approach = html_of(background.show_approach(load_framework("esi")))
    assert "<p>Source of the rules: HM Inspectorate of Probation, Effective Supervision" in approach
    assert "<li>Small numbers: Ours, after" in approach
    readings = re.findall("<li>([^<]*)</li>", approach.partition("<details")[2])
    assert len(readings) > 10
    assert all(": " in one for one in readings)


def test_an_area_without_any_evidence_has_a_page_that_says_so(small):
    nothing = replace(small.inspection, judgements=None, evidence=None, cases=None, findings=None)
    card = score(small.framework, nothing)
    assert '<span class="figure">[x]</span> <span class="detail">no score</span>' in html_of(
        opening.show_glance(card)
    )
    summary = html_of(opening.show_summary(card, nothing))
    assert summary.count("Nothing in this section has a score or rating.") == 2
    sheet = html_of(opening.show_sheet(card))
    assert "whose weight the others carry" not in sheet
    assert "so nothing is scored" in html_of(background.show_arrangements(nothing, card, []))


def test_a_framework_without_section_weights_has_no_overall_card(small):
    sections_without = tuple(
        section.model_copy(update={"weight": None}) for section in small.framework.sections
    )
    framework = small.framework.model_copy(update={"sections": sections_without})
    card = score(framework, small.inspection)
    assert "Overall" not in html_of(opening.show_glance(card))
    assert "Overall" not in html_of(opening.show_sheet(card))
