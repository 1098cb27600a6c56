"""The pages of what was agreed: what became of it, how it becomes tasks, and the sheets to take away."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.documents.rendering import rendered
from service.kit.export import download, table_file
from service.kit.forms import said
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings.queries import cooperating, meeting
from service.minutes import following, planning, queries, sheets
from service.minutes.document import organ
from tenants.errors import Conflict, LianxiError, Refused

pages = Blueprint("items", __name__)
AT = "/meetings/<uuid:meeting_id>"


@pages.get(f"{AT}/items")
def show(meeting_id: UUID) -> ResponseReturnValue:
    """What the meeting agreed on, with the task each item became; or 议定事项分解表 as a file."""
    seat, kind = reading("meeting.read"), request.args.get("format", "")
    held = meeting(seat.session, meeting_id)
    if kind in ("csv", "xlsx"):
        name = f"{held.title}-议定事项分解表"
        return table_file(kind, name, sheets.HEADER, sheets.item_rows(seat.session, held, today()))
    found = queries.followed(seat.session, meeting_id, today())
    return page(
        "minutes/items.html",
        meeting=held,
        found=found,
        helping=cooperating(seat.session, [one.resolution.id for one in found]),
        names=unit_names(seat.session),
        agreed_plans=planning.agreed_plans(seat.session, meeting_id),
        open_ones=following.proposals(seat, meeting_id, today()) if seat.may("task.plan") else [],
        on=today(),
    )


@pages.get(f"{AT}/tasks")
def preview(meeting_id: UUID) -> ResponseReturnValue:
    """Each item as the task it would become, its duty proposed."""
    return _preview(current_seat(), meeting_id, {}, {}, fresh=True)


def _preview(
    seat: Seat, meeting_id: UUID, values: Mapping[str, str], errors: Mapping[str, str], fresh: bool = False
) -> ResponseReturnValue:
    seat.require("task.plan")
    return page(
        "minutes/tasks.html",
        422 if errors else 200,
        meeting=meeting(seat.session, meeting_id),
        proposals=following.proposals(seat, meeting_id, today()),
        names=unit_names(seat.session),
        values=values,
        errors=errors,
        fresh=fresh,
    )


@pages.post(f"{AT}/tasks")
def plan(meeting_id: UUID) -> ResponseReturnValue:
    """The chosen items are tasks, or the form comes back as it was."""
    seat, form = current_seat(), request.form
    try:
        chosen = {_id(key): _id(form.get(f"duty-{key}", "")) for key in form.getlist("items")}
        tasks = following.plan_items(seat, meeting_id, chosen=chosen, on=today())
    except (Refused, Conflict) as refusal:
        return _preview(seat, meeting_id, form, {_place(refusal): said(refusal)})
    flash(_("已列入年度计划 %(n)s 项任务。", n=len(tasks)), "success")
    return redirect(url_for("minutes.items.show", meeting_id=meeting_id))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("请为每项选择职责。", en="Choose a duty for each.", field="items") from None


def _place(refusal: LianxiError) -> str:
    return (refusal.field or "").replace("items.", "duty-")


@pages.get(f"{AT}/sign-in-sheet.<any(docx, pdf):kind>")
def sign_in_sheet(meeting_id: UUID, kind: str) -> Response:
    """签到表, to be printed and signed."""
    seat = reading("meeting.read")
    held = meeting(seat.session, meeting_id)
    booklet = sheets.sign_in_sheet(seat.session, held, organ(seat, held))
    return download(kind, booklet.title, rendered(booklet, kind))
