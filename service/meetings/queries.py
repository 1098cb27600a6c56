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

from service.charter.models import Unit
from service.charter.queries import in_force, plenary_bounds, units
from service.kit.paging import Asked, Page, page_of
from service.meetings.models import Attendance, Meeting, Resolution
from service.meetings.rules import ATTENDED, chairs, prorated
from tenants.errors import Missing

SORTABLE = {"held_on": Meeting.held_on, "kind": Meeting.kind, "title": Meeting.title, "id": Meeting.id}


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
    counted = (func.count(), func.count(Resolution.done_on))
    query = select(Resolution.meeting_id, *counted).where(Resolution.meeting_id.in_(ids))
    found: defaultdict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, number, done in session.execute(query.group_by(Resolution.meeting_id)):
        found[key] = (number, done)
    return found


@dataclass(frozen=True)
class Whole:
    """A meeting with how each unit of that day was there, and what was agreed."""

    meeting: Meeting
    attendance: list[tuple[Unit, str]]
    resolutions: list[Resolution]

    @property
    def attended(self) -> int:
        return sum(mode in ATTENDED for _unit, mode in self.attendance)


def whole(session: Session, meeting_id: UUID) -> Whole:
    """The meeting of that id with all that belongs to it; a unit of that day without a row was absent.

    To a special meeting only the units concerned are called. Source: seed 四(三).
    """
    row = meeting(session, meeting_id)
    modes = {found.unit_id: found.mode for found in attendance(session, meeting_id)}
    table = [(unit, modes.get(unit.id, "absent")) for unit in units(session, row.held_on)]
    called = table if row.kind == "plenary" else [pair for pair in table if pair[0].id in modes]
    return Whole(row, called, resolutions(session, meeting_id))


def chair_posts(session: Session, kind: str, on: date) -> tuple[str, ...]:
    """The posts that may chair such a meeting by the charter in force that day."""
    return chairs(kind, in_force(session, on).rules)


@dataclass(frozen=True)
class Standing:
    """How many plenaries the year has seen, against the tenant's own rule. Source: seed 四(二)."""

    held: int
    least: int
    most: int
    whole_year: int  # the minimum of a whole year; `least` is less for who was opened within it


def plenaries(session: Session, opened_on: date, on: date) -> Standing:
    """This year's plenaries against the rule in force. Source: dossier 6-12."""
    low, high = plenary_bounds(session, on)
    return Standing(held_in(session, "plenary", on.year), prorated(low, on.year, opened_on), high, low)


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
