"""Reading meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.charter.models import Unit
from service.charter.own_meetings import OwnMeeting, own_meetings
from service.charter.queries import in_force, units
from service.kit.paging import Asked, Page, page_of
from service.meetings.models import (
    Attendance,
    Attendee,
    ChairDelegation,
    Meeting,
    MeetingUnit,
    Resolution,
    ResolutionUnit,
)
from service.meetings.rhythm import Span, agenda_due, missed, owing
from service.meetings.rules import (
    ATTENDED,
    KINDS,
    NOT_CALLED,
    UPCOMING,
    chairs,
    exists,
    prorated,
    short_of_quorum,
)
from service.tasks.models import Task
from tenants.errors import Missing

SORTABLE = {"held_on": Meeting.held_on, "kind": Meeting.kind, "title": Meeting.title, "id": Meeting.id}

# When an agreed item was done: its task was closed out, or the office confirmed it. One truth for lists and figures.
ITS_TASK = (Task.tenant_id == Resolution.tenant_id) & (Task.id == Resolution.task_id)
DONE_ON = func.coalesce(Resolution.done_on, Task.done_on)


@dataclass(frozen=True)
class Row:
    """A meeting in the list: how many units came, and what became of what was agreed."""

    meeting: Meeting
    attended: int
    agreed: int
    done: int


def listed(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """Meetings on record, the newest first."""
    query = select(Meeting)
    if "kind" in asked.filters:
        query = query.where(Meeting.kind == asked.filters["kind"])
    if "state" in asked.filters:
        query = query.where(Meeting.state == asked.filters["state"])
    if "year" in asked.filters:
        query = query.where(func.extract("year", Meeting.held_on) == int(asked.filters["year"]))
    if "until" in asked.filters:
        query = query.where(Meeting.held_on <= date.fromisoformat(asked.filters["until"]))
    if asked.q:
        query = query.where(Meeting.title.contains(asked.q, autoescape=True))
    page = page_of(session, query, asked, SORTABLE, "-held_on", whole=whole)
    ids = [row.id for row in page.rows]
    came, agreed = _came(session, ids), _agreed(session, ids)
    rows = [Row(row, came.get(row.id, 0), *agreed[row.id]) for row in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def _came(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    query = select(Attendance.meeting_id, func.count()).where(
        Attendance.meeting_id.in_(ids), Attendance.mode.in_(ATTENDED)
    )
    return {key: number for key, number in session.execute(query.group_by(Attendance.meeting_id))}


def _agreed(session: Session, ids: Sequence[UUID]) -> defaultdict[UUID, tuple[int, int]]:
    counted = (func.count(), func.count(DONE_ON))
    query = select(Resolution.meeting_id, *counted).outerjoin(Task, ITS_TASK).where(Resolution.meeting_id.in_(ids))
    found: defaultdict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, number, done in session.execute(query.group_by(Resolution.meeting_id)):
        found[key] = (number, done)
    return found


@dataclass(frozen=True)
class Whole:
    """A meeting with how each unit of that day was there, what was agreed, and what the charter asks of it."""

    meeting: Meeting
    attendance: list[tuple[Unit, str]]
    resolutions: list[Resolution]
    charter: Mapping[str, Any]  # the rules in force on its day

    @property
    def attended(self) -> int:
        return sum(mode in ATTENDED for _unit, mode in self.attendance)

    @property
    def called(self) -> int:
        return sum(mode != NOT_CALLED for _unit, mode in self.attendance)

    @property
    def short(self) -> bool:
        """Fewer came than the charter asks for: let pass, and said. Source: dossier 1.2 (应到≥2/3)."""
        quorum = self.charter["quorum_percent"] if self.meeting.kind == "plenary" else None
        return short_of_quorum(self.attended, self.called, quorum)


def whole(session: Session, meeting_id: UUID) -> Whole:
    """The meeting of that id with all that belongs to it; a unit of that day without a row was absent.

    To a special meeting only the units concerned are called. Source: seed 四(三).
    """
    row = meeting(session, meeting_id)
    modes = {found.unit_id: found.mode for found in attendance(session, meeting_id)}
    table = [(unit, modes.get(unit.id, "absent")) for unit in units(session, row.held_on)]
    called = table if row.kind == "plenary" else [pair for pair in table if pair[0].id in modes]
    charter = in_force(session, row.held_on).rules
    return Whole(row, called, resolutions(session, meeting_id), charter)


def chair_posts(session: Session, kind: str, on: date, own: str = "") -> tuple[str, ...]:
    """The posts that may chair such a meeting by the charter in force that day."""
    charter = in_force(session, on)
    return chairs(kind, charter.rules, office=charter.office_host is not None, own=own)


def all_chair_posts(session: Session, on: date) -> list[str]:
    """Every post that the charter lets chair some meeting; which one it may be is checked with the kind."""
    return list(dict.fromkeys(post for kind in kinds(session, on) for post in chair_posts(session, kind, on)))


def kinds(session: Session, on: date) -> list[str]:
    """The kinds of meeting that the charter in force that day knows."""
    charter = in_force(session, on).rules
    return [kind for kind in KINDS if exists(kind, charter)]


def prepared_by_liaisons(session: Session, on: date) -> bool:
    """Whether the liaison officers met between the last plenary and that day."""
    held = Meeting.state == "held"
    last = select(func.max(Meeting.held_on)).where(held, Meeting.kind == "plenary", Meeting.held_on < on)
    since = func.coalesce(last.scalar_subquery(), date.min)
    met = select(Meeting.id).where(held, Meeting.kind == "liaison", Meeting.held_on <= on, Meeting.held_on > since)
    return session.scalar(met.limit(1)) is not None


@dataclass(frozen=True)
class Standing:
    """How many plenaries the year has seen, against the tenant's own rule, and when the next is owed. Source: seed 四(二)."""

    held: int
    least: int
    most: int
    whole_year: int  # the minimum of a whole year; `least` is less for who was opened within it
    cadence: str
    next: Span | None
    agenda_by: date | None
    missed: list[Span]
    red: bool  # none was held and it is late in the year. Source: dossier 1.4 R2


def plenaries(session: Session, opened_on: date, on: date) -> Standing:
    """This year's plenaries against the rule in force. Source: dossier 6-12."""
    charter = in_force(session, on).rules
    days, low = days_of(session, "plenary", on.year), charter["plenary_min"]
    cadence, least = charter["plenary_cadence"], prorated(low, on.year, opened_on)
    ahead = owing(cadence, least, days, on)
    return Standing(
        held=sum(day.year == on.year for day in days),
        least=least,
        most=charter["plenary_max"],
        whole_year=low,
        cadence=cadence,
        next=ahead,
        agenda_by=agenda_due(charter, ahead) if ahead else None,
        missed=missed(cadence, days, opened_on, on) if cadence != "year" else [],
        red=least > 0
        and not any(day.year == on.year for day in days)
        and f"{on:%m-%d}" >= charter["plenary_none_red_from"],
    )


@dataclass(frozen=True)
class OwnStanding:
    """When a kind of meeting of its own is owed next by its own rhythm, and when it was not held. Source: dossier 2.1."""

    name: str
    cadence: str
    chairs: tuple[str, ...]
    next: Span | None
    missed: list[Span]


def own_standings(session: Session, opened_on: date, on: date) -> list[OwnStanding]:
    """Each kind of its own by the charter of that day."""
    return [_own_standing(session, own, opened_on, on) for own in own_meetings(in_force(session, on).rules)]


def _own_standing(session: Session, own: OwnMeeting, opened_on: date, on: date) -> OwnStanding:
    days = days_of(session, "own", on.year, own.name)
    return OwnStanding(
        name=own.name,
        cadence=own.cadence,
        chairs=chair_posts(session, "own", on, own.name),
        next=owing(own.cadence, 1, days, on),
        missed=missed(own.cadence, days, opened_on, on) if own.cadence != "year" else [],
    )


def days_of(session: Session, kind: str, year: int, own: str = "") -> list[date]:
    """The days on which such meetings were held, from that year on."""
    query = select(Meeting.held_on).where(Meeting.kind == kind, Meeting.own_kind == own, Meeting.state == "held")
    query = query.where(Meeting.held_on >= date(year, 1, 1))
    return list(session.scalars(query))


def next_liaison_meeting(session: Session, on: date) -> Span | None:
    """When the liaison officers meet next by the charter's rhythm, if it sets one."""
    charter = in_force(session, on).rules
    if not charter["liaison_meeting"]:
        return None
    return owing(charter["liaison_cadence"], 0, days_of(session, "liaison", on.year), on)


def meeting(session: Session, meeting_id: UUID) -> Meeting:
    """The meeting of that id."""
    return _found(session.scalars(select(Meeting).where(Meeting.id == meeting_id)).one_or_none())


def held_meeting(session: Session, meeting_id: UUID) -> Meeting:
    """The meeting, held until commit: whoever else changes it waits."""
    return _found(session.scalars(select(Meeting).where(Meeting.id == meeting_id).with_for_update()).one_or_none())


def attendees(session: Session, meeting_id: UUID) -> list[Attendee]:
    """Everybody who is called or sits in, in order."""
    query = select(Attendee).where(Attendee.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(Attendee.position, Attendee.id)))


def attendee(session: Session, attendee_id: UUID, at: UUID | None = None) -> Attendee:
    """The attendee of that id; where a meeting is named, only one of that meeting."""
    return _found(session.scalars(_of(select(Attendee).where(Attendee.id == attendee_id), at)).one_or_none())


def concerned_units(session: Session, meeting_id: UUID) -> list[UUID]:
    """The units that the meeting concerns; none named: all of them."""
    query = select(MeetingUnit.unit_id).where(MeetingUnit.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(MeetingUnit.id)))


def delegations(session: Session) -> list[ChairDelegation]:
    """Every recorded delegation to chair, the newest first."""
    return list(session.scalars(select(ChairDelegation).order_by(ChairDelegation.from_date.desc(), ChairDelegation.id)))


def delegation(session: Session, delegation_id: UUID) -> ChairDelegation:
    """The delegation of that id."""
    return _found(session.scalars(select(ChairDelegation).where(ChairDelegation.id == delegation_id)).one_or_none())


def cooperating(session: Session, resolution_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The units that cooperate in each of these agreed items."""
    query = select(ResolutionUnit.resolution_id, ResolutionUnit.unit_id)
    found: dict[UUID, list[UUID]] = {}
    for resolution_id, unit_id in session.execute(
        query.where(ResolutionUnit.resolution_id.in_(resolution_ids)).order_by(ResolutionUnit.id)
    ):
        found.setdefault(resolution_id, []).append(unit_id)
    return found


def upcoming(session: Session) -> list[Meeting]:
    """The meetings in preparation, noticed or sitting, the next first; also one whose day went by unopened."""
    query = select(Meeting).where(Meeting.state.in_(UPCOMING))
    return list(session.scalars(query.order_by(Meeting.held_on, Meeting.begins, Meeting.id)))


def resolution(session: Session, resolution_id: UUID, at: UUID | None = None) -> Resolution:
    """The agreed item of that id; where a meeting is named, only one of that meeting."""
    return _found(session.scalars(_of(select(Resolution).where(Resolution.id == resolution_id), at)).one_or_none())


def _of(query: Select[Any], meeting_id: UUID | None) -> Select[Any]:
    return query.filter_by(meeting_id=meeting_id) if meeting_id else query


def _found(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def attendance(session: Session, meeting_id: UUID) -> list[Attendance]:
    """Who was there."""
    return list(session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id)))


def resolutions(session: Session, meeting_id: UUID) -> list[Resolution]:
    """What was agreed."""
    query = select(Resolution).where(Resolution.meeting_id == meeting_id).order_by(Resolution.id)
    return list(session.scalars(query))


def held_in(session: Session, kind: str, year: int) -> int:
    """How many meetings of the kind are on record for the year."""
    query = select(func.count()).select_from(Meeting).where(Meeting.kind == kind, Meeting.state == "held")
    return session.scalar(query.where(func.extract("year", Meeting.held_on) == year)) or 0
