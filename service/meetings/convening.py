"""Writing: a meeting is prepared, noticed, opened and closed; or it is called off.

What the charter asks of a meeting is asked when it is noticed, and again when it becomes a record (checks.py).
Source: seed 四(二), 四(三); dossier 1.4 R2, R3, 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from service.charter.queries import units, version_on
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings import checks
from service.meetings.calling import lay_out
from service.meetings.models import Attendance, Attendee, Meeting, MeetingUnit
from service.meetings.queries import attendee, attendees, concerned_units, held_meeting
from service.meetings.rules import MEETING, NOT_CALLED, unit_came
from tenants.errors import Refused

PRACTICE = "会议通知和回执"


@dataclass(frozen=True)
class Convocation:
    """What is laid down of a meeting that is to be held."""

    kind: str
    title: str
    held_on: date
    own_kind: str = ""
    begins: time | None = None
    ends: time | None = None
    place: str = ""
    basis: str = ""
    basis_text: str = ""
    units: Sequence[UUID] = field(default=())  # those concerned; none: every member
    chair: str = ""
    chair_post: str = ""
    chair_basis: str = ""
    delegation_id: UUID | None = None
    excess_reason: str = ""
    departure_reason: str = ""


WORDS = (
    "kind",
    "own_kind",
    "title",
    "place",
    "basis",
    "basis_text",
    "chair",
    "chair_post",
    "chair_basis",
    "excess_reason",
    "departure_reason",
)
OTHERS = ("held_on", "begins", "ends", "delegation_id")
# What those who were called must hear of again.
HEARD = ("title", "held_on", "begins", "ends", "place")


@command("meeting.prepare")
def prepare(seat: Seat, wanted: Convocation, on: date) -> Meeting:
    """The meeting is in preparation, with everybody on its list whom the charter calls; nobody hears of it yet.

    Refused: a day gone by, a kind the charter does not know, a special meeting without basis or units concerned.
    """
    refuse_after(seat.session, wanted.held_on)
    row = Meeting(state="planned", charter_id=version_on(seat.session, wanted.held_on))
    _lay_down(seat, row, wanted, on)
    note(seat, f"meeting:{row.id}", after=_line(row))
    return row


@command("meeting.prepare")
def revise(seat: Seat, meeting_id: UUID, wanted: Convocation, on: date) -> Meeting:
    """The meeting is laid down anew; where those called were told, they must hear of another day, hour or place."""
    row = held_meeting(seat.session, meeting_id)
    MEETING.step(row.state, "revise")
    before, heard = _line(row), _heard(row)
    row.charter_id = version_on(seat.session, wanted.held_on)
    _lay_down(seat, row, wanted, on)
    if row.state == "noticed":
        checks.check_called(seat, row)
        row.sequence += heard != _heard(row)
    note(seat, f"meeting:{row.id}", before=before, after=_line(row))
    return row


def _lay_down(seat: Seat, row: Meeting, wanted: Convocation, on: date) -> None:
    for name in WORDS:
        setattr(row, name, getattr(wanted, name).strip())
    for name in OTHERS:
        setattr(row, name, getattr(wanted, name))
    checks.propose_chair(seat, row)
    checks.check_planned(seat, row, wanted.units, on)
    seat.session.add(row)
    seat.session.flush()
    _concern(seat, row, wanted.units)
    lay_out(seat, row, wanted.units, attendees(seat.session, row.id))


def _concern(seat: Seat, row: Meeting, unit_ids: Sequence[UUID]) -> None:
    seat.session.execute(delete(MeetingUnit).where(MeetingUnit.meeting_id == row.id))
    seat.session.add_all(MeetingUnit(meeting_id=row.id, unit_id=unit_id) for unit_id in dict.fromkeys(unit_ids))
    seat.session.flush()


def _line(row: Meeting) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*WORDS, *OTHERS, "state")}


def _heard(row: Meeting) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in HEARD)


@command("meeting.prepare")
def seat_observer(seat: Seat, meeting_id: UUID, *, name: str, title: str, unit_id: UUID | None, on: date) -> Attendee:
    """Somebody sits in (列席) who is not expected by the charter. Source: dossier 1.4 R2, R3."""
    row = held_meeting(seat.session, meeting_id)
    MEETING.step(row.state, "sit" if row.state == "in_session" else "revise")
    if not name.strip():
        raise Refused("请填写列席人员姓名。", en="Give the observer's name.", field="name")
    there = attendees(seat.session, row.id)
    found = Attendee(
        meeting_id=row.id,
        position=len(there) + 1000,
        role="observer",
        expected=False,
        name=name.strip(),
        title=title.strip(),
        unit_id=unit_id,
    )
    seat.session.add(found)
    note(seat, f"meeting:{row.id}", observer=found.name, on=on)
    return found


@command("meeting.prepare")
def remove_observer(seat: Seat, attendee_id: UUID, on: date, *, at: UUID | None = None) -> Meeting:
    """The observer is not on the list any more. Refused: an expected one, who can only be excused or deputed."""
    found = attendee(seat.session, attendee_id, at)
    row = held_meeting(seat.session, found.meeting_id)
    MEETING.step(row.state, "sit" if row.state == "in_session" else "revise")
    if found.expected:
        raise Refused(
            "应到人员由制度确定，不能删除；不能到会的，请登记请假或委派。",
            en="Who is expected by the charter cannot be struck off: excuse him, or take his proxy.",
            source=found.source,
        )
    seat.session.delete(found)
    note(seat, f"meeting:{row.id}", removed=found.name, on=on)
    return row


@command("meeting.prepare")
def call(seat: Seat, meeting_id: UUID, *, reason: str = "", on: date) -> Meeting:
    """Those called are told: from now on they reply, and a change must be told them again.

    Refused: what the charter asks and is missing; less notice than it asks, without a reason. Source: dossier 1.4 R2, R3, 6.
    """
    row = held_meeting(seat.session, meeting_id)
    row.state = MEETING.step(row.state, "call")
    row.notice_reason = reason.strip()
    checks.check_called(seat, row)
    checks.check_notice(seat, row, on)
    row.noticed_on, row.sequence = on, row.sequence + 1
    note(seat, f"meeting:{row.id}", noticed_on=on, reason=row.notice_reason)
    return row


@command("meeting.prepare")
def cancel(seat: Seat, meeting_id: UUID, *, reason: str, on: date) -> Meeting:
    """The meeting is called off, and stays on the list with the reason."""
    row = held_meeting(seat.session, meeting_id)
    if not reason.strip():
        raise Refused("请填写取消的原因。", en="Say why it is called off.", field="reason", source=PRACTICE)
    row.state, row.cancel_reason = MEETING.step(row.state, "cancel"), reason.strip()
    row.sequence += 1
    note(seat, f"meeting:{row.id}", cancelled_on=on, reason=row.cancel_reason)
    return row


@command("meeting.record")
def open_sitting(seat: Seat, meeting_id: UUID, on: date) -> Meeting:
    """The meeting sits. Refused: before its day; what the charter asks of its chair and is missing."""
    row = held_meeting(seat.session, meeting_id)
    state = MEETING.step(row.state, "open")
    if row.held_on > on:
        raise Refused(
            f"会议定于{row.held_on.isoformat()}召开，尚未到日；提前召开的，请先改期。",
            en=f"It is to be held on {row.held_on}; move it first.",
            source=PRACTICE,
        )
    checks.check_called(seat, row)
    row.state = state
    note(seat, f"meeting:{row.id}", opened_on=on)
    return row


@command("meeting.record")
def close_sitting(seat: Seat, meeting_id: UUID, on: date) -> Meeting:
    """The meeting was held: how each unit was there follows from who signed in.

    Refused: nobody signed in; what the charter does not let be (checks.py).
    """
    row = held_meeting(seat.session, meeting_id)
    state = MEETING.step(row.state, "close")
    came = _came(seat, row)
    checks.check_held(seat, row, came, on)
    row.state = state
    for person in attendees(seat.session, row.id):
        person.came = _mode(person) or ("absent" if person.expected else None)
    seat.session.add_all(Attendance(meeting_id=row.id, unit_id=unit, mode=mode) for unit, mode in came.items())
    note(seat, f"meeting:{row.id}", closed_on=on)
    return row


def _came(seat: Seat, row: Meeting) -> dict[UUID, str]:
    """Unit by unit: present, by proxy, on leave, or not called at all; one that stayed away is not named."""
    modes: dict[UUID, list[str | None]] = {}
    for person in attendees(seat.session, row.id):
        if person.expected and person.unit_id is not None:
            modes.setdefault(person.unit_id, []).append(_mode(person))
    found = {unit: mode for unit, came in modes.items() if (mode := unit_came(came))}
    if row.kind == "plenary" and concerned_units(seat.session, row.id):
        found |= {unit.id: NOT_CALLED for unit in units(seat.session, row.held_on) if unit.id not in modes}
    return found


def _mode(attendee: Attendee) -> str | None:
    """How he was there; who was excused and did not come is on leave."""
    return attendee.came or ("leave" if attendee.leave_granted else None)
