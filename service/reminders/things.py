"""What people are reminded of: everything with a day that somebody has still to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from service.calendar.queries import workdays
from service.invitations.queries import before
from service.kit.seat import Seat
from service.matters.models import Instruction, Matter
from service.matters.rules import HIDDEN
from service.meetings.models import Meeting
from service.meetings.queries import meeting
from service.minutes.models import Minutes
from service.minutes.queries import Line, confirming, countersigning, rules_of
from service.minutes.rules import ASKING, reply_by
from service.obligations.places import place_of
from service.obligations.queries import year_of
from service.obligations.rules import Due
from service.reminders.rules import LOOKS_BACK
from service.supervision.models import SupervisionOrder
from service.supervision.rules import UNANSWERED
from service.tasks.models import Milestone, Task
from service.tasks.queries import cooperating
from service.tasks.rules import MOVING

Place = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class Thing:
    """One thing with a day: what it is, whom it concerns, where it lies. `kind`_due and `kind`_overdue are worded."""

    key: str
    kind: str
    due: date
    place: Place
    params: Mapping[str, str]
    units: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()  # of whoever else has to do it
    overseen: bool = False  # the office is told too, once it is overdue


@dataclass(frozen=True)
class Window:
    """The days of which things are looked for: those lately over, and those within the widest reminder."""

    on: date
    reminders: Sequence[int] = field(default=())

    @property
    def first(self) -> date:
        return self.on - timedelta(days=LOOKS_BACK)

    @property
    def last(self) -> date:
        return self.on + timedelta(days=max(self.reminders, default=0))

    @property
    def years(self) -> list[int]:
        return sorted({self.first.year, self.last.year})

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def of(self, column: Any) -> Any:
        return column.between(self.first, self.last)


def things(seat: Seat, window: Window) -> Iterator[Thing]:
    """Everything within the window that is still to be done."""
    yield from _tasks(seat, window)
    yield from _milestones(seat, window)
    yield from _owed(seat, window)
    yield from _minutes(seat, window)
    yield from _replies(seat, window)
    yield from _instructions(seat, window)
    yield from _orders(seat, window)


def _tasks(seat: Seat, window: Window) -> Iterator[Thing]:
    query = select(Task).where(Task.state.in_(MOVING), window.of(Task.due)).order_by(Task.due, Task.id)
    rows = list(seat.session.scalars(query))
    helping = cooperating(seat.session, [row.id for row in rows])
    for row in rows:
        units = frozenset({row.lead_unit_id, *helping.get(row.id, ())})
        words = {"task": row.content}
        place = ("tasks.show", {"task_id": str(row.id)})
        yield Thing(f"task:{row.id}", "task", row.due, place, words, units, overseen=True)


def _milestones(seat: Seat, window: Window) -> Iterator[Thing]:
    its_task = and_(Task.tenant_id == Milestone.tenant_id, Task.id == Milestone.task_id)
    query = select(Milestone, Task).join(Task, its_task).where(Task.state.in_(MOVING))
    query = query.where(Milestone.done_on.is_(None), window.of(Milestone.due)).order_by(Milestone.due, Milestone.id)
    for row, task in seat.session.execute(query):
        words = {"task": task.content, "milestone": row.title}
        place = ("tasks.show", {"task_id": str(task.id)})
        yield Thing(f"milestone:{row.id}", "milestone", row.due, place, words, frozenset({task.lead_unit_id}))


ROLES = {"convener": frozenset({"CV"}), "office": frozenset({"OD", "ODp", "OS"})}


def _owed(seat: Seat, window: Window) -> Iterator[Thing]:
    """What the year's rhythm asks of units, the office and the conveners: plans, progress, opinions, minutes, reports."""
    for year in window.years:
        for line in year_of(seat, year, window.on).lines:
            if line.waits and window.holds(line.due.due):
                yield _thing_owed(line.due)


def _thing_owed(due: Due) -> Thing:
    about = due.title or due.period
    words = {"what": f"@obligation_kind.{due.kind}", "about": about}
    key = "/".join(["owed", due.unit, *map(str, due.alike)])
    units = frozenset({UUID(due.unit)}) if due.unit else frozenset[UUID]()
    return Thing(key, "owed", due.due, place_of(due), words, units, ROLES.get(due.who, frozenset()))


def _minutes(seat: Seat, window: Window) -> Iterator[Thing]:
    """Minutes that lie before units: those who have said nothing yet."""
    for row in seat.session.scalars(select(Minutes).where(Minutes.state.in_(ASKING))):
        asked_on, lines = row.circulated_on, confirming(seat.session, row, window.on)
        if row.countersign_on is not None:
            asked_on, lines = row.countersign_on, countersigning(seat.session, row, window.on)
        if asked_on is not None:
            by = reply_by(asked_on, rules_of(seat.session, row), workdays(seat.session))
            yield from _silent(seat, row, by, lines)


def _silent(seat: Seat, row: Minutes, by: date, lines: Sequence[Line]) -> Iterator[Thing]:
    waiting = frozenset(line.unit_id for line in lines if line.standing in ("waiting", "silent"))
    place = ("minutes.show_one", {"meeting_id": str(row.meeting_id), "minutes_id": str(row.id)})
    if waiting:
        words = {"meeting": meeting(seat.session, row.meeting_id).title}
        yield Thing(f"minutes:{row.id}/{row.state}", "minutes", by, place, words, waiting)


def _replies(seat: Seat, window: Window) -> Iterator[Thing]:
    """Meetings to come for which units have not replied."""
    query = select(Meeting).where(Meeting.state == "noticed", Meeting.held_on >= window.on)
    for row in seat.session.scalars(query):
        found = before(seat.session, row.id)
        silent = frozenset(
            line.attendee.unit_id
            for line in found.lines
            if line.attendee.unit_id and line.attendee.expected and line.attendee.reply is None
        )
        if found.reply_by and silent:
            place = ("invitations.notices.show", {"meeting_id": str(row.id)})
            yield Thing(f"reply:{row.id}", "reply", found.reply_by, place, {"meeting": row.title}, silent)


def _instructions(seat: Seat, window: Window) -> Iterator[Thing]:
    its_matter = and_(Matter.tenant_id == Instruction.tenant_id, Matter.id == Instruction.matter_id)
    query = select(Instruction, Matter.title).join(Matter, its_matter)
    query = query.where(Instruction.done_on.is_(None), window.of(Instruction.due), Matter.state.not_in(HIDDEN))
    for row, title in seat.session.execute(query.order_by(Instruction.due, Instruction.id)):
        place = ("matters.show", {"matter_id": str(row.matter_id)})
        key = f"instruction:{row.id}"
        yield Thing(key, "instruction", row.due, place, {"matter": title}, frozenset({row.unit_id}), overseen=True)


def _orders(seat: Seat, window: Window) -> Iterator[Thing]:
    """Supervision orders that wait for a unit's answer."""
    row = SupervisionOrder
    query = select(row).where(row.state.in_(UNANSWERED), row.unit_id.is_not(None), window.of(row.answer_by))
    for found in seat.session.scalars(query.order_by(row.answer_by, row.id)):
        if found.unit_id is not None and found.answer_by is not None:
            words = {"matter": found.title, "number": found.number}
            place = ("supervision.show", {"supervision_order_id": str(found.id)})
            units = frozenset({found.unit_id})
            key = f"supervision_order:{found.id}"
            yield Thing(key, "supervision", found.answer_by, place, words, units, overseen=True)
