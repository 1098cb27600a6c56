"""The days on which a place rests or works otherwise than the country does."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from tenants.db import Base, TenantOwned, own_unique


class CalendarDay(TenantOwned, Base):
    """A day that the place set itself, by the paper that says so: it stands before what was announced."""

    __tablename__ = "calendar_day"
    __table_args__ = (own_unique("day"), CheckConstraint("kind IN ('holiday', 'makeup')", name="kind"))

    day: Mapped[date]
    kind: Mapped[str]
    name: Mapped[str]
    basis: Mapped[str]
