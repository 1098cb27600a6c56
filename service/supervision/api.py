"""Supervision, for programs. The same verbs as on the pages (verbs.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.documents.rendering import rendered
from service.kit.export import download
from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.seat import Seat
from service.kit.verbs import offer
from service.kit.web import current_seat, reading, today
from service.supervision import commands, listing, queries, schemas, worklist
from service.supervision.commands import OrderText
from service.supervision.document import order_document
from service.supervision.models import SupervisionOrder, SupervisionReminder
from service.supervision.queries import READ
from service.supervision.verbs import VERBS, offered
from service.supervision.view import whole
from service.supervision.worklist import Entry

api = Blueprint(
    "supervision_api", __name__, url_prefix="/api/v1/t/<slug>/supervision", description="Supervision orders, reminders"
)


def _columns(row: SupervisionOrder | SupervisionReminder) -> dict[str, Any]:
    kind, subject_id = row.subject
    columns = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return columns | {"kind": kind, "subject_id": subject_id}


def _whole(seat: Seat, order_id: UUID) -> dict[str, Any]:
    found = whole(seat, queries.order(seat, order_id), today())
    api.set_etag({"revision": found.order.revision})
    return _columns(found.order) | {
        "standing": found.subject.standing,
        "silent": found.silent,
        "can": sorted(offered(seat, found)),
        "chain": [row.id for row in found.chain],
        "events": found.events,
    }


def _entry(row: Entry) -> dict[str, Any]:
    subject = row.subject
    named = {"code": row.code, "kind": subject.kind, "subject_id": subject.id, "title": subject.title}
    stands = {"due": subject.due, "late": row.late, "level": row.level, "why": row.why, "reminded": len(row.reminded)}
    return named | stands | {"addressee": row.addressee, "before_id": row.before.id if row.before else None}


def _all(rows: Iterable[SupervisionOrder | SupervisionReminder]) -> dict[str, Any]:
    return {"items": [_columns(row) for row in rows]}


@api.get("")
@api.arguments(schemas.OrdersQuery, location="query")
@api.response(200, schemas.OrdersPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The orders that this seat sees, the newest first, with the figures of the year."""
    seat, on = reading(READ), today()
    page = listing.listed(seat, asked(query), on)
    return framed(page, [_columns(row) for row in page.rows]) | {"figures": listing.figures(seat, on)}


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.OrderIn)
@api.response(201, schemas.OrderOut)
def draft(body: dict[str, Any]) -> dict[str, Any]:
    """Draft the next order about a matter, prefilled by the ladder."""
    seat = current_seat()
    kind, subject_id = body.pop("kind"), body.pop("subject_id")
    return _whole(seat, commands.draft_order(seat, kind, subject_id, text=OrderText(**body), on=today()).id)


@api.get("/worklist")
@api.arguments(schemas.WorklistQuery, location="query")
@api.response(200, schemas.WorklistPage)
def to_supervise(query: dict[str, Any]) -> dict[str, Any]:
    """What is to be supervised now, the longest late first."""
    seat = reading(queries.ALL)
    page = worklist.listed(seat.session, asked(query), today())
    return framed(page, [_entry(row) for row in page.rows])


@api.post("/worklist/orders")
@idempotent
@api.arguments(schemas.ManyIn)
@api.response(201, schemas.OrdersOut)
def draft_many(body: dict[str, Any]) -> dict[str, Any]:
    """Draft an order about each of these, at the level the ladder asks for; all of them, or none."""
    return _all(commands.draft_orders(current_seat(), body["keys"], on=today()))


@api.get("/reminders")
@api.arguments(schemas.RemindersQuery, location="query")
@api.response(200, schemas.RemindersPage)
def reminders(query: dict[str, Any]) -> dict[str, Any]:
    """Who was reminded of what, the newest first."""
    page = listing.reminders(reading(READ), asked(query))
    return framed(page, [_columns(row) for row in page.rows])


@api.post("/reminders")
@idempotent
@api.arguments(schemas.RemindersIn)
@api.response(201, schemas.RemindersOut)
def remind(body: dict[str, Any]) -> dict[str, Any]:
    """Remind the units of these matters."""
    return _all(commands.remind(current_seat(), body["keys"], text=body["text"], on=today()))


@api.post("/closures")
@idempotent
@api.arguments(schemas.ClosingIn)
@api.response(201, schemas.OrdersOut)
def close_many(body: dict[str, Any]) -> dict[str, Any]:
    """Close these orders, their matters being done; all of them, or none."""
    return _all(commands.close_settled(current_seat(), body["orders"], on=today()))


@api.get("/<uuid:supervision_order_id>")
@api.etag
@api.response(200, schemas.OrderOut)
def show(supervision_order_id: UUID) -> dict[str, Any]:
    """One order with its history, and what this seat can do with it."""
    return _whole(reading(READ), supervision_order_id)


@api.get("/<uuid:supervision_order_id>/document.<any(docx, pdf):kind>")
@api.response(200)
def document(supervision_order_id: UUID, kind: str) -> Response:
    """The order as it is printed."""
    seat, on = reading(READ), today()
    found = whole(seat, queries.order(seat, supervision_order_id), on)
    paper = order_document(seat, found.order, found.before, on)
    return download(kind, f"督办单{found.order.number}", rendered(paper, kind))


offer(api, VERBS.values(), schemas.OrderOut, _whole, "/<uuid:supervision_order_id>")
