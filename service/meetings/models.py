"""Meetings in preparation and held, who is called and who came, and what was agreed."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class Meeting(TenantOwned, Versioned, Base):
    """A meeting, from its preparation to its record. Source: seed 四(二), 四(三)."""

    __tablename__ = "meeting"
    __table_args__ = (
        own_key("charter_id", "charter"),
        own_key("delegation_id", "chair_delegation"),
        CheckConstraint("kind IN ('plenary', 'special', 'liaison', 'own')", name="kind"),
        CheckConstraint("state IN ('planned', 'noticed', 'in_session', 'held', 'cancelled')", name="state"),
        Index("ix_meeting_held", "tenant_id", "held_on"),
    )

    kind: Mapped[str]
    own_kind: Mapped[str] = mapped_column(default="")  # the name of a kind that only this charter knows
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="held")  # rules.MEETING
    charter_id: Mapped[UUID]  # the version under which it is held
    held_on: Mapped[date]  # the day on which it is, or is to be, held
    begins: Mapped[time | None]
    ends: Mapped[time | None]
    place: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")  # what a special meeting rests on: `special_basis`
    basis_text: Mapped[str] = mapped_column(default="")  # the plan, the arrangement, or the unit's proposal, in words
    chair: Mapped[str]
    chair_post: Mapped[str]  # one that the charter lets chair; named in `chair_post`; empty in the oldest rows
    chair_basis: Mapped[str] = mapped_column(default="")  # the delegation of who chairs in another's place, on paper
    delegation_id: Mapped[UUID | None]  # the same, recorded here
    noticed_on: Mapped[date | None]
    notice_reason: Mapped[str] = mapped_column(default="")  # why the notice was shorter than the charter asks
    sequence: Mapped[int] = mapped_column(default=0)  # raised by each change that those called must hear of
    cancel_reason: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    excess_reason: Mapped[str] = mapped_column(default="")
    departure_reason: Mapped[str] = mapped_column(default="")  # why it was held otherwise than the charter asks
    minutes_signed_on: Mapped[date | None]  # from then on what was agreed is locked, and counts


class MeetingUnit(TenantOwned, Base):
    """A unit that a special meeting, or a plenary of some members only, concerns. Source: seed 四(三)."""

    __tablename__ = "meeting_unit"
    __table_args__ = (own_key("meeting_id", "meeting"), own_key("unit_id", "unit"), own_unique("meeting_id", "unit_id"))

    meeting_id: Mapped[UUID]
    unit_id: Mapped[UUID]


class Attendee(TenantOwned, Versioned, Base):
    """Somebody who is called to a meeting, what was replied, and whether he came.

    The expected ones follow from the charter and the posts of the day: they can be excused or deputed, not struck off.
    Source: seed 四(二), 四(三); dossier 1.4 R2, R3, 2.2 (会议通知/回执).
    """

    __tablename__ = "attendee"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("person_id", "person"),
        own_key("unit_id", "unit"),
        CheckConstraint("reply IN ('attends', 'proxy', 'leave')", name="reply"),
        CheckConstraint("came IN ('present', 'proxy', 'leave', 'absent')", name="came"),
        CheckConstraint("signed_in_how IN ('', 'list', 'code')", name="signed_in_how"),
        Index("ix_attendee_meeting", "tenant_id", "meeting_id", "position"),
    )

    meeting_id: Mapped[UUID]
    position: Mapped[int]
    role: Mapped[str]  # the post that calls him; `observer` for who only sits in (列席)
    expected: Mapped[bool]
    person_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    name: Mapped[str]  # empty: the post is vacant
    title: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")  # the article that calls him
    reply: Mapped[str | None]
    reply_text: Mapped[str] = mapped_column(default="")
    proxy_name: Mapped[str] = mapped_column(default="")
    proxy_title: Mapped[str] = mapped_column(default="")
    replied_by: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    leave_granted: Mapped[bool | None]
    came: Mapped[str | None]
    signed_in_at: Mapped[datetime | None]
    signed_in_how: Mapped[str] = mapped_column(default="")


class ChairDelegation(TenantOwned, Versioned, Base):
    """A recorded act: who may chair in another's place, for one meeting or over some days.

    Source: seed 四(三) (受办公室主任委托); dossier 1.2 M6, 1.4 R2, R3.
    """

    __tablename__ = "chair_delegation"
    __table_args__ = (
        CheckConstraint("from_post IN ('convener', 'office_director')", name="from_post"),
        CheckConstraint("to_post IN ('deputy_convener', 'substitute', 'office_deputy')", name="to_post"),
        CheckConstraint("to_date >= from_date", name="dates"),
    )

    from_post: Mapped[str]
    given_by: Mapped[str]
    given_on: Mapped[date]
    to_post: Mapped[str]
    to_name: Mapped[str]
    from_date: Mapped[date]
    to_date: Mapped[date]
    basis: Mapped[str]
    withdrawn_on: Mapped[date | None]  # from that day on it lets nobody chair

    def holds_on(self, on: date) -> bool:
        """Whether it lets its bearer chair that day."""
        return self.from_date <= on <= self.to_date and (self.withdrawn_on is None or on < self.withdrawn_on)


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


class Resolution(TenantOwned, Versioned, Base):
    """An agreed item: what, who leads, by when; or that something was agreed in principle, or is to be studied.

    Only what is to be done (`action`) is counted. Source: dossier 2.2 (会议纪要), 6-8.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        own_key("agenda_item_id", "agenda_item"),
        own_key("lead_unit_id", "unit"),
        own_key("task_id", "task"),
        CheckConstraint("kind IN ('action', 'in_principle', 'to_study')", name="kind"),
        CheckConstraint("kind <> 'action' OR (lead_unit_id IS NOT NULL AND due IS NOT NULL)", name="action"),
        Index("ix_resolution_meeting", "tenant_id", "meeting_id"),
    )

    meeting_id: Mapped[UUID]
    agenda_item_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(default="action")
    text: Mapped[str]
    lead_unit_id: Mapped[UUID | None]
    due: Mapped[date | None]
    deliverable: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None]
    task_id: Mapped[UUID | None]  # the task that it became


class ResolutionUnit(TenantOwned, Base):
    """A unit that cooperates in what was agreed."""

    __tablename__ = "resolution_unit"
    __table_args__ = (
        own_key("resolution_id", "resolution"),
        own_key("unit_id", "unit"),
        own_unique("resolution_id", "unit_id"),
    )

    resolution_id: Mapped[UUID]
    unit_id: Mapped[UUID]
