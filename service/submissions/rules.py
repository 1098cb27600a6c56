"""What is owed when, and the formulas of timeliness. Source: seed 四(四); dossier 6-9, 6-10."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from config.workdays import Workdays
from service.kit.period import MONTHS, Period
from tenants.errors import Refused

STATES = ("owed", "filed", "returned", "passed", "exempt")  # named in the wording group `submission_state`
SETTLED = ("passed", "exempt")
Standing = Literal["on_time", "late", "missed", "overdue", "open", "exempt"]  # named in `submission_standing`
STANDINGS: tuple[str, ...] = get_args(Standing)
DEFAULT_OFFSET = 10
CYCLES = {"month": "M", "two_months": "B", "quarter": "Q", "half_year": "H"}
_SAID = {"two_months": "每两个月", "quarter": "按季", "half_year": "每半年"}
KINDS = {"plan": "年度工作计划", "progress": "工作进展", "annual_summary": "年度工作总结"}


@dataclass(frozen=True)
class Owed:
    """What the formulas know of an obligation."""

    due: date
    filed_on: date | None
    exempt: bool = False


@dataclass(frozen=True)
class Owing:
    """One report that falls due: about which period, by when, and since when a unit must sit to owe it."""

    kind: str
    about: Period
    due: date
    since: date


def moving(rules: Mapping[str, Any], days: Workdays) -> Workdays | None:
    """The days to which a deadline moves; none where the charter moves none. Source: dossier 6-9."""
    return days if rules["due_shifts_to_workday"] else None


def month_day(year: int, text: str, moves: Workdays | None) -> date:
    """`02-28` of that year, on the next working day if offices rest and the charter shifts."""
    month, day = (int(part) for part in text.split("-"))
    return shifted(date(year, month, day), moves)


def progress_periods(named: Period, cycle: str) -> list[Period]:
    """What the progress reports laid down with that period are about: the cycle's own periods that end within it.

    Refused: a period shorter than the cycle, but for a quarter. Source: seed 四(四); dossier 2.4 (进展报送).
    """
    kind = CYCLES[cycle]
    if named.months < min(MONTHS[kind], MONTHS["Q"]):
        fitting = Period.of(named.last, "Q" if kind == "H" else kind)
        raise Refused(
            f"本级工作进展{_SAID[cycle]}报送，{named.label}没有应报事项；请填写 {fitting}（{fitting.label}）。",
            en=f"Progress is reported by longer periods here: name {fitting}.",
            source="制度四(四)",
            field="period",
        )
    return named.ending(kind)


def owing(named: Period, rules: Mapping[str, Any], days: Workdays) -> Iterator[Owing]:
    """What falls to that period by the charter's own rules, with the days moved as they say."""
    moves, year = moving(rules, days), Period(named.year, "Y", 1)
    after = rules["progress_offset_days"], rules["progress_day_of_month"]
    for about in progress_periods(named, rules["progress_cycle"]):
        yield Owing("progress", about, progress_due(about.last, moves, *after), about.start)
    if named.start == year.start:
        yield Owing("plan", year, month_day(year.year, rules["plan_due"], moves), year.start)
    if named.last == year.last:
        since = Period.quarter_of(year.last).start
        yield Owing("annual_summary", year, month_day(year.year, rules["summary_due"], moves), since)


def last_closed(on: date, cycle: str) -> Period:
    """The newest period that is over and for which reports are laid down: the cycle's own, at most a quarter."""
    kind = CYCLES[cycle]
    return Period.of(on, "Q" if kind == "H" else kind).previous()


def progress_due(
    period_end: date, moves: Workdays | None, offset_days: int | None, day_of_month: int | None = None
) -> date:
    """So many days after the period, or on that day of the month after it, or its last; moved where the charter shifts.

    Ten days where the charter says neither. Source: dossier 6 (默认期限).
    """
    if offset_days is None and day_of_month is not None:
        following = period_end + timedelta(days=1)
        day = min(day_of_month, monthrange(following.year, following.month)[1])
        return shifted(following.replace(day=day), moves)
    return shifted(period_end + timedelta(days=DEFAULT_OFFSET if offset_days is None else offset_days), moves)


def shifted(day: date, moves: Workdays | None) -> date:
    """The day, or the next on which offices work, where the charter shifts. Source: dossier 6-9."""
    return moves.next(day) if moves else day


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


@dataclass(frozen=True)
class Grace:
    """How long after its due date what was not filed may still come. Source: dossier 6-10."""

    workdays: int
    days: Workdays

    def ends(self, due: date) -> date:
        """The last day on which it may come; after it, it is missed for good."""
        return self.days.add(due, self.workdays)

    def last_missed(self, on: date) -> date:
        """The latest due date that is missed for good that day if nothing was filed: before it all are, after it none."""
        day = on
        while self.ends(day) >= on:
            day -= timedelta(days=1)
        return day


def missed(rows: Iterable[Owed], as_of: date, grace: Grace) -> tuple[int, int]:
    """Still not filed after due date and grace ÷ owed. Source: dossier 6-10."""
    due = owed(rows, as_of)
    late = [row for row in due if row.filed_on is None or row.filed_on > as_of]
    return sum(grace.ends(row.due) < as_of for row in late), len(due)


def standing(due: date, filed_on: date | None, state: str, on: date, grace: Grace) -> Standing:
    """How one obligation stands that day: filed in time or late; not filed and open, overdue, or missed for good."""
    if state == "exempt":
        return "exempt"
    if filed_on is not None:
        return "on_time" if filed_on <= due else "late"
    if on <= due:
        return "open"
    return "missed" if grace.ends(due) < on else "overdue"
