"""Who is called to a meeting: computed from the charter and the posts of the day, each with the article that calls him.

Source: seed 四(二) (联席会议组成人员及办公室工作人员参加), 四(三); dossier 1.4 R2, R3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from service.accounts.queries import seats_in
from service.charter.models import Charter
from service.charter.queries import in_force
from service.kit.seat import Seat
from service.meetings.models import Attendee, Meeting
from service.meetings.rules import called_roles
from service.members.queries import Held, roster
from service.members.rules import UNIT_ROLES
from tenants.db import FencedSession

ARTICLES = {"plenary": "制度四(二)", "special": "制度四(三)", "liaison": "制度四(三)", "own": "制度四(三)"}


@dataclass(frozen=True)
class Called:
    """One who is expected, and by which article. Without a name the post is vacant, and its unit replies."""

    role: str
    name: str
    title: str
    unit_id: UUID | None
    person_id: UUID | None
    source: str

    @property
    def key(self) -> tuple[object, ...]:
        """What makes him the same one when the list is computed again."""
        return self.role, self.unit_id, self.person_id, self.name


def expected(session: FencedSession, row: Meeting, units: Collection[UUID]) -> list[Called]:
    """Everybody who is expected at the meeting, once each, in the order of the posts; `units` are those concerned."""
    charter, wanted = in_force(session, row.held_on), set(units)
    roles = called_roles(row.kind, charter.rules)
    found = [*_in_posts(session, row, roles, wanted), *_office_staff(session, row, roles, charter)]
    return list(_once(found))


def _in_posts(session: FencedSession, row: Meeting, roles: Collection[str], wanted: set[UUID]) -> Iterator[Called]:
    for held in roster(session, row.held_on):
        if held.place.role in roles and _concerned(held, wanted) and (held.person or held.place.role in UNIT_ROLES):
            yield _called(held, ARTICLES[row.kind])


def _concerned(held: Held, wanted: set[UUID]) -> bool:
    return not wanted or held.place.role not in UNIT_ROLES or (held.unit is not None and held.unit.id in wanted)


def _called(held: Held, source: str) -> Called:
    person = held.person
    return Called(
        held.place.role,
        person.name if person else "",
        person.title if person else held.place.name,
        held.unit.id if held.unit else None,
        person.id if person else None,
        source,
    )


def _office_staff(session: FencedSession, row: Meeting, roles: Collection[str], charter: Charter) -> Iterator[Called]:
    """The office's own people hold a seat, not a post of the charter's."""
    if "office_staff" not in roles or charter.office_host is None:
        return
    for grant, account in seats_in(session, "OS", None, row.held_on):
        if grant.held_on(row.held_on):
            yield Called("office_staff", account.name, "", None, None, ARTICLES[row.kind])


def _once(found: Iterable[Called]) -> Iterator[Called]:
    """Who holds two posts sits once, in the first of them."""
    seen: set[object] = set()
    for called in found:
        who = called.person_id or called.key
        if who not in seen:
            seen.add(who)
            yield called


def lay_out(seat: Seat, row: Meeting, units: Collection[UUID], there: Iterable[Attendee]) -> None:
    """The list of attendees is that of the day: who was on it keeps his reply, who is called no more goes, observers stay."""
    before = {_key(attendee): attendee for attendee in there if attendee.expected}
    for position, called in enumerate(expected(seat.session, row, units)):
        attendee = before.pop(called.key, None) or _new(row, called)
        attendee.position, attendee.title, attendee.source = position, called.title, called.source
        seat.session.add(attendee)
    for attendee in before.values():
        seat.session.delete(attendee)


def _key(attendee: Attendee) -> tuple[object, ...]:
    return attendee.role, attendee.unit_id, attendee.person_id, attendee.name


def _new(row: Meeting, called: Called) -> Attendee:
    return Attendee(
        meeting_id=row.id,
        role=called.role,
        expected=True,
        name=called.name,
        unit_id=called.unit_id,
        person_id=called.person_id,
    )
