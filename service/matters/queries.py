"""Reading matters: the one asked for, its two gates, and everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from service.agendas.models import AgendaItem
from service.charter.models import Unit
from service.charter.names import unit_names
from service.charter.queries import division, in_force, units
from service.kit.seat import Seat
from service.matters import rules
from service.matters.binding import Text, still_binds
from service.matters.models import (
    CoordinationRound,
    Deliberation,
    Disagreement,
    Instruction,
    Matter,
    MatterEvent,
    MatterText,
    MatterUnit,
    ReplyDelegation,
)
from service.matters.rules import Hearing, Position
from service.meetings.models import Meeting
from tenants.errors import Missing


def visible(seat: Seat) -> ColumnElement[bool]:
    """What the seat may see: a unit its own from the first draft and those the office took up; the office whatever
    was submitted; who only reads from above, what went up."""
    if seat.console:
        return true()
    mine = Matter.unit_id.in_(seat.unit_ids)
    if seat.may_read("matter.handle"):
        return or_(mine, Matter.state.not_in(rules.HIDDEN))
    if seat.unit_ids:
        return or_(mine, Matter.state.not_in((*rules.HIDDEN, "submitted", "returned")))
    return Matter.state.in_(rules.UP)


def matter(seat: Seat, matter_id: UUID, *, hold: bool = False) -> Matter:
    """The matter of that id, if the seat may see it; held until commit if asked."""
    query = select(Matter).where(Matter.id == matter_id, visible(seat))
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def texts(session: Session, matter_id: UUID) -> list[MatterText]:
    """Every text that it had, the first first."""
    return list(session.scalars(select(MatterText).where(MatterText.matter_id == matter_id).order_by(MatterText.no)))


def latest_text(session: Session, matter_id: UUID) -> MatterText:
    """What it says now."""
    query = select(MatterText).where(MatterText.matter_id == matter_id).order_by(MatterText.no.desc()).limit(1)
    return session.scalars(query).one()


def concerned(session: Session, matter_id: UUID) -> list[MatterUnit]:
    """The units concerned, in the charter's order; those that were taken off among them."""
    query = (
        select(MatterUnit)
        .join(Unit, and_(Unit.tenant_id == MatterUnit.tenant_id, Unit.id == MatterUnit.unit_id))
        .where(MatterUnit.matter_id == matter_id)
        .order_by(Unit.position, Unit.id)
    )
    return list(session.scalars(query.execution_options(populate_existing=True)))


def concerned_by(session: Session, text: Text, on: date) -> dict[UUID, list[str]]:
    """The units that hold a duty which the text cites, in whatever grade, each with those duties.

    Source: seed 四(六) (有关成员单位); dossier 1.4 R6.
    """
    held = division(session, on)
    found: dict[UUID, list[str]] = {unit.id: [] for unit in units(session, on)}
    for duty in text.duties:
        for row in held.get(UUID(duty), []):
            found[row.unit_id].append(duty)
    return {unit: duties for unit, duties in found.items() if duties}


# --- gate one ---


@dataclass(frozen=True)
class Heard:
    """An agenda item of the matter, with its meeting."""

    item: AgendaItem
    meeting: Meeting | None
    text_no: int

    @property
    def hearing(self) -> Hearing:
        """What of it counts: a conclusion only of a meeting that was held."""
        held = self.meeting is not None and self.meeting.state == "held"
        concluded = self.item.outcome if held else None
        dropped = self.item.state in ("returned", "withdrawn") or concluded == "noted" or self._void
        named = (self.meeting.title, self.meeting.held_on) if self.meeting else ("", None)
        return Hearing(concluded if concluded != "noted" else None, *named, dropped=dropped)

    @property
    def _void(self) -> bool:
        """Its meeting was called off, or it was carried to another: that one is asked."""
        cancelled = self.meeting is not None and self.meeting.state == "cancelled"
        return cancelled or (self.item.carried_to_id is not None and self.item.outcome is None)


def heard(session: Session, matter_id: UUID) -> list[Heard]:
    """Its items, the first first; an item that was carried to a later meeting is followed there."""
    rows = session.scalars(select(Deliberation).where(Deliberation.matter_id == matter_id).order_by(Deliberation.id))
    return [found for row in rows for found in _chain(session, row)]


def _chain(session: Session, row: Deliberation) -> Iterator[Heard]:
    at: UUID | None = row.agenda_item_id
    seen: set[UUID] = set()
    while at is not None and at not in seen:
        seen.add(at)
        item, meeting = session.execute(_item(at)).one()
        yield Heard(item, meeting, row.text_no)
        at = item.carried_to_id


def _item(item_id: UUID) -> Select[AgendaItem, Meeting]:
    joined = and_(Meeting.tenant_id == AgendaItem.tenant_id, Meeting.id == AgendaItem.meeting_id)
    return select(AgendaItem, Meeting).outerjoin(Meeting, joined).where(AgendaItem.id == item_id)


def hearings(session: Session, matter_id: UUID) -> list[Hearing]:
    return [found.hearing for found in heard(session, matter_id)]


# --- gate two ---


def positions(session: Session, row: Matter, units_concerned: Sequence[MatterUnit]) -> list[Position]:
    """Where each unit stands; a consent whose text was changed underneath it is none, whatever its row says."""
    names, apart = unit_names(session), _apart(session, row.id)
    written = [(text.content, text.editorial) for text in texts(session, row.id)]
    return [_position(found, names[found.unit_id], written, apart) for found in units_concerned]


def _position(found: MatterUnit, name: str, written: Sequence[tuple[Text, bool]], apart: frozenset[UUID]) -> Position:
    stale = found.state == "agreed" and not _holds(found, written)
    return Position(
        name,
        "asked" if stale else found.state,
        entered=bool(found.entered) and found.state == "asked",
        voided=found.voided or stale,
        apart=found.unit_id in apart and found.state in ("objected", "conditional"),
    )


def _holds(found: MatterUnit, written: Sequence[tuple[Text, bool]]) -> bool:
    return still_binds(written[(found.text_no or 1) - 1 :], found.scope)


def _apart(session: Session, matter_id: UUID) -> frozenset[UUID]:
    """The units of a case that was concluded without agreement."""
    case = unsettled(session, matter_id)
    if case is None or case.state != "apart":
        return frozenset()
    return frozenset(UUID(position["unit"]) for position in case.positions)


def lacking(session: Session, row: Matter, on: date) -> list[tuple[str, str]]:
    """What is missing before it can go up, each in a sentence. Source: seed 四(六); dossier 1.4 R6."""
    charter = in_force(session, on).rules
    return rules.missing(
        charter["escalation_requires"],
        hearings(session, row.id),
        positions(session, row, concerned(session, row.id)),
        opened=row.consulted_on is not None,
        with_dissent=bool(charter["escalation_with_dissent"] and row.tendency and row.sides),
    )


def unsettled(session: Session, matter_id: UUID) -> Disagreement | None:
    """The case of disagreement that has not ended, if there is one."""
    query = select(Disagreement).where(Disagreement.matter_id == matter_id, Disagreement.state != "settled")
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def disagreements(session: Session, matter_id: UUID) -> list[Disagreement]:
    query = select(Disagreement).where(Disagreement.matter_id == matter_id).order_by(Disagreement.id)
    return list(session.scalars(query))


def rounds(session: Session, cases: Iterable[Disagreement]) -> list[CoordinationRound]:
    """The talks of those cases, the first first."""
    query = select(CoordinationRound).where(CoordinationRound.disagreement_id.in_([case.id for case in cases]))
    return list(session.scalars(query.order_by(CoordinationRound.id)))


# --- the rest ---


def instructions(session: Session, matter_id: UUID) -> list[Instruction]:
    query = select(Instruction).where(Instruction.matter_id == matter_id)
    return list(session.scalars(query.order_by(Instruction.given_on, Instruction.id)))


def events(session: Session, matter_id: UUID) -> list[MatterEvent]:
    """Its history, the newest first."""
    query = select(MatterEvent).where(MatterEvent.matter_id == matter_id)
    return list(session.scalars(query.order_by(MatterEvent.id.desc())))


def merged_in(session: Session, matter_id: UUID) -> list[Matter]:
    """The matters that go on as part of this one."""
    return list(session.scalars(select(Matter).where(Matter.merged_into_id == matter_id).order_by(Matter.id)))


def carrying(session: Session, row: Matter) -> Matter:
    """The matter in which this one goes on: itself, unless it was merged."""
    while row.merged_into_id is not None:
        row = session.scalars(select(Matter).where(Matter.id == row.merged_into_id)).one()
    return row


def mergeable(seat: Seat, row: Matter) -> list[Matter]:
    """What it may be merged into: others that the office took up."""
    query = select(Matter).where(Matter.state == "accepted", Matter.id != row.id, visible(seat))
    return list(seat.session.scalars(query.order_by(Matter.id.desc())))


def delegations(session: Session, unit_ids: Iterable[UUID]) -> list[ReplyDelegation]:
    """What the units' representatives let their liaisons do, the newest first."""
    query = select(ReplyDelegation).where(ReplyDelegation.unit_id.in_(list(unit_ids)))
    return list(session.scalars(query.order_by(ReplyDelegation.from_date.desc(), ReplyDelegation.id.desc())))


def delegated_on(session: Session, unit_id: UUID, on: date) -> ReplyDelegation | None:
    """The act by which the unit's liaison may answer that day, if there is one."""
    return next((row for row in delegations(session, [unit_id]) if row.holds_on(on)), None)


def delegation(session: Session, delegation_id: UUID) -> ReplyDelegation:
    found = session.scalars(select(ReplyDelegation).where(ReplyDelegation.id == delegation_id)).one_or_none()
    if found is None:
        raise Missing()
    return found
