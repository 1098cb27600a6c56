"""A task that waits for another one: within one conference, never in a circle."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from service.kit.command import command
from service.kit.seat import Seat
from service.tasks.models import Task, TaskLink
from service.tasks.moves import moved
from service.tasks.queries import held_task, task
from tenants.errors import Missing, Refused

SOURCE = "任务先后关系"


@command("task.plan")
def add_need(seat: Seat, task_id: UUID, *, needs_id: UUID, on: date) -> Task:
    """The task waits for another one. Refused: one that waits for this one, directly or by others."""
    _one_at_a_time(seat)
    row, needed = held_task(seat.session, task_id), task(seat.session, needs_id)
    if needed.id == row.id or row.id in _waited_for(seat, needed.id):
        raise Refused(
            f"第{needed.no}项本身有赖于本任务，不能互为前置。",
            en="That task waits for this one already: a circle.",
            field="needs_id",
            source=SOURCE,
        )
    if _link(seat, row.id, needed.id):
        raise Refused("已列为前置任务。", en="It is listed already.", field="needs_id", source=SOURCE)
    seat.session.add(TaskLink(task_id=row.id, needs_id=needed.id))
    return moved(seat, row, "revise", on, f"前置任务：第{needed.no}项 {needed.content}")


@command("task.plan")
def drop_need(seat: Seat, task_id: UUID, *, needs_id: UUID, on: date) -> Task:
    """The task does not wait for that one any more."""
    row = held_task(seat.session, task_id)
    found = _link(seat, row.id, needs_id)
    if found is None:
        raise Missing()
    seat.session.delete(found)
    return moved(seat, row, "revise", on, f"不再以第{task(seat.session, needs_id).no}项为前置任务")


def _link(seat: Seat, task_id: UUID, needs_id: UUID) -> TaskLink | None:
    query = select(TaskLink).where(TaskLink.task_id == task_id, TaskLink.needs_id == needs_id)
    return seat.session.scalars(query).one_or_none()


def _waited_for(seat: Seat, task_id: UUID) -> set[UUID]:
    """What the task waits for, directly or by others."""
    reached = select(TaskLink.needs_id).where(TaskLink.task_id == task_id).cte(recursive=True)
    reached = reached.union(select(TaskLink.needs_id).join(reached, TaskLink.task_id == reached.c.needs_id))
    return set(seat.session.scalars(select(reached.c.needs_id)))


def _one_at_a_time(seat: Seat) -> None:
    """Two links made at once could close a circle that neither sees."""
    key = func.hashtextextended(f"task_link:{seat.tenant.id}", 0)
    seat.session.execute(select(func.pg_advisory_xact_lock(key)))
