"""A dispatch before it is sent, and the tasks by which one that came is carried out. The rest is tenants/dispatch.py."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class DispatchDraft(Versioned, TenantOwned, Base):
    """What is to go down, written and approved before it is sent. Source: dossier 1.6 (起草、批准、下发)."""

    __tablename__ = "dispatch_draft"
    __table_args__ = (
        own_key("passes_on_id", "received_dispatch"),
        own_key("dispatch_id", "dispatch"),
        CheckConstraint("kind IN ('task', 'data_request', 'circular')", name="kind"),
        CheckConstraint("state IN ('draft', 'submitted', 'returned', 'sent', 'discarded')", name="state"),
        CheckConstraint("(state = 'sent') = (dispatch_id IS NOT NULL)", name="sent"),
    )

    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    policy_field: Mapped[str] = mapped_column(default="")
    duty: Mapped[str] = mapped_column(default="")  # the code of the sender's own duty that it follows from
    form: Mapped[str] = mapped_column(default="")  # of the result
    questions: Mapped[list[Any]]
    due: Mapped[date | None]
    places: Mapped[list[Any]]  # ids of the receivers
    passes_on_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="draft")
    reason: Mapped[str] = mapped_column(default="")
    written_by: Mapped[str]
    written_on: Mapped[date]
    dispatch_id: Mapped[UUID | None]


class DispatchDraftFile(TenantOwned, Base):
    """A file that goes down with it."""

    __tablename__ = "dispatch_draft_file"
    __table_args__ = (own_key("draft_id", "dispatch_draft"), own_key("file_id", "stored_file"))

    draft_id: Mapped[UUID]
    file_id: Mapped[UUID]


class DispatchTask(TenantOwned, Base):
    """A task of this tenant's own by which it carries out what came from above."""

    __tablename__ = "dispatch_task"
    __table_args__ = (
        own_key("received_dispatch_id", "received_dispatch"),
        own_key("task_id", "task"),
        own_unique("task_id"),
        Index("ix_dispatch_task_received", "tenant_id", "received_dispatch_id"),
    )

    received_dispatch_id: Mapped[UUID]
    task_id: Mapped[UUID]
