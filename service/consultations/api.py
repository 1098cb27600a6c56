"""Consultations, for programs. The same verbs as on the pages (verbs.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.charter.names import unit_names
from service.consultations import commands, ending, handling, queries, schemas
from service.consultations.commands import Paper
from service.consultations.models import Consultation
from service.consultations.queries import READ, Line, Whole
from service.consultations.verbs import ANSWERING, OFFICE, UNITS
from service.consultations.view import shown_lines
from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.seat import Seat
from service.kit.verbs import offer
from service.kit.web import current_seat, reading, today

api = Blueprint(
    "consultations_api", __name__, url_prefix="/api/v1/t/<slug>/consultations", description="Asking units' opinions"
)


def _columns(row: Consultation) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in Consultation.__table__.columns}


def _shown(seat: Seat, consultation_id: UUID) -> dict[str, Any]:
    found = queries.whole(seat.session, queries.readable(seat, consultation_id), today())
    api.set_etag({"revision": found.consultation.revision})
    return _columns(found.consultation) | _counts(found) | {"lines": _lines(seat, found)}


def _counts(found: Whole) -> dict[str, Any]:
    tally = found.tally
    counted = {"asked": tally.asked, "replied": tally.replied, "silent": tally.silent, "deemed": tally.by["deemed"]}
    return counted | {"remind": found.remind}


def _lines(seat: Seat, found: Whole) -> list[dict[str, Any]]:
    names, day = unit_names(seat.session), found.consultation.sent_on
    return [_line(line, names.then(line.asked.unit_id, day)) for line in shown_lines(seat, found)]


def _line(line: Line, unit: str) -> dict[str, Any]:
    said = {
        name: getattr(line.asked, name) for name in ("unit_id", "late", "replied_on", "text", "paper_basis", "revision")
    }
    return said | {
        "unit": unit,
        "standing": line.standing,
        "reminders": line.reminders,
        "passages": line.passages,
    }


@api.get("")
@api.arguments(schemas.ConsultationsQuery, location="query")
@api.response(200, schemas.ConsultationsPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The consultations that one sees, the latest first."""
    page = queries.listed(reading(READ), asked(query), today())
    rows = [_columns(row.consultation) | {"asked": row.asked, "replied": row.replied} for row in page.rows]
    return framed(page, rows)


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.PaperIn)
@api.response(201, schemas.ConsultationOut)
def draft(body: dict[str, Any]) -> dict[str, Any]:
    """Draft a consultation."""
    seat = current_seat()
    row = commands.draft_consultation(seat, Paper(**body), today())
    return _shown(seat, row.id)


@api.get("/<uuid:consultation_id>")
@api.etag
@api.response(200, schemas.ConsultationOut)
def show(consultation_id: UUID) -> dict[str, Any]:
    """One consultation: to the office with what every unit said, to a unit with its own."""
    return _shown(reading(READ), consultation_id)


@api.put("/<uuid:consultation_id>")
@api.etag
@api.arguments(schemas.PaperIn)
@api.response(200, schemas.ConsultationOut)
def revise(body: dict[str, Any], consultation_id: UUID) -> dict[str, Any]:
    """Change a draft."""
    seat = current_seat()
    api.check_etag({"revision": queries.readable(seat, consultation_id).revision})
    commands.revise_consultation(seat, consultation_id, Paper(**body), today())
    return _shown(seat, consultation_id)


@api.post("/<uuid:consultation_id>/rounds")
@idempotent
@api.etag
@api.response(201, schemas.ConsultationOut)
def ask_again(consultation_id: UUID) -> dict[str, Any]:
    """Draft the next round on a paper that is to change."""
    seat = current_seat()
    return _shown(seat, ending.ask_again(seat, consultation_id, on=today()).id)


@api.post("/<uuid:consultation_id>/passages/<uuid:passage_id>/handling")
@idempotent
@api.etag
@api.arguments(schemas.HandlingIn)
@api.response(201, schemas.ConsultationOut)
def handle(body: dict[str, Any], consultation_id: UUID, passage_id: UUID) -> dict[str, Any]:
    """Say what became of one opinion."""
    seat = current_seat()
    handling.handle_opinion(seat, consultation_id, passage_id, **body, on=today())
    return _shown(seat, consultation_id)


offer(
    api,
    [*OFFICE.values(), *UNITS.values(), *ANSWERING.values()],
    schemas.ConsultationOut,
    _shown,
    "/<uuid:consultation_id>",
)
