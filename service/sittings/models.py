"""What is written down while a meeting sits: its sign-in code, when each item was talked about, every version of a note."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.sittings.rules import Span, Version
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class SignInCode(TenantOwned, Versioned, Base):
    """The code by which people sign in to one meeting; closed, it opens nothing."""

    __tablename__ = "sign_in_code"
    __table_args__ = (own_key("meeting_id", "meeting"), own_unique("meeting_id"))

    meeting_id: Mapped[UUID]
    code: Mapped[str]
    open: Mapped[bool] = mapped_column(default=True)
    renewed_at: Mapped[datetime]


class AgendaRun(TenantOwned, Base):
    """A stretch of time in which an item was talked about; of one meeting at most one is running."""

    __tablename__ = "agenda_run"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("agenda_item_id", "agenda_item"),
        CheckConstraint("stopped_at >= started_at", name="times"),
        Index(
            "uq_agenda_run_running", "tenant_id", "meeting_id", unique=True, postgresql_where=text("stopped_at IS NULL")
        ),
    )

    meeting_id: Mapped[UUID]
    agenda_item_id: Mapped[UUID]
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    def as_span(self) -> Span:
        return Span(self.started_at, self.stopped_at)


class SittingNote(TenantOwned, Base):
    """One version of a note on an item, or on the whole meeting; it is never changed and never deleted.

    `write_id` is the writer's own name for the act of writing: sent twice, it is kept once.
    """

    __tablename__ = "sitting_note"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("agenda_item_id", "agenda_item"),
        own_unique("meeting_id", "write_id"),
        Index(
            "uq_sitting_note_revision",
            "tenant_id",
            "meeting_id",
            "agenda_item_id",
            "revision",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    meeting_id: Mapped[UUID]
    agenda_item_id: Mapped[UUID | None]  # none: of the whole meeting
    revision: Mapped[int]
    text: Mapped[str]
    base: Mapped[int]  # the version that it was written upon
    aside: Mapped[bool]
    settles: Mapped[int | None]
    write_id: Mapped[str]
    said_by: Mapped[str]
    account_id: Mapped[UUID | None]
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())

    def as_version(self) -> Version:
        return Version(self.revision, self.text, self.aside, self.settles)
