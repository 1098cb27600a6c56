"""What each unit owes the office: its plan, its progress, its summary."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class Obligation(TenantOwned, Versioned, Base):
    """One thing one unit owes for one period. Source: seed 四(四); dossier 1.4 R4."""

    __tablename__ = "obligation"
    __table_args__ = (
        own_key("unit_id", "unit"),
        own_unique("unit_id", "kind", "period"),
        CheckConstraint("kind IN ('plan', 'progress', 'annual_summary')", name="kind"),
        CheckConstraint("state IN ('owed', 'filed', 'returned', 'passed', 'exempt')", name="state"),
        Index("ix_obligation_due", "tenant_id", "due"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    period: Mapped[str]
    due: Mapped[date]
    state: Mapped[str] = mapped_column(default="owed")
    filed_on: Mapped[date | None]  # the first time: what timeliness looks at
    text: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
