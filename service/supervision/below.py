"""An order to a place below goes down as a dispatch; what the place answers to it is all that is seen of it here.

Source: dossier 1.1 D9 (对下级租户只能督办“上级下达或已上报”的事项).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.documents.composition import date_text
from service.kit.seat import Seat
from service.supervision.models import SupervisionOrder
from service.supervision.moves import happened, stepped
from service.supervision.queries import order
from service.supervision.rules import UNANSWERED, level_name
from tenants import dispatch
from tenants.dispatch import Dispatch, DispatchPlace

KIND = "order"


def place_of(session: Session, row: SupervisionOrder) -> DispatchPlace | None:
    """How the place below stands to the order that went down to it; none: the order is not for a place."""
    if row.sent_id is None:
        return None
    return session.scalars(select(DispatchPlace).where(DispatchPlace.dispatch_id == row.sent_id)).one_or_none()


def send_down(seat: Seat, row: SupervisionOrder, on: date) -> None:
    """An order for a place below is on its way to it, sealed; one for a unit goes nowhere."""
    if row.dispatch_place_id is None:
        return
    place = seat.session.scalars(select(DispatchPlace).where(DispatchPlace.id == row.dispatch_place_id)).one()
    title = f"督办单{row.number}（{level_name(row.level)}）：{row.title}"
    content = {"text": _text(row), "level": row.level, "number": row.number, "demand": row.demand}
    sent = dispatch.send(
        seat.session, KIND, title, content, row.answer_by or row.due, to=[place.receiver_id], by=seat.name, on=on
    )
    row.sent_id = sent.id


def _text(row: SupervisionOrder) -> str:
    """The order in plain words, as the place reads it."""
    asked = f"{row.demand}办理时限{date_text(row.due)}。"
    said = [f"督办事由：{row.findings}", f"督办依据：{row.basis}", f"办理要求：{asked}"]
    return "\n".join([*said, f"请于{date_text(row.answer_by)}前回复。"] if row.answer_by else said)


def take_answer(seat: Seat, order_id: UUID, on: date) -> None:
    """What the place below answered stands in the order, where it has not been taken up yet."""
    row = order(seat, order_id, hold=True)
    place = place_of(seat.session, row)
    if place is None or place.state != "finished" or place.answers <= row.taken or row.state not in UNANSWERED:
        return
    day, row.taken = place.answered_on or on, place.answers
    if row.state == "served":
        row.acknowledged_by, row.acknowledged_on = row.addressee, day
        happened(seat, stepped(row, "acknowledge", on), "acknowledge", on, row.addressee)
    row.answer, row.answered_by, row.answered_on = place.words or "（未附说明）", row.addressee, day
    happened(seat, stepped(row, "answer", on), "answer", on, row.answer)
    seat.session.flush()


def judge_below(seat: Seat, row: SupervisionOrder, verdict: str, text: str) -> None:
    """The office's word on the answer is on its way to the place."""
    place = place_of(seat.session, row)
    if place is not None:
        dispatch.judge(seat.session, place, verdict, text)


def recall_below(seat: Seat, row: SupervisionOrder, why: str) -> None:
    """The place is told that nothing more is asked of it under this order."""
    if (sent := _sent(seat.session, row)) is not None:
        dispatch.recall(seat.session, sent, why)


def end_below(seat: Seat, row: SupervisionOrder, why: str) -> None:
    """The place is told that the order is closed."""
    if (sent := _sent(seat.session, row)) is not None:
        dispatch.close(seat.session, sent, why)


def _sent(session: Session, row: SupervisionOrder) -> Dispatch | None:
    if row.sent_id is None:
        return None
    return session.scalars(select(Dispatch).where(Dispatch.id == row.sent_id)).one()
