"""The daily round: one job a tenant, which posts its own next. What it does is told by the room above all (reminders)."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from service.notices.rules import next_time
from tenants import ledger
from tenants.db import FencedSession

DAILY = "reminders.daily"


def post_next(session: FencedSession, now: datetime, at: time) -> UUID:
    """The next round stands in the ledger, once a day."""
    due = next_time(now, at)
    return ledger.post(session, DAILY, {}, dedupe=due.date().isoformat(), due_at=due)
