"""A charter changed as a tenant changes it: drafted, submitted, approved by the convener, in force on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine

from service.charter import commands
from service.charter.models import Charter
from service.kit.seat import Seat
from tenants.models import Tenant
from tests.factories import a_seat

Change = Callable[[Seat], object]


def approve(seat: Seat, *, since: date, on: date | None = None, reason: str = "第一次全体会议议定") -> Charter:
    """The open draft is settled and takes effect."""
    commands.submit_draft(seat, reason)
    return commands.approve_draft(seat, effective_from=since, on=on or since)


def in_force(engine: Engine, tenant: Tenant, *changes: Change, since: date, on: date | None = None) -> Charter:
    """A version with these changes is in force from that day."""
    seat = a_seat(engine, tenant, "OS", "CV")
    commands.begin_draft(seat, on=on or since)
    for change in changes:
        change(seat)
    return approve(seat, since=since, on=on)
