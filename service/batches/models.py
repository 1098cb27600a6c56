"""One verb for many tasks: looked through before it is done, and what became of each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

DRAFT, RUNNING, DONE = "draft", "running", "done"  # the wording group `batch_state`
READY, REFUSED, SAME, CARRIED, FAILED = "ready", "refused", "same", "carried", "failed"  # `batch_row_state`


class Batch(Versioned, TenantOwned, Base):
    """What is to be done to many tasks, by whom it was prepared. Source: dossier 7.6 (预览确认)."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'running', 'done')", name="state"),
        Index("ix_batch_made", "tenant_id", "made_on"),
    )

    verb: Mapped[str]  # of the wording group `batch_verb`
    given: Mapped[dict[str, Any]]  # what the verb is told, the same for all
    state: Mapped[str] = mapped_column(default=DRAFT)
    account_id: Mapped[UUID | None]
    made_by: Mapped[str]
    made_on: Mapped[date]
    job_id: Mapped[UUID | None]


class BatchRow(TenantOwned, Base):
    """One of its tasks: what it alone is told, whether that can be done, and whether it was."""

    __tablename__ = "batch_row"
    __table_args__ = (
        own_key("batch_id", "batch"),
        own_key("task_id", "task"),
        own_unique("batch_id", "line"),
        CheckConstraint("state IN ('ready', 'refused', 'same', 'carried', 'failed')", name="state"),
    )

    batch_id: Mapped[UUID]
    line: Mapped[int]  # where it stood in the list or the sheet
    task_id: Mapped[UUID | None]  # none: the sheet named no task of ours
    given: Mapped[dict[str, Any]]
    state: Mapped[str]
    field: Mapped[str] = mapped_column(default="")  # the column that a refusal is about
    said: Mapped[str] = mapped_column(default="")
    said_en: Mapped[str] = mapped_column(default="")
    article: Mapped[str] = mapped_column(default="")
