"""Matters that go up, for programs. The same verbs as on the pages (verbs.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.seat import Seat
from service.kit.verbs import offer
from service.kit.web import current_seat, reading, today
from service.matters import commands, consulting, listing, queries, schemas
from service.matters.listing import Row
from service.matters.models import Matter, ReplyDelegation
from service.matters.queries import Heard
from service.matters.verbs import VERBS
from service.matters.whole import Line, Whole, whole

api = Blueprint(
    "matters_api",
    __name__,
    url_prefix="/api/v1/t/<slug>/matters",
    description="Major issues, key projects and policy proposals that go up",
)


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _row(row: Row) -> dict[str, Any]:
    return _columns(row.matter) | {"unit": row.unit, "gate": row.gate, "late": row.late}


def _line(line: Line) -> dict[str, Any]:
    said = {"name": line.name, "source": line.source, "passages": line.numbers, "late": line.late}
    return _columns(line.row) | said | {"state": line.stands.state, "voided": line.stands.voided}


def _heard(found: Heard) -> dict[str, Any]:
    hearing = found.hearing
    ids = {"agenda_item_id": found.item.id, "meeting_id": found.item.meeting_id, "text_no": found.text_no}
    return ids | {"meeting": hearing.meeting, "held_on": hearing.held_on, "outcome": hearing.outcome}


def _outcome(row: Matter, gate: str) -> dict[str, Any]:
    """What whoever raised it wants to know, wherever it was merged."""
    said = {"matter": str(row.id), "title": row.title, "state": row.state, "gate": gate}
    return said | {"reason": row.reason, "closing": row.closing}


def _whole(seat: Seat, matter_id: UUID) -> dict[str, Any]:
    found: Whole = whole(seat, matter_id, today())
    api.set_etag({"revision": found.matter.revision})
    return _columns(found.matter) | {
        "unit": found.name(found.matter.unit_id),
        "gate": found.gate,
        "late": [],
        "handle_by": found.handle_by,
        "missing": [zh for zh, _en in found.lacking],
        "outcome": _outcome(found.carrying, found.carrying_gate),
        "texts": found.texts,
        "units": [_line(line) for line in found.lines],
        "deliberations": [_heard(one) for one in found.heard],
        "disagreements": found.cases,
        "rounds": found.rounds,
        "instructions": found.instructions,
        "events": found.events,
    }


@api.get("")
@api.arguments(schemas.MattersQuery, location="query")
@api.response(200, schemas.MattersPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The matters that this seat sees, the newest first."""
    page = listing.listed(reading("matter.read"), asked(query), today())
    return framed(page, [_row(row) for row in page.rows])


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.MatterIn)
@api.response(201, schemas.WholeOut)
def draft(body: dict[str, Any]) -> dict[str, Any]:
    """Draft a matter for one's own unit."""
    seat = current_seat()
    return _whole(seat, commands.draft_matter(seat, **body, on=today()).id)


@api.get("/<uuid:matter_id>")
@api.etag
@api.response(200, schemas.WholeOut)
def show(matter_id: UUID) -> dict[str, Any]:
    """One matter: its texts, the two gates and what is missing, the units' answers, and its history."""
    return _whole(reading("matter.read"), matter_id)


offer(api, VERBS.values(), schemas.WholeOut, _whole, "/<uuid:matter_id>")


def _tagged(row: ReplyDelegation) -> ReplyDelegation:
    api.set_etag({"revision": row.revision})
    return row


@api.get("/delegations")
@api.response(200, schemas.DelegationOut(many=True))
def delegations() -> Any:
    """What the representatives of this seat's units let their liaisons do."""
    seat = reading("matter.read")
    return queries.delegations(seat.session, seat.unit_ids)


@api.post("/delegations")
@idempotent
@api.etag
@api.arguments(schemas.DelegationIn)
@api.response(201, schemas.DelegationOut)
def delegate(body: dict[str, Any]) -> Any:
    """Let the unit's liaison answer for it over some days."""
    return _tagged(consulting.delegate(current_seat(), **body, on=today()))


@api.post("/delegations/<uuid:delegation_id>/withdrawal")
@idempotent
@api.etag
@api.response(201, schemas.DelegationOut)
def withdraw_delegation(delegation_id: UUID) -> Any:
    """The liaison answers no more."""
    return _tagged(consulting.withdraw_delegation(current_seat(), delegation_id, on=today()))
