"""The office's reports to the government: list, draft, revise, sign, download."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.forms import stale as stale_form
from service.kit.export import download, table_file
from service.kit.face import label
from service.kit.forms import said
from service.kit.layout import Entry
from service.kit.paging import Asked
from service.kit.period import Period
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.reports import queries
from service.reports.commands import draft_report, revise_report, sign_report
from service.reports.files import RENDER
from service.reports.models import STATES, Report
from service.reports.queries import FILTERS, report, snapshot, stale
from service.reports.rules import HEADINGS, PARTS, warnings
from service.reports.writing import totals, write
from service.statistics.queries import Shown, periods
from service.statistics.view import figure
from tenants.errors import LianxiError

pages = Blueprint("reports", __name__, url_prefix="/t/<slug>/reports", template_folder="templates")
NAV = (Entry(80, "定期报告", "reports.index", "report.read", "file-text"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """Every report, the newest first."""
    return _list_page(reading("report.read"))


def _list_page(seat: Seat, status: int = 200, **more: object) -> ResponseReturnValue:
    kind = request.args.get("format", "")
    found = queries.listed(seat.session, Asked.of(request.args, *FILTERS), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _list_file(seat, kind, found.rows)
    closed = [state.period for state in periods(seat.session, today()) if state.closed]
    states = [(state, label("report_state", state)) for state in STATES]
    return page("reports/index.html", status, listed=found, choices=closed, states=states, **more)


def _list_file(seat: Seat, kind: str, rows: list[Any]) -> ResponseReturnValue:
    header = ["报告期", "状态", "发文字号", "签发人", "成文日期", "数据快照"]
    table = [
        [row.period, label("report_state", row.state), row.document_number, row.signer, row.document_date, number]
        for row, number in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-定期报告-{today().isoformat()}", header, table)


@pages.post("/")
def draft() -> ResponseReturnValue:
    """The period has a draft on the newest figures."""
    seat = current_seat()
    try:
        row = draft_report(seat, Period.parse(request.form.get("period", "")), today())
    except LianxiError as refusal:
        if refusal.status != 422:
            raise
        return _list_page(seat, 422, errors={refusal.field or "": said(refusal)}, values=request.form)
    flash(_("已按最新数据起草。"), "success")
    return redirect(url_for("reports.show", report_id=row.id))


@pages.get("/<uuid:report_id>")
def show(report_id: UUID) -> ResponseReturnValue:
    """One report: its text with every figure traceable, its parts, its state."""
    seat = reading("report.read")
    return _report_page(seat, report(seat.session, report_id))


def _report_page(seat: Seat, row: Report, status: int = 200, **more: object) -> ResponseReturnValue:
    taken = snapshot(seat.session, row.snapshot_id)
    summed = [
        figure(
            Shown(total.indicator, total.amount, total.text, {}),
            tenant=seat.tenant.name,
            period=row.period,
            as_of=taken.cutoff,
            covered=total.reported,
            expected=total.expected,
            source_url=url_for("reports.source", report_id=row.id, code=total.indicator.code),
        )
        for total in totals(taken.content).values()
    ]
    return page(
        "reports/show.html",
        status,
        report=row,
        snapshot=taken,
        period=Period.parse(row.period),
        document=write(row, taken),
        figures={item["code"]: item for item in summed},
        headings=HEADINGS,
        parts=PARTS,
        said=more.pop("said", row.parts),
        warnings=warnings(row.parts),
        stale=stale(seat.session, seat.tenant, taken),
        **more,
    )


@pages.get("/<uuid:report_id>/figures/<code>")
def source(report_id: UUID, code: str) -> ResponseReturnValue:
    """Where one figure of the report comes from: each place, its revision, its numerator and denominator."""
    seat = reading("report.read")
    row = report(seat.session, report_id)
    taken = snapshot(seat.session, row.snapshot_id)
    total = next((total for total in totals(taken.content).values() if total.indicator.code == code), None)
    if total is None:
        return redirect(url_for("reports.show", report_id=report_id))
    return page("reports/source.html", report=row, snapshot=taken, total=total, period=Period.parse(row.period))


@pages.post("/<uuid:report_id>/parts")
def revise(report_id: UUID) -> ResponseReturnValue:
    """The parts say what the form says."""
    seat, words = current_seat(), {kind: _items(kind) for kind in PARTS}
    row = report(seat.session, report_id)
    if request.form.get("revision") != str(row.revision):
        return _report_page(seat, row, 422, said=words, errors={"": said(stale_form())})
    revise_report(seat, report_id, words)
    flash(_("文稿已保存。"), "success")
    return redirect(url_for("reports.show", report_id=report_id))


def _items(kind: str) -> list[dict[str, object]]:
    """The passages of one part as the form sent them, in order; a changed passage is marked as edited."""
    texts = request.form.getlist(f"{kind}-text")
    originals = request.form.getlist(f"{kind}-original")
    sources, slugs = request.form.getlist(f"{kind}-source"), request.form.getlist(f"{kind}-slug")
    before = request.form.getlist(f"{kind}-edited")
    return [
        {
            "text": text,
            "source": source,
            "slug": slug,
            "edited": edited == "1" or (bool(source) and text.strip() != original.strip()),
        }
        for text, original, source, slug, edited in zip(texts, originals, sources, slugs, before, strict=False)
    ]


@pages.post("/<uuid:report_id>/signature")
def sign(report_id: UUID) -> ResponseReturnValue:
    """The report is signed and locked."""
    seat, form = current_seat(), request.form
    try:
        sign_report(seat, report_id, form.get("document_number", "").strip(), form.get("signer", ""), today())
    except LianxiError as refusal:
        if refusal.status != 422:
            raise
        found = report(seat.session, report_id)
        return _report_page(seat, found, 422, errors={refusal.field or "": said(refusal)}, values=form)
    flash(_("报告已签发。"), "success")
    return redirect(url_for("reports.show", report_id=report_id))


@pages.get("/<uuid:report_id>.<any(docx, pdf):kind>")
def file(report_id: UUID, kind: str) -> Response:
    """The report as a document set to GB/T 9704."""
    seat = reading("report.read")
    row = report(seat.session, report_id)
    document = write(row, snapshot(seat.session, row.snapshot_id))
    return download(kind, f"{document.title}", RENDER[kind](document))
