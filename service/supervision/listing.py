"""The lists of orders and reminders, the figures over them, and what a daily round should tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, or_, select
from sqlalchemy.orm import Session

from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.supervision import rules
from service.supervision.models import SupervisionOrder, SupervisionReminder
from service.supervision.queries import ORDERS, REMINDERS, silent, visible, visible_reminders, waiting
from service.supervision.rules import ENDED, LEVELS, PREPARED, RUNNING, OrderFacts, is_settled
from service.supervision.subjects import subjects
from service.supervision.worklist import worklist

WEIGHT = case({level: weight for weight, level in enumerate(LEVELS)}, value=SupervisionOrder.level)
SORTABLE = {
    "number": SupervisionOrder.serial,
    "level": WEIGHT,
    "title": SupervisionOrder.title,
    "addressee": SupervisionOrder.addressee,
    "served_on": SupervisionOrder.served_on,
    "answer_by": SupervisionOrder.answer_by,
    "due": SupervisionOrder.due,
    "state": SupervisionOrder.state,
    "id": SupervisionOrder.id,
}
REMINDER_ORDERS = {
    "on": SupervisionReminder.on,
    "addressee": SupervisionReminder.addressee,
    "title": SupervisionReminder.title,
    "id": SupervisionReminder.id,
}
COURSES = ("prepared", "running", "silent", "ended")  # named in `supervision_course`


def listed(seat: Seat, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """The orders that the seat sees, the newest first."""
    query = select(SupervisionOrder).where(visible(seat), *_wanted(seat, asked, on))
    return page_of(seat.session, query, asked, SORTABLE, "-id", whole=whole)


def _wanted(seat: Seat, asked: Asked, on: date) -> list[ColumnElement[bool]]:
    given = asked.filters
    said: list[ColumnElement[bool]] = [column == given[name] for name, column in _EQUAL.items() if name in given]
    if "unit" in given:
        said.append(SupervisionOrder.unit_id == UUID(given["unit"]))
    if "kind" in given:
        said.append(ORDERS[given["kind"]].is_not(None))
    if "course" in given:
        said.append(course(given["course"], on))
    if "until" in given:
        said.append(SupervisionOrder.due <= date.fromisoformat(given["until"]))
    if "waiting" in given:
        said.append(waits(seat, given["waiting"], on))
    if asked.q:
        said.append(_says(asked.q, SupervisionOrder.title, SupervisionOrder.number, SupervisionOrder.addressee))
    return said


_EQUAL = {"level": SupervisionOrder.level, "state": SupervisionOrder.state}


def _says(text: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def course(wanted: str, on: date) -> ColumnElement[bool]:
    """The condition under which an order is on that part of its course."""
    state = SupervisionOrder.state
    return {
        "prepared": state.in_(PREPARED),
        "running": state.in_(RUNNING),
        "silent": silent(on),
        "ended": state.in_(ENDED),
    }[wanted]


CLOSE = "close"


def waits(seat: Seat, what: str, on: date) -> ColumnElement[bool]:
    """The condition under which an order waits for the seat; what can be closed is known by its matter."""
    if what == CLOSE:
        return SupervisionOrder.id.in_([row.id for row in closable(seat, on)])
    return waiting(seat, what, on)


def closable(seat: Seat, on: date) -> list[SupervisionOrder]:
    """The running orders whose matters are done, given up, or in time again."""
    if not seat.may("supervision.close"):
        return []
    rows = list(seat.session.scalars(select(SupervisionOrder).where(SupervisionOrder.state.in_(RUNNING))))
    found = subjects(seat.session, [row.subject for row in rows], on)
    return [row for row in rows if is_settled(found[row.subject].standing, found[row.subject].rung)]


def reminders(seat: Seat, asked: Asked, *, whole: bool = False) -> Page:
    """The reminders that the seat sees, the newest first."""
    given = asked.filters
    query: Select[SupervisionReminder] = select(SupervisionReminder).where(visible_reminders(seat))
    if "unit" in given:
        query = query.where(SupervisionReminder.unit_id == UUID(given["unit"]))
    if "kind" in given:
        query = query.where(REMINDERS[given["kind"]].is_not(None))
    if asked.q:
        query = query.where(_says(asked.q, SupervisionReminder.title, SupervisionReminder.addressee))
    return page_of(seat.session, query, asked, REMINDER_ORDERS, "-id", whole=whole)


# --- figures: dossier 6-18 ---


@dataclass(frozen=True)
class Figures:
    """The year so far: how many chains were to be closed, how many were, how long those that ended took."""

    closed: int
    to_close: int
    days: Fraction | None
    running: int
    silent: int
    served: int

    @property
    def percent(self) -> Fraction | None:
        return Fraction(100 * self.closed, self.to_close) if self.to_close else None


def figures(seat: Seat, on: date) -> Figures:
    """The figures over the orders that the seat sees, until the evening before. Source: dossier 6-18."""
    order = SupervisionOrder
    query = select(order.id, order.first_id, order.served_on, order.due, order.state, order.settled_on).where(
        visible(seat), order.served_on.is_not(None)
    )
    rows = [
        OrderFacts(str(first or own), served, due, state, settled)
        for own, first, served, due, state, settled in seat.session.execute(query)
        if served is not None
    ]
    found, year = rules.chains(rows), rules.year_of(on)
    closed, to_close = rules.closing_rate(found, *year)
    quiet = len(seat.session.scalars(select(order.id).where(visible(seat), silent(on))).all())
    running = sum(row.state in RUNNING for row in rows)
    return Figures(closed, to_close, rules.mean_days(found, *year), running, quiet, len(rows))


# --- for the daily round ---


@dataclass(frozen=True)
class Due:
    """Something that somebody should be told today: `silent`, an answer is overdue; `reached`, an order is due.

    `unit_id`: the unit that it concerns; none: the office alone. `key` is the same on every day on which it is the same.
    """

    kind: str
    key: str
    title: str
    unit_id: UUID | None
    number: str = ""
    order_id: UUID | None = None
    level: str = ""  # that was reached


def due(session: Session, on: date) -> list[Due]:
    """What the ladder has noticed by that day: answers overdue, and matters that reached a level or are to be escalated."""
    quiet = session.scalars(select(SupervisionOrder).where(silent(on)).order_by(SupervisionOrder.id))
    found = [
        Due("silent", f"order:{row.id}/{row.answer_by}", row.title, row.unit_id, row.number, row.id) for row in quiet
    ]
    reached = [entry for entry in worklist(session, on) if entry.level]
    return [*found, *(_reached(entry.subject.key, entry.level or "", entry.subject.title) for entry in reached)]


def _reached(key: tuple[str, UUID], level: str, title: str) -> Due:
    return Due("reached", f"{key[0]}:{key[1]}/reached/{level}", title, None, level=level)
