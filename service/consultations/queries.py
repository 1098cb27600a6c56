"""Reading consultations: what each seat may see of them, and how every unit stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from config.workdays import Workdays
from service.calendar.queries import workdays
from service.charter.models import Charter, Unit
from service.charter.names import full_name
from service.charter.queries import in_force, version_named
from service.consultations.models import Consultation, ConsultationReminder, ConsultedPassage, ConsultedUnit
from service.consultations.rules import (
    DRAFT,
    SENT,
    Standing,
    Tally,
    Terms,
    reminder_proposed,
    standing,
    tallied,
)
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from tenants.errors import Missing

SORTABLE = {
    "title": Consultation.title,
    "state": Consultation.state,
    "sent": Consultation.sent_on,
    "due": Consultation.due,
    "id": Consultation.id,
}
READ, START, ANSWER = "consult.read", "consult.start", "consult.answer"
WHOLE_READERS = frozenset({"CV", "VC"})


def sees_all(seat: Seat) -> bool:
    """Whether the seat sees every paper and what every unit says: the office and the conveners."""
    return seat.console or bool(WHOLE_READERS & (seat.roles | seat.former)) or seat.may_read(START)


def visible(seat: Seat) -> ColumnElement[bool]:
    """Which consultations the seat sees: a unit those in which it is, or was, asked, from the day they are sent."""
    if sees_all(seat):
        return Consultation.id.is_not(None)
    own = select(ConsultedUnit.consultation_id).where(ConsultedUnit.unit_id.in_(seat.unit_ids))
    return and_(Consultation.id.in_(own), Consultation.state != DRAFT, Consultation.sent_on.is_not(None))


def consultation(session: Session, consultation_id: UUID) -> Consultation:
    """The consultation of that id."""
    return _or_missing(session.scalars(select(Consultation).where(Consultation.id == consultation_id)).one_or_none())


def held(session: Session, consultation_id: UUID, *, alone: bool = False) -> Consultation:
    """The same, held until commit: while units reply nobody ends it; `alone`: nobody replies either."""
    query = select(Consultation).where(Consultation.id == consultation_id).with_for_update(read=not alone)
    return _or_missing(session.scalars(query.execution_options(populate_existing=True)).one_or_none())


def readable(seat: Seat, consultation_id: UUID) -> Consultation:
    """The consultation of that id if the seat sees it; to the others there is none."""
    query = select(Consultation).where(Consultation.id == consultation_id, visible(seat))
    return _or_missing(seat.session.scalars(query).one_or_none())


def _or_missing(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def asked_units(session: Session, consultation_id: UUID) -> list[ConsultedUnit]:
    """The units that are asked, in the charter's order; without those taken off."""
    rows = everyone(session, consultation_id)
    return [row for row in rows if row.removed_on is None]


def everyone(session: Session, consultation_id: UUID) -> list[ConsultedUnit]:
    """The same with those that were taken off."""
    query = select(ConsultedUnit).join(
        Unit, and_(Unit.tenant_id == ConsultedUnit.tenant_id, Unit.id == ConsultedUnit.unit_id)
    )
    query = query.where(ConsultedUnit.consultation_id == consultation_id)
    return list(session.scalars(query.order_by(Unit.position, Unit.id)))


def asked_unit(session: Session, consultation_id: UUID, unit_id: UUID) -> ConsultedUnit | None:
    """That unit's line, also if it was taken off; held until commit, so that two who speak for it come in turn."""
    query = select(ConsultedUnit).where(ConsultedUnit.consultation_id == consultation_id)
    query = query.where(ConsultedUnit.unit_id == unit_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def passages(session: Session, asked_ids: Iterable[UUID]) -> defaultdict[UUID, list[ConsultedPassage]]:
    """What each of these would change, in order."""
    query = select(ConsultedPassage).where(ConsultedPassage.consulted_unit_id.in_(list(asked_ids)))
    found: defaultdict[UUID, list[ConsultedPassage]] = defaultdict(list)
    for row in session.scalars(query.order_by(ConsultedPassage.position, ConsultedPassage.id)):
        found[row.consulted_unit_id].append(row)
    return found


def passage(session: Session, passage_id: UUID) -> tuple[ConsultedPassage, ConsultedUnit]:
    """The passage of that id with the unit that said it."""
    query = select(ConsultedPassage, ConsultedUnit).join(
        ConsultedUnit,
        and_(
            ConsultedUnit.tenant_id == ConsultedPassage.tenant_id,
            ConsultedUnit.id == ConsultedPassage.consulted_unit_id,
        ),
    )
    row = _or_missing(session.execute(query.where(ConsultedPassage.id == passage_id)).one_or_none())
    return row[0], row[1]


def still_there(session: Session, passage_id: UUID) -> bool:
    """Whether the passage still stands in its unit's reply."""
    return session.scalar(select(ConsultedPassage.id).where(ConsultedPassage.id == passage_id)) is not None


def reminders(session: Session, consultation_id: UUID) -> list[ConsultationReminder]:
    """The reminders that were made, the first one first."""
    query = select(ConsultationReminder).where(ConsultationReminder.consultation_id == consultation_id)
    return list(session.scalars(query.order_by(ConsultationReminder.made_on, ConsultationReminder.id)))


def charter_of(session: Session, row: Consultation, on: date) -> Charter:
    """The version whose rules hold for it: a draft goes by those of the day, one that was sent keeps its own."""
    return in_force(session, on) if row.state == DRAFT else version_named(session, row.charter_id)


def reminded(made: Iterable[ConsultationReminder], due: date | None) -> Mapping[UUID, int]:
    """On how many days each unit was reminded up to the deadline."""
    days: defaultdict[UUID, set[date]] = defaultdict(set)
    for reminder in made:
        if due is None or reminder.made_on <= due:
            for unit_id in reminder.unit_ids:
                days[UUID(unit_id)].add(reminder.made_on)
    return defaultdict(int, {unit_id: len(found) for unit_id, found in days.items()})


@dataclass(frozen=True)
class Line:
    """A unit that is asked: how it stands, and what it would change."""

    asked: ConsultedUnit
    standing: Standing
    reminders: int
    passages: Sequence[ConsultedPassage]

    @property
    def replied(self) -> bool:
        return self.standing in ("no_objection", "amend", "object")


@dataclass(frozen=True)
class Whole:
    """A consultation with its units, its reminders, its rounds and its count."""

    consultation: Consultation
    lines: list[Line]
    removed: list[ConsultedUnit]
    reminders: list[ConsultationReminder]
    rules: Mapping[str, Any]
    terms: Terms
    tally: Tally
    remind: bool  # a reminder is proposed
    next_id: UUID | None

    @property
    def open_passages(self) -> int:
        """How many opinions of those that replied wait for the office."""
        return sum(row.outcome is None for line in self.lines if line.replied for row in line.passages)

    @property
    def to_handle(self) -> list[tuple[Line, ConsultedPassage]]:
        """What is in the opinion summary table, unit by unit."""
        return [(line, row) for line in self.lines if line.replied for row in line.passages]


def whole(session: Session, row: Consultation, on: date) -> Whole:
    """The consultation as it stands that day; one that has ended, as it ended."""
    day = min(on, row.ended_on) if row.ended_on else on
    rules = charter_of(session, row, on).rules
    made = reminders(session, row.id)
    terms, counts = row.terms(rules["consult_reminders"] or 0), reminded(made, row.due)
    rows = everyone(session, row.id)
    asked = [unit for unit in rows if unit.removed_on is None]
    said = passages(session, [unit.id for unit in asked])
    tally = tallied([unit.asked(counts[unit.unit_id]) for unit in asked], terms, day)
    return Whole(
        row,
        [_line(unit, counts[unit.unit_id], terms, day, said[unit.id]) for unit in asked],
        [unit for unit in rows if unit.removed_on is not None],
        made,
        rules,
        terms,
        tally,
        _should_remind(row, terms, made, tally, on, workdays(session)),
        session.scalar(select(Consultation.id).where(Consultation.previous_id == row.id)),
    )


def _line(row: ConsultedUnit, count: int, terms: Terms, on: date, said: Sequence[ConsultedPassage]) -> Line:
    return Line(row, standing(row.asked(count), terms, on), count, said)


def _should_remind(
    row: Consultation, terms: Terms, made: Iterable[ConsultationReminder], tally: Tally, on: date, days: Workdays
) -> bool:
    if row.state != SENT or not tally.silent:
        return False
    return reminder_proposed(terms.due, terms.reminders, (reminder.made_on for reminder in made), on, days)


@dataclass(frozen=True)
class Row:
    """A consultation in the list: how many were asked and replied, and how the reader's own unit stands."""

    consultation: Consultation
    asked: int
    replied: int
    mine: bool  # waits for the reader's unit


def listed(seat: Seat, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """The consultations that the seat sees, narrowed, the latest first."""
    query = select(Consultation).where(visible(seat), *_wanted(seat, asked, on))
    page = page_of(seat.session, query, asked, SORTABLE, "-id", whole=whole)
    counts = _counts(seat.session, [row.id for row in page.rows])
    mine = set(seat.session.scalars(select(Consultation.id).where(awaited(seat.units_for(ANSWER)))))
    rows = [Row(row, *counts[row.id], row.id in mine) for row in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def _counts(session: Session, ids: Sequence[UUID]) -> defaultdict[UUID, tuple[int, int]]:
    replied = func.count(ConsultedUnit.answer).filter(ConsultedUnit.confirmed)
    query = select(ConsultedUnit.consultation_id, func.count(), replied)
    query = query.where(ConsultedUnit.consultation_id.in_(ids), ConsultedUnit.removed_on.is_(None))
    found: defaultdict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, number, done in session.execute(query.group_by(ConsultedUnit.consultation_id)):
        found[key] = (number, done)
    return found


def _wanted(seat: Seat, asked: Asked, on: date) -> list[ColumnElement[bool]]:
    said: list[ColumnElement[bool]] = []
    wanted = asked.filters
    if "state" in wanted:
        said.append(Consultation.state == wanted["state"])
    if "year" in wanted:
        said.append(func.extract("year", Consultation.drafted_on) == int(wanted["year"]))
    if "waiting" in wanted:
        said.append(waiting_for(seat, wanted["waiting"], on))
    if asked.q:
        said.append(Consultation.title.contains(asked.q, autoescape=True))
    return said


def waiting_for(seat: Seat, what: str, on: date) -> ColumnElement[bool]:
    """What waits: for a reply of the seat's units, for the office to handle, to remind, or to close."""
    if what == "reply":
        return awaited(seat.units_for(ANSWER))
    if what == "handle":
        return unhandled()
    if what == "close":
        return and_(Consultation.state == SENT, Consultation.due < on)
    return Consultation.id.in_(to_remind(seat.session, on))


WAITING = ("reply", "handle", "remind", "close")


def awaited(units: frozenset[UUID]) -> ColumnElement[bool]:
    """Consultations in which one of these units has yet to reply, or to confirm what was entered for it."""
    open_ones = select(ConsultedUnit.consultation_id).where(
        ConsultedUnit.unit_id.in_(units),
        ConsultedUnit.removed_on.is_(None),
        ConsultedUnit.answer.is_(None) | ConsultedUnit.confirmed.is_(False),
    )
    return and_(Consultation.state == SENT, Consultation.id.in_(open_ones))


def unhandled() -> ColumnElement[bool]:
    """Consultations with an opinion of which the office has not said what became."""
    open_ones = (
        select(ConsultedUnit.consultation_id)
        .join(
            ConsultedPassage,
            and_(
                ConsultedPassage.tenant_id == ConsultedUnit.tenant_id,
                ConsultedPassage.consulted_unit_id == ConsultedUnit.id,
            ),
        )
        .where(ConsultedPassage.outcome.is_(None), ConsultedUnit.removed_on.is_(None), ConsultedUnit.confirmed)
    )
    return and_(Consultation.state == SENT, Consultation.id.in_(open_ones))


def to_remind(session: Session, on: date) -> list[UUID]:
    """The open consultations in which a reminder is proposed that day; most are told by their days alone."""
    rows = list(session.scalars(select(Consultation).where(Consultation.state == SENT, Consultation.due >= on)))
    made = _days_of_reminders(session, [row.id for row in rows])
    near = [row for row in rows if _is_near(session, row, made[row.id], on)]
    return [row.id for row in near if whole(session, row, on).remind]


def _days_of_reminders(session: Session, ids: Sequence[UUID]) -> defaultdict[UUID, list[date]]:
    query = select(ConsultationReminder.consultation_id, ConsultationReminder.made_on)
    found: defaultdict[UUID, list[date]] = defaultdict(list)
    for key, day in session.execute(query.where(ConsultationReminder.consultation_id.in_(ids))):
        found[key].append(day)
    return found


def _is_near(session: Session, row: Consultation, made: Sequence[date], on: date) -> bool:
    terms = row.terms(charter_of(session, row, on).rules["consult_reminders"] or 0)
    return reminder_proposed(terms.due, terms.reminders, made, on, workdays(session))


def rounds(session: Session, row: Consultation) -> list[Consultation]:
    """Every round of the paper that came before this one, the first one first."""
    found: list[Consultation] = []
    while row.previous_id is not None:
        row = consultation(session, row.previous_id)
        found.insert(0, row)
    return found


def organ(seat: Seat, row: Consultation, on: date) -> str:
    """Who writes the letter: the conference's office, or the lead departments where there is none."""
    charter = charter_of(seat.session, row, on)
    names = (
        [f"{charter.conference_name}办公室"] if charter.office_host else [unit.name for unit in charter.text.lead_units]
    )
    return "、".join(full_name(seat.tenant.name, name) for name in names)
