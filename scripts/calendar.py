"""Writes the working calendar of years that the package chinesecalendar knows: `python -m scripts.calendar 2027`.

A year already there is written anew; look at the difference before you commit it. Days that the package does not
know yet are set by each place on its page.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import chinese_calendar

FOLDER = Path(__file__).parent.parent / "config/calendar"


def special_days(year: int) -> Iterator[tuple[str, str, str]]:
    """The year's holidays, and the days worked to make up for them: day, kind, name."""
    names = {day: name for name, day in _named(year)}
    day = date(year, 1, 1)
    while day.year == year:
        if day in names:
            yield day.isoformat(), "makeup" if chinese_calendar.is_workday(day) else "holiday", names[day]
        day += timedelta(days=1)


def _named(year: int) -> Iterator[tuple[str, date]]:
    for days in (chinese_calendar.holidays, chinese_calendar.workdays):
        for day, name in days.items():
            if day.year == year:
                yield _whole(cast("Any", chinese_calendar.Holiday(name)).chinese), day


def _whole(name: str) -> str:
    """The package says 清明; the State Council says 清明节."""
    return name if name.endswith(("节", "元旦")) else f"{name}节"


def main(years: list[str]) -> None:
    """Each of these years stands in config/calendar."""
    for year in map(int, years):
        rows = list(special_days(year))
        if not rows:
            sys.exit(f"chinesecalendar {chinese_calendar.__version__} does not know {year} yet")
        with (FOLDER / f"{year}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([("date", "kind", "name"), *rows])
        print(f"{year}: {len(rows)} days")


if __name__ == "__main__":
    main(sys.argv[1:])
