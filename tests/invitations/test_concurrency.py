"""Fifty replies at once, each in a session of its own: nothing is lost, nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import func, select

from service.invitations.commands import notify, reply
from service.invitations.models import MeetingNotice
from service.invitations.rules import Reply
from service.kit.web import today
from service.meetings.convening import open_sitting
from service.meetings.queries import attendees
from tenants.audit import AuditEntry, verify
from tenants.errors import Conflict
from tests.invitations.conference import CONTACT, noticed, planned, somebody
from tests.work.office import console

FIFTY = 50


def together(engine, home, act, times=FIFTY):
    """The act by that many at once; what each came to, a refusal among them."""
    barrier = Barrier(times, timeout=60)

    def one(number):
        seat = console(engine, home)
        barrier.wait()
        try:
            return act(seat, number)
        except Conflict as refusal:
            return refusal
        finally:
            seat.session.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_fifty_replies_at_once_lose_nothing(engine, home, seat):
    row = noticed(seat)
    meeting_id, called = row.id, [who.id for who in attendees(seat.session, row.id) if who.unit_id and who.name]
    entries = _entries(seat, row)
    now = datetime.now(UTC)

    def act(one, number):
        who = called[number % len(called)]
        given = (
            Reply("proxy", f"第{number}次", f"代表{number}", "处长")
            if number % 2
            else Reply("attends", f"第{number}次")
        )
        return reply(one, meeting_id, who, given, now=now).id

    done = together(engine, home, act)
    assert sorted(done, key=str) == sorted((called[n % len(called)] for n in range(FIFTY)), key=str)
    seat.session.expire_all()
    said = {who.id: who for who in attendees(seat.session, row.id)}
    assert all(said[who].reply for who in called[:FIFTY])
    for who in said.values():
        assert (who.reply == "proxy") == bool(who.proxy_name), "no reply is half of one and half of another"
        if who.proxy_name:
            assert who.proxy_name.removeprefix("代表") == who.reply_text.strip("第次")
    assert _entries(seat, row) - entries == FIFTY
    assert verify(seat.session).sound


def _entries(seat, row):
    seat.session.rollback()
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject == f"meeting:{row.id}")
    return seat.session.scalar(query)


def test_a_notice_pressed_ten_times_goes_out_once(engine, home, seat):
    meeting_id = planned(seat).id
    text = type(CONTACT)(contact="赵六", reason="议程随后印发")
    done = together(
        engine, home, lambda one, _n: notify(one, meeting_id, text, on=today(), now=datetime.now(UTC)).id, times=10
    )
    assert sum(isinstance(found, Conflict) for found in done) == 9
    query = select(func.count()).select_from(MeetingNotice).where(MeetingNotice.meeting_id == meeting_id)
    assert seat.session.scalar(query) == 1


def test_no_reply_comes_after_the_meeting_opened(engine, home, seat, table):
    row = noticed(seat, held_on=today(), ends=None)
    meeting_id = row.id
    who = somebody(seat, row, "liaison", table[0].id).id
    seat.session.rollback()

    def act(one, number):
        if number == 0:
            return open_sitting(one, meeting_id, today()).state
        return reply(one, meeting_id, who, Reply("attends"), now=datetime.now(UTC)).reply

    done = together(engine, home, act, times=8)
    assert "in_session" in done
    assert all(found in ("in_session", "attends") or isinstance(found, Conflict) for found in done)
