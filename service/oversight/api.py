"""The board, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from service.kit.listing import asked
from service.kit.period import Period, last_closed_quarter
from service.kit.web import reading, today
from service.oversight.listing import listed
from service.oversight.queries import Row, board, charters_of, place_below, published_by, timing_of
from service.oversight.rules import Timing
from service.oversight.schemas import BoardOut, BoardQuery, PeriodQuery, PlaceChartersOut, PlaceOut
from service.statistics.view import as_json

api = Blueprint(
    "oversight_api", __name__, url_prefix="/api/v1/t/<slug>/board", description="What the places below have published"
)


def _period(named: str | None) -> Period:
    return Period.parse(named) if named else last_closed_quarter(today())


@api.get("")
@api.arguments(BoardQuery, location="query")
@api.response(200, BoardOut)
def show_board(query: dict[str, Any]) -> dict[str, Any]:
    """The places below in one period, listed as on the page."""
    seat, period = reading("board.read"), _period(query.get("period"))
    whole, deep = query.get("basis") == "whole", query.get("scope") == "all"
    seen = board(seat.session, seat.tenant, period, today(), whole=whole, deep=deep)
    found = listed(seen.rows, asked(query))
    return {
        "period": str(period),
        "cutoff": period.end,
        "due": seen.deadline.due,
        "standings": dict(seen.standings),
        "reported": seen.reported,
        "expected": seen.expected,
        "silent": [place.slug for place in seen.silent],
        "totals": [as_json(total) for total in seen.totals.values()],
        "total": found.total,
        "page": found.number,
        "per_page": found.per_page,
        "rows": [_row(row) for row in found.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "slug": row.tenant.slug,
        "name": row.tenant.name,
        "region_code": row.tenant.region_code,
        "level": row.tenant.level,
        "revision": row.receipt.revision if row.receipt else None,
        "published_at": row.receipt.published_at if row.receipt else None,
        "published_on": row.receipt.published_on if row.receipt else None,
        "first_published_on": row.receipt.first_on if row.receipt else None,
        **_timing(row.timing),
        "figures": [as_json(found) for found in row.figures.values()],
        "ranks": row.ranks,
        "reported": row.reported,
        "expected": row.expected,
    }


def _timing(timing: Timing) -> dict[str, Any]:
    return {"due": timing.due, "standing": timing.standing, "days": timing.days}


@api.get("/<place>")
@api.arguments(PeriodQuery, location="query")
@api.response(200, PlaceOut)
def show_place(query: dict[str, Any], place: str) -> dict[str, Any]:
    """Every revision that one place below published for a period."""
    seat, period = reading("published.read"), _period(query.get("period"))
    tenant = place_below(seat.session, seat.tenant, place)
    rows = published_by(seat.session, tenant, period)
    timing = timing_of(seat.session, tenant, period, rows, today())
    sealed = [{name: getattr(row, name) for name in SEALED} | {"id": row.publication_id} for row in rows]
    head = {"slug": tenant.slug, "name": tenant.name, "period": str(period)}
    return head | _timing(timing) | {"revisions": sealed}


@api.get("/<place>/charter")
@api.response(200, PlaceChartersOut)
def show_charter(place: str) -> dict[str, Any]:
    """Every revision of its charter that one place below published, the latest first."""
    seat = reading("published.read")
    tenant = place_below(seat.session, seat.tenant, place)
    return {"slug": tenant.slug, "name": tenant.name, "revisions": charters_of(seat.session, tenant)}


SEALED = (
    "period",
    "revision",
    "cutoff",
    "content",
    "sha256",
    "published_by",
    "published_on",
    "published_at",
    "basis",
)
