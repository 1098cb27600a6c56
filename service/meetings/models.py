"""Meetings that were held, who came, and what was agreed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class Meeting(TenantOwned, Versioned, Base):
    """A meeting on record. Source: seed 四(二), 四(三)."""

    __tablename__ = "meeting"
    __table_args__ = (
        own_key("charter_id", "charter"),
        CheckConstraint("kind IN ('plenary', 'special', 'liaison', 'own')", name="kind"),
        Index("ix_meeting_held", "tenant_id", "held_on"),
    )

    kind: Mapped[str]
    own_kind: Mapped[str] = mapped_column(default="")  # the name of a kind that only this charter knows
    title: Mapped[str]
    charter_id: Mapped[UUID]  # the version under which it was held
    held_on: Mapped[date]
    chair: Mapped[str]
    chair_post: Mapped[str]  # one that the charter lets chair; named in `chair_post`; empty in the oldest rows
    chair_basis: Mapped[str] = mapped_column(default="")  # the delegation of who chairs in another's place
    summary: Mapped[str] = mapped_column(default="")
    excess_reason: Mapped[str] = mapped_column(default="")
    departure_reason: Mapped[str] = mapped_column(default="")  # why it was held otherwise than the charter asks
    minutes_sent_on: Mapped[date | None]  # to the units that attended, to be countersigned
    minutes_signed_on: Mapped[date | None]


class Attendance(TenantOwned, Base):
    """How a unit was at a meeting: present, by proxy, on leave, or not called to it."""

    __tablename__ = "attendance"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("unit_id", "unit"),
        own_unique("meeting_id", "unit_id"),
        CheckConstraint("mode IN ('present', 'proxy', 'leave', 'not_called')", name="mode"),
    )

    meeting_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    mode: Mapped[str]


class Countersignature(TenantOwned, Versioned, Base):
    """What a unit that attended says of the minutes before they are signed. Source: dossier 2.1, 2.2 (会签)."""

    __tablename__ = "countersignature"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("unit_id", "unit"),
        own_unique("meeting_id", "unit_id"),
        CheckConstraint("opinion IN ('agree', 'amend')", name="opinion"),
    )

    meeting_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    opinion: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    said_by: Mapped[str]
    said_on: Mapped[date]


class Resolution(TenantOwned, Versioned, Base):
    """An agreed item: what, who leads, by when. Informational ones (原则同意、继续研究) are not counted."""

    __tablename__ = "resolution"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("lead_unit_id", "unit"),
        Index("ix_resolution_meeting", "tenant_id", "meeting_id"),
    )

    meeting_id: Mapped[UUID]
    text: Mapped[str]
    lead_unit_id: Mapped[UUID]
    due: Mapped[date]
    done_on: Mapped[date | None]
    informational: Mapped[bool] = mapped_column(default=False)
