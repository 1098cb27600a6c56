"""The office's reports to the government: list, draft, revise, sign, download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.documents.composition import numbered
from service.documents.model import OfficialDocument
from service.documents.rules import review
from service.kit.export import download, table_file
from service.kit.face import label, spoken
from service.kit.forms import said, whole_number
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.period import Period
from service.kit.problems import english
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.reports.commands import draft_report, revise_report, sign_report
from service.reports.files import RENDER
from service.reports.models import STATES, Report, Snapshot
from service.reports.queries import listed, numbers_given, owed_now, readable, report, snapshot, stale
from service.reports.rules import HEADINGS, PARTS, next_number, warnings
from service.reports.schemas import ReportsQuery
from service.reports.totals import Total, contributors, is_leaf, own_place, own_totals, totals
from service.reports.writing import write
from service.statistics.queries import Shown, periods
from service.statistics.view import figure
from tenants.errors import Conflict, LianxiError, Missing, Refused

pages = Blueprint("reports", __name__, url_prefix="/t/<slug>/reports", template_folder="templates")
NAV = (Entry(80, "定期报告", "reports.index", "report.read", "file-text"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """The reports, narrowed, sorted, paged; or as a file."""
    seat, kind = reading("report.read"), request.args.get("format", "")
    if kind in ("csv", "xlsx"):
        return _list_file(seat, kind)
    return _list_page(seat)


def _list_file(seat: Seat, kind: str) -> Response:
    header = ["报告期", "状态", "文号", "签发人", "成文日期", "数据快照"]
    found = listed(seat, asked_here(ReportsQuery()), whole=True)
    rows = (
        [row.period, label("report_state", row.state), row.document_number, row.signer, row.document_date, number]
        for row, number in found.rows
    )
    return table_file(kind, f"{seat.tenant.name}-定期报告-{today().isoformat()}", header, rows)


def _list_page(seat: Seat, status: int = 200, **more: object) -> ResponseReturnValue:
    found = listed(seat, asked_here(ReportsQuery()))
    closed = [(str(state.period), spoken(state.period)) for state in periods(seat.session, today()) if state.closed]
    states = [(state, label("report_state", state)) for state in STATES]
    return page(
        "reports/index.html",
        status,
        listed=found,
        choices=closed,
        states=states,
        owed=owed_now(seat.session, seat.tenant, today()),
        on=today(),
        **more,
    )


def _at_field(refusal: LianxiError) -> dict[str, str]:
    return {refusal.field or "": said(refusal)}


@pages.post("/")
def draft() -> ResponseReturnValue:
    """The period has a draft on the newest figures."""
    seat = current_seat()
    try:
        row = draft_report(seat, Period.parse(request.form.get("period", "")), today())
    except Refused as refusal:
        return _list_page(reading("report.read"), 422, errors=_at_field(refusal), values=request.form)
    flash(_("已按最新数据起草。"), "success")
    return redirect(url_for("reports.show", report_id=row.id))


@pages.get("/<uuid:report_id>")
def show(report_id: UUID) -> ResponseReturnValue:
    """One report: its text with every figure traceable, its parts, its state."""
    seat = reading("report.read")
    return _report_page(seat, readable(seat, report_id))


def _report_page(seat: Seat, row: Report, status: int = 200, **more: object) -> ResponseReturnValue:
    taken = snapshot(seat.session, row.snapshot_id)
    document = write(row, taken)
    context = {
        "report": row,
        "snapshot": taken,
        "period": Period.parse(row.period),
        "document": document,
        "blocks": list(numbered(document.blocks)),
        "figures": _figures(seat, row, taken),
        "places": {place["slug"]: place for place in contributors(taken.content)},
        "headings": HEADINGS,
        "parts": PARTS,
        "stale": stale(seat.session, seat.tenant, taken),
    }
    if row.state == "draft":
        due = next_number(numbers_given(seat.session), today().year)
        context |= {"warnings": _warnings(document, row, taken), "next_number": due, "said": row.parts}
    return page("reports/show.html", status, **(context | more))


def _warnings(document: OfficialDocument, row: Report, taken: Snapshot) -> list[str]:
    """What stands against sending it; the number comes with the signature."""
    found = [*warnings(row.parts, is_leaf(taken.content)), *review(document)]
    told = [one for one in found if one.code != "number.missing"]
    return [f"{one.message_en} ({one.source})" if english() else f"{one.message}（{one.source}）" for one in told]


def _figures(seat: Seat, row: Report, taken: Snapshot) -> dict[str, dict[str, Any]]:
    """What a reader may ask of each figure of the text, by what its reference begins and ends with."""
    summed = {total.indicator.code: _figure(seat, row, taken, total, "") for total in totals(taken.content).values()}
    own = {f"{t.indicator.code}/own": _figure(seat, row, taken, t, "own") for t in own_totals(taken.content).values()}
    return summed | own


def _figure(seat: Seat, row: Report, taken: Snapshot, total: Total, of: str) -> dict[str, Any]:
    where = url_for("reports.source", report_id=row.id, code=total.indicator.code, of=of or None)
    shown = Shown(total.indicator, total.amount, total.text, dict(total.detail))
    origin = {"tenant": seat.tenant.name, "period": row.period, "as_of": taken.cutoff, "source_url": where}
    return figure(shown, covered=total.reported, expected=total.expected, **origin)


@pages.get("/<uuid:report_id>/figures/<code>")
def source(report_id: UUID, code: str) -> ResponseReturnValue:
    """Where one figure of the report comes from: each place, its revision, its numerator and denominator."""
    seat, own = reading("report.read"), request.args.get("of") == "own"
    row = readable(seat, report_id)
    taken = snapshot(seat.session, row.snapshot_id)
    told = own_totals(taken.content) if own else totals(taken.content)
    total = next((total for total in told.values() if total.indicator.code == code), None)
    if total is None:
        raise Missing()
    places = [own_place(taken.content)] if own else contributors(taken.content)
    context = {"report": row, "snapshot": taken, "total": total, "places": places, "own": own}
    return page("reports/source.html", period=Period.parse(row.period), holder=seat.tenant, **context)


@pages.post("/<uuid:report_id>/parts")
def revise(report_id: UUID) -> ResponseReturnValue:
    """The parts say what the form says, or the form comes back as it was."""
    seat, seen = current_seat(), whole_number(request.form.get("revision", ""))
    given = {kind: _items(kind) for kind in PARTS}
    try:
        revise_report(seat, report_id, given, seen)
    except (Refused, Conflict) as refusal:
        found = report(seat.session, report_id)
        return _report_page(reading("report.read"), found, refusal.status, errors=_at_field(refusal), said=given)
    flash(_("文稿已保存。"), "success")
    return redirect(url_for("reports.show", report_id=report_id))


def _items(kind: str) -> list[dict[str, str]]:
    """The passages of one part as the form sent them, in order."""
    texts, slugs = request.form.getlist(f"{kind}-text"), request.form.getlist(f"{kind}-slug")
    return [{"text": text, "slug": slug} for text, slug in zip(texts, slugs, strict=False)]


@pages.post("/<uuid:report_id>/signature")
def sign(report_id: UUID) -> ResponseReturnValue:
    """The report is signed and locked, or the form comes back as it was."""
    seat, form = current_seat(), request.form
    try:
        sign_report(seat, report_id, **_signature(form), on=today())
    except (Refused, Conflict) as refusal:
        found = report(seat.session, report_id)
        return _report_page(reading("report.read"), found, refusal.status, errors=_at_field(refusal), values=form)
    flash(_("报告已签发。"), "success")
    return redirect(url_for("reports.show", report_id=report_id))


def _signature(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "").strip() for name in ("document_number", "signer", "gap_reason")}


@pages.get("/<uuid:report_id>.<any(docx, pdf):kind>")
def file(report_id: UUID, kind: str) -> Response:
    """The report as a document set to GB/T 9704."""
    seat = reading("report.read")
    row = readable(seat, report_id)
    document = write(row, snapshot(seat.session, row.snapshot_id))
    return download(kind, f"{document.title}", RENDER[kind](document))
