"""The year's plan: what the conference means to do."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.plans.rules import DRAFT
from tenants.db import Base, TenantOwned, Versioned, own_unique


class Plan(Versioned, TenantOwned, Base):
    """An annual plan: drafted by the office, agreed by the conference, filed when its year is over.

    Source: seed 四(二) (议定年度工作计划); dossier 1.1 D8.
    """

    __tablename__ = "plan"
    __table_args__ = (
        own_unique("year"),
        CheckConstraint("state IN ('draft', 'approved', 'closed')", name="state"),
        CheckConstraint("(state = 'draft') = (agreed_on IS NULL)", name="agreed"),
    )

    year: Mapped[int]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=DRAFT)
    agreed_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(default="")  # the meeting or paper it was agreed by
    closed_on: Mapped[date | None]
