"""What is owed in a year, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from service.charter.original import definitions
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.web import reading, today
from service.obligations import schemas
from service.obligations.queries import OWN, Year, listed, year_of
from service.obligations.rules import Group
from service.obligations.view import as_json

api = Blueprint(
    "obligations_api", __name__, url_prefix="/api/v1/t/<slug>/obligations", description="What is owed by the own rules"
)


def _year(query: dict[str, Any]) -> Year:
    on = today()
    return year_of(reading(OWN), query.get("year") or on.year, on)


@api.get("")
@api.arguments(schemas.ObligationsQuery, location="query")
@api.response(200, schemas.DuesPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """What is owed in the year, the earliest due first: to a unit its own, to the office all."""
    found, rules = _year(query), definitions(reading(OWN).tenant)
    page = listed(found, asked(query))
    return framed(page, [as_json(found, rules, line) for line in page.rows]) | {"year": found.year}


@api.get("/wheel")
@api.arguments(schemas.YearQuery, location="query")
@api.response(200, schemas.WheelOut)
def wheel(query: dict[str, Any]) -> dict[str, Any]:
    """The twelve months, in each a mark for every kind of thing that falls due in it."""
    found = _year(query)
    months = [
        {"month": n, "marks": [_mark(group) for group in groups]} for n, groups in enumerate(found.months, start=1)
    ]
    reminded = {str(days): count for days, count in found.reminded.items()}
    return {"year": found.year, "on": found.on, "counts": dict(found.counts), "reminded": reminded, "months": months}


def _mark(group: Group) -> dict[str, Any]:
    return {
        "kind": group.first.kind,
        "standing": group.standing,
        "owed": group.owed,
        "done": group.done,
        "counts": dict(group.counts),
    }
