"""Orders, what became of them, the reminders beside them, and the last number given in a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.supervision.rules import INSIDE, PREPARED, RUNNING, SUBJECTS
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique

COLUMNS = tuple(f"{kind}_id" for kind in SUBJECTS)
REMINDED = tuple(f"{kind}_id" for kind in INSIDE)


def _one_of(columns: tuple[str, ...]) -> str:
    return f"num_nonnulls({', '.join(columns)}) = 1"


def _among(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


def _once() -> list[Index]:
    """一事一单: of one matter one order is prepared and one runs at most. Source: dossier 2.2."""
    return [
        Index(
            f"ux_supervision_order_{column[:-3]}_{phase}",
            "tenant_id",
            column,
            unique=True,
            postgresql_where=text(_among(states)),
        )
        for column in COLUMNS
        for phase, states in (("prepared", PREPARED), ("running", RUNNING))
    ]


class Concerning:
    """About one task, one agreed item, one thing owed, or one thing that a place below was dispatched."""

    task_id: Mapped[UUID | None]
    resolution_id: Mapped[UUID | None]
    obligation_id: Mapped[UUID | None]

    @property
    def subject(self) -> tuple[str, UUID]:
        """What kind of thing it is about, and which."""
        return next((kind, one) for kind in SUBJECTS if (one := getattr(self, f"{kind}_id", None)) is not None)


class SupervisionOrder(Concerning, TenantOwned, Versioned, Base):
    """督办单: one matter, one order, to one unit or to one place below. Source: dossier 1.1 D9, 2.2 (一事一单)."""

    __tablename__ = "supervision_order"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("resolution_id", "resolution"),
        own_key("obligation_id", "obligation"),
        own_key("dispatch_place_id", "dispatch_place"),
        own_key("unit_id", "unit"),
        own_key("sent_id", "dispatch"),
        own_key("charter_id", "charter"),
        own_key("before_id", "supervision_order"),
        own_key("first_id", "supervision_order"),
        own_unique("year", "serial"),
        CheckConstraint(_one_of(COLUMNS), name="one_subject"),
        CheckConstraint("(unit_id IS NULL) = (dispatch_place_id IS NOT NULL)", name="addressee"),
        CheckConstraint("level IN ('blue', 'yellow', 'orange', 'red')", name="level"),
        CheckConstraint(
            "state IN ('draft', 'signed', 'served', 'acknowledged', 'answered', 'returned', 'accepted', 'closed',"
            " 'escalated', 'withdrawn')",
            name="state",
        ),
        CheckConstraint("(serial IS NULL) = (served_on IS NULL)", name="numbered"),
        *_once(),
        Index("ix_supervision_order_state", "tenant_id", "state", "due"),
        Index("ix_supervision_order_unit", "tenant_id", "unit_id", "state"),
        Index("ix_supervision_order_first", "tenant_id", "first_id"),
    )

    dispatch_place_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]  # none: it goes to a place below
    addressee: Mapped[str]  # as it was called that day
    sent_id: Mapped[UUID | None]  # the dispatch in which it went down
    taken: Mapped[int] = mapped_column(default=0)  # how many answers of the place below were taken up
    charter_id: Mapped[UUID]  # the version whose ladder it stands on
    level: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")  # rules.ORDER
    why: Mapped[str]  # named in `supervision_why`
    urgent: Mapped[str] = mapped_column(default="")  # why a higher level at once
    title: Mapped[str]  # the matter as it was called
    since: Mapped[date]  # by when it was to be done: late since then
    findings: Mapped[str]
    basis: Mapped[str]
    demand: Mapped[str]
    due: Mapped[date]
    copies: Mapped[str] = mapped_column(default="")
    before_id: Mapped[UUID | None]  # the order that it escalates
    first_id: Mapped[UUID | None]  # the first of its chain; none: itself
    drafted_by: Mapped[str]
    drafted_on: Mapped[date]
    signed_by: Mapped[str] = mapped_column(default="")
    signed_as: Mapped[str] = mapped_column(default="")  # the post under which it was signed, in words
    signed_on: Mapped[date | None]
    year: Mapped[int | None]
    serial: Mapped[int | None]
    number: Mapped[str] = mapped_column(default="")
    served_by: Mapped[str] = mapped_column(default="")
    served_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    acknowledged_by: Mapped[str] = mapped_column(default="")
    acknowledged_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")
    answered_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")  # why an answer was returned, or the order withdrawn
    ended_on: Mapped[date | None]
    settled_on: Mapped[date | None]  # the day on which the matter itself was done, or the order closed

    @property
    def chain(self) -> UUID:
        return self.first_id or self.id


class SupervisionEvent(TenantOwned, Base):
    """One line of an order's history. Append-only."""

    __tablename__ = "supervision_event"
    __table_args__ = (
        own_key("supervision_order_id", "supervision_order"),
        Index("ix_supervision_event_order", "tenant_id", "supervision_order_id", "id"),
    )

    supervision_order_id: Mapped[UUID]
    verb: Mapped[str]  # named in `supervision_verb`
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[str]
    text: Mapped[str] = mapped_column(default="")


class SupervisionReminder(Concerning, TenantOwned, Base):
    """催办: who reminded which unit of what, and when. Append-only. Source: dossier 2.2, 2.4 (仅催办)."""

    __tablename__ = "supervision_reminder"
    __table_args__ = (
        own_key("task_id", "task"),
        own_key("resolution_id", "resolution"),
        own_key("obligation_id", "obligation"),
        own_key("unit_id", "unit"),
        CheckConstraint(_one_of(REMINDED), name="one_subject"),
        *(Index(f"ix_supervision_reminder_{column[:-3]}", "tenant_id", column) for column in REMINDED),
    )

    unit_id: Mapped[UUID]
    addressee: Mapped[str]
    title: Mapped[str]
    since: Mapped[date]
    text: Mapped[str]
    by: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class SupervisionSeries(TenantOwned, Base):
    """The last number given in a year; whoever gives the next one holds this row. Source: dossier 3.7 (连续、唯一)."""

    __tablename__ = "supervision_series"
    __table_args__ = (own_unique("year"),)

    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


def pointing(kind: str, subject_id: UUID) -> dict[str, Any]:
    """The columns that point at that thing."""
    return {f"{kind}_id": subject_id}
