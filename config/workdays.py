"""Working days in China: weekdays, less the holidays, plus the make-up days of config/calendar/<year>.csv.

The State Council announces a year's holidays late in the year before. Until its file exists, a year knows weekends
only, and `calendar_known` says so. The files may be edited; they were first filled from the package chinesecalendar.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from config.reading import HERE, read_csv


@cache
def calendar_known(year: int) -> bool:
    """Whether the holidays of that year are known; if not, working days are a guess from weekends."""
    return (HERE / f"calendar/{year}.csv").exists()


@cache
def _announced(year: int) -> Mapping[date, bool]:
    """The announced exceptions: a make-up day is worked, a holiday is not."""
    if not calendar_known(year):
        return {}
    return {date.fromisoformat(row["date"]): row["kind"] == "makeup" for row in read_csv(f"calendar/{year}.csv")}


def is_working_day(day: date) -> bool:
    """Whether offices work that day. Source: the year's announced holidays (国务院办公厅放假安排)."""
    return _announced(day.year).get(day, day.weekday() < 5)


@cache
def working_days(year: int) -> tuple[date, ...]:
    """Every working day of the year, in order."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(day for day in days if is_working_day(day))


def next_working_day(day: date) -> date:
    """The day itself if offices work, else the first day after it on which they do."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after that day; the day itself for none. A negative count goes back."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day
