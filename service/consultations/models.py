"""A consultation, the units that are asked, what they would change in the paper, and the reminders that were made."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.consultations.rules import ANSWERS, DEEMED, DRAFT, MODES, OUTCOMES, STATES, Asked, Passage, Terms
from tenants.db import Base, TenantOwned, Versioned, own_key, own_unique


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Consultation(Versioned, TenantOwned, Base):
    """A paper on which units are asked for their opinion. Sending freezes it and sets its hash. Source: dossier 2.2."""

    __tablename__ = "consultation"
    __table_args__ = (
        own_key("charter_id", "charter"),
        own_key("previous_id", "consultation"),
        own_key("file_id", "stored_file"),
        own_unique("previous_id"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("mode", MODES), name="mode"),
        CheckConstraint(
            "state NOT IN ('sent', 'closed') OR (sha256 <> '' AND sent_on IS NOT NULL AND due IS NOT NULL)", name="sent"
        ),
        Index("ix_consultation_state", "tenant_id", "state", "due"),
    )

    state: Mapped[str] = mapped_column(default=DRAFT)
    round: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[UUID | None]  # the round before
    charter_id: Mapped[UUID]  # the version whose rules it keeps: of the day it was drafted, then of the day it was sent
    title: Mapped[str]
    background: Mapped[str] = mapped_column(default="")  # why units are asked, as the letter says it
    clauses: Mapped[list[Any]]
    file_id: Mapped[UUID | None]
    file_name: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    contact: Mapped[str]
    phone: Mapped[str]
    mode: Mapped[str]
    due: Mapped[date | None]  # none in a draft: the charter's own term from the day of sending
    short_reason: Mapped[str] = mapped_column(default="")  # why units have less than the charter's term
    number: Mapped[str] = mapped_column(default="")  # the letter's 发文字号
    drafted_by: Mapped[str]
    drafted_on: Mapped[date]
    sent_by: Mapped[str] = mapped_column(default="")
    sent_on: Mapped[date | None]
    ended_by: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    remark: Mapped[str] = mapped_column(default="")  # what was done about units that kept silent; why it was withdrawn

    def terms(self, reminders: int) -> Terms:
        """What the rules know of it; `reminders` as the charter asks for."""
        due = self.due or date.max
        return Terms(due, self.mode == DEEMED, reminders, closed=self.state == "closed")


class ConsultedUnit(Versioned, TenantOwned, Base):
    """A unit that is asked, and its reply. One that is taken off later stays, with the reason."""

    __tablename__ = "consulted_unit"
    __table_args__ = (
        own_key("consultation_id", "consultation"),
        own_key("unit_id", "unit"),
        own_unique("consultation_id", "unit_id"),
        CheckConstraint(f"answer IS NULL OR {_one_of('answer', ANSWERS)}", name="answer"),
        CheckConstraint("(answer IS NULL) = (replied_on IS NULL)", name="replied"),
        CheckConstraint("removed_on IS NULL OR removed_reason <> ''", name="removed"),
        Index("ix_consulted_unit_unit", "tenant_id", "unit_id", "answer"),
    )

    consultation_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    added_on: Mapped[date]
    removed_on: Mapped[date | None]
    removed_by: Mapped[str] = mapped_column(default="")
    removed_reason: Mapped[str] = mapped_column(default="")
    delegated_by: Mapped[str] = mapped_column(default="")  # the representative who lets the liaison reply
    delegated_on: Mapped[date | None]
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the unit's clerk prepared
    drafted_by: Mapped[str] = mapped_column(default="")
    answer: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    replied_by: Mapped[str] = mapped_column(default="")
    replied_on: Mapped[date | None]
    late: Mapped[bool] = mapped_column(default=False)
    paper_basis: Mapped[str] = mapped_column(default="")  # the unit's paper that the office entered it from
    confirmed: Mapped[bool] = mapped_column(default=True)
    confirmed_by: Mapped[str] = mapped_column(default="")
    confirmed_on: Mapped[date | None]

    def asked(self, reminders: int) -> Asked:
        """What the rules know of it."""
        return Asked(self.answer, self.confirmed, self.late, reminders)


class ConsultedPassage(Versioned, TenantOwned, Base):
    """One thing that a unit would change, and what the office made of it."""

    __tablename__ = "consulted_passage"
    __table_args__ = (
        own_key("consulted_unit_id", "consulted_unit"),
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', OUTCOMES)}", name="outcome"),
        CheckConstraint("outcome IS NULL OR outcome = 'adopted' OR outcome_reason <> ''", name="reason"),
        Index("ix_consulted_passage_unit", "tenant_id", "consulted_unit_id", "position"),
    )

    consulted_unit_id: Mapped[UUID]
    position: Mapped[int]
    original: Mapped[str]
    suggested: Mapped[str]
    reason: Mapped[str]
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str] = mapped_column(default="")
    handled_by: Mapped[str] = mapped_column(default="")
    handled_on: Mapped[date | None]

    @property
    def passage(self) -> Passage:
        return Passage(self.original, self.suggested, self.reason)


class ConsultationReminder(TenantOwned, Base):
    """The units that had not replied were reminded: on record, and never taken back. Source: dossier 2.2 (催办)."""

    __tablename__ = "consultation_reminder"
    __table_args__ = (own_key("consultation_id", "consultation"),)

    consultation_id: Mapped[UUID]
    made_on: Mapped[date]
    made_by: Mapped[str]
    how: Mapped[str]  # by telephone, by letter: as the office says
    unit_ids: Mapped[list[Any]]
