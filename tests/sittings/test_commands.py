"""Signing in, the clock of the agenda, notes and what was agreed; each act once, nothing lost."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from uuid_utils.compat import uuid7

from service.kit.web import today
from service.meetings.commands import Agreed
from service.meetings.queries import attendance, meeting, resolutions
from service.sittings import queries
from service.sittings.commands import (
    Mark,
    agree,
    announced,
    close,
    close_code,
    issue_code,
    mark,
    mark_unit,
    sign_in,
    start_item,
    stop_item,
)
from service.sittings.noting import Written, settle_note, write_note
from tenants.errors import Conflict, Forbidden, LianxiError, Missing, Refused
from tests.invitations.conference import decided
from tests.sittings.scene import TEN, Sat, a_sitting

MINUTE = timedelta(minutes=1)


def wrote(sat: Sat, text: str, base: int, *, about=None, settles=None, write_id: str | None = None, seat=None):
    sent = Written(about, text, base, write_id or uuid4().hex, settles)
    return write_note(seat or sat.office, sat.meeting.id, sent, TEN)


def seen(sat: Sat) -> queries.Sitting:
    sat.office.session.expire_all()
    return queries.sitting(sat.office.session, sat.meeting.id, TEN)


def test_who_is_ticked_off_counts_and_keeps_his_hour(sat):
    who = sat.called()
    mark(sat.office, sat.meeting.id, [Mark(who.id)], TEN)
    mark(sat.office, sat.meeting.id, [Mark(who.id)], TEN + MINUTE)
    there = sat.called()
    assert (there.came, there.signed_in_at, there.signed_in_how) == ("present", TEN, "list")
    found = seen(sat)
    assert (found.count.came, found.count.units_came, found.late(there)) == (1, 1, True)
    mark(sat.office, sat.meeting.id, [Mark(who.id, None)], TEN)
    assert (sat.called().came, sat.called().signed_in_at) == (None, None), "a slip is put right"


def test_a_unit_is_ticked_off_at_once_and_what_was_said_of_its_people_stays(sat):
    unit = sat.units[1].id
    ill = sat.called("liaison", 1)
    mark(sat.office, sat.meeting.id, [Mark(ill.id, "leave")], TEN)
    marked = mark_unit(sat.office, sat.meeting.id, unit, TEN)
    assert ill.id not in {one.id for one in marked}
    assert {one.came for one in sat.people if one.unit_id == unit} == {"present", "leave"}
    with pytest.raises(Missing):
        mark_unit(sat.office, sat.meeting.id, uuid4(), TEN)


def test_a_proxy_that_was_announced_signs_in_for_his_sender(sat):
    who = sat.called()
    who.reply, who.proxy_name, who.proxy_title = "proxy", "钱七", "副处长"
    sat.office.session.commit()
    assert announced(who) == "proxy"
    mark(sat.office, sat.meeting.id, [Mark(who.id, "proxy")], TEN)
    assert (sat.called().came, sat.called().proxy_name) == ("proxy", "钱七")
    assert seen(sat).count.units_came == 1, "a proxy counts for the unit"


def test_a_proxy_has_a_name_and_the_charter_lets_him_be(sat):
    who = sat.called()
    with pytest.raises(Refused) as refusal:
        mark(sat.office, sat.meeting.id, [Mark(who.id, "proxy")], TEN)
    assert refusal.value.field == "proxy_name"
    decided(sat.office, proxy_attendance=False)
    with pytest.raises(Refused, match="不能委派"):
        mark(sat.office, sat.meeting.id, [Mark(who.id, "proxy", "钱七")], TEN)


def test_a_person_signs_in_for_his_own_unit_by_the_code_and_once(sat):
    code = issue_code(sat.office, sat.meeting.id, TEN).code
    mine, theirs = sat.called(at=2), sat.called(at=3)
    liaison = sat.another("LI", at=2)
    with pytest.raises(Forbidden, match="本单位"):
        sign_in(liaison, sat.meeting.id, Mark(theirs.id), code=code, at=TEN)
    sign_in(liaison, sat.meeting.id, Mark(mine.id), code=f"{code[:4]}-{code[4:].lower()}", at=TEN)
    sign_in(liaison, sat.meeting.id, Mark(mine.id), code=code, at=TEN + MINUTE)
    assert (sat.called(at=2).signed_in_at, sat.called(at=2).signed_in_how) == (TEN, "code")
    assert sat.called(at=3).came is None


def test_a_code_that_was_renewed_or_closed_opens_nothing(sat):
    who, liaison = sat.called(at=2), sat.another("LI", at=2)
    old = issue_code(sat.office, sat.meeting.id, TEN).code
    new = issue_code(sat.office, sat.meeting.id, TEN).code
    with pytest.raises(Refused, match="签到码"):
        sign_in(liaison, sat.meeting.id, Mark(who.id), code=old, at=TEN)
    close_code(sat.office, sat.meeting.id)
    with pytest.raises(Refused, match="签到码"):
        sign_in(liaison, sat.meeting.id, Mark(who.id), code=new, at=TEN)
    again = issue_code(sat.office, sat.meeting.id, TEN).code
    assert sign_in(liaison, sat.meeting.id, Mark(who.id), code=again, at=TEN).came == "present"


def test_who_does_not_record_meetings_ticks_nobody_off_and_writes_nothing(sat):
    liaison = sat.another("LI", at=1)
    for refused in (
        lambda: mark(liaison, sat.meeting.id, [Mark(sat.called().id)], TEN),
        lambda: wrote(sat, "甲", 0, seat=liaison),
        lambda: issue_code(liaison, sat.meeting.id, TEN),
        lambda: start_item(liaison, sat.meeting.id, sat.items[0].id, TEN),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert wrote(sat, "甲", 0).revision == 1


def test_nothing_is_recorded_of_a_meeting_that_does_not_sit(engine):
    sat = a_sitting(engine, opened=False)
    for refused in (
        lambda: mark(sat.office, sat.meeting.id, [Mark(sat.called().id)], TEN),
        lambda: start_item(sat.office, sat.meeting.id, sat.items[0].id, TEN),
        lambda: wrote(sat, "甲", 0),
    ):
        with pytest.raises(Conflict) as refusal:
            refused()
        assert refusal.value.source == "制度四(二)、四(三)"


def test_one_item_is_talked_about_at_a_time_and_its_minutes_add_up(sat):
    first, second = (item.id for item in sat.items)
    start_item(sat.office, sat.meeting.id, first, TEN - 30 * MINUTE)
    start_item(sat.office, sat.meeting.id, first, TEN - 29 * MINUTE)
    assert [talk.elapsed for talk in seen(sat).talks] == [30 * MINUTE, 0 * MINUTE], "started twice, it began once"
    start_item(sat.office, sat.meeting.id, second, TEN - 5 * MINUTE)
    found = seen(sat)
    assert found.current and found.current.item.id == second
    assert [(talk.elapsed, talk.overrun) for talk in found.talks] == [(25 * MINUTE, True), (5 * MINUTE, False)]
    stop_item(sat.office, sat.meeting.id, TEN - 2 * MINUTE)
    assert seen(sat).current is None
    assert seen(sat).next is None, "both were taken up"
    with pytest.raises(Missing):
        start_item(sat.office, sat.meeting.id, uuid4(), TEN)


def test_a_note_keeps_every_version_and_a_repeated_write_is_kept_once(sat):
    about, act = sat.items[0].id, uuid4().hex
    assert wrote(sat, "张处长", 0, about=about, write_id=act).revision == 1
    assert wrote(sat, "张处长", 0, about=about, write_id=act).revision == 1
    assert wrote(sat, "张处长汇报", 1, about=about).revision == 2
    assert [note.text for note in queries.history(sat.office.session, sat.meeting.id, about)] == [
        "张处长",
        "张处长汇报",
    ]
    assert seen(sat).notes[about].text == "张处长汇报"
    assert seen(sat).notes[None].revision == 0
    with pytest.raises(Missing):
        wrote(sat, "甲", 0, about=uuid4())


def test_of_two_who_write_at_once_both_texts_are_kept_until_one_is_chosen(sat):
    other = sat.another("OS")
    wrote(sat, "共识", 0)
    wrote(sat, "共识一", 1)
    aside = wrote(sat, "共识二", 1, seat=other)
    assert aside.aside
    typed_on = wrote(sat, "共识二、三", 1, seat=other, settles=aside.revision)
    note = seen(sat).notes[None]
    assert (note.text, [one.text for one in note.asides]) == ("共识一", ["共识二、三"])
    settle_note(
        sat.office,
        sat.meeting.id,
        typed_on.revision,
        note.revision,
        "both",
        about=None,
        text="",
        write_id="w" * 8,
        at=TEN,
    )
    note = seen(sat).notes[None]
    assert (note.text, note.asides) == ("共识一\n共识二、三", [])
    with pytest.raises(Conflict, match="已由他人核对"):
        settle_note(
            other,
            sat.meeting.id,
            typed_on.revision,
            note.revision,
            "mine",
            about=None,
            text="",
            write_id="v" * 8,
            at=TEN,
        )
    kept = {one.text for one in queries.history(sat.office.session, sat.meeting.id, None)}
    assert kept == {"共识", "共识一", "共识二", "共识二、三", "共识一\n共识二、三"}


def test_a_machine_that_was_offline_sends_its_text_after_the_meeting_and_not_after_the_minutes(sat):
    mark(sat.office, sat.meeting.id, [Mark(one.id) for one in sat.people], TEN)
    close(sat.office, sat.meeting.id, TEN, today())
    assert wrote(sat, "会后补送", 0).revision == 1
    row = meeting(sat.office.session, sat.meeting.id)
    row.minutes_signed_on = today()
    sat.office.session.commit()
    with pytest.raises(Conflict, match="纪要已于"):
        wrote(sat, "签发之后", 1)


def test_what_was_agreed_is_sent_twice_and_agreed_once(sat):
    row_id, lead = uuid7(), sat.units[0].id
    item = Agreed(
        "开展督导",
        lead,
        date(today().year + 1, 3, 1),
        deliverable="督导报告",
        agenda_item_id=sat.items[1].id,
        id=row_id,
    )
    assert agree(sat.office, sat.meeting.id, item).id == row_id
    assert agree(sat.office, sat.meeting.id, item).id == row_id
    assert [one.text for one in resolutions(sat.office.session, sat.meeting.id)] == ["开展督导"]
    agree(sat.office, sat.meeting.id, Agreed("原则同意方案", kind="in_principle", id=uuid7()))
    assert len(seen(sat).agreed) == 2


def test_closing_puts_each_unit_on_record_as_its_people_signed_in(sat):
    start_item(sat.office, sat.meeting.id, sat.items[0].id, TEN)
    issue_code(sat.office, sat.meeting.id, TEN)
    with pytest.raises(LianxiError):
        close(sat.office, sat.meeting.id, TEN, today())
    mark_unit(sat.office, sat.meeting.id, sat.units[0].id, TEN)
    mark(sat.office, sat.meeting.id, [Mark(sat.called(at=1).id, "leave")], TEN)
    promised = {unit: mode for unit, mode in seen(sat).by_unit if mode}
    close(sat.office, sat.meeting.id, TEN, today())
    assert {row.unit_id: row.mode for row in attendance(sat.office.session, sat.meeting.id)} == promised
    found = seen(sat)
    assert (found.meeting.state, found.current) == ("held", None)
    assert found.code is not None and not found.code.open
    assert len(found.unsettled) == 2
