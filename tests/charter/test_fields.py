"""A field by a name of the place's own stands for one of the seed's five, or for other. Source: seed 一, 末句."""

from dataclasses import replace

import pytest

from config.catalogue import charter_template
from service.charter import amending, checking, comparison, division, sheets
from service.charter.amending import duty_in
from service.charter.merging import KEEP, MERGE, TAKE, items, merged
from service.charter.opening import furnish
from service.charter.text import CharterText, text_of
from tenants.errors import Missing, Refused
from tests.charter.test_api import Caller
from tests.charter.test_pages import Browser
from tests.factories import a_tenant

TEMPLATE = charter_template("province")
TEXT, KNOWN = text_of(TEMPLATE), list(TEMPLATE.rules)
CARE = "一老一小照护"


def named(text, code, own, policy_field=None):
    duty = duty_in(text, code)
    return amending.reworded_duty(
        text, code, replace(duty, own_field=own, policy_field=policy_field or duty.policy_field)
    )


OWN = named(named(TEXT, "RS3", CARE), "RS8", CARE)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def drafting(app, engine, tenant):
    browser = Browser(app, engine, tenant, "OS")
    browser.post("/draft/begin")
    return browser


@pytest.fixture
def program(app, engine, tenant):
    caller = Caller(app, engine, tenant, "OS")
    assert caller("POST", "/charter/draft").status_code == 201
    return caller


def test_one_name_stands_for_one_field():
    assert duty_in(OWN, "RS3").policy_field == duty_in(OWN, "RS8").policy_field == "training"
    with pytest.raises(Refused, match="同一名称只对应一个领域") as caught:
        named(OWN, "RS6", CARE)
    assert caught.value.field == "own_field"
    assert duty_in(named(OWN, "RS6", CARE, "training"), "RS6").own_field == CARE


def test_a_text_in_which_a_name_stands_for_two_fields_is_no_charter():
    assert not list(checking.faults(OWN, KNOWN))
    duties = tuple(replace(d, policy_field="other") if d.code == "RS8" else d for d in OWN.duties)
    assert [fault.field for fault in checking.faults(replace(OWN, duties=duties), KNOWN)] == ["own_field"]


def test_a_name_is_no_longer_than_a_heading():
    with pytest.raises(Refused, match="不超过30字"):
        named(TEXT, "RS3", "长" * 31)


def test_a_field_is_renamed_and_stands_for_another_one_in_all_its_duties():
    moved = amending.mapped(OWN, CARE, "照护", "service_network")
    assert {(d.code, d.policy_field) for d in moved.duties if d.own_field == "照护"} == {
        ("RS3", "service_network"),
        ("RS8", "service_network"),
    }
    assert not amending.own_fields(amending.mapped(OWN, CARE, "", "training").duties)
    with pytest.raises(Missing):
        amending.mapped(OWN, "没有的", "照护", "training")
    with pytest.raises(Refused, match="同一名称只对应一个领域"):
        amending.mapped(named(OWN, "RS6", "劳务"), CARE, "劳务", "training")


def test_the_fields_stand_in_the_seeds_order_ones_own_after_what_they_stand_for():
    found = [(field.policy_field, field.own, len(field.duties)) for field in division.fields_of(OWN)]
    assert [field for field in found if field[0] == "training"] == [("training", "", 6), ("training", CARE, 2)]
    assert sum(field[2] for field in found) == 44


def test_what_was_stored_before_there_were_names_is_read():
    row = TEXT.as_json()
    row["duties"] = [{key: value for key, value in duty.items() if key != "own_field"} for duty in row["duties"]]
    row["units"] = list(row["units"])
    assert [duty.own_field for duty in CharterText.from_json(_plain(row)).duties] == [""] * 44
    assert CharterText.from_json(_plain(OWN.as_json())) == OWN


def _plain(row):
    """As JSON gives it back."""
    return row | {"duties": [d | {"holders": list(d["holders"])} for d in row["duties"]]}


def test_a_name_of_ones_own_is_told_as_a_difference_and_travels_in_the_workbook():
    found = comparison.compared(TEXT, OWN)
    assert {(d.kind, d.key, d.own) for d in found} == {("own_field", "RS3", CARE), ("own_field", "RS8", CARE)}
    back = sheets.imported(OWN, KNOWN, sheets.tables_of(sheets.workbook(OWN, KNOWN)))
    assert (back.faults, back.text) == ([], OWN)


def test_the_templates_new_words_and_ones_own_name_live_in_one_merge():
    new = amending.reworded_duty(TEXT, "RS3", replace(duty_in(TEXT, "RS3"), text="职业技能培训"))
    one = next(item for item in items(TEXT, OWN, new) if item.id == "duty:RS3")
    assert one.options == (KEEP, TAKE, MERGE)
    text = merged(TEXT, OWN, new, {"duty:RS3": MERGE}, KNOWN)
    assert (duty_in(text, "RS3").text, duty_in(text, "RS3").own_field) == ("职业技能培训", CARE)


def test_a_name_that_would_stand_for_two_fields_by_the_choices_is_refused_at_the_duty():
    new = named(TEXT, "RS6", CARE)
    with pytest.raises(Refused, match="同一名称只对应一个领域") as caught:
        merged(TEXT, OWN, new, {"duty:RS6": TAKE}, KNOWN)
    assert caught.value.field == "duty:RS6"
    assert duty_in(merged(TEXT, OWN, new, {"duty:RS6": KEEP}, KNOWN), "RS6").own_field == ""


def test_the_pages_show_ones_own_name_with_the_seeds_beside_it_and_change_both(drafting):
    duty = {"code": "RS3", "text": "职业培训", "policy_field": "training", "grade-HRSS": "lead", "own_field": CARE}
    assert f"{CARE}（从业人员培训）" in drafting.submit("/duties/RS3/edit", **duty).text
    assert f"{CARE}，对应从业人员培训（1 项）" in drafting.get("/draft/duties/tree")
    page = drafting.get("/draft/duties/fields")
    assert f'value="{CARE}"' in page
    sent = {"own_field": CARE, "name": "照护", "policy_field": "service_network"}
    wrong = drafting.submit("/duties/fields", **(sent | {"name": "长" * 31}))
    assert wrong.status_code == 422 and "不超过30字" in wrong.text
    drafting.submit("/duties/fields", **sent)
    assert drafting.draft().duty("RS3").own_field == "照护"
    assert "服务网络" in drafting.get("/draft/duties/fields")


def test_a_place_without_names_of_its_own_is_told_how_to_have_one(drafting):
    assert "本级没有另取名称的领域" in drafting.get("/draft/duties/fields")


def test_a_program_names_a_field_and_maps_it(program):
    named = program.write("PATCH", "/duties/RS3", {"own_field": CARE})
    assert next(d for d in named.json["duties"] if d["code"] == "RS3")["own_field"] == CARE
    body = {"own_field": CARE, "name": "照护", "policy_field": "service_network"}
    mapped = program.write("PATCH", "/fields", body)
    assert mapped.status_code == 200
    changed = next(d for d in mapped.json["duties"] if d["code"] == "RS3")
    assert (changed["own_field"], changed["policy_field"]) == ("照护", "service_network")
    assert program.write("PATCH", "/fields", body).status_code == 404
    assert all(duty["own_field"] == "" for duty in program.get("/duties").json["items"])  # in force: as before


@pytest.mark.parametrize("code", [".", ".."])
def test_a_code_of_dots_alone_is_refused_for_it_names_no_address(code):
    with pytest.raises(Refused, match="句点"):
        amending.with_duty(TEXT, replace(duty_in(TEXT, "RS3"), code=code))
    assert duty_in(amending.with_duty(TEXT, replace(duty_in(TEXT, "RS3"), code="A.1")), "A.1")
