"""Agenda items, their papers and the agendas of meetings, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.agendas import arranging, commands, concluding, papers, queries, schemas
from service.agendas.models import AgendaItem
from service.agendas.overview import Agenda, Row, agenda_of, comparison
from service.agendas.queries import Paper
from service.agendas.verbs import VERBS
from service.files.keeping import stored
from service.files.web import read, served
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.seat import Seat
from service.kit.verbs import offer
from service.kit.web import current_seat, reading, today

api = Blueprint("agendas_api", __name__, url_prefix="/api/v1/t/<slug>", description="Agenda items and agendas")
ITEMS, AGENDA = "/agenda-items", "/meetings/<uuid:meeting_id>/agenda"


def _columns(row: AgendaItem) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in AgendaItem.__table__.columns}


def _shown(seat: Seat, agenda_item_id: UUID) -> dict[str, Any]:
    """The item as this seat sees it; what the seat did it may have done for others, and still sees it."""
    row = queries.item(seat.session, agenda_item_id)
    api.set_etag({"revision": row.revision})
    return _columns(row) | {
        "papers": [_paper(found) for found in queries.readable(seat, [row])[row.id]],
        "forwards": queries.forwards(seat.session, [row.id]).get(row.id, []),
        "later": queries.chain(seat.session, row)[1:],
    }


def _paper(found: Paper) -> dict[str, Any]:
    named = ("name", "media_type", "size", "sha256", "uploaded_by", "uploaded_at")
    versions = [
        {"id": kept.id, "number": kept.number} | {name: getattr(kept.file, name) for name in named}
        for kept in found.versions
    ]
    row = found.row
    return {
        "id": row.id,
        "title": row.title,
        "access": row.access,
        "unit_ids": sorted(found.units),
        "versions": versions,
    }


@api.get(ITEMS)
@api.arguments(schemas.ItemsQuery, location="query")
@api.response(200, schemas.ItemsPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The items, the newest first: the office sees all, others what is on agendas and what their units proposed."""
    return listed(queries.listed(reading("meeting.read"), asked(query)))


@api.post(ITEMS)
@idempotent
@api.etag
@api.arguments(schemas.ProposalIn)
@api.response(201, schemas.ItemOut)
def propose(body: dict[str, Any]) -> dict[str, Any]:
    """A unit proposes an item, for a meeting or for a later one."""
    seat = current_seat()
    return _shown(seat, commands.propose(seat, **body, on=today()).id)


@api.post(f"{ITEMS}/office")
@idempotent
@api.etag
@api.arguments(schemas.OfficeItemIn)
@api.response(201, schemas.ItemOut)
def add(body: dict[str, Any]) -> dict[str, Any]:
    """The office has an item of its own, in the backlog or on an agenda."""
    seat = current_seat()
    return _shown(seat, commands.add_item(seat, **body, on=today()).id)


@api.get(f"{ITEMS}/<uuid:agenda_item_id>")
@api.etag
@api.response(200, schemas.ItemOut)
def show(agenda_item_id: UUID) -> dict[str, Any]:
    """One item with its papers, and what became of it here, later and elsewhere."""
    seat = reading("meeting.read")
    return _shown(seat, queries.item_for(seat, agenda_item_id).id)


offer(api, VERBS.values(), schemas.ItemOut, _shown, f"{ITEMS}/<uuid:agenda_item_id>")


@api.post(f"{ITEMS}/forwards/<uuid:item_forward_id>/outcome")
@idempotent
@api.arguments(schemas.ReportIn)
@api.response(201, schemas.ForwardOut)
def report(body: dict[str, Any], item_forward_id: UUID) -> Any:
    """What came of an item that was sent on."""
    return concluding.report_back(current_seat(), item_forward_id, **body, on=today())


@api.post(f"{ITEMS}/<uuid:agenda_item_id>/papers")
@idempotent
@api.etag
@api.arguments(schemas.PaperIn, location="form")
@api.arguments(schemas.FileIn, location="files")
@api.response(201, schemas.ItemOut)
def bring(words: dict[str, Any], files: dict[str, Any], agenda_item_id: UUID) -> dict[str, Any]:
    """Bring a paper."""
    seat = current_seat()
    papers.add_paper(seat, agenda_item_id, read(files["file"]), **words, on=today())
    return _shown(seat, agenda_item_id)


@api.post(f"{ITEMS}/papers/<uuid:agenda_paper_id>/versions")
@idempotent
@api.etag
@api.arguments(schemas.FileIn, location="files")
@api.response(201, schemas.ItemOut)
def bring_again(files: dict[str, Any], agenda_paper_id: UUID) -> dict[str, Any]:
    """Bring a paper's next version; the earlier ones stay."""
    seat = current_seat()
    return _shown(seat, papers.add_version(seat, agenda_paper_id, read(files["file"]), on=today()).item_id)


@api.post(f"{ITEMS}/papers/<uuid:agenda_paper_id>/access")
@idempotent
@api.etag
@api.arguments(schemas.AccessIn)
@api.response(201, schemas.ItemOut)
def open_to(body: dict[str, Any], agenda_paper_id: UUID) -> dict[str, Any]:
    """Say who may read a paper."""
    seat = current_seat()
    return _shown(seat, papers.open_paper(seat, agenda_paper_id, **body, on=today()).item_id)


@api.get(f"{ITEMS}/<uuid:agenda_item_id>/papers/<uuid:agenda_paper_version_id>/file")
@api.response(200, content_type="application/octet-stream")
def file(agenda_item_id: UUID, agenda_paper_version_id: UUID) -> Response:
    """One version of a paper, for who may read it."""
    seat = reading("meeting.read")
    return served(stored(seat.session, queries.file_for(seat, agenda_item_id, agenda_paper_version_id)))


# --- the agenda of a meeting


def _agenda(seat: Seat, meeting_id: UUID) -> dict[str, Any]:
    found = agenda_of(seat, meeting_id, today())
    return {
        "items": [_slot(row) for row in found.rows],
        "total_minutes": found.total,
        "call": _call(found),
        "call_by": found.call_by.day if found.call_by else None,
        "papers_by": found.papers_by.day if found.papers_by else None,
        "lacks": found.lacks,
        "version": found.versions[0].number if found.versions else None,
        "unsettled": found.unsettled,
    }


def _slot(row: Row) -> dict[str, Any]:
    return _columns(row.item) | asdict(row.slot) | {"unit": row.unit, "papers": [_paper(one) for one in row.papers]}


def _call(found: Agenda) -> dict[str, Any] | None:
    if found.call is None:
        return None
    names = ("due", "computed", "rule", "reason", "text", "called_on")
    return {name: getattr(found.call, name) for name in names} | {"asked": found.asked}


@api.get(AGENDA)
@api.response(200, schemas.AgendaOut)
def agenda(meeting_id: UUID) -> dict[str, Any]:
    """The agenda in order, by the clock, with what it lacks by the charter."""
    return _agenda(reading("meeting.read"), meeting_id)


@api.post(f"{AGENDA}/call")
@idempotent
@api.arguments(schemas.CallIn)
@api.response(201, schemas.AgendaOut)
def call(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Ask the units for items, by the charter's day or another one with a reason."""
    seat = current_seat()
    arranging.call_for_items(seat, meeting_id, **body, on=today())
    return _agenda(seat, meeting_id)


@api.post(f"{AGENDA}/versions")
@idempotent
@api.arguments(schemas.ReasonIn)
@api.response(201, schemas.VersionOut)
def settle(body: dict[str, Any], meeting_id: UUID) -> Any:
    """Settle the agenda as it stands: its next version."""
    return arranging.settle(current_seat(), meeting_id, **body, on=today())


@api.get(f"{AGENDA}/versions")
@api.response(200, schemas.VersionOut(many=True))
def versions(meeting_id: UUID) -> Any:
    """The versions of the agenda, the newest first."""
    seat = reading("meeting.read")
    return agenda_of(seat, meeting_id, today()).versions


@api.get(f"{AGENDA}/comparison")
@api.arguments(schemas.ComparedQuery, location="query")
@api.response(200, schemas.ComparedOut)
def compare(query: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Two versions side by side; without numbers, the newest against the one before it, or against what stands now."""
    found = comparison(reading("meeting.read"), meeting_id, **query)
    return {
        "before": found.before.number if found.before else None,
        "after": found.after.number if found.after else None,
        "pairs": found.pairs,
    }
