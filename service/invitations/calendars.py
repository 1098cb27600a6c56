"""What calendars are given: each meeting as its last notice told it, for one reader or for everybody.

A change that nobody was told yet is in no calendar. Source: issue 4 (iCalendar: invite, update, cancel; a feed per person).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from service.charter.queries import in_force
from service.invitations import ical
from service.invitations.ical import Guest, Host, Occasion
from service.invitations.letter import from_json
from service.invitations.models import MeetingNotice
from service.invitations.queries import notices_since
from service.invitations.rules import OFFICE
from service.kit.seat import Seat
from service.meetings.models import Attendee

KEPT = timedelta(days=366)  # how long a meeting stays in a calendar
Address = Callable[[UUID], str]


def invitation_of(seat: Seat, notice: MeetingNotice, people: Iterable[Attendee], on: date, address: Address) -> bytes:
    """The file for one meeting: it puts it into a calendar, changes it there, or takes it out."""
    guests = tuple(Guest(who.id, who.name or who.title, who.expected, who.reply) for who in people)
    return ical.invitation(_host(seat, on), _occasion(notice, address, guests=guests))


def feed_of_seat(seat: Seat, on: date, address: Address) -> bytes:
    """All the meetings of a seat, those called off among them."""
    found = _occasions(seat, notices_since(seat.session, on - KEPT), address)
    host = _host(seat, on)
    return ical.feed(host, f"{host.name}（{seat.name}）", found)


def _host(seat: Seat, on: date) -> Host:
    return Host(seat.tenant.id, in_force(seat.session, on).conference_name)


def _occasions(seat: Seat, notices: Iterable[MeetingNotice], address: Address) -> Iterator[Occasion]:
    """Each meeting as the seat last heard of it: the office of every one, others of those of their units.

    What calls a unit no more is to it as called off; what it was left out of, it does not hear of.
    """
    office, mine = bool(seat.roles & set(OFFICE)), {str(unit_id) for unit_id in seat.unit_ids}
    heard: dict[UUID, Occasion] = {}
    for notice in notices:
        calls = {bool(row.get("released")) for row in notice.told if row.get("unit_id") in mine}
        if office or calls:
            heard[notice.meeting_id] = _occasion(notice, address, released=not office and False not in calls)
    yield from heard.values()


def _occasion(
    notice: MeetingNotice, address: Address, *, guests: tuple[Guest, ...] = (), released: bool = False
) -> Occasion:
    letter = from_json(notice.letter)
    return Occasion(
        id=notice.meeting_id,
        sequence=notice.sequence,
        stamp=notice.sent_at,
        title=letter.title,
        on=letter.held_on,
        begins=letter.begins,
        ends=letter.ends,
        place=letter.place,
        text="\n".join(_lines(notice)),
        url=address(notice.meeting_id),
        cancelled=released or notice.kind == "cancel",
        guests=guests,
    )


def _lines(notice: MeetingNotice) -> Iterator[str]:
    letter = from_json(notice.letter)
    if letter.chair:
        yield f"主持：{letter.chair}"
    yield from (f"{number}. {line}" for number, line in enumerate(letter.agenda, 1))
    if notice.reply_by:
        yield f"请于{notice.reply_by.isoformat()}前填写回执。"
    if letter.contact:
        yield f"联系人：{letter.contact} {letter.phone}".strip()
