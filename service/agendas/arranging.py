"""Arranging a meeting's agenda: calling for items, putting them on and taking them off, their order, settling it.

Only the office does (submission_via_office). Source: seed 三, 四(二); dossier 2.2 (议题征集).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from service.agendas.commands import arranged_meeting, check_unconcluded, kinds_for, place
from service.agendas.models import AgendaCall, AgendaCallUnit, AgendaItem, AgendaVersion
from service.agendas.queries import agenda, call_of, held_item, versions
from service.agendas.rules import CALLING, PRACTICE, TOLD, call_deadline, check_kind, reordered
from service.agendas.snapshots import changed, keep
from service.calendar.queries import workdays
from service.charter.queries import in_force, units
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import concerned_units
from tenants.errors import Conflict, Refused


@command("meeting.prepare")
def call_for_items(
    seat: Seat,
    meeting_id: UUID,
    *,
    due: date | None = None,
    reason: str = "",
    text: str = "",
    unit_ids: Sequence[UUID] = (),
    on: date,
) -> AgendaCall:
    """The units are asked by that day; said again, the call is the new one. Without a day, the charter's rule gives it.

    Refused: a day gone by or after the meeting; a day other than the charter's, without a reason.
    """
    row = arranged_meeting(seat, meeting_id)
    ruled = call_deadline(in_force(seat.session, row.held_on).rules, row.held_on, workdays(seat.session))
    call = call_of(seat.session, row.id, hold=True) or AgendaCall(meeting_id=row.id, called_on=on)
    call.due = _due(due or (ruled.day if ruled else None), row, on)
    call.computed, call.rule = (ruled.day, ruled.rule) if ruled else (None, "")
    call.reason, call.text, call.called_by = reason.strip(), text.strip(), seat.name
    if call.computed not in (None, call.due) and not call.reason:
        raise _wrong(
            f"按本级制度应于{call.computed}截止；另定日期的，请填写理由。", "Say why it is another day.", "reason"
        )
    seat.session.add(call)
    seat.session.flush()
    _ask(seat, call, row, unit_ids)
    note(seat, f"meeting:{row.id}", called_for_items=on, due=call.due, reason=call.reason)
    return call


def _due(due: date | None, row: Meeting, on: date) -> date:
    if due is None:
        raise _wrong("本级制度未规定征集时限，请填写截止日。", "Name the day.", "due")
    if due < on:
        raise _wrong(f"截止日{due}已过，请另定日期，并说明理由。", "That day is over; name another.", "due")
    if due > row.held_on:
        raise _wrong("截止日不能晚于会议召开日。", "That is after the meeting.", "due")
    return due


def _wrong(message: str, en: str, field: str) -> Refused:
    return Refused(message, en=en, field=field, source=CALLING)


def _ask(seat: Seat, call: AgendaCall, row: Meeting, unit_ids: Sequence[UUID]) -> None:
    """Those named are asked; else those the meeting concerns; else every member of that day."""
    members = [unit.id for unit in units(seat.session, row.held_on)]
    wanted = list(dict.fromkeys(unit_ids)) or concerned_units(seat.session, row.id) or members
    if not set(wanted) <= set(members):
        raise _wrong("只能向会议当日的成员单位征集议题。", "Only member units of that day are asked.", "unit_ids")
    seat.session.execute(delete(AgendaCallUnit).where(AgendaCallUnit.call_id == call.id))
    seat.session.add_all(AgendaCallUnit(call_id=call.id, unit_id=unit_id) for unit_id in wanted)
    seat.session.flush()


@command("meeting.prepare")
def put_on(seat: Seat, item_id: UUID, *, meeting_id: UUID, on: date) -> AgendaItem:
    """The item is the last on that meeting's agenda; from another meeting to come it has moved here.

    Refused: what the office has not taken up. Source: seed 三 (由办公室汇总后提交联席会议审议).
    """
    row = held_item(seat.session, item_id, meeting_id)
    if row.meeting_id is not None and row.meeting_id != meeting_id:
        _remove(seat, row, "移至另一次会议")
    place(seat, row, arranged_meeting(seat, meeting_id))
    note(seat, f"agenda_item:{row.id}", meeting_id=meeting_id, on=on)
    return row


@command("meeting.prepare")
def take_off(seat: Seat, item_id: UUID, *, on: date) -> AgendaItem:
    """The item lies in the backlog again."""
    row = held_item(seat.session, item_id)
    if row.meeting_id is None:
        raise Conflict("该议题不在任何会议的议程上。", en="It is on no agenda.", source=PRACTICE)
    was = row.meeting_id
    _remove(seat, row, "移出议程")
    note(seat, f"agenda_item:{row.id}", taken_off=was, on=on)
    return row


def _remove(seat: Seat, row: AgendaItem, what: str) -> None:
    check_unconcluded(row)
    assert row.meeting_id is not None
    from_meeting = arranged_meeting(seat, row.meeting_id)
    row.meeting_id, row.position = None, 0
    seat.session.flush()
    _number(agenda(seat.session, from_meeting.id))
    changed(seat, from_meeting, f"议题“{row.title}”{what}")


def _number(rows: Sequence[AgendaItem]) -> None:
    for at, row in enumerate(rows, 1):
        if row.position != at:
            row.position = at


@command("meeting.prepare")
def move(seat: Seat, item_id: UUID, *, to: int, on: date) -> AgendaItem:
    """The item has that number on its agenda, counted from 1; the others keep their order."""
    row = held_item(seat.session, item_id)
    if row.meeting_id is None:
        raise Conflict("该议题不在任何会议的议程上。", en="It is on no agenda.", source=PRACTICE)
    wanted = arranged_meeting(seat, row.meeting_id)
    there = agenda(seat.session, wanted.id)
    _number(reordered(there, row, to - 1))
    changed(seat, wanted, f"调整议题“{row.title}”的次序")
    note(seat, f"agenda_item:{row.id}", position=row.position, on=on)
    return row


@command("meeting.prepare")
def settle(seat: Seat, meeting_id: UUID, *, reason: str = "", on: date) -> AgendaVersion:
    """The agenda as it stands is kept as its next version. Refused: an empty one, an item without a kind, no change.

    Source: dossier 1.4 R2 (每个议题必选类型).
    """
    row = arranged_meeting(seat, meeting_id)
    rows = agenda(seat.session, row.id)
    if not rows:
        raise Refused("议程上还没有议题，不能确定。", en="The agenda is empty.", source=PRACTICE)
    for one in rows:
        check_kind(one.kind, kinds_for(seat, row.id, row.held_on))
    if row.state in TOLD and not reason.strip() and versions(seat.session, row.id):
        raise Refused("会议已通知，请说明议程有何变动。", en="Say what changed.", field="reason", source=PRACTICE)
    version = keep(seat, row, reason.strip())
    if version is None:
        raise Conflict(
            "议程与上一版相同，无需重新确定。", en="Nothing changed since the last version.", source=PRACTICE
        )
    note(seat, f"meeting:{row.id}", agenda_version=version.number, reason=version.reason, on=on)
    return version
