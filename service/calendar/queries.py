"""Reading the working calendar: every deadline of a place is counted by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.workdays import Workdays
from service.calendar.models import CalendarDay

KEPT = "workdays"  # in the session's info: one statement a session, however many deadlines it counts
# The same for figures, which ask for everything at once.
DAYS = {"own_days": select(CalendarDay.day, CalendarDay.kind)}


def workdays(session: Session) -> Workdays:
    """The working days as this place knows them."""
    if KEPT not in session.info:
        session.info[KEPT] = _laid_over(session.execute(DAYS["own_days"]))
    return session.info[KEPT]


def workdays_among(facts: Mapping[str, Any]) -> Workdays:
    """The same, from facts that were asked for with DAYS."""
    return _laid_over(facts["own_days"])


def _laid_over(rows: Any) -> Workdays:
    return Workdays({day: kind == "makeup" for day, kind in rows})
