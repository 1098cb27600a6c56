"""A meeting is prepared, noticed, opened and closed under the charter of its day; who is called follows from the posts."""

import re
from datetime import date, time, timedelta

import pytest

from service.charter.opening import furnish
from service.charter.queries import in_force, units
from service.kit.web import today
from service.meetings import convening, queries
from service.meetings.convening import Convocation
from service.meetings.delegating import DelegationText, delegate_chair, withdraw_delegation
from service.members.commands import record_appointment, register_liaison
from service.members.queries import roster
from service.members.rules import UNIT_ROLES, PersonText
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in
from tests.work.office import console

SOON = timedelta(days=30)
DEPUTY = {"role": "office_deputy", "unit": "HRSS", "organ": "", "name": "处长", "rank": ""}


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    seat = console(engine, tenant)
    fill(seat, "convener", "office_director")
    return seat


@pytest.fixture
def table(seat):
    return units(seat.session, today())


def decided(seat, **changes):
    charter = in_force(seat.session, today())
    charter.rules = charter.rules | changes
    seat.session.commit()


def fill(seat, *roles):
    """Everybody of these roles is in office."""
    for number, held in enumerate(roster(seat.session, today())):
        if held.place.role in roles and not held.person:
            appoint = register_liaison if held.place.role in UNIT_ROLES else record_appointment
            person = PersonText(f"王{number}", "处长")
            appoint(seat, held.place.key, person, from_date=date(2026, 1, 2), basis="任职通知", on=today())


def with_deputy(seat):
    """The charter has an office deputy, and one is in office; the name is returned."""
    charter = in_force(seat.session, today())
    charter.posts = [*charter.posts, DEPUTY]
    seat.session.commit()
    fill(seat, "office_deputy")
    return next(h.person.name for h in roster(seat.session, today()) if h.place.role == "office_deputy" and h.person)


def plenary(seat, **more):
    given = {"begins": time(9, 30), "place": "第一会议室", "held_on": today() + SOON} | more
    return convening.prepare(seat, Convocation("plenary", "2026年第1次全体会议", **given), today())


def special(seat, table, **more):
    given = {"basis": "annual_plan", "basis_text": "年度计划第3项", "units": [unit.id for unit in table[:2]]} | more
    given = {"begins": time(14, 0), "place": "第二会议室", "held_on": today() + SOON} | given
    return convening.prepare(seat, Convocation("special", "信息平台专题会议", **given), today())


def seen(seat, row):
    return queries.attendees(seat.session, row.id)


def test_r2_everybody_at_the_table_is_expected_and_cannot_be_struck_off(seat, table):
    """Source: dossier 1.4 R2 硬: 应到名单=当日全部成员代表+全部办公室工作人员(含联络员)."""
    fill(seat, "member_rep")
    there = seen(seat, row := plenary(seat))
    reps = [attendee for attendee in there if attendee.role == "member_rep" and attendee.expected]
    liaisons = [attendee for attendee in there if attendee.role == "liaison"]
    assert (
        {attendee.unit_id for attendee in reps} == {attendee.unit_id for attendee in liaisons} == {u.id for u in table}
    )
    assert all(attendee.source == "制度四(二)" for attendee in there)
    assert all(attendee.name == "" for attendee in liaisons), "nobody is named yet: the unit replies for the post"
    with pytest.raises(Refused, match="不能删除"):
        convening.remove_observer(seat, reps[0].id, today())
    observer = convening.seat_observer(seat, row.id, name="赵专家", title="省家庭服务业协会", unit_id=None, on=today())
    assert not observer.expected and observer in seen(seat, row)
    convening.remove_observer(seat, observer.id, today())
    assert observer not in seen(seat, row)


def test_r3_a_special_meeting_names_its_basis_and_the_units_concerned(seat, table):
    """Source: dossier 1.4 R3 硬."""
    with pytest.raises(Refused, match="须写明依据") as refused:
        special(seat, table, basis="")
    assert refused.value.field == "basis" and "四(三)" in (refused.value.source or "")
    with pytest.raises(Refused, match="须写明依据") as refused:
        special(seat, table, basis_text="")
    assert refused.value.field == "basis_text"
    with pytest.raises(Refused, match="须选择涉及的单位"):
        special(seat, table, units=[])
    there = seen(seat, special(seat, table))
    assert {attendee.role for attendee in there if attendee.unit_id} == {"liaison", "office_director"}, (
        "others sit in as observers"
    )
    assert {attendee.unit_id for attendee in there if attendee.role == "liaison"} == {unit.id for unit in table[:2]}


def test_r3_a_deputy_chairs_only_by_a_delegation_that_holds_that_day(engine, tenant, seat, table):
    """Source: dossier 1.2 M6, 1.4 R3 硬: 主持人∈{主任}或{有有效委托的副主任}."""
    deputy = with_deputy(seat)
    row = special(seat, table, chair=deputy, chair_post="office_deputy")
    with pytest.raises(Refused, match="须有委托"):
        convening.call(seat, row.id, on=today())
    day = row.held_on
    text = DelegationText("office_director", "office_deputy", deputy, day, day, "主任口头委托，办公室记录")
    with pytest.raises(Forbidden):
        delegate_chair(a_seat(engine, tenant, "CV"), text, today())
    given = delegate_chair(a_seat(engine, tenant, "OD"), text, today())
    wanted = Convocation(
        "special", row.title, day, begins=row.begins, place=row.place, basis=row.basis, basis_text=row.basis_text,
        units=queries.concerned_units(seat.session, row.id), delegation_id=given.id,
    )  # fmt: skip
    convening.revise(seat, row.id, wanted, today())
    assert (row.chair, row.chair_post) == (deputy, "office_deputy")
    withdraw_delegation(seat, given.id, today())
    with pytest.raises(Refused, match="无效"):
        convening.call(seat, row.id, on=today())


def test_m6_who_is_no_deputy_cannot_be_deputed_as_one(engine, tenant, seat):
    director, day = a_seat(engine, tenant, "OD"), today()
    with_deputy(seat)
    with pytest.raises(Refused, match="不担任该职务"):
        delegate_chair(director, DelegationText("office_director", "office_deputy", "路人", day, day, "委托"), day)
    with pytest.raises(Refused, match="不能委托该职务"):
        delegate_chair(director, DelegationText("office_director", "substitute", "路人", day, day, "委托"), day)


def test_the_notice_is_in_time_or_says_why_not(seat):
    """Source: dossier 6 (会议通知 会前5工作日)."""
    row = plenary(seat, held_on=today() + timedelta(days=2))
    with pytest.raises(Refused, match="临时召开的，请说明原因") as refused:
        convening.call(seat, row.id, on=today())
    assert refused.value.field == "reason"
    assert queries.meeting(seat.session, row.id).state == "planned"
    called = convening.call(seat, row.id, reason="上级临时部署", on=today())
    assert (called.state, called.sequence, called.noticed_on) == ("noticed", 1, today())


def test_nobody_is_told_without_hour_and_place(seat):
    for name, zh in (("begins", "开始时间"), ("place", "地点")):
        row = plenary(seat, **{name: None if name == "begins" else ""})
        with pytest.raises(Refused, match=zh) as refused:
            convening.call(seat, row.id, on=today())
        assert refused.value.field == name


def test_a_change_that_must_be_heard_of_raises_the_sequence(seat):
    row = plenary(seat)
    convening.call(seat, row.id, on=today())
    same = Convocation("plenary", row.title, row.held_on, begins=row.begins, place=row.place, chair=row.chair)
    assert convening.revise(seat, row.id, same, today()).sequence == 1
    moved = Convocation("plenary", row.title, row.held_on, begins=time(15, 0), place=row.place, chair=row.chair)
    assert convening.revise(seat, row.id, moved, today()).sequence == 2
    assert convening.cancel(seat, row.id, reason="改为书面征求意见", on=today()).sequence == 3
    with pytest.raises(Conflict, match="已取消"):
        convening.revise(seat, row.id, same, today())


def test_replies_stay_when_the_list_is_computed_again(seat):
    row = plenary(seat)
    first = seen(seat, row)[0]
    first.reply, first.replied_by = "attends", "甲"
    seat.session.commit()
    other = Convocation("plenary", row.title, row.held_on + timedelta(days=1), begins=row.begins, place=row.place)
    convening.revise(seat, row.id, other, today())
    assert [a.reply for a in seen(seat, row) if a.id == first.id] == ["attends"]


def sat(seat, row):
    """The meeting was opened on its day."""
    row.held_on = today()
    seat.session.commit()
    return convening.open_sitting(seat, row.id, today())


def test_a_unit_was_there_as_its_people_were(seat, table):
    """Source: dossier 6-13: 委派计到会."""
    row = sat(seat, plenary(seat))
    by_unit = {unit.id: [a for a in seen(seat, row) if a.unit_id == unit.id] for unit in table}
    with pytest.raises(Refused, match="须有签到单位"):
        convening.close_sitting(seat, row.id, today())
    first, second, third, fourth = (by_unit[unit.id] for unit in table[:4])
    first[0].came, second[1].came, third[0].leave_granted = "present", "proxy", True
    fourth[0].came, fourth[1].came = "absent", "present"
    seat.session.commit()
    assert convening.close_sitting(seat, row.id, today()).state == "held"
    modes = {found.unit_id: found.mode for found in queries.attendance(seat.session, row.id)}
    assert modes == dict(zip([unit.id for unit in table], ["present", "proxy", "leave", "present"], strict=False))
    assert queries.held_in(seat.session, "plenary", today().year) == 1
    assert third[0].came == "leave" and third[1].came == "absent", "nobody is left without a word"


def test_a_meeting_that_is_to_be_held_counts_nowhere(seat):
    row = plenary(seat)
    convening.call(seat, row.id, on=today())
    assert queries.held_in(seat.session, "plenary", row.held_on.year) == 0
    assert queries.upcoming(seat.session) == [row]
    with pytest.raises(Refused, match="尚未到日"):
        convening.open_sitting(seat, row.id, today())


def test_r2_the_third_plenary_says_why(seat):
    """Source: dossier 1.4 R2 警: 召开第3次时要求填写理由."""
    decided(seat, plenary_max=1, plenary_cadence="irregular", plenary_min=0)
    row = sat(seat, plenary(seat))
    seen(seat, row)[0].came = next(a for a in seen(seat, row) if a.unit_id).came = "present"
    seat.session.commit()
    convening.close_sitting(seat, row.id, today())
    again = plenary(seat, held_on=date(today().year, 12, 31))
    with pytest.raises(Refused, match="增开理由"):
        convening.call(seat, again.id, reason="年底", on=today())


def test_programs_prepare_change_and_call_off(engine, tenant, app):
    token, client = a_token(engine, tenant, "OS"), app.test_client()
    base = f"/api/v1/t/{tenant.slug}/meetings"
    body = {"kind": "plenary", "title": "全体会议", "held_on": str(today() + SOON), "begins": "09:00:00"}
    made = client.post(f"{base}/convocations", json=body, headers=bearing(token))
    assert made.status_code == 201 and made.json["state"] == "planned" and made.json["attendees"]
    url = f"{base}/{made.json['id']}"
    stale = client.put(f"{url}/convocation", json=body, headers=bearing(token, If_Match='"x"'))
    assert stale.status_code == 412
    tag = client.get(url, headers=bearing(token)).headers["ETag"]
    changed = client.put(f"{url}/convocation", json=body | {"place": "三楼"}, headers=bearing(token, If_Match=tag))
    assert changed.status_code == 200 and changed.json["place"] == "三楼"
    off = client.post(f"{url}/cancellation", json={"reason": "改期再定"}, headers=bearing(token))
    assert off.status_code == 201 and off.json["state"] == "cancelled"
    unit = a_token(engine, tenant, "GV")
    assert client.post(f"{base}/convocations", json=body, headers=bearing(unit)).status_code == 403


def test_officials_prepare_change_and_call_off(engine, tenant, app):
    client, base = signed_in(app, engine, tenant, "OS"), f"/t/{tenant.slug}/meetings"
    form = {"kind": "special", "title": "专题会议", "held_on": str(today() + SOON), "begins": "09:00"}
    back = client.post(f"{base}/plan", data=form)
    assert back.status_code == 422 and "须写明依据" in back.text and "专题会议" in back.text
    form = form | {"kind": "plenary", "title": "全体会议"}
    shown = client.post(f"{base}/plan", data=form, follow_redirects=True)
    assert shown.status_code == 200 and "尚未通知任何人" in shown.text and "参会人员" in shown.text
    url = shown.request.path
    assert "全体会议" in client.get(f"{url}/plan").text
    assert "三楼" in client.post(f"{url}/plan", data=form | {"place": "三楼"}, follow_redirects=True).text
    seated = client.post(f"{url}/observers", data={"name": "赵专家"}, follow_redirects=True).text
    assert seated.count("赵专家") == 1
    off = re.search(rf"{url}/observers/[-0-9a-f]+/removal", seated)
    assert off and "赵专家" not in client.post(off[0], follow_redirects=True).text
    assert client.post(f"{url}/cancellation", data={"reason": ""}).status_code == 422
    assert "会议已取消" in client.post(f"{url}/cancellation", data={"reason": "改期"}, follow_redirects=True).text
    assert "主持委托" in client.get(f"{base}/delegations").text


def test_m2_while_nobody_is_convener_no_plenary_is_called_but_by_who_was_deputed(engine):
    """Source: dossier 1.2 M2 硬: 空缺期禁止召开全体会议(或须指定代行)."""
    seat = console(engine, a_tenant(engine, furnish=furnish))
    row = plenary(seat)
    with pytest.raises(Refused, match=r"召集人在.*空缺") as refused:
        convening.call(seat, row.id, on=today())
    assert refused.value.field == "chair"
    instead = plenary(seat, chair="赵副厅长", chair_post="substitute", chair_basis="省政府3月1日书面指定代行")
    assert convening.call(seat, instead.id, on=today()).state == "noticed"


def test_r2_the_plenary_is_chaired_by_the_convener_in_office(seat):
    """Source: dossier 1.4 R2 硬: 主持人=在任召集人."""
    row = plenary(seat, chair="前任厅长")
    with pytest.raises(Refused, match=r"前任厅长在.*不担任召集人"):
        convening.call(seat, row.id, on=today())
