"""Reading a sitting: who is there, what is talked about, what was written down and agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.agendas.models import AgendaItem
from service.agendas.queries import agenda
from service.charter.queries import in_force
from service.kit.paging import Asked, Page, page_of
from service.meetings.models import Attendee, Meeting, Resolution
from service.meetings.queries import attendees, cooperating, meeting, resolutions
from service.meetings.rules import unit_came
from service.sittings import rules
from service.sittings.models import AgendaRun, SignInCode, SittingNote
from service.sittings.rules import Count, Seen
from tenants.audit import digest

Item = UUID | None  # what a note is about; none: the whole meeting


@dataclass(frozen=True)
class Talk:
    """An item of the agenda, and for how long it has been talked about."""

    item: AgendaItem
    runs: Sequence[AgendaRun]
    at: datetime

    @property
    def running(self) -> AgendaRun | None:
        return next((run for run in self.runs if run.stopped_at is None), None)

    @property
    def elapsed(self) -> timedelta:
        return rules.elapsed((run.as_span() for run in self.runs), self.at)

    @property
    def before(self) -> int:
        """Seconds of the times that are over."""
        over = [run.as_span() for run in self.runs if run.stopped_at is not None]
        return int(rules.elapsed(over, self.at).total_seconds())

    @property
    def overrun(self) -> bool:
        """Whether it took longer than the agenda gives it."""
        return self.item.minutes is not None and self.elapsed > timedelta(minutes=self.item.minutes)


@dataclass(frozen=True)
class Noted:
    """A note as it stands, and what stands aside of it."""

    about: Item
    now: SittingNote | None
    asides: Sequence[SittingNote]

    @property
    def revision(self) -> int:
        return self.now.revision if self.now else 0

    @property
    def text(self) -> str:
        return self.now.text if self.now else ""


@dataclass(frozen=True)
class Sitting:
    """A meeting as its secretary sees it."""

    meeting: Meeting
    charter: Mapping[str, Any]
    people: Sequence[Attendee]
    count: Count
    talks: Sequence[Talk]
    notes: Mapping[Item, Noted]
    agreed: Sequence[Resolution]
    cooperating: Mapping[UUID, Sequence[UUID]]
    code: SignInCode | None

    @property
    def by_majority(self) -> bool:
        """Whether votes are counted. Source: dossier 1.2 (议决方式)."""
        return self.charter["decision_mode"] == "majority"

    @property
    def current(self) -> Talk | None:
        return next((talk for talk in self.talks if talk.running), None)

    @property
    def next(self) -> Talk | None:
        """What comes after the current item."""
        by_id = {talk.item.id: talk for talk in self.talks}
        talked = [key for key, talk in by_id.items() if talk.runs or talk.item.outcome]
        found = rules.following(list(by_id), self.current.item.id if self.current else None, talked)
        return by_id[found] if found else None

    @property
    def unsettled(self) -> list[Talk]:
        """The items that were not concluded."""
        return [talk for talk in self.talks if talk.item.outcome is None]

    @property
    def by_unit(self) -> list[tuple[UUID, str | None]]:
        """How each unit was there, as closing the meeting would put it on record."""
        seen = [_seen(one) for one in self.people if one.expected and one.unit_id is not None]
        units = dict.fromkeys(one.unit_id for one in self.people if one.expected and one.unit_id is not None)
        return [(unit, unit_came(one.mode for one in seen if one.unit == unit)) for unit in units]

    def late(self, person: Attendee) -> bool:
        return rules.came_late(person.signed_in_at, self.meeting.held_on, self.meeting.begins)

    @property
    def mark(self) -> str:
        """The same as long as nothing of it changed; time that goes by is no change."""
        people = [[one.id, one.revision] for one in self.people]
        items = [
            [talk.item.id, talk.item.revision, [[run.id, run.stopped_at] for run in talk.runs]] for talk in self.talks
        ]
        notes = [[about, note.revision, [one.revision for one in note.asides]] for about, note in self.notes.items()]
        agreed = [[row.id, row.revision, self.cooperating.get(row.id)] for row in self.agreed]
        code = [self.code.id, self.code.revision] if self.code else None
        return digest([self.meeting.id, self.meeting.revision, people, items, notes, agreed, code])[:32]


def sitting(session: Session, meeting_id: UUID, at: datetime) -> Sitting:
    """The whole of it."""
    row = meeting(session, meeting_id)
    charter, people = in_force(session, row.held_on).rules, attendees(session, row.id)
    items, agreed = agenda(session, row.id), resolutions(session, row.id)
    taken, written = runs(session, row.id), notes(session, row.id)
    return Sitting(
        row,
        charter,
        people,
        rules.counted(map(_seen, people), charter["quorum_percent"]),
        [Talk(item, [run for run in taken if run.agenda_item_id == item.id], at) for item in items],
        {about: noted(about, written) for about in (None, *(item.id for item in items))},
        agreed,
        cooperating(session, [one.id for one in agreed]),
        sign_in_code(session, row.id),
    )


def _seen(person: Attendee) -> Seen:
    return Seen(person.unit_id, person.expected, person.came, bool(person.leave_granted))


def runs(session: Session, meeting_id: UUID) -> list[AgendaRun]:
    """Every stretch of time in which an item was talked about, the first first."""
    query = select(AgendaRun).where(AgendaRun.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(AgendaRun.started_at, AgendaRun.id)))


def running(session: Session, meeting_id: UUID) -> AgendaRun | None:
    """The one that has not ended."""
    query = select(AgendaRun).where(AgendaRun.meeting_id == meeting_id, AgendaRun.stopped_at.is_(None))
    return session.scalars(query).one_or_none()


def notes(session: Session, meeting_id: UUID) -> list[SittingNote]:
    """Every version of every note, in the order in which they arrived."""
    query = select(SittingNote).where(SittingNote.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(SittingNote.revision, SittingNote.id)))


SORTABLE = {name: getattr(SittingNote, name) for name in ("said_at", "revision", "said_by", "id")}


def versions(session: Session, meeting_id: UUID, asked: Asked, *, whole: bool = False) -> Page:
    """The versions asked for, the newest first."""
    query = select(SittingNote).where(SittingNote.meeting_id == meeting_id)
    if "item" in asked.filters:
        query = query.where(SittingNote.agenda_item_id == UUID(asked.filters["item"]))
    if asked.q:
        query = query.where(SittingNote.text.icontains(asked.q, autoescape=True))
    return page_of(session, query, asked, SORTABLE, "-said_at", whole=whole)


def history(session: Session, meeting_id: UUID, about: Item) -> list[SittingNote]:
    """Every version of the note on one item, or on the whole meeting."""
    query = select(SittingNote).where(SittingNote.meeting_id == meeting_id)
    named = SittingNote.agenda_item_id.is_(None) if about is None else SittingNote.agenda_item_id == about
    return list(session.scalars(query.where(named).order_by(SittingNote.revision)))


def written(session: Session, meeting_id: UUID, write_id: str) -> SittingNote | None:
    """What that act of writing left."""
    query = select(SittingNote).where(SittingNote.meeting_id == meeting_id, SittingNote.write_id == write_id)
    return session.scalars(query).one_or_none()


def noted(about: Item, every: Sequence[SittingNote]) -> Noted:
    """The note on that item as it stands."""
    rows = {one.revision: one for one in every if one.agenda_item_id == about}
    versions = [one.as_version() for one in rows.values()]
    now = rules.current(versions)
    return Noted(about, rows[now.revision] if now else None, [rows[one.revision] for one in rules.asides(versions)])


def sign_in_code(session: Session, meeting_id: UUID) -> SignInCode | None:
    """The meeting's sign-in code, open or closed."""
    return session.scalars(select(SignInCode).where(SignInCode.meeting_id == meeting_id)).one_or_none()


def meeting_of_code(session: Session, code: str) -> Meeting | None:
    """The meeting in session that this code opens."""
    query = select(Meeting).join(SignInCode, SignInCode.meeting_id == Meeting.id)
    query = query.where(SignInCode.code == code, SignInCode.open, Meeting.state == "in_session")
    return session.scalars(query).one_or_none()
