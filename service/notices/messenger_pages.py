"""The place's messenger of the government: where the office has messages sent, and of what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.notices import notice_kinds
from service.kit.forms import submitted
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading
from service.notices import hooking, queries, schemas
from service.notices.settings_pages import kinds_by_about

pages = Blueprint("messenger", __name__, url_prefix="/messenger")


@pages.get("")
def show() -> ResponseReturnValue:
    """Where messages go."""
    return _page(reading(hooking.SET), {})


def _page(seat: Seat, errors: dict[str, str]) -> ResponseReturnValue:
    found = queries.messenger(seat.session)
    kept = {"url": found.url, "kinds": found.kinds} if found else {"url": "", "kinds": []}
    given = {"url": request.form.get("url", ""), "kinds": request.form.getlist("kinds")}
    return page(
        "notices/messenger.html",
        422 if errors else 200,
        found=found,
        values=given if errors else kept,
        errors=errors,
        kinds=kinds_by_about(list(notice_kinds())),
    )


@pages.post("")
def save() -> ResponseReturnValue:
    """Messages of these kinds go to that address."""
    seat = current_seat()
    seat.require(hooking.SET)

    def act(given: dict[str, Any]) -> object:
        return hooking.set_messenger(seat, **given, now=datetime.now(UTC))

    done, errors = submitted(schemas.MessengerIn(), act)
    if not done:
        return _page(seat, errors)
    flash(_("即时通讯推送已保存。"), "success")
    return redirect(url_for("notices.messenger.show"))


@pages.post("/removal")
def drop() -> ResponseReturnValue:
    """No messages go anywhere."""
    hooking.drop_messenger(current_seat())
    flash(_("即时通讯推送已停用。"), "success")
    return redirect(url_for("notices.messenger.show"))
