"""The pages of supervision: the orders, one order, its draft; what is to be supervised, and the reminders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import ValidationError

from service.charter.queries import all_units
from service.documents.rendering import rendered
from service.kit.export import download, table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.supervision import commands, listing, queries, schemas, sheets, worklist
from service.supervision.commands import OrderText
from service.supervision.document import order_document
from service.supervision.drafting import words
from service.supervision.listing import COURSES
from service.supervision.queries import ALL, READ, WAITING
from service.supervision.rules import INSIDE, LEVELS, ORDER, SUBJECTS, level_name
from service.supervision.subjects import addressee, subject
from service.supervision.verbs import VERBS, offered
from service.supervision.view import whole
from service.tasks.beside import Panel
from service.tasks.models import Task
from tenants.errors import Missing

pages = Blueprint("supervision", __name__, url_prefix="/t/<slug>/supervision", template_folder="templates")
NAV = (Entry(33, "督查督办", "supervision.index", READ, "speakerphone"),)
Errors = Mapping[str, str]
FILES = ("csv", "xlsx")
DRAFT = "supervision.draft"


def beside(seat: Seat, row: Task, _on: date) -> Markup | str:
    """The orders and reminders about the task, as far as the seat sees them."""
    orders, reminders = worklist.beside(seat.session, ("task", row.id))
    everything = seat.may_read(ALL)
    mine = [one for one in orders if everything or (one.served_on and one.unit_id in seat.unit_ids)]
    told = [one for one in reminders if everything or one.unit_id in seat.unit_ids]
    if not mine and not told:
        return ""
    return Markup(render_template("supervision/_beside.html", orders=mine, reminders=told))


TASK_PANELS = (Panel(30, READ, beside),)


# --- the orders ---


@pages.get("/")
def index() -> ResponseReturnValue:
    """The orders, narrowed, sorted, paged, with the year's figures; or as a file."""
    seat, on, kind = reading(READ), today(), request.args.get("format", "")
    found = listing.listed(seat, asked_here(schemas.OrdersQuery()), on, whole=kind in FILES)
    if kind in FILES:
        name = f"{seat.tenant.name}-督办单-{on.isoformat()}"
        return table_file(kind, name, sheets.ORDERS, sheets.order_rows(found.rows, on))
    return page(
        "supervision/index.html",
        listed=found,
        figures=listing.figures(seat, on),
        to_do=_to_do(seat, on),
        levels=_choices("supervision_level", LEVELS),
        states=_choices("supervision_state", ORDER.all_states()),
        courses=_choices("supervision_course", COURSES),
        **_common(seat, on),
    )


def _common(seat: Seat, on: date) -> dict[str, Any]:
    """What every list of the room shows: the ladder, the tabs, the units to narrow by."""
    return {
        "ladder": queries.ladder_on(seat.session, on),
        "sees_all": seat.may_read(ALL),
        "drafts": seat.may(DRAFT),
        "kinds": _choices("supervision_subject", SUBJECTS),
        "units": [(unit.id, unit.name) for unit in all_units(seat.session, on)] if seat.may_read(ALL) else [],
        "on": on,
    }


def _choices(group: str, keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, label(group, key)) for key in keys]


def _to_do(seat: Seat, on: date) -> list[tuple[str, int]]:
    """How many orders wait for the seat, in which way."""
    counted = [(what, queries.count(seat, what, on)) for what in WAITING]
    return [(what, many) for what, many in (*counted, (listing.CLOSE, len(listing.closable(seat, on)))) if many]


# --- what is to be supervised ---


@pages.get("/worklist")
def to_supervise() -> ResponseReturnValue:
    """What has reached a rung and has no order yet; or as a file."""
    seat, on, kind = reading(ALL), today(), request.args.get("format", "")
    found = worklist.listed(seat.session, asked_here(schemas.WorklistQuery()), on, whole=kind in FILES)
    if kind in FILES:
        name = f"{seat.tenant.name}-该督办的-{on.isoformat()}"
        return table_file(kind, name, sheets.WORKLIST, sheets.worklist_rows(found.rows))
    known = queries.ladder_on(seat.session, on).levels
    return page(
        "supervision/worklist.html",
        listed=found,
        levels=[*_choices("supervision_level", known), (worklist.REMIND, label("supervision_why", worklist.REMIND))],
        whys=_choices("supervision_why", schemas.WHYS),
        **_common(seat, on),
    )


@pages.get("/worklist/preview")
def preview() -> ResponseReturnValue:
    """What would be drafted, or of what would be reminded, before anything is."""
    seat, on = current_seat(), today()
    asked = request.args.get("what", "orders")
    return _preview(seat, asked if asked in WHATS else "orders", request.args.getlist("subjects"), {}, on)


WHATS = ("orders", "reminders")


def _preview(seat: Seat, what: str, codes: Sequence[str], errors: Errors, on: date) -> ResponseReturnValue:
    seat.require(DRAFT if what == "orders" else "supervision.remind")
    try:
        keys = schemas.ManyIn().load({"subjects": list(codes)})["keys"]  # type: ignore[index,call-overload]
    except ValidationError:
        raise Missing() from None
    entries = worklist.chosen(seat.session, keys, on)
    fitting = [entry for entry in entries if (entry.level is not None) == (what == "orders") or what == "reminders"]
    return page(
        "supervision/preview.html",
        422 if errors else 200,
        what=what,
        entries=[entry for entry in fitting if what == "orders" or entry.subject.kind in INSIDE],
        left_out=len(keys) - len(fitting),
        reminded=commands.REMINDED,
        values=request.form,
        errors=errors,
    )


@pages.post("/worklist/orders")
def draft_many() -> ResponseReturnValue:
    """Each of what was ticked has a draft; all of them, or none."""
    seat, on = current_seat(), today()
    done, errors = submitted(schemas.ManyIn(), lambda given: commands.draft_orders(seat, given["keys"], on=on))
    if done is None:
        return _preview(seat, "orders", request.form.getlist("subjects"), errors, on)
    flash(_("已拟 %(n)s 份督办单，待签发。", n=len(done)), "success")
    return redirect(url_for("supervision.index", course="prepared"))


@pages.get("/reminders")
def reminders() -> ResponseReturnValue:
    """Who was reminded of what, by whom and when; or as a file."""
    seat, on, kind = reading(READ), today(), request.args.get("format", "")
    found = listing.reminders(seat, asked_here(schemas.RemindersQuery()), whole=kind in FILES)
    if kind in FILES:
        name = f"{seat.tenant.name}-催办记录-{on.isoformat()}"
        return table_file(kind, name, sheets.REMINDERS, sheets.reminder_rows(found.rows))
    return page("supervision/reminders.html", listed=found, **_common(seat, on))


@pages.post("/reminders")
def remind() -> ResponseReturnValue:
    """The units are reminded of what was ticked; all of them, or none."""
    seat, on = current_seat(), today()
    done, errors = submitted(
        schemas.RemindersIn(), lambda given: commands.remind(seat, given["keys"], text=given["text"], on=on)
    )
    if done is None:
        return _preview(seat, "reminders", request.form.getlist("subjects"), errors, on)
    flash(_("已催办 %(n)s 件。", n=len(done)), "success")
    return redirect(url_for("supervision.reminders"))


@pages.get("/closures")
def ask_closures() -> ResponseReturnValue:
    """The orders whose matters are done, before they are closed together."""
    return _closures(current_seat(), {})


def _closures(seat: Seat, errors: Errors) -> ResponseReturnValue:
    seat.require("supervision.close")
    rows = listing.closable(seat, today())
    return page("supervision/closures.html", 422 if errors else 200, rows=rows, errors=errors)


@pages.post("/closures")
def close_many() -> ResponseReturnValue:
    """The ticked orders are closed; all of them, or none."""
    seat, on = current_seat(), today()
    done, errors = submitted(schemas.ClosingIn(), lambda given: commands.close_settled(seat, given["orders"], on=on))
    if done is None:
        return _closures(seat, errors)
    flash(_("已办结 %(n)s 份督办单。", n=len(done)), "success")
    return redirect(url_for("supervision.index"))


# --- a draft ---


@pages.get("/new")
def new() -> ResponseReturnValue:
    """The draft of the next order about a matter, filled in by the ladder."""
    seat = current_seat()
    given = schemas.SubjectQuery(unknown="exclude").load(_or_missing(request.args))
    return _draft_page(seat, given["kind"], given["subject"], request.args, {})  # type: ignore[index]


def _or_missing(args: Mapping[str, str]) -> dict[str, str]:
    if schemas.SubjectQuery(unknown="exclude").validate(dict(args)):
        raise Missing()
    return dict(args)


def _draft_page(
    seat: Seat, kind: str, subject_id: UUID, values: Mapping[str, Any], errors: Errors
) -> ResponseReturnValue:
    """The form; at the level that was chosen, or the one that the ladder asks for."""
    seat.require(DRAFT)
    session, on = seat.session, today()
    ladder, found = queries.ladder_on(session, on), subject(session, kind, subject_id, on)
    known = queries.record(session, found)
    asked = known.proposal(ladder, found, on)
    chosen = values.get("level") if values.get("level") in ladder.levels else asked.level
    level = chosen or (ladder.levels[-1] if ladder.levels else "")
    return page(
        "supervision/draft.html",
        422 if errors else 200,
        subject=found,
        addressee=addressee(session, found),
        known=known,
        asked=asked,
        level=level,
        words=words(session, found, known, level, on) if level else None,
        levels=[(one, level_name(one)) for one in ladder.levels],
        ladder=ladder,
        values=values,
        errors=errors,
        on=on,
    )


@pages.post("/")
def create() -> ResponseReturnValue:
    """The matter has a draft of its order, or the form comes back as it was."""
    seat, on = current_seat(), today()
    form = _or_missing({"kind": request.form.get("kind", ""), "subject": request.form.get("subject_id", "")})

    def act(given: dict[str, Any]) -> Any:
        kind, subject_id = given.pop("kind"), given.pop("subject_id")
        return commands.draft_order(seat, kind, subject_id, text=OrderText(**given), on=on)

    row, errors = submitted(schemas.OrderIn(), act)
    if row is None:
        return _draft_page(seat, form["kind"], UUID(form["subject"]), request.form, errors)
    flash(_("督办单已拟，待签发。"), "success")
    return redirect(url_for("supervision.show", supervision_order_id=row.id))


# --- one order ---


@pages.get("/<uuid:supervision_order_id>")
def show(supervision_order_id: UUID) -> ResponseReturnValue:
    """One order: where it stands, and what this seat can do."""
    return _one_page(reading(READ), supervision_order_id, "", {})


def _one_page(seat: Seat, order_id: UUID, noun: str, errors: Errors) -> ResponseReturnValue:
    """The order; with errors, the verb's form stands as it was sent."""
    on = today()
    found = whole(seat, queries.order(seat, order_id), on)
    return page(
        "supervision/show.html",
        422 if errors else 200,
        whole=found,
        order=found.order,
        subject_url=_subject_url(found.order.subject),
        offered=offered(seat, found),
        level=level_name(found.order.level),
        noun=noun,
        values=request.form,
        errors=errors,
        on=on,
    )


_AT: Mapping[str, Callable[[UUID], str]] = {
    "task": lambda one: url_for("tasks.show", task_id=one),
    "obligation": lambda one: url_for("submissions.show", obligation_id=one),
}


def _subject_url(key: tuple[str, UUID]) -> str:
    return _AT[key[0]](key[1]) if key[0] in _AT else ""


CONFIRMED = ("signature", "service")  # asked about before they are done


@pages.get(f"/<uuid:supervision_order_id>/<any({', '.join(map(repr, CONFIRMED))}):noun>")
def ask(supervision_order_id: UUID, noun: str) -> ResponseReturnValue:
    """The question before what cannot be taken back."""
    seat = reading(READ)
    row = queries.order(seat, supervision_order_id)
    seat.require(VERBS[noun].operation)
    level, unit = level_name(row.level), row.addressee
    if noun == "signature":
        title = _("签发%(level)s督办单？", level=level)
        said = [_("督办事由、要求和时限随即锁定，不能再改。"), _("由办公室编号送达%(unit)s。", unit=unit)]
    else:
        title = _("编号送达%(unit)s？", unit=unit)
        said = [_("督办单取得本年度下一个编号；撤回后编号不再使用。"), _("回复时限自今天起按工作日计算。")]
    return page(
        "confirm.html",
        title=title,
        consequences=said,
        action_url=url_for("supervision.move", supervision_order_id=row.id, noun=noun),
        confirm_label=_("签发") if noun == "signature" else _("编号送达"),
        cancel_url=url_for("supervision.show", supervision_order_id=row.id),
    )


@pages.post(f"/<uuid:supervision_order_id>/<any({', '.join(map(repr, VERBS))}):noun>")
def move(supervision_order_id: UUID, noun: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat, verb = current_seat(), VERBS[noun]
    _done, errors = submitted(verb.schema(), lambda given: verb.act(seat, supervision_order_id, **given, on=today()))
    if errors:
        return _one_page(reading(READ), supervision_order_id, noun, errors)
    flash(_("已办理。"), "success")
    return redirect(url_for("supervision.show", supervision_order_id=supervision_order_id))


@pages.get("/<uuid:supervision_order_id>/document.<any(docx, pdf):kind>")
def document(supervision_order_id: UUID, kind: str) -> Response:
    """The order as it is printed. Source: dossier 3.5."""
    seat, on = reading(READ), today()
    found = whole(seat, queries.order(seat, supervision_order_id), on)
    paper = order_document(seat, found.order, found.before, on)
    return download(kind, f"督办单{found.order.number or '（未编号）'}", rendered(paper, kind))
