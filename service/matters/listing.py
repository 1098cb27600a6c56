"""The list of matters, what waits in it for a seat, and what is late."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, true
from sqlalchemy.orm import Session

from service.calendar.queries import workdays
from service.charter.models import Unit
from service.charter.names import Names, unit_names
from service.charter.queries import in_force
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.matters import rules
from service.matters.models import Deliberation, Disagreement, Instruction, Matter, MatterUnit
from service.matters.queries import hearings, lacking, visible

SORTABLE = {
    "submitted_on": Matter.submitted_on,
    "title": Matter.title,
    "unit": Unit.position,
    "state": Matter.state,
    "kind": Matter.kind,
    "id": Matter.id,
}
LATE = ("handling", "answer", "instruction")  # named in `matter_late`
# What waits for a seat; named in `matter_waiting`.
MINE = ("accept", "returned", "answer", "removal", "coordinate", "sign", "follow", "raised")


@dataclass(frozen=True)
class Row:
    """One matter as the list shows it."""

    matter: Matter
    unit: str
    gate: str  # rules.deliberated
    consents: Mapping[str, int]  # how many units stand in each state
    late: list[str]  # LATE

    @property
    def asked(self) -> int:
        """How many units are asked, whatever they said."""
        return sum(number for state, number in self.consents.items() if state not in ("listed", "removed"))


def listed(seat: Seat, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """The matters that the seat sees, the newest first."""
    query = select(Matter, Unit.name).join(Unit, and_(Unit.tenant_id == Matter.tenant_id, Unit.id == Matter.unit_id))
    query = query.where(visible(seat), *_wanted(seat, asked, on))
    page = page_of(seat.session, query, asked, SORTABLE, "-id", whole=whole)
    rows = _rows(seat.session, [row for row, _unit in page.rows], on)
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def _wanted(seat: Seat, asked: Asked, on: date) -> list[ColumnElement[bool]]:
    wanted = asked.filters
    said: list[ColumnElement[bool]] = [column == wanted[name] for name, column in _EQUAL.items() if wanted.get(name)]
    if wanted.get("late"):
        said.append(is_late(seat.session, wanted["late"], on))
    if wanted.get("mine"):
        said.append(waits(seat, wanted["mine"], on))
    if asked.q:
        said.append(Matter.title.contains(asked.q, autoescape=True))
    return said


_EQUAL = {"state": Matter.state, "kind": Matter.kind, "unit": Unit.key}


def _rows(session: Session, found: Sequence[Matter], on: date) -> list[Row]:
    names, ids = unit_names(session), [row.id for row in found]
    consents, overdue = _consents(session, ids, on)
    placed = set(session.scalars(select(Deliberation.matter_id).where(Deliberation.matter_id.in_(ids))))
    late = {kind: _ids(session, is_late(session, kind, on), ids) for kind in ("handling", "instruction")}
    late["answer"] = overdue
    return [_row(session, row, names, row.id in placed, consents[row.id], late) for row in found]


def _row(
    session: Session,
    row: Matter,
    names: Names,
    placed: bool,
    consents: Mapping[str, int],
    late: Mapping[str, set[UUID]],
) -> Row:
    """What is settled bears the unit's name of the day on which it was raised."""
    gate = rules.deliberated(hearings(session, row.id)) if placed else "none"
    day = row.raised_on if row.state not in rules.RUNNING else None
    return Row(row, names.then(row.unit_id, day), gate, consents, [kind for kind in LATE if row.id in late[kind]])


def _consents(session: Session, ids: Iterable[UUID], on: date) -> tuple[dict[UUID, Counter[str]], set[UUID]]:
    """How the units of each matter stand; and the matters where an answer is overdue."""
    table: dict[UUID, Counter[str]] = defaultdict(Counter)
    overdue: set[UUID] = set()
    query = select(MatterUnit.matter_id, MatterUnit.state, MatterUnit.due, Matter.state).join(
        Matter, and_(Matter.tenant_id == MatterUnit.tenant_id, Matter.id == MatterUnit.matter_id)
    )
    for matter_id, state, due, running in session.execute(query.where(MatterUnit.matter_id.in_(list(ids)))):
        table[matter_id][state] += 1
        if running == "accepted" and state == "asked" and due is not None and due < on:
            overdue.add(matter_id)
    return table, overdue


def _ids(session: Session, condition: ColumnElement[bool], among: Iterable[UUID]) -> set[UUID]:
    return set(session.scalars(select(Matter.id).where(condition, Matter.id.in_(list(among)))))


def is_late(session: Session, kind: str, on: date) -> ColumnElement[bool]:
    """The condition under which something of a matter is late. Source: dossier 1.3 X1, 6; rules.handle_by."""
    if kind == "handling":
        within = in_force(session, on).rules["submission_handling_workdays"]
        if within is None:
            return false()
        return and_(Matter.state == "submitted", Matter.submitted_on < workdays(session).add(on, -within))
    if kind == "answer":
        return and_(Matter.state == "accepted", _of(MatterUnit, MatterUnit.state == "asked", MatterUnit.due < on))
    open_ones = _of(Instruction, Instruction.done_on.is_(None), Instruction.due < on)
    return and_(Matter.state.in_(("sent", "received")), open_ones)


def _of(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The matter has such a row."""
    return exists().where(table.tenant_id == Matter.tenant_id, table.matter_id == Matter.id, *conditions)


def waits(seat: Seat, kind: str, on: date) -> ColumnElement[bool]:
    """The condition under which a matter waits for this seat, in that way."""
    if kind == "sign":
        return Matter.id.in_(ready(seat.session, on)) if seat.may("report.sign") else false()
    answering = seat.units_for("consult.reply") | _delegated(seat)
    return {
        "accept": and_(_may(seat, "matter.handle"), Matter.state == "submitted"),
        "returned": and_(Matter.state == "returned", Matter.unit_id.in_(seat.units_for("matter.draft"))),
        "answer": and_(
            Matter.state == "accepted",
            _of(MatterUnit, MatterUnit.state == "asked", MatterUnit.unit_id.in_(answering)),
        ),
        "removal": and_(
            _may(seat, "matter.reduce"), Matter.state == "accepted", _of(MatterUnit, MatterUnit.removal_reason != "")
        ),
        "coordinate": and_(
            _may(seat, "dissent.coordinate"),
            Matter.state == "accepted",
            _of(Disagreement, Disagreement.state == "open"),
        ),
        "follow": and_(
            Matter.state.in_(("sent", "received")),
            _of(Instruction, Instruction.done_on.is_(None), Instruction.unit_id.in_(seat.units_for("matter.follow"))),
        ),
        "raised": Matter.unit_id.in_(seat.unit_ids),
    }[kind]


def _delegated(seat: Seat) -> frozenset[UUID]:
    return seat.units_for("consult.reply_delegated")


def _may(seat: Seat, operation: str) -> ColumnElement[bool]:
    return true() if seat.may(operation) else false()


def ready(session: Session, on: date) -> list[UUID]:
    """The matters whose gates both hold: the convener may sign them."""
    query: Select[Matter] = select(Matter).where(Matter.state == "accepted", Matter.consulted_on.is_not(None))
    return [row.id for row in session.scalars(query) if not lacking(session, row, on)]


def count(seat: Seat, kind: str, on: date) -> int:
    """How many matters wait for the seat in that way."""
    return (
        seat.session.scalar(select(func.count()).select_from(Matter).where(visible(seat), waits(seat, kind, on))) or 0
    )
