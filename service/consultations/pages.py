"""The office's pages of consultations: the list, the draft, one consultation and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import gone_among, in_force, units
from service.consultations import answering_pages, commands, ending, queries, schemas
from service.consultations.commands import Paper
from service.consultations.letter import counted, letter, letter_title, summary
from service.consultations.models import Consultation
from service.consultations.queries import READ, Row, Whole
from service.consultations.rules import DEEMED, EXPLICIT, STATES, clauses_of, last_day, reminder_days
from service.consultations.verbs import OFFICE, offered
from service.consultations.view import SUMMARY, shown_lines, summary_rows
from service.documents.rendering import rendered
from service.files.keeping import stored
from service.files.web import served, uploaded_if_any
from service.kit.export import download, table_file
from service.kit.face import label
from service.kit.forms import said, submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.errors import Conflict, Missing

pages = Blueprint("consultations", __name__, url_prefix="/t/<slug>/consultations", template_folder="templates")
NAV = (Entry(38, "征求意见", "consultations.index", READ, "messages"),)
Errors = Mapping[str, str]
answering_pages.install(pages)


@pages.get("/")
def index() -> ResponseReturnValue:
    """The consultations, narrowed, sorted, paged; or as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    listed = queries.listed(seat, asked_here(schemas.ConsultationsQuery()), today(), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows)
    waiting = [("reply", _("待本单位反馈"))]
    if queries.sees_all(seat):
        waiting = [("handle", _("有意见待处理")), ("remind", _("应催办")), ("close", _("期限已过、待办结"))]
    return page(
        "consultations/index.html",
        listed=listed,
        waiting=waiting,
        states=[(key, label("consultation_state", key)) for key in STATES],
        on=today(),
    )


def _file(seat: Seat, kind: str, rows: list[Row]) -> Response:
    header = ["文稿", "轮次", "状态", "发出日", "反馈期限", "征求单位", "已反馈", "办结日"]

    def cells(row: Row) -> list[Any]:
        found = row.consultation
        head = [found.title, found.round, label("consultation_state", found.state), found.sent_on, found.due]
        return [*head, row.asked, row.replied, found.ended_on]

    return table_file(kind, f"{seat.tenant.name}-征求意见-{today().isoformat()}", header, map(cells, rows))


@pages.get("/new")
def new() -> ResponseReturnValue:
    """An empty draft."""
    return _form(current_seat(), None, {"mode": EXPLICIT}, {}, [])


@pages.get("/<uuid:consultation_id>/edit")
def edit(consultation_id: UUID) -> ResponseReturnValue:
    """The draft as it is."""
    seat = current_seat()
    row = queries.readable(seat, consultation_id)
    values = {name: getattr(row, name) or "" for name in commands.WORDS} | {"clauses": "\n".join(row.clauses)}
    asked = [unit.unit_id for unit in queries.asked_units(seat.session, row.id)]
    return _form(seat, row, values | {"ordinary": "1"}, {}, asked)


def _form(
    seat: Seat, row: Consultation | None, values: Mapping[str, Any], errors: Errors, asked: list[Any]
) -> ResponseReturnValue:
    seat.require(queries.START)
    on = today()
    rules = in_force(seat.session, on).rules
    modes = [EXPLICIT, DEEMED] if rules["consult_deemed_no_objection"] else [EXPLICIT]
    term = rules["consult_workdays"] or 1
    return page(
        "consultations/form.html",
        422 if errors else 200,
        row=row,
        values=values,
        errors=errors,
        asked=asked,
        units=[(unit.id, unit.name) for unit in units(seat.session, on)],
        modes=[(mode, label("consent_mode", mode)) for mode in modes],
        workdays=term,
        usual=last_day(on, term, workdays(seat.session)),
    )


def _paper(given: dict[str, Any]) -> Paper:
    given["clauses"] = clauses_of(given["clauses"])
    return Paper(**given, file=uploaded_if_any())


@pages.post("/")
def draft() -> ResponseReturnValue:
    """The office has a draft, or the form comes back as it was."""
    seat = current_seat()
    row, errors = submitted(
        schemas.PaperForm(), lambda given: commands.draft_consultation(seat, _paper(given), today())
    )
    if row is None:
        return _form(seat, None, request.form, errors, request.form.getlist("unit_ids"))
    flash(_("已起草，请核对征求意见函后发出。"), "success")
    return redirect(url_for("consultations.show", consultation_id=row.id))


@pages.post("/<uuid:consultation_id>/edit")
def revise(consultation_id: UUID) -> ResponseReturnValue:
    """The draft says this now."""
    seat = current_seat()
    row, errors = submitted(
        schemas.PaperForm(),
        lambda given: commands.revise_consultation(seat, consultation_id, _paper(given), today()),
    )
    if row is None:
        found = queries.readable(seat, consultation_id)
        return _form(seat, found, request.form, errors, request.form.getlist("unit_ids"))
    flash(_("已保存。"), "success")
    return redirect(url_for("consultations.show", consultation_id=row.id))


@pages.get("/<uuid:consultation_id>")
def show(consultation_id: UUID) -> ResponseReturnValue:
    """One consultation as this seat sees it."""
    return _one_page(reading(READ), consultation_id, "", {})


def _one_page(seat: Seat, consultation_id: UUID, noun: str, errors: Errors) -> ResponseReturnValue:
    found = queries.whole(seat.session, queries.readable(seat, consultation_id), today())
    row, members = found.consultation, units(seat.session, today())
    asked = {line.asked.unit_id for line in found.lines}
    return page(
        "consultations/show.html",
        422 if errors else 200,
        whole=found,
        row=row,
        names=unit_names(seat.session),
        lines=shown_lines(seat, found),
        gone=gone_among(seat.session, asked, today()) if row.state == "sent" and seat.may("consult.start") else [],
        all=queries.sees_all(seat),
        offered=offered(seat, row),
        may=answering_pages.may(seat, found),
        letter_title=letter_title(row),
        counted=counted(found),
        days=reminder_days(row.due, found.terms.reminders, workdays(seat.session)) if row.due else [],
        rounds=queries.rounds(seat.session, row) if queries.sees_all(seat) else [],
        addable=[(unit.id, unit.name) for unit in members if unit.id not in asked],
        removable=[(line.asked.unit_id, unit_names(seat.session)[line.asked.unit_id]) for line in found.lines],
        noun=noun,
        errors=errors,
        values=request.form,
        on=today(),
    )


@pages.post(f"/<uuid:consultation_id>/<any({', '.join(map(repr, OFFICE))}):noun>")
def move(consultation_id: UUID, noun: str) -> ResponseReturnValue:
    """The office has done it, or the form comes back with the sentence at its field."""
    seat, verb = current_seat(), OFFICE[noun]
    _done, errors = submitted(verb.schema(), lambda given: verb.act(seat, consultation_id, **given, on=today()))
    if errors:
        return _one_page(reading(READ), consultation_id, noun, errors)
    flash(_("已办理。"), "success")
    return redirect(url_for("consultations.show", consultation_id=consultation_id))


@pages.post("/<uuid:consultation_id>/rounds")
def ask_again(consultation_id: UUID) -> ResponseReturnValue:
    """The next round is drafted."""
    try:
        row = ending.ask_again(current_seat(), consultation_id, on=today())
    except Conflict as refusal:
        return _one_page(reading(READ), consultation_id, "rounds", {"": said(refusal)})
    flash(_("已起草下一轮，请修改文稿后发出。"), "success")
    return redirect(url_for("consultations.edit", consultation_id=row.id))


@pages.get("/<uuid:consultation_id>/paper")
def paper(consultation_id: UUID) -> Response:
    """The file that belongs to the paper."""
    seat = reading(READ)
    row = queries.readable(seat, consultation_id)
    if row.file_id is None:
        raise Missing()
    return served(stored(seat.session, row.file_id))


@pages.get("/<uuid:consultation_id>/letter.<any(docx, pdf):kind>")
def letter_file(consultation_id: UUID, kind: str) -> Response:
    """The letter with the paper and the form to reply on."""
    seat = reading(READ)
    row = queries.readable(seat, consultation_id)
    names = unit_names(seat.session)
    asked = [names.then(unit.unit_id, row.sent_on) for unit in queries.asked_units(seat.session, row.id)]
    document = letter(row, queries.organ(seat, row, today()), asked, today())
    return download(kind, document.title, rendered(document, kind))


@pages.get("/<uuid:consultation_id>/summary.<any(docx, pdf, xlsx, csv):kind>")
def summary_file(consultation_id: UUID, kind: str) -> Response:
    """意见汇总表, for whom sees what every unit said."""
    seat = reading(READ)
    found = queries.whole(seat.session, queries.readable(seat, consultation_id), today())
    if not queries.sees_all(seat):
        raise Missing()
    return _summary(seat, found, kind)


def _summary(seat: Seat, found: Whole, kind: str) -> Response:
    names = {
        unit_id: unit_names(seat.session).then(unit_id, found.consultation.sent_on)
        for unit_id in unit_names(seat.session)
    }
    table = summary(found, names, queries.organ(seat, found.consultation, today()), today())
    if kind in ("csv", "xlsx"):
        return table_file(kind, table.title, SUMMARY, summary_rows(found, names, label))
    return download(kind, table.title, rendered(table, kind))
