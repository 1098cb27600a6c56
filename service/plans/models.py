"""What the conference means to do, and what each unit means to do of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from service.plans.rules import ANNUAL, DRAFT, Span
from tenants.db import Base, TenantOwned, Versioned, own_key


class Plan(Versioned, TenantOwned, Base):
    """A plan: long-term, of a year, of a phase, or a unit's own; filed when its time is over.

    "The plan of the year" is the annual one; the figures of progress count its tasks only.
    Source: seed 四(二), 四(四); dossier 1.1 D4, D8, 6 (T).
    """

    __tablename__ = "plan"
    __table_args__ = (
        own_key("unit_id", "unit"),
        own_key("parent_id", "plan"),
        CheckConstraint("kind IN ('annual', 'long_term', 'phase', 'unit')", name="kind"),
        CheckConstraint("state IN ('draft', 'submitted', 'approved', 'closed')", name="state"),
        CheckConstraint("(kind = 'unit') = (unit_id IS NOT NULL)", name="unit"),
        CheckConstraint("state <> 'submitted' OR kind = 'unit'", name="submitted"),
        CheckConstraint("(state IN ('draft', 'submitted')) = (agreed_on IS NULL)", name="agreed"),
        CheckConstraint("begins <= ends", name="span"),
        Index("uq_plan_annual", "tenant_id", "year", unique=True, postgresql_where=sql("kind = 'annual'")),
        Index("uq_plan_unit", "tenant_id", "unit_id", "year", unique=True, postgresql_where=sql("kind = 'unit'")),
        Index("ix_plan_parent", "tenant_id", "parent_id"),
    )

    kind: Mapped[str] = mapped_column(default=ANNUAL)
    year: Mapped[int]  # in which it begins; for all but long-term plans the one it runs in
    begins: Mapped[date]
    ends: Mapped[date]
    unit_id: Mapped[UUID | None]
    parent_id: Mapped[UUID | None]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")  # the key points (工作要点) that it is broken down from, line by line
    state: Mapped[str] = mapped_column(default=DRAFT)
    agreed_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(default="")  # the meeting or paper it was agreed by
    opinion: Mapped[str] = mapped_column(default="")  # what the development and reform department says of it
    remark: Mapped[str] = mapped_column(default="")  # why the office sent it back
    closed_on: Mapped[date | None]

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.kind, self.begins, self.ends)

    @property
    def named(self) -> str:
        """The plan in a list of choices: its title, led by its year where the title does not say it."""
        return self.title if str(self.year) in self.title else f"{self.year}年 {self.title}"

    @property
    def takes_tasks(self) -> bool:
        """Whether tasks may still be listed in it."""
        return self.kind != "long_term" and self.state != "closed"
