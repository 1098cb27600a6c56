"""Reading orders and reminders: one, those about a thing, and who may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from service.charter.queries import in_force
from service.kit.seat import Seat
from service.supervision.models import SupervisionEvent, SupervisionOrder, SupervisionReminder
from service.supervision.rules import (
    ENDED,
    INSIDE,
    PREPARED,
    RUNNING,
    SUBJECTS,
    UNANSWERED,
    Ladder,
    Proposal,
    is_silent,
    operation_of,
    proposal,
)
from service.supervision.subjects import Subject, among
from tenants.dispatch import DispatchPlace
from tenants.errors import Missing

READ, ALL = "supervision.read", "supervision.all_read"
ORDERS = {kind: getattr(SupervisionOrder, f"{kind}_id") for kind in SUBJECTS}
REMINDERS = {kind: getattr(SupervisionReminder, f"{kind}_id") for kind in INSIDE}
Key = tuple[str, UUID]


def ladder_on(session: Session, on: date) -> Ladder:
    """The ladder by the charter in force that day."""
    return Ladder(in_force(session, on).rules)


def visible(seat: Seat) -> ColumnElement[bool]:
    """The office and the conveners see every order; a unit those that were served on it."""
    if seat.may_read(ALL):
        return true()
    return and_(SupervisionOrder.unit_id.in_(seat.unit_ids), SupervisionOrder.served_on.is_not(None))


def visible_reminders(seat: Seat) -> ColumnElement[bool]:
    """The same of reminders."""
    return true() if seat.may_read(ALL) else SupervisionReminder.unit_id.in_(seat.unit_ids)


def order(seat: Seat, order_id: UUID, *, hold: bool = False) -> SupervisionOrder:
    """The order of that id, if the seat sees it; held until commit where asked for."""
    query = select(SupervisionOrder).where(SupervisionOrder.id == order_id, visible(seat))
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def named(session: Session, order_id: UUID) -> SupervisionOrder:
    """The order that another one names."""
    return session.scalars(select(SupervisionOrder).where(SupervisionOrder.id == order_id)).one()


def chain(session: Session, row: SupervisionOrder) -> list[SupervisionOrder]:
    """The order with those before and after it, from the first on."""
    mine = or_(SupervisionOrder.id == row.chain, SupervisionOrder.first_id == row.chain)
    return list(session.scalars(select(SupervisionOrder).where(mine).order_by(SupervisionOrder.id)))


def events(session: Session, order_id: UUID) -> list[SupervisionEvent]:
    """What happened to the order, the newest first."""
    query = select(SupervisionEvent).where(SupervisionEvent.supervision_order_id == order_id)
    return list(session.scalars(query.order_by(SupervisionEvent.id.desc())))


def orders_about(session: Session, keys: Iterable[Key]) -> dict[Key, list[SupervisionOrder]]:
    """The orders about these things, each thing's in the order in which they were drafted. One statement."""
    found: dict[Key, list[SupervisionOrder]] = defaultdict(list)
    query = select(SupervisionOrder).where(among(ORDERS, keys)).order_by(SupervisionOrder.id)
    for row in session.scalars(query):
        found[row.subject].append(row)
    return found


def reminders_about(session: Session, keys: Iterable[Key]) -> dict[Key, list[SupervisionReminder]]:
    """The reminders of these things, the latest last. One statement."""
    found: dict[Key, list[SupervisionReminder]] = defaultdict(list)
    query = select(SupervisionReminder).where(among(REMINDERS, keys)).order_by(SupervisionReminder.id)
    for row in session.scalars(query):
        found[row.subject].append(row)
    return found


# --- one thing and its orders ---


class Record:
    """The orders about one thing: the one prepared, the one that runs, the one closed last."""

    def __init__(self, rows: Iterable[SupervisionOrder], answered: Collection[UUID] = ()) -> None:
        self.rows, self.answered = list(rows), answered  # `answered`: by places below, not taken up yet
        self.prepared = next((row for row in self.rows if row.state in PREPARED), None)
        self.running = next((row for row in self.rows if row.state in RUNNING), None)
        closed = [row for row in self.rows if row.state in ENDED and row.state != "withdrawn"]
        self.closed = closed[-1] if closed else None

    @property
    def before(self) -> SupervisionOrder | None:
        """The order that a new one escalates."""
        return self.running or self.closed

    def proposal(self, ladder: Ladder, found: Subject, on: date) -> Proposal:
        """What the ladder asks for now."""
        row, former = self.running, self.closed
        silent = row is not None and row.id not in self.answered and is_silent(row.state, row.answer_by, on)
        return proposal(ladder, found.rung, row.level if row else None, silent, former.level if former else None)


def records(session: Session, keys: Iterable[Key]) -> dict[Key, Record]:
    """The orders about these things. Two statements, whatever their number."""
    asked = list(keys)
    rows = orders_about(session, asked)
    answered = set(session.scalars(select(SupervisionOrder.id).where(answered_below())))
    return {key: Record(rows[key], answered) for key in asked}


def record(session: Session, found: Subject) -> Record:
    """The orders about that thing."""
    return records(session, [found.key])[found.key]


def silent(on: date) -> ColumnElement[bool]:
    """Orders without an answer after the last day for it: `rules.is_silent` for the database."""
    waiting = SupervisionOrder.state.in_(UNANSWERED)
    return and_(waiting, SupervisionOrder.answer_by < on, not_(answered_below()))


def answered_below() -> ColumnElement[bool]:
    """Orders that a place below answered, and whose answer nobody here has taken up yet."""
    came = exists().where(
        DispatchPlace.tenant_id == SupervisionOrder.tenant_id,
        DispatchPlace.dispatch_id == SupervisionOrder.sent_id,
        DispatchPlace.state == "finished",
        DispatchPlace.answers > SupervisionOrder.taken,
    )
    return and_(SupervisionOrder.state.in_(UNANSWERED), came)


# --- what waits for a seat ---

WAITING = ("sign", "serve", "acknowledge", "answer", "accept")  # named in `supervision_waiting`


def waiting(seat: Seat, what: str, on: date) -> ColumnElement[bool]:
    """The condition under which an order waits for this seat in that way."""
    mine = SupervisionOrder.unit_id.in_(seat.units_for("supervision.reply"))
    state = SupervisionOrder.state
    return {
        "sign": and_(state == "draft", SupervisionOrder.level.in_(signed_by(seat, on))),
        "serve": and_(_may(seat, "supervision.serve"), state == "signed"),
        "acknowledge": and_(mine, state == "served"),
        "answer": and_(mine, state.in_(("acknowledged", "returned"))),
        "accept": and_(_may(seat, "supervision.close"), or_(state == "answered", answered_below())),
    }[what]


def _may(seat: Seat, operation: str) -> ColumnElement[bool]:
    return true() if seat.may(operation) else false()


def signed_by(seat: Seat, on: date) -> list[str]:
    """The levels that this seat may sign that day, by the matrix and by the charter."""
    ladder = ladder_on(seat.session, on)
    return [level for level in ladder.levels if signs(seat, ladder, level)]


def signs(seat: Seat, ladder: Ladder, level: str) -> bool:
    """Whether the seat may sign that level. Source: dossier 1.1 D9, 1.6."""
    own = seat.console or bool(ladder.signer_codes(level) & seat.roles)
    return own and seat.may(operation_of(level))


def count(seat: Seat, what: str, on: date) -> int:
    """How many orders wait for this seat in that way."""
    query = select(func.count()).select_from(SupervisionOrder).where(visible(seat), waiting(seat, what, on))
    return seat.session.scalar(query) or 0
