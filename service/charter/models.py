"""The charter in force, the units that sit at the table, and the duties divided among them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

IN_FORCE = "in_force"


class Charter(Versioned, TenantOwned, Base):
    """A tenant's own rules of its conference; one version of them is in force on any day.

    `clauses` holds the text as it was copied, `rules` the values of the working rules by key, `posts` which post
    fills which seat of the conference. Source: seed 末句; dossier 1.1 P1, 1.5 L1.
    """

    __tablename__ = "charter"
    __table_args__ = (
        own_key("office_host_id", "unit"),
        own_unique("version"),
        CheckConstraint("state IN ('draft', 'in_review', 'in_force', 'superseded', 'repealed')", name="state"),
        CheckConstraint("effective_to >= effective_from", name="dates"),
        Index("ux_charter_in_force", "tenant_id", unique=True, postgresql_where=text("state = 'in_force'")),
    )

    title: Mapped[str]
    conference_name: Mapped[str]
    version: Mapped[str]
    basis: Mapped[list[Any]]
    template_level: Mapped[str]
    template_version: Mapped[str]
    state: Mapped[str] = mapped_column(default=IN_FORCE)
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    office_host_id: Mapped[UUID | None]
    posts: Mapped[list[Any]]
    association: Mapped[dict[str, Any]]
    rules: Mapped[dict[str, Any]]
    clauses: Mapped[list[Any]]


class Unit(Versioned, TenantOwned, Base):
    """A member unit from the day it joined until the day it left; it stays readable after that.

    Source: seed 二; dossier 1.2 M1.
    """

    __tablename__ = "unit"
    __table_args__ = (
        own_unique("key"),
        CheckConstraint("left_on >= joined_on", name="dates"),
    )

    key: Mapped[str]
    name: Mapped[str]
    category: Mapped[str]
    position: Mapped[int]
    is_lead: Mapped[bool]
    source: Mapped[str]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]  # the first day on which it is no member any more
    left_basis: Mapped[str | None]

    def member_on(self, on: date) -> bool:
        """Whether the unit sits at the table that day."""
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


class Duty(Versioned, TenantOwned, Base):
    """One responsibility that the charter gives to one or several units. Source: seed 三; dossier 1.3."""

    __tablename__ = "duty"
    __table_args__ = (
        own_key("charter_id", "charter"),
        Index(
            "ux_duty_code", "tenant_id", "charter_id", "code", unique=True, postgresql_where=text("ended_on IS NULL")
        ),
        CheckConstraint("ended_on >= began_on", name="dates"),
    )

    charter_id: Mapped[UUID]
    code: Mapped[str]
    text: Mapped[str]
    policy_field: Mapped[str]
    source: Mapped[str]
    position: Mapped[int]
    began_on: Mapped[date]
    ended_on: Mapped[date | None]  # the first day on which nobody owes it any more

    def due_on(self, on: date) -> bool:
        """Whether the duty stands that day."""
        return self.began_on <= on and (self.ended_on is None or on < self.ended_on)


class DutyHolder(TenantOwned, Base):
    """A unit that holds a duty, in a grade; `joint` where several hold it together in one grade."""

    __tablename__ = "duty_holder"
    __table_args__ = (
        own_key("duty_id", "duty"),
        own_key("unit_id", "unit"),
        own_unique("duty_id", "unit_id"),
        Index("ix_duty_holder_unit", "tenant_id", "unit_id"),
        CheckConstraint("grade IN ('lead', 'coordinate', 'assist', 'cooperate')", name="grade"),
    )

    duty_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    grade: Mapped[str]
    joint: Mapped[bool]
