"""One thing that is owed, how it stands on a day, and what falls together on a year's wheel. Pure.

Source: seed 四; dossier 6 (默认期限, 临期提醒 前10/3/1日).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal, get_args

Standing = Literal["overdue", "soon", "open", "late", "on_time", "not_owed"]  # named in `obligation_standing`
STANDINGS: tuple[Standing, ...] = get_args(Standing)  # what asks most of its reader first
WAITING = ("overdue", "soon", "open")
DONE = ("late", "on_time")
WHO = ("convener", "office", "unit")  # named in `obligation_who`


@dataclass(frozen=True)
class Kind:
    """Who owes such a thing, and the working rule that it rests on."""

    who: str
    rule: str
    bound: bool = False  # to one meeting or paper, and its row says to which


# Named in `obligation_kind`, in the order of a list.
KINDS: Mapping[str, Kind] = {
    "plenary": Kind("convener", "plenary_min"),
    "report": Kind("convener", "report_cycle"),
    "liaison_meeting": Kind("office", "liaison_cadence"),
    "own_meeting": Kind("office", "own_meetings"),
    "liaison_before": Kind("office", "liaison_before_plenary", bound=True),
    "agenda_call": Kind("office", "agenda_lead_workdays", bound=True),
    "notice": Kind("office", "notice_workdays", bound=True),
    "materials": Kind("office", "materials_workdays", bound=True),
    "minutes": Kind("office", "minutes_workdays", bound=True),
    "matter_handling": Kind("office", "submission_handling_workdays", bound=True),
    "figures": Kind("office", "figures_due_days"),
    "plan": Kind("unit", "plan_due"),
    "progress": Kind("unit", "progress_cycle"),
    "annual_summary": Kind("unit", "summary_due"),
    "consent": Kind("unit", "consult_workdays", bound=True),
    "opinion": Kind("unit", "consult_workdays", bound=True),
    "countersign": Kind("unit", "minutes_countersign_workdays", bound=True),
    "liaison_vacancy": Kind("unit", "liaison_vacancy_days"),
}


@dataclass(frozen=True)
class Due:
    """One thing that one of them owes, by when, and when it was done if it was.

    `period` is what it is about: a period's name, or the day of what it follows from: a meeting, a question, a vacancy.
    """

    kind: str
    period: str
    due: date
    done_on: date | None = None
    excused_from: date | None = None  # from that day on it is owed no more, done or not
    unit: str = ""  # the id of the unit that owes it
    number: int = 0  # the first, the second … of what is owed several times in one period
    title: str = ""  # the meeting or the paper that it belongs to, or the own name of its kind of meeting
    row: str = ""  # the id of what is on record of it

    @property
    def who(self) -> str:
        return KINDS[self.kind].who

    @property
    def alike(self) -> tuple[str, str, int, str]:
        """What several units may owe alike."""
        return self.kind, self.period, self.number, self.row if KINDS[self.kind].bound else self.title

    @property
    def key(self) -> tuple[str, tuple[str, str, int, str]]:
        """What it is: no two of a year are the same."""
        return self.unit, self.alike

    def standing(self, on: date, reminders: Sequence[int] = ()) -> Standing:
        """How it stands that day: done in time or late, owed no more, overdue, due within a reminder, or open."""
        if self.done_on is not None and self.done_on <= on:
            return "on_time" if self.done_on <= self.due else "late"
        if self.excused_from is not None and on >= self.excused_from:
            return "not_owed"
        if on > self.due:
            return "overdue"
        return "open" if remind(self.due, on, reminders) is None else "soon"


def remind(due: date, on: date, reminders: Sequence[int]) -> int | None:
    """The nearest of the reminders (days before the due day) that has come, if one has."""
    left = (due - on).days
    return min((days for days in reminders if 0 <= left <= days), default=None)


@dataclass(frozen=True)
class Line:
    """A thing that is owed, and how it stands that day."""

    due: Due
    standing: Standing
    remind: int | None  # the reminder (days before) that has come and not been heeded

    @property
    def waits(self) -> bool:
        return self.standing in WAITING


def seen(dues: Iterable[Due], on: date, reminders: Sequence[int]) -> list[Line]:
    """Each with how it stands that day, the earliest due first."""
    rows = sorted(dues, key=lambda due: (due.due, tuple(KINDS).index(due.kind), due.key))
    return [_line(due, due.standing(on, reminders), on, reminders) for due in rows]


def _line(due: Due, standing: Standing, on: date, reminders: Sequence[int]) -> Line:
    return Line(due, standing, remind(due.due, on, reminders) if standing == "soon" else None)


def reminded(lines: Iterable[Line], reminders: Sequence[int]) -> dict[int, int]:
    """How many fall due within so many days, the widest first; what falls due within one day does within ten too."""
    coming = [line.remind for line in lines if line.remind is not None]
    return {days: sum(found <= days for found in coming) for days in sorted(set(reminders), reverse=True)}


@dataclass(frozen=True)
class Group:
    """What several units owe alike: one mark on the wheel, one line on the home page."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> Due:
        return self.lines[0].due

    @property
    def standing(self) -> Standing:
        """The one that asks most."""
        found = {line.standing for line in self.lines}
        return next(standing for standing in STANDINGS if standing in found)

    @property
    def owed(self) -> int:
        """How many are owed, those left out that are owed no more."""
        return sum(line.standing != "not_owed" for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.standing in DONE for line in self.lines)

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.standing for line in self.lines)


def together(lines: Iterable[Line]) -> list[Group]:
    """What is of one kind, about one period and due on one day stands together, the earliest due first."""

    def alike(line: Line) -> tuple[date, int, tuple[str, str, int, str]]:
        return line.due.due, tuple(KINDS).index(line.due.kind), line.due.alike

    return [Group(tuple(rows)) for _key, rows in groupby(sorted(lines, key=alike), alike)]


def wheel(lines: Iterable[Line]) -> list[list[Group]]:
    """The twelve months, in each a mark for every kind that falls due in it."""
    months: list[dict[str, list[Line]]] = [{} for _ in range(12)]
    for line in lines:
        months[line.due.due.month - 1].setdefault(line.due.kind, []).append(line)
    return [[Group(tuple(found[kind])) for kind in KINDS if kind in found] for found in months]
