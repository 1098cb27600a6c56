"""Reading agendas: what lies in the backlog, what a meeting has before it, who may read which paper, what became of an item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from service.agendas.models import (
    AgendaCall,
    AgendaCallUnit,
    AgendaItem,
    AgendaPaper,
    AgendaPaperUnit,
    AgendaPaperVersion,
    AgendaVersion,
    ItemForward,
)
from service.agendas.rules import ATTENDEES, NAMED, PROPOSED, RETURNED
from service.files.models import StoredFile
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import held_meeting
from service.meetings.rules import ATTENDED
from tenants.errors import Missing

T = TypeVar("T")
OFFICE_READS = "meeting.prepare"
SORTABLE = {
    "proposed_on": AgendaItem.proposed_on,
    "title": AgendaItem.title,
    "kind": AgendaItem.kind,
    "state": AgendaItem.state,
    "id": AgendaItem.id,
}
PLACES = ("backlog", "arranged", "concluded", "forwarded")  # where an item is: named in `agenda_place`


# --- items


def item(session: Session, item_id: UUID) -> AgendaItem:
    """The item of that id."""
    return _found(session.scalars(select(AgendaItem).where(AgendaItem.id == item_id)).one_or_none())


def held_item(session: Session, item_id: UUID, *meeting_ids: UUID | None) -> AgendaItem:
    """The item, held until commit together with its meeting and these: meetings first, so that nobody waits in a circle."""
    known = item(session, item_id)
    for meeting_id in sorted({known.meeting_id, *meeting_ids} - {None}, key=str):
        held_meeting(session, cast(UUID, meeting_id))
    return session.scalars(_held(select(AgendaItem).where(AgendaItem.id == item_id))).one()


def _held(query: Select[T]) -> Select[T]:
    """The row as it is once nobody else holds it, not as the session read it before."""
    return query.with_for_update().execution_options(populate_existing=True)


def _of(query: Select[Any], item_id: UUID | None) -> Select[Any]:
    return query.filter_by(item_id=item_id) if item_id else query


def _found(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def item_for(seat: Seat, item_id: UUID) -> AgendaItem:
    """The item, for a seat that sees it; else it is as if there were none."""
    query = select(AgendaItem).where(AgendaItem.id == item_id, _seen(seat))
    return _found(seat.session.scalars(query).one_or_none())


def _seen(seat: Seat) -> ColumnElement[bool]:
    """The office sees all; others what is on an agenda, what their own units proposed, and what was sent to these."""
    if seat.may_read(OFFICE_READS):
        return AgendaItem.id.is_not(None)
    sent = select(ItemForward.item_id).where(ItemForward.unit_id.in_(seat.unit_ids))
    own = AgendaItem.unit_id.in_(seat.unit_ids)
    return or_(AgendaItem.meeting_id.is_not(None), own, AgendaItem.id.in_(sent))


def agenda(session: Session, meeting_id: UUID) -> list[AgendaItem]:
    """What is on the meeting's agenda, in order. Who changes it holds the meeting."""
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)
    query = query.order_by(AgendaItem.position, AgendaItem.id)
    return list(session.scalars(query))


def proposed_for(seat: Seat, meeting_id: UUID) -> list[AgendaItem]:
    """What was proposed for the meeting and is not on any agenda yet, as far as the seat sees it."""
    query = select(AgendaItem).where(
        AgendaItem.for_meeting_id == meeting_id, AgendaItem.meeting_id.is_(None), _seen(seat)
    )
    return list(seat.session.scalars(query.order_by(AgendaItem.proposed_on, AgendaItem.id)))


def listed(seat: Seat, asked: Asked, *, whole: bool = False) -> Page:
    """The items that the seat sees, narrowed, the newest first."""
    query = select(AgendaItem).where(_seen(seat))
    for name in ("state", "kind", "outcome"):
        if name in asked.filters:
            query = query.where(getattr(AgendaItem, name) == asked.filters[name])
    if "unit_id" in asked.filters:
        query = query.where(AgendaItem.unit_id == UUID(asked.filters["unit_id"]))
    if asked.filters.get("late") == "True":
        query = query.where(AgendaItem.late)
    if "place" in asked.filters:
        query = query.where(_at(asked.filters["place"]))
    if asked.q:
        query = query.where(AgendaItem.title.contains(asked.q, autoescape=True))
    return page_of(seat.session, query, asked, SORTABLE, "-proposed_on", whole=whole)


def _at(place: str) -> ColumnElement[bool]:
    open_, on_agenda = AgendaItem.outcome.is_(None), AgendaItem.meeting_id.is_not(None)
    away = AgendaItem.id.in_(select(ItemForward.item_id).where(ItemForward.returned_on.is_(None)))
    return {
        "backlog": waiting_for_a_meeting(),
        "arranged": and_(open_, on_agenda),
        "concluded": AgendaItem.outcome.is_not(None),
        "forwarded": away,
    }[place]


def waiting_for_a_meeting() -> ColumnElement[bool]:
    """What may still come on an agenda: proposed or taken up, and on none; what is with others is with them."""
    away = select(ItemForward.item_id).where(ItemForward.returned_on.is_(None))
    return and_(
        AgendaItem.meeting_id.is_(None),
        AgendaItem.outcome.is_(None),
        AgendaItem.state.in_((PROPOSED, "accepted")),
        AgendaItem.id.not_in(away),
    )


def backlog(session: Session) -> list[AgendaItem]:
    """What the office has taken up and put on no agenda yet, the oldest first."""
    query = select(AgendaItem).where(waiting_for_a_meeting(), AgendaItem.state == "accepted")
    return list(session.scalars(query.order_by(AgendaItem.proposed_on, AgendaItem.id)))


def chain(session: Session, row: AgendaItem) -> list[AgendaItem]:
    """The item and those that took it up again, one after another: the last one's outcome is what became of it."""
    found = [row]
    while found[-1].carried_to_id is not None and len(found) < 100:
        found.append(item(session, found[-1].carried_to_id))
    return found


def origin_of(session: Session, row: AgendaItem) -> AgendaItem | None:
    """The item that this one takes up again."""
    return session.scalars(select(AgendaItem).where(AgendaItem.carried_to_id == row.id)).first()


def meetings_named(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, Meeting]:
    """These meetings by id."""
    query = select(Meeting).where(Meeting.id.in_({id for id in ids if id is not None}))
    return {row.id: row for row in session.scalars(query)}


def first_of_year(session: Session, row: Meeting) -> bool:
    """Whether no plenary of the year is before this one."""
    earlier = select(Meeting.id).where(
        Meeting.kind == "plenary",
        Meeting.state != "cancelled",
        Meeting.held_on >= date(row.held_on.year, 1, 1),
        Meeting.held_on < row.held_on,
    )
    return session.scalar(earlier.limit(1)) is None


def units_present(session: Session, meeting_id: UUID) -> int:
    """How many units came, themselves or by proxy."""
    came = select(func.count(Attendee.unit_id.distinct())).where(
        Attendee.meeting_id == meeting_id, Attendee.expected, Attendee.came.in_(ATTENDED)
    )
    return session.scalar(came) or 0


# --- the call


def call_of(session: Session, meeting_id: UUID, *, hold: bool = False) -> AgendaCall | None:
    """The meeting's call for items."""
    query = select(AgendaCall).where(AgendaCall.meeting_id == meeting_id)
    return session.scalars(_held(query) if hold else query).one_or_none()


def asked_units(session: Session, call: AgendaCall) -> list[UUID]:
    """The units that the call asks."""
    query = select(AgendaCallUnit.unit_id).where(AgendaCallUnit.call_id == call.id)
    return list(session.scalars(query.order_by(AgendaCallUnit.id)))


def proposers(session: Session, meeting_id: UUID) -> list[UUID]:
    """The unit of each item that was proposed for the meeting and not withdrawn."""
    query = select(AgendaItem.unit_id).where(AgendaItem.for_meeting_id == meeting_id, AgendaItem.origin == "unit")
    return [unit for unit in session.scalars(query.where(AgendaItem.state != "withdrawn")) if unit is not None]


def open_calls(session: Session, units: Iterable[UUID], on: date) -> list[AgendaCall]:
    """The calls that still ask one of these units, which has proposed nothing for the meeting."""
    wanted = list(units)
    asked = select(AgendaCallUnit.call_id).where(AgendaCallUnit.unit_id.in_(wanted))
    answered = select(AgendaItem.for_meeting_id).where(
        AgendaItem.unit_id.in_(wanted), AgendaItem.for_meeting_id.is_not(None)
    )
    to_come = select(Meeting.id).where(Meeting.state.in_(("planned", "noticed")))
    query = select(AgendaCall).where(AgendaCall.due >= on, AgendaCall.id.in_(asked), AgendaCall.meeting_id.in_(to_come))
    return list(session.scalars(query.where(AgendaCall.meeting_id.not_in(answered)).order_by(AgendaCall.due)))


# --- papers


@dataclass(frozen=True)
class Kept:
    """One version of a paper."""

    id: UUID
    number: int
    file: StoredFile


@dataclass(frozen=True)
class Paper:
    """A paper with its versions, the newest first, and the units that may read it where only units named may."""

    row: AgendaPaper
    versions: list[Kept]
    units: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def latest(self) -> Kept:
        return self.versions[0]


def papers(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, list[Paper]]:
    """The papers of each of these items, in the order in which they came."""
    found: dict[UUID, list[Paper]] = {item_id: [] for item_id in item_ids}
    rows = list(session.scalars(_papers_of(item_ids)))
    kept, named = _versions([row.id for row in rows], session), _named([row.id for row in rows], session)
    for row in rows:
        if row.id in kept:
            found[row.item_id].append(Paper(row, kept[row.id], frozenset(named.get(row.id, ()))))
    return found


def _papers_of(item_ids: Sequence[UUID]) -> Select[AgendaPaper]:
    return select(AgendaPaper).where(AgendaPaper.item_id.in_(item_ids)).order_by(AgendaPaper.id)


def _versions(paper_ids: Sequence[UUID], session: Session) -> dict[UUID, list[Kept]]:
    on = and_(StoredFile.tenant_id == AgendaPaperVersion.tenant_id, StoredFile.id == AgendaPaperVersion.file_id)
    query = select(AgendaPaperVersion, StoredFile).join(StoredFile, on)
    query = query.where(AgendaPaperVersion.paper_id.in_(paper_ids)).order_by(AgendaPaperVersion.number.desc())
    found: dict[UUID, list[Kept]] = {}
    for version, file in session.execute(query):
        found.setdefault(version.paper_id, []).append(Kept(version.id, version.number, file))
    return found


def _named(paper_ids: Sequence[UUID], session: Session) -> dict[UUID, list[UUID]]:
    query = select(AgendaPaperUnit).where(AgendaPaperUnit.paper_id.in_(paper_ids)).order_by(AgendaPaperUnit.id)
    found: dict[UUID, list[UUID]] = {}
    for row in session.scalars(query):
        found.setdefault(row.paper_id, []).append(row.unit_id)
    return found


def paper(session: Session, paper_id: UUID, at: UUID | None = None, *, hold: bool = False) -> AgendaPaper:
    """The paper of that id; where an item is named, only one of that item."""
    query = _of(select(AgendaPaper).where(AgendaPaper.id == paper_id), at)
    return _found(session.scalars(_held(query) if hold else query).one_or_none())


@dataclass(frozen=True)
class Reader:
    """Who reads papers: which of them a seat may see."""

    seat: Seat
    called: dict[UUID, frozenset[UUID]]  # the units called, by meeting
    invited: frozenset[UUID] = frozenset()  # the meetings to which the reader himself is invited to sit in

    def may_read(self, row: AgendaItem, found: Paper) -> bool:
        """The office and who proposed the item always; others as the paper says."""
        own = self.seat.unit_ids
        if self.seat.may_read(OFFICE_READS) or row.unit_id in own:
            return True
        if found.row.access == NAMED:
            return bool(own & found.units)
        return found.row.access == ATTENDEES and self._attends(row.meeting_id)

    def _attends(self, meeting_id: UUID | None) -> bool:
        """Whether a unit of the seat is called to the meeting; the deputy convener leads it with the convener."""
        if meeting_id is None or not self.seat.may_read("meeting.read"):
            return False
        return (
            "VC" in self.seat.roles
            or meeting_id in self.invited
            or bool(self.seat.unit_ids & self.called.get(meeting_id, frozenset()))
        )


def reader(seat: Seat, meeting_ids: Iterable[UUID | None]) -> Reader:
    """The reader of papers for these meetings."""
    wanted = {meeting_id for meeting_id in meeting_ids if meeting_id is not None}
    query = select(Attendee.meeting_id, Attendee.unit_id).where(
        Attendee.meeting_id.in_(wanted), Attendee.unit_id.is_not(None)
    )
    called: dict[UUID, set[UUID]] = {}
    for meeting_id, unit_id in seat.session.execute(query):
        called.setdefault(meeting_id, set()).add(cast(UUID, unit_id))
    there = {meeting_id: frozenset(units) for meeting_id, units in called.items()}
    return Reader(seat, there, _invited(seat, wanted))


def _invited(seat: Seat, meeting_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The meetings among these in which an expert sits, by his name on the list. Source: dossier 1.6 (列席专家)."""
    if "OB" not in seat.roles or seat.unit_ids:
        return frozenset()
    query = select(Attendee.meeting_id).where(Attendee.meeting_id.in_(meeting_ids), Attendee.name == seat.name)
    return frozenset(seat.session.scalars(query.where(Attendee.expected.is_(False))))


def readable(seat: Seat, rows: Sequence[AgendaItem]) -> dict[UUID, list[Paper]]:
    """The papers of these items that the seat may read."""
    who = reader(seat, (row.meeting_id for row in rows))
    found = papers(seat.session, [row.id for row in rows])
    return {row.id: [one for one in found[row.id] if who.may_read(row, one)] for row in rows}


def file_for(seat: Seat, item_id: UUID, version_id: UUID) -> UUID:
    """The stored file of that version of a paper; for who may not read it, it is as if there were none."""
    row = item_for(seat, item_id)
    for found in readable(seat, [row])[row.id]:
        for kept in found.versions:
            if kept.id == version_id:
                return kept.file.id
    raise Missing()


# --- versions, and what is with others


def versions(session: Session, meeting_id: UUID) -> list[AgendaVersion]:
    """The versions of the meeting's agenda, the newest first."""
    query = select(AgendaVersion).where(AgendaVersion.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(AgendaVersion.number.desc())))


def forwards(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, list[ItemForward]]:
    """With whom each of these items is or was, the first sent first."""
    query = select(ItemForward).where(ItemForward.item_id.in_(item_ids)).order_by(ItemForward.id)
    found: dict[UUID, list[ItemForward]] = {}
    for row in session.scalars(query):
        found.setdefault(row.item_id, []).append(row)
    return found


def forward(session: Session, forward_id: UUID, at: UUID | None = None, *, hold: bool = False) -> ItemForward:
    """What was sent on, of that id; where an item is named, only that item."""
    query = _of(select(ItemForward).where(ItemForward.id == forward_id), at)
    return _found(session.scalars(_held(query) if hold else query).one_or_none())


# --- what waits for a seat


def to_handle() -> ColumnElement[bool]:
    """Proposals that wait for the office."""
    return AgendaItem.state == PROPOSED


def returned_to(units: Iterable[UUID]) -> ColumnElement[bool]:
    """What was returned to one of these units."""
    return and_(AgendaItem.state == RETURNED, AgendaItem.unit_id.in_(list(units)))


def away_with(units: Iterable[UUID]) -> ColumnElement[bool]:
    """What was sent to one of these units and has no outcome yet."""
    return and_(ItemForward.returned_on.is_(None), ItemForward.unit_id.in_(list(units)))
