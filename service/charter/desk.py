"""What every page of the charter does alike: who reads, who edits, and how a form ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter import commands
from service.charter.overview import Overview, overview
from service.charter.view import cited
from service.kit.forms import said
from service.kit.problems import english
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.errors import Refused

Errors = dict[str, str]


def seen_by(seat: Seat) -> Overview:
    """The charter in force today."""
    return overview(seat.session, seat.tenant, today())


def reader() -> tuple[Seat, Overview]:
    """A seat that may read the charter, and the charter."""
    seat = reading("charter.read")
    return seat, seen_by(seat)


def editor() -> tuple[Seat, Overview]:
    """A seat that may change the charter, and the charter."""
    seat = current_seat()
    seat.require(commands.EDIT)
    return seat, seen_by(seat)


def view(template: str, seat: Seat, seen: Overview, status: int = 200, **context: Any) -> ResponseReturnValue:
    """A page of this room."""
    return page(f"charter/{template}", status, seen=seen, may_edit=seat.may(commands.EDIT), **context)


def form_page(template: str, seat: Seat, errors: Errors, **context: Any) -> ResponseReturnValue:
    """A form, as it was filled in where it is shown again for its errors; to nobody who could not have opened it."""
    seat.require(commands.EDIT)
    return view(template, seat, seen_by(seat), 422 if errors else 200, errors=errors, **context)


def tried(
    write: Callable[[], object], again: Callable[[Errors], ResponseReturnValue], done: str, to: str
) -> ResponseReturnValue:
    """It is done and said, with what was let pass; or the form stands as it was, the refusal at its field."""
    try:
        cautions = write()
    except Refused as refusal:
        return again({refusal.field or "": sentence(refusal)})
    flash(done, "success")
    for caution in cautions if isinstance(cautions, list) else ():
        flash(caution.en if english() else caution.message, "warning")
    return redirect(to)


def sentence(refusal: Refused) -> str:
    """The refusal with the rule it rests on."""
    words = said(refusal)
    return _("%(words)s（依据：%(source)s）", words=words, source=cited(refusal.source)) if refusal.source else words
