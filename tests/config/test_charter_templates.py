"""The charter templates: the seed as data, and what derives from it."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from config.catalogue import after_reform, charter_template, charter_template_for, regions
from config.charter import problems

REFERENCE = Path(__file__).parent / "reference"
SEED = (Path(__file__).parents[2] / "config/charters/seed.txt").read_text(encoding="utf-8")
ELEVEN = [
    "省人力资源社会保障厅",
    "省发展改革委",
    "省民政厅",
    "省财政厅",
    "省商务厅",
    "省国税局",
    "省地税局",
    "省工商局",
    "省总工会",
    "团省委",
    "省妇联",
]


@pytest.fixture
def province():
    return charter_template("province")


def test_the_eleven_units_stand_in_the_order_of_the_seed(province):
    assert [unit.name for unit in province.units] == ELEVEN
    assert "、".join(ELEVEN) in SEED
    assert [unit.key for unit in province.units if unit.is_lead] == ["HRSS"]


def test_every_clause_is_verbatim_from_the_seed_and_no_sentence_is_missing(province):
    assert all(clause.text in SEED and not clause.adapted for clause in province.clauses)
    rest = SEED
    for clause in province.clauses:
        rest = rest.replace(clause.text, "", 1)
    headings = ["附件1：", province.title, *(f"{n}、{h}" for n, h in zip("一二三四", HEADINGS, strict=True))]
    assert rest.split() == headings


HEADINGS = ("主要职责", "成员单位", "职责分工", "工作规则")


def test_responsibilities_duties_and_the_association_quote_the_seed(province):
    assert [item.code for item in province.responsibilities] == [f"D{n}" for n in range(1, 12)]
    for part in (*province.responsibilities, *province.duties, province.association):
        assert part.quote in SEED, part


def test_a_duty_quotes_the_passage_of_its_own_unit(province):
    names = {unit.key: unit.name for unit in province.units}
    for duty in province.duties:
        passage = next(clause.text for clause in province.clauses if clause.source == duty.source)
        assert duty.quote in passage, duty.code
        assert all(names[holder.unit] in passage.split("：")[0] for holder in duty.holders)


def test_the_44_duties_are_those_of_the_reference_with_finer_grades(province):
    with (REFERENCE / "duties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(duty.code, duty.text) for duty in province.duties] == [(row["code"], row["duty"]) for row in rows]
    assert len(rows) == 44
    names = {unit.key: unit.name for unit in province.units}
    mode = {"cooperate": "assist"}
    for duty, row in zip(province.duties, rows, strict=True):
        assert [names[holder.unit] for holder in duty.holders] == row["unit"].split(";")
        assert {mode.get(h.grade, h.grade) for h in duty.holders} == {row["mode"].removesuffix(",joint")}
        assert all(holder.joint == row["mode"].endswith("joint") for holder in duty.holders)


def test_a_grade_is_the_word_of_the_seed(province):
    for code, grade in {"CZ1": "coordinate", "MZ4": "assist", "CZ2": "cooperate", "FL5": "cooperate"}.items():
        assert province.duty(code).holders[0].grade == grade


def test_the_numbers_of_the_seed_are_rules(province):
    assert (province.rule("plenary_min").value, province.rule("plenary_max").value) == (1, 2)
    assert province.rule("plenary_min").source == "seed 四(二)"
    assert province.rule("liaison_per_unit").value == 1
    assert province.rule("escalation_deemed_consent").value is False
    assert province.rule("escalation_deemed_consent").strength == "hard"
    assert not province.rule("escalation_deemed_consent").adjustable


@pytest.mark.parametrize("level", ["province", "city", "county"])
def test_each_level_has_a_complete_charter_with_a_source_at_every_part(level):
    template = charter_template(level)
    assert problems(template) == []
    assert (template.level, len(template.units), len(template.duties)) == (level, 11, 44)
    assert template.version.startswith(level)


def test_nothing_provincial_is_left_in_a_citys_charter_but_the_work_set_by_the_province():
    city = charter_template("city")
    words = [unit.name for unit in city.units] + [str(rule.value) for rule in city.rules]
    words += [clause.text.replace("中央和省、市", "") for clause in city.clauses] + [city.title]
    assert not [word for word in words if "省" in word or "{" in word]
    assert "国务院办公厅" in city.clause("preamble").text
    assert city.clause("preamble").adapted and not city.clause("units_work").adapted


def test_a_countys_charter_has_its_own_words_and_no_clause_for_localities():
    county = charter_template("county")
    assert county.unit("NDRC").name == "县发展和改革局"
    assert county.unit("YOUTH").name == "团县委"
    assert county.rule("liaison_rank").value == "股级"
    assert county.rule("report_to").value == "县政府"
    assert [post.name for post in county.posts][:3] == ["局长", "有关负责同志", "副局长"]
    assert "localities" not in {clause.key for clause in county.clauses}


def test_a_district_says_qu_and_a_municipality_has_bureaus():
    assert charter_template_for(regions()["110101"]).unit("HRSS").name == "区人力资源和社会保障局"
    beijing = charter_template_for(regions()["110000"])
    assert (beijing.level, beijing.posts[0].name) == ("province", "局长")
    assert beijing.rule("liaison_rank").value == "处级"
    guangxi = charter_template_for(regions()["450000"])
    assert guangxi.conference_name == "自治区发展家庭服务业联席会议"


def test_every_division_of_the_country_has_a_charter():
    for region in regions().values():
        template = charter_template_for(region)
        assert template.level == region.level
        assert "{" not in "".join(clause.text for clause in template.clauses)


def test_the_reform_of_2018_merges_the_two_tax_bureaus_and_their_joint_duties(province):
    after = after_reform(province, "2018")
    assert [unit.name for unit in after.units] == [*ELEVEN[:5], "省税务局", "省市场监督管理局", *ELEVEN[8:]]
    assert [unit.order for unit in after.units] == list(range(1, 11))
    assert [(holder.unit, holder.joint) for holder in after.duty("TX1").holders] == [("TAX", False)]
    assert {after.duty(f"GS{n}").holders[0].unit for n in range(1, 5)} == {"AMR"}
    text = "".join(clause.text for clause in after.clauses)
    assert "国税" not in text and "工商局" not in text and "省税务局、省市场监督管理局、省总工会" in text
    assert len(province.units) == 11, "the template itself is untouched"


def test_a_charter_that_contradicts_itself_is_seen(province):
    no_lead = replace(province, units=tuple(replace(unit, is_lead=False) for unit in province.units))
    assert any("lead" in problem for problem in problems(no_lead))
    lost = replace(province, units=province.units[1:])
    assert any("RS1" in problem for problem in problems(lost))
    unsourced = replace(province, clauses=(replace(province.clauses[0], source=""), *province.clauses[1:]))
    assert any("source" in problem for problem in problems(unsourced))
    odd = replace(province, rules=(replace(province.rule("plenary_min"), value="一"), *province.rules[1:]))
    assert any("plenary_min" in problem for problem in problems(odd))


def test_an_unknown_level_is_refused():
    with pytest.raises(KeyError):
        charter_template("municipality")
