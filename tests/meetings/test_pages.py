"""A meeting on record, from who came to what became of what was agreed."""

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from service.charter.models import Charter, Unit
from service.charter.opening import furnish
from service.charter.queries import unit_named, units
from service.kit.period import Period
from service.kit.web import today
from service.meetings import rules
from service.meetings.commands import Agreed, Held, record_meeting
from service.meetings.rules import Item
from service.minutes.recording import issued
from service.statistics.queries import live
from tenants.errors import Refused
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import console


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/meetings"


@pytest.fixture
def table(engine, tenant):
    return units(console(engine, tenant).session, today())


def recorded(client, root, table, **changes):
    form = {
        "kind": "plenary",
        "title": "第1次全体会议",
        "held_on": "2026-03-05",
        "chair": "张厅长",
        "chair_post": "convener",
        str(table[0].id): "present",
    }
    return client.post(f"{root}/", data=form | changes, follow_redirects=True)


def test_the_year_stands_against_the_conferences_own_rule(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    empty = office.get(f"{root}/").text
    assert "已开 0 次，年底前还应召开 1 次" in empty and "本级制度四(二)，全体会议每年 1 至 2 次" in empty
    recorded(office, root, table, held_on=today().isoformat())
    assert "已开 1 次，已达到 1 次的要求" in office.get(f"{root}/").text
    assert "第1次全体会议" in office.get(f"{root}/?format=csv").get_data().decode("utf-8-sig")


def test_a_meeting_to_come_or_without_sign_in_is_refused_with_the_form_as_it_was(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    late = recorded(office, root, table, held_on="2099-01-01")
    assert late.status_code == 422 and "尚未召开" in late.text and 'value="第1次全体会议"' in late.text
    empty = recorded(office, root, table, **{str(table[0].id): ""})
    assert empty.status_code == 422 and "签到单位" in empty.text


def test_one_plenary_more_than_the_rule_needs_a_reason(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    for _ in range(2):
        assert recorded(office, root, table).status_code == 200
    assert "上限2次" in recorded(office, root, table).text
    assert recorded(office, root, table, excess_reason="传达上级部署").status_code == 200


def test_what_was_agreed_is_followed_once_the_convener_signed(app, engine, tenant, root, table):
    office, director = (signed_in(app, engine, tenant, role) for role in ("OS", "OD"))
    path = recorded(office, root, table).request.path
    item = {"text": "完善政策", "lead_unit_id": str(table[1].id), "due": "2026-08-01"}
    assert office.post(f"{path}/resolutions", data=item | {"text": ""}).status_code == 422
    assert "完善政策" in office.post(f"{path}/resolutions", data=item, follow_redirects=True).text
    assert "确认办结" not in director.get(path).text
    seat = console(engine, tenant)
    issued(seat, UUID(path.rpartition("/")[2]), date(2026, 3, 6), date(2026, 3, 12))
    assert office.post(f"{path}/resolutions", data=item).status_code in (409, 422)
    shown = director.get(path).text
    button = re.search(rf"{path}/resolutions/[-0-9a-f]+", shown)
    assert "确认办结" in shown and button
    assert "已确认办结" in director.post(button[0], follow_redirects=True).text


def test_who_chairs_is_the_charters_to_say(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    wrong = recorded(office, root, table, chair_post="office_director")
    assert wrong.status_code == 422 and "由召集人、受召集人委托的负责同志主持" in wrong.text
    assert "办公室主任" in recorded(office, root, table, kind="special", chair_post="office_director").text
    assert recorded(office, root, table, kind="special", chair_post="convener").status_code == 422


def test_the_table_is_that_of_the_day_and_who_was_not_there_is_absent(app, engine, tenant, root, table):
    office, seat = signed_in(app, engine, tenant, "OS"), console(engine, tenant)
    page = recorded(office, root, table, **{str(table[1].id): "proxy", str(table[2].id): "leave"}).text
    assert "应到 11 个单位，到会 2 个" in page and page.count("缺席") == 8
    special = recorded(office, root, table, kind="special", chair_post="office_director").text
    assert "应到 1 个单位，到会 1 个" in special and "缺席" not in special
    unit_named(seat.session, table[3].id).joined_on = date(2026, 4, 1)
    seat.session.commit()
    assert str(table[3].id) not in office.get(f"{root}/new?held_on=2026-03-05").text
    assert str(table[3].id) in office.get(f"{root}/new?held_on=2026-04-05&kind=special").text
    held = Held("plenary", "第1次", date(2026, 3, 5), "张厅长", "convener", {table[3].id: "present"})
    with pytest.raises(Refused, match="不是成员单位"):
        record_meeting(seat, held, today())
    assert record_meeting(seat, replace(held, held_on=date(2026, 4, 5)), today()).title == "第1次"


def test_nothing_is_due_before_it_was_agreed(app, engine, tenant, root, table):
    office = signed_in(app, engine, tenant, "OS")
    path = recorded(office, root, table).request.path
    item = {"text": "完善政策", "lead_unit_id": str(table[1].id), "due": "2026-03-04"}
    refused = office.post(f"{path}/resolutions", data=item)
    assert refused.status_code == 422 and "不能早于会议召开日" in refused.text and "完善政策" in refused.text
    assert office.post(f"{path}/resolutions", data=item | {"due": "2026-03-05"}).status_code == 302


def test_a_unit_reads_meetings_but_does_not_record_them(app, engine, tenant, root, table):
    liaison, office = signed_in(app, engine, tenant, "LI", unit=table[0].id), signed_in(app, engine, tenant, "OS")
    assert recorded(liaison, root, table).status_code == 403
    path = recorded(office, root, table).request.path
    assert liaison.get(path).status_code == 200 and liaison.get(f"{root}/new").status_code == 403
    assert office.get(f"{root}/new").status_code == 200
    assert signed_in(app, engine, tenant, "SA").get(path).status_code == 403
    assert "没有会议记录" in office.get(f"{root}/?until=2026-03-04&year=2026").text
    assert "第1次全体会议" in office.get(f"{root}/?until=2026-03-05&kind=plenary&sort=-title").text


@given(low=st.integers(0, 12), month=st.integers(1, 12))
def test_who_was_opened_within_the_year_owes_no_more_than_a_whole_year_and_rounded_up(low, month):
    """Source: dossier 6-12."""
    owed = rules.prorated(low, 2026, date(2026, month, 1))
    assert owed <= low and owed * 12 >= low * (13 - month) > (owed - 1) * 12
    assert rules.prorated(low, 2026, date(2025, month, 1)) == low


@given(low=st.integers(0, 12), months=st.lists(st.integers(1, 12), min_size=2, max_size=2))
def test_what_is_owed_so_far_never_falls_and_ends_at_the_minimum(low, months):
    first, then = sorted(months)
    assert rules.owed_by(low, date(2026, first, 28)) <= rules.owed_by(low, date(2026, then, 28)) <= low
    assert rules.owed_by(low, date(2026, 12, 31)) == low


def test_items_agreed_last_year_and_due_this_year_are_this_years(engine, tenant, table):
    """Source: dossier 6-8: what was due by the cut-off."""
    seat = console(engine, tenant)
    seat.session.execute(update(Charter).values(effective_from=date(2025, 1, 1)))
    seat.session.execute(update(Unit).values(joined_on=date(2025, 1, 1)))
    seat.session.expire_all()
    agreed = [Agreed("甲", table[0].id, date(2025, 12, 20)), Agreed("乙", table[0].id, date(2026, 3, 1))]
    held = Held("plenary", "上年会议", date(2025, 12, 1), "张厅长", "convener", {table[0].id: "present"}, agreed)
    meeting = record_meeting(seat, held, today())
    issued(seat, meeting.id, date(2025, 12, 1), date(2025, 12, 5))
    found = {entry.code: entry for entry in live(seat.session, Period.parse("2026Q1"))}
    assert (found["P08"].numerator, found["P08"].denominator) == (0, 1)
    assert (found["P13"].detail or {})["held"] == 0


def test_a_program_records_and_confirms(client, engine, tenant, table):
    api = f"/api/v1/t/{tenant.slug}/meetings"
    office = bearing(a_token(engine, tenant, "OD"))
    body = {
        "kind": "plenary",
        "title": "第1次全体会议",
        "held_on": "2026-03-05",
        "chair": "张厅长",
        "chair_post": "convener",
        "attendance": [{"unit_id": str(table[0].id), "mode": "present"}],
        "agreed": [{"text": "完善政策", "lead_unit_id": str(table[0].id), "due": "2026-08-01"}],
    }
    made = client.post(api, json=body, headers=office)
    assert made.status_code == 201
    item = f"{api}/resolutions/{made.json['resolutions'][0]['id']}/completion"
    assert client.post(item, headers=office).status_code == 422
    issued(console(engine, tenant), UUID(made.json["id"]), date(2026, 3, 6), date(2026, 3, 12))
    assert client.get(f"{api}/{made.json['id']}", headers=office).json["minutes_signed_on"] == "2026-03-12"
    assert client.post(item, headers=office).json["done_on"]
    assert client.post(item, headers=office).status_code == 409
    more = {"text": "另一项", "lead_unit_id": str(table[0].id), "due": "2026-08-01"}
    assert client.post(f"{api}/{made.json['id']}/resolutions", json=more, headers=office).status_code == 409
    assert client.get(f"{api}?kind=special", headers=office).json["total"] == 0
    listed = client.get(f"{api}?until=2026-03-05", headers=office).json["items"][0]
    assert (listed["attended"], listed["agreed"], listed["done"]) == (1, 1, 1)
    assert client.post(api, json=body | {"chair_post": "liaison"}, headers=office).status_code == 422
    assert client.get(f"{api}/{made.json['id']}", headers=office).json["title"] == "第1次全体会议"


def test_the_formulas_count_items_due_and_the_months_left():
    """Source: dossier 6-8, 6-12."""
    as_of = date(2026, 9, 30)
    items = [Item(date(2026, 8, 1), date(2026, 7, 1)), Item(date(2026, 8, 1), None), Item(date(2026, 12, 1), None)]
    assert rules.carried_out(items, as_of) == (1, 2)
    assert rules.all_done(items, as_of) == (1, 3)
    assert rules.prorated(4, 2026, date(2026, 10, 1)) == 1
    assert rules.prorated(4, 2026, date(2025, 10, 1)) == 4
    assert (rules.owed_by(2, date(2026, 6, 30)), rules.owed_by(2, date(2026, 12, 31))) == (1, 2)
