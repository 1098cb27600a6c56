"""Letters by a real SMTP server: to a confirmed address, as the person chose, at least once under one id."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from service.accounts.models import SeatGrant
from service.charter.opening import furnish
from service.jobs.queries import jobs
from service.kit.paging import Asked
from service.notices import choosing
from service.notices.commands import read_all
from service.notices.models import Letter, Mailbox, Notice
from service.notices.rules import SHANGHAI
from tenants import ledger
from tenants.db import acting_for
from tenants.errors import Conflict, Refused
from tests.factories import a_seat, a_tenant
from tests.notices.post import a_post_office, do_all, not_sent, waiting
from tests.notices.telling import say

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
ADDRESS = "zhang.san@rst.example.gov.cn"


@pytest.fixture(scope="module")
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(monkeypatch):
    with a_post_office() as (office, address):
        monkeypatch.setenv("LIANXI_SMTP", address)
        monkeypatch.setenv("LIANXI_MAIL_FROM", "lianxi@example.gov.cn")
        monkeypatch.setenv("LIANXI_URL", "https://lianxi.example.gov.cn")
        yield office


@pytest.fixture
def seat(engine, tenant, office):
    """A person whose address is confirmed."""
    seat = a_seat(engine, tenant, "OS")
    box = choosing.ask_address(seat, address=ADDRESS, locale="zh", now=NOW)
    assert choosing.confirm_address(seat, code=box.code, now=NOW)
    do_all(engine, tenant)  # the code is used: no letter of it goes
    return seat


def test_an_address_is_written_to_once_its_code_was_typed(engine, tenant, office):
    seat = a_seat(engine, tenant, "OS")
    choosing.ask_address(seat, address=ADDRESS, locale="zh", now=NOW)
    say(engine, tenant, [seat.account_id], "early")
    do_all(engine, tenant)
    (letter,) = office.letters
    box = seat.session.scalars(select(Mailbox).where(Mailbox.account_id == seat.account_id)).one()
    assert letter["To"] == ADDRESS and box.code in letter.get_content()
    assert not choosing.confirm_address(seat, code="no", now=NOW)
    assert choosing.confirm_address(seat, code=f" {box.code} ", now=NOW)
    say(engine, tenant, [seat.account_id], "late", "确认后的会")
    do_all(engine, tenant)
    assert len(office.letters) == 2 and "确认后的会" in office.letters[1].get_content()
    assert "early" not in office.letters[1].get_content()


def test_a_code_is_over_after_half_an_hour_and_after_five_wrong_ones(engine, tenant, office):
    seat = a_seat(engine, tenant, "OS")
    box = choosing.ask_address(seat, address=ADDRESS, locale="zh", now=NOW)
    with pytest.raises(Conflict, match="一分钟后"):
        choosing.ask_address(seat, address=ADDRESS, locale="zh", now=NOW + timedelta(seconds=59))
    with pytest.raises(Refused, match="失效"):
        choosing.confirm_address(seat, code=box.code, now=NOW + timedelta(minutes=30))
    for _try in range(5):
        assert not choosing.confirm_address(seat, code="wrong", now=NOW)
    with pytest.raises(Refused, match="失效"):
        choosing.confirm_address(seat, code="wrong", now=NOW)
    again = choosing.ask_address(seat, address=ADDRESS, locale="zh", now=NOW + timedelta(minutes=1))
    assert choosing.confirm_address(seat, code=again.code, now=NOW + timedelta(minutes=1))


def test_a_burst_is_one_letter_with_a_sentence_and_a_link_each(engine, tenant, office, seat):
    for number in range(3):
        say(engine, tenant, [seat.account_id], f"burst:{number}", f"第{number}次会议")
    assert [kind for kind, _state in waiting(engine, tenant)].count("notices.letter") == 1
    do_all(engine, tenant)
    (letter,) = office.letters
    text = letter.get_content()
    assert letter["Subject"] == f"【{tenant.name}】3 条通知" and letter["Auto-Submitted"] == "auto-generated"
    assert all(f"3月9日召开“第{number}次会议”，请填写回执。" in text for number in range(3))
    assert text.count(f"https://lianxi.example.gov.cn/t/{tenant.slug}/notices/") == 4  # and the one to the choices
    do_all(engine, tenant)
    assert len(office.letters) == 1


def test_what_was_read_or_may_be_seen_no_more_is_not_written_of(engine, tenant, office, seat):
    say(engine, tenant, [seat.account_id], "read")
    read_all(seat, seen=datetime.now(UTC), now=datetime.now(UTC))
    do_all(engine, tenant)
    say(engine, tenant, [seat.account_id], "lost")
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(update(SeatGrant).where(SeatGrant.account_id == seat.account_id).values(role="GV"))
    do_all(engine, tenant)
    assert office.letters == []


def test_each_kind_goes_as_the_person_chose(engine, tenant, office, seat):
    choosing.choose(seat, ways={"meeting_called": "never", "meeting_cancelled": "daily"})
    changed = {"kind": "meeting_changed", "params": {"meeting": "会"}}
    cancelled = {"kind": "meeting_cancelled", "params": {"meeting": "会"}}
    say(engine, tenant, [seat.account_id], "n")
    assert waiting(engine, tenant) == []
    say(engine, tenant, [seat.account_id], "c", **changed)
    say(engine, tenant, [seat.account_id], "d", **cancelled)
    with acting_for(engine, tenant.id) as session:
        wanted = (ledger.Job.kind == "notices.letter", ledger.Job.state == "waiting")
        dues = {job.payload["way"]: job.due_at for job in session.scalars(select(ledger.Job).where(*wanted))}
    assert dues["at_once"] < datetime.now(UTC) + timedelta(minutes=4)
    assert dues["daily"].astimezone(SHANGHAI).time() == time(8, 30)
    do_all(engine, tenant)
    assert len(office.letters) == 2
    with pytest.raises(Refused):
        choosing.choose(seat, ways={"no_such_kind": "daily"})


def test_in_quiet_hours_a_letter_waits(engine, tenant, office, seat):
    local = datetime.now(SHANGHAI)
    begins, ends = ((local + timedelta(hours=hours)).time().replace(microsecond=0) for hours in (-1, 1))
    choosing.choose(seat, ways={}, quiet_from=begins, quiet_to=ends)
    say(engine, tenant, [seat.account_id], "quiet")
    do_all(engine, tenant)
    assert office.letters == [] and waiting(engine, tenant) == [("notices.letter", "waiting")]
    choosing.choose(seat, ways={})
    do_all(engine, tenant)
    assert len(office.letters) == 1


def test_a_letter_that_may_have_gone_goes_again_under_the_same_id(engine, tenant, office, seat):
    say(engine, tenant, [seat.account_id], "twice")
    do_all(engine, tenant)
    not_sent(engine, tenant, Letter)
    say(engine, tenant, [seat.account_id], "since")
    do_all(engine, tenant)
    first, *others = office.letters
    again = next(letter for letter in others if letter["Message-ID"] == first["Message-ID"])
    assert (again["Date"], again.get_content()) == (first["Date"], first.get_content())
    assert "@lianxi.example.gov.cn>" in first["Message-ID"]


def test_a_server_that_refuses_is_asked_again_and_in_the_end_an_administrator_sees_it(engine, tenant, office, seat):
    office.answers[:] = ["451 later"]
    say(engine, tenant, [seat.account_id], "later")
    do_all(engine, tenant, tries=2)
    assert len(office.letters) == 1
    office.answers[:] = ["554 never"] * 20
    say(engine, tenant, [seat.account_id], "never")
    do_all(engine, tenant, tries=6)
    assert waiting(engine, tenant) == [("notices.send", "dead")]
    with acting_for(engine, tenant.id) as session:
        (row,) = jobs(session, Asked(filters={"state": "dead"})).rows
        assert row.job.kind == "notices.send" and "SMTP" in row.error
        office.answers.clear()
        ledger.revive(session, row.job.id)
        session.commit()
    do_all(engine, tenant)
    assert len(office.letters) == 2


def test_where_letters_were_switched_off_nothing_is_tried(engine, tenant, office, seat, monkeypatch):
    say(engine, tenant, [seat.account_id], "off")
    monkeypatch.delenv("LIANXI_SMTP")
    do_all(engine, tenant)
    assert waiting(engine, tenant) == [] and office.letters == []
    with acting_for(engine, tenant.id) as session:
        newest = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert newest and newest.dropped == "letters are off"
        assert session.scalars(select(Notice).where(Notice.key == "off")).one().letter is None
