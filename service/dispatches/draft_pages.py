"""Dispatches before they are sent: their list, the form in which one is written, one that waits to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.charter import POLICY_FIELDS
from service.charter.queries import duties
from service.dispatches import commands, queries, schemas
from service.dispatches.commands import DispatchText
from service.dispatches.models import DispatchDraft
from service.dispatches.rules import DRAFT, KINDS
from service.files.web import uploaded
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.dispatch import ReceivedDispatch

drafts = Blueprint("drafts", __name__, url_prefix="/drafts")
Errors = Mapping[str, str]


def _named(group: str, keys: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    return [(key, label(group, key)) for key in keys]


@drafts.get("/")
def index() -> ResponseReturnValue:
    """What is being written, or waits to be sent; or as a file."""
    seat, kind = reading(commands.WRITE), request.args.get("format", "")
    found = queries.drafts(seat.session, asked_here(schemas.DraftsQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["标题", "类型", "状态", "时限", "起草人", "起草日期", "发往"]
        rows = [
            [
                row.title,
                label("dispatch_kind", row.kind),
                label("dispatch_draft_state", row.state),
                row.due,
                row.written_by,
                row.written_on,
                len(row.places),
            ]
            for row in found.rows
        ]
        return table_file(kind, f"{seat.tenant.name}-下达稿-{today().isoformat()}", header, rows)
    return page(
        "dispatches/drafts.html",
        listed=found,
        kinds=_named("dispatch_kind", KINDS),
        states=_named("dispatch_draft_state", DRAFT.all_states()),
    )


@drafts.get("/new")
def new() -> ResponseReturnValue:
    """An empty sheet, or one that passes on what came from above."""
    seat, values = current_seat(), dict[str, Any]()
    came_id = request.args.get("passes_on_id", "")
    if came_id:
        values = _passing_on(seat, _id_of(came_id))
    return _form(seat, None, values or {"kind": "task"}, {})


def _id_of(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        return queries.missing()


def _passing_on(seat: Seat, came_id: UUID) -> dict[str, Any]:
    """What came, as it would be passed on to every place below."""
    came: ReceivedDispatch = queries.one(seat.session, ReceivedDispatch, came_id)
    content = came.content
    return {
        "kind": came.kind if came.kind in KINDS else "task",
        "title": came.title,
        "text": content.get("text", ""),
        "due": came.due,
        "policy_field": content.get("policy_field", ""),
        "duty": content.get("duty", ""),
        "form": content.get("form", ""),
        "questions": "\n".join(content.get("questions", [])),
        "places": [str(place.id) for place in queries.places_below(seat.session)],
        "passes_on_id": str(came.id),
    }


def _form(seat: Seat, row: DispatchDraft | None, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    seat.require(commands.WRITE)
    below = queries.places_below(seat.session)
    return page(
        "dispatches/form.html",
        422 if errors else 200,
        row=row,
        values=values,
        errors=errors,
        kinds=_named("dispatch_kind", KINDS),
        fields=_named("policy_field", list(POLICY_FIELDS)),
        duties=[(duty.code, f"{duty.code} {duty.text}") for duty in duties(seat.session, today())],
        below=[(str(place.id), place.name) for place in below],
    )


def _sent_values() -> dict[str, Any]:
    """The form as it was sent, its many choices too."""
    return {**request.form, "places": request.form.getlist("places")}


@drafts.post("/")
def write() -> ResponseReturnValue:
    """The dispatch is written."""
    seat = current_seat()
    seat.require(commands.WRITE)

    def act(given: dict[str, Any]) -> DispatchDraft:
        return commands.write_draft(seat, DispatchText(**given), on=today())

    row, errors = submitted(schemas.DraftIn(), act)
    if row is None:
        return _form(seat, None, _sent_values(), errors)
    flash(_("下达稿已保存，下级还看不到。"), "success")
    return redirect(url_for("dispatches.drafts.show", draft_id=row.id))


@drafts.get("/<uuid:draft_id>")
def show(draft_id: UUID) -> ResponseReturnValue:
    """One draft as it would go down, and what this seat can do with it."""
    return _draft_page(reading(commands.WRITE), draft_id, "", {})


def _draft_page(seat: Seat, draft_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    row: DispatchDraft = queries.one(seat.session, DispatchDraft, draft_id)
    names = {str(place.id): place.name for place in queries.places_below(seat.session)}
    possible = DRAFT.possible(row.state)
    return page(
        "dispatches/draft.html",
        422 if errors else 200,
        row=row,
        places=[names.get(place, "—") for place in row.places],
        files=queries.draft_files(seat.session, row.id),
        writes=seat.may(commands.WRITE) and "revise" in possible,
        submits=seat.may(commands.WRITE) and "submit" in possible and not seat.may(commands.SEND),
        sends=seat.may(commands.SEND) and "send" in possible,
        approves=seat.may(commands.APPROVE) and row.state == "submitted",
        form_open=form,
        values=request.form if form else {},
        errors=errors,
    )


@drafts.get("/<uuid:draft_id>/edit")
def edit(draft_id: UUID) -> ResponseReturnValue:
    seat = current_seat()
    row: DispatchDraft = queries.one(seat.session, DispatchDraft, draft_id)
    values = {name: getattr(row, name) for name in ("kind", "title", "text", "due", "policy_field", "duty", "form")}
    return _form(seat, row, values | {"questions": "\n".join(row.questions), "places": row.places}, {})


@drafts.post("/<uuid:draft_id>/edit")
def revise(draft_id: UUID) -> ResponseReturnValue:
    """The draft reads so."""
    seat = current_seat()
    seat.require(commands.WRITE)

    def act(given: dict[str, Any]) -> DispatchDraft:
        return commands.revise_draft(seat, draft_id, DispatchText(**given), on=today())

    row, errors = submitted(schemas.DraftIn(), act)
    if row is None:
        return _form(seat, queries.one(seat.session, DispatchDraft, draft_id), _sent_values(), errors)
    flash(_("已修改。"), "success")
    return redirect(url_for("dispatches.drafts.show", draft_id=draft_id))


@drafts.post("/<uuid:draft_id>/files")
def attach(draft_id: UUID) -> ResponseReturnValue:
    """The file goes down with it."""
    seat = current_seat()
    seat.require(commands.WRITE)
    row, errors = submitted(schemas.NothingIn(), lambda _given: commands.attach(seat, draft_id, uploaded()))
    if row is None:
        return _draft_page(seat, draft_id, "file", errors)
    flash(_("附件已添加。"), "success")
    return redirect(url_for("dispatches.drafts.show", draft_id=draft_id))


@drafts.post("/<uuid:draft_id>/files/<uuid:file_id>/removal")
def detach(draft_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """The file does not go down with it."""
    commands.detach(current_seat(), draft_id, file_id=file_id)
    flash(_("附件已移除。"), "success")
    return redirect(url_for("dispatches.drafts.show", draft_id=draft_id))


@drafts.post("/<uuid:draft_id>/submission")
def submit(draft_id: UUID) -> ResponseReturnValue:
    """It waits for who may send it."""
    commands.submit_draft(current_seat(), draft_id)
    flash(_("已送审，由办公室主任、副主任下达或由召集人批准。"), "success")
    return redirect(url_for("dispatches.drafts.show", draft_id=draft_id))


@drafts.post("/<uuid:draft_id>/return")
def give_back(draft_id: UUID) -> ResponseReturnValue:
    """It goes back to who wrote it."""
    seat = current_seat()
    act = commands.return_draft if seat.may(commands.SEND) else commands.disapprove_draft
    seat.require(commands.SEND if seat.may(commands.SEND) else commands.APPROVE)
    row, errors = submitted(schemas.ReasonIn(), lambda given: act(seat, draft_id, **given))
    if row is None:
        return _draft_page(seat, draft_id, "return", errors)
    flash(_("已退回起草人。"), "success")
    return redirect(url_for("dispatches.drafts.show", draft_id=draft_id))


@drafts.post("/<uuid:draft_id>/discard")
def discard(draft_id: UUID) -> ResponseReturnValue:
    """It is not sent."""
    commands.discard_draft(current_seat(), draft_id)
    flash(_("已作废。"), "success")
    return redirect(url_for("dispatches.drafts.index"))


@drafts.post("/<uuid:draft_id>/sending")
def send(draft_id: UUID) -> ResponseReturnValue:
    """It is numbered, sealed, and on its way."""
    seat = current_seat()
    act = commands.send_draft if seat.may(commands.SEND) else commands.approve_draft
    seat.require(commands.SEND if seat.may(commands.SEND) else commands.APPROVE)
    row, errors = submitted(schemas.NothingIn(), lambda _given: act(seat, draft_id, on=today()))
    if row is None:
        return _draft_page(seat, draft_id, "send", errors)
    flash(_("已下达，送达情况见下表。"), "success")
    return redirect(url_for("dispatches.sent.show", dispatch_id=row.id))
