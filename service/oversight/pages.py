"""The home page of a tenant, and the board of the places below it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.charter.original import definitions
from service.charter.overview import overview
from service.charter.queries import rule
from service.charter.text import CharterText
from service.charter.view import difference_lines
from service.kit.export import table_file
from service.kit.face import label
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.paging import Asked, Page
from service.kit.period import Period, last_closed_quarter
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.obligations.view import year_shown
from service.oversight import view
from service.oversight.home import home
from service.oversight.listing import STANDINGS, closed_since, listed
from service.oversight.queries import (
    Board,
    Row,
    board,
    charters_of,
    columns,
    place_below,
    published_by,
    revision_of,
    timing_of,
)
from service.oversight.schemas import BoardQuery
from service.statistics.queries import shown
from service.statistics.rules import NOTHING, changed, coverage
from service.statistics.view import figure
from tenants.exchange import Delivery
from tenants.models import children

pages = Blueprint("oversight", __name__, url_prefix="/t/<slug>", template_folder="templates")
NAV = (
    Entry(10, "首页", "oversight.start", "tenant.read", "home"),
    Entry(70, "各地进度", "oversight.show_board", "board.read", "layout-grid"),
)


@pages.get("/")
def start() -> ResponseReturnValue:
    """What waits for this seat, and how the conference stands."""
    seat = current_seat()
    seen = home(seat, today())
    origin = {"tenant": seat.tenant.name, "expected": seen.expected_below, "period": str(seen.period)}
    rest = [f for f in view.main_figures(seen.below.values()) if f.indicator.key not in view.DUTIES]
    below = [figure(f, covered=f.detail["sources"], **origin) for f in rest]
    own = [figure(item, tenant=seat.tenant.name) for item in view.main_figures(seen.figures)]
    duties = [figure(f, covered=f.detail["sources"], **origin) for f in view.duty_figures(seen.below.values())]
    return page("oversight/home.html", view=seen, below=below, duties_below=duties, own=own, year=year_shown(seen.year))


@pages.get("/board/")
def show_board() -> ResponseReturnValue:
    """Each place below: reported or not, its rates, its meetings against its own rule."""
    seat, asked = reading("board.read"), asked_here(BoardQuery())
    period, whole, deep = _period(asked), asked.filters.get("basis") == "whole", asked.filters.get("scope") == "all"
    kind = request.args.get("format", "")
    seen = board(seat.session, seat.tenant, period, today(), whole=whole, deep=deep)
    found = listed(seen.rows, asked, whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, seen, found.rows, kind)
    return page("oversight/board.html", whole=whole, deep=deep, **_shown(seat, seen, found))


def _period(asked: Asked) -> Period:
    named = asked.filters.get("period")
    return Period.parse(named) if named else last_closed_quarter(today())


def _shown(seat: Seat, seen: Board, found: Page) -> dict[str, Any]:
    """What the page shows of the board."""
    ranked = _ranks(seat)
    return {
        "board": seen,
        "listed": found,
        "cells": view.cells_of(seen),
        "columns": columns(),
        "standings": [(key, label("publication_standing", key)) for key in STANDINGS],
        "totals": view.totals_of(seat, seen),
        "ranked": ranked,
        "tiles": view.tiles(seen),
        "bars": view.bars(seen, ranked=ranked),
        "trend": view.trend_of(seat),
        "choices": closed_since(seat.tenant.opened_on, today()),
        "has_children": bool(seen.rows or children(seat.session, seat.tenant.id)),
    }


def _ranks(seat: Seat) -> bool:
    """Whether this conference ranks its places at all: some only list them. Source: dossier 2.4 通报排名."""
    return rule(seat.session, "ranking", today()) != "none"


def _file(seat: Seat, seen: Board, rows: list[Row], kind: str) -> ResponseReturnValue:
    header = ["行政区划代码", "地区", "版次", "上报期限", "首次发布日", "上报情况", "迟报或逾期天数"]
    header += [*(column.name_zh for column in columns()), "报送覆盖"]
    table = [
        [
            row.tenant.region_code,
            row.tenant.name,
            row.receipt.revision if row.receipt else "未报",
            row.timing.due,
            row.receipt.first_on if row.receipt else None,
            label("publication_standing", row.timing.standing),
            row.timing.days or None,
            *(_text(row, column.code) for column in columns()),
            coverage(row.reported, row.expected),
        ]
        for row in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-各地进度-{seen.period}-{today().isoformat()}", header, table)


def _text(row: Row, code: str) -> str:
    if row.receipt is None and code not in row.figures:
        return "未报"
    return row.figures[code].text if code in row.figures else NOTHING


@pages.get("/board/<place>")
def show_place(place: str) -> ResponseReturnValue:
    """All that one place has published up for a period; nothing of its inside."""
    seat, asked = reading("published.read"), asked_here(BoardQuery())
    period = _period(asked)
    tenant = place_below(seat.session, seat.tenant, place)
    deliveries = published_by(seat.session, tenant, period)
    read = revision_of(deliveries, request.args.get("revision"))
    below = board(seat.session, seat.tenant, period, today(), under=tenant)
    return page(
        "oversight/place.html",
        place=tenant,
        charters=charters_of(seat.session, tenant),
        period=period,
        read=read,
        timing=timing_of(seat.session, tenant, period, deliveries, today()),
        deliveries=deliveries,
        differing=_differing(deliveries, read),
        figures=_figures(tenant.name, period, read),
        listed=listed(below.rows, asked),
        cells=view.cells_of(below),
        columns=columns(),
        ranked=_ranks(seat),
        choices=closed_since(seat.tenant.opened_on, today()),
    )


@pages.get("/board/<place>/charter")
def show_charter(place: str) -> ResponseReturnValue:
    """The charter that one place has published, to be read; nothing of its drafts or its inside."""
    seat = reading("published.read")
    tenant = place_below(seat.session, seat.tenant, place)
    found = charters_of(seat.session, tenant)
    read = revision_of(found, request.args.get("revision"))
    seen = overview(tenant, CharterText.from_json(read.content["text"])) if read else None
    lines = difference_lines(seen.differences, (seen.template, seen.text), dict(definitions(tenant))) if seen else []
    return page("oversight/charter.html", place=tenant, read=read, revisions=found, seen=seen, lines=lines)


def _figures(name: str, period: Period, read: Delivery | None) -> list[dict[str, Any]]:
    if read is None:
        return []
    origin = {"tenant": name, "period": str(period), "as_of": period.end, "revision": read.revision}
    return [figure(shown(row), **origin) for row in read.content["figures"]]


def _differing(deliveries: list[Delivery], read: Delivery | None) -> list[str]:
    """The codes of the figures that this revision corrected."""
    if read is None:
        return []
    older = [row for row in deliveries if row.revision < read.revision]
    return changed(older[0].content["figures"], read.content["figures"]) if older else []
