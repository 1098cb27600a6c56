"""From a unit's proposal to the last reply: what the office and the units do before a meeting."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from service.charter.opening import furnish
from service.charter.queries import units
from service.invitations.commands import NoticeText, decide_leave, reply, reply_for_all
from service.invitations.proposing import accept, decline, propose, take_note, withdraw
from service.invitations.queries import before, proposal
from service.invitations.rules import Reply
from service.kit.web import today
from service.meetings.convening import cancel, open_sitting, seat_observer
from service.meetings.queries import attendees, concerned_units
from service.members.rules import UNIT_ROLES
from tenants import audit
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.factories import a_seat, a_tenant
from tests.invitations.conference import (
    CONTACT,
    decided,
    in_time,
    later,
    moved,
    noticed,
    planned,
    somebody,
    staffed,
    tell,
    two_experts,
)
from tests.work.office import console

NOW = datetime.now(UTC)


@pytest.fixture
def own(engine):
    """A house of its own, whose charter the test changes."""
    tenant = a_tenant(engine, furnish=furnish)
    seat = console(engine, tenant)
    staffed(seat)
    yield seat
    seat.session.close()


# ── 提议 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r3_a_units_proposal_becomes_a_special_meeting_that_rests_on_it(engine, home, seat, table):
    liaison, office = a_seat(engine, home, "LI", unit=table[2].id), a_seat(engine, home, "OS")
    given = {"topic": "家政服务员培训补贴", "reason": "标准不一，需统筹", "on": today()}
    with pytest.raises(Forbidden, match="本单位"):
        propose(liaison, unit_id=table[0].id, **given)
    made = propose(liaison, unit_id=table[2].id, units_concerned=[table[3].id], **given)
    with pytest.raises(Forbidden):
        accept(liaison, made.id, title="", held_on=in_time(), on=today())
    meeting = accept(office, made.id, title="", held_on=in_time(), on=today())
    assert (meeting.kind, meeting.state, meeting.basis) == ("special", "planned", "unit_proposal")
    assert meeting.title == "家政服务员培训补贴" and table[2].name in meeting.basis_text
    assert set(concerned_units(office.session, meeting.id)) == {table[2].id, table[3].id}
    called = [who for who in attendees(office.session, meeting.id) if who.role in UNIT_ROLES]
    assert {(who.role, who.unit_id) for who in called} == {("liaison", table[2].id), ("liaison", table[3].id)}
    answered = proposal(seat.session, made.id)
    assert (answered.state, answered.meeting_id) == ("accepted", meeting.id)
    with pytest.raises(Conflict, match="不能采纳"):
        accept(office, made.id, title="", held_on=in_time(), on=today())


def test_a_proposal_is_declined_with_a_reason_that_returns_to_the_unit(engine, home, table):
    rep, office = a_seat(engine, home, "MR", unit=table[1].id), a_seat(engine, home, "OD")
    other = a_seat(engine, home, "MR", unit=table[2].id)
    made = propose(rep, unit_id=table[1].id, topic="信息平台", reason="互联互通", on=today())
    with pytest.raises(Conflict, match="尚未答复"):
        take_note(rep, made.id, today())
    with pytest.raises(Refused, match="不采纳的理由"):
        decline(office, made.id, answer=" ", on=today())
    decline(office, made.id, answer="并入全体会议研究", on=today())
    with pytest.raises(Forbidden):
        take_note(other, made.id, today())
    assert take_note(rep, made.id, today()).noted_on == today()
    with pytest.raises(Conflict, match="不能撤回"):
        withdraw(rep, made.id, today())


def test_where_no_meeting_rests_on_a_proposal_none_is_taken(engine, own):
    unit = units(own.session, today())[0]
    rep = a_seat(engine, own.tenant, "MR", unit=unit.id)
    decided(own, special_basis=["annual_plan"])
    with pytest.raises(Refused, match="不以成员单位的提议召开"):
        propose(rep, unit_id=unit.id, topic="x", reason="y", on=today())
    decided(own, special_basis=["unit_proposal"])
    assert propose(rep, unit_id=unit.id, topic="x", reason="y", on=today())


# ── 通知 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_r2_a_draft_tells_nobody_and_a_notice_tells_everybody_who_is_called(seat):
    row = planned(seat)
    assert before(seat.session, row.id).notices == []
    sent = tell(seat, row)
    assert (row.state, sent.kind, sent.sequence) == ("noticed", "request", 1)
    assert {found["attendee_id"] for found in sent.told} == {str(who.id) for who in attendees(seat.session, row.id)}
    assert before(seat.session, row.id).told
    with pytest.raises(Conflict, match="没有需要再次告知"):
        tell(seat, row)


def test_what_is_missing_stops_the_notice_and_less_notice_asks_for_a_reason(own):
    row = planned(own, begins=None, ends=None, place="")
    with pytest.raises(Refused, match="开始时间") as refused:
        tell(own, row)
    assert refused.value.field == "begins"
    assert row.state == "planned"
    soon = planned(own, held_on=today() + timedelta(days=1))
    with pytest.raises(Refused, match="请说明原因") as refused:
        tell(own, soon, NoticeText())
    assert refused.value.field == "reason"
    assert tell(own, soon, NoticeText(reason="临时研究")) and soon.notice_reason == "临时研究"
    decided(own, notice_workdays=None)
    with pytest.raises(Refused, match="议程尚无议题"):
        tell(own, planned(own, held_on=today() + timedelta(days=1)), NoticeText())


def test_a_change_is_told_again_under_the_next_sequence_and_a_new_day_asks_again(seat, table):
    row = noticed(seat)
    who = somebody(seat, row, "liaison", table[0].id)
    reply(seat, row.id, who.id, Reply("attends"), now=datetime.now(UTC))
    moved(seat, row, place="二楼会议室")
    found = before(seat.session, row.id)
    assert row.sequence == 2 and len(found.untold) == len(found.lines)
    sent = tell(seat, row)
    assert (sent.kind, sent.sequence) == ("update", 2)
    assert sent.letter["changed"] == ["地点由“省人社厅301会议室”改为“二楼会议室”"]
    assert not any(line.stale for line in before(seat.session, row.id).lines)
    moved(seat, row, place="二楼会议室", begins=time(14, 30), ends=None)
    tell(seat, row)
    assert [line.attendee.id for line in before(seat.session, row.id).lines if line.stale] == [who.id]


def test_who_joins_the_list_is_told_and_who_leaves_it_hears_so(seat, table):
    row = noticed(seat, kind="special", basis="annual_plan", basis_text="年度计划", units=[table[0].id, table[1].id])
    seat_observer(seat, row.id, name="王专家", title="教授", unit_id=None, on=today())
    assert [who.name for who in before(seat.session, row.id).untold] == ["王专家"]
    tell(seat, row)
    moved(seat, row, basis="annual_plan", basis_text="年度计划", units=[table[1].id, table[2].id])
    found = before(seat.session, row.id)
    assert {who.unit_id for who in found.untold} == {table[2].id}
    assert [gone["unit_id"] for gone in found.dropped] == [str(table[0].id)]
    tell(seat, row)
    assert before(seat.session, row.id).told


def test_a_cancellation_is_told_to_those_who_were_called_and_to_nobody_else(seat):
    row, silent = noticed(seat), planned(seat)
    for meeting in (row, silent):
        cancel(seat, meeting.id, reason="另行安排", on=today())
    sent = tell(seat, row)
    assert (sent.kind, sent.sequence, sent.letter["reason"]) == ("cancel", 2, "另行安排")
    with pytest.raises(Conflict, match="不再发通知"):
        tell(seat, silent)


def test_r2_observers_may_be_left_out_of_a_sending_and_that_stands_but_nobody_who_is_expected(seat, table):
    row = planned(seat)
    wang, li = two_experts(seat, row, unit_id=table[3].id)
    sent = tell(seat, row, replace(CONTACT, reason="议程随后印发", told=[li.id]))
    assert [line["name"] for line in sent.left_out] == ["王专家"]
    assert {line["attendee_id"] for line in sent.told} == {
        str(who.id) for who in attendees(seat.session, row.id) if who is not wang
    }, "whoever is expected is told whether chosen or not"
    found = before(seat.session, row.id)
    assert found.told and found.left_out == [wang], "nobody is nagged about what was chosen"
    with pytest.raises(Missing):
        tell(seat, row, replace(CONTACT, told=[row.id]))
    with pytest.raises(Refused, match="至少选择一人"):
        tell(seat, row, replace(CONTACT, told=[]))
    late = tell(seat, row, replace(CONTACT, told=[wang.id]))
    assert [line["name"] for line in late.told] == ["王专家"], "he hears later, and nobody else again"
    assert not before(seat.session, row.id).left_out


def test_of_a_change_the_expected_hear_and_of_the_end_whoever_was_called(seat):
    row = planned(seat)
    wang, li = two_experts(seat, row)
    tell(seat, row, replace(CONTACT, reason="议程随后印发", told=[li.id]))
    moved(seat, row, place="二楼会议室")
    assert before(seat.session, row.id).fixed == {who.id for who in attendees(seat.session, row.id) if who.expected}
    assert {line["name"] for line in tell(seat, row, replace(CONTACT, told=[])).left_out} == {"王专家", "李专家"}
    cancel(seat, row.id, reason="另行安排", on=today())
    assert li.id in before(seat.session, row.id).fixed and wang.id not in before(seat.session, row.id).fixed
    sent = tell(seat, row, replace(CONTACT, told=[]))
    assert [line["name"] for line in sent.left_out] == ["王专家"], "he was never called"


# ── 回执 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_replies_for_its_own_people_and_the_office_for_those_whom_no_unit_sends(engine, home, seat, table):
    row = noticed(seat)
    rep, office = a_seat(engine, home, "MR", unit=table[0].id), a_seat(engine, home, "OS")
    mine, theirs = (somebody(seat, row, "liaison", unit.id) for unit in table[:2])
    director = somebody(seat, row, "office_director", table[0].id)
    stranger = a_seat(engine, home, "MR", unit=table[1].id)
    for who, other in ((theirs, rep), (mine, office), (director, stranger)):
        with pytest.raises(Forbidden, match="由本单位填写"):
            reply(other, row.id, who.id, Reply("attends"), now=NOW)
    assert reply(rep, row.id, mine.id, Reply("attends"), now=NOW).replied_by == rep.name
    assert reply(office, row.id, director.id, Reply("attends"), now=NOW).reply == "attends"


def test_a_proxy_is_from_the_same_unit_and_only_where_the_charter_lets_one_be(engine, own):
    table = units(own.session, today())
    row = noticed(own)
    rep = a_seat(engine, own.tenant, "LI", unit=table[0].id)
    who = somebody(own, row, "member_rep", table[0].id)
    stranger = somebody(own, row, "liaison", table[1].id).name
    with pytest.raises(Refused, match="须是本单位人员") as refused:
        reply(rep, row.id, who.id, Reply("proxy", "", stranger, "处长"), now=NOW)
    assert refused.value.field == "proxy_name"
    reply(rep, row.id, who.id, Reply("proxy", "", "新来的", "副处长"), now=NOW)
    decided(own, proxy_attendance=False)
    with pytest.raises(Refused, match="不得委派"):
        reply(rep, row.id, who.id, Reply("proxy", "", "新来的", "副处长"), now=NOW)
    assert reply(rep, row.id, who.id, Reply("attends"), now=NOW).proxy_name == ""


def test_leave_is_the_chairs_to_give_and_a_changed_reply_asks_again(engine, home, seat, table):
    row = noticed(seat)
    rep, convener, office = (
        a_seat(engine, home, "MR", unit=table[0].id),
        a_seat(engine, home, "CV"),
        a_seat(engine, home, "OS"),
    )
    who = somebody(seat, row, "member_rep", table[0].id)
    with pytest.raises(Conflict, match="没有请假"):
        decide_leave(convener, row.id, who.id, granted=True, on=today())
    reply(rep, row.id, who.id, Reply("leave", "出国"), now=NOW)
    with pytest.raises(Forbidden):
        decide_leave(rep, row.id, who.id, granted=True, on=today())
    with pytest.raises(Refused, match="主持人同意"):
        decide_leave(office, row.id, who.id, granted=True, on=today())
    assert decide_leave(convener, row.id, who.id, granted=False, on=today()).leave_granted is False
    office.session.expire_all()
    assert decide_leave(office, row.id, who.id, granted=True, text="召集人电话同意", on=today()).leave_granted
    rep.session.expire_all()
    assert reply(rep, row.id, who.id, Reply("leave", "出国延期"), now=NOW).leave_granted is None


def test_replies_change_until_the_meeting_opens_and_every_one_is_on_record(engine, home, seat, table):
    row = noticed(seat, held_on=today(), begins=time(0, 1), ends=None)
    rep = a_seat(engine, home, "LI", unit=table[0].id)
    who = somebody(seat, row, "liaison", table[0].id)
    for given in (Reply("attends"), Reply("leave", "生病"), Reply("proxy", "", "新来的", "科长")):
        reply(rep, row.id, who.id, given, now=NOW)
    query = audit.AuditEntry.__table__.select().where(audit.AuditEntry.subject == f"meeting:{row.id}")
    said = [line.detail["after"]["reply"] for line in seat.session.execute(query) if "attendee" in line.detail]
    assert sorted(said) == ["attends", "leave", "proxy"]
    open_sitting(seat, row.id, today())
    rep.session.rollback()
    with pytest.raises(Conflict, match="正在召开"):
        reply(rep, row.id, who.id, Reply("attends"), now=NOW)


def test_one_word_replies_for_everybody_of_the_unit_who_has_not(engine, home, seat, table):
    row = noticed(seat)
    rep = a_seat(engine, home, "LI", unit=table[1].id)
    first = somebody(seat, row, "member_rep", table[1].id)
    reply(rep, row.id, first.id, Reply("leave", "出差"), now=NOW)
    with pytest.raises(Forbidden):
        reply_for_all(rep, row.id, table[0].id, now=NOW)
    assert [who.role for who in reply_for_all(rep, row.id, table[1].id, now=NOW)] == ["liaison"]
    assert reply_for_all(rep, row.id, table[1].id, now=NOW) == []


def test_a_reply_names_somebody_on_that_meetings_list(seat, table):
    first, second = noticed(seat), noticed(seat)
    who = somebody(seat, first, "office_director", table[0].id)
    with pytest.raises(Missing):
        reply(seat, second.id, who.id, Reply("attends"), now=later())
