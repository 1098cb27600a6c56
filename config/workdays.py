"""Working days: weekdays, less the holidays, plus the make-up days.

`NATIONAL` knows what the State Council announced (config/calendar/<year>.csv, filled from the package chinesecalendar
by `python -m scripts.calendar`); what a place changed for itself is laid over it (service/calendar).
A year that was not announced yet, usually until November of the year before, knows weekends only; `known` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from config.reading import HERE, read_csv

KINDS = ("holiday", "makeup")  # their names are in the wording group `day_kind`


@dataclass(frozen=True)
class Special:
    """A day that is not what its weekday says: a holiday, or a make-up day that is worked."""

    kind: str
    name: str

    @property
    def worked(self) -> bool:
        """Whether offices work on it."""
        return self.kind == "makeup"


@cache
def announced(year: int) -> Mapping[date, Special]:
    """The days of that year that the State Council announced, in order; empty until it did."""
    if not (HERE / f"calendar/{year}.csv").exists():
        return {}
    rows = read_csv(f"calendar/{year}.csv")
    return {date.fromisoformat(row["date"]): Special(row["kind"], row["name"]) for row in rows}


@dataclass(frozen=True)
class Workdays:
    """The working days as a place knows them: as announced, but for the days that it decided itself."""

    own: Mapping[date, bool] = field(default_factory=dict)  # whether offices there work on that day

    def works(self, day: date) -> bool:
        """Whether offices work that day. Source: the year's announced holidays (国务院办公厅放假安排)."""
        own = self.own.get(day)
        if own is not None:
            return own
        said = announced(day.year).get(day)
        return said.worked if said else day.weekday() < 5

    def next(self, day: date) -> date:
        """The day itself if offices work, else the first day after it on which they do."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after that day; the day itself for none. A negative count goes back."""
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.works(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days come after the first day, until and with the last."""
        return sum(self.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def known(self, year: int) -> bool:
        """Whether the year's holidays are known; if not, its working days are a guess from weekends."""
        return bool(announced(year)) or any(day.year == year for day in self.own)


NATIONAL = Workdays()
