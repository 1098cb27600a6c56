"""What every step of an order shares: the state it leads to, its line in the history, for whom a seat speaks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from config.labels import label
from service.kit.command import note
from service.kit.seat import Seat
from service.supervision.models import SupervisionEvent, SupervisionOrder
from service.supervision.news import tell_of
from service.supervision.queries import order
from service.supervision.rules import ARTICLE, ENDED, ORDER, Ladder, code_of
from tenants.errors import Forbidden


def stepping(seat: Seat, order_id: UUID, verb: str, on: date) -> SupervisionOrder:
    """The order, held until commit, in the state that the verb leads to; refused where its state forbids it."""
    return stepped(order(seat, order_id, hold=True), verb, on)


def stepped(row: SupervisionOrder, verb: str, on: date) -> SupervisionOrder:
    """The same of an order that is held already."""
    row.state = ORDER.step(row.state, verb)
    row.ended_on = on if row.state in ENDED else None
    return row


def happened(seat: Seat, row: SupervisionOrder, verb: str, on: date, text: str = "") -> SupervisionOrder:
    """The order's history has one more line, and so has the audit log; whatever belongs to it is a new revision of it."""
    flag_modified(row, "title")
    seat.session.flush()
    seat.session.add(SupervisionEvent(supervision_order_id=row.id, verb=verb, on=on, by=seat.name, text=text))
    said = {"verb": verb, "state": row.state, "level": row.level, "number": row.number, "text": text}
    note(seat, f"supervision_order:{row.id}", **{f"order:{row.id}": said})
    tell_of(seat, row, verb, on)
    return row


def check_answers(seat: Seat, row: SupervisionOrder) -> None:
    """Nothing, or who does not sit for the unit is refused. Source: dossier 1.6 (签收回复)."""
    if row.unit_id is None or not seat.sits_for(row.unit_id, "supervision.reply"):
        raise Forbidden(
            "督办单由责任单位的联络员签收、回复，您不是该单位的联络员。",
            en="An order is acknowledged and answered by the liaison of the unit it is addressed to.",
            source=ARTICLE,
        )


def signed_as(seat: Seat, ladder: Ladder, level: str) -> str:
    """The post under which a seat signs, in words: the first that the charter names and it holds; none for the operator."""
    held = (role for role in ladder.signers(level) if code_of(role) in seat.roles)
    return next((label("role", role) for role in held), "")
