"""The task ledger: a task, its milestones, its requests to be closed out, its extensions, and what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.tasks.rules import STATES, VERBS
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The CHECK that keeps a text column to these values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Task(Versioned, TenantOwned, Base):
    """A task of a year's plan, under a duty of the unit that leads it. Source: seed 四(四); dossier 1.1 D8, 1.3."""

    __tablename__ = "task"
    __table_args__ = (
        own_key("plan_id", "plan"),
        own_key("duty_id", "duty"),
        own_key("charter_id", "charter"),
        own_key("lead_unit_id", "unit"),
        own_key("merged_into_id", "task"),
        own_unique("plan_id", "no"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("start <= due0 AND due0 <= due", name="dates"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
        CheckConstraint("(state = 'closed_out') = (done_on IS NOT NULL AND claimed_on IS NOT NULL)", name="done"),
        Index("ix_task_state_due", "tenant_id", "state", "due", "id"),
        Index("ix_task_year_due", "tenant_id", "year", "due", "id"),
        Index("ix_task_lead_unit", "tenant_id", "lead_unit_id", "state", "due"),
    )

    plan_id: Mapped[UUID]
    year: Mapped[int]  # the plan's; lists and figures are asked by it
    no: Mapped[int]
    content: Mapped[str]
    deliverable: Mapped[str]
    duty_id: Mapped[UUID]
    charter_id: Mapped[UUID]  # the version under which it was made
    lead_unit_id: Mapped[UUID]
    person: Mapped[str] = mapped_column(default="")  # who answers for it in the lead unit (责任人)
    start: Mapped[date]
    due: Mapped[date]
    due0: Mapped[date]
    state: Mapped[str] = mapped_column(default="not_started")
    percent: Mapped[int] = mapped_column(default=0)
    claimed_on: Mapped[date | None]  # the day of the request that was accepted
    done_on: Mapped[date | None]  # the day the office verified it
    merged_into_id: Mapped[UUID | None]


class TaskUnit(TenantOwned, Base):
    """A unit that cooperates in a task. Source: seed 四(四) (密切配合、形成合力)."""

    __tablename__ = "task_unit"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        own_unique("task_id", "unit_id"),
        Index("ix_task_unit_unit", "tenant_id", "unit_id", "task_id"),
    )

    task_id: Mapped[UUID]
    unit_id: Mapped[UUID]


class Milestone(TenantOwned, Base):
    """A step of a task with a date of its own. Source: dossier 2.2 (以季度为节点)."""

    __tablename__ = "milestone"
    __table_args__ = (own_key("task_id", "task"), Index("ix_milestone_task", "tenant_id", "task_id", "due"))

    task_id: Mapped[UUID]
    title: Mapped[str]
    due: Mapped[date]
    done_on: Mapped[date | None]


REQUEST_STATES = ("pending", "accepted", "returned")


class CloseRequest(TenantOwned, Base):
    """One request to close a task out, and what the office said to it. Source: dossier 2.2, 6-3."""

    __tablename__ = "close_request"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        CheckConstraint(one_of("state", REQUEST_STATES), name="state"),
        Index("ix_close_request_task", "tenant_id", "task_id", "claimed_on"),
    )

    task_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    claimed_on: Mapped[date]
    statement: Mapped[str]
    by: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]


class Extension(TenantOwned, Base):
    """A later due date that the office granted. Append-only: what was granted when is never rewritten."""

    __tablename__ = "extension"
    __table_args__ = (own_key("task_id", "task"), Index("ix_extension_task", "tenant_id", "task_id", "granted_on"))

    task_id: Mapped[UUID]
    due_before: Mapped[date]
    due_after: Mapped[date]
    granted_on: Mapped[date]
    granted_by: Mapped[str]
    reason: Mapped[str]


class TaskEvent(TenantOwned, Base):
    """What happened to a task, in order; progress reports are those with a text of their unit. Append-only."""

    __tablename__ = "task_event"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        CheckConstraint(one_of("verb", VERBS), name="verb"),
        CheckConstraint(one_of("state", STATES), name="state"),
        Index("ix_task_event_task", "tenant_id", "task_id", "on", "id"),
    )

    task_id: Mapped[UUID]
    verb: Mapped[str]
    on: Mapped[date]
    state: Mapped[str]  # after the step
    by: Mapped[str]
    unit_id: Mapped[UUID | None]
    percent: Mapped[int | None]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
