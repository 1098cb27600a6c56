"""Policy documents, the measures that carry them out, and legislation and standards in the making."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class PolicyDocument(Versioned, TenantOwned, Base):
    """A policy document of the state, the province, the city or the county. Source: seed 一; dossier 1.1 D1."""

    __tablename__ = "policy_document"
    __table_args__ = (
        own_unique("title", "number"),
        own_key("file_id", "stored_file"),
        CheckConstraint("level IN ('state', 'province', 'city', 'county')", name="level"),
    )

    level: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    issued_on: Mapped[date]
    title: Mapped[str]
    summary: Mapped[str]
    file_id: Mapped[UUID | None]
    recorded_on: Mapped[date]
    recorded_by: Mapped[str]


class Measure(Versioned, TenantOwned, Base):
    """What a unit does of its own to carry a policy out. Source: seed 一 (五个方面); dossier 1.1 D5, 1.4."""

    __tablename__ = "measure"
    __table_args__ = (
        own_key("policy_document_id", "policy_document"),
        own_key("unit_id", "unit"),
        CheckConstraint("state IN ('planned', 'issued', 'ended')", name="state"),
        Index("ix_measure_policy_document", "tenant_id", "policy_document_id"),
    )

    policy_document_id: Mapped[UUID | None]  # none: a measure of the unit's own accord
    unit_id: Mapped[UUID]
    policy_field: Mapped[str]
    own_field: Mapped[str] = mapped_column(default="")  # what the place itself calls the field
    content: Mapped[str]
    recorded_on: Mapped[date]
    recorded_by: Mapped[str]
    state: Mapped[str] = mapped_column(default="planned")
    issued_as: Mapped[str] = mapped_column(default="")  # the paper by which it was put out
    issued_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_why: Mapped[str] = mapped_column(default="")


class MeasureTask(TenantOwned, Base):
    """A task that carries a measure out."""

    __tablename__ = "measure_task"
    __table_args__ = (
        own_key("measure_id", "measure"),
        own_key("task_id", "task"),
        own_unique("measure_id", "task_id"),
        Index("ix_measure_task_task", "tenant_id", "task_id"),
    )

    measure_id: Mapped[UUID]
    task_id: Mapped[UUID]


class Instrument(Versioned, TenantOwned, Base):
    """A law, a rule or a standard in the making. Source: seed 一; dossier 1.1 D3, D6."""

    __tablename__ = "instrument"
    __table_args__ = (
        own_key("unit_id", "unit"),
        CheckConstraint("kind IN ('legislation', 'standard')", name="kind"),
        CheckConstraint(
            "state IN ('begun', 'drafting', 'consulting', 'reviewing', 'published', 'dropped')", name="state"
        ),
    )

    kind: Mapped[str]
    type: Mapped[str]
    title: Mapped[str]
    code: Mapped[str] = mapped_column(default="")  # the number that it bears once published
    unit_id: Mapped[UUID]
    drafter: Mapped[str]
    state: Mapped[str] = mapped_column(default="begun")


class InstrumentStage(TenantOwned, Base):
    """A stage that it reached that day. Append-only."""

    __tablename__ = "instrument_stage"
    __table_args__ = (
        own_key("instrument_id", "instrument"),
        Index("ix_instrument_stage_instrument", "tenant_id", "instrument_id", "reached_on"),
    )

    instrument_id: Mapped[UUID]
    state: Mapped[str]
    reached_on: Mapped[date]
    text: Mapped[str]
    by: Mapped[str]
