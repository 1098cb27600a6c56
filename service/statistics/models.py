"""What the office writes beside a period's figures before it publishes them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_unique


class PeriodDraft(TenantOwned, Versioned, Base):
    """The words to go up with a period's figures: one row a period, kept until and after publication.

    Source: seed 四(一), 四(五): experience, prominent problems, suggestions for the next steps.
    """

    __tablename__ = "period_draft"
    __table_args__ = (own_unique("period"),)

    period: Mapped[str]
    experience: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    suggestion: Mapped[str] = mapped_column(default="")
