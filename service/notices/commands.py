"""Writing: one has read what one was told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from service.kit.command import command, note
from service.kit.seat import OWN, Seat
from service.notices.models import Notice
from service.notices.queries import notice, until


@command(OWN)
def read(seat: Seat, notice_id: UUID, *, now: datetime) -> Notice:
    """The notice is read, since the first time."""
    row = notice(seat, notice_id)
    row.read_at = row.read_at or now
    note(seat, f"notice:{row.id}", act="read", kind=row.kind)
    return row


@command(OWN)
def read_all(seat: Seat, *, seen: datetime, now: datetime) -> int:
    """All that the list held at `seen` is read; returns how many. What came meanwhile is not."""
    marked = update(Notice).where(until(seat, seen)).values(read_at=now).returning(Notice.id)
    count = len(seat.session.scalars(marked).all())
    note(seat, "notice:all", act="read", count=count)
    return count
