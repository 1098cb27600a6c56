"""One's own notices, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.seat import OWN
from service.kit.web import current_seat, reading
from service.notices import commands, queries, schemas
from service.notices.showing import told

api = Blueprint("notices_api", __name__, url_prefix="/api/v1/t/<slug>/notices", description="What one was told")


@api.get("")
@api.arguments(schemas.NoticesQuery, location="query")
@api.response(200, schemas.NoticesPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """One's own notices: the unread first."""
    seat = reading(OWN)
    found = queries.notices(seat, asked(query))
    return listed(found, [told(row) for row in found.rows]) | {"unread": queries.unread(seat)}


@api.get("/<uuid:notice_id>")
@api.response(200, schemas.NoticeOut)
def show(notice_id: UUID) -> dict[str, Any]:
    """One notice."""
    return told(queries.notice(reading(OWN), notice_id))


@api.post("/<uuid:notice_id>/reading")
@idempotent
@api.response(201, schemas.NoticeOut)
def read(notice_id: UUID) -> dict[str, Any]:
    """One has read it."""
    return told(commands.read(current_seat(), notice_id, now=datetime.now(UTC)))


@api.post("/reading")
@idempotent
@api.arguments(schemas.SeenIn)
@api.response(201, schemas.ReadOut)
def read_all(body: dict[str, Any]) -> dict[str, Any]:
    """One has read all that was there at that moment."""
    return {"read": commands.read_all(current_seat(), **body, now=datetime.now(UTC))}
