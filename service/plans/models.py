"""The year's plan: what the plenary agreed to do."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_unique


class Plan(TenantOwned, Versioned, Base):
    """An annual plan: drafted by the office, agreed by the conference. Source: seed 四(二); dossier 1.1 D8."""

    __tablename__ = "plan"
    __table_args__ = (own_unique("year"), CheckConstraint("state IN ('draft', 'agreed')", name="state"))

    year: Mapped[int]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    agreed_on: Mapped[date | None]
