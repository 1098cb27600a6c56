"""Reading what belongs to one task beside its course: parts, targets, needs, evidence, comments, requests, entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.charter.models import Unit
from service.tasks.models import (
    ExtensionRequest,
    ProgressEntry,
    Task,
    TaskComment,
    TaskEvidence,
    TaskLink,
    TaskTarget,
    TaskUnit,
)
from service.tasks.queries import evidence
from service.tasks.rules import OPEN
from service.tasks.targets import Aim, attained, met


@dataclass(frozen=True)
class Measured:
    """A target and what is computed of it, never typed."""

    row: TaskTarget

    @property
    def aim(self) -> Aim:
        return Aim(self.row.target, self.row.actual, self.row.direction)

    @property
    def attained(self) -> Decimal | None:
        """How much of the target is reached: 1 is all of it."""
        part = attained(self.aim)
        return None if part is None else _decimal(part)

    @property
    def met(self) -> bool | None:
        return met(self.aim)


def _decimal(part: Fraction) -> Decimal:
    return Decimal(part.numerator) / Decimal(part.denominator)


@dataclass(frozen=True)
class Need:
    """A task that another one waits for; late: it is past its date and not done."""

    task: Task
    late: bool


@dataclass(frozen=True)
class Detail:
    """What belongs to one task."""

    parts: list[TaskUnit]
    targets: list[Measured]
    needs: list[Need]
    needed_by: list[Task]
    evidence: list[TaskEvidence]
    comments: list[TaskComment]
    extension_requests: list[ExtensionRequest]
    entries: list[ProgressEntry]

    @property
    def open_parts(self) -> list[UUID]:
        """The units whose part is not done."""
        return [part.unit_id for part in self.parts if part.done_on is None]

    @property
    def asked(self) -> ExtensionRequest | None:
        """The request for an extension that waits."""
        return next((row for row in self.extension_requests if row.state == "pending"), None)

    @property
    def waiting(self) -> list[ProgressEntry]:
        """The entries that wait for a word of their unit."""
        return [row for row in self.entries if row.state == "pending"]


def detail(session: Session, task_id: UUID, on: date) -> Detail:
    """What belongs to the task, as it stands that morning."""
    return Detail(
        parts=parts(session, task_id),
        targets=[Measured(row) for row in _of(session, TaskTarget, task_id, TaskTarget.id)],
        needs=[Need(row, row.state in OPEN and row.due < on) for row in _linked(session, task_id, "needs_id")],
        needed_by=_linked(session, task_id, "task_id"),
        evidence=evidence(session, task_id),
        comments=_of(session, TaskComment, task_id, TaskComment.id),
        extension_requests=_of(session, ExtensionRequest, task_id, ExtensionRequest.id.desc()),
        entries=_of(session, ProgressEntry, task_id, ProgressEntry.id.desc()),
    )


def parts(session: Session, task_id: UUID) -> list[TaskUnit]:
    """What each cooperating unit answers for, in the charter's order."""
    query = (
        select(TaskUnit)
        .join(Unit, (Unit.tenant_id == TaskUnit.tenant_id) & (Unit.id == TaskUnit.unit_id))
        .where(TaskUnit.task_id == task_id)
        .order_by(Unit.position)
    )
    return list(session.scalars(query))


def _of(session: Session, model: Any, task_id: UUID, *order: Any) -> list[Any]:
    return list(session.scalars(select(model).where(model.task_id == task_id).order_by(*order)))


def _linked(session: Session, task_id: UUID, end: str) -> list[Task]:
    """The tasks at that end of the links that have this task at the other."""
    far, near = getattr(TaskLink, end), TaskLink.task_id if end == "needs_id" else TaskLink.needs_id
    wanted = select(far).where(near == task_id)
    return list(session.scalars(select(Task).where(Task.id.in_(wanted)).order_by(Task.due, Task.no)))


def linkable(session: Session, row: Task) -> Sequence[Task]:
    """The tasks that this one could wait for: the open ones of its plan."""
    query = select(Task).where(Task.plan_id == row.plan_id, Task.id != row.id, Task.state.in_(OPEN))
    return session.scalars(query.order_by(Task.no)).all()


def shown(found: Detail) -> dict[str, Any]:
    """What belongs to the task, as programs are answered."""
    targets = [_columns(one.row) | {"attained": one.attained, "met": one.met} for one in found.targets]
    needs = [_need(one) for one in found.needs]
    return vars(found) | {"open_parts": found.open_parts, "targets": targets, "needs": needs}


def _need(one: Need) -> dict[str, Any]:
    row = one.task
    said = {"no": row.no, "content": row.content, "due": row.due, "state": row.state}
    return said | {"task_id": row.id, "late": one.late}


def _columns(row: TaskTarget) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in TaskTarget.__table__.columns}
