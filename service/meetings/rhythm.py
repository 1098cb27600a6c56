"""When meetings are owed by the rhythm that the charter sets. Pure.

Source: seed 四(二); dossier 2.1 (按月、按季、半年一会), 2.2 (议题征集), 6-12.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "two_months": 2, "month": 1}  # `irregular` has none


@dataclass(frozen=True)
class Span:
    """The days within which one meeting is owed."""

    start: date
    until: date

    def has(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.start <= day <= self.until


def spans(cadence: str, year: int) -> list[Span]:
    """The year in spans of the rhythm; none where meetings are called as needed."""
    months = MONTHS.get(cadence, 13)
    return [Span(date(year, first, 1), _end(year, first + months - 1)) for first in range(1, 14 - months, months)]


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def missed(cadence: str, held: Iterable[date], opened_on: date, on: date) -> list[Span]:
    """The year's spans that are over without a meeting; one within which the place was opened owes none."""
    days = list(held)
    over = [span for span in spans(cadence, on.year) if span.until < on and span.start >= opened_on]
    return [span for span in over if not any(span.has(day) for day in days)]


def covered(cadence: str, held: Iterable[date], as_of: date) -> int:
    """How many spans of the year have seen a meeting by that day; without a rhythm each meeting counts."""
    days = [day for day in held if day.year == as_of.year and day <= as_of]
    if MONTHS.get(cadence, 12) == 12:
        return len(days)
    return sum(any(span.has(day) for day in days) for span in spans(cadence, as_of.year))


def owing(cadence: str, least: int, held: Iterable[date], on: date) -> Span | None:
    """The span within which the next meeting is owed: the one that runs, or the one after it if that has had its own.

    Within the year only, meetings are owed until there are `least`; called as needed, none is.
    """
    days = list(held)
    if cadence not in MONTHS:
        return None
    if cadence == "year":
        return spans(cadence, on.year)[0] if sum(day.year == on.year for day in days) < least else None
    found = [*spans(cadence, on.year), *spans(cadence, on.year + 1)]
    ahead = [span for span in found if span.until >= on]
    return next(span for span in ahead if not any(span.has(day) for day in days))


def agenda_due(charter: Mapping[str, Any], span: Span) -> date | None:
    """By when units report what they want on the agenda, where that is a day of the month before. Source: dossier 2.2."""
    day = charter["agenda_day_of_prev_month"]
    if day is None:
        return None
    year, month = (span.start.year, span.start.month - 1) if span.start.month > 1 else (span.start.year - 1, 12)
    return date(year, month, min(day, monthrange(year, month)[1]))
