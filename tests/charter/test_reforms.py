"""The reforms as a tenant makes them: in a draft, by page and by program; in force, with a record to follow."""

from datetime import date

import pytest
from sqlalchemy import select

from service.charter import commands, queries, reform_commands, succession
from service.charter.models import Unit, UnitSuccession
from service.charter.opening import furnish
from service.charter.text import UnitEntry
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.errors import Forbidden, Missing, Refused
from tests.charter.drafts import in_force
from tests.charter.test_api import Caller
from tests.charter.test_pages import Browser
from tests.factories import a_seat, a_tenant

TAX = UnitEntry("TAX", "省税务局", "垂管部门")
REFORM = date(2026, 6, 15)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return Browser(app, engine, tenant, "OS")


@pytest.fixture
def drafting(office):
    office.post("/draft/begin")
    return office


@pytest.fixture
def program(app, engine, tenant):
    caller = Caller(app, engine, tenant, "OS")
    caller("POST", "/charter/draft")
    return caller


def merge(seat):
    reform_commands.merge_units(seat, ["STAX", "LTAX"], TAX, basis="国税地税征管体制改革方案")


def rename(seat):
    reform_commands.rename_unit(seat, "AIC", UnitEntry("", "省市场监管局", "政府部门"))


def test_when_the_version_takes_effect_it_is_on_record_who_carries_on(engine, tenant):
    """Source: dossier 2.3."""
    version = in_force(engine, tenant, merge, rename, since=REFORM)
    with acting_for(engine, tenant.id) as session:
        units = {unit.key: unit for unit in session.scalars(select(Unit))}
        rows = {row.from_unit_id: row for row in session.scalars(select(UnitSuccession))}
        for key in ("STAX", "LTAX"):
            row = rows[units[key].id]
            assert (row.kind, row.on, row.into_unit_id) == ("merge", REFORM, units["TAX"].id)
            assert row.duties == ["TX1", "TX2"] and row.charter_id == version.id
            assert units[key].left_on == REFORM
        assert rows[units["AIC"].id].into_unit_id == units["AIC"].id and units["AIC"].name == "省市场监管局"
        told = succession.lineage_of(session)
        assert told.now(units["LTAX"].id) == units["TAX"].id
        assert told.now(units["COM"].id) == units["COM"].id
        lines = session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        assert [line.detail["reform"]["kind"] for line in lines if "reform" in line.detail] == ["merge", "rename"]


def test_a_draft_that_is_thrown_away_leaves_no_record(engine, tenant, drafting):
    drafting.submit("/reforms/merge", units=["STAX", "LTAX"], name="省税务局", category="垂管部门")
    assert drafting.draft().unit("STAX") is None
    drafting.submit("/changes", "/discard")
    drafting.post("/draft/begin")
    assert drafting.draft().unit("STAX")
    with acting_for(engine, tenant.id) as session:
        draft = queries.open_draft(session)
        assert draft is not None and draft.successions == []


def test_a_unit_that_a_reform_has_ended_does_not_come_back_in_the_same_draft(engine, tenant, drafting):
    seat = a_seat(engine, tenant, "OS", "CV")
    merge(seat)
    commands.add_unit(seat, UnitEntry("STAX", "省国税局", "垂管部门"))
    with pytest.raises(Refused, match="省国税局在本稿的机构改革中已由其他单位承接") as caught:
        commands.submit_draft(seat, "改革方案")
    assert caught.value.field == "units" and "已由其他单位承接" in drafting.get("/draft/changes")
    commands.remove_unit(seat, "STAX")
    page = drafting.get("/draft/changes")
    assert "合并单位：省国税局、省地税局 → 省税务局〔国税地税征管体制改革方案〕" in page
    commands.submit_draft(seat, "改革方案")


def test_only_who_may_edit_the_charter_reforms_its_units(engine, tenant, drafting):
    with pytest.raises(Forbidden):
        merge(a_seat(engine, tenant, "LI"))
    merge(a_seat(engine, tenant, "OS"))
    assert drafting.draft().unit("TAX")


def test_without_a_draft_there_is_nothing_to_reform(engine, tenant):
    with pytest.raises(Missing):
        merge(a_seat(engine, tenant, "OS"))


# --- pages ---


def test_the_five_forms_write_into_the_draft(drafting):
    page = drafting.get("/draft/reforms/")
    assert "合并单位" in page and "本修订稿尚无机构改革" in page
    drafting.submit("/reforms/merge", units=["STAX", "LTAX"], name="省税务局", category="垂管部门", basis="改革方案")
    drafting.submit("/reforms/rename", unit="AIC", name="省市场监管局")
    drafting.submit("/reforms/transfer", duty="GH2", giver="UNION", taker="HRSS")
    split = {"unit": "CIVIL", "stays": "1", "name1": "省民政厅", "category1": "政府部门"}
    split |= {"name2": "省老龄办", "category2": "政府部门", "duty-MZ1": "1", "duty-MZ2": "1", "duty-MZ3": "1"}
    drafting.submit("/reforms/split?unit=CIVIL", "/reforms/split", **split, **{"duty-MZ4": "2"})
    gone = {"unit": "YOUTH", "duty-TW1": "UNION", "duty-TW2": "UNION", "duty-TW4": "WOMEN"}
    answer = drafting.submit("/reforms/abolish?unit=YOUTH", "/reforms/abolish", **gone, **{"duty-TW3": "WOMEN"})
    assert answer.status_code == 200
    text = drafting.draft()
    names = [unit.name for unit in text.units]
    assert "省税务局" in names and "省市场监管局" in names and "省老龄办" in names and "团省委" not in names
    assert text.duty("GH2").grade_of("HRSS") and not text.duty("GH2").grade_of("UNION")
    assert {holding.unit for holding in text.duty("MZ4").holders} == {text.units[names.index("省老龄办")].key}
    page = drafting.get("/draft/reforms/")
    assert "省国税局、省地税局" in page and "省民政厅、省老龄办" in page and "改革方案" in page


@pytest.mark.parametrize(
    ("kind", "fields", "words", "field"),
    [
        ("merge", {"units": ["STAX", "STAX"], "name": "省税务局"}, "单位不能与自身合并", "units"),
        ("merge", {"units": ["STAX"], "name": "省税务局"}, "合并须选择两个以上成员单位", "units"),
        ("merge", {"units": ["STAX", "LTAX"], "name": ""}, "请填写单位名称", "name"),
        ("split", {"unit": "AIC", "name1": "甲局", "name2": "乙局"}, "4项职责（GS1、GS2、GS3、GS4）尚未确定", "duties"),
        ("split", {"unit": "AIC", "name1": "甲局"}, "拆分后须有两个以上不同的单位", "heirs"),
        ("rename", {"unit": "AIC", "name": "省工商局"}, "名称没有变化", "name"),
        ("rename", {"name": "省市场监管局"}, "请从列表中选择", "unit"),
        ("abolish", {"unit": "HRSS"}, "是牵头部门，请先另行确定牵头部门", "unit"),
        ("abolish", {"unit": "AIC"}, "仍单独承担4项职责", "unit"),
        ("transfer", {"duty": "RS3", "giver": "COM", "taker": "UNION"}, "省商务厅不承担RS3", "code"),
        ("transfer", {"duty": "RS3", "giver": "HRSS", "taker": "HRSS"}, "与原承担单位相同", "into"),
    ],
)
def test_bad_input_is_a_sentence_and_the_form_stands_as_it_was(drafting, kind, fields, words, field):
    before = drafting.draft()
    where = f"/reforms/{kind}" + (f"?unit={fields['unit']}" if kind in ("split", "abolish") else "")
    category = {name: "垂管部门" for name in ("category", "category1", "category2")}
    answer = drafting.submit(where, f"/reforms/{kind}", **category, **fields)
    assert answer.status_code == 422 and words in answer.text and f'href="#f-{field}"' in answer.text
    assert "name1" not in fields or f'value="{fields["name1"]}"' in answer.text
    assert drafting.draft() == before


def test_a_form_opened_before_somebody_elses_change_is_not_written(drafting):
    fields = {"units": ["STAX", "LTAX"], "name": "省税务局", "category": "垂管部门"}
    assert "他人已修改" in drafting.post("/draft/reforms/merge", revision="0", **fields).text
    assert drafting.submit("/reforms/merge", **fields).status_code == 200


def test_a_liaison_finds_no_forms(app, engine, tenant, drafting):
    liaison = Browser(app, engine, tenant, "LI")
    assert liaison.client.get(f"{liaison.root}/draft/reforms/").status_code == 403
    assert liaison.post("/draft/reforms/merge", revision="1").status_code == 403
    assert drafting.client.get(f"{drafting.root}/draft/reforms/").status_code == 200


# --- API ---


def test_programs_reform_the_draft_and_read_the_record(app, engine, tenant, program):
    body = {"units": ["STAX", "LTAX"], "key": "TAX", "name": "省税务局", "category": "垂管部门", "basis": "改革方案"}
    answer = program.write("POST", "/reforms/merger", body)
    assert answer.status_code == 201, answer.text
    assert "TAX" in [unit["key"] for unit in answer.json["units"]]
    assert program.write("POST", "/reforms/renaming", {"unit": "AIC", "name": "省市场监管局"}).status_code == 201
    assert (
        program.write("POST", "/reforms/transfer", {"duty": "GH2", "from": "UNION", "into": "HRSS"}).status_code == 201
    )
    two = [
        {"key": "CIVIL", "name": "省民政厅", "category": "政府部门"},
        {"key": "AGED", "name": "省老龄办", "category": "政府部门"},
    ]
    share = {"MZ1": ["CIVIL"], "MZ2": ["CIVIL"], "MZ3": ["CIVIL", "AGED"], "MZ4": ["AGED"]}
    answer = program.write("POST", "/reforms/split", {"unit": "CIVIL", "into": two, "duties": share})
    assert answer.status_code == 201, answer.text
    gone = dict.fromkeys(("TW1", "TW2", "TW3", "TW4"), "UNION")
    assert program.write("POST", "/reforms/abolition", {"unit": "YOUTH", "duties": gone}).status_code == 201
    record = program.get("/charter/draft/reforms").json
    assert [row["kind"] for row in record] == ["merge", "rename", "transfer", "split", "abolish"]
    assert record[0]["from"][0] == {"key": "STAX", "name": "省国税局"} and record[0]["duties"]["TX1"] == ["TAX"]
    assert program.write("POST", "/submission", {"reason": "机构改革"}).status_code == 201
    convener = Caller(app, engine, tenant, "CV")
    draft = convener.get("/charter/draft").json
    seen = {"revision": draft["revision"], "draft": draft["id"], "effective_from": "2026-06-15"}
    answer = convener("POST", "/charter/draft/approval", seen)
    assert answer.status_code == 201, answer.text
    rows = program.get("/successions?sort=kind").json
    assert rows["total"] == 2 + 1 + 2 + 2 + 1 and rows["items"][0]["kind"] == "abolish"


def test_programs_are_refused_as_people_are(app, engine, tenant, program):
    body = {"units": ["STAX", "STAX"], "name": "省税务局", "category": "垂管部门"}
    answer = program.write("POST", "/reforms/merger", body)
    assert answer.status_code == 422 and "单位不能与自身合并" in str(answer.json)
    body["units"] = ["STAX", "LTAX"]
    liaison = Caller(app, engine, tenant, "LI")
    assert liaison("POST", "/charter/draft/reforms/merger", body).status_code == 403
    assert program.write("POST", "/reforms/merger", body).status_code == 201
