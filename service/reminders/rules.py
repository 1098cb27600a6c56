"""Which rung of the reminders a thing has reached. Pure. Source: dossier 6 (临期提醒 前10/3/1日); rule due_reminder_days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.obligations.rules import remind

OVERDUE = "overdue"
LOOKS_BACK = 30  # days: what was late before that is no news to anybody


def rung(due: date, on: date, reminders: Sequence[int]) -> str | None:
    """The nearest reminder that has come, or that it is overdue, or none. A day that was missed is made good the next."""
    late = (on - due).days
    if late > 0:
        return OVERDUE if late <= LOOKS_BACK else None
    days = remind(due, on, reminders)
    return None if days is None else str(days)
