"""A matter, its text from draft to draft, what each unit says to it, and what became of it above."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.matters.binding import Scope, Text
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


class Matter(TenantOwned, Versioned, Base):
    """A major issue, key project or policy proposal that a unit raised. Source: seed 三, 四(六); dossier 1.3 X1, 1.4 R6."""

    __tablename__ = "matter"
    __table_args__ = (
        own_key("unit_id", "unit"),
        own_key("charter_id", "charter"),
        own_key("merged_into_id", "matter"),
        CheckConstraint("kind IN ('major_issue', 'key_project', 'policy_proposal')", name="kind"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'withdrawn', 'accepted', 'merged', 'discontinued',"
            " 'signed', 'sent', 'received', 'closed')",
            name="state",
        ),
        Index("ix_matter_state", "tenant_id", "state"),
        Index("ix_matter_unit", "tenant_id", "unit_id"),
    )

    kind: Mapped[str]  # named in `matter_kind`
    title: Mapped[str]
    unit_id: Mapped[UUID]  # who raised it
    charter_id: Mapped[UUID]  # the version under which it was raised
    state: Mapped[str] = mapped_column(default="draft")  # rules.MATTER
    raised_by: Mapped[str]
    raised_on: Mapped[date]
    submitted_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")  # why it was returned, merged, discontinued
    merged_into_id: Mapped[UUID | None]
    consulted_on: Mapped[date | None]  # the units concerned are frozen since
    consulted_by: Mapped[str] = mapped_column(default="")
    tendency: Mapped[str] = mapped_column(default="")  # 倾向性意见, where it goes up with dissent
    sides: Mapped[str] = mapped_column(default="")  # 各方理据, beside what the units said themselves
    signed_by: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    sent_to: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")  # of the document with which the lead department sent it
    sent_on: Mapped[date | None]
    receipt: Mapped[str] = mapped_column(default="")  # who signed for it, under which number
    received_on: Mapped[date | None]
    closing: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[date | None]


class MatterText(TenantOwned, Base):
    """What the matter says since an edit. Append-only: what a unit consented to can always be read again."""

    __tablename__ = "matter_text"
    __table_args__ = (own_key("matter_id", "matter"), own_unique("matter_id", "no"))

    matter_id: Mapped[UUID]
    no: Mapped[int]
    title: Mapped[str]
    passages: Mapped[list[Any]]  # [{text, duties}], binding.Text
    editorial: Mapped[bool] = mapped_column(default=False)  # blanks and punctuation of the one before alone
    reason: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    on: Mapped[date]

    @property
    def content(self) -> Text:
        return Text.from_json(self.title, self.passages)


class MatterUnit(TenantOwned, Versioned, Base):
    """A unit concerned: why it is one, and where it stands. Source: seed 四(六) (有关成员单位); dossier 1.4 R6."""

    __tablename__ = "matter_unit"
    __table_args__ = (
        own_key("matter_id", "matter"),
        own_key("unit_id", "unit"),
        own_unique("matter_id", "unit_id"),
        CheckConstraint("state IN ('listed', 'asked', 'agreed', 'conditional', 'objected', 'removed')", name="state"),
        CheckConstraint("entered IN ('', 'agree', 'condition', 'object')", name="entered"),
        Index("ix_matter_unit_asked", "tenant_id", "unit_id", postgresql_where=text("state = 'asked'")),
    )

    matter_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default="listed")  # rules.CONSENT
    duties: Mapped[list[Any]] = mapped_column(default=list)  # the cited ones that it holds, by id; none: added by hand
    added_by: Mapped[str] = mapped_column(default="")
    added_reason: Mapped[str] = mapped_column(default="")
    asked_on: Mapped[date | None]
    due: Mapped[date | None]
    voided: Mapped[bool] = mapped_column(default=False)  # it had answered, before the text was changed
    reminded: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(default="")  # reasons, the condition
    said_by: Mapped[str] = mapped_column(default="")
    said_on: Mapped[date | None]
    text_no: Mapped[int | None]  # the text it was said to, and the SHA-256 of what of it binds this unit
    digest: Mapped[str] = mapped_column(default="")
    coordinated: Mapped[bool] = mapped_column(default=False)  # changed by the unit itself after a coordination
    entered: Mapped[str] = mapped_column(default="")  # an opinion on paper that the unit has not confirmed
    entered_text: Mapped[str] = mapped_column(default="")
    paper_no: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str] = mapped_column(default="")
    removal_reason: Mapped[str] = mapped_column(default="")  # asked for by the office; the director decides
    removal_by: Mapped[str] = mapped_column(default="")

    @property
    def scope(self) -> Scope:
        """The duties whose passages its consent binds; none: the whole text."""
        return frozenset(self.duties)


class Disagreement(TenantOwned, Versioned, Base):
    """A case of disagreement: what each unit said when it opened, and how it ended. Source: seed 四(六); dossier 2.2."""

    __tablename__ = "disagreement"
    __table_args__ = (
        own_key("matter_id", "matter"),
        CheckConstraint("state IN ('open', 'apart', 'settled')", name="state"),
        Index(
            "ux_disagreement_open", "tenant_id", "matter_id", unique=True, postgresql_where=text("state <> 'settled'")
        ),
    )

    matter_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default="open")  # rules.DISAGREEMENT
    opened_on: Mapped[date]
    positions: Mapped[list[Any]]  # [{unit, state, said}] as they stood when it opened
    conclusion: Mapped[str] = mapped_column(default="")
    concluded_by: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]


class CoordinationRound(TenantOwned, Base):
    """One talk about a disagreement. Append-only. Source: dossier 1.4 R6 (时间、参加方、分歧点、结论)."""

    __tablename__ = "coordination_round"
    __table_args__ = (
        own_key("disagreement_id", "disagreement"),
        own_unique("disagreement_id", "no"),
        CheckConstraint("coordinator IN ('convener', 'office_director')", name="coordinator"),
    )

    disagreement_id: Mapped[UUID]
    no: Mapped[int]
    held_at: Mapped[datetime]
    coordinator: Mapped[str]  # a post that the charter lets coordinate
    coordinator_name: Mapped[str]
    participants: Mapped[str]
    points: Mapped[str]
    conclusion: Mapped[str]
    recorded_by: Mapped[str]


class Deliberation(TenantOwned, Base):
    """The matter is this item of an agenda; the outcome is the item's. Source: seed 三, 四(六)."""

    __tablename__ = "deliberation"
    __table_args__ = (
        own_key("matter_id", "matter"),
        own_key("agenda_item_id", "agenda_item"),
        own_unique("agenda_item_id"),
        Index("ix_deliberation_matter", "tenant_id", "matter_id"),
    )

    matter_id: Mapped[UUID]
    agenda_item_id: Mapped[UUID]
    text_no: Mapped[int]  # the text that was put before the conference


class Instruction(TenantOwned, Versioned, Base):
    """What was said above on the matter (批示), who follows it, and what came of it. Source: dossier 1.4 R6."""

    __tablename__ = "instruction"
    __table_args__ = (
        own_key("matter_id", "matter"),
        own_key("unit_id", "unit"),
        Index("ix_instruction_unit", "tenant_id", "unit_id"),
    )

    matter_id: Mapped[UUID]
    text: Mapped[str]
    given_by: Mapped[str]
    given_on: Mapped[date]
    unit_id: Mapped[UUID]
    due: Mapped[date]
    done_text: Mapped[str] = mapped_column(default="")
    done_by: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None]


class ReplyDelegation(TenantOwned, Versioned, Base):
    """A recorded act: the unit's representative lets its liaison answer for it over some days. Source: dossier 1.6."""

    __tablename__ = "reply_delegation"
    __table_args__ = (own_key("unit_id", "unit"), CheckConstraint("to_date >= from_date", name="dates"))

    unit_id: Mapped[UUID]
    given_by: Mapped[str]
    from_date: Mapped[date]
    to_date: Mapped[date]
    basis: Mapped[str]
    withdrawn_on: Mapped[date | None]  # from that day on it lets nobody answer

    def holds_on(self, on: date) -> bool:
        """Whether the liaison may answer that day."""
        return self.from_date <= on <= self.to_date and (self.withdrawn_on is None or on < self.withdrawn_on)


class MatterEvent(TenantOwned, Base):
    """One line of a matter's history. Append-only."""

    __tablename__ = "matter_event"
    __table_args__ = (
        own_key("matter_id", "matter"),
        own_key("unit_id", "unit"),
        Index("ix_matter_event_matter", "tenant_id", "matter_id", "id"),
    )

    matter_id: Mapped[UUID]
    verb: Mapped[str]  # named in `matter_verb`
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[str]
    unit_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(default="")
