"""Reports and the snapshots they rest on, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import select

from service.kit.export import MIME
from service.kit.idempotency import idempotent
from service.kit.paging import Asked, page_of
from service.kit.period import Period
from service.kit.web import current_seat, reading, today
from service.reports.commands import draft_report, revise_report, sign_report
from service.reports.files import RENDER
from service.reports.models import Report
from service.reports.queries import report, snapshot
from service.reports.schemas import PartsSchema, ReportIn, ReportOut, ReportPageOut, SignatureIn, SnapshotOut
from service.reports.writing import write

api = Blueprint(
    "reports_api", __name__, url_prefix="/api/v1/t/<slug>", description="Periodic reports to the government"
)


@api.get("/reports")
@api.response(200, ReportPageOut)
def index() -> dict[str, Any]:
    """Every report of the tenant."""
    seat, asked = reading("report.read"), Asked.of(request.args)
    sortable = {"period": Report.period, "state": Report.state, "id": Report.id}
    listed = page_of(seat.session, select(Report), asked, sortable, "-period")
    return {"items": listed.rows, "total": listed.total, "page": listed.number, "per_page": listed.per_page}


@api.post("/reports")
@idempotent
@api.arguments(ReportIn)
@api.response(201, ReportOut)
def draft(data: dict[str, str]) -> Report:
    """Draft the period's report on a snapshot of what is published now."""
    return draft_report(current_seat(), Period.parse(data["period"]), today())


@api.get("/reports/<uuid:report_id>")
@api.response(200, ReportOut)
def show(report_id: UUID) -> Any:
    """One report."""
    return report(reading("report.read").session, report_id)


@api.put("/reports/<uuid:report_id>/parts")
@api.arguments(PartsSchema)
@api.response(200, ReportOut)
def revise(parts: dict[str, Any], report_id: UUID) -> Any:
    """What parts two to four of the draft say."""
    return revise_report(current_seat(), report_id, parts)


@api.post("/reports/<uuid:report_id>/signature")
@idempotent
@api.arguments(SignatureIn)
@api.response(201, ReportOut)
def sign(data: dict[str, str], report_id: UUID) -> Report:
    """Sign, number and lock the report."""
    return sign_report(current_seat(), report_id, data["document_number"], data["signer"], today())


@api.get("/reports/<uuid:report_id>/document.<any(docx, pdf):kind>")
@api.response(200)
def document(report_id: UUID, kind: str) -> Response:
    """The report as PDF, set to GB/T 9704."""
    seat = reading("report.read")
    row = report(seat.session, report_id)
    body = RENDER[kind](write(row, snapshot(seat.session, row.snapshot_id)))
    return Response(body, mimetype=MIME[kind])


@api.get("/snapshots/<uuid:snapshot_id>")
@api.response(200, SnapshotOut)
def show_snapshot(snapshot_id: UUID) -> Any:
    """A frozen picture of what had been published: every figure of a report can be recomputed from it."""
    return snapshot(reading("report.read").session, snapshot_id)
