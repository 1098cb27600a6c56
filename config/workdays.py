"""Working days in China: the maintained package's holidays and make-up days, and weekends alone where it has no data yet."""

from datetime import date, timedelta

from chinese_calendar import is_workday


def is_working_day(day: date) -> bool:
    """Whether offices work that day; a year without published holidays knows weekends only."""
    try:
        return is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


def next_working_day(day: date) -> date:
    """The day itself if offices work, else the first day after it on which they do."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after that day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
