"""The year's special days as a list: filtered, in order, by pages."""

from __future__ import annotations

from datetime import date

from service.calendar.queries import year_of
from service.calendar.rules import Day
from service.kit.paging import Asked, Page
from tenants.db import FencedSession
from tenants.errors import Missing


def listed_days(session: FencedSession, year: int, asked: Asked, *, whole: bool = False) -> Page:
    """The days that the filters name, the earliest first unless asked otherwise."""
    rows = [row for row in year_of(session, year) if _wanted(row, asked)]
    if asked.sort == "-day":
        rows.reverse()
    per_page = max(len(rows), 1) if whole else asked.per_page
    number = 1 if whole else asked.page
    return Page(rows[(number - 1) * per_page : number * per_page], len(rows), number, per_page, asked.sort or "day")


def _wanted(row: Day, asked: Asked) -> bool:
    kind = asked.filters.get("kind")
    return (not kind or row.kind == kind) and (not asked.q or asked.q in row.name)


def day_named(text: str) -> date:
    """The day of an address; any other text names nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Missing() from error
