"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.charter.models import Duty, Unit
from service.charter.queries import rule
from service.kit.seat import Seat
from service.tasks.models import Milestone, Task, TaskEvent
from service.tasks.rules import Light, Pace, light
from tenants.errors import Missing

SORTABLE = {"no": Task.no, "due": Task.due, "state": Task.state, "percent": Task.percent, "id": Task.id}


def task(session: Session, task_id: UUID) -> Task:
    """The task of that id."""
    found = session.scalars(select(Task).where(Task.id == task_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def ledger(year: int, filters: Mapping[str, str], q: str = "") -> Select[tuple[Task]]:
    """The year's tasks, narrowed."""
    query = select(Task).where(Task.year == year)
    if filters.get("state"):
        query = query.where(Task.state == filters["state"])
    if filters.get("unit"):
        query = query.where(Task.lead_unit_id == UUID(filters["unit"]))
    return query.where(Task.content.contains(q, autoescape=True)) if q else query


def milestones(session: Session, task_id: UUID) -> list[Milestone]:
    """The task's milestones by date."""
    query = select(Milestone).where(Milestone.task_id == task_id).order_by(Milestone.due, Milestone.id)
    return list(session.scalars(query))


def milestone(session: Session, milestone_id: UUID) -> Milestone:
    """The milestone of that id."""
    found = session.scalars(select(Milestone).where(Milestone.id == milestone_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def history(session: Session, task_id: UUID) -> list[TaskEvent]:
    """What happened to the task, the newest first."""
    query = select(TaskEvent).where(TaskEvent.task_id == task_id).order_by(TaskEvent.id.desc())
    return list(session.scalars(query))


def lights(session: Session, rows: Sequence[Task], on: date) -> dict[UUID, Light]:
    """Each task's light that morning."""
    if not rows:
        return {}
    soon, lag = rule(session, "due_soon_days", on), rule(session, "pro_rata_lag_points", on)
    steps: dict[UUID, list[tuple[date, date | None]]] = {}
    query = select(Milestone).where(Milestone.task_id.in_([row.id for row in rows]))
    for step in session.scalars(query):
        steps.setdefault(step.task_id, []).append((step.due, step.done_on))
    return {
        row.id: light(
            Pace(row.state, row.start, row.due, row.percent, tuple(steps.get(row.id, ()))),
            on,
            soon_days=soon,
            lag_points=lag,
        )
        for row in rows
    }


def names(session: Session) -> dict[UUID, str]:
    """Every unit's name, also of those that left."""
    return {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}


def duty_names(session: Session) -> dict[UUID, str]:
    """Every duty as `RS3 职业培训`."""
    return {row.id: f"{row.code} {row.text}" for row in session.execute(select(Duty.id, Duty.code, Duty.text))}


@dataclass(frozen=True)
class Waiting:
    """Something that waits for this seat: a close-out to verify, or a task of one's own unit."""

    task: Task
    reason: str


def my_work(session: Session, seat: Seat, on: date, most: int = 10) -> list[Waiting]:
    """What waits for the seat: close-outs to verify for the office, open tasks for a unit's own people."""
    found: list[Waiting] = []
    if seat.may("task.close_out"):
        asked = select(Task).where(Task.year == on.year, Task.state == "close_requested").order_by(Task.due)
        found += [Waiting(row, "verify") for row in session.scalars(asked.limit(most))]
    if seat.unit_ids and seat.may("task.report_progress"):
        mine = (
            select(Task)
            .where(Task.year == on.year, Task.lead_unit_id.in_(seat.unit_ids))
            .where(or_(Task.state == "not_started", Task.state == "in_progress"))
            .order_by(Task.due)
        )
        found += [Waiting(row, "report") for row in session.scalars(mine.limit(most))]
    return found
