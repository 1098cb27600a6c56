"""A conference about to meet: its posts are filled, a meeting is in preparation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from config.workdays import NATIONAL
from service.charter.queries import in_force
from service.invitations.commands import NoticeText, notify
from service.kit.seat import Seat
from service.kit.web import today
from service.meetings.convening import Convocation, prepare, revise, seat_observer
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import attendees
from service.members.commands import record_appointment, register_liaison
from service.members.queries import roster
from service.members.rules import UNIT_ROLES, PersonText

SINCE = date(2026, 1, 1)
CONTACT = NoticeText(contact="赵六", phone="0871-6312345")


def staffed(seat: Seat) -> None:
    """Every post of the conference is held by somebody named after it."""
    for held in roster(seat.session, today()):
        name = f"{held.unit.name[-4:] if held.unit else ''}{held.place.name[:8]}"
        appoint = register_liaison if held.place.role in UNIT_ROLES else record_appointment
        appoint(seat, held.place.key, PersonText(name, "处长", "处级"), from_date=SINCE, on=today())


def decided(seat: Seat, **changes: object) -> None:
    """The charter in force says so."""
    charter = in_force(seat.session, today())
    charter.rules = charter.rules | changes
    seat.session.commit()


def in_time(on: date | None = None) -> date:
    """A day for which a notice sent today is in time."""
    return NATIONAL.add(on or today(), 12)


def planned(seat: Seat, **changes: object) -> Meeting:
    """A plenary in preparation, of which nobody has heard."""
    given = {
        "kind": "plenary",
        "title": "2026年第二次全体会议",
        "held_on": in_time(),
        "begins": time(9, 30),
        "ends": time(11, 0),
        "place": "省人社厅301会议室",
        "excess_reason": "年中部署",
    }
    return prepare(seat, Convocation(**(given | changes)), today())  # type: ignore[arg-type]


def moved(seat: Seat, row: Meeting, **changes: object) -> Meeting:
    """The meeting is laid down anew, otherwise in this."""
    given = {name: getattr(row, name) for name in ("kind", "title", "held_on", "begins", "ends", "place")}
    return revise(seat, row.id, Convocation(**(given | {"excess_reason": "年中部署"} | changes)), today())  # type: ignore[arg-type]


def noticed(seat: Seat, **changes: object) -> Meeting:
    """The meeting of which everybody has had the notice."""
    row = planned(seat, **changes)
    tell(seat, row)
    return row


def tell(seat: Seat, row: Meeting, text: NoticeText | None = None):
    """A notice goes out now."""
    given = text or NoticeText(contact="赵六", phone="0871-6312345", reason="议程随后印发")
    return notify(seat, row.id, given, on=today(), now=datetime.now(UTC))


def later(hours: int = 1) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def somebody(seat: Seat, row: Meeting, role: str, unit: object = None) -> Attendee:
    """The attendee who is called in that role, of that unit."""
    return next(who for who in attendees(seat.session, row.id) if who.role == role and who.unit_id == unit)


def two_experts(seat: Seat, row: Meeting, unit_id: UUID | None = None) -> list[Attendee]:
    """Two who sit in, and whom nothing makes expected."""
    for name in ("王专家", "李专家"):
        seat_observer(seat, row.id, name=name, title="教授", unit_id=unit_id, on=today())
    return [who for who in attendees(seat.session, row.id) if not who.expected]
