"""The reforms of the organs without a database: text to text. Source: dossier 1.3 ⑤, 2.3."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue import charter_template
from service.charter import amending, checking, lineage, reforming
from service.charter.lineage import Lineage, Step
from service.charter.reforming import Succession
from service.charter.rules import Holding, Post
from service.charter.text import UnitEntry, text_of
from tenants.errors import Missing, Refused

TEMPLATE = charter_template("province")
TEXT = text_of(TEMPLATE)
KEYS = [unit.key for unit in TEXT.units]
TAX = UnitEntry("TAX", "省税务局", "垂管部门", "国税地税征管体制改革方案")
AMR = UnitEntry("AMR", "省市场监督管理局", "政府部门")


def holders(text, code):
    return {(holding.unit, holding.grade, holding.joint) for holding in amending.duty_in(text, code).holders}


def is_charter(text):
    found = [str(fault) for fault in checking.faults(text, list(TEMPLATE.rules))]
    assert not found, found
    return True


def test_two_units_that_shared_a_duty_hold_it_as_one_and_no_longer_jointly():
    reform = reforming.merged(TEXT, ["STAX", "LTAX"], TAX, "2018年机构改革")
    assert [unit.key for unit in reform.text.units] == [*KEYS[:5], "TAX", *KEYS[7:]]
    assert holders(TEXT, "TX1") == {("STAX", "lead", True), ("LTAX", "lead", True)}
    assert holders(reform.text, "TX1") == holders(reform.text, "TX2") == {("TAX", "lead", False)}
    told = reform.succession
    assert [unit.name for unit in told.sources] == ["省国税局", "省地税局"] and told.heirs[0].name == "省税务局"
    assert told.duties == {"TX1": ("TAX",), "TX2": ("TAX",)} and told.basis == "2018年机构改革"
    assert amending.unit_in(reform.text, "TAX").source == TAX.source
    assert Succession.from_json(told.as_json()) == told
    assert is_charter(reform.text)


def test_a_unit_takes_others_in_and_sits_as_long_as_it_did():
    since = date(2011, 5, 1)
    text = TEXT.dated(since)
    after = reforming.merged(text, ["HRSS", "UNION"], replace(amending.unit_in(text, "HRSS"), name="省人社厅")).text
    assert amending.unit_in(after, "HRSS").joined_on == since and amending.unit_in(after, "HRSS").name == "省人社厅"
    assert after.unit("UNION") is None and ("HRSS", "lead", False) in holders(after, "GH2")


def test_lead_office_and_posts_go_with_the_unit():
    text = amending.led(TEXT, ["HRSS", "COM"], "HRSS")
    both = [
        Post("convener", "厅长", "HRSS"),
        Post("convener", "厅长", "COM"),
        Post("office_director", "副厅长", "HRSS"),
    ]
    text = amending.posted(text, both)
    after = reforming.merged(text, ["COM", "HRSS"], UnitEntry("NEW", "省人力商务厅", "政府部门")).text
    assert after.leads == ("NEW",) and after.office_host == "NEW"
    assert [(post.role, post.unit) for post in after.own_posts] == [("convener", "NEW"), ("office_director", "NEW")]
    assert after.rules["convener_count"] == 1 and is_charter(after)


def test_the_stronger_grade_is_kept_where_merged_units_held_one_duty():
    text = amending.held(TEXT, "MZ4", [Holding("CIVIL", "lead"), Holding("COM", "cooperate"), Holding("FIN", "assist")])
    after = reforming.merged(text, ["COM", "CIVIL"], UnitEntry("NEW", "省民政商务厅", "政府部门")).text
    assert holders(after, "MZ4") == {("NEW", "lead", False), ("FIN", "assist", False)}


def test_a_rename_keeps_the_unit_and_a_key_of_its_own_makes_another():
    same = reforming.renamed(TEXT, "AIC", UnitEntry("", "省市场监管局", "政府部门"), "三定方案")
    assert amending.unit_in(same.text, "AIC").name == "省市场监管局" and same.text.duties == TEXT.duties
    assert (same.succession.sources[0].name, same.succession.heirs[0].name) == ("省工商局", "省市场监管局")
    other = reforming.renamed(TEXT, "AIC", AMR).text
    assert other.unit("AIC") is None and holders(other, "GS4") == {("AMR", "lead", False)}
    assert [unit.key for unit in other.units].index("AMR") == KEYS.index("AIC")
    with pytest.raises(Refused, match="名称没有变化") as caught:
        reforming.renamed(TEXT, "AIC", UnitEntry("", "省工商局", "政府部门"))
    assert caught.value.field == "name"
    with pytest.raises(Refused, match="已有名为“省商务厅”的成员单位"):
        reforming.renamed(TEXT, "AIC", UnitEntry("", "省商务厅", "政府部门"))


def test_a_split_says_of_every_duty_who_takes_it():
    market, brand = (
        replace(amending.unit_in(TEXT, "AIC"), name="省市场监管局"),
        UnitEntry("IP", "省知识产权局", "政府部门"),
    )
    shares = {"GS1": ["AIC"], "GS2": ["IP"], "GS3": ["AIC"], "GS4": ["AIC", "IP"]}
    reform = reforming.split(TEXT, "AIC", [market, brand], shares, "机构改革方案")
    assert holders(reform.text, "GS2") == {("IP", "lead", False)}
    assert holders(reform.text, "GS4") == {("AIC", "lead", True), ("IP", "lead", True)}
    assert is_charter(reform.text) and amending.unit_in(reform.text, "IP").source == "机构改革方案"
    with pytest.raises(Refused, match="省工商局的4项职责（GS1、GS2、GS3、GS4）尚未确定") as caught:
        reforming.split(TEXT, "AIC", [market, brand], {})
    assert caught.value.field == "duties"
    with pytest.raises(Refused, match="2项职责（GS1、GS3）尚未确定"):
        reforming.split(TEXT, "AIC", [market, brand], {"GS2": ["IP"], "GS4": ["IP"]})
    with pytest.raises(Refused, match="省工商局不承担RS1"):
        reforming.split(TEXT, "AIC", [market, brand], shares | {"RS1": ["IP"]})
    with pytest.raises(Refused, match="只能由拆分后的单位承接"):
        reforming.split(TEXT, "AIC", [market, brand], shares | {"GS1": ["COM"]})
    with pytest.raises(Refused, match="两个以上不同的单位"):
        reforming.split(TEXT, "AIC", [market], {code: ["AIC"] for code in shares})


def test_a_duty_that_a_unit_only_helps_in_goes_to_one_of_those_that_follow():
    two = [replace(amending.unit_in(TEXT, "CIVIL"), name="省民政局"), UnitEntry("AGED", "省老龄办", "政府部门")]
    shares = {duty.code: ["CIVIL"] for duty in TEXT.duties_of("CIVIL")}
    with pytest.raises(Refused, match="MZ4没有负责的单位"):
        reforming.split(TEXT, "CIVIL", two, shares | {"MZ4": ["CIVIL", "AGED"]})
    after = reforming.split(TEXT, "CIVIL", two, shares | {"MZ4": ["AGED"]}).text
    assert holders(after, "MZ4") == {("AGED", "assist", False)}


def test_a_lead_that_splits_leaves_the_lead_to_the_first_of_those_that_follow():
    two = [UnitEntry("HR", "省人力资源厅", "政府部门"), UnitEntry("SS", "省社会保障局", "政府部门")]
    shares = {duty.code: ["HR"] for duty in TEXT.duties_of("HRSS")} | {"RS5": ["SS"]}
    after = reforming.split(TEXT, "HRSS", two, shares).text
    assert after.leads == ("HR",) and after.office_host == "HR"
    assert {post.unit for post in after.own_posts} == {"HR"} and is_charter(after)


def test_a_unit_is_abolished_when_its_duties_have_found_others():
    shares = {"GS1": "COM", "GS2": "COM", "GS3": "COM", "GS4": "NDRC"}
    reform = reforming.abolished(TEXT, "AIC", shares)
    assert reform.text.unit("AIC") is None and holders(reform.text, "GS4") == {("NDRC", "lead", False)}
    assert [unit.key for unit in reform.succession.heirs] == ["COM", "NDRC"] and is_charter(reform.text)
    with pytest.raises(Refused, match="仍单独承担1项职责（GS4）"):
        reforming.abolished(TEXT, "AIC", {code: "COM" for code in ("GS1", "GS2", "GS3")})
    with pytest.raises(Refused, match="省工商局不承担RS1"):
        reforming.abolished(TEXT, "AIC", {"RS1": "COM"})
    with pytest.raises(Refused, match="承接单位须是本级成员单位"):
        reforming.abolished(TEXT, "AIC", shares | {"GS1": "NOBODY"})


def test_a_unit_that_leads_is_not_abolished():
    shares = {duty.code: "COM" for duty in TEXT.duties_of("HRSS")}
    with pytest.raises(Refused, match="省人力资源社会保障厅是牵头部门，请先另行确定牵头部门"):
        reforming.abolished(TEXT, "HRSS", shares)
    free = amending.posted(
        amending.led(TEXT, ["COM"], "COM"), [Post("convener", "厅长", "COM"), Post("office_director", "副厅长", "COM")]
    )
    assert reforming.abolished(free, "HRSS", shares).text.unit("HRSS") is None


def test_the_only_one_who_carries_a_duty_does_not_just_go():
    held = [Holding("AIC", "lead"), Holding("COM", "assist"), Holding("FIN", "assist")]
    text = amending.held(TEXT, "GS4", held)
    rest = {code: "COM" for code in ("GS1", "GS2", "GS3")}
    with pytest.raises(Refused, match="GS4只由省工商局负责，请先确定由哪个单位承接"):
        reforming.abolished(text, "AIC", rest)
    assert holders(reforming.abolished(text, "AIC", rest | {"GS4": "COM"}).text, "GS4") == {
        ("COM", "lead", False),
        ("FIN", "assist", False),
    }


def test_a_merge_of_a_unit_with_itself_or_alone_or_of_a_stranger_is_refused():
    with pytest.raises(Refused, match="单位不能与自身合并"):
        reforming.merged(TEXT, ["STAX", "STAX"], TAX)
    with pytest.raises(Refused, match="须选择两个以上"):
        reforming.merged(TEXT, ["STAX"], TAX)
    with pytest.raises(Missing):
        reforming.merged(TEXT, ["STAX", "NOBODY"], TAX)
    with pytest.raises(Refused, match="单位代码“COM”已使用"):
        reforming.merged(TEXT, ["STAX", "LTAX"], replace(TAX, key="COM"))


def test_a_duty_goes_over_in_the_grade_it_was_held_in():
    reform = reforming.transferred(TEXT, "RS3", "HRSS", "UNION")
    assert holders(reform.text, "RS3") == {("UNION", "lead", False)}
    assert reform.succession.duties == {"RS3": ("UNION",)}
    for giver, taker, words in (
        ("HRSS", "HRSS", "与原承担单位相同"),
        ("COM", "UNION", "省商务厅不承担RS3"),
        ("HRSS", "NOBODY", "须是本级成员单位"),
    ):
        with pytest.raises(Refused, match=words):
            reforming.transferred(TEXT, "RS3", giver, taker)


# --- what holds of every reform ---


@st.composite
def texts(draw):
    """The seed's text with its duties held by anybody, in any valid way."""
    text = TEXT
    for duty in draw(st.lists(st.sampled_from(TEXT.duties), unique_by=lambda duty: duty.code, max_size=12)):
        units = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=6))
        grades = ["lead", *draw(st.lists(st.sampled_from(reforming.GRADES), min_size=5, max_size=5))]
        joint = draw(st.sets(st.sampled_from(units)))
        held = [Holding(unit, grade, unit in joint) for unit, grade in zip(units, grades, strict=False)]
        text = amending.held(text, duty.code, amending.together(held))
    return text


@st.composite
def plans(draw):
    """Reforms, no unit in two of them: each a function of the text."""
    order = draw(st.permutations(KEYS))
    steps, number = [], 0
    while order and len(steps) < 4:
        kind = draw(st.sampled_from(reforming.KINDS))
        size = 1 if kind in ("rename", "split") else 2
        taken, order = order[:size], order[size:]
        if len(taken) == size:
            number += 1
            steps.append(a_reform(draw, kind, taken, number))
    return steps


def a_reform(draw, kind, taken, number):
    one, other = taken[0], taken[-1]
    heir, second = (
        UnitEntry(f"N{number}", f"新单位{number}", "政府部门"),
        UnitEntry(f"M{number}", f"另一单位{number}", "政府部门"),
    )
    stays = draw(st.booleans())
    first = replace(heir, key=one) if stays else heir
    picks = draw(st.randoms(use_true_random=False))
    ways = [picks.choice([[first.key], [second.key], [first.key, second.key]]) for _ in TEXT.duties]
    share = dict(zip((duty.code for duty in TEXT.duties), ways, strict=True))

    def split(text):
        return reforming.split(text, one, [first, second], {d.code: share[d.code] for d in text.duties_of(one)})

    def transfer(text):
        held = text.duties_of(one)
        return reforming.transferred(text, held[0].code, one, other) if held else None

    return {
        "merge": lambda text: reforming.merged(text, taken, first),
        "rename": lambda text: reforming.renamed(text, one, first),
        "split": split,
        "transfer": transfer,
        "abolish": lambda text: reforming.abolished(text, one, {d.code: other for d in text.duties_of(one)}),
    }[kind]


def carried_out(text, plan):
    """The text after the reforms that are not refused, and their record."""
    record = []
    for step in plan:
        try:
            reform = step(text)
        except Refused:
            continue
        if reform:
            text, record = reform.text, [*record, reform.succession]
    return text, record


@settings(max_examples=40)
@given(texts(), plans(), st.randoms(use_true_random=False))
def test_reforms_of_distinct_units_come_to_the_same_in_any_order(text, plan, luck):
    shuffled = list(plan)
    luck.shuffle(shuffled)
    one, other = carried_out(text, plan)[0], carried_out(text, shuffled)[0]
    alike = [replace(t, duties=tuple(replace(d, holders=frozenset(d.holders)) for d in t.duties)) for t in (one, other)]
    assert alike[0] == alike[1]


@settings(max_examples=40)
@given(texts(), plans())
def test_no_reform_leaves_a_duty_without_holder_or_a_charter_that_is_none(text, plan):
    after, _ = carried_out(text, plan)
    assert all(duty.holders for duty in after.duties)
    assert [duty.code for duty in after.duties] == [duty.code for duty in text.duties]
    assert is_charter(after)


def steps_of(before, after, record):
    held = {unit.key: [duty.code for duty in before.duties_of(unit.key)] for unit in before.units}
    return lineage.steps(record, held, {unit.key for unit in after.units})


@settings(max_examples=40)
@given(texts(), plans())
def test_who_holds_a_duty_afterwards_is_who_carries_on_from_its_holders(text, plan):
    """The total of holdings is preserved: none appears and none is lost, but those that fell together."""
    after, record = carried_out(text, plan)
    steps = {step.unit: step for step in steps_of(text, after, record)}
    for duty in text.duties:
        expected = set()
        for key in [holding.unit for holding in duty.holders]:
            step = steps.get(key)
            expected |= {h.unit for h in step.heirs if duty.code in h.duties} if step else {key}
        assert {holding.unit for holding in amending.duty_in(after, duty.code).holders} == expected


@settings(max_examples=40)
@given(texts(), plans())
def test_every_unit_is_followed_to_one_that_sits_unless_nobody_carries_on(text, plan):
    after, record = carried_out(text, plan)
    steps = steps_of(text, after, record)
    ended = {step.unit for step in steps if not step.heirs}
    sitting = {unit.key for unit in after.units}
    assert {Lineage(steps).now(key) for key in KEYS} - ended <= sitting


def test_a_unit_is_followed_through_years_and_by_duty():
    told = Lineage(
        [
            Step("B", "split", (lineage.Heir("B"), lineage.Heir("C", frozenset({"X"}))), date(2024, 1, 1)),
            Step("A", "merge", (lineage.Heir("B"),), date(2018, 7, 1)),
        ]
    )
    assert told.now("A") == "B" and told.now("A", "X") == "C"
    assert told.now("B", "X", since=date(2023, 12, 31)) == "C"
    assert told.now("B", "X", since=date(2024, 1, 1)) == "B", "what it has done since is its own"


def test_reforms_of_one_version_are_one_step_for_each_unit():
    first = reforming.merged(TEXT, ["STAX", "LTAX"], TAX)
    second = reforming.merged(first.text, ["TAX", "FIN"], UnitEntry("FT", "省财税厅", "政府部门"))
    steps = {s.unit: s for s in steps_of(TEXT, second.text, [first.succession, second.succession])}
    assert {key: [heir.unit for heir in step.heirs] for key, step in steps.items()} == {
        "STAX": ["FT"], "LTAX": ["FT"], "FIN": ["FT"],
    }  # fmt: skip
