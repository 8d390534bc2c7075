"""The sample data: County Durham's figures follow from its cases, and invented areas are what they say."""

from __future__ import annotations

import importlib.util
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from esi_toolkit.data.files import list_areas, load_framework, load_inspection
from esi_toolkit.data.sample_judgements import NOT_ASKED, answer_exactly
from esi_toolkit.data.samples import (
    Profile,
    as_text,
    simulate_area,
    simulate_areas,
    write_area,
    write_simulated_areas,
)
from esi_toolkit.errors import InputError
from esi_toolkit.method.score import score

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
COUNTY_DURHAM = SAMPLE / "county-durham"
ESI, DV = load_framework("esi"), load_framework("esi-dv")
BOTH = pytest.mark.parametrize("framework", [ESI, DV], ids=["esi", "esi-dv"])
POSITIVE, NEGATIVE = {"excellent", "sufficient"}, {"insufficient", "poor"}


def load_calibrate():
    spec = importlib.util.spec_from_file_location("calibrate", SAMPLE / "calibrate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def first_answers(framework) -> pd.DataFrame:
    folder = COUNTY_DURHAM / ("" if framework is ESI else framework.id)
    table = pd.read_csv(folder / "judgements.csv", dtype=str, keep_default_na=False)
    return table.drop_duplicates(["case_id", "question"])


def by_case(framework) -> pd.DataFrame:
    return first_answers(framework).set_index(["case_id", "question"])["judgement"].unstack()  # noqa: PD010


def counts(framework) -> dict[str, tuple[int, int]]:
    answers = first_answers(framework)
    return {
        code: (int(words.isin(POSITIVE).sum()), int(words.isin(POSITIVE | NEGATIVE).sum()))
        for code, words in answers.groupby("question")["judgement"]
    }


def half_up(value: Fraction) -> str:
    return str(int(value + Fraction(1, 2)))


def exact_scores(framework) -> dict[str, Fraction]:
    """Criteria, sections and overall in exact fractions, without the package's own arithmetic."""
    shares = {code: Fraction(100 * k, n) for code, (k, n) in counts(framework).items() if n}
    scores, overall = dict(shares), Fraction(0)
    for section in framework.sections:
        parts = []
        for criterion in (c for c in section.criteria if c.questions):
            weights = [(Fraction(q.weight), shares[q.id]) for q in criterion.questions]
            scores[criterion.id] = sum(w * s for w, s in weights) / sum(w for w, _ in weights)
            parts.append((Fraction(framework.importance[criterion.importance]), scores[criterion.id]))
        if parts:
            scores[section.id] = sum(w * s for w, s in parts) / sum(w for w, _ in parts)
            overall += Fraction(section.weight or 0) * scores[section.id] / 100
    return {**scores, "overall": overall}


@BOTH
def test_every_published_score_percentage_and_count_follows_from_the_judgements(framework):
    folder = COUNTY_DURHAM / ("" if framework is ESI else framework.id)
    published = pd.read_csv(folder / "published.csv", dtype=str).set_index("code")["value"]
    exact, counted = exact_scores(framework), counts(framework)
    rated = {criterion.id for criterion in framework.criteria if criterion.items}
    got = {
        code: "{}/{}".format(*counted[code]) if "/" in value else half_up(exact[code])
        for code, value in published.items()
        if code not in rated
    }
    assert got == published.drop(list(rated)).to_dict()
    assert len(got) > 50


@BOTH
def test_every_published_rating_follows_from_the_evidence(framework):
    card = score(framework, load_inspection(COUNTY_DURHAM, framework))
    ratings = card.criteria.set_index("criterion")["rating"].dropna()
    printed = pd.read_csv(SAMPLE / "published" / "criteria.csv", dtype=str, keep_default_na=False)
    printed = printed[(printed["framework"] == framework.id) & (printed["kind"] == "rating")]
    assert {c: r for c, r in ratings.items() if r} == printed.set_index("criterion")["published"].to_dict()


def test_the_published_file_repeats_every_figure_of_the_report():
    questions = pd.read_csv(SAMPLE / "published" / "questions.csv", dtype=str, keep_default_na=False)
    criteria = pd.read_csv(SAMPLE / "published" / "criteria.csv", dtype=str, keep_default_na=False)
    for framework, more in ((ESI, 1), (DV, 0)):  # one more: deterioration, printed in a note
        folder = COUNTY_DURHAM / ("" if framework is ESI else framework.id)
        own = questions[questions["framework"] == framework.id]
        printed = (own["n_relevant"] + own["percent_positive"] != "").sum()
        expected = printed + (criteria["framework"] == framework.id).sum() + more
        assert len(pd.read_csv(folder / "published.csv", dtype=str)) == expected


def test_figures_that_the_report_only_hints_at_hold_too():
    main, element = counts(ESI), counts(DV)
    failed = {code: n - k for code, (k, n) in main.items()}
    assert (failed["B1.2"], failed["B1.5"], failed["B3.7"], failed["C1.2"]) == (4, 8, 20, 5)
    assert (failed["C2.5"], failed["C2.10"], failed["D1.6"], main["C5.5"][0]) == (11, 3, 33, 6)
    assert Fraction(failed["B1.6"], main["B1.6"][1]) == Fraction(1, 3)
    assert Fraction(failed["C5.8"], main["C5.8"][1]) == Fraction(1, 4)
    assert (element["C2.7"][1] == 2 * element["C2.7"][0], element["D1.5"][0]) == (True, 3)
    answers = first_answers(DV)
    assert (answers[answers["question"] == "B4.1"]["judgement"] == "excellent").sum() == 4


def test_county_durham_has_the_cases_the_report_describes():
    cases = load_inspection(COUNTY_DURHAM, ESI).cases
    assert (len(cases), cases["dv"].eq("yes").sum(), cases["assessor"].eq("area assessor").sum()) == (
        100,
        23,
        33,
    )
    assert cases["ethnicity"].eq("minority ethnic").sum() == 1
    high = cases["risk_of_harm"].isin(["high", "very high"])
    assert (high.sum(), cases.loc[high, "high_risk_register"].eq("yes").sum()) == (29, 20)
    assert cases.loc[~high, "high_risk_register"].eq("no").all()


@BOTH
def test_no_answer_is_missing_in_county_durham(framework):
    inspection = load_inspection(COUNTY_DURHAM, framework)
    assert inspection.warnings == ()
    assert score(framework, inspection).questions["missing"].sum() == 0


def test_eight_cases_are_assessed_twice_and_mostly_agree():
    judgements = load_inspection(COUNTY_DURHAM, ESI).judgements
    second = judgements[~judgements["counts"]]
    pairs = second.merge(judgements[judgements["counts"]], on=["case_id", "question"])
    assert pairs["case_id"].nunique() == 8
    assert (pairs["assessor_id_x"] != pairs["assessor_id_y"]).all()
    assert 0.8 < (pairs["judgement_x"] == pairs["judgement_y"]).mean() < 0.97


def test_judgements_about_one_case_hang_together():
    answers = first_answers(ESI)
    answers = answers[answers["judgement"] != "not applicable"]
    answers = answers.assign(value=answers["judgement"].isin(POSITIVE).astype(float))
    spread = answers.groupby("case_id")["value"].mean().std()
    chance = np.random.default_rng(1)
    alone = answers.groupby("question")["value"].transform(lambda v: chance.permutation(v.to_numpy()))
    shuffled = answers.assign(value=alone)
    assert spread > 2 * shuffled.groupby("case_id")["value"].mean().std()


def test_the_same_fact_about_a_case_has_the_same_answer_in_both_inspections():
    main, element = by_case(ESI), by_case(DV)
    for code, same in (("D1.5", "D1.6"), ("D1.1", "D1.2"), ("C5.1", "C5.6"), ("B1.2", "B1.1")):
        both = pd.concat([main[code], element[same]], axis=1, keys=["main", "element"]).dropna()
        both = both[both["element"] != "not applicable"]
        assert (both["main"].isin(POSITIVE) == both["element"].isin(POSITIVE)).all(), code


def test_what_improved_did_not_get_worse():
    main = by_case(ESI)
    for improved, no_worse in (("D1.1", "D1.8"), ("D1.5", "D1.11")):
        assert not (main[improved].isin(POSITIVE) & main[no_worse].isin(NEGATIVE)).any()


def test_the_script_makes_the_same_bytes_again(tmp_path):
    load_calibrate().main(["--out", str(tmp_path)])
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert [
        str(path) for path in made if (tmp_path / path).read_bytes() != (SAMPLE / path).read_bytes()
    ] == []
    by_hand = {"area.yml", "evidence.csv", "findings.yml", "recommendations.yml"}
    kept = {
        path.relative_to(SAMPLE) for area in list_areas(SAMPLE) for path in area.rglob("*") if path.is_file()
    }
    assert {path.name for path in kept - set(made)} <= by_hand


@pytest.mark.parametrize(
    ("line", "instead", "named"),
    [("esi,B1.1,100,82", "esi,B1.1,100,81", "B1.1"), ("esi,B1.7,24,14", "esi,B1.7,24,24", "B1:")],
)
def test_a_choice_that_misses_a_published_figure_stops_the_script(
    tmp_path, monkeypatch, line, instead, named
):
    calibrate = load_calibrate()
    shutil.copytree(SAMPLE / "published", tmp_path / "published")
    text = (SAMPLE / "calibration.csv").read_text("utf-8")
    assert text.count(line) == 1
    (tmp_path / "calibration.csv").write_text(text.replace(line, instead), "utf-8")
    monkeypatch.setattr(calibrate, "HERE", tmp_path)
    with pytest.raises(ValueError, match=named):
        calibrate.read_targets(ESI)


def test_every_sample_area_can_be_scored_and_says_that_it_is_synthetic():
    areas = {path.name: load_inspection(path) for path in list_areas(SAMPLE)}
    assert len(areas) == 7
    assert all(area.area.synthetic and area.area.note for area in areas.values())
    assert len({area.area.family_group for area in areas.values()}) == 1
    overall = {name: score(ESI, area).overall.score for name, area in areas.items()}
    assert min(overall, key=overall.get) == "aldermoor"
    assert max(overall, key=overall.get) == "fenwater"


def test_the_areas_are_what_the_readme_says():
    areas = {path.name: load_inspection(path) for path in list_areas(SAMPLE)}
    assert areas["dunholt"].level == "criterion scores"
    assert areas["eskermarsh"].level == "question counts"
    assert len(areas["coldermere"].cases) == 140
    assert areas["fenwater"].cases["gender"].eq("female").sum() < 10
    card = score(ESI, areas["brackenfold"])
    criteria = card.criteria.set_index("criterion")
    assert card.overall.incomplete
    assert pd.isna(criteria.loc["D2", "score"])
    assert not criteria.loc["A4", "rating"] or pd.isna(criteria.loc["A4", "rating"])
    assert card.questions["missing"].sum() > 500


def test_the_sample_stays_small():
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 3_000_000


def test_the_same_seed_gives_the_same_area_and_another_one_another():
    once, again, other = (
        simulate_area(ESI, seed=seed, name="Otterfold", thematic=[DV]) for seed in (3, 3, 4)
    )
    assert {name: as_text(table) for name, table in once.items()} == {
        name: as_text(table) for name, table in again.items()
    }
    assert as_text(once["judgements.csv"]) != as_text(other["judgements.csv"])


def test_the_first_areas_do_not_depend_on_how_many_are_made():
    few = dict(simulate_areas(ESI, [DV], count=2, seed=9))
    more = dict(simulate_areas(ESI, [DV], count=4, seed=9))
    assert list(few) == list(more)[:2]
    for name, tables in few.items():
        assert_frame_equal(tables["judgements.csv"], more[name]["judgements.csv"])


def test_more_areas_than_names_are_numbered():
    made = [name for name, _ in simulate_areas(ESI, count=110, seed=1)]
    assert len(set(made)) == 110


def test_a_simulated_area_can_be_written_read_and_scored_without_a_warning(tmp_path):
    tables = simulate_area(ESI, seed=8, name="Otter Fold", thematic=[DV])
    written = write_area(tmp_path / "otter-fold", tables)
    assert {path.name for path in written} >= {"area.yml", "cases.csv", "judgements.csv", "performance.csv"}
    for framework in (ESI, DV):
        inspection = load_inspection(tmp_path / "otter-fold", framework)
        assert inspection.warnings == ()
        assert not score(framework, inspection).overall.incomplete


def test_many_areas_are_written_each_into_its_own_folder(tmp_path):
    folders = write_simulated_areas(tmp_path, count=3, seed=2)
    assert sorted(folders) == list_areas(tmp_path)
    assert all(load_inspection(folder).area.synthetic for folder in folders)


def test_a_negative_seed_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="0 or more"):
        write_simulated_areas(tmp_path / "out", count=3, seed=-1)
    assert not (tmp_path / "out").exists()


def test_an_invented_area_takes_only_an_invented_area_s_place(tmp_path):
    mine, hers, invented, begun = write_simulated_areas(tmp_path, count=4, seed=2)
    before = (invented / "area.yml").read_bytes()
    for folder in (mine, hers):
        about = folder / "area.yml"
        about.write_text(about.read_text().replace("synthetic: true", "synthetic: false"), encoding="utf-8")
    (invented / "area.yml").write_text("synthetic: true", encoding="utf-8")
    shutil.rmtree(begun)
    begun.mkdir()
    (begun / ".area.yml.1-x.part").touch()
    with pytest.raises(InputError) as error:
        write_simulated_areas(tmp_path, count=4, seed=2)
    assert [Path(problem.where) for problem in error.value.problems] == [mine, hers]
    assert [path.name for path in begun.iterdir()] == [".area.yml.1-x.part"], "nothing is written"
    for folder in (mine, hers):
        folder.rename(tmp_path / f"kept-{folder.name}")
    write_simulated_areas(tmp_path, count=4, seed=2)
    assert (invented / "area.yml").read_bytes() == before
    assert (begun / "area.yml").is_file()


@pytest.mark.parametrize("content", [None, b"\xff", b"- synthetic: true", b"name: x"])
def test_whatever_else_stands_in_an_invented_area_s_place_is_kept(tmp_path, content):
    folder = tmp_path / "nettledale"
    folder.mkdir()
    (folder / ("notes.txt" if content is None else "area.yml")).write_bytes(content or b"mine")
    with pytest.raises(InputError, match="does not say it is synthetic"):
        write_simulated_areas(tmp_path, count=1, seed=5)
    assert len(list(folder.iterdir())) == 1


def test_better_areas_score_better():
    folders = {}
    for care in (-0.8, 0.0, 0.8):
        tables = simulate_area(ESI, seed=5, name="Otterfold", profile=Profile(care=care))
        folders[care] = tables["judgements.csv"]["judgement"].isin(POSITIVE).mean()
    assert folders[-0.8] < folders[0.0] < folders[0.8]


def test_an_area_can_be_simulated_for_a_framework_with_other_words(tmp_path):
    path = tmp_path / "other.yml"
    path.write_text(
        """
id: other
title: Another inspection
version: "1"
source: invented
judgements: {met: 1, partly: 0.5, missed: 0}
importance: {main: 1}
cases: {risk_of_harm: [some, none], assessor: [visitor]}
ratings:
  levels: [fine, bad]
  scale: [Good, Poor]
  rules: [{rating: Good, every: fine}, {rating: Poor, otherwise: true}]
sections:
  - id: S
    title: Safety
    criteria:
      - id: S1
        title: Night
        importance: main
        scored_by: judgements
        questions: [{id: S1.1, text: Awake}, {id: S1.2, text: Rooms, asked_of: {rooms: [many]}}]
      - {id: S2, title: Plans, scored_by: evidence, items: [{id: S2.1, text: A plan}]}
""",
        "utf-8",
    )
    framework = load_framework(path)
    write_area(tmp_path / "area", simulate_area(framework, seed=2, name="Otterfold"))
    inspection = load_inspection(tmp_path / "area", framework)
    assert set(inspection.judgements["judgement"]) == {"met", "partly", "missed"}
    assert inspection.warnings == ()
    assert score(framework, inspection).overall.score is None


def test_exactly_so_many_of_the_best_cases_become_positive():
    propensity, relevant = np.array([0.1, 2.0, -1.0, 0.5, 9.0]), np.array([True, True, True, True, False])
    answers = answer_exactly(ESI, propensity, relevant, 2, best=1)
    assert answers.tolist() == [2, 0, 2, 1, NOT_ASKED]
