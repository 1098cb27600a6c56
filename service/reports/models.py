"""Snapshots are frozen; a report rests on one and is signed once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

STATES = ("draft", "signed")  # named in the wording group `report_state`


class Snapshot(TenantOwned, Base):
    """What had been published up for a period at one moment, numbered and hashed. Never changed.

    Source: dossier 6, roll-up rule 4.
    """

    __tablename__ = "snapshot"
    __table_args__ = (own_unique("number"), own_unique("period", "serial"))

    number: Mapped[str]  # S-2026Q3-001
    period: Mapped[str]
    serial: Mapped[int]
    cutoff: Mapped[date]
    rules: Mapped[str]  # the version of the formulas
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    taken_by: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Report(TenantOwned, Versioned, Base):
    """A periodic report to the government, drafted on a snapshot and signed by the convener.

    Source: seed 四(一).
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'signed')", name="state"),
        own_key("snapshot_id", "snapshot"),
        own_unique("document_number"),
        Index("ix_report_period", "tenant_id", "period"),
    )

    period: Mapped[str]
    snapshot_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default="draft")
    parts: Mapped[dict[str, Any]]
    signer: Mapped[str | None]
    document_number: Mapped[str | None]
    document_date: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
