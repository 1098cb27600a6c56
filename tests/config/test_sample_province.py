"""The sample province: every place a sound charter of its own, and enough words to fill a year."""

import json
from pathlib import Path

import pytest

from config.catalogue import charter_template, label, roles
from config.charter import problems
from config.sample_province import (
    read_people,
    sample_people,
    sample_places,
    sample_tasks,
    sample_texts,
    sample_topics,
)

REFERENCE = json.loads((Path(__file__).parent / "reference/localities.json").read_text(encoding="utf-8"))["tenants"]
PLACES = {place.slug: place for place in sample_places()}


def current(tenant):
    return next(version for version in tenant["charter_versions"] if version["effective_to"] is None)


def test_every_place_of_the_province_has_a_sound_charter():
    assert len(sample_places()) == 74
    for place in sample_places():
        assert problems(place.charter) == [], place.slug
        assert place.charter.level == place.region.level


@pytest.mark.parametrize("tenant", REFERENCE, ids=lambda tenant: tenant["key"])
def test_the_named_places_are_as_the_dossier_gives_them(tenant):
    place = PLACES[tenant["key"]]
    version = current(tenant)
    assert place.region.code == tenant["region_code"] and place.region.name == tenant["name"]
    assert place.charter.conference_name == tenant["conference_name"]
    assert [(u.key, u.name, u.category, u.is_lead) for u in place.charter.units] == [
        (u["key"], u["name"], u["category"], u["is_lead"]) for u in version["units"]
    ]
    assert list(place.lead_units) == tenant["lead_units"] and place.charter.office_host == tenant["office_host"]
    assert [{"unit": s.unit, "post": s.post} for s in place.conveners] == tenant["conveners"]
    assert [{"unit": s.unit, "post": s.post} for s in place.deputy_conveners] == tenant["deputy_conveners"]
    assert (place.charter_version, place.effective_from) == (version["version"], version["effective_from"])


@pytest.mark.parametrize("tenant", REFERENCE, ids=lambda tenant: tenant["key"])
def test_the_named_places_keep_their_own_rules(tenant):
    rule = {rule.key: rule.value for rule in PLACES[tenant["key"]].charter.rules}
    assert (rule["plenary_min"], rule["plenary_max"]) == (tenant["plenary"]["min"], tenant["plenary"]["max"])
    assert rule["liaison_rank"] == tenant["liaison_rank"] and rule["report_to"] == tenant["report_to"]
    assert rule["progress_cycle"] == tenant["progress_due"]["cycle"]
    assert rule["progress_day_of_month"] == tenant["progress_due"].get("day")
    assert rule["consult_workdays"] == tenant["consult"]["workdays"]
    assert rule["consult_deemed_no_objection"] == tenant["consult"]["deemed_no_objection"]
    assert rule["escalation_with_dissent"] == tenant["escalation_with_dissent"]
    assert rule["supervision_levels"] == tuple(tenant["supervision_levels"])
    assert rule["report_cycle"] == tuple(tenant["report_cycle"]) and rule["ranking"] == tenant["ranking"]
    assert rule["special_meeting"] == tenant["special_meeting"]
    assert rule["liaison_meeting"] == tenant["liaison_meeting"]
    assert rule["partial_attendance"] == tenant.get("partial_attendance", False)
    assert rule["deputy_may_chair"] == tenant.get("deputy_may_chair", False)
    assert rule["agenda_day_of_prev_month"] == tenant.get("agenda_day_of_prev_month")
    assert rule["agenda_lead_workdays"] == tenant.get("agenda_lead_workdays")
    assert rule["escalation_deemed_consent"] is False


def test_only_rules_that_a_tenant_may_set_differ():
    for place in sample_places():
        for key in place.rules:
            assert place.template.rule(key).adjustable, (place.slug, key)


@pytest.mark.parametrize("tenant", [t for t in REFERENCE if len(t["charter_versions"]) > 1], ids=lambda t: t["key"])
def test_what_began_before_the_reform_began_with_the_units_of_then(tenant):
    place, version = PLACES[tenant["key"]], tenant["charter_versions"][0]
    assert place.founding
    assert (place.founding.version, place.founding.effective_from) == (version["version"], version["effective_from"])
    assert [(u.key, u.name, u.category, u.is_lead) for u in place.founding.units(place.charter.units)] == [
        (u["key"], u["name"], u["category"], u["is_lead"]) for u in version["units"]
    ]


def test_after_the_reform_one_tax_office_holds_both_duties_and_merged_bureaus_hold_theirs():
    assert [h.unit for h in PLACES["hengchuan"].charter.duty("TX1").holders] == ["TAX"]
    assert {PLACES["hefeng"].charter.duty(code).holders[0].unit for code in ("TW2", "FL1")} == {"WOMEN_YOUTH"}
    assert len(PLACES["hefeng"].charter.units) == 9 and len(PLACES["qingyu"].charter.units) == 17


def test_some_are_late_some_silent_some_outstanding():
    counted = [place.behaviour for place in sample_places()]
    assert all(counted.count(behaviour) >= 3 for behaviour in ("outstanding", "on_time", "late", "partial", "silent"))
    for place in sample_places():
        assert (place.quarters == 0) == (place.behaviour == "silent") == (place.publish_after_days is None)
        assert 0 <= place.quality <= 1 and 0 <= place.quarters <= 3 and label("behaviour", place.behaviour)
    assert PLACES["xiyuan"].behaviour == "silent"
    assert PLACES["mingquan"].charter.rule("report_to").value == "市政府"


def test_every_duty_has_at_least_two_tasks_that_read_right_everywhere():
    assert set(sample_tasks()) == {duty.code for duty in charter_template("province").duties}
    contents = [task.content for tasks in sample_tasks().values() for task in tasks]
    assert len(contents) == len(set(contents))
    for duty, tasks in sample_tasks().items():
        assert len(tasks) >= 2 and all(task.deliverable and all(task.milestones) for task in tasks), duty
    assert all("{" not in content.format(area=PLACES["hefeng"].area) for content in contents)
    assert (PLACES["tinglan"].area, PLACES["hefeng"].area) == ("全区", "全县")


def test_there_are_words_enough_for_every_part_of_a_report():
    for group in ("experiences", "problems", "suggestions"):
        assert len(set(sample_texts(group))) >= 15, group
    for group in ("progress_notes", "close_notes", "return_notes", "extension_reasons", "submission_texts"):
        assert len(sample_texts(group)) >= 2, group
    assert not [text for text in sample_texts("suggestions") if "请批" in text or "妥否" in text]


def test_topics_agree_on_items_of_units_that_exist():
    assert len(sample_topics()) >= 15
    for topic in sample_topics():
        assert label("agenda_type", topic.type) and topic.agreed
        assert {item.unit for item in topic.agreed} <= {unit.key for unit in PLACES["hengchuan"].charter.units}
    assert {topic.type for topic in sample_topics()} == {"study", "progress", "plan", "other"}


def test_every_unit_has_a_representative_and_a_liaison_and_no_name_stands_twice():
    keys = {role.key for role in roles().values()}
    for place in sample_places():
        people = sample_people(place)
        assert len({person.name for person in people}) == len(people), place.slug
        assert {person.role for person in people} <= keys
        for role in ("member_rep", "liaison"):
            assert [p.unit for p in people if p.role == role] == [unit.key for unit in place.charter.units]
    assert sample_people(PLACES["qingyu"]) == sample_people(PLACES["qingyu"])
    assert all(2 <= len(name) <= 3 for name in read_people())
