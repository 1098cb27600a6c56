"""What a tenant published for the levels below it: the list, each revision with how far it came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import label
from service.charter import comparison
from service.charter.overview import Overview
from service.charter.view import difference_lines
from service.kit.export import table_file
from service.kit.layout import locale
from service.kit.listing import asked_here
from service.kit.paging import page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.patterns import commands, queries
from service.patterns.rules import LAST, ORIGINS, levels_below, reform_of
from service.patterns.schemas import ISSUED, IssuedQuery, named_like
from tenants.offers import Offer, deliveries, places_of

issuing = Blueprint("issuing", __name__, url_prefix="/issued")


@issuing.get("/")
def index() -> ResponseReturnValue:
    """The templates that went below, and those being written."""
    seat = reading(commands.PUBLISH)
    kind, asked = request.args.get("format", ""), asked_here(IssuedQuery())
    query = named_like(queries.issued_for(asked.filters.get("level")), Offer, asked)
    found = page_of(seat.session, query, asked, ISSUED, "-offered_at", whole=kind in ("csv", "xlsx"))
    rows = _rows(seat, found.rows)
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, rows)
    return page("patterns/issued_list.html", rows=rows, listed=found, **choices_of(seat, any_issued=found.total > 0))


def choices_of(seat: Seat, *, any_issued: bool) -> dict[str, Any]:
    """What this seat may begin: the levels below, those that are being written, and what a text may come from."""
    return {
        "levels": levels_below(seat.tenant.level),
        "drafts": {draft.level: draft for draft in queries.drafts(seat.session)},
        "origins": [
            (origin, label("template_origin", origin, locale())) for origin in ORIGINS if any_issued or origin != LAST
        ],
        "may_draft": seat.may(commands.DRAFT),
        "above": seat.tenant.parent_id is not None,
        "below": True,
    }


def _rows(seat: Seat, rows: list[Offer]) -> list[dict[str, Any]]:
    arrived = queries.arrivals(seat.session, rows)
    places = {level: len(places_of(seat.session, level)) for level in {row.level for row in rows}}
    return [{"row": row, "arrived": arrived.get(row.id, 0), "places": places[row.level]} for row in rows]


def _file(seat: Seat, kind: str, rows: list[dict[str, Any]]) -> ResponseReturnValue:
    header = [_("模板"), _("层级"), _("说明"), _("下发日期"), _("下发人"), _("已送达"), _("应送达")]
    table = [
        [
            line["row"].title,
            label("level", line["row"].level, locale()),
            line["row"].note,
            line["row"].offered_at.date(),
            line["row"].offered_by,
            line["arrived"],
            line["places"],
        ]
        for line in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-{_('下发的参考模板')}-{today().isoformat()}", header, table)


@issuing.get("/<uuid:offer_id>")
def show(offer_id: UUID) -> ResponseReturnValue:
    """One template as it was sealed: what it changed, where it stands, its whole text."""
    seat = reading(commands.PUBLISH)
    row = queries.issued_named(seat.session, offer_id)
    text, there = queries.text_in(row), deliveries(seat.session, row.id)
    template = queries.level_template(seat.session, row.level, reform_of(text.template_version))
    before = queries.before(seat.session, row.level, text, below=row.number)
    places = [{"name": place.name, "at": there.get(place.id)} for place in places_of(seat.session, row.level)]
    return page(
        "patterns/issued.html",
        row=row,
        seen=Overview(text, template),
        last=row.number > 1,
        lines=difference_lines(
            comparison.compared(before, text), (before, text), {rule.key: rule for rule in template.rules}
        ),
        places=places,
        lacking=sum(place["at"] is None for place in places),
        may_publish=seat.may(commands.PUBLISH),
    )


@issuing.post("/<uuid:offer_id>/deliveries")
def send_again(offer_id: UUID) -> ResponseReturnValue:
    """The template is on its way to places that do not have it."""
    sent = commands.send_pattern(current_seat(), offer_id)
    flash(_("正在送往 %(n)s 个地区。", n=sent), "success")
    return redirect(url_for("patterns.issuing.show", offer_id=offer_id))
