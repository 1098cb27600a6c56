"""Who holds which post of the conference, from when to when. Rights hang on posts, never on names."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from tenants.db import Base, TenantOwned, Versioned, own_key


class Person(Versioned, TenantOwned, Base):
    """An official as the directory knows him: name, title, rank, and a number that is shown masked."""

    __tablename__ = "person"
    __table_args__ = (own_key("unit_id", "unit"),)

    name: Mapped[str]
    title: Mapped[str]
    rank: Mapped[str]
    mobile: Mapped[str]
    unit_id: Mapped[UUID | None]  # none: from the government itself


class Appointment(Versioned, TenantOwned, Base):
    """A person in a post of the conference. At most one stands open for each post. Source: dossier 1.2 M2, M7."""

    __tablename__ = "appointment"
    __table_args__ = (
        own_key("person_id", "person"),
        own_key("unit_id", "unit"),
        Index("ux_appointment_open", "tenant_id", "post", unique=True, postgresql_where=text("to_date IS NULL")),
        CheckConstraint("to_date >= from_date", name="dates"),
    )

    post: Mapped[str]  # the place at the table: role, unit or organ, number; rules.Post spells it
    role: Mapped[str]
    unit_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    from_date: Mapped[date]
    to_date: Mapped[date | None]  # the last day in office
    basis: Mapped[str]

    def in_office(self, on: date) -> bool:
        """Whether the person holds the post that day."""
        return self.from_date <= on and (self.to_date is None or on <= self.to_date)
