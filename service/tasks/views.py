"""Reading many tasks at once: how many are whose, the board by state, a month's days, the timeline. No statement per row."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, aliased

from service.kit.paging import Asked, Page, page_of
from service.tasks.models import Milestone, Task
from service.tasks.queries import SORTABLE, Row, rows_of
from service.tasks.rules import OUTSIDE_THE_PLAN, STATES, Light

CARDS = 20  # of each column; the list has the others
MOST_ENTRIES = 1000  # of one month


def whose(session: Session, found: Select[Task], piles: Mapping[str, ColumnElement[bool] | None]) -> dict[str, int]:
    """How many of the tasks lie in each pile (none: all of them). One statement."""
    counts = [func.count().filter(true() if pile is None else pile) for pile in piles.values()]
    row = session.execute(found.with_only_columns(*counts).order_by(None)).one()
    return dict(zip(piles, row, strict=True))


# --- board ---


@dataclass(frozen=True)
class Column:
    """A state, how many tasks are in it, and the first of them."""

    state: str
    total: int
    rows: list[Row]


def board(session: Session, found: Select[Task], on: date) -> list[Column]:
    """The tasks by state, the next due first; what lies outside the plan only where there is any. Four statements."""
    counted = found.with_only_columns(Task.state, func.count()).group_by(Task.state)
    totals: dict[str, int] = {state: count for state, count in session.execute(counted)}
    place = func.row_number().over(partition_by=Task.state, order_by=(Task.due, Task.no, Task.id)).label("place")
    ranked = found.with_only_columns(Task.id, place).subquery()
    first = select(ranked.c.id).where(ranked.c.place <= CARDS)
    tasks = session.scalars(select(Task).where(Task.id.in_(first)).order_by(Task.due, Task.no, Task.id))
    cards: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(session, list(tasks), on):
        cards[row.task.state].append(row)
    shown = [state for state in STATES if state not in OUTSIDE_THE_PLAN or totals.get(state)]
    return [Column(state, totals.get(state, 0), cards[state]) for state in shown]


# --- calendar ---


@dataclass(frozen=True)
class Entry:
    """A day on which a task is due, or a step of it."""

    day: date
    row: Row
    step: str  # the milestone; empty: the task itself
    done: bool

    @property
    def light(self) -> Light | None:
        """A step that was reached shows no warning."""
        return "green" if self.done else self.row.light


@dataclass(frozen=True)
class Month:
    """A month: its weeks from Monday (days of other months are None), and what is due on its days, in order."""

    first: date
    weeks: list[list[date | None]]
    days: dict[date, list[Entry]]
    cut: bool  # there is more than could be shown

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)

    @property
    def entries(self) -> list[Entry]:
        return [entry for entries in self.days.values() for entry in entries]


def month(session: Session, found: Select[Task], first: date, on: date) -> Month:
    """What of the tasks is due in the month that begins that day: they themselves, and their steps."""
    empty = Month(first, _weeks(first), {}, cut=False)
    within = (first, empty.last)
    due = list(session.scalars(found.where(Task.due.between(*within)).order_by(Task.due, Task.no).limit(MOST_ENTRIES)))
    steps = _steps(session, found, within)
    rows = {row.task.id: row for row in rows_of(session, [*due, *(task for _step, task in steps)], on)}
    days: dict[date, list[Entry]] = defaultdict(list)
    for task in due:
        days[task.due].append(Entry(task.due, rows[task.id], "", task.state == "closed_out"))
    for step, task in steps:
        days[step.due].append(Entry(step.due, rows[task.id], step.title, step.done_on is not None))
    cut = max(len(due), len(steps)) >= MOST_ENTRIES
    return replace(empty, days={day: days[day] for day in sorted(days)}, cut=cut)


def _steps(session: Session, found: Select[Task], within: tuple[date, date]) -> Sequence[tuple[Milestone, Task]]:
    query = select(Milestone, Task).join(Task, (Task.tenant_id == Milestone.tenant_id) & (Task.id == Milestone.task_id))
    query = query.where(Milestone.due.between(*within), Task.id.in_(_ids(found)))
    return session.execute(query.order_by(Milestone.due, Task.no, Milestone.id).limit(MOST_ENTRIES)).all()


def _ids(found: Select[Task]) -> Select[UUID]:
    """Their ids, asked under another name so that the tasks around them are not meant."""
    asked = aliased(Task, found.order_by(None).subquery())
    return select(asked.id)


def _weeks(first: date) -> list[list[date | None]]:
    days = [first.replace(day=n) for n in range(1, monthrange(first.year, first.month)[1] + 1)]
    cells = [None] * first.weekday() + days
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


# --- timeline ---


@dataclass(frozen=True)
class Span:
    """The days that a timeline shows, by whole months."""

    first: date
    last: date

    def at(self, day: date) -> str:
        """How far from the left the day begins, in percent of the whole."""
        share = 100 * (day - self.first).days / ((self.last - self.first).days + 1)
        return f"{min(max(share, 0), 100):.2f}%"

    def width(self, begin: date, end: date, percent: int = 100) -> str:
        """How wide that many percent of the days from one through the other are."""
        days = max((min(end, self.last) - max(begin, self.first)).days + 1, 0) * percent / 100
        return f"{100 * days / ((self.last - self.first).days + 1):.2f}%"

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        start = self.first.year * 12 + self.first.month - 1
        return [date((start + n) // 12, (start + n) % 12 + 1, 1) for n in range(count)]


@dataclass(frozen=True)
class Timeline:
    """A page of tasks as bars over one span, the same on every page."""

    page: Page
    span: Span
    steps: Mapping[UUID, Sequence[Milestone]]


def timeline(session: Session, found: Select[Task], asked: Asked, on: date) -> Timeline:
    """The tasks from their start to their day, the earliest start first. Six statements."""
    bounds = found.with_only_columns(func.min(Task.start), func.max(Task.due)).order_by(None)
    begin, end = session.execute(bounds).one()
    page = page_of(session, found, asked, SORTABLE | {"start": Task.start}, "start")
    steps: dict[UUID, list[Milestone]] = defaultdict(list)
    ids = [row.id for row in page.rows]
    for step in session.scalars(select(Milestone).where(Milestone.task_id.in_(ids)).order_by(Milestone.due)):
        steps[step.task_id].append(step)
    last = end or on
    span = Span((begin or on).replace(day=1), last.replace(day=monthrange(last.year, last.month)[1]))
    return Timeline(replace(page, rows=rows_of(session, page.rows, on)), span, steps)
