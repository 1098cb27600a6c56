"""Reports and the snapshots they rest on, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.kit.export import MIME
from service.kit.idempotency import idempotent
from service.kit.period import Period
from service.kit.web import current_seat, reading, today
from service.plans.schemas import asked, listed
from service.reports import queries
from service.reports.commands import draft_report, revise_report, sign_report
from service.reports.files import RENDER
from service.reports.models import Report
from service.reports.queries import report, snapshot
from service.reports.schemas import (
    PartsSchema,
    ReportIn,
    ReportOut,
    ReportPageOut,
    ReportsQuery,
    SignatureIn,
    SnapshotOut,
)
from service.reports.writing import write

api = Blueprint(
    "reports_api", __name__, url_prefix="/api/v1/t/<slug>", description="Periodic reports to the government"
)


def _tagged(row: Report) -> Report:
    api.set_etag({"revision": row.revision})
    return row


@api.get("/reports")
@api.arguments(ReportsQuery, location="query")
@api.response(200, ReportPageOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """Every report of the tenant."""
    found = queries.listed(reading("report.read").session, asked(query))
    return listed(found, [row for row, _number in found.rows])


@api.post("/reports")
@idempotent
@api.etag
@api.arguments(ReportIn)
@api.response(201, ReportOut)
def draft(data: dict[str, str]) -> Any:
    """Draft the period's report on a snapshot of what is published now."""
    return _tagged(draft_report(current_seat(), Period.parse(data["period"]), today()))


@api.get("/reports/<uuid:report_id>")
@api.etag
@api.response(200, ReportOut)
def show(report_id: UUID) -> Any:
    """One report."""
    return _tagged(report(reading("report.read").session, report_id))


@api.put("/reports/<uuid:report_id>/parts")
@api.etag
@api.arguments(PartsSchema)
@api.response(200, ReportOut)
def revise(parts: dict[str, Any], report_id: UUID) -> Any:
    """What parts two to four of the draft say."""
    seat = current_seat()
    api.check_etag({"revision": report(seat.session, report_id).revision})
    return _tagged(revise_report(seat, report_id, parts))


@api.post("/reports/<uuid:report_id>/signature")
@idempotent
@api.etag
@api.arguments(SignatureIn)
@api.response(201, ReportOut)
def sign(data: dict[str, str], report_id: UUID) -> Any:
    """Sign, number and lock the report."""
    return _tagged(sign_report(current_seat(), report_id, data["document_number"], data["signer"], today()))


@api.get("/reports/<uuid:report_id>/document.<any(docx, pdf):kind>")
@api.response(200)
def document(report_id: UUID, kind: str) -> Response:
    """The report as DOCX or PDF, set to GB/T 9704."""
    seat = reading("report.read")
    row = report(seat.session, report_id)
    body = RENDER[kind](write(row, snapshot(seat.session, row.snapshot_id)))
    return Response(body, mimetype=MIME[kind])


@api.get("/snapshots/<uuid:snapshot_id>")
@api.response(200, SnapshotOut)
def show_snapshot(snapshot_id: UUID) -> Any:
    """A frozen picture of what had been published: every figure of a report can be recomputed from it."""
    return snapshot(reading("report.read").session, snapshot_id)
