"""Reports and the snapshots they rest on, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.kit.export import download
from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.period import Period
from service.kit.web import current_seat, reading, today
from service.reports import schemas
from service.reports.commands import draft_report, revise_report, sign_report
from service.reports.files import RENDER
from service.reports.models import Report
from service.reports.queries import listed, readable, readable_snapshot, report, snapshot, stale
from service.reports.totals import provenance, totals
from service.reports.writing import write

api = Blueprint(
    "reports_api", __name__, url_prefix="/api/v1/t/<slug>", description="Periodic reports to the government"
)


def _tagged(row: Report) -> Any:
    api.set_etag({"revision": row.revision})
    return row


@api.get("/reports")
@api.arguments(schemas.ReportsQuery, location="query")
@api.response(200, schemas.ReportPageOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The reports, the newest period first."""
    page = listed(reading("report.read"), asked(query))
    return framed(page, [row for row, _number in page.rows])


@api.post("/reports")
@idempotent
@api.etag
@api.arguments(schemas.ReportIn)
@api.response(201, schemas.ReportOut)
def draft(data: dict[str, str]) -> Any:
    """Draft the period's report on a snapshot of what is published now."""
    return _tagged(draft_report(current_seat(), Period.parse(data["period"]), today()))


@api.get("/reports/<uuid:report_id>")
@api.etag
@api.response(200, schemas.ReportOut)
def show(report_id: UUID) -> Any:
    """One report."""
    return _tagged(readable(reading("report.read"), report_id))


@api.put("/reports/<uuid:report_id>/parts")
@api.etag
@api.arguments(schemas.PartsSchema)
@api.response(200, schemas.ReportOut)
def revise(parts: dict[str, Any], report_id: UUID) -> Any:
    """What parts two to four of the draft say; `edited` is set where a place's words were changed."""
    seat = current_seat()
    api.check_etag({"revision": report(seat.session, report_id).revision})
    return _tagged(revise_report(seat, report_id, parts))


@api.post("/reports/<uuid:report_id>/signature")
@idempotent
@api.etag
@api.arguments(schemas.SignatureIn)
@api.response(201, schemas.ReportOut)
def sign(data: dict[str, str], report_id: UUID) -> Any:
    """Sign, number and lock the report; numbers of one code and year run on, a gap needs its reason."""
    return _tagged(sign_report(current_seat(), report_id, **data, on=today()))


@api.get("/reports/<uuid:report_id>/figures")
@api.response(200, schemas.FiguresOut)
def figures(report_id: UUID) -> dict[str, Any]:
    """Every total of the report with its formula, its parts, and what each place published in which revision."""
    seat = reading("report.read")
    taken = snapshot(seat.session, readable(seat, report_id).snapshot_id)
    told = {key: provenance(total, taken.content) for key, total in totals(taken.content).items()}
    head = {"snapshot": taken.number, "cutoff": taken.cutoff, "rules": taken.rules, "sha256": taken.sha256}
    return head | {"totals": told, "newer": stale(seat.session, seat.tenant, taken)}


@api.get("/reports/<uuid:report_id>/document.<any(docx, pdf):kind>")
@api.response(200)
def document(report_id: UUID, kind: str) -> Response:
    """The report as DOCX or PDF, set to GB/T 9704."""
    seat = reading("report.read")
    row = readable(seat, report_id)
    written = write(row, snapshot(seat.session, row.snapshot_id))
    return download(kind, written.title, RENDER[kind](written))


@api.get("/snapshots/<uuid:snapshot_id>")
@api.response(200, schemas.SnapshotOut)
def show_snapshot(snapshot_id: UUID) -> Any:
    """A frozen picture of what had been published: every figure of a report can be recomputed from it."""
    return readable_snapshot(reading("report.read"), snapshot_id)
