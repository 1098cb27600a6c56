"""The daily round: one job a tenant, which posts its own next. What it does is told by the room above all (reminders)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tenants import ledger
from tenants.db import FencedSession

DAILY = "reminders.daily"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def next_time(now: datetime, at: time) -> datetime:
    """The next moment at which it is that time in China."""
    local = now.astimezone(SHANGHAI)
    today = datetime.combine(local.date(), at, SHANGHAI)
    return today if today > local else today + timedelta(days=1)


def post_next(session: FencedSession, now: datetime, at: time) -> UUID:
    """The next round stands in the ledger, once a day."""
    due = next_time(now, at)
    return ledger.post(session, DAILY, {}, dedupe=due.date().isoformat(), due_at=due)
