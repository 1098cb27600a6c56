"""What units propose to meet about, the notices that went out, and who subscribes to the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.invitations.rules import Sent
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class ConveningProposal(TenantOwned, Versioned, Base):
    """A unit proposes a special meeting; the answer returns to it. Source: seed 四(三); dossier 1.6 (提议)."""

    __tablename__ = "convening_proposal"
    __table_args__ = (
        own_key("unit_id", "unit"),
        own_key("meeting_id", "meeting"),
        CheckConstraint("state IN ('submitted', 'accepted', 'declined', 'withdrawn')", name="state"),
        Index("ix_convening_proposal_state", "tenant_id", "state", "proposed_on"),
    )

    unit_id: Mapped[UUID]
    topic: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    state: Mapped[str]  # rules.PROPOSAL
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")
    answered_on: Mapped[date | None]
    meeting_id: Mapped[UUID | None]  # the meeting that it led to
    noted_on: Mapped[date | None]  # the unit has seen the answer


class ConveningProposalUnit(TenantOwned, Base):
    """A unit that the proposed meeting would concern."""

    __tablename__ = "convening_proposal_unit"
    __table_args__ = (
        own_key("proposal_id", "convening_proposal"),
        own_key("unit_id", "unit"),
        own_unique("proposal_id", "unit_id"),
    )

    proposal_id: Mapped[UUID]
    unit_id: Mapped[UUID]


class MeetingNotice(TenantOwned, Base):
    """A notice as it went out: its words and who was told. It is never changed; another one follows it."""

    __tablename__ = "meeting_notice"
    __table_args__ = (
        own_key("meeting_id", "meeting"),
        CheckConstraint("kind IN ('request', 'update', 'cancel')", name="kind"),
        Index("ix_meeting_notice_meeting", "tenant_id", "meeting_id", "sent_at"),
    )

    meeting_id: Mapped[UUID]
    sequence: Mapped[int]  # of the meeting as it was told
    kind: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    reply_by: Mapped[date | None]
    letter: Mapped[dict[str, Any]] = mapped_column(JSONB)  # letter.Letter
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # attendee_id, name, title, unit_id: as they were then
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)  # by choice, as `told` has them

    @property
    def sent(self) -> Sent:
        """The notice as the rules read it."""
        when = str(self.letter.get("held_on")), str(self.letter.get("begins"))
        return Sent(self.sequence, self.sent_at, when, _ids(self.told), _ids(self.left_out))


def _ids(rows: list[dict[str, Any]]) -> frozenset[UUID]:
    return frozenset(UUID(row["attendee_id"]) for row in rows)


class CalendarFeed(TenantOwned, Base):
    """Somebody's secret address of a calendar with his meetings here. Only its hash is kept.

    It is void when the account's password changes: `epoch` is the account's at the time.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (own_unique("account_id"), own_unique("token_hash"))

    account_id: Mapped[UUID]
    token_hash: Mapped[str]
    epoch: Mapped[int]
    made_at: Mapped[datetime]
