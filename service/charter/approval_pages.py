"""The way of a draft: begun, checked, submitted, sent back or approved, in force on its day."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import Rule
from service.charter import checking, commands, comparison, forms, queries
from service.charter.desk import Desk, Errors, opened, sentence, tried, view
from service.charter.original import definitions
from service.charter.overview import overview
from service.charter.reforming import strays
from service.charter.succession import recorded
from service.charter.view import difference_lines
from service.kit.web import current_seat, today
from tenants.errors import Refused

approval = Blueprint("approval", __name__, url_prefix="/draft")
publishing = Blueprint("publishing", __name__)


@approval.post("/begin")
def begin() -> ResponseReturnValue:
    """A draft lies open: the one there is, or a new one."""
    seat = current_seat()
    seat.require(commands.EDIT)
    if queries.open_draft(seat.session) is None:
        commands.begin_draft(seat, on=today())
    return redirect(url_for("charter.show", at="draft"))


@approval.get("/changes")
def changes() -> ResponseReturnValue:
    """What the draft changes, what is wrong with it, and whose turn it is."""
    return _changes({}, {})


def _changes(values: dict[str, str], errors: Errors) -> ResponseReturnValue:
    desk = opened("draft")
    latest = queries.settled(desk.seat.session)[0].text
    known = definitions(desk.seat.tenant)
    found = comparison.compared(latest, desk.seen.text)
    return view(
        "changes.html",
        desk,
        422 if errors else 200,
        lines=difference_lines(found, (overview(desk.seat.tenant, latest).text, desk.seen.text), dict(known)),
        faults=[sentence(fault) for fault in _faults(desk, list(known.values()))],
        record=recorded(desk.charter),
        cautions=checking.cautions(desk.seen.text),
        values=values or _first_values(desk),
        errors=errors,
    )


def _faults(desk: Desk, known: list[Rule]) -> list[Refused]:
    text = desk.seen.text
    return [*checking.faults(text, known), *strays(recorded(desk.charter), text)]


def _first_values(desk: Desk) -> dict[str, str]:
    return {"reason": desk.charter.reason, "effective_from": today().isoformat()}


def _tried(write: Callable[[], object], done: str, to: str) -> ResponseReturnValue:
    return tried(write, lambda errors: _changes(dict(request.form), errors), done, to)


@approval.post("/submit")
def submit() -> ResponseReturnValue:
    """The draft lies before the convener."""
    seat = current_seat()

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.submit_draft(seat, request.form.get("reason", ""))

    return _tried(write, _("修订稿已送召集人审批。"), url_for("charter.approval.changes"))


@approval.post("/recall")
def recall() -> ResponseReturnValue:
    """The draft is back on the desk of those who write it."""
    write = partial(commands.recall_draft, current_seat())
    return _tried(write, _("修订稿已撤回，可以继续修改。"), url_for("charter.show", at="draft"))


@approval.post("/return")
def send_back() -> ResponseReturnValue:
    """The convener sends the draft back and says why."""
    write = partial(commands.return_draft, current_seat(), request.form.get("remark", ""))
    return _tried(write, _("修订稿已退回办公室修改。"), url_for("charter.approval.changes"))


@approval.post("/approve")
def approve() -> ResponseReturnValue:
    """The version is settled, and takes effect on its day."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.draft_as_read(seat, form)
        day = forms.day_of(form, "effective_from", today())
        return commands.approve_draft(seat, effective_from=day, on=today())

    return _tried(write, _("已批准。"), url_for("charter.versions"))


@approval.post("/discard")
def discard() -> ResponseReturnValue:
    """There is no draft any more."""
    seat = current_seat()
    try:
        seat.require(commands.EDIT)
        forms.unchanged_draft(seat, request.form)
        commands.discard_draft(seat)
    except Refused as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("charter.approval.changes"))
    flash(_("修订稿已废弃，施行中的制度不变。"), "success")
    return redirect(url_for("charter.show"))


@publishing.post("/publish")
def publish() -> ResponseReturnValue:
    """The charter in force is on its way to those above, to be read."""
    try:
        commands.publish_charter(current_seat(), on=today())
    except Refused as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("本级制度已公开，上级可以查看，不能修改。"), "success")
    return redirect(url_for("charter.show"))
