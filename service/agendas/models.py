"""What is to be talked about: called for, proposed, taken up, put on a meeting's agenda with its papers, and concluded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class AgendaItem(TenantOwned, Versioned, Base):
    """One item, in the backlog or on a meeting's agenda. Source: seed 三, 四(二); dossier 1.4 R2, 2.2 (议题征集)."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("for_meeting_id", "meeting"),
        own_key("unit_id", "unit"),
        own_key("carried_to_id", "agenda_item"),
        CheckConstraint("kind IN ('study', 'progress', 'plan', 'other')", name="kind"),
        CheckConstraint("origin IN ('unit', 'office', 'matter', 'carried')", name="origin"),
        CheckConstraint("state IN ('proposed', 'accepted', 'returned', 'withdrawn')", name="state"),
        CheckConstraint("outcome IN ('passed', 'not_passed', 'again', 'noted')", name="outcome"),
        CheckConstraint("meeting_id IS NULL OR state = 'accepted'", name="on_agenda"),
        Index("ix_agenda_item_meeting", "tenant_id", "meeting_id", "position"),
        Index("ix_agenda_item_state", "tenant_id", "state"),
    )

    meeting_id: Mapped[UUID | None]  # it is on that meeting's agenda; none: it lies in the backlog
    for_meeting_id: Mapped[UUID | None]  # the meeting it was proposed for, whatever the office made of it
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    kind: Mapped[str]  # named in `agenda_type`
    minutes: Mapped[int | None]
    presenter: Mapped[str] = mapped_column(default="")
    grounds: Mapped[str] = mapped_column(default="")  # why it should be talked about
    unit_id: Mapped[UUID | None]  # who proposed it
    origin: Mapped[str]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="proposed")
    reason: Mapped[str] = mapped_column(default="")  # why it was returned or withdrawn
    late: Mapped[bool] = mapped_column(default=False)  # it came after the call's deadline
    outcome: Mapped[str | None]
    outcome_text: Mapped[str] = mapped_column(default="")
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_abstained: Mapped[int | None]
    concluded_at: Mapped[datetime | None]
    carried_to_id: Mapped[UUID | None]  # the item on a later meeting that takes it up again


class AgendaCall(TenantOwned, Versioned, Base):
    """The units are asked what they want on a meeting's agenda, by a day. Source: dossier 2.2 (议题征集)."""

    __tablename__ = "agenda_call"
    __table_args__ = (own_key("meeting_id", "meeting"), own_unique("meeting_id"))

    meeting_id: Mapped[UUID]
    due: Mapped[date]
    computed: Mapped[date | None]  # what the charter's rule gives; another day has a reason
    rule: Mapped[str] = mapped_column(default="")  # the working rule by which it was computed
    reason: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    called_on: Mapped[date]
    called_by: Mapped[str]


class AgendaCallUnit(TenantOwned, Base):
    """A unit that is asked."""

    __tablename__ = "agenda_call_unit"
    __table_args__ = (own_key("call_id", "agenda_call"), own_key("unit_id", "unit"), own_unique("call_id", "unit_id"))

    call_id: Mapped[UUID]
    unit_id: Mapped[UUID]


class AgendaPaper(TenantOwned, Versioned, Base):
    """A paper of an item; who may read it besides the office and who proposed the item."""

    __tablename__ = "agenda_paper"
    __table_args__ = (
        own_key("item_id", "agenda_item"),
        CheckConstraint("access IN ('attendees', 'units', 'office')", name="access"),
        Index("ix_agenda_paper_item", "tenant_id", "item_id"),
    )

    item_id: Mapped[UUID]
    title: Mapped[str]
    access: Mapped[str] = mapped_column(default="attendees")  # named in `paper_access`


class AgendaPaperUnit(TenantOwned, Base):
    """A unit that may read a paper which only units named may read."""

    __tablename__ = "agenda_paper_unit"
    __table_args__ = (
        own_key("paper_id", "agenda_paper"),
        own_key("unit_id", "unit"),
        own_unique("paper_id", "unit_id"),
    )

    paper_id: Mapped[UUID]
    unit_id: Mapped[UUID]


class AgendaPaperVersion(TenantOwned, Base):
    """A paper as it was uploaded, the first time or again; earlier ones stay."""

    __tablename__ = "agenda_paper_version"
    __table_args__ = (
        own_key("paper_id", "agenda_paper"),
        own_key("file_id", "stored_file"),
        own_unique("paper_id", "number"),
    )

    paper_id: Mapped[UUID]
    number: Mapped[int]
    file_id: Mapped[UUID]


class AgendaVersion(TenantOwned, Base):
    """A meeting's agenda as it was settled, word for word; never changed."""

    __tablename__ = "agenda_version"
    __table_args__ = (own_key("meeting_id", "meeting"), own_unique("meeting_id", "number"))

    meeting_id: Mapped[UUID]
    number: Mapped[int]
    lines: Mapped[list[Any]]  # comparison.Line, in order
    reason: Mapped[str] = mapped_column(default="")  # what changed, where it changed after the notice
    after_notice: Mapped[bool] = mapped_column(default=False)
    settled_by: Mapped[str]
    settled_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ItemForward(TenantOwned, Versioned, Base):
    """An item that others deal with (a unit, the level above, another body), and what they made of it."""

    __tablename__ = "item_forward"
    __table_args__ = (own_key("item_id", "agenda_item"), own_key("unit_id", "unit"))

    item_id: Mapped[UUID]
    forwarded_to: Mapped[str]
    unit_id: Mapped[UUID | None]  # a member unit, which says itself what came of it
    request: Mapped[str] = mapped_column(default="")
    due: Mapped[date | None]
    forwarded_on: Mapped[date]
    forwarded_by: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    returned_on: Mapped[date | None]
    returned_by: Mapped[str] = mapped_column(default="")
