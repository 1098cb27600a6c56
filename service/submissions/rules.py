"""What is owed when, and the formulas of timeliness. Source: seed 四(四); dossier 6-9, 6-10."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from config.workdays import add_working_days, next_working_day
from service.kit.period import Period

STATES = ("owed", "filed", "returned", "passed", "exempt")  # named in the wording group `submission_state`
Standing = Literal["on_time", "late", "missed", "overdue", "open", "exempt"]  # named in `submission_standing`
STANDINGS: tuple[str, ...] = get_args(Standing)
DEFAULT_OFFSET = 10
KINDS = {"plan": "年度工作计划", "progress": "工作进展", "annual_summary": "年度工作总结"}


@dataclass(frozen=True)
class Owed:
    """What the formulas know of an obligation."""

    due: date
    filed_on: date | None
    exempt: bool = False


def month_day(year: int, text: str, *, shifts: bool = True) -> date:
    """`02-28` of that year, on the next working day if offices rest and the charter shifts."""
    month, day = (int(part) for part in text.split("-"))
    return _shifted(date(year, month, day), shifts)


def progress_period(quarter: Period, cycle: str) -> Period | None:
    """What a progress report laid down with that quarter is about: the quarter, or the half-year that it ends.

    Who reports by the month owes the office one report for the quarter here.
    """
    if cycle != "half_year":
        return quarter
    return Period(quarter.year, "H", quarter.number // 2) if quarter.number % 2 == 0 else None


def progress_due(
    period_end: date, offset_days: int | None, day_of_month: int | None = None, *, shifts: bool = True
) -> date:
    """So many days after the period, or on that day of the month after it; moved where the charter shifts.

    Ten days where the charter says neither. Source: dossier 6 (默认期限).
    """
    if offset_days is None and day_of_month is not None:
        offset_days = day_of_month
    return _shifted(period_end + timedelta(days=DEFAULT_OFFSET if offset_days is None else offset_days), shifts)


def _shifted(day: date, shifts: bool) -> date:
    return next_working_day(day) if shifts else day


def owed(rows: Iterable[Owed], as_of: date) -> list[Owed]:
    """What was due by that day, without what was exempted."""
    return [row for row in rows if row.due <= as_of and not row.exempt]


def timely(rows: Iterable[Owed], as_of: date) -> tuple[int, int]:
    """First filed by the due date ÷ owed. Source: dossier 6-9."""
    due = owed(rows, as_of)
    return sum(row.filed_on is not None and row.filed_on <= row.due for row in due), len(due)


def filed(rows: Iterable[Owed], as_of: date) -> tuple[int, int]:
    """Filed ÷ owed; a nil report is a report. Source: dossier 6-10."""
    due = owed(rows, as_of)
    return sum(row.filed_on is not None and row.filed_on <= as_of for row in due), len(due)


def missed(rows: Iterable[Owed], as_of: date, grace: int) -> tuple[int, int]:
    """Still not filed after due date and grace ÷ owed. Source: dossier 6-10."""
    due = owed(rows, as_of)
    late = [row for row in due if row.filed_on is None or row.filed_on > as_of]
    return sum(add_working_days(row.due, grace) < as_of for row in late), len(due)


def standing(due: date, filed_on: date | None, state: str, on: date, grace: int) -> Standing:
    """How one obligation stands that day: filed in time or late; not filed and open, overdue, or missed for good."""
    if state == "exempt":
        return "exempt"
    if filed_on is not None:
        return "on_time" if filed_on <= due else "late"
    if on <= due:
        return "open"
    return "missed" if add_working_days(due, grace) < on else "overdue"


def last_missed(on: date, grace: int) -> date:
    """The latest due date that is missed for good that day if nothing was filed: before it all are, after it none."""
    day = on
    while add_working_days(day, grace) >= on:
        day -= timedelta(days=1)
    return day
