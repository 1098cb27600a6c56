"""The charter set up in one sitting: where it starts, then step by step through the draft's own forms.

The steps are the pages of the draft themselves; `setup` in the address carries the way along. Whatever is saved is
saved in the draft, so one may stop anywhere and come back. Source: seed 末句.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

from service.charter import checking, commands, forms, queries, schemas, sheets, starting
from service.charter.desk import Errors, editor, opened, sentence, view
from service.charter.files import file_name
from service.charter.original import definitions, original_of, template_for
from service.charter.overview import Overview
from service.charter.steps import step_url
from service.charter.text import CharterText, text_of
from service.charter.writing import body_of, written
from service.kit.export import download
from service.kit.seat import Seat
from service.kit.web import current_seat, today
from tenants.errors import Missing, Refused
from tenants.offers import ReceivedOffer

OFFERED = "start:"  # before the id of a text that was offered to start from
setup = Blueprint("setup", __name__, url_prefix="/setup")


@setup.get("/")
def start() -> ResponseReturnValue:
    """What the charter is to start from."""
    return start_page({})


def start_page(errors: Errors, preview: Mapping[str, Any] | None = None, notice: str = "") -> ResponseReturnValue:
    current_seat().require(commands.EDIT)
    desk = opened("draft" if queries.open_draft(current_seat().session) else "")
    words = {"errors": errors, "preview": preview or {}, "starts": starting.starts(desk.seat.session), "notice": notice}
    return view("setup.html", desk, 422 if errors else 200, **words)


@setup.post("/")
def begin() -> ResponseReturnValue:
    """The draft starts from what was chosen; one that lies open is written anew only if that was said."""
    seat, source = current_seat(), request.form.get("source", "")
    try:
        unchanged(seat)
        begun(seat, _text_from(seat, source))
    except Refused as refusal:
        return start_page({refusal.field or "source": sentence(refusal)})
    return redirect(step_url("name"))


def unchanged(seat: Seat) -> None:
    """The draft is the one that was seen, or there is still none; no page of the house writes over unseen work."""
    seat.require(commands.EDIT)
    draft = queries.open_draft(seat.session)
    if request.form.get("revision", "") != (str(draft.revision) if draft else ""):
        raise forms.stale()


def _text_from(seat: Seat, source: str) -> CharterText | None:
    latest = queries.settled(seat.session)[0].text
    if source == "template":
        since = {unit.key: unit.joined_on for unit in latest.units}
        text = text_of(template_for(seat.tenant))
        return replace(text, units=tuple(replace(unit, joined_on=since.get(unit.key)) for unit in text.units))
    if source == "in_force":
        return latest
    if source.startswith(OFFERED):
        return starting.begun_from(starting.text_in(_offered(seat, source.removeprefix(OFFERED))), latest)
    if source == "draft" and queries.open_draft(seat.session) is not None:
        return None
    raise Refused(_("请选择从哪里开始。"), en="Choose where to start.", field="source")


def _offered(seat: Seat, start: str) -> ReceivedOffer:
    try:
        return starting.start_named(seat.session, UUID(start))
    except ValueError:
        raise Missing() from None


@setup.get("/starts/<uuid:start_id>")
def show_start(start_id: UUID) -> ResponseReturnValue:
    """A text that was offered to start from, as one reads it."""
    current_seat().require(commands.EDIT)
    desk = opened("draft" if queries.open_draft(current_seat().session) else "")
    row = starting.start_named(desk.seat.session, start_id)
    text = starting.text_in(row)
    return view("start.html", desk, row=row, offered=Overview(text, original_of(desk.seat.tenant, text)))


def begun(seat: Seat, text: CharterText | None) -> None:
    if queries.open_draft(seat.session) is None:
        commands.begin_draft(seat, text, on=today())
    elif text is not None:
        commands.rewrite(seat, text)


@setup.get("/workbook")
def workbook() -> ResponseReturnValue:
    """The text that lies on the desk as a workbook to be filled in."""
    seat = current_seat()
    desk = opened("draft" if queries.open_draft(seat.session) else "")
    body = sheets.workbook(desk.seen.text, definitions(seat.tenant).values())
    return download("xlsx", file_name(seat, _("制度导入表")), body)


@setup.post("/workbook")
def upload() -> ResponseReturnValue:
    """Every row as it was read, and what is wrong with it; nothing is written yet."""
    seat = current_seat()
    seat.require(commands.EDIT)
    desk = opened("draft" if queries.open_draft(seat.session) else "")
    file = request.files.get("file")
    known = list(definitions(seat.tenant).values())
    try:
        done = sheets.imported(desk.seen.text, known, sheets.tables_of(file.read() if file else b""))
    except Refused as refusal:
        return start_page({refusal.field or "file": sentence(refusal)})
    wrong = [sentence(fault) for fault in checking.faults(done.text, known)] if not done.faults else []
    sealed = json.dumps(body_of(done.text), ensure_ascii=False)
    return start_page({}, {"tables": done.tables, "faults": done.faults, "wrong": wrong, "sealed": sealed})


@setup.post("/imported")
def take() -> ResponseReturnValue:
    """The draft is what the workbook said."""
    seat = current_seat()
    try:
        body: Any = schemas.WordsIn().load(json.loads(request.form.get("sealed", "")))
        unchanged(seat)
        if queries.open_draft(seat.session) is None:
            commands.begin_draft(seat, on=today())
        commands.rewrite(seat, written(editor().seen.text, body))
    except (ValueError, RecursionError, ValidationError):
        return start_page({"file": _("请重新上传表格。")})
    except Refused as refusal:
        return start_page({refusal.field or "file": sentence(refusal)})
    flash(_("表格内容已写入修订稿。"), "success")
    return redirect(step_url("name"))
