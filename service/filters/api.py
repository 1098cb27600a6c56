"""One's own filters of lists, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.filters import commands, queries, schemas
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.seat import OWN
from service.kit.web import current_seat, reading

api = Blueprint("filters_api", __name__, url_prefix="/api/v1/t/<slug>/filters", description="Filters one keeps")


@api.get("")
@api.arguments(schemas.FiltersQuery, location="query")
@api.response(200, schemas.FiltersPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """One's own filters, by name."""
    return listed(queries.filters(reading(OWN), asked(query)))


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.FilterIn)
@api.response(201, schemas.FilterOut)
def keep(body: dict[str, Any]) -> Any:
    """Keep a filter under a name."""
    row = commands.keep(current_seat(), which=body["list"], name=body["name"], query=body["query"])
    api.set_etag({"revision": row.revision})
    return row


@api.patch("/<uuid:filter_id>")
@api.etag
@api.arguments(schemas.NameIn)
@api.response(200, schemas.FilterOut)
def rename(body: dict[str, Any], filter_id: UUID) -> Any:
    """Name it otherwise."""
    seat = current_seat()
    api.check_etag({"revision": queries.saved_filter(seat, filter_id).revision})
    row = commands.rename(seat, filter_id, name=body["name"])
    api.set_etag({"revision": row.revision})
    return row


@api.delete("/<uuid:filter_id>")
@api.etag
@api.response(204)
def remove(filter_id: UUID) -> Any:
    """It is kept no longer."""
    seat = current_seat()
    api.check_etag({"revision": queries.saved_filter(seat, filter_id).revision})
    commands.remove(seat, filter_id)
