"""The task ledger: a task, its milestones, its requests to be closed out, its extensions, and what happened to it.

Beside its course: measurable targets, the tasks it needs, evidence, comments, entries that wait.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.tasks.rules import STATES, VERBS
from service.tasks.targets import DIRECTIONS
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

MEASURED = Numeric(18, 4)


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
    """A unit that cooperates in a task, and how far its own part is. Source: seed 四(四) (密切配合、形成合力)."""

    __tablename__ = "task_unit"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        own_unique("task_id", "unit_id"),
        Index("ix_task_unit_unit", "tenant_id", "unit_id", "task_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )

    task_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    part: Mapped[str] = mapped_column(default="")  # what this unit answers for
    percent: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(default="")  # its last word
    said_on: Mapped[date | None]
    done_on: Mapped[date | None]  # the day it said that its part is done


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


EXTENSION_STATES = ("pending", "granted", "refused")


class ExtensionRequest(TenantOwned, Base):
    """A later due date that the unit asked for, and what was said to it. Source: dossier 1.6 (申请延期), 6-5."""

    __tablename__ = "extension_request"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        CheckConstraint(one_of("state", EXTENSION_STATES), name="state"),
        Index("ix_extension_request_task", "tenant_id", "task_id", "asked_on"),
        Index(
            "uq_extension_request_pending",
            "tenant_id",
            "task_id",
            unique=True,
            postgresql_where=sql("state = 'pending'"),
        ),
    )

    task_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    due_asked: Mapped[date]
    reason: Mapped[str]
    asked_on: Mapped[date]
    by: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None]
    answer: Mapped[str | None]


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


class TaskTarget(TenantOwned, Base):
    """What a task is measured by: where it began, where it shall come to, where it is. Source: dossier 5.3, 6-20."""

    __tablename__ = "task_target"
    __table_args__ = (
        own_key("task_id", "task"),
        CheckConstraint(one_of("direction", DIRECTIONS), name="direction"),
        Index("ix_task_target_task", "tenant_id", "task_id"),
    )

    task_id: Mapped[UUID]
    indicator_code: Mapped[str | None]  # of config/indicators/statistics.yaml; none: a measure of the task's own
    name: Mapped[str]
    measure: Mapped[str]  # what it is counted in
    baseline: Mapped[Decimal | None] = mapped_column(MEASURED)
    target: Mapped[Decimal] = mapped_column(MEASURED)
    actual: Mapped[Decimal | None] = mapped_column(MEASURED)
    actual_on: Mapped[date | None]
    direction: Mapped[str] = mapped_column(default="up")


class TaskLink(TenantOwned, Base):
    """A task that waits for another one of the same conference."""

    __tablename__ = "task_link"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("needs_id", "task"),
        own_unique("task_id", "needs_id"),
        CheckConstraint("task_id <> needs_id", name="other"),
        Index("ix_task_link_needs", "tenant_id", "needs_id"),
    )

    task_id: Mapped[UUID]
    needs_id: Mapped[UUID]


class TaskEvidence(TenantOwned, Base):
    """A file that shows what was done; `shared`: it may be sent up. Source: dossier 2.2 (佐证)."""

    __tablename__ = "task_evidence"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("file_id", "stored_file"),
        own_key("unit_id", "unit"),
        Index("ix_task_evidence_task", "tenant_id", "task_id", "on", "id"),
    )

    task_id: Mapped[UUID]
    file_id: Mapped[UUID]
    title: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[UUID | None]  # none: the office's own
    by: Mapped[str]
    on: Mapped[date]


class TaskComment(TenantOwned, Base):
    """What a unit or the office wrote to a task. Append-only."""

    __tablename__ = "task_comment"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        Index("ix_task_comment_task", "tenant_id", "task_id", "id"),
    )

    task_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]  # none: the office
    by: Mapped[str]
    on: Mapped[date]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


ENTRY_STATES = ("pending", "accepted", "returned")


class ProgressEntry(TenantOwned, Base):
    """Progress that does not count yet: entered for a unit that has to confirm it, or awaiting its representative.

    Source: dossier 1.6 (代录须注明受托单位并由该单位确认；成员代表审定).
    """

    __tablename__ = "progress_entry"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("unit_id", "unit"),
        CheckConstraint(one_of("state", ENTRY_STATES), name="state"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index("ix_progress_entry_task", "tenant_id", "task_id", "entered_on"),
        Index(
            "uq_progress_entry_pending",
            "tenant_id",
            "task_id",
            "unit_id",
            unique=True,
            postgresql_where=sql("state = 'pending'"),
        ),
    )

    task_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    percent: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]
    done: Mapped[bool] = mapped_column(default=False)  # the unit's part, with it
    actuals: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # what the targets then amount to, by id
    on_behalf: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = mapped_column(default="")  # what an entry on behalf rests on
    entered_on: Mapped[date]
    by: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
