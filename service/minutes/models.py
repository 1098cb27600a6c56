"""Minutes, what was said of them, and the register of their numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.minutes.rules import LOCKED, Passage
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class Minutes(TenantOwned, Versioned, Base):
    """纪要 of a meeting, or a correction (更正件) of published ones: a document of its own.

    `passages` is the text, `sha256` its hash: what is confirmed and signed. Once published, `content` is all that the
    document prints and `content_sha256` its hash; nothing changes it. Source: dossier 1.4 R2 (产出), 3.5.
    """

    __tablename__ = "minutes"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("corrects_id", "minutes"),
        CheckConstraint(
            "state IN ('draft', 'circulated', 'countersigning', 'signed', 'numbered', 'published')", name="state"
        ),
        CheckConstraint(
            "(state IN ('signed', 'numbered', 'published')) = (signed_on IS NOT NULL)",
            name="signed",
        ),
        CheckConstraint("(state IN ('numbered', 'published')) = (number IS NOT NULL)", name="numbered"),
        CheckConstraint(
            "(state = 'published') = (content IS NOT NULL AND content_sha256 IS NOT NULL AND published_on IS NOT NULL)",
            name="published",
        ),
        Index(
            "uq_minutes_original", "tenant_id", "meeting_id", unique=True, postgresql_where=text("corrects_id IS NULL")
        ),
        Index("ix_minutes_state", "tenant_id", "state"),
    )

    meeting_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="draft")
    title: Mapped[str]
    passages: Mapped[list[Any]]  # [{"key", "text"}]
    changes: Mapped[list[Any]]  # what a correction changes of agreed items: [{"resolution_id", "lead_unit_id", "due"}]
    reason: Mapped[str] = mapped_column(default="")  # why it corrects
    sha256: Mapped[str]
    drafted_by: Mapped[str]
    drafted_on: Mapped[date]
    circulated_on: Mapped[date | None]  # the day on which the present text was sent to be confirmed
    countersign_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    signed_by: Mapped[str] = mapped_column(default="")
    number: Mapped[str | None]
    published_on: Mapped[date | None]
    published_by: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any] | None]
    content_sha256: Mapped[str | None]

    @property
    def text(self) -> list[Passage]:
        """The text as values."""
        return [Passage(one["key"], one["text"]) for one in self.passages]

    @property
    def locked(self) -> bool:
        """Whether the text stands for good."""
        return self.state in LOCKED


class Confirmation(TenantOwned, Versioned, Base):
    """What somebody who was there says of one text of the minutes. Source: dossier 1.6 (签发纪要：核对).

    `party` is the attendee, or the unit where the meeting was put on record without names.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        own_key("minutes_id", "minutes"),
        own_key("attendee_id", "attendee"),
        own_key("unit_id", "unit"),
        own_unique("minutes_id", "party", "sha256"),
        CheckConstraint("opinion IN ('agree', 'amend')", name="opinion"),
    )

    minutes_id: Mapped[UUID]
    party: Mapped[UUID]
    attendee_id: Mapped[UUID | None]
    unit_id: Mapped[UUID]
    sha256: Mapped[str]
    opinion: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    said_by: Mapped[str]
    said_on: Mapped[date]
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answer: Mapped[str] = mapped_column(default="")  # why an amendment was not taken up
    answered_by: Mapped[str] = mapped_column(default="")


class Countersignature(TenantOwned, Versioned, Base):
    """What a unit that attended says of the minutes before they are signed. Source: dossier 2.1, 2.2 (会签)."""

    __tablename__ = "countersignature"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("minutes_id", "minutes"),
        own_key("unit_id", "unit"),
        own_unique("minutes_id", "unit_id", "sha256"),
        CheckConstraint("opinion IN ('agree', 'amend')", name="opinion"),
        Index("ix_countersignature_meeting", "tenant_id", "meeting_id"),
    )

    meeting_id: Mapped[UUID]
    minutes_id: Mapped[UUID | None]  # none: said before the text was kept here
    unit_id: Mapped[UUID]
    sha256: Mapped[str] = mapped_column(default="")
    opinion: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    said_by: Mapped[str]
    said_on: Mapped[date]


class MinutesSeries(TenantOwned, Base):
    """The last number given in a series and year; whoever gives the next one holds this row."""

    __tablename__ = "minutes_series"
    __table_args__ = (own_unique("series", "year"),)

    series: Mapped[str]
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class MinutesNumber(TenantOwned, Base):
    """The register: every number that was given, without gaps; a void one stays with its reason. Source: dossier 3.7."""

    __tablename__ = "minutes_number"
    __table_args__ = (
        own_key("minutes_id", "minutes"),
        own_unique("series", "year", "serial"),
        Index("ix_minutes_number_minutes", "tenant_id", "minutes_id"),
    )

    series: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    minutes_id: Mapped[UUID]
    given_on: Mapped[date]
    given_by: Mapped[str]
    voided_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")


class PlanAgreement(TenantOwned, Base):
    """The agreed item that agreed a plan. Source: dossier 1.1 D8."""

    __tablename__ = "plan_agreement"
    __table_args__ = (
        own_key("plan_id", "plan"),
        own_key("resolution_id", "resolution"),
        own_unique("plan_id"),
        Index("ix_plan_agreement_resolution", "tenant_id", "resolution_id"),
    )

    plan_id: Mapped[UUID]
    resolution_id: Mapped[UUID]
    linked_on: Mapped[date]
    linked_by: Mapped[str]
