"""The pages of reference templates: what came from above, side by side with one's own; what goes below."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.desk import Errors, tried
from service.charter.forms import stale
from service.charter.merging import Item, items
from service.charter.models import Charter
from service.charter.original import definitions, original_of
from service.charter.overview import Overview
from service.kit.export import table_file
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.paging import page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.patterns import commands, queries
from service.patterns.divergence_pages import divergence
from service.patterns.drafting_pages import drafting
from service.patterns.issuing_pages import issuing
from service.patterns.rules import is_from, levels_below
from service.patterns.schemas import RECEIVED, ReceivedQuery, named_like
from service.patterns.view import lines
from tenants.offers import ReceivedOffer

READ = "charter.read"
pages = Blueprint("patterns", __name__, url_prefix="/t/<slug>/templates", template_folder="templates")
NAV = (Entry(22, "参考模板", "patterns.index", READ, "copy"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """The templates that came from above; who has nobody above looks at what went below."""
    seat = reading(READ)
    if seat.tenant.parent_id is None and seat.may_read(commands.PUBLISH):
        return redirect(url_for("patterns.issuing.index"))
    kind, asked = request.args.get("format", ""), asked_here(ReceivedQuery())
    query = named_like(queries.received(), ReceivedOffer, asked)
    found = page_of(seat.session, query, asked, RECEIVED, "-received_at", whole=kind in ("csv", "xlsx"))
    rows = [_row(seat, row) for row in found.rows]
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, rows)
    return page("patterns/index.html", rows=rows, listed=found, **sides(seat))


def sides(seat: Seat) -> dict[str, Any]:
    """What the tabs of the room offer to this seat."""
    return {
        "above": seat.tenant.parent_id is not None,
        "below": bool(levels_below(seat.tenant.level)) and seat.may_read(commands.PUBLISH),
    }


def _row(seat: Seat, row: ReceivedOffer) -> dict[str, Any]:
    own = queries.own_version(seat.session)
    sender = queries.senders(seat.session, [row])[row.source_id]
    done = is_from(own.template_version, row.title)
    return {"row": row, "sender": sender.name, "done": done}


def _file(seat: Seat, kind: str, rows: list[dict[str, Any]]) -> ResponseReturnValue:
    header = [_("模板"), _("下发单位"), _("说明"), _("下发日期"), _("收到日期"), _("对照情况")]
    table = [
        [
            line["row"].title,
            line["sender"],
            line["row"].note,
            line["row"].offered_at.date(),
            line["row"].received_at.date(),
            _("已对照") if line["done"] else _("未对照"),
        ]
        for line in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-{_('参考模板')}-{today().isoformat()}", header, table)


@pages.get("/received/<uuid:received_id>")
def show(received_id: UUID) -> ResponseReturnValue:
    """One template as it came: who sent it, why, its whole text."""
    seat = reading(READ)
    row = queries.received_named(seat.session, received_id)
    text = queries.text_in(row)
    seen = Overview(text, original_of(seat.tenant, text))
    return page("patterns/received.html", line=_row(seat, row), seen=seen, **sides(seat))


@pages.get("/received/<uuid:received_id>/comparison")
def compare(received_id: UUID) -> ResponseReturnValue:
    """The template it came from, one's own text and the new template, item by item."""
    return _comparison(received_id, {}, {})


def _comparison(received_id: UUID, chosen: dict[str, str], errors: Errors) -> ResponseReturnValue:
    seat = reading(READ)
    row = queries.received_named(seat.session, received_id)
    version = queries.own_version(seat.session)
    texts = queries.texts_for(seat.session, seat.tenant, row)
    found = items(*texts)
    shown = [item for item in found if item.differs or request.args.get("all") or item.id in errors]
    return page(
        "patterns/comparison.html",
        422 if errors else 200,
        line=_row(seat, row),
        version=version,
        token=token(version),
        base=texts[0],
        lines=lines(shown, texts, definitions(seat.tenant), chosen),
        counts=_counts(found),
        errors=errors,
        may_edit=seat.may("charter.edit") and version.state != "in_review",
        **sides(seat),
    )


def _counts(found: list[Item]) -> dict[str, int]:
    """How many items stand how."""
    return {state: sum(item.status == state for item in found) for state in ("template", "own", "conflict")} | {
        "all": len(found),
        "differing": sum(item.differs for item in found),
    }


def token(version: Charter) -> str:
    """Which text of one's own was compared, so that a later change of it is seen."""
    return f"{version.id}:{version.revision}"


@pages.post("/received/<uuid:received_id>/comparison")
def adopt(received_id: UUID) -> ResponseReturnValue:
    """What was chosen stands in the charter's draft, which then goes its usual way."""
    seat = current_seat()
    chosen = {name.removeprefix("choice-"): value for name, value in request.form.items() if name.startswith("choice-")}

    def write() -> object:
        if request.form.get("token") != token(queries.own_version(seat.session)):
            raise stale()
        return commands.adopt(seat, received_id, chosen, on=today())

    return tried(
        write,
        lambda errors: _comparison(received_id, chosen, errors),
        _("所选内容已写入修订稿；送审并经召集人批准后施行。"),
        url_for("charter.approval.changes"),
    )


for _part in (issuing, drafting, divergence):
    pages.register_blueprint(_part)
