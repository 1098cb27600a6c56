"""Reading meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.charter.queries import plenary_bounds
from service.kit.paging import Asked, Page, page_of
from service.meetings.models import Attendance, Meeting, Resolution
from service.meetings.rules import KINDS
from tenants.errors import Missing

SORTABLE = {"held_on": Meeting.held_on, "kind": Meeting.kind, "title": Meeting.title, "id": Meeting.id}
FILTERS = ("kind", "year")


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
    if asked.filters.get("kind") in KINDS:
        query = query.where(Meeting.kind == asked.filters["kind"])
    if asked.filters.get("year", "").isdecimal():
        query = query.where(func.extract("year", Meeting.held_on) == int(asked.filters["year"][:4]))
    if asked.q:
        query = query.where(Meeting.title.contains(asked.q, autoescape=True))
    page = page_of(session, query, asked, SORTABLE, "-held_on", whole=whole)
    ids = [row.id for row in page.rows]
    came, agreed = _came(session, ids), _agreed(session, ids)
    rows = [Row(row, came.get(row.id, 0), *agreed[row.id]) for row in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def _came(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    query = select(Attendance.meeting_id, func.count()).where(
        Attendance.meeting_id.in_(ids), Attendance.mode.in_(("present", "proxy"))
    )
    return {key: number for key, number in session.execute(query.group_by(Attendance.meeting_id))}


def _agreed(session: Session, ids: Sequence[UUID]) -> defaultdict[UUID, tuple[int, int]]:
    counted = (func.count(), func.count(Resolution.done_on))
    query = select(Resolution.meeting_id, *counted).where(Resolution.meeting_id.in_(ids))
    found: defaultdict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, number, done in session.execute(query.group_by(Resolution.meeting_id)):
        found[key] = (number, done)
    return found


@dataclass(frozen=True)
class Whole:
    """A meeting with who came and what was agreed."""

    meeting: Meeting
    attendance: list[Attendance]
    resolutions: list[Resolution]


def whole(session: Session, meeting_id: UUID) -> Whole:
    """The meeting of that id with all that belongs to it."""
    return Whole(meeting(session, meeting_id), attendance(session, meeting_id), resolutions(session, meeting_id))


@dataclass(frozen=True)
class Standing:
    """How many plenaries the year has seen, against the tenant's own rule. Source: seed 四(二)."""

    held: int
    least: int
    most: int


def plenaries(session: Session, on: date) -> Standing:
    """This year's plenaries against the rule in force."""
    return Standing(held_in(session, "plenary", on.year), *plenary_bounds(session, on))


def meeting(session: Session, meeting_id: UUID) -> Meeting:
    """The meeting of that id."""
    return _found(session.scalars(select(Meeting).where(Meeting.id == meeting_id)).one_or_none())


def resolution(session: Session, resolution_id: UUID) -> Resolution:
    """The agreed item of that id."""
    return _found(session.scalars(select(Resolution).where(Resolution.id == resolution_id)).one_or_none())


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
    query = select(func.count()).select_from(Meeting).where(Meeting.kind == kind)
    return session.scalar(query.where(func.extract("year", Meeting.held_on) == year)) or 0
