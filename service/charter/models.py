"""The versions of the charter, and what the one in force lays down: the units at the table and the duties among them.

A version is a whole document (text.py). Its rows of units, duties and holders are what the other rooms hang their
work on; projection.py brings them to what the text says on the day it takes effect, and nothing else writes them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.charter.text import CharterText
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

DRAFT, IN_REVIEW, APPROVED, IN_FORCE, SUPERSEDED = "draft", "in_review", "approved", "in_force", "superseded"
OPEN = (DRAFT, IN_REVIEW)
SETTLED = (APPROVED, IN_FORCE, SUPERSEDED)


class Charter(Versioned, TenantOwned, Base):
    """One version of a tenant's own rules of its conference.

    In force on a day is the settled version with the latest `effective_from` up to it: exactly one, as no two settled
    ones take effect on one day. Source: seed 末句; dossier 1.1 P1, 1.5 L1.
    """

    __tablename__ = "charter"
    __table_args__ = (
        own_unique("version"),
        CheckConstraint("state IN ('draft', 'in_review', 'approved', 'in_force', 'superseded')", name="state"),
        CheckConstraint("state IN ('draft', 'in_review') OR effective_from IS NOT NULL", name="settled"),
        Index(
            "ux_charter_effective", "tenant_id", "effective_from", unique=True,
            postgresql_where=text("state IN ('approved', 'in_force', 'superseded')"),
        ),
        Index("ux_charter_open", "tenant_id", unique=True, postgresql_where=text("state IN ('draft', 'in_review')")),
        Index("ux_charter_in_force", "tenant_id", unique=True, postgresql_where=text("state = 'in_force'")),
    )  # fmt: skip

    version: Mapped[str]
    state: Mapped[str]
    effective_from: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")  # why this version: a document, a meeting
    remark: Mapped[str] = mapped_column(default="")  # what the convener said when he sent it back
    drafted_by: Mapped[str] = mapped_column(default="")
    submitted_by: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]

    conference_name: Mapped[str]
    leads: Mapped[list[Any]]
    office_host: Mapped[str | None]
    units: Mapped[list[Any]] = mapped_column(deferred=True, deferred_group="text")
    duties: Mapped[list[Any]] = mapped_column(deferred=True, deferred_group="text")
    posts: Mapped[list[Any]]
    rules: Mapped[dict[str, Any]]
    clauses: Mapped[list[Any]] = mapped_column(deferred=True, deferred_group="text")
    basis: Mapped[list[Any]] = mapped_column(deferred=True, deferred_group="text")
    association: Mapped[dict[str, Any]] = mapped_column(deferred=True, deferred_group="text")
    successions: Mapped[list[Any]] = mapped_column(default=list)  # the reforms by which it follows the one before
    template_level: Mapped[str]
    template_version: Mapped[str]

    @property
    def title(self) -> str:
        return self.text.title

    @property
    def text(self) -> CharterText:
        """The document."""
        return CharterText.from_json({field: getattr(self, field) for field in TEXT_FIELDS})

    @text.setter
    def text(self, text: CharterText) -> None:
        for field, value in text.as_json().items():
            if getattr(self, field) != value:
                setattr(self, field, value)


TEXT_FIELDS = tuple(CharterText.__dataclass_fields__)


class Unit(Versioned, TenantOwned, Base):
    """A member unit from the day it joined until the day it left; it stays readable after that.

    Source: seed 二; dossier 1.2 M1.
    """

    __tablename__ = "unit"
    __table_args__ = (
        Index("ux_unit_key", "tenant_id", "key", unique=True, postgresql_where=text("left_on IS NULL")),
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
        Index("ux_duty_code", "tenant_id", "code", unique=True, postgresql_where=text("ended_on IS NULL")),
        CheckConstraint("ended_on >= began_on", name="dates"),
    )

    charter_id: Mapped[UUID]  # the version that gave it its words
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


class UnitSuccession(TenantOwned, Base):
    """What became of a unit on a day: a line for each unit that carries on. Append-only. Source: dossier 2.3."""

    __tablename__ = "unit_succession"
    __table_args__ = (
        own_key("from_unit_id", "unit"),
        own_key("into_unit_id", "unit"),
        own_key("charter_id", "charter"),
        own_unique("charter_id", "from_unit_id", "place"),
        CheckConstraint("kind IN ('merge', 'split', 'rename', 'abolish', 'transfer')", name="kind"),
    )

    from_unit_id: Mapped[UUID]
    into_unit_id: Mapped[UUID | None]  # none: nobody carries on
    kind: Mapped[str]
    on: Mapped[date]
    place: Mapped[int]  # the first carries on in whatever no duty decides
    duties: Mapped[list[Any]]  # codes of the duties that it took over
    charter_id: Mapped[UUID]  # the version that did it
