"""One's own notices: the unread first, each leading to its place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.labels import choices
from service.kit.export import table_file
from service.kit.face import day
from service.kit.layout import Entry, locale
from service.kit.listing import asked_here
from service.kit.seat import OWN
from service.kit.web import current_seat, page, reading, today
from service.notices import commands, messenger_pages, queries, settings_pages
from service.notices.models import Notice
from service.notices.schemas import NoticesQuery
from service.notices.showing import address, kind_name, sentence
from tenants.errors import Missing

pages = Blueprint("notices", __name__, url_prefix="/t/<slug>/notices", template_folder="templates")
pages.register_blueprint(settings_pages.pages)
pages.register_blueprint(messenger_pages.pages)
NAV = (Entry(12, "通知", "notices.index", OWN, "bell"),)


@pages.app_context_processor
def bell() -> dict[str, Any]:
    """The head of every page can say how much the reader has not read."""
    return {"unread_notices": _unread}


def _unread() -> int:
    seat = g.get("seat")
    return queries.unread(seat) if seat else 0


@pages.get("/")
def index() -> ResponseReturnValue:
    """What the reader was told; or as a file."""
    seat, kind = reading(OWN), request.args.get("format", "")
    listed = queries.notices(seat, asked_here(NoticesQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["类别", "内容", "时间", "已读时间"]
        return table_file(kind, f"{seat.tenant.name}-通知-{today().isoformat()}", header, map(_cells, listed.rows))
    return page(
        "notices/list.html",
        listed=listed,
        sentence=sentence,
        names=queries.names(seat.session, [who for row in listed.rows for who in (row.for_id, row.deputy_id)]),
        kind_name=kind_name,
        address=address,
        unread=queries.unread(seat),
        abouts=choices("notice_about", locale()),
        states=choices("notice_state", locale()),
        seen=datetime.now(UTC).isoformat(),
    )


def _cells(row: Notice) -> list[Any]:
    return [kind_name(row), sentence(row), day(row.made_at), day(row.read_at)]


@pages.post("/<uuid:notice_id>/opening")
def open_notice(notice_id: UUID) -> ResponseReturnValue:
    """The notice is read, and the reader at its place."""
    row = commands.read(current_seat(), notice_id, now=datetime.now(UTC))
    return redirect(address(row) or url_for("notices.index"))


@pages.get("/<uuid:notice_id>/place")
def lead(notice_id: UUID) -> ResponseReturnValue:
    """The reader is at the place that the notice leads to: what letters link to."""
    row = queries.notice(reading(OWN), notice_id)
    return redirect(address(row) or url_for("notices.index"))


@pages.post("/<uuid:notice_id>/reading")
def read(notice_id: UUID) -> ResponseReturnValue:
    """The notice is read, and the reader still at the list."""
    commands.read(current_seat(), notice_id, now=datetime.now(UTC))
    return redirect(url_for("notices.index"))


@pages.post("/reading")
def read_all() -> ResponseReturnValue:
    """All that the reader had before him is read."""
    count = commands.read_all(current_seat(), seen=_seen(), now=datetime.now(UTC))
    flash(_("%(n)s 条通知已标为已读。", n=count), "success")
    return redirect(url_for("notices.index"))


def _seen() -> datetime:
    try:
        return datetime.fromisoformat(request.form.get("seen", "")).astimezone(UTC)
    except ValueError as error:
        raise Missing() from error
