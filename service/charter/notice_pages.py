"""A charter set up from a notice: pasted or uploaded, each recognised row shown, corrected or left out, then drafted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import choices
from service.charter import commands, notice_file, notice_form, queries
from service.charter.desk import Errors, opened, sentence, view
from service.charter.notice_form import Values
from service.charter.notices import recognised, templates_for
from service.charter.original import definitions, template_for
from service.charter.rules import POST_ROLES
from service.charter.setup_pages import begun, start_page, unchanged
from service.charter.steps import step_url
from service.charter.text import CharterText, text_of
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import current_seat
from tenants.errors import Refused

notices = Blueprint("notices", __name__, url_prefix="/setup/notice")


@notices.post("/")
def preview() -> ResponseReturnValue:
    """Each row as it was recognised, and what was not; nothing is written yet."""
    seat = current_seat()
    seat.require(commands.EDIT)
    pasted, file = request.form.get("notice", ""), request.files.get("notice_file")
    try:
        data = file.read(notice_file.MOST_BYTES + 1) if file and file.filename else b""
        words = notice_file.words_of(data) if data else notice_file.checked(pasted)
    except Refused as refusal:
        return start_page({"notice": sentence(refusal)}, notice=pasted)
    template, found = recognised(seat, words)
    return _rows(notice_form.values_of(found) | {"template": template.version}, {})


def _rows(values: Values, errors: Errors) -> ResponseReturnValue:
    desk = opened("draft" if queries.open_draft(current_seat().session) else "")
    lists = {group: choices(group, locale()) for group in ("unit_category", "policy_field", "grade")}
    roles = [(role, word) for role, word in choices("role", locale()) if role in POST_ROLES]
    count = {kind: notice_form.rows_in(values, kind) for kind in notice_form.KINDS}
    return view(
        "notice.html", desk, 422 if errors else 200, values=values, errors=errors, count=count, roles=roles, **lists
    )


@notices.post("/rows")
def take() -> ResponseReturnValue:
    """The draft is what the corrected rows say; or the rows stand as they were, each fault at its row."""
    seat, values = current_seat(), request.form
    seat.require(commands.EDIT)
    own = queries.settled(seat.session)[0].text
    done = notice_form.corrected(_base(seat, values), own, values, list(definitions(seat.tenant).values()))
    if done.faults:
        return _rows(values, {name: sentence(fault) for name, fault in done.faults.items()})
    try:
        unchanged(seat)
        begun(seat, done.text)
    except Refused as refusal:
        return _rows(values, {refusal.field or "": sentence(refusal)})
    flash(_("通知内容已写入修订稿，请继续核对。"), "success")
    return redirect(step_url("name"))


def _base(seat: Seat, values: Any) -> CharterText:
    """The template that the preview was made with: what the notice does not say."""
    found = {template.version: template for template in templates_for(seat)}
    return text_of(found.get(values.get("template", ""), template_for(seat.tenant)))
