"""Reading meetings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.meetings.models import Attendance, Meeting, Resolution
from tenants.errors import Missing

SORTABLE = {"held_on": Meeting.held_on, "kind": Meeting.kind, "id": Meeting.id}


def meetings(filters: Mapping[str, str]) -> Select[Any]:
    """Meetings on record."""
    query = select(Meeting)
    return query.where(Meeting.kind == filters["kind"]) if filters.get("kind") else query


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
