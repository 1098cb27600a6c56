"""What is to be talked about: proposed, taken up, put on a meeting's agenda, and concluded."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key


class AgendaItem(TenantOwned, Versioned, Base):
    """One item, in the backlog or on a meeting's agenda. Source: seed 三, 四(二); dossier 1.4 R2, 2.2 (议题征集)."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("unit_id", "unit"),
        own_key("carried_to_id", "agenda_item"),
        CheckConstraint("kind IN ('study', 'progress', 'plan', 'other')", name="kind"),
        CheckConstraint("origin IN ('unit', 'office', 'matter', 'carried')", name="origin"),
        CheckConstraint("state IN ('proposed', 'accepted', 'returned', 'withdrawn')", name="state"),
        CheckConstraint("outcome IN ('passed', 'not_passed', 'again', 'noted')", name="outcome"),
        Index("ix_agenda_item_meeting", "tenant_id", "meeting_id", "position"),
    )

    meeting_id: Mapped[UUID | None]  # none: it lies in the backlog
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    kind: Mapped[str]  # named in `agenda_type`
    minutes: Mapped[int | None]
    presenter: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[UUID | None]  # who proposed it
    origin: Mapped[str]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="proposed")
    reason: Mapped[str] = mapped_column(default="")  # why it was returned or withdrawn
    late: Mapped[bool] = mapped_column(default=False)  # it came after the call's deadline
    outcome: Mapped[str | None]
    outcome_text: Mapped[str] = mapped_column(default="")
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_abstained: Mapped[int | None]
    concluded_at: Mapped[datetime | None]
    carried_to_id: Mapped[UUID | None]  # the item on a later meeting that takes it up again
