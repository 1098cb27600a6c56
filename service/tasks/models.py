"""The task ledger: a task, its milestones, and what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.tasks.rules import STATES, TaskFacts
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

_STATE_LIST = ", ".join(f"'{state}'" for state in STATES)


class Task(TenantOwned, Versioned, Base):
    """A task of the year's plan, under a duty of the unit that leads it. Source: seed 四(四); dossier 1.3."""

    __tablename__ = "task"
    __table_args__ = (
        own_key("plan_id", "plan"),
        own_key("duty_id", "duty"),
        own_key("lead_unit_id", "unit"),
        own_unique("plan_id", "no"),
        CheckConstraint(f"state IN ({_STATE_LIST})", name="state"),
        Index("ix_task_due", "tenant_id", "year", "due", "id"),
        Index("ix_task_state", "tenant_id", "year", "state"),
        Index("ix_task_lead", "tenant_id", "lead_unit_id"),
    )

    plan_id: Mapped[UUID]
    year: Mapped[int]
    no: Mapped[int]
    content: Mapped[str]
    deliverable: Mapped[str]
    duty_id: Mapped[UUID]
    lead_unit_id: Mapped[UUID]
    coop_unit_ids: Mapped[list[Any]]
    start: Mapped[date]
    due: Mapped[date]
    due0: Mapped[date]
    extended_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="not_started")
    percent: Mapped[int] = mapped_column(default=0)
    claimed_on: Mapped[date | None]  # when the close-out now asked for, or accepted, was asked for
    done_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # suspended, cancelled or merged

    def facts(self, as_of: date) -> TaskFacts:
        """The task as it stood at the end of that day."""
        return facts_of(self, as_of)


def facts_of(row: Any, as_of: date) -> TaskFacts:
    """What the formulas need of a task, or of its columns, as of a day."""
    ended = row.ended_on is not None and row.ended_on <= as_of
    extended = row.extended_on is not None and row.extended_on <= as_of
    state = row.state if ended or row.ended_on is None else "in_progress"
    return TaskFacts(state, row.due if extended else row.due0, row.due0, row.done_on, row.claimed_on)


class Milestone(TenantOwned, Base):
    """A step of a task with its own date."""

    __tablename__ = "milestone"
    __table_args__ = (own_key("task_id", "task"), Index("ix_milestone_task", "tenant_id", "task_id", "due"))

    task_id: Mapped[UUID]
    title: Mapped[str]
    due: Mapped[date]
    done_on: Mapped[date | None]


class TaskEvent(TenantOwned, Base):
    """What happened to a task, in order. Append-only."""

    __tablename__ = "task_event"
    __table_args__ = (own_key("task_id", "task"), Index("ix_task_event_task", "tenant_id", "task_id", "id"))

    task_id: Mapped[UUID]
    verb: Mapped[str]
    on: Mapped[date]
    by: Mapped[str]
    text: Mapped[str]
    percent: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
