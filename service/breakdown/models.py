"""A table brought to a plan, row by row: its cells as they are, what was said of them, and the task each became."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

DRAFT, RUNNING, HALTED, DONE = "draft", "running", "halted", "done"  # the wording group `breakdown_state`
PENDING, LISTED, PRESENT, REFUSED = "pending", "listed", "present", "refused"  # the wording group `breakdown_row_state`


class Breakdown(Versioned, TenantOwned, Base):
    """任务分解表 that was pasted or uploaded to a plan. Source: dossier 5.3, 7.6 (预览确认)."""

    __tablename__ = "breakdown"
    __table_args__ = (
        own_key("plan_id", "plan"),
        CheckConstraint("state IN ('draft', 'running', 'halted', 'done')", name="state"),
        Index("ix_breakdown_plan", "tenant_id", "plan_id"),
    )

    plan_id: Mapped[UUID]
    name: Mapped[str]  # of the file, or that it was pasted
    rows: Mapped[int]
    state: Mapped[str] = mapped_column(default=DRAFT)
    brought_by: Mapped[str]
    brought_on: Mapped[date]
    job_id: Mapped[UUID | None]  # the work in the ledger that lists its rows
    said: Mapped[str] = mapped_column(default="")  # why it was halted


class BreakdownRow(TenantOwned, Base):
    """A row as it was brought, and what became of it."""

    __tablename__ = "breakdown_row"
    __table_args__ = (
        own_key("breakdown_id", "breakdown"),
        own_key("task_id", "task"),
        own_unique("breakdown_id", "line"),
        CheckConstraint("level IN ('ok', 'warning', 'error')", name="level"),
        CheckConstraint("state IN ('pending', 'listed', 'present', 'refused')", name="state"),
    )

    breakdown_id: Mapped[UUID]
    line: Mapped[int]  # where it stands in what was brought
    cells: Mapped[dict[str, Any]]  # the nine, as they were said
    identity: Mapped[str] = mapped_column(default="")  # a digest of what makes it the same task as another
    level: Mapped[str]
    findings: Mapped[list[Any]]  # [{"column", "level", "message", "en"}]
    state: Mapped[str] = mapped_column(default=PENDING)
    task_id: Mapped[UUID | None]
    said: Mapped[str] = mapped_column(default="")  # why it was refused
