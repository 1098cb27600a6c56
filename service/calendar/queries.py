"""Reading the working calendar: every deadline of a place is counted by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from config.workdays import Special, Workdays
from service.calendar.models import CalendarDay
from service.calendar.rules import Day, days_of, differing, of_content
from tenants.db import FencedSession
from tenants.offers import Offer, ReceivedOffer

READ = "calendar.read"
KIND = "working_calendar"  # of the offers in which a year's days go down
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


def own_days(session: Session) -> dict[date, CalendarDay]:
    """The days that the place set itself."""
    return {row.day: row for row in session.scalars(select(CalendarDay))}


def year_of(session: Session, year: int) -> list[Day]:
    """The year's special days as the place knows them, in order."""
    own = {day: Day(day, row.kind, row.name, True, row.basis) for day, row in own_days(session).items()}
    return days_of(year, own)


def years(session: Session, on: date) -> list[int]:
    """The years that may be looked at: last year's to the next, and those of which a day was set."""
    return sorted({on.year - 1, on.year, on.year + 1, *(day.year for day in own_days(session))})


@dataclass(frozen=True)
class Told:
    """A year's days as they came from above, and those of them to come that this place knows otherwise."""

    offer: ReceivedOffer
    days: dict[date, Special]
    differing: dict[date, Special]


def told(session: FencedSession, year: int, on: date) -> Told | None:
    """What came last from above for that year; nothing where nothing came."""
    query = select(ReceivedOffer).where(ReceivedOffer.kind == KIND, ReceivedOffer.title == str(year))
    row = session.scalars(query.options(undefer(ReceivedOffer.content)).order_by(ReceivedOffer.number.desc())).first()
    if row is None:
        return None
    days = of_content(row.content)
    return Told(row, days, differing(days, year_of(session, year), on))


def sent(session: FencedSession, year: int) -> list[Offer]:
    """What this place sent down of that year, the newest first."""
    query = select(Offer).where(Offer.kind == KIND, Offer.title == str(year)).order_by(Offer.offered_at.desc())
    return list(session.scalars(query))
