"""Reading batches, and the tasks on which one's units report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.batches.models import READY, Batch, BatchRow
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.tasks.choosing import concerns
from service.tasks.models import Task, TaskEvent
from service.tasks.rules import MOVING
from tenants.errors import Missing

BATCHES = {"made_on": Batch.made_on, "state": Batch.state, "verb": Batch.verb, "id": Batch.id}
ROWS = {"line": BatchRow.line, "state": BatchRow.state, "id": BatchRow.id}
REPORTS = "task.report_progress"
MOST = 1000  # tasks of one batch, or of one screen's sheet


def batches(seat: Seat, asked: Asked, *, whole: bool = False) -> Page:
    """What this person prepared, the newest first."""
    query = select(Batch).where(Batch.account_id == seat.account_id)
    if "state" in asked.filters:
        query = query.where(Batch.state == asked.filters["state"])
    return page_of(seat.session, query, asked, BATCHES, "-made_on", whole=whole)


def batch(seat: Seat, batch_id: UUID, *, hold: bool = False) -> Batch:
    """The person's batch of that id; another's is none."""
    query = select(Batch).where(Batch.id == batch_id, Batch.account_id == seat.account_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def rows(session: Session, batch_id: UUID, asked: Asked, *, whole: bool = False) -> Page:
    """Its rows in their order, each with its task."""
    joined = (Task.tenant_id == BatchRow.tenant_id) & (Task.id == BatchRow.task_id)
    query = select(BatchRow, Task).outerjoin(Task, joined).where(BatchRow.batch_id == batch_id)
    if "state" in asked.filters:
        query = query.where(BatchRow.state == asked.filters["state"])
    return page_of(session, query, asked, ROWS, "line", whole=whole)


def counts(session: Session, batch_id: UUID) -> Mapping[str, int]:
    """How many rows are in each state."""
    query = select(BatchRow.state, func.count()).where(BatchRow.batch_id == batch_id).group_by(BatchRow.state)
    return {state: count for state, count in session.execute(query)}


def next_ready(session: Session, batch_id: UUID) -> BatchRow | None:
    """The next row to be done, held until commit."""
    query = select(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.state == READY)
    return session.scalars(query.order_by(BatchRow.line).limit(1).with_for_update()).one_or_none()


def check_there(session: Session, task_ids: set[UUID]) -> None:
    """Nothing, or one of the tasks is not there."""
    if session.scalar(select(func.count()).where(Task.id.in_(task_ids))) != len(task_ids):
        raise Missing()


@dataclass(frozen=True)
class Open:
    """A task on which the seat reports, and what its unit said last."""

    task: Task
    leads: bool
    last: str


def open_tasks(seat: Seat) -> list[Open]:
    """The tasks in work that the seat's units lead or help with, the next due first. Two statements."""
    mine = seat.units_for(REPORTS)
    query = select(Task).where(concerns(mine), Task.state.in_(MOVING)).order_by(Task.due, Task.no).limit(MOST)
    tasks = list(seat.session.scalars(query)) if mine else []
    said = last_words(seat.session, [row.id for row in tasks], mine)
    return [Open(row, row.lead_unit_id in mine, said.get(row.id, "")) for row in tasks]


def last_words(session: Session, task_ids: Sequence[UUID], units: frozenset[UUID]) -> dict[UUID, str]:
    """What these units reported last on each of the tasks."""
    query = (
        select(TaskEvent.task_id, TaskEvent.text)
        .where(TaskEvent.task_id.in_(task_ids), TaskEvent.verb == "report", TaskEvent.unit_id.in_(units))
        .ext(distinct_on(TaskEvent.task_id))
        .order_by(TaskEvent.task_id, TaskEvent.on.desc(), TaskEvent.id.desc())
    )
    return {task_id: text for task_id, text in session.execute(query)}
